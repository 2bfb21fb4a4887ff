#include "bench/load/trading/b3_flow.hpp"

#include <algorithm>
#include <cmath>

namespace tickweir::bench {
namespace {

constexpr double zipf_exponent = 0.95;
constexpr double passive = 0.75;
constexpr double aggressive = 0.20;
constexpr double expiring = 0.30;  // of all orders; they are among the passive ones
constexpr std::int64_t expiry_most_ns = 10'000'000'000;
constexpr std::int64_t expiry_least_ns = 1'000'000'000;
constexpr std::int64_t passive_depth = 40;    // ticks away from the middle
constexpr std::int64_t aggressive_reach = 5;  // ticks beyond it
constexpr std::int64_t lots_most = 10;
constexpr std::int64_t lot = 100;

}  // namespace

B3Flow::B3Flow(std::uint64_t seed, const B3Profile& profile)
    : profile_{profile}, random_{seed}, middle_(profile.instruments, profile.reference_ticks) {
    double sum = 0;
    for (std::size_t rank = 1; rank <= profile.instruments; ++rank)
        zipf_.push_back(sum += std::pow(static_cast<double>(rank), -zipf_exponent));
    for (double& share : zipf_)
        share /= sum;
}

std::uint32_t B3Flow::instrument() {
    const auto found = std::ranges::upper_bound(zipf_, uniform());
    const auto last = static_cast<std::ptrdiff_t>(zipf_.size()) - 1;
    return static_cast<std::uint32_t>(std::min(found - zipf_.begin(), last));
}

OrderWish B3Flow::order(TimeNs due) {
    OrderWish wish;
    wish.instrument = instrument();
    wish.side = below(2) == 0 ? OrderSide::buy : OrderSide::sell;
    wish.quantity = lot * (1 + below(lots_most));
    std::int64_t& middle = middle_[wish.instrument];
    if (below(64) == 0) {
        middle += below(3) - 1;
        middle += (profile_.reference_ticks - middle) / 200;  // it stays within the collar
    }
    const std::int64_t sign = wish.side == OrderSide::buy ? 1 : -1;
    const double kind = uniform();
    if (kind < passive) {
        wish.price = middle - sign * (1 + below(passive_depth));
        if (uniform() < expiring / passive) {
            wish.time_in_force = '6';
            wish.expiry = due + std::chrono::nanoseconds{expiry_least_ns +
                                                         below(expiry_most_ns - expiry_least_ns)};
        }
    } else if (kind < passive + aggressive) {
        wish.price = middle + sign * (1 + below(aggressive_reach));
    } else {
        wish.time_in_force = '3';
    }
    return wish;
}

B3Request B3Flow::next(TimeNs due) {
    B3Request request;
    request.broker = static_cast<std::uint32_t>(below(static_cast<std::int64_t>(profile_.brokers)));
    const double at = uniform() * B3Profile::per_second;
    if (at < B3Profile::orders_per_second) {
        request.wish = order(due);
        request.instrument = request.wish.instrument;
    } else if (at < B3Profile::orders_per_second + B3Profile::cancels_per_second) {
        request.kind = B3Kind::cancel;
    } else {
        constexpr B3Kind kinds[]{B3Kind::book, B3Kind::price, B3Kind::balance};
        request.kind = kinds[below(3)];
        request.instrument = instrument();
    }
    return request;
}

}  // namespace tickweir::bench
