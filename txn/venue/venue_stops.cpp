// Stop orders until they are orders like others, and what continuations go on with.
#include <algorithm>

#include "book/ensure.hpp"
#include "txn/venue/venue.hpp"

namespace tickweir::txn {
namespace {

/// Where a stop stands among the stops, so that what triggers first is best: the lowest price of
/// buys, the highest of sells.
Side stop_side(const OrderRecord& order) {
    return book::opposite(order.side);
}

}  // namespace

void Venue::enter_stop(OrderIndex index) {
    OrderRecord& order = orders_[index];
    const Price last = of(order.instrument).reference();
    if (last.ticks != 0 && triggers(order, last, last)) return wait_in_line(index);
    const book::BookChange change =
        stops_.add(order.instrument, order.id, stop_side(order), order.stop_price, order.leaves,
                   static_cast<book::Participant>(index));
    book::ensure(change.ok());
    order.is_stop = true;
}

bool Venue::triggers(const OrderRecord& order, Price lowest, Price highest) const {
    return order.side == Side::buy ? highest >= order.stop_price : lowest <= order.stop_price;
}

/// All stops that the command's trades trigger stand in line, in the order of their ids.
void Venue::trigger_stops(InstrumentId instrument) {
    const book::BookHeader* const stops = stops_.find_book(instrument);
    if (stops == nullptr) return;
    triggered_.clear();
    for (const Side side : {Side::buy, Side::sell}) {
        while (const book::Handle best = stops->side(side).best()) {
            const book::LevelSlot& level = stops_.level_at(best);
            const book::OrderSlot& slot = stops_.order_at(level.head);
            if (!triggers(orders_[resting(slot)], traded_.lowest, traded_.highest)) break;
            triggered_.push_back(resting(slot));
            stops_.remove(instrument, slot.id);
        }
    }
    std::ranges::sort(triggered_, {}, [&](OrderIndex index) { return orders_[index].id; });
    for (const OrderIndex index : triggered_)
        wait_in_line(index);
}

void Venue::wait_in_line(OrderIndex index) {
    OrderRecord& order = orders_[index];
    order.is_stop = false;
    set_waiting(index);
    of(order.instrument).waiting.push_back(index);
    make_runnable(order.instrument);
}

/// There is room for as many as there can be orders; only the system may have no memory left.
void Venue::set_waiting(OrderIndex index) {
    book::ensure(waiting_.ready());
    waiting_.insert(orders_[index].id, index);
    orders_[index].waiting = true;
}

void Venue::leave_line(OrderIndex index) {
    InstrumentState& its = of(orders_[index].instrument);
    const auto line = its.waiting.begin() + static_cast<std::ptrdiff_t>(its.first_waiting);
    const auto found = std::find(line, its.waiting.end(), index);
    if (found == its.waiting.end()) return;
    *found = 0;
    while (its.first_waiting != its.waiting.size() && its.waiting[its.first_waiting] == 0)
        ++its.first_waiting;
    if (its.first_waiting != its.waiting.size()) return;
    its.waiting.clear();
    its.first_waiting = 0;
}

void Venue::make_runnable(InstrumentId instrument) {
    const InstrumentState& its = of(instrument);
    if (its.state != MarketState::trading || its.waiting.empty()) return;
    if (std::ranges::find(runnable_, instrument) == runnable_.end())
        runnable_.push_back(instrument);
}

void Venue::prune_runnable() {
    if (runnable_.empty()) [[likely]]
        return;
    std::erase_if(runnable_, [&](InstrumentId instrument) {
        return of(instrument).state != MarketState::trading || of(instrument).waiting.empty();
    });
}

OrderIndex Venue::running_stop() const {
    if (runnable_.empty()) return 0;
    const InstrumentState& its = of(runnable_.front());
    return its.waiting[its.first_waiting];
}

// ----------------------------------------------------------------------------------- continuations

void Venue::go_on() {
    switch (rest_.kind) {
        case Rest::Kind::incoming:
            return go_on_matching();
        case Rest::Kind::cancels:
            return go_on_cancelling();
        case Rest::Kind::expiry:
            return go_on_expiring();
        case Rest::Kind::none:
            return run_stop(running_stop());
    }
}

/// The rest of an order that met more others than one command may.
void Venue::go_on_matching() {
    const OrderIndex index = rest_.order;
    Terms terms = rest_.terms;
    terms.min_quantity = {};
    rest_ = {};
    match_held(index, terms);
}

/// A stop becomes an order.
void Venue::run_stop(OrderIndex index) {
    leave_line(index);
    OrderRecord& order = orders_[index];
    order.triggered = true;
    tell(EventKind::triggered, order);
    Terms terms;
    if (order.type == OrderType::stop) {
        terms.limit = of(order.instrument).collared(order.side, order.stop_price);
        terms.immediate = true;
    } else {
        terms.limit = order.price;
        terms.whole = order.time_in_force == TimeInForce::fok;
        terms.immediate = order.time_in_force == TimeInForce::ioc;
    }
    if (order.post_only && book::crosses(books_, order.instrument, order.side, terms.limit))
        return end_order(index, EventKind::cancelled, CancelReason::unfilled, {});
    match_held(index, terms);
}

/// Matches an order that is open already with what it holds; a market order, which holds nothing,
/// with what its account has.
void Venue::match_held(OrderIndex index, Terms terms) {
    OrderRecord& order = orders_[index];
    if (order.due > balance_max || order.due < -balance_max)  // more would not fit 128 bits
        return end_order(index, EventKind::cancelled, CancelReason::funds, {});
    plan(order, terms);
    if (!satisfied(order, terms)) {
        of(order.instrument).roll_band(now_);
        return end_order(index, EventKind::cancelled, CancelReason::unfilled, {});
    }
    settle(order);
    const bool is_market_stop = order.type == OrderType::stop;
    if (is_market_stop) {
        if (!pay_as_far_as_held(order))
            terms.rest_reason = CancelReason::funds;
        else if (plan_.end == book::MatchEnd::limit)
            terms.rest_reason = CancelReason::collar;
    }
    Demand demand;
    if (order.type == OrderType::market && order.side == Side::buy)
        demand.need = paid_.notional + paid_.own_fee;
    if (stays(terms)) {
        demand.held_after = hold_of(order, plan_.left, paid_.due);
        if (is_market_stop && order.side == Side::buy)
            demand.held_after =
                std::min(demand.held_after, order.held - paid_.notional - paid_.own_fee);
    }
    collect_deltas(order, demand);
    const BalanceDelta released{order.held_row, 0, -order.held};
    if (teller_.commit_or(deltas_, released, *point_, plan_.matches.size()) != Refusal::none) {
        order.held = 0;
        return end_order(index, EventKind::cancelled, CancelReason::funds, {});
    }
    order.held = demand.held_after;
    carry_out(index, terms);
}

/// Cuts the plan of a stop without a limit off before the first fill that its hold cannot pay;
/// false if there is one.
bool Venue::pay_as_far_as_held(const OrderRecord& order) {
    if (order.side == Side::sell) return true;
    Int128 left = order.held;
    for (std::size_t i = 0; i < plan_.matches.size(); ++i) {
        left -= settled_[i].notional + settled_[i].incoming_fee;
        if (left >= 0) continue;
        for (std::size_t k = i; k < plan_.matches.size(); ++k)
            if (!plan_.matches[k].is_cancel) plan_.left = plan_.left + plan_.matches[k].quantity;
        plan_.matches.resize(i);
        plan_.end = book::MatchEnd::no_more;
        settle(order);
        return false;
    }
    return true;
}

}  // namespace tickweir::txn
