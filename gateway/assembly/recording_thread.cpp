#include "gateway/assembly/recording_thread.hpp"

#include <algorithm>
#include <exception>
#include <stdexcept>
#include <utility>
#include <vector>

#include "gateway/live/json/json_feed_options.hpp"

namespace tickweir::gateway {
namespace {

bool is_recorded(const Config& config, const std::string& name, const FeedConfig& feed) {
    if (feed.kind == FeedKind::capture) return false;
    const auto& wanted = config.record.feeds;
    return wanted.empty() || std::ranges::find(wanted, name) != wanted.end();
}

/// The files of a feed: one stream of them, or one for each connection to a venue, since numbers
/// count by connection.
std::vector<RecordedFeed> recorded_parts(const std::string& name, const FeedConfig& feed) {
    if (feed.kind != FeedKind::json) return {{.name = name, .timezone = feed.timezone}};
    const std::size_t connections = json_connections(name, feed);
    std::vector<RecordedFeed> parts;
    for (std::size_t i = 0; i < connections; ++i)
        parts.push_back({.name = connections == 1 ? name : name + '.' + std::to_string(i),
                         .timezone = "UTC",
                         .venue = codecs::json::venue_named(feed.venue)});
    return parts;
}

}  // namespace

RecordingThread::RecordingThread(const Config& config, book::MemoryBudget& budget, Metrics& metrics,
                                 book::TimeNs now)
    : host_{std::make_unique<Host>(HostOptions{.name = "record"})} {
    std::vector<RecordedFeed> recorded;
    for (const auto& [name, feed] : config.feeds) {
        if (!is_recorded(config, name, feed)) continue;
        for (RecordedFeed& one : recorded_parts(name, feed)) {
            Tap tap = make_tap(config.record, one.name, recorded.size(), budget);
            one.ring = tap.ring.get();
            recorded.push_back(std::move(one));
            taps_[name].push_back(std::move(tap));
        }
    }
    recorder_ = std::make_unique<Recorder>(config.record, std::move(recorded), metrics, now);
    host_->add(*recorder_);
}

RecordingThread::Tap RecordingThread::make_tap(const RecordConfig& config, const std::string& name,
                                               std::size_t number, book::MemoryBudget& budget) {
    auto charge = budget.charge(config.ring_bytes);
    if (!charge)
        throw std::runtime_error{"memory.rings: no room for the ring of " +
                                 std::to_string(config.ring_bytes) + " bytes from feeds." + name +
                                 " to the recorder"};
    Tap tap;
    tap.ring = std::make_unique<book::ByteRing>(config.ring_bytes, std::move(*charge));
    tap.tap = std::make_unique<RecordTap>(static_cast<std::uint32_t>(number), *tap.ring,
                                          &host_->reactor().waker(), config.format);
    return tap;
}

std::vector<RecordTap*> RecordingThread::taps_of(const std::string& feed) {
    std::vector<RecordTap*> taps;
    if (const auto found = taps_.find(feed); found != taps_.end())
        for (const Tap& tap : found->second)
            taps.push_back(tap.tap.get());
    return taps;
}

void RecordingThread::stop(std::chrono::nanoseconds grace) {
    host_->request_stop(grace);
    host_->join();
    if (host_->failure()) std::rethrow_exception(host_->failure());
}

}  // namespace tickweir::gateway
