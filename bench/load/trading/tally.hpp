// What became of the requests of a load, by operation: counts by answer, and how long answers took
// from the time at which the request should have been sent.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "bench/load/trading/own_orders.hpp"
#include "gateway/metrics/latency_histogram.hpp"

namespace tickweir::bench {

/// A histogram read out: microseconds.
struct Quantiles {
    std::uint64_t count = 0;
    double p50 = 0;
    double p99 = 0;
    double p999 = 0;
    double most = 0;
};
Quantiles quantiles(const gateway::LatencyHistogram& histogram);

class OperationTally {
public:
    void add(const Outcome& outcome, TimeNs now);

    std::uint64_t count(Answer answer) const { return counts_[static_cast<std::size_t>(answer)]; }
    /// Executed, or refused by the rules of trading: not for load.
    std::uint64_t served() const;
    std::uint64_t refused_for_load() const;
    /// Of what was served.
    const gateway::LatencyHistogram& latency() const { return served_; }
    /// Of what was refused for load.
    const gateway::LatencyHistogram& refusals() const { return refused_; }

private:
    std::array<std::uint64_t, answers> counts_{};
    gateway::LatencyHistogram served_;
    gateway::LatencyHistogram refused_;
};

class Tally {
public:
    void add(const Outcome& outcome, TimeNs now) {
        operations_[static_cast<std::size_t>(outcome.kind)].add(outcome, now);
    }
    const OperationTally& of(RequestKind kind) const {
        return operations_[static_cast<std::size_t>(kind)];
    }
    std::uint64_t served() const;
    std::uint64_t refused_for_load() const;
    /// A line for each operation that there was one of.
    void print(const std::string& title) const;

private:
    std::array<OperationTally, request_kinds> operations_;
};

/// A line of quantiles, in microseconds.
void print_quantiles(const std::string& what, const Quantiles& values);

}  // namespace tickweir::bench
