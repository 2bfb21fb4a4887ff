// What stands between one session and the venue: its throttles, its breaker and the load mode, in
// one question for each request. Says whether it goes on, and with which words it is refused.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "book/types.hpp"
#include "gateway/shield/circuit_breaker.hpp"
#include "gateway/shield/priority_class.hpp"
#include "gateway/shield/shed_policy.hpp"
#include "gateway/shield/sliding_tally.hpp"
#include "gateway/shield/throttle.hpp"
#include "gateway/shield/vocabulary.hpp"

namespace tickweir::gateway::shield {

/// A session that has more than so many requests refused by its own throttle or breaker within the
/// window is logged out; what load refused does not count. Nothing of it: never.
struct EscalationLimits {
    std::uint32_t refusals_max = 5'000;
    std::chrono::seconds window{10};
    friend constexpr bool operator==(const EscalationLimits&, const EscalationLimits&) = default;
};

struct SessionShieldLimits {
    ThrottleLimits throttle;
    BreakerLimits breaker;
    std::optional<EscalationLimits> escalation = EscalationLimits{};
    friend constexpr bool operator==(const SessionShieldLimits&,
                                     const SessionShieldLimits&) = default;
};

enum class Admission : std::uint8_t {
    admitted,
    throttled,     ///< beyond the limit of its class
    breaker_open,  ///< the session's
    shed,          ///< `shed` tells why: the load mode, or nothing is executed any more
    logout,        ///< the session is to be logged out, with cancel on disconnect
};
inline constexpr std::size_t admission_count = 5;
inline constexpr std::array<std::string_view, admission_count> admission_names{
    "admitted", "throttled", "breaker_open", "shed", "logout"};
constexpr std::string_view to_string(Admission admission) {
    return admission_names[static_cast<std::size_t>(admission)];
}

struct Verdict {
    Admission admission = Admission::admitted;
    ShedCause shed = ShedCause::none;
    /// Of a P3 beyond its session's quota, admitted or not.
    bool over_quota = false;
    /// The Text (58) of the reject or the Logout, under 64 characters: begins with `throttled:`,
    /// `breaker:`, `shed:` or `stopped:`. Empty if admitted. Valid until set_limits().
    std::string_view text;

    explicit operator bool() const { return admission == Admission::admitted; }
};

/// Refusals and admissions of a session by class.
struct SessionShieldCounts {
    std::array<PerClass<std::uint64_t>, admission_count> verdicts{};

    std::uint64_t of(Admission admission, PriorityClass urgency) const {
        return verdicts[static_cast<std::size_t>(admission)][class_index(urgency)];
    }
};

/// One thread; admit() takes constant time and allocates nothing.
///
///     P0 ─────────────────────────────────────────────────────────────► admitted, unless L5
///     P1 ─► own limit ─(beyond)─► logout                  else ───────► admitted, unless L5
///     P2–P5 ─► limit ─► load mode, quota ─► breaker ─────────────────► admitted
///               │              └─► shed        │
///               └─► throttled ◄── or logout ──►└─► breaker_open
class SessionShield {
public:
    explicit SessionShield(const SessionShieldLimits& limits);

    /// `sequence`: the request's MsgSeqNum, by which the breaker knows the answer to a probe.
    /// Whoever executes a request that was admitted tells breaker().answered() or unanswered().
    [[nodiscard]] Verdict admit(PriorityClass urgency, LoadMode mode, std::uint64_t sequence,
                                book::TimeNs now);

    /// After `logout` everything but P0 is answered so, until the session logs on again. What it
    /// used of its limits stays used.
    void on_logon();

    CircuitBreaker& breaker() { return breaker_; }
    const CircuitBreaker& breaker() const { return breaker_; }
    const SessionShieldCounts& counts() const { return counts_; }
    /// Allocates; not while requests flow.
    void set_limits(const SessionShieldLimits& limits);

private:
    Verdict judge(PriorityClass urgency, LoadMode mode, std::uint64_t sequence, book::TimeNs now);
    Verdict judge_cancel(LoadMode mode, book::TimeNs now);
    Verdict refuse(Admission admission, std::string_view text, book::TimeNs now);
    Verdict log_out(bool by_cancels);

    SessionShieldLimits limits_;
    Throttle throttle_;
    CircuitBreaker breaker_;
    SlidingTally refusals_;
    bool logged_out_ = false;
    bool logged_out_by_cancels_ = false;
    SessionShieldCounts counts_;
    std::string orders_text_;
    std::string queries_text_;
    std::string cancels_text_;
    std::string refusals_text_;
};

}  // namespace tickweir::gateway::shield
