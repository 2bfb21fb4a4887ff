#include "gateway/shield/circuit_breaker.hpp"

#include <algorithm>

namespace tickweir::gateway::shield {
namespace {

/// The one of these states in which nothing is refused, and signals count.
bool counts_signals(BreakerState state) {
    return state == BreakerState::closed || state == BreakerState::forced_closed;
}

}  // namespace

CircuitBreaker::CircuitBreaker(const BreakerLimits& limits)
    : windows_{SlidingTally{limits.window}, SlidingTally{limits.window},
               SlidingTally{limits.window}, SlidingTally{limits.window}} {
    set_limits(limits);
}

bool CircuitBreaker::admit(std::uint64_t sequence, book::TimeNs now) {
    tick(now);
    bool admitted = false;
    switch (state_) {
        case BreakerState::closed:
        case BreakerState::forced_closed:
        case BreakerState::disabled:
            return true;
        case BreakerState::half_open:
            admitted = admit_probe(sequence, now);
            break;
        case BreakerState::open:
        case BreakerState::forced_open:
            break;
    }
    counts_.refused += admitted ? 0 : 1;
    return admitted;
}

void CircuitBreaker::answered(std::uint64_t sequence, bool rejected, std::chrono::nanoseconds took,
                              book::TimeNs now) {
    const bool slow = took > limits_.answer_max;
    if (state_ == BreakerState::half_open) {
        if (forget_probe(sequence)) probe_answered(rejected, slow, now);
        return;
    }
    note(BreakerSignal::rejected, rejected, now);
    note(BreakerSignal::slow_answer, slow, now);
}

void CircuitBreaker::unanswered(std::uint64_t sequence) {
    if (state_ == BreakerState::half_open) (void)forget_probe(sequence);
}

void CircuitBreaker::received(bool malformed, book::TimeNs now) {
    note(BreakerSignal::malformed, malformed, now);
}

void CircuitBreaker::backlog(std::uint64_t queued_bytes, std::uint64_t limit_bytes,
                             book::TimeNs now) {
    // limit * percent / 100, in parts that do not overflow.
    const std::uint64_t percent = limits_.backlog_percent;
    const std::uint64_t mark = limit_bytes / 100 * percent + limit_bytes % 100 * percent / 100;
    const bool slow = queued_bytes > 0 && queued_bytes >= mark;
    note(BreakerSignal::slow_reader, slow, now);
}

void CircuitBreaker::tick(book::TimeNs now) {
    if (state_ != BreakerState::open) return;
    since_ = std::min(since_, now);  // the clock was set back
    if (now - since_ >= limits_.open_for) half_open(now);
}

void CircuitBreaker::force(BreakerForce force) {
    switch (force) {
        case BreakerForce::none:
            if (state_ == BreakerState::closed || state_ == BreakerState::open ||
                state_ == BreakerState::half_open)
                return;
            state_ = BreakerState::closed;
            break;
        case BreakerForce::open:
            state_ = BreakerState::forced_open;
            cause_ = BreakerSignal::operator_;
            break;
        case BreakerForce::closed:
            state_ = BreakerState::forced_closed;
            break;
        case BreakerForce::disabled:
            state_ = BreakerState::disabled;
            break;
    }
    clear_windows();
    forget_probes();
}

void CircuitBreaker::set_limits(const BreakerLimits& limits) {
    limits_ = limits;
    limits_.probes =
        std::clamp(limits.probes, std::uint32_t{1}, static_cast<std::uint32_t>(probes_max));
    windows_.fill(SlidingTally{limits.window});
    // Probes in flight may be more than there are places now.
    forget_probes();
    answered_ = rejected_ = slow_ = 0;
}

std::optional<BreakerChange> CircuitBreaker::take_change() {
    if (told_ == state_) return std::nullopt;
    const BreakerChange change{told_, state_, cause_};
    told_ = state_;
    return change;
}

const std::optional<SignalLimits>& CircuitBreaker::limits_of(BreakerSignal signal) const {
    static constexpr std::optional<SignalLimits> none;
    switch (signal) {
        case BreakerSignal::rejected:
            return limits_.rejected;
        case BreakerSignal::malformed:
            return limits_.malformed;
        case BreakerSignal::slow_reader:
            return limits_.slow_reader;
        case BreakerSignal::slow_answer:
            return limits_.slow_answer;
        case BreakerSignal::operator_:
            break;
    }
    return none;
}

SlidingTally& CircuitBreaker::window_of(BreakerSignal signal) {
    return windows_[static_cast<std::size_t>(signal)];
}

void CircuitBreaker::note(BreakerSignal signal, bool bad, book::TimeNs now) {
    const std::optional<SignalLimits>& limits = limits_of(signal);
    if (!limits) return;
    if (state_ == BreakerState::half_open) {
        if (bad) open(signal, now);
        return;
    }
    if (!counts_signals(state_)) return;
    SlidingTally& window = window_of(signal);
    window.add(bad, now);
    if (state_ == BreakerState::closed && bad &&
        window.tally(now).reaches(limits->events_min, limits->percent))
        open(signal, now);
}

void CircuitBreaker::probe_answered(bool rejected, bool slow, book::TimeNs now) {
    ++answered_;
    rejected_ += rejected ? 1 : 0;
    slow_ += slow ? 1 : 0;
    if (answered_ < limits_.probes) return;
    // All N of them are in: their number is the minimum.
    const auto fails = [&](BreakerSignal signal, std::uint32_t bad) {
        const std::optional<SignalLimits>& limits = limits_of(signal);
        return limits && Tally{answered_, bad}.reaches(1, limits->percent);
    };
    if (fails(BreakerSignal::rejected, rejected_))
        open(BreakerSignal::rejected, now);
    else if (fails(BreakerSignal::slow_answer, slow_))
        open(BreakerSignal::slow_answer, now);
    else
        close();
}

bool CircuitBreaker::admit_probe(std::uint64_t sequence, book::TimeNs now) {
    since_ = std::min(since_, now);
    // Answers may never come, and nobody shall wait for them for ever.
    if (waiting_ > 0 && now - since_ >= limits_.probe_wait) forget_probes();
    if (answered_ + waiting_ >= limits_.probes) return false;
    probes_[waiting_++] = sequence;
    since_ = now;
    return true;
}

bool CircuitBreaker::forget_probe(std::uint64_t sequence) {
    const auto end = probes_.begin() + waiting_;
    const auto found = std::find(probes_.begin(), end, sequence);
    if (found == end) return false;
    *found = probes_[--waiting_];
    return true;
}

void CircuitBreaker::forget_probes() {
    waiting_ = 0;
}

void CircuitBreaker::open(BreakerSignal cause, book::TimeNs now) {
    state_ = BreakerState::open;
    cause_ = cause;
    since_ = now;
    ++counts_.opened;
    clear_windows();
}

void CircuitBreaker::half_open(book::TimeNs now) {
    state_ = BreakerState::half_open;
    since_ = now;
    ++counts_.half_opened;
    forget_probes();
    answered_ = rejected_ = slow_ = 0;
}

void CircuitBreaker::close() {
    state_ = BreakerState::closed;
    ++counts_.closed;
}

void CircuitBreaker::clear_windows() {
    for (SlidingTally& window : windows_)
        window.clear();
}

}  // namespace tickweir::gateway::shield
