// What sessions ask for in a spike: of the requests 9 % are orders that stay, 3 % orders that take
// at once, 6 % cancels and 82 % moves of an order's price. Pure: the same seed and the same open
// orders give the same requests.
#pragma once

#include <cstddef>
#include <cstdint>
#include <random>

#include "bench/load/trading/own_orders.hpp"

namespace tickweir::bench {

struct SpikeMarket {
    std::size_t instruments = 50;
    std::int64_t reference_ticks = 10'000;
};

class SpikeFlow {
public:
    SpikeFlow(std::uint64_t seed, const SpikeMarket& market) : random_{seed}, market_{market} {}

    /// Sends the next request of this trader; an order where there is none to cancel or move.
    /// Whether it was sent.
    bool send(ClientSession& session, OwnOrders& orders, TimeNs now, std::int64_t intended_ns);
    /// An order that stays.
    bool place(ClientSession& session, OwnOrders& orders, TimeNs now, std::int64_t intended_ns);

private:
    std::int64_t below(std::int64_t bound) {
        return static_cast<std::int64_t>(random_() % static_cast<std::uint64_t>(bound));
    }
    std::int64_t resting_price(OrderSide side);
    OrderWish wish();

    std::mt19937_64 random_;
    SpikeMarket market_;
};

}  // namespace tickweir::bench
