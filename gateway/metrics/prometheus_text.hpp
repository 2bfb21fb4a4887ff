// The Prometheus text exposition format 0.0.4
// (prometheus.io/docs/instrumenting/exposition_formats), line by line. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "gateway/metrics/latency_histogram.hpp"
#include "gateway/metrics/metrics.hpp"

namespace tickweir::gateway {

/// `[a-zA-Z_][a-zA-Z0-9_]*`; the colons that the format also allows are left to recording rules.
bool is_metric_name(std::string_view name);

/// `name="value",...` with backslash, quote and line end escaped; empty without labels.
std::string label_text(const Labels& labels);

/// The lines `# HELP` and `# TYPE`; backslash and line end of the help are escaped.
void append_header(std::string& out, std::string_view name, std::string_view help,
                   std::string_view type);

/// One sample: coefficient * 10^-decimals, exact.
void append_sample(std::string& out, std::string_view name, std::string_view labels,
                   std::uint64_t coefficient, unsigned decimals);
void append_sample(std::string& out, std::string_view name, std::string_view labels,
                   std::int64_t coefficient, unsigned decimals);

/// `_bucket` from 1 µs to 1 s in steps 1-2-5 and +Inf, `_sum` and `_count`, in seconds.
void append_histogram(std::string& out, std::string_view name, std::string_view labels,
                      const LatencySnapshot& histogram);

}  // namespace tickweir::gateway
