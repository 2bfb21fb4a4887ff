#include "gateway/record/recorder.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <stdexcept>
#include <system_error>
#include <utility>

#include "gateway/record/tap.hpp"

namespace tickweir::gateway {

namespace {

namespace fs = std::filesystem;

/// Taken of one ring in a turn, and before its room is given back.
constexpr std::size_t turn_bytes_max = std::size_t{4} << 20;
constexpr std::size_t release_bytes = std::size_t{64} << 10;
/// Rings are looked at so often, so that they need not wake anybody; see record_wake_bytes().
constexpr std::chrono::milliseconds look_every{100};

[[noreturn]] void refuse(const std::string& directory, const std::string& why) {
    throw std::runtime_error("record.directory " + directory + ": " + why);
}

/// Throws unless files can be written in the directory, which is made if it is missing.
void try_directory(const std::string& directory) {
    std::error_code error;
    fs::create_directories(directory, error);
    if (error) refuse(directory, error.message());
    const std::string probe = directory + "/.tickweir-" + std::to_string(::getpid());
    const int opened = ::open(probe.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (opened < 0) refuse(directory, std::generic_category().message(errno));
    const bool written = ::write(opened, "\n", 1) == 1;
    const int why = errno;
    ::close(opened);
    ::unlink(probe.c_str());
    if (!written) refuse(directory, std::generic_category().message(why));
}

RecordingOptions recording_options(const RecordConfig& config, const RecordedFeed& feed) {
    auto zone = replay::TimeZone::load(feed.timezone);
    if (!zone) throw std::runtime_error("feeds." + feed.name + ".timezone: " + zone.error());
    return {.file = {.directory = config.directory,
                     .feed = feed.name,
                     .format = feed.venue ? RecordFormat::json : config.format,
                     .compression = config.compression,
                     .zone = std::move(*zone),
                     .venue = feed.venue},
            .rotate_bytes = config.rotate_bytes,
            .rotate_after = std::chrono::minutes{config.rotate_minutes}};
}

}  // namespace

Recorder::Recorder(const RecordConfig& config, std::vector<RecordedFeed> feeds, Metrics& metrics,
                   book::TimeNs now)
    : due_(now) {
    try_directory(config.directory);
    // Beyond a limit on the length of files a write shall fail like others, not end the process.
    std::signal(SIGXFSZ, SIG_IGN);
    for (RecordedFeed& feed : feeds) {
        auto recording = std::make_unique<Recording>(recording_options(config, feed), metrics);
        feeds_.push_back({std::move(feed.name), feed.ring, std::move(recording)});
    }
}

Recorder::~Recorder() {
    for (Feed& feed : feeds_)
        feed.recording->end(due_);
}

bool Recorder::drain(Feed& feed, book::TimeNs now) {
    std::size_t taken = 0;
    std::size_t released = 0;
    for (auto record = feed.ring->front(); record.data() != nullptr; record = feed.ring->front()) {
        if (taken >= turn_bytes_max) break;
        TapHeader header;
        std::memcpy(static_cast<void*>(&header), record.data(), sizeof header);
        feed.recording->on_record(header, record.subspan(sizeof header), now);
        feed.ring->advance();
        taken += record.size();
        if (taken - released < release_bytes) continue;
        feed.ring->release();
        released = taken;
    }
    feed.ring->release();
    return taken >= turn_bytes_max;
}

bool Recorder::turn(book::TimeNs now) {
    if (stopped_ || (!more_ && now < due_ && !has_work())) return false;
    more_ = false;
    for (Feed& feed : feeds_) {
        more_ |= drain(feed, now);
        feed.recording->on_time(now);
    }
    due_ = now + look_every;
    if (stopping_ && !more_) {
        for (Feed& feed : feeds_)
            feed.recording->end(now);
        stopped_ = true;
    }
    return more_;
}

bool Recorder::has_work() const {
    if (stopped_) return false;
    return more_ || std::ranges::any_of(feeds_, [](const Feed& feed) {
               return feed.ring->bytes_approx() >= record_wake_bytes(feed.ring->capacity());
           });
}

std::optional<book::TimeNs> Recorder::next_due() const {
    return stopped_ ? std::nullopt : std::optional{due_};
}

RecordingCounts Recorder::counts(std::size_t feed) const {
    return feeds_[feed].recording->counts();
}

}  // namespace tickweir::gateway
