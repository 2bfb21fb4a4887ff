// The numbers of a feed's report by the names under which /v1/status and /metrics show them: one
// table for both.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "gateway/config/config.hpp"
#include "gateway/market/feed_report.hpp"
#include "gateway/metrics/metrics.hpp"

namespace tickweir::gateway {

/// A number of `Report`: of a feed, or of one of its lines.
template <class Report>
struct ReportCount {
    std::string_view name;  ///< in /v1/status
    Metric metric;
    std::uint64_t (*value)(const Report&);
    bool is_gauge = false;  ///< goes up and down
};

/// What every feed tells in /metrics; status has keys of its own for it.
std::span<const ReportCount<FeedReport>> common_counts();
/// What a feed of this kind tells beside that.
std::span<const ReportCount<FeedReport>> counts_of(FeedKind kind);
std::span<const ReportCount<LineReport>> line_counts();

/// A line's name in labels: "A" or "B".
std::string_view line_name(std::size_t line);

}  // namespace tickweir::gateway
