#include "gateway/assembly/recording_thread.hpp"

#include <algorithm>
#include <exception>
#include <stdexcept>
#include <utility>
#include <vector>

namespace tickweir::gateway {
namespace {

bool is_recorded(const Config& config, const std::string& name, const FeedConfig& feed) {
    if (feed.kind == FeedKind::capture) return false;
    const auto& wanted = config.record.feeds;
    return wanted.empty() || std::ranges::find(wanted, name) != wanted.end();
}

}  // namespace

RecordingThread::RecordingThread(const Config& config, book::MemoryBudget& budget, Metrics& metrics,
                                 book::TimeNs now)
    : host_{std::make_unique<Host>(HostOptions{.name = "record"})} {
    std::vector<RecordedFeed> recorded;
    for (const auto& [name, feed] : config.feeds) {
        if (!is_recorded(config, name, feed)) continue;
        auto charge = budget.charge(config.record.ring_bytes);
        if (!charge)
            throw std::runtime_error{"memory.rings: no room for the ring of " +
                                     std::to_string(config.record.ring_bytes) +
                                     " bytes from feeds." + name + " to the recorder"};
        Tap& tap = taps_[name];
        tap.ring = std::make_unique<book::ByteRing>(config.record.ring_bytes, std::move(*charge));
        tap.tap =
            std::make_unique<RecordTap>(static_cast<std::uint32_t>(recorded.size()), *tap.ring,
                                        &host_->reactor().waker(), config.record.format);
        recorded.push_back({.name = name, .ring = tap.ring.get(), .timezone = feed.timezone});
    }
    recorder_ = std::make_unique<Recorder>(config.record, std::move(recorded), metrics, now);
    host_->add(*recorder_);
}

RecordTap* RecordingThread::tap_of(const std::string& feed) {
    const auto found = taps_.find(feed);
    return found == taps_.end() ? nullptr : found->second.tap.get();
}

void RecordingThread::stop(std::chrono::nanoseconds grace) {
    host_->request_stop(grace);
    host_->join();
    if (host_->failure()) std::rethrow_exception(host_->failure());
}

}  // namespace tickweir::gateway
