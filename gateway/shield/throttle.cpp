#include "gateway/shield/throttle.hpp"

#include <limits>

namespace tickweir::gateway::shield {
namespace {

constexpr std::int64_t second_ns = 1'000'000'000;
constexpr std::uint32_t burst_max = 1'000'000'000;  // so that no sum of times overflows

void set_rate(std::optional<Gcra>& limiter, std::optional<Rate> rate) {
    if (!rate)
        limiter.reset();
    else if (limiter)
        limiter->set_rate(*rate);
    else
        limiter.emplace(*rate);
}

}  // namespace

Gcra::Gcra(Rate rate) : expected_ns_{std::numeric_limits<std::int64_t>::min() / 2} {
    set_rate(rate);
    counted_in_ns_ = interval_ns_;
}

void Gcra::set_rate(Rate rate) {
    rate_ = rate;
    const std::int64_t per_second = std::max<std::int64_t>(rate.per_second, 1);
    interval_ns_ = std::max<std::int64_t>((second_ns + per_second - 1) / per_second, 1);
    tolerance_ns_ = (std::clamp<std::int64_t>(rate.burst, 1, burst_max) - 1) * interval_ns_;
}

/// The same number of requests at the new rate.
void Gcra::recount(std::int64_t at) {
    const std::int64_t ahead_ns = std::max<std::int64_t>(expected_ns_ - at, 0);
    const std::int64_t used = std::min<std::int64_t>(
        ahead_ns / counted_in_ns_ + (ahead_ns % counted_in_ns_ != 0), burst_max);
    expected_ns_ = at + used * interval_ns_;
    counted_in_ns_ = interval_ns_;
}

bool Throttle::admit(PriorityClass urgency, book::TimeNs now) {
    const std::optional<Kind> kind = kind_of(urgency);
    return !kind || !limiters_[*kind] || limiters_[*kind]->admit(now);
}

std::optional<Rate> Throttle::rate_of(PriorityClass urgency) const {
    const std::optional<Kind> kind = kind_of(urgency);
    if (!kind || !limiters_[*kind]) return std::nullopt;
    return limiters_[*kind]->rate();
}

void Throttle::set_limits(const ThrottleLimits& limits) {
    set_rate(limiters_[orders], limits.orders);
    set_rate(limiters_[cancels], limits.cancels);
    set_rate(limiters_[queries], limits.queries);
    set_rate(limiters_[quota], limits.quota);
}

/// Nothing: never limited.
std::optional<Throttle::Kind> Throttle::kind_of(PriorityClass urgency) {
    switch (urgency) {
        case PriorityClass::control:
            return std::nullopt;
        case PriorityClass::risk_reducing:
            return cancels;
        case PriorityClass::entitled:
        case PriorityClass::order:
            return orders;
        case PriorityClass::query:
        case PriorityClass::history:
            return queries;
    }
    return std::nullopt;
}

}  // namespace tickweir::gateway::shield
