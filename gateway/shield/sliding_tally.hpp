// Counts events, and the bad ones among them, over a window of time that slides by a tenth of its
// length. Time comes in; a clock that is set back neither stops nor empties it for long.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

#include "book/types.hpp"

namespace tickweir::gateway::shield {

struct Tally {
    std::uint64_t events = 0;
    std::uint64_t bad = 0;

    /// Whether there are as many events as that, and so many of a hundred are bad. Exact.
    constexpr bool reaches(std::uint64_t events_min, std::uint64_t percent) const {
        return events > 0 && events >= events_min && bad * 100 >= events * percent;
    }
    friend constexpr bool operator==(const Tally&, const Tally&) = default;
};

/// What lies in the bucket of `now` and the nine before it: at least nine tenths of the window, at
/// most all of it. Constant time, no allocation.
///
///     | 0 | 1 | 2 | . . . | 8 | 9 |     bucket of time t: t / (window / 10), modulo 10
///               ^ now: this one is emptied as the next begins
class SlidingTally {
public:
    static constexpr std::size_t bucket_count = 10;

    /// A window of less than 10 ns counts as one of 10 ns.
    explicit SlidingTally(std::chrono::nanoseconds window);

    void add(bool bad, book::TimeNs now);
    Tally tally(book::TimeNs now);
    void clear();

private:
    struct Bucket {
        std::uint32_t events = 0;
        std::uint32_t bad = 0;
    };

    void slide_to(book::TimeNs now);

    std::int64_t bucket_ns_;
    std::int64_t newest_ = 0;  // number of the bucket that counts now
    std::int64_t ends_ns_;     // of that bucket
    std::array<Bucket, bucket_count> buckets_{};
    Tally total_;  // of all buckets
};

}  // namespace tickweir::gateway::shield
