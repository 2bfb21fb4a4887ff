// How long a reader takes for an instrument's latest value while its writer stores as fast as it
// can: latest_quote() and latest_depth() beside a plain copy without any writer, and beside a value
// behind a mutex. One core reads, the other writes; every value read is checked for being whole.
#include <x86intrin.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "bench/rounds.hpp"
#include "store/market_store.hpp"

namespace tickweir::bench {
namespace {

constexpr book::InstrumentId instrument{0};

struct Options {
    std::uint64_t samples = 2'000'000;
    unsigned reader_core = 0;
    unsigned writer_core = 1;
};

// Every number of a value is made from n, so that a torn one shows.
store::Quote quote_of(std::int64_t n) {
    return {{n}, {n}, {n}, {n}, {n, n}, static_cast<std::uint64_t>(n), 1, 1};
}
bool whole(const store::Quote& quote) {
    return quote == store::Quote{} || quote == quote_of(quote.bid.ticks);
}

store::Depth depth_of(std::int64_t n) {
    const store::DepthLevel level{{n}, {n}, static_cast<std::uint64_t>(n)};
    store::Depth depth;
    depth.bids.fill(level);
    depth.asks.fill(level);
    depth.bid_count = depth.ask_count = store::Depth::levels_max;
    depth.version = static_cast<std::uint64_t>(n);
    depth.times = {n, n};
    return depth;
}
bool whole(const store::Depth& depth) {
    return depth == store::Depth{} || depth == depth_of(depth.times.exchange_ns);
}

/// The same value behind a lock, as one would write it first.
template <class T>
class Locked {
public:
    void store(const T& value) {
        const std::lock_guard lock{mutex_};
        value_ = value;
    }
    T load() const {
        const std::lock_guard lock{mutex_};
        return value_;
    }

private:
    mutable std::mutex mutex_;
    T value_;  // guarded by mutex_
};

// Waits for what came before, so that the two stamps enclose the read and nothing else.
std::uint64_t stamp() {
    unsigned core = 0;
    const std::uint64_t ticks = __rdtscp(&core);
    _mm_lfence();
    return ticks;
}

double ticks_per_nanosecond() {
    const auto start = std::chrono::steady_clock::now();
    const std::uint64_t first = stamp();
    std::chrono::duration<double, std::nano> passed{};
    do {
        passed = std::chrono::steady_clock::now() - start;
    } while (passed < std::chrono::milliseconds{200});
    return static_cast<double>(stamp() - first) / passed.count();
}

struct Line {
    std::string name;
    std::vector<std::uint32_t> ticks{};
    double stores_per_second = 0;
    std::uint64_t torn = 0;

    double at(double share, double scale) const {
        const auto place = static_cast<std::size_t>(share * static_cast<double>(ticks.size() - 1));
        return ticks[place] / scale;
    }
};

/// Runs `write(n)` for rising n on the other core meanwhile, unless it is empty.
template <class Read>
Line sample(const Options& options, const std::string& name, Read read,
            const std::function<void(std::int64_t)>& write) {
    Line line{name};
    line.ticks.reserve(options.samples);
    std::atomic<bool> done{false};
    std::atomic<std::int64_t> stores{0};
    std::thread writer;
    if (write) {
        writer = std::thread{[&] {
            pin_to(options.writer_core);
            std::int64_t n = 0;
            while (!done.load(std::memory_order_relaxed)) {
                for (int i = 0; i < 64; ++i)
                    write(++n);
                stores.store(n, std::memory_order_relaxed);
            }
        }};
        while (stores.load() == 0)
            std::this_thread::yield();
    }
    const auto start = std::chrono::steady_clock::now();
    const std::int64_t stores_before = stores.load();
    for (std::uint64_t i = 0; i < options.samples; ++i) {
        const std::uint64_t before = stamp();
        const auto value = read();
        const std::uint64_t after = stamp();
        line.torn += !whole(value);
        line.ticks.push_back(
            static_cast<std::uint32_t>(std::min<std::uint64_t>(after - before, UINT32_MAX)));
    }
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    line.stores_per_second = static_cast<double>(stores.load() - stores_before) / took.count();
    done.store(true);
    if (writer.joinable()) writer.join();
    std::sort(line.ticks.begin(), line.ticks.end());
    return line;
}

template <class T>
std::vector<Line> lines_of(const Options& options, const std::string& name, T (*make)(std::int64_t),
                           T (store::MarketStore::*latest)(book::InstrumentId) const,
                           void (store::MarketStore::*put)(book::InstrumentId, const T&)) {
    store::MarketStore store{{.instruments = 1, .active_instruments = 1}, nullptr, nullptr};
    (void)store.instruments().add({.venue = "nasdaq", .symbol = "AAPL", .base = "", .quote = ""});
    Locked<T> locked;
    T plain = make(1);
    const auto read = [&] { return (store.*latest)(instrument); };
    const auto write = [&](std::int64_t n) { (store.*put)(instrument, make(n)); };
    const auto copy = [&]() -> T {
        asm volatile("" : "+m"(plain));  // The compiler must not know the value.
        return plain;
    };
    return {
        sample(options, name + ": plain copy, no writer", copy, {}),
        sample(options, name + ": latest, no writer", read, {}),
        sample(options, name + ": latest, writer at full speed", read, write),
        sample(
            options, name + ": mutex, writer at full speed", [&] { return locked.load(); },
            [&](std::int64_t n) { locked.store(make(n)); }),
    };
}

/// Prints a value's lines; false when a torn value was read.
bool print(const std::vector<Line>& lines, double scale) {
    bool sound = true;
    for (const Line& line : lines) {
        std::printf("%-40s %8.0f %8.0f %8.0f %10.0f %8.2f %8.2f %10.2f\n", line.name.c_str(),
                    line.at(0.5, scale), line.at(0.99, scale), line.at(0.999, scale),
                    line.at(1, scale), line.at(0.5, scale) / lines.front().at(0.5, scale),
                    line.at(0.99, scale) / lines.back().at(0.99, scale),
                    line.stores_per_second / 1e6);
        if (line.torn == 0) continue;
        std::printf("  %llu torn values\n", static_cast<unsigned long long>(line.torn));
        sound = false;
    }
    return sound;
}

int run(const Options& options) {
    pin_to(options.reader_core);
    const double scale = ticks_per_nanosecond();
    const Line clock{
        sample(options, "two stamps, nothing between", [] { return store::Quote{}; }, {})};
    std::printf("%llu samples each; p99 of two stamps around nothing: %.0f ns, not taken off\n",
                static_cast<unsigned long long>(options.samples), clock.at(0.99, scale));
    std::printf("%-40s %8s %8s %8s %10s %8s %8s %10s\n", "ns", "p50", "p99", "p99.9", "max",
                "p50/copy", "p99/lock", "M stores/s");
    using store::MarketStore;
    const bool quotes =
        print(lines_of<store::Quote>(options, "quote", quote_of, &MarketStore::latest_quote,
                                     &MarketStore::put_quote),
              scale);
    const bool depths =
        print(lines_of<store::Depth>(options, "depth", depth_of, &MarketStore::latest_depth,
                                     &MarketStore::put_depth),
              scale);
    return quotes && depths ? EXIT_SUCCESS : EXIT_FAILURE;
}

}  // namespace
}  // namespace tickweir::bench

int main(int argc, char** argv) {
    tickweir::bench::Options options;
    for (int i = 1; i + 1 < argc; i += 2)
        if (std::string_view{argv[i]} == "--samples")
            options.samples = std::max(1ULL, std::strtoull(argv[i + 1], nullptr, 10));
    return tickweir::bench::run(options);
}
