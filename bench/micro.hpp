// What the micro-benchmarks share: the figure they give, and an exit status that tells whether
// every one of them found the result it expected.
#pragma once

#include <benchmark/benchmark.h>

#include <cstdint>

namespace tickweir::bench {

/// Gives the time of one item of those that each iteration handles.
inline void per_item(benchmark::State& state, std::uint64_t items_each) {
    const auto items = static_cast<double>(items_each);
    state.counters["each"] = benchmark::Counter(
        items, benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}

/// Fails the benchmark where a result is not the expected one.
template <class Value>
void expect(benchmark::State& state, const Value& got, const Value& expected) {
    if (!(got == expected)) state.SkipWithError("the result is wrong");
}

/// The whole of `main`: runs what the arguments choose; 1 if one failed.
int run_micro(int argc, char** argv);

}  // namespace tickweir::bench
