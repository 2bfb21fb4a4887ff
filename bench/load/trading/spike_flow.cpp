#include "bench/load/trading/spike_flow.hpp"

namespace tickweir::bench {
namespace {

constexpr std::int64_t of_all = 100;
constexpr std::int64_t staying = 9;
constexpr std::int64_t taking = staying + 3;
constexpr std::int64_t cancelling = taking + 6;  // the rest moves
constexpr std::int64_t depth = 50;               // ticks from the middle that orders rest within
constexpr std::int64_t reach = 10;               // ticks beyond it that orders take within
constexpr std::int64_t quantity = 100;

}  // namespace

std::int64_t SpikeFlow::resting_price(OrderSide side) {
    const std::int64_t away = 1 + below(depth);
    return market_.reference_ticks + (side == OrderSide::buy ? -away : away);
}

OrderWish SpikeFlow::wish() {
    OrderWish wish;
    wish.instrument =
        static_cast<std::uint32_t>(below(static_cast<std::int64_t>(market_.instruments)));
    wish.side = below(2) == 0 ? OrderSide::buy : OrderSide::sell;
    wish.quantity = quantity * (1 + below(10));
    return wish;
}

bool SpikeFlow::place(ClientSession& session, OwnOrders& orders, TimeNs now,
                      std::int64_t intended_ns) {
    OrderWish order = wish();
    order.price = resting_price(order.side);
    order.time_in_force = '1';
    return orders.place(session, order, now, intended_ns);
}

bool SpikeFlow::send(ClientSession& session, OwnOrders& orders, TimeNs now,
                     std::int64_t intended_ns) {
    const std::int64_t kind = below(of_all);
    if (kind >= staying && kind < taking) {
        OrderWish order = wish();
        const std::int64_t beyond = 1 + below(reach);
        order.price = market_.reference_ticks + (order.side == OrderSide::buy ? beyond : -beyond);
        order.time_in_force = '3';
        return orders.place(session, order, now, intended_ns);
    }
    const auto idle = orders.idle();
    if (kind < staying || idle.empty()) return place(session, orders, now, intended_ns);
    const std::uint32_t slot = idle[random_() % idle.size()];
    if (kind < cancelling) return orders.cancel(session, slot, now, intended_ns);
    const OwnOrders::Order& order = orders.order(slot);
    // What was executed counts in the quantity: an order that is partly used keeps the whole of it.
    return orders.replace(session, slot, resting_price(order.side), order.leaves + order.filled,
                          now, intended_ns);
}

}  // namespace tickweir::bench
