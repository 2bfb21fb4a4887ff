#include "gateway/metrics/tick_fit.hpp"

#include <algorithm>
#include <cmath>

namespace tickweir::gateway {
namespace {

constexpr double rate_one = static_cast<double>(std::uint64_t{1} << tick_rate_bits);

TickRate rate_between(const ClockReading& first, const ClockReading& second) {
    const auto ticks = static_cast<double>(second.ticks - first.ticks);
    const auto ns = static_cast<double>(second.monotonic_ns - first.monotonic_ns);
    return std::max<TickRate>(static_cast<TickRate>(ns / std::max(ticks, 1.0) * rate_one), 1);
}

std::uint64_t ticks_of(std::int64_t ns, TickRate rate) {
    return static_cast<std::uint64_t>(static_cast<double>(ns) * rate_one /
                                      static_cast<double>(rate));
}

/// The rate times 1 + share.
TickRate faster(TickRate rate, double share) {
    return rate + static_cast<TickRate>(static_cast<double>(rate) * share);
}

}  // namespace

TickFit::TickFit(const ClockReading& first, const ClockReading& second) {
    keep(first);
    keep(second);
    line_.rate = line_.slew_rate = line_.old_rate = rate_between(first, second);
    line_.steady_from = line_.slew_from = line_.old_from = second.ticks;
    line_.steady_ns = line_.slew_ns = line_.old_ns = second.realtime_ns;
}

void TickFit::keep(const ClockReading& reading) {
    readings_[next_] = reading;
    next_ = (next_ + 1) % readings_.size();
    count_ = std::min(count_ + 1, readings_.size());
}

/// Least squares through the readings, relative to their means so that doubles keep every digit.
TickRate TickFit::fitted_rate() const {
    const ClockReading& origin = readings_[0];
    const auto ticks_from = [&](const ClockReading& reading) {
        return static_cast<double>(static_cast<std::int64_t>(reading.ticks - origin.ticks));
    };
    const auto ns_from = [&](const ClockReading& reading) {
        return static_cast<double>(reading.monotonic_ns - origin.monotonic_ns);
    };
    double mean_ticks = 0;
    double mean_ns = 0;
    for (std::size_t i = 0; i < count_; ++i) {
        mean_ticks += ticks_from(readings_[i]) / static_cast<double>(count_);
        mean_ns += ns_from(readings_[i]) / static_cast<double>(count_);
    }
    double above = 0;
    double below = 0;
    for (std::size_t i = 0; i < count_; ++i) {
        const double ticks = ticks_from(readings_[i]) - mean_ticks;
        above += ticks * (ns_from(readings_[i]) - mean_ns);
        below += ticks * ticks;
    }
    const auto rate = static_cast<TickRate>(above / std::max(below, 1.0) * rate_one);
    return std::max<TickRate>(rate, 1);
}

Refit TickFit::refit(const ClockReading& reading) {
    if (static_cast<std::int64_t>(reading.ticks - line_.steady_from) < 0) return Refit::too_early;
    if (reading.width_ticks > width_ticks_max) return Refit::unsure;

    // What the last reading and the rate foretell of the steady clock; far from it, the ticks or
    // the machine stood still, and older readings say nothing about the rate from here on.
    const ClockReading& last = readings_[(next_ + readings_.size() - 1) % readings_.size()];
    const auto elapsed = static_cast<std::int64_t>(reading.ticks - last.ticks);
    const std::int64_t foretold = ns_of(elapsed, line_.rate);
    const std::int64_t seen = reading.monotonic_ns - last.monotonic_ns;
    const bool parted = std::abs(seen - foretold) > step_ns + foretold / 1'000;
    if (parted) count_ = next_ = 0;
    keep(reading);
    const TickRate rate = count_ > 1 ? fitted_rate() : line_.rate;

    const std::int64_t error_ns = reading.realtime_ns - line_.at(reading.ticks);
    const std::uint64_t slew_from = reading.ticks + ticks_of(lead_ns, line_.rate);
    TickLine fresh;
    fresh.old_rate = line_.rate;
    fresh.old_from = line_.steady_from;
    fresh.old_ns = line_.steady_ns;
    fresh.slew_from = slew_from;
    fresh.slew_ns = line_.at(slew_from) + (error_ns > step_ns ? error_ns : 0);
    const double share = static_cast<double>(error_ns) / static_cast<double>(slew_ns);
    const double most = error_ns > step_ns ? 0 : slew_share_max;
    const double least = error_ns < -step_ns ? -0.5 : -slew_share_max;
    fresh.slew_rate = faster(rate, std::clamp(share, least, most));
    fresh.rate = rate;
    fresh.steady_from = slew_from + ticks_of(slew_ns, rate);
    fresh.steady_ns =
        fresh.slew_ns +
        ns_of(static_cast<std::int64_t>(fresh.steady_from - slew_from), fresh.slew_rate);
    line_ = fresh;
    return parted ? Refit::restarted : Refit::done;
}

}  // namespace tickweir::gateway
