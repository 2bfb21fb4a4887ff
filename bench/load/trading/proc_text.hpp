// Numbers out of the texts in which a system and a gateway tell what they use: /proc and /metrics.
// Pure.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

namespace tickweir::bench {

/// Bytes of a line such as `VmRSS:     1234 kB`, of /proc/PID/status or smaps_rollup; 0 where there
/// is none.
std::size_t kib_line(std::string_view text, std::string_view name);

/// Bytes of all sockets' buffers in /proc/net/sockstat, whose `mem` counts pages.
std::size_t socket_bytes(std::string_view sockstat, std::size_t page_bytes);

/// The sum of a metric's samples in Prometheus' text whose labels have all of these, each as
/// `name="value"`; nothing where there is no such sample.
std::optional<double> metric_sum(std::string_view text, std::string_view name,
                                 std::span<const std::string_view> labels = {});

}  // namespace tickweir::bench
