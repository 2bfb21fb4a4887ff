// What a load says of a row of measurements without believing that they are normal: quantiles, and
// the slope of a line through them that single outliers do not move. Pure.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

namespace tickweir::bench {

/// The value that a share `p` of all lies at or below, linear between two of them; 0 of none.
double quantile_of(std::span<const double> values, double p);

struct Measured {
    double at = 0;  ///< in any unit of time
    double value = 0;
};

/// The unit is that of the values by that of the times.
struct Slope {
    double estimate = 0;
    double low = 0;   ///< of the interval of 95 %
    double high = 0;  ///< likewise
};

/// Of Theil and Sen: the median of the slopes between all pairs; the interval is Sen's, from the
/// variance of Kendall's statistic, ties of values taken off. Nothing of fewer than five points, or
/// of such as have one time. Looks at 1,000 points, evenly chosen, where there are more: n^2 log n.
std::optional<Slope> theil_sen(std::span<const Measured> points);

}  // namespace tickweir::bench
