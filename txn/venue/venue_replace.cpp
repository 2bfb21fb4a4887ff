// Orders as their owners would rather have them.
#include <algorithm>

#include "txn/venue/order_form.hpp"
#include "txn/venue/venue.hpp"

namespace tickweir::txn {
namespace {

constexpr std::uint64_t number_mask = (std::uint64_t{1} << 40) - 1;

std::uint64_t number_of(OrderId id) {
    return static_cast<std::uint64_t>(id) & number_mask;
}

}  // namespace

/// The open order of the session that a request names.
Venue::Named Venue::find_named(const ClientOrderId& original,
                               const std::optional<OrderId>& order) const {
    OrderId id{};
    if (!original.empty() || !order) {
        const auto number = client_ids_.find(envelope_->session, original);
        if (!number || number == ClientIds::no_order) return {Refusal::unknown_order};
        id = order_id(*number);
        if (order && *order != id) return {Refusal::unknown_order};
    } else {
        id = *order;
        const std::uint64_t number = number_of(id);
        if (id != order_id(number) || number == 0 || number > order_count_)
            return {Refusal::unknown_order};
    }
    if (const OrderIndex open = find(id); open != 0) {
        if (orders_[open].session != envelope_->session) return {Refusal::unknown_order};
        return {Refusal::none, id, open};
    }
    const bool by_id_alone = original.empty() && order;
    if (by_id_alone && number_of(id) <= day_begin_) return {Refusal::unknown_order};
    return {Refusal::order_closed, id};
}

void Venue::replace(const ReplaceOrder& command) {
    const ClientOrderId& request = command.client_id;
    if (request.empty()) return refuse(Refusal::bad_client_id, request);
    if (client_ids_.find(envelope_->session, request)) {
        if (command.possible_resend || command.possible_duplicate) return ignore(request);
        refuse(Refusal::duplicate_client_id, request);
        return show_known(out_->events.back(), request);
    }
    if (command.possible_duplicate) return refuse(Refusal::not_executed, request);
    const Named named = find_named(command.original, command.order);
    Refusal refusal = named.refusal;
    if (refusal == Refusal::none) {
        OrderRecord after = orders_[named.order];
        refusal = revised(command, orders_[named.order], after);
        if (refusal == Refusal::none) refusal = re_place(named.order, command, after);
    }
    if (refusal != Refusal::none) refuse_named(refusal, request, named.id);
}

/// What the order is to be, where that is in form.
Refusal Venue::revised(const ReplaceOrder& command, const OrderRecord& before,
                       OrderRecord& after) const {
    after.client_id = command.client_id;
    after.price = price_or_none(command.price);
    after.stop_price = price_or_none(command.stop_price);
    // It is not to be triggered again: another stop price is none that could be.
    if (before.triggered)
        after.stop_price = command.stop_price.value_or(before.stop_price) == before.stop_price
                               ? before.stop_price
                               : Price{-1};
    if (command.quantity <= before.filled) return Refusal::bad_quantity;
    after.quantity = command.quantity;
    after.leaves = command.quantity - before.filled;
    after.display = command.display.value_or(before.display);
    after.expiry = command.expiry.value_or(before.expiry);
    OrderRecord checked = after;
    // One that is not given is not looked at again.
    if (!command.expiry && before.time_in_force == TimeInForce::gtd) checked.expiry = TimeNs::max();
    const Refusal bad = form_of(checked, {}, of(before.instrument).settings, now_);
    after.display = std::min(after.display, after.leaves);
    return bad;
}

Refusal Venue::re_place(OrderIndex index, const ReplaceOrder& command, OrderRecord& after) {
    const OrderRecord& before = orders_[index];
    const bool only_smaller =
        after.price == before.price && after.stop_price == before.stop_price &&
        (!command.display || *command.display == before.display) && after.expiry == before.expiry &&
        after.quantity < before.quantity && after.leaves <= before.leaves;
    if (only_smaller) return client_ids_.full() ? Refusal::capacity : shrink(index, after);
    if (of(before.instrument).state != MarketState::trading) return Refusal::halted;
    const Position& own = positions_[before.position_row];
    Terms terms;
    Price priced{};
    const Refusal collared = terms_of(after, terms, priced);
    if (const Refusal capped = check_caps(after, priced, own, &before); capped != Refusal::none)
        return capped;
    if (collared != Refusal::none) return collared;
    if (const Refusal bad = check_position(after, own, before.leaves); bad != Refusal::none)
        return bad;
    if (client_ids_.full()) return Refusal::capacity;
    return before.is_stop ? re_enter_stop(index, after) : re_enter(index, after, terms);
}

/// Less of it: what is hidden goes first, and its place stays.
Refusal Venue::shrink(OrderIndex index, const OrderRecord& after) {
    OrderRecord& order = orders_[index];
    const Quantity less = order.leaves - after.leaves;
    const Int128 held = hold_of(after, after.leaves, order.due);
    const BalanceDelta change{order.held_row, 0, held - order.held};
    teller_.apply({&change, 1}, *point_, 1);
    count_open(order, Quantity{} - less);
    if (const book::OrderSlot* slot = books_.find_order(order.id)) {
        const Quantity hidden = order.leaves - slot->open;
        if (less > hidden)
            tell_level(books_.reduce(order.instrument, order.id, less - hidden), order.instrument);
    } else if (order.is_stop && less.lots != 0) {
        stops_.reduce(order.instrument, order.id, less);
    }
    tell_replaced(index, after);
    orders_[index].held = held;
    return Refusal::none;
}

Refusal Venue::re_enter_stop(OrderIndex index, const OrderRecord& after) {
    OrderRecord& order = orders_[index];
    const Int128 held = hold_of(after, after.leaves, order.due);
    const BalanceDelta delta{order.held_row, 0, held - order.held, held, order.held};
    if (const Refusal bad = commit({&delta, 1}); bad != Refusal::none) return bad;
    take_out(index);
    count_open(order, after.leaves - order.leaves);
    tell_replaced(index, after);
    orders_[index].held = held;
    enter_stop(index);
    return Refusal::none;
}

/// Like a new order under the same OrderID.
Refusal Venue::re_enter(OrderIndex index, const OrderRecord& after, const Terms& terms) {
    OrderRecord& order = orders_[index];
    if (order.post_only && book::crosses(books_, order.instrument, order.side, terms.limit))
        return Refusal::would_trade;
    plan(after, terms);
    settle(after);
    const Demand demand{hold_of(after, after.leaves, after.due),
                        stays(terms) ? hold_of(after, plan_.left, paid_.due) : 0};
    collect_deltas(after, demand);
    if (const Refusal bad = commit(deltas_); bad != Refusal::none) return bad;
    take_out(index);
    count_open(order, after.leaves - order.leaves);
    tell_replaced(index, after);
    orders_[index].held = demand.held_after;
    carry_out(index, terms);
    return Refusal::none;
}

/// The record becomes what it is to be, where it is.
void Venue::tell_replaced(OrderIndex index, const OrderRecord& after) {
    OrderRecord& order = orders_[index];
    const ClientOrderId original = order.client_id;
    if (after.time_in_force == TimeInForce::gtd && after.expiry != order.expiry)
        note_expiry(after.expiry, order.id);
    order.client_id = after.client_id;
    order.price = after.price;
    order.stop_price = after.stop_price;
    order.quantity = after.quantity;
    order.leaves = after.leaves;
    order.display = after.display;
    order.expiry = after.expiry;
    use_up(after.client_id, number_of(order.id));
    Event& event = tell(EventKind::replaced, order);
    event.request_id = after.client_id;
    event.original = original;
}

}  // namespace tickweir::txn
