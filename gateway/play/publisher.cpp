#include "gateway/play/publisher.hpp"

#include <algorithm>
#include <cerrno>
#include <stdexcept>
#include <system_error>
#include <utility>

namespace tickweir::gateway {
namespace {

using std::chrono::nanoseconds;

constexpr std::size_t read_bytes_per_turn = 64 * 1024;
constexpr std::size_t packets_per_turn = 256;
/// What may have been read and not been sent, by a sender that pauses or is slow.
constexpr std::uint64_t unsent_bytes_most = 16 * 1024 * 1024;
/// How soon a full socket is tried again.
constexpr std::chrono::microseconds full_pause{100};
/// What a signal leaves of the time for clients to fetch what they lack.
constexpr std::chrono::milliseconds stop_linger{500};
/// Clients that still fetch, and lines that take nothing, keep a session that is over so long.
constexpr std::chrono::seconds fetch_wait{60};

template <class T>
T opened(replay::Result<T> result) {
    if (!result) throw std::runtime_error{result.error()};
    return std::move(*result);
}

bool takes_no_more(int error) {
    return error == EAGAIN || error == ENOBUFS || error == ENOMEM;
}

void keep_earlier(std::optional<book::TimeNs>& due, std::optional<book::TimeNs> other) {
    if (other && (!due || *other < *due)) due = other;
}

}  // namespace

Publisher::Publisher(PublisherOptions options, Reactor& reactor, book::TimeNs now)
    : options_{std::move(options)},
      capture_{opened(PacedCapture::open(options_.capture, options_.format, options_.pace))},
      archive_{options_.archive},
      stream_{now},
      stalls_{options_.stall_every, options_.stall_length, now + options_.start_delay},
      start_at_{now + options_.start_delay} {
    std::uint32_t number = 0;
    for (const LineSocketOptions& line : options_.lines) {
        const nanoseconds delay = number == 1 ? options_.line_b_delay : nanoseconds{0};
        lines_.push_back({FeedLine{{options_.faults, options_.seed, number, delay}},
                          opened(open_line_socket(line)), line.to, std::nullopt});
        ++number;
    }
    if (options_.requests)
        requests_ = std::make_unique<RerequestPort>(
            reactor, opened(open_request_socket(*options_.requests)), options_.request_limits,
            options_.request_faults);
    if (options_.soup)
        soup_ = std::make_unique<SoupServer>(reactor, opened(open_stream_listener(*options_.soup)),
                                             options_.soup_access);
    begin_session(now);
}

Publisher::~Publisher() = default;

bool Publisher::turn(book::TimeNs now) {
    if (phase_ == Phase::done) return false;
    bool worked = requests_ && requests_->turn(published(), now);
    worked |= read_capture(now);
    worked |= pack(now);
    for (Line& line : lines_)
        worked |= flush(line, now);
    worked |= soup_ && soup_->turn(published(), now);
    worked |= finish_session(now);
    due_ = earliest_due(now);
    return worked;
}

void Publisher::stop(book::TimeNs now) {
    if (std::exchange(stopping_, true)) {
        phase_ = Phase::done;
        return;
    }
    stalls_ = {};
    end_reading(now, std::min<nanoseconds>(options_.linger, stop_linger));
    give_up_at_ = now + stop_linger;
}

std::optional<UdpAddress> Publisher::request_address() const {
    if (!requests_) return std::nullopt;
    return requests_->address();
}

std::optional<UdpAddress> Publisher::soup_address() const {
    if (!soup_) return std::nullopt;
    return soup_->address();
}

PublisherReport Publisher::report() const {
    PublisherReport report = report_;
    if (capture_) {
        report.too_long += capture_->too_long();
        report.capture_lost += capture_->lost();
    }
    for (const Line& line : lines_) {
        const FeedLineCounts& counts = line.queue.counts();
        report.lines.carried += counts.carried;
        report.lines.lost += counts.lost;
        report.lines.doubled += counts.doubled;
        report.lines.reordered += counts.reordered;
    }
    if (requests_) {
        report.requests = requests_->counts();
        report.answers_unsent = requests_->unsent();
    }
    if (soup_) report.soup = soup_->counts();
    return report;
}

/// The given name, numbered from the second session on; or a number that grows with the time, so
/// that another run has another one.
std::string Publisher::session_name(book::TimeNs now) {
    ++session_number_;
    if (!options_.session) {
        const auto seconds = std::chrono::floor<std::chrono::seconds>(now).time_since_epoch();
        default_name_ = std::max(default_name_ + 1, static_cast<std::uint64_t>(seconds.count()));
        return std::to_string(default_name_);
    }
    if (session_number_ == 1) return *options_.session;
    const std::string digits = std::to_string(10'000 + session_number_ % 10'000);
    return options_.session->substr(0, 6) + digits.substr(1);
}

void Publisher::begin_session(book::TimeNs now) {
    session_ = codecs::Alpha<10>{std::string_view{session_name(now)}};
    archive_.clear();
    stream_.begin(now);
    if (requests_) requests_->clear();
    if (soup_) soup_->end_session();
    give_up_at_.reset();
    phase_ = Phase::playing;
    ++report_.sessions;
}

PublishedSession Publisher::published() const {
    const std::uint64_t published = stream_.place().sequence;
    const bool over = phase_ == Phase::ending && published == archive_.next_sequence();
    return {session_, archive_, published, over};
}

/// Nothing may fall out of the archive before it was sent, whatever one reading adds.
std::uint64_t Publisher::unsent_bytes_max() const {
    constexpr std::uint64_t one_reading =
        read_bytes_per_turn + MessageArchive::message_bytes_max + sizeof(codecs::be16);
    static_assert(ArchiveLimits::segment_bytes_min / 4 + one_reading <
                  ArchiveLimits::segment_bytes_min);
    return std::min(unsent_bytes_most, archive_.bytes_kept() / 4);
}

bool Publisher::read_capture(book::TimeNs now) {
    read_due_.reset();
    if (phase_ != Phase::playing) return false;
    if (now < start_at_) {
        read_due_ = start_at_;
        return false;
    }
    if (archive_.bytes_behind(stream_.place()) > unsent_bytes_max()) return false;
    switch (capture_->step(archive_, now, read_bytes_per_turn)) {
        case PacedCapture::Step::worked:
            return true;
        case PacedCapture::Step::not_due:
            read_due_ = capture_->next_due();
            return false;
        case PacedCapture::Step::new_session:
            capture_goes_on_ = true;
            break;
        case PacedCapture::Step::over:
            trouble_ = capture_->trouble();
            damaged_ = !trouble_.empty();
            break;
    }
    end_reading(now, options_.linger);
    return true;
}

void Publisher::end_reading(book::TimeNs now, nanoseconds linger) {
    phase_ = Phase::ending;
    stream_.end(now, linger);
    give_up_at_ = now + linger + fetch_wait;
}

bool Publisher::lines_ready() const {
    return std::ranges::all_of(
        lines_, [](const Line& line) { return !line.retry_at && line.queue.has_room(); });
}

bool Publisher::pack(book::TimeNs now) {
    if (stalls_.until(now)) return false;
    std::size_t packets = 0;
    for (; packets < packets_per_turn && lines_ready(); ++packets) {
        const auto packet = stream_.next(archive_, now);
        if (!packet) break;
        for (Line& line : lines_)
            line.queue.carry(*packet, now);
        if (packet->bytes == 0) continue;
        report_.messages += packet->count;
        report_.bytes += packet->bytes - packet->count * sizeof(codecs::be16);
    }
    return packets != 0;
}

/// Sends what is due on a line, as far as the kernel takes it.
bool Publisher::flush(Line& line, book::TimeNs now) {
    if (line.retry_at && now < *line.retry_at) return false;
    line.retry_at.reset();
    bool worked = false;
    const auto due = [&](std::size_t i) {
        return i < line.queue.size() && line.queue.at(i).due <= now;
    };
    while (due(0) && !line.retry_at) {
        worked = true;
        batch_.clear();
        for (std::size_t i = 0; due(i) && !batch_.full(); ++i) {
            const FeedPacket& packet = line.queue.at(i).packet;
            const auto frames = archive_.bytes_at(packet.offset, packet.bytes);
            if (!frames) break;
            batch_.add({session_, packet.sequence, packet.count}, *frames, line.to);
        }
        if (batch_.size() == 0) {
            ++report_.evicted;
            line.queue.pop(1);
            continue;
        }
        settle(line, batch_.send(line.socket.get()), now);
    }
    return worked;
}

void Publisher::settle(Line& line, const SendResult& result, book::TimeNs now) {
    report_.packets += result.sent;
    line.queue.pop(result.sent);
    if (result.error == 0) return;
    if (takes_no_more(result.error)) {
        line.retry_at = now + full_pause;
        return;
    }
    ++report_.send_failures;
    line.queue.pop(1);
    if (send_trouble_.empty())
        send_trouble_ = udp_url(line.to) + ": " + std::generic_category().message(result.error);
}

/// Goes on to the next session, or ends, when all that belongs to this one is done.
bool Publisher::finish_session(book::TimeNs now) {
    if (phase_ != Phase::ending) return false;
    const bool wait = now < *give_up_at_;
    if (!stream_.over(now) && wait) return false;
    for (Line& line : lines_) {
        line.queue.drain(now);
        flush(line, now);
        if (line.queue.size() != 0 && wait) return false;
        line.queue.pop(line.queue.size());
    }
    if (soup_ && soup_->busy() && wait) return false;
    if (!next_round(now)) phase_ = Phase::done;
    return true;
}

bool Publisher::next_round(book::TimeNs now) {
    if (stopping_) return false;
    if (std::exchange(capture_goes_on_, false)) {
        begin_session(now);
        return true;
    }
    if (!options_.loop || !trouble_.empty()) return false;
    if (capture_->messages() == 0) {
        trouble_ = options_.capture.string() + ": there are no messages to publish again";
        return false;
    }
    count_reading();
    auto again = PacedCapture::open(options_.capture, options_.format, options_.pace);
    if (!again) {
        trouble_ = again.error();
        return false;
    }
    capture_.emplace(std::move(*again));
    begin_session(now);
    return true;
}

void Publisher::count_reading() {
    report_.too_long += capture_->too_long();
    report_.capture_lost += capture_->lost();
    capture_.reset();
}

std::optional<book::TimeNs> Publisher::earliest_due(book::TimeNs now) const {
    if (phase_ == Phase::done) return std::nullopt;
    std::optional<book::TimeNs> due = read_due_;
    if (phase_ == Phase::ending) keep_earlier(due, give_up_at_);
    if (lines_ready() && !stream_.over(now)) {
        const auto stalled = stalls_.until(now);
        keep_earlier(due, stalled ? *stalled : stream_.next_due());
    }
    for (const Line& line : lines_) {
        if (line.retry_at)
            keep_earlier(due, line.retry_at);
        else if (line.queue.size() != 0)
            keep_earlier(due, line.queue.at(0).due);
    }
    if (requests_) keep_earlier(due, requests_->next_due());
    if (soup_) keep_earlier(due, soup_->next_due());
    return due;
}

}  // namespace tickweir::gateway
