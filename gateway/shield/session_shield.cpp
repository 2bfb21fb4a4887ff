#include "gateway/shield/session_shield.hpp"

namespace tickweir::gateway::shield {
namespace {

/// The window where there is no limit: of no consequence.
std::chrono::seconds window_of(const std::optional<EscalationLimits>& limits) {
    return limits.value_or(EscalationLimits{}).window;
}

std::string rate_text(std::optional<Rate> rate, std::string_view what) {
    if (!rate) return {};
    return "throttled: more than " + std::to_string(rate->per_second) + ' ' + std::string{what} +
           " a second";
}

std::string_view breaker_text(BreakerSignal cause) {
    switch (cause) {
        case BreakerSignal::rejected:
            return "breaker: too many orders rejected";
        case BreakerSignal::malformed:
            return "breaker: too many malformed messages";
        case BreakerSignal::slow_reader:
            return "breaker: answers are not read";
        case BreakerSignal::slow_answer:
            return "breaker: requests take too long";
        case BreakerSignal::operator_:
            return "breaker: opened by the operator";
    }
    return "breaker: open";
}

}  // namespace

SessionShield::SessionShield(const SessionShieldLimits& limits)
    : throttle_{limits.throttle},
      breaker_{limits.breaker},
      refusals_{window_of(limits.escalation)} {
    set_limits(limits);
}

Verdict SessionShield::admit(PriorityClass urgency, LoadMode mode, std::uint64_t sequence,
                             book::TimeNs now) {
    const Verdict verdict = judge(urgency, mode, sequence, now);
    ++counts_.verdicts[static_cast<std::size_t>(verdict.admission)][class_index(urgency)];
    return verdict;
}

void SessionShield::on_logon() {
    logged_out_ = false;
    refusals_.clear();
    breaker_.on_logon();
}

void SessionShield::set_limits(const SessionShieldLimits& limits) {
    if (limits.breaker != limits_.breaker) breaker_.set_limits(limits.breaker);
    if (limits.escalation != limits_.escalation)
        refusals_ = SlidingTally{window_of(limits.escalation)};
    limits_ = limits;
    throttle_.set_limits(limits.throttle);
    orders_text_ = rate_text(limits.throttle.orders, "orders");
    queries_text_ = rate_text(limits.throttle.queries, "queries");
    cancels_text_ = rate_text(limits.throttle.cancels, "cancels");
    const EscalationLimits escalation = limits.escalation.value_or(EscalationLimits{});
    refusals_text_ = "throttled: more than " + std::to_string(escalation.refusals_max) +
                     " refused in " + std::to_string(escalation.window.count()) + " s";
}

Verdict SessionShield::judge(PriorityClass urgency, LoadMode mode, std::uint64_t sequence,
                             book::TimeNs now) {
    if (urgency == PriorityClass::control) {
        const ShedCause cause = shed_by(mode, urgency);
        if (cause == ShedCause::none) return {};
        return {Admission::shed, cause, false, shed_text(cause, mode)};
    }
    if (logged_out_) return log_out(logged_out_by_cancels_);
    if (urgency == PriorityClass::risk_reducing) return judge_cancel(mode, now);
    if (!throttle_.admit(urgency, now)) {
        const bool is_order = class_index(urgency) <= class_index(PriorityClass::order);
        return refuse(Admission::throttled, is_order ? orders_text_ : queries_text_, now);
    }
    const bool over_quota = urgency == PriorityClass::order && !throttle_.within_quota(now);
    if (const ShedCause cause = shed_by(mode, urgency, over_quota); cause != ShedCause::none)
        return {Admission::shed, cause, over_quota, shed_text(cause, mode)};
    // Last, so that a probe is spent on nothing that something else refuses.
    if (!breaker_.admit(sequence, now))
        return refuse(Admission::breaker_open, breaker_text(breaker_.cause()), now);
    return {Admission::admitted, ShedCause::none, over_quota, {}};
}

Verdict SessionShield::judge_cancel(LoadMode mode, book::TimeNs now) {
    // Beyond its limit the session's orders are cancelled all the same, by its end.
    if (!throttle_.admit(PriorityClass::risk_reducing, now)) return log_out(true);
    const ShedCause cause = shed_by(mode, PriorityClass::risk_reducing);
    if (cause == ShedCause::none) return {};
    return {Admission::shed, cause, false, shed_text(cause, mode)};
}

Verdict SessionShield::refuse(Admission admission, std::string_view text, book::TimeNs now) {
    refusals_.add(true, now);
    if (limits_.escalation && refusals_.tally(now).events > limits_.escalation->refusals_max)
        return log_out(false);
    return {admission, ShedCause::none, false, text};
}

Verdict SessionShield::log_out(bool by_cancels) {
    logged_out_ = true;
    logged_out_by_cancels_ = by_cancels;
    return {Admission::logout, ShedCause::none, false, by_cancels ? cancels_text_ : refusals_text_};
}

}  // namespace tickweir::gateway::shield
