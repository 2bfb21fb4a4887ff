// The circuit breaker of one session: refuses its ordinary requests while it is mostly rejected,
// malformed, too slow a reader or too slow to serve, and tries again without help. Pure.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "book/types.hpp"
#include "gateway/shield/sliding_tally.hpp"

namespace tickweir::gateway::shield {

enum class BreakerState : std::uint8_t {
    closed,
    open,
    half_open,      ///< some requests are let through, to see
    forced_open,    ///< by an operator, until told otherwise
    forced_closed,  ///< likewise; signals are counted, and nothing follows
    disabled,       ///< likewise; nothing is counted
};
inline constexpr std::array<std::string_view, 6> breaker_state_names{
    "closed", "open", "half_open", "forced_open", "forced_closed", "disabled"};
constexpr std::string_view to_string(BreakerState state) {
    return breaker_state_names[static_cast<std::size_t>(state)];
}

/// What opens it.
enum class BreakerSignal : std::uint8_t {
    rejected,
    malformed,
    slow_reader,
    slow_answer,
    operator_
};
inline constexpr std::size_t measured_signal_count = 4;
inline constexpr std::array<std::string_view, 5> breaker_signal_names{
    "rejected", "malformed", "slow_reader", "slow_answer", "operator"};
constexpr std::string_view to_string(BreakerSignal signal) {
    return breaker_signal_names[static_cast<std::size_t>(signal)];
}

enum class BreakerForce : std::uint8_t {
    none,  ///< ends whatever was forced: closed, with empty windows
    open,
    closed,
    disabled,
};

struct SignalLimits {
    std::uint32_t percent = 50;      ///< of the window's events are bad: open
    std::uint32_t events_min = 100;  ///< in the window; fewer say nothing
    friend constexpr bool operator==(const SignalLimits&, const SignalLimits&) = default;
};

/// A signal without limits does not count.
struct BreakerLimits {
    std::optional<SignalLimits> rejected = SignalLimits{50, 100};
    std::optional<SignalLimits> malformed = SignalLimits{20, 20};
    std::optional<SignalLimits> slow_reader = SignalLimits{80, 10};
    std::optional<SignalLimits> slow_answer = SignalLimits{90, 100};
    std::uint32_t backlog_percent = 75;  ///< of its queue's bytes: a reader is slow from here on
    std::chrono::nanoseconds answer_max = std::chrono::milliseconds{500};  ///< slow beyond
    std::chrono::nanoseconds window = std::chrono::seconds{10};
    std::chrono::nanoseconds open_for = std::chrono::seconds{5};
    std::uint32_t probes = 10;  ///< at least 1, at most CircuitBreaker::probes_max
    /// A probe that has no answer after this gives its place to another.
    std::chrono::nanoseconds probe_wait = std::chrono::seconds{2};
    friend constexpr bool operator==(const BreakerLimits&, const BreakerLimits&) = default;
};

struct BreakerChange {
    BreakerState from = BreakerState::closed;
    BreakerState to = BreakerState::closed;
    BreakerSignal cause = BreakerSignal::rejected;  ///< of the opening that this is, or ends
    friend constexpr bool operator==(const BreakerChange&, const BreakerChange&) = default;
};

struct BreakerCounts {
    std::uint64_t opened = 0;       ///< by signals, from half_open too
    std::uint64_t half_opened = 0;  ///< after open_for
    std::uint64_t closed = 0;       ///< by probes
    std::uint64_t refused = 0;
    friend constexpr bool operator==(const BreakerCounts&, const BreakerCounts&) = default;
};

/// One session's. One thread; constant time and no allocation, but linear in `probes` half open.
///
///             share reached                    open_for passed
///     closed ───────────────► open ─────────────────────────────► half_open
///       ▲                      ▲  share of probes reached, or a         │ │
///       │                      └─ malformed message, or a slow reader ──┘ │
///       └─────────────── all probes answered, share not reached ──────────┘
class CircuitBreaker {
public:
    static constexpr std::size_t probes_max = 32;

    explicit CircuitBreaker(const BreakerLimits& limits);

    /// Whether a request of P2 or lower passes. `sequence` finds its answer, should it be a probe.
    [[nodiscard]] bool admit(std::uint64_t sequence, book::TimeNs now);

    /// The first answer to an admitted request of P2 or lower; `took` from its arrival on. What is
    /// refused for load is not the session's fault: unanswered().
    void answered(std::uint64_t sequence, bool rejected, std::chrono::nanoseconds took,
                  book::TimeNs now);
    /// It was admitted here and refused for load, or withdrawn: says nothing about the session.
    void unanswered(std::uint64_t sequence);
    /// A message came in, of any class.
    void received(bool malformed, book::TimeNs now);
    /// A sample of what waits for the session to read; to be taken a few times a second.
    void backlog(std::uint64_t queued_bytes, std::uint64_t limit_bytes, book::TimeNs now);
    /// Half-opens what is due, for those who show it; admit() does so by itself.
    void tick(book::TimeNs now);

    void force(BreakerForce force);
    /// Sequences begin anew; the state stays.
    void on_logon() { forget_probes(); }
    /// Windows begin anew; the state stays.
    void set_limits(const BreakerLimits& limits);

    BreakerState state() const { return state_; }
    /// Of the last opening.
    BreakerSignal cause() const { return cause_; }
    const BreakerCounts& counts() const { return counts_; }
    /// From the state last taken to the present one; nothing if they are the same.
    std::optional<BreakerChange> take_change();

private:
    const std::optional<SignalLimits>& limits_of(BreakerSignal signal) const;
    SlidingTally& window_of(BreakerSignal signal);
    void note(BreakerSignal signal, bool bad, book::TimeNs now);
    void probe_answered(bool rejected, bool slow, book::TimeNs now);
    bool admit_probe(std::uint64_t sequence, book::TimeNs now);
    bool forget_probe(std::uint64_t sequence);
    void forget_probes();
    void open(BreakerSignal cause, book::TimeNs now);
    void half_open(book::TimeNs now);
    void close();
    void clear_windows();

    BreakerLimits limits_;
    BreakerState state_ = BreakerState::closed;
    BreakerState told_ = BreakerState::closed;
    BreakerSignal cause_ = BreakerSignal::rejected;
    std::array<SlidingTally, measured_signal_count> windows_;
    book::TimeNs since_{};  // of open; of half_open, the last probe that was let through
    std::array<std::uint64_t, probes_max> probes_{};  // sequences of those without an answer
    std::uint32_t waiting_ = 0;                       // how many of them
    std::uint32_t answered_ = 0;
    std::uint32_t rejected_ = 0;
    std::uint32_t slow_ = 0;
    BreakerCounts counts_;
};

}  // namespace tickweir::gateway::shield
