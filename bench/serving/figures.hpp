// What the benchmarks of serving measure with: the clock, what a process has used, latencies in
// slices of time, and what the machine itself adds to them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "gateway/metrics/latency_histogram.hpp"

namespace tickweir::bench {

/// Time since the epoch.
std::int64_t now_ns();
/// Of this process.
double cpu_seconds();
std::size_t resident_bytes();
/// How often the kernel gave this process's core to something else.
std::uint64_t times_preempted();
/// Milliseconds that the hypervisor kept the server's core for itself, as far as it tells.
std::uint64_t stolen_ms();

/// Latencies of a run that consists of slices: the quantiles of all, and the p99 of the slice in
/// the middle, which some slices with a stall of the machine do not move.
class Latencies {
public:
    void record(std::int64_t ns) { slice_->record(ns); }
    /// The slice is over; an empty one is none.
    void end_slice();
    void print(const char* what) const;

private:
    std::unique_ptr<gateway::LatencyHistogram> slice_{
        std::make_unique<gateway::LatencyHistogram>()};
    gateway::LatencySnapshot all_;
    std::vector<std::uint64_t> p99_of_slices_;
};

/// The control: a loop that does nothing but look at the clock, in which something is due every
/// `interval_ns` until `end_ns`. What it is late is the machine's doing.
void do_nothing(std::int64_t end_ns, std::int64_t interval_ns, Latencies& late);

}  // namespace tickweir::bench
