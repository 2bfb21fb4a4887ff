#include "bench/load/trading/tally.hpp"

#include <cstdio>

#include "bench/load/trading/clock.hpp"

namespace tickweir::bench {
namespace {

constexpr std::array<const char*, request_kinds> kind_names{"order", "cancel", "replace"};

unsigned long long printed(std::uint64_t value) {
    return value;
}

}  // namespace

Quantiles quantiles(const gateway::LatencyHistogram& histogram) {
    gateway::LatencySnapshot snapshot;
    snapshot.merge(histogram);
    const auto us = [](std::uint64_t ns) { return static_cast<double>(ns) / 1'000; };
    return {.count = snapshot.count(),
            .p50 = us(snapshot.quantile_ns(0.5)),
            .p99 = us(snapshot.quantile_ns(0.99)),
            .p999 = us(snapshot.quantile_ns(0.999)),
            .most = us(snapshot.most_ns())};
}

void print_quantiles(const std::string& what, const Quantiles& values) {
    std::printf("  %-22s p50 %9.1f  p99 %9.1f  p99.9 %9.1f  most %9.1f us  (%llu)\n", what.c_str(),
                values.p50, values.p99, values.p999, values.most, printed(values.count));
}

void OperationTally::add(const Outcome& outcome, TimeNs now) {
    ++counts_[static_cast<std::size_t>(outcome.answer)];
    const std::int64_t took = ns_of(now) - outcome.intended_ns;
    // What a cancel took out of its queue was not served, nor refused.
    if (outcome.answer == Answer::withdrawn) return;
    (for_load(outcome.answer) ? refused_ : served_).record(took);
}

std::uint64_t OperationTally::served() const {
    return count(Answer::done) + count(Answer::refused);
}

std::uint64_t OperationTally::refused_for_load() const {
    return count(Answer::throttled) + count(Answer::shed) + count(Answer::breaker);
}

std::uint64_t Tally::served() const {
    std::uint64_t sum = 0;
    for (const OperationTally& operation : operations_)
        sum += operation.served();
    return sum;
}

std::uint64_t Tally::refused_for_load() const {
    std::uint64_t sum = 0;
    for (const OperationTally& operation : operations_)
        sum += operation.refused_for_load();
    return sum;
}

void Tally::print(const std::string& title) const {
    std::printf("%s\n", title.c_str());
    for (std::size_t kind = 0; kind < request_kinds; ++kind) {
        const OperationTally& one = operations_[kind];
        if (one.served() + one.refused_for_load() + one.count(Answer::withdrawn) == 0) continue;
        print_quantiles(kind_names[kind], quantiles(one.latency()));
        if (one.refused_for_load() > 0)
            print_quantiles("  its refusals for load", quantiles(one.refusals()));
        std::printf(
            "  %22s done %llu, refused by rule %llu, throttled %llu, shed %llu, breaker %llu, "
            "withdrawn %llu\n",
            "", printed(one.count(Answer::done)), printed(one.count(Answer::refused)),
            printed(one.count(Answer::throttled)), printed(one.count(Answer::shed)),
            printed(one.count(Answer::breaker)), printed(one.count(Answer::withdrawn)));
    }
}

}  // namespace tickweir::bench
