// How often a session may ask: the generic cell rate algorithm (ITU-T I.371, virtual scheduling) on
// times passed in, with a limit for each kind of request. Decides; who is told what is elsewhere.
#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <optional>

#include "book/types.hpp"
#include "gateway/shield/priority_class.hpp"

namespace tickweir::gateway::shield {

/// So many a second for ever, and so many at one moment after a rest. Both at least 1; less counts
/// as 1.
struct Rate {
    std::uint32_t per_second = 1;
    std::uint32_t burst = 1;
    friend constexpr bool operator==(const Rate&, const Rate&) = default;
};

constexpr Rate doubled(Rate rate) {
    constexpr std::uint32_t most = 1'000'000'000;
    return {std::min(rate.per_second, most) * 2, std::min(rate.burst, most) * 2};
}

/// One limiter: one word of state, and what that is counted in. In any closed stretch of time W it
/// admits at most burst + W * per_second.
class Gcra {
public:
    explicit Gcra(Rate rate);

    /// Whether a request at `now` conforms; counts it if so, and only then. A clock set back leaves
    /// the limiter as if its burst were used up: no request more, and no wait beyond one interval.
    [[nodiscard]] bool admit(book::TimeNs now) {
        const std::int64_t at = now.time_since_epoch().count();
        if (counted_in_ns_ != interval_ns_) recount(at);
        expected_ns_ = std::min(expected_ns_, at + tolerance_ns_ + interval_ns_);
        if (at < expected_ns_ - tolerance_ns_) return false;
        expected_ns_ = std::max(expected_ns_, at) + interval_ns_;
        return true;
    }

    /// When the next request conforms; not after `now`: at once.
    book::TimeNs conforms_at() const {
        return book::TimeNs{std::chrono::nanoseconds{expected_ns_ - tolerance_ns_}};
    }
    Rate rate() const { return rate_; }
    /// From the next request on; as many as were used of the burst stay used.
    void set_rate(Rate rate);

private:
    void recount(std::int64_t at);

    Rate rate_;
    std::int64_t interval_ns_ = 0;    // T, rounded up: never above the rate
    std::int64_t tolerance_ns_ = 0;   // tau, (burst - 1) * T
    std::int64_t expected_ns_;        // TAT, theoretical arrival time
    std::int64_t counted_in_ns_ = 0;  // the T by which that is ahead, of the rate before this one
};

/// Nothing: no limit.
struct ThrottleLimits {
    std::optional<Rate> orders = Rate{2'000, 500};  ///< P2 and P3 together
    /// P1. Against abuse only, hence twice as many as orders.
    std::optional<Rate> cancels = doubled(Rate{2'000, 500});
    std::optional<Rate> queries = Rate{100, 200};  ///< P4 and P5 together
    /// P3 within it is served while the load mode refuses what is over quota.
    std::optional<Rate> quota = Rate{500, 100};
    friend constexpr bool operator==(const ThrottleLimits&, const ThrottleLimits&) = default;
};

/// The limits of one session. One thread; no allocation.
class Throttle {
public:
    explicit Throttle(const ThrottleLimits& limits) { set_limits(limits); }

    /// Whether it is within its class's limit; uses it up if so. P0 has none. Constant time.
    [[nodiscard]] bool admit(PriorityClass urgency, book::TimeNs now);
    /// Whether a P3 is within the session's quota; uses it up if so.
    [[nodiscard]] bool within_quota(book::TimeNs now) {
        return !limiters_[quota] || limiters_[quota]->admit(now);
    }
    /// What limits a class; nothing: no limit.
    std::optional<Rate> rate_of(PriorityClass urgency) const;
    /// What was used stays used.
    void set_limits(const ThrottleLimits& limits);

private:
    enum Kind : std::uint8_t { orders, cancels, queries, quota };
    static std::optional<Kind> kind_of(PriorityClass urgency);

    std::array<std::optional<Gcra>, 4> limiters_;  // by Kind
};

}  // namespace tickweir::gateway::shield
