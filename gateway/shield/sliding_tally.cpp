#include "gateway/shield/sliding_tally.hpp"

#include <algorithm>
#include <limits>

namespace tickweir::gateway::shield {
namespace {

constexpr auto buckets = static_cast<std::int64_t>(SlidingTally::bucket_count);

/// Rounded towards the past, before 1970 too.
std::int64_t floor_divided(std::int64_t value, std::int64_t by) {
    const std::int64_t quotient = value / by;
    return value % by < 0 ? quotient - 1 : quotient;
}

}  // namespace

SlidingTally::SlidingTally(std::chrono::nanoseconds window)
    : bucket_ns_{std::max<std::int64_t>(window.count() / buckets, 1)}, ends_ns_{bucket_ns_} {}

void SlidingTally::add(bool bad, book::TimeNs now) {
    slide_to(now);
    Bucket& bucket = buckets_[static_cast<std::size_t>(newest_ % buckets + buckets) % bucket_count];
    // A bucket that holds all it can says what it says: shares stay true.
    if (bucket.events == std::numeric_limits<std::uint32_t>::max()) return;
    ++bucket.events;
    ++total_.events;
    bucket.bad += bad ? 1 : 0;
    total_.bad += bad ? 1 : 0;
}

Tally SlidingTally::tally(book::TimeNs now) {
    slide_to(now);
    return total_;
}

void SlidingTally::clear() {
    buckets_ = {};
    total_ = {};
}

void SlidingTally::slide_to(book::TimeNs now) {
    const std::int64_t now_ns = now.time_since_epoch().count();
    if (now_ns < ends_ns_ && now_ns >= ends_ns_ - bucket_ns_) return;
    const std::int64_t number = floor_divided(now_ns, bucket_ns_);
    // A clock set back by less than the window goes on in the bucket it was in: what was counted
    // stays counted. By more, nothing of what was counted is of the last window.
    if (number < newest_ && newest_ - number < buckets && total_.events > 0) return;
    if (number < newest_ || number - newest_ >= buckets) {
        clear();
    } else {
        for (std::int64_t passed = newest_ + 1; passed <= number; ++passed) {
            Bucket& bucket =
                buckets_[static_cast<std::size_t>(passed % buckets + buckets) % bucket_count];
            total_.events -= bucket.events;
            total_.bad -= bucket.bad;
            bucket = {};
        }
    }
    newest_ = number;
    ends_ns_ = (number + 1) * bucket_ns_;
}

}  // namespace tickweir::gateway::shield
