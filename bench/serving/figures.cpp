#include "bench/serving/figures.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <limits>
#include <string>
#include <utility>

#include "bench/serving/benches.hpp"

namespace tickweir::bench {

std::int64_t now_ns() {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(
               std::chrono::system_clock::now().time_since_epoch())
        .count();
}

double cpu_seconds() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    const auto seconds = [](const timeval& t) {
        return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
    };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

std::size_t resident_bytes() {
    std::ifstream file{"/proc/self/statm"};
    std::size_t pages = 0;
    std::size_t resident = 0;
    file >> pages >> resident;
    return resident * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

std::uint64_t times_preempted() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return static_cast<std::uint64_t>(usage.ru_nivcsw);
}

std::uint64_t stolen_ms() {
    constexpr int fields_before_steal = 7;  // proc(5): user nice system idle iowait irq softirq
    std::ifstream file{"/proc/stat"};
    const std::string name = "cpu" + std::to_string(server_core);
    std::string word;
    while (file >> word && word != name)
        file.ignore(std::numeric_limits<std::streamsize>::max(), '\n');
    std::uint64_t ticks = 0;
    for (int i = 0; i <= fields_before_steal; ++i)
        file >> ticks;
    return file ? ticks * 1'000 / static_cast<std::uint64_t>(sysconf(_SC_CLK_TCK)) : 0;
}

void Latencies::end_slice() {
    gateway::LatencySnapshot slice;
    slice.merge(*slice_);
    if (slice.count() == 0) return;
    p99_of_slices_.push_back(slice.quantile_ns(0.99));
    all_.merge(*slice_);
    slice_ = std::make_unique<gateway::LatencyHistogram>();
}

void Latencies::print(const char* what) const {
    if (all_.count() == 0) return;
    const auto us = [](std::uint64_t ns) { return static_cast<double>(ns) / 1'000; };
    std::printf("  %-36s p50 %8.1f  p99 %8.1f  p99.9 %8.1f  highest %8.1f us (%llu)", what,
                us(all_.quantile_ns(0.5)), us(all_.quantile_ns(0.99)), us(all_.quantile_ns(0.999)),
                us(all_.most_ns()), static_cast<unsigned long long>(all_.count()));
    if (p99_of_slices_.size() > 1) {
        std::vector<std::uint64_t> sorted = p99_of_slices_;
        std::ranges::sort(sorted);
        const auto within = std::ranges::upper_bound(sorted, 1'000'000U) - sorted.begin();
        std::printf("; p99 of a slice: median %.1f us, at most 1 ms in %td of %zu",
                    us(sorted[sorted.size() / 2]), within, sorted.size());
    }
    std::printf("\n");
}

void do_nothing(std::int64_t end_ns, std::int64_t interval_ns, Latencies& late) {
    std::int64_t due = now_ns();
    while (due < end_ns) {
        for (const std::int64_t now = now_ns(); due <= std::min(now, end_ns - 1);)
            late.record(now - std::exchange(due, due + interval_ns));
    }
    late.end_slice();
}

}  // namespace tickweir::bench
