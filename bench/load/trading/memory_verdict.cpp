#include "bench/load/trading/memory_verdict.hpp"

#include <algorithm>
#include <span>

namespace tickweir::bench {
namespace {

std::vector<double> resident(std::span<const MemorySample> samples) {
    std::vector<double> out;
    out.reserve(samples.size());
    for (const MemorySample& sample : samples)
        out.push_back(static_cast<double>(sample.resident));
    return out;
}

double p95(std::span<const MemorySample> samples) {
    return quantile_of(resident(samples), 0.95);
}

double by(double value, double base) {
    return base > 0 ? value / base : 0;
}

/// Those of the last `share` of the time that the samples cover.
std::span<const MemorySample> last_part(std::span<const MemorySample> samples, double share) {
    if (samples.empty()) return samples;
    const double end = samples.back().at;
    const double from = end - (end - samples.front().at) * share;
    const auto first = std::ranges::lower_bound(samples, from, {}, &MemorySample::at);
    return {first, samples.end()};
}

Slope slope_of(std::span<const MemorySample> samples) {
    std::vector<Measured> points;
    points.reserve(samples.size());
    for (const MemorySample& sample : samples)
        points.push_back({sample.at, static_cast<double>(sample.resident)});
    return theil_sen(points).value_or(Slope{});
}

bool all_good(const std::vector<MemoryMark>& marks) {
    return std::ranges::all_of(marks, &MemoryMark::good);
}

}  // namespace

double growth_of(const MemoryPhases& phases) {
    double most = 0;
    for (const double value : resident(phases[1]))
        most = std::max(most, value);
    return by(most, p95(phases[0]));
}

MemoryVerdict judge(const MemoryPhases& phases, const UrgentDenials& denials,
                    const MemoryMarks& marks) {
    MemoryVerdict verdict;
    verdict.calm = p95(phases[0]);
    const auto part = last_part(phases[1], marks.slope_part);
    verdict.slope = slope_of(part);
    const double seconds = part.empty() ? 0 : part.back().at - part.front().at;
    const double after = quantile_of(resident(last_part(phases[2], 0.5)), 0.5);
    verdict.memory = {
        {"resident at 10 x, at most, by the p95 at 1 x", growth_of(phases), marks.growth},
        {"growth that the slope's interval is sure of",
         by(verdict.slope.low * seconds, verdict.calm), marks.slope_least},
        {"resident after it, by the p95 before", by(after, verdict.calm), marks.back}};
    const auto none = [&](std::uint64_t count, const char* what) {
        verdict.denials.push_back({what, static_cast<double>(count), 0});
    };
    none(denials.cancels_refused, "cancels refused for load");
    none(denials.urgent_shed, "requests of P0 and P1 shed");
    none(denials.orders_untracked, "open orders without room");
    none(denials.requests_unanswered, "requests without an answer");
    none(denials.sessions_cut, "well-behaved sessions cut");
    return verdict;
}

bool MemoryVerdict::bounded() const {
    return calm > 0 && all_good(memory);
}
bool MemoryVerdict::nobody_denied() const {
    return all_good(denials);
}

}  // namespace tickweir::bench
