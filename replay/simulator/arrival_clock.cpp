#include "replay/simulator/arrival_clock.hpp"

#include <algorithm>

namespace tickweir::replay::simulator {
namespace {

/// A draw in thousandths of the curve's own mean.
template <std::size_t Count>
std::uint64_t relative(const Curve<Count>& curve, Random& random) {
    const std::uint64_t mean = curve.mean_times_1000() / 1'000;
    return curve.draw(random) * 1'000 / mean;
}

}  // namespace

void ArrivalClock::begin_millisecond() {
    now_ns_ = std::max(now_ns_, millisecond_end_ns_);
    millisecond_end_ns_ += millisecond_ns;
    if (now_ns_ >= second_end_ns_) {
        second_end_ns_ = now_ns_ + second_ns;
        second_permille_ = relative(second_permille, random_);
    }
    const std::uint64_t here = second_permille_ >= hot_second_permille
                                   ? relative(hot_millisecond_permille, random_)
                                   : relative(quiet_millisecond_permille, random_);
    permille_ = second_permille_ * here / 1'000;
}

std::uint64_t ArrivalClock::next(std::uint64_t now_ns, std::uint64_t mean_gap_ns) {
    now_ns_ = std::max(now_ns_, now_ns);
    // A gap that would cross into the next millisecond is drawn again there: arrivals are
    // independent, so that nothing needs to be remembered of it.
    for (;;) {
        if (now_ns_ < millisecond_end_ns_ && permille_ != 0) {
            const std::uint64_t gap_ns = gap_permille.draw(random_) * mean_gap_ns / permille_;
            if (gap_ns < millisecond_end_ns_ - now_ns_) return now_ns_ += gap_ns;
        }
        begin_millisecond();
    }
}

}  // namespace tickweir::replay::simulator
