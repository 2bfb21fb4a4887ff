// Interleaved measurement: every contender runs once a round, so that a drift of the machine meets
// all of them alike; figures are medians, and what counts is their ratio within one run.
#pragma once

#include <sched.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <string>
#include <vector>

namespace tickweir::bench {

struct Contender {
    std::string name;
    std::function<void()> prepare;  ///< outside the clock: empties, keeps capacity
    std::function<void()> run;      ///< inside
    std::vector<double> nanoseconds_per_item{};

    double median() const {
        std::vector<double> sorted = nanoseconds_per_item;
        std::sort(sorted.begin(), sorted.end());
        return sorted.empty() ? 0 : sorted[sorted.size() / 2];
    }
};

/// Asks for one core, so that the scheduler moves nothing during a run.
inline void pin_to(unsigned core) {
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(core, &set);
    if (sched_setaffinity(0, sizeof set, &set) != 0) std::perror("sched_setaffinity");
}

/// Warms each contender up once, then runs `rounds` rounds of `items` items.
inline void measure(std::vector<Contender>& contenders, std::uint64_t items, unsigned rounds) {
    for (unsigned round = 0; round <= rounds; ++round) {
        for (Contender& contender : contenders) {
            contender.prepare();
            const auto start = std::chrono::steady_clock::now();
            contender.run();
            const std::chrono::duration<double, std::nano> took =
                std::chrono::steady_clock::now() - start;
            if (round != 0)
                contender.nanoseconds_per_item.push_back(took.count() / static_cast<double>(items));
        }
    }
}

/// Prints medians and their ratio to the contender at `base`.
inline void print(const std::vector<Contender>& contenders, std::size_t base) {
    std::printf("%-58s %10s %8s %8s %8s\n", "", "ns/message", "min", "max", "ratio");
    for (const Contender& contender : contenders) {
        const auto [low, high] = std::minmax_element(contender.nanoseconds_per_item.begin(),
                                                     contender.nanoseconds_per_item.end());
        std::printf("%-58s %10.2f %8.2f %8.2f %8.2f\n", contender.name.c_str(), contender.median(),
                    *low, *high, contender.median() / contenders[base].median());
    }
}

}  // namespace tickweir::bench
