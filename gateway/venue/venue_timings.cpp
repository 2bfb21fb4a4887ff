#include "gateway/venue/venue_timings.hpp"

#include <algorithm>
#include <bit>

namespace tickweir::gateway {
namespace {

/// The arrival is by another clock's reading: never below zero.
std::int64_t between(book::TimeNs from, book::TimeNs to) {
    return std::max<std::int64_t>(0, (to - from).count());
}

}  // namespace

VenueTimings::VenueTimings(Metrics& metrics, const TscClock& clock, std::size_t outcomes)
    : clock_{clock},
      queue_{stage_latency(metrics, Stage::order_queue)},
      match_{stage_latency(metrics, Stage::match)},
      wait_{stage_latency(metrics, Stage::commit_wait)},
      total_{stage_latency(metrics, Stage::order_total)},
      waiting_(std::bit_ceil(outcomes + 1)) {}

void VenueTimings::executed(std::optional<txn::log::Lsn> lsn, book::TimeNs arrived,
                            std::uint64_t begun) {
    const std::uint64_t now = clock_.ticks();
    match_.record(clock_.elapsed_ns(begun, now));
    queue_.record(between(arrived, book::TimeNs{std::chrono::nanoseconds{clock_.utc_ns(begun)}}));
    if (!lsn || end_ - first_ == waiting_.size()) return;
    waiting_[end_++ & (waiting_.size() - 1)] = {*lsn, arrived, now};
}

void VenueTimings::released(txn::log::Lsn lsn) {
    while (first_ != end_) {
        const Waiting& next = waiting_[first_ & (waiting_.size() - 1)];
        if (next.lsn > lsn) return;
        ++first_;
        if (next.lsn != lsn) continue;
        const std::uint64_t now = clock_.ticks();
        wait_.record(clock_.elapsed_ns(next.executed, now));
        total_.record(
            between(next.arrived, book::TimeNs{std::chrono::nanoseconds{clock_.utc_ns(now)}}));
        return;
    }
}

}  // namespace tickweir::gateway
