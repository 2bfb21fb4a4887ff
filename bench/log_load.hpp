// Load for loggers, as log_bench and durable_bench put it on them: open loop at a rate, counted
// from the intended send, so that what waits behind a slow batch is charged to it; and as much as
// goes.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

#include "bench/log_loggers.hpp"

namespace tickweir::bench {

using Clock = std::chrono::steady_clock;
using std::chrono::microseconds;
using std::chrono::nanoseconds;

inline constexpr std::size_t record_bytes = 128;

struct Latencies {
    double p50 = 0;
    double p90 = 0;
    double p99 = 0;
    double p999 = 0;
    std::uint64_t refused = 0;
    double mean_batch = 0;
};

inline std::vector<std::byte> record_for(std::uint64_t i) {
    std::vector<std::byte> record(record_bytes, std::byte{0x31});
    std::memcpy(record.data(), &i, sizeof i);
    return record;
}

/// Sends at a fixed rate; between two sends looks how far the log is durable, and sleeps while
/// nothing is due for long enough, so that the core is not taken from the log.
inline Latencies open_loop(Logger& logger, std::uint64_t rate, double seconds) {
    const auto count = static_cast<std::uint64_t>(static_cast<double>(rate) * seconds);
    std::vector<float> waited(count, 0);
    const nanoseconds gap{1'000'000'000 / rate};
    const auto record = record_for(7);
    std::uint64_t sent = 0;
    std::uint64_t done = 0;
    Latencies found;
    const auto begin = Clock::now();
    while (done < count) {
        const auto now = Clock::now();
        while (sent < count && begin + sent * gap <= now) {
            while (!logger.submit(record)) {
                ++found.refused;
                sleep_for(microseconds{20});
            }
            ++sent;
        }
        const std::uint64_t durable = logger.durable();
        const auto seen = Clock::now();
        for (; done < durable; ++done)
            waited[done] =
                std::chrono::duration<float, std::micro>(seen - (begin + done * gap)).count();
        const auto due = begin + sent * gap;
        if (const auto left = due - Clock::now(); left > microseconds{3})
            sleep_for(std::min<nanoseconds>(left, microseconds{10}));
    }
    std::sort(waited.begin(), waited.end());
    const auto at = [&](double part) {
        return static_cast<double>(
            waited[static_cast<std::size_t>(part * static_cast<double>(count - 1))]);
    };
    found.p50 = at(0.5);
    found.p90 = at(0.9);
    found.p99 = at(0.99);
    found.p999 = at(0.999);
    found.mean_batch = static_cast<double>(count) /
                       static_cast<double>(std::max<std::uint64_t>(logger.batches(), 1));
    return found;
}

/// As many as it takes, with at most so many on the way; durable records a second.
inline double saturated(Logger& logger, double seconds) {
    constexpr std::uint64_t on_the_way = 4'096;
    const auto record = record_for(8);
    const auto begin = Clock::now();
    const auto end =
        begin + std::chrono::duration_cast<nanoseconds>(std::chrono::duration<double>{seconds});
    std::uint64_t sent = 0;
    while (Clock::now() < end) {
        std::uint64_t may = on_the_way - (sent - logger.durable());
        if (may == 0) {
            sleep_for(microseconds{5});
            continue;
        }
        for (; may > 0 && logger.submit(record); --may)
            ++sent;
        if (may > 0) sleep_for(microseconds{5});
    }
    const double took = std::chrono::duration<double>(Clock::now() - begin).count();
    return static_cast<double>(logger.durable()) / took;
}

}  // namespace tickweir::bench
