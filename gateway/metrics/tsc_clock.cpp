#include "gateway/metrics/tsc_clock.hpp"

#include <cpuid.h>

#include <bit>

namespace tickweir::gateway {
namespace {

constexpr std::int64_t second_ns = 1'000'000'000;

std::int64_t clock_ns(clockid_t clock) {
    timespec time{};
    ::clock_gettime(clock, &time);
    return time.tv_sec * second_ns + time.tv_nsec;
}

void wait_for_rate() {
    const timespec pause{0, 20'000'000};
    // Cut short by a signal, the rate is less exact until the first refit.
    ::clock_nanosleep(CLOCK_MONOTONIC, 0, &pause, nullptr);
}

}  // namespace

bool has_invariant_tsc() {
    unsigned eax = 0;
    unsigned ebx = 0;
    unsigned ecx = 0;
    unsigned edx = 0;
    return __get_cpuid(0x8000'0007, &eax, &ebx, &ecx, &edx) != 0 && (edx & (1u << 8)) != 0;
}

TscClock::TscClock(Ticks source)
    : source_(source), fit_([this] {
          const ClockReading first = read_clocks();
          wait_for_rate();
          return TickFit{first, read_clocks()};
      }()) {
    publish(fit_.line());
}

std::uint64_t TscClock::monotonic_ns() {
    return static_cast<std::uint64_t>(clock_ns(CLOCK_MONOTONIC));
}

/// The surest of some readings: one that an interrupt hit is wide.
ClockReading TscClock::read_clocks() const {
    ClockReading best;
    for (int i = 0; i < 8; ++i) {
        const std::uint64_t before = ticks();
        ClockReading reading;
        reading.monotonic_ns = clock_ns(CLOCK_MONOTONIC);
        reading.realtime_ns = clock_ns(CLOCK_REALTIME);
        reading.width_ticks = ticks() - before;
        reading.ticks = before + reading.width_ticks / 2;
        if (i == 0 || reading.width_ticks < best.width_ticks) best = reading;
    }
    return best;
}

Refit TscClock::refit() {
    const Refit outcome = fit_.refit(read_clocks());
    if (outcome == Refit::done || outcome == Refit::restarted) publish(fit_.line());
    return outcome;
}

// Two slots: the writer fills the one that no reader of the current version looks at. Release and
// acquire on every word order them with the version; a reader that met a writer in its slot sees
// another version and tries again, which takes two refits, a second apart, during one read.
void TscClock::publish(const TickLine& line) {
    const auto words = std::bit_cast<std::array<std::uint64_t, sizeof(TickLine) / 8>>(line);
    const std::uint64_t next = version_.load(std::memory_order_relaxed) + 1;
    for (std::size_t i = 0; i < words.size(); ++i)
        slots_[next & 1][i].store(words[i], std::memory_order_release);
    rate_.store(line.rate, std::memory_order_relaxed);
    version_.store(next, std::memory_order_release);
}

TickLine TscClock::line() const {
    std::array<std::uint64_t, sizeof(TickLine) / 8> words{};
    std::uint64_t version = 0;
    do {
        version = version_.load(std::memory_order_acquire);
        for (std::size_t i = 0; i < words.size(); ++i)
            words[i] = slots_[version & 1][i].load(std::memory_order_acquire);
    } while (version_.load(std::memory_order_relaxed) != version);
    return std::bit_cast<TickLine>(words);
}

}  // namespace tickweir::gateway
