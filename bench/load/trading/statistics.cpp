#include "bench/load/trading/statistics.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace tickweir::bench {
namespace {

constexpr std::size_t points_least = 5;
constexpr std::size_t points_most = 1'000;
constexpr double z95 = 1.959963984540054;  // both tails of a normal distribution

double quantile_of_sorted(std::span<const double> sorted, double p) {
    if (sorted.empty()) return 0;
    const double place = std::clamp(p, 0.0, 1.0) * static_cast<double>(sorted.size() - 1);
    const auto below = static_cast<std::size_t>(place);
    const std::size_t above = std::min(below + 1, sorted.size() - 1);
    return std::lerp(sorted[below], sorted[above], place - std::floor(place));
}

std::vector<Measured> thinned(std::span<const Measured> points) {
    const std::size_t count = std::min(points.size(), points_most);
    std::vector<Measured> out(count);
    for (std::size_t i = 0; i < count; ++i)
        out[i] = points[i * points.size() / count];
    return out;
}

double pairs_of(double n) {
    return n * (n - 1) * (2 * n + 5);
}

/// Of Kendall's statistic; values that are alike say less.
double kendall_variance(std::vector<Measured> points) {
    std::ranges::sort(points, {}, &Measured::value);
    double sum = pairs_of(static_cast<double>(points.size()));
    for (std::size_t i = 0; i < points.size();) {
        std::size_t end = i;
        while (end < points.size() && points[end].value == points[i].value)
            ++end;
        sum -= pairs_of(static_cast<double>(end - i));
        i = end;
    }
    return sum / 18;
}

}  // namespace

double quantile_of(std::span<const double> values, double p) {
    std::vector<double> sorted{values.begin(), values.end()};
    std::ranges::sort(sorted);
    return quantile_of_sorted(sorted, p);
}

std::optional<Slope> theil_sen(std::span<const Measured> all) {
    const std::vector<Measured> points = thinned(all);
    if (points.size() < points_least) return std::nullopt;
    std::vector<double> slopes;
    slopes.reserve(points.size() * (points.size() - 1) / 2);
    for (std::size_t i = 0; i < points.size(); ++i)
        for (std::size_t k = i + 1; k < points.size(); ++k)
            if (points[k].at != points[i].at)
                slopes.push_back((points[k].value - points[i].value) /
                                 (points[k].at - points[i].at));
    if (slopes.empty()) return std::nullopt;
    std::ranges::sort(slopes);
    const auto count = static_cast<double>(slopes.size());
    const double reach = z95 * std::sqrt(kendall_variance(points));
    const auto at = [&](double rank) {  // from 1
        const double place = std::clamp(rank, 1.0, count);
        return slopes[static_cast<std::size_t>(std::lround(place)) - 1];
    };
    return Slope{.estimate = quantile_of_sorted(slopes, 0.5),
                 .low = at((count - reach) / 2),
                 .high = at((count + reach) / 2 + 1)};
}

}  // namespace tickweir::bench
