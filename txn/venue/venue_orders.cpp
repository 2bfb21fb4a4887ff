// New orders, and what every order is checked for.
#include <limits>

#include "txn/venue/order_form.hpp"
#include "txn/venue/venue.hpp"

namespace tickweir::txn {
namespace {

/// No order is worth more, in 10^-18: sums of notionals and fees stay within 128 bits.
constexpr Int128 order_notional_max = static_cast<Int128>(book::exact::power_of_ten(31));

bool is_stop_type(const OrderRecord& order) {
    return order.type == OrderType::stop || order.type == OrderType::stop_limit;
}

}  // namespace

void Venue::place(const NewOrder& command) {
    if (command.client_id.empty()) return refuse_new(Refusal::bad_client_id, command);
    const SessionId session = envelope_->session;
    const bool repeated = command.possible_resend || command.possible_duplicate;
    if (client_ids_.find(session, command.client_id)) {
        if (!repeated) return refuse_new(Refusal::duplicate_client_id, command);
        return ignore(command.client_id);
    }
    if (command.possible_duplicate) return refuse_new(Refusal::not_executed, command);
    if (!known(command.account)) return refuse_new(Refusal::unknown_account, command);
    if (!known(command.instrument)) return refuse_new(Refusal::unknown_instrument, command);
    OrderRecord order = record_of(command, session);
    if (const Refusal refusal = place_checked(command, order); refusal != Refusal::none)
        refuse_new(refusal, command);
}

/// Everything but ids. Nothing has changed where it is refused.
Refusal Venue::place_checked(const NewOrder& command, OrderRecord& order) {
    InstrumentState& its = of(order.instrument);
    if (const Refusal bad = form_of(order, command.min_quantity, its.settings, now_);
        bad != Refusal::none)
        return bad;
    order.display = std::min(order.display, order.quantity);
    if (its.state != MarketState::trading) return Refusal::halted;
    const Position own = position(order.account, order.instrument);
    Terms terms;
    terms.min_quantity = command.min_quantity;
    Price priced{};
    if (const Refusal bad = terms_of(order, terms, priced); bad == Refusal::no_reference)
        return bad;
    else if (const Refusal capped = check_caps(order, priced, own, nullptr);
             capped != Refusal::none)
        return capped;
    else if (bad != Refusal::none)
        return bad;
    if (const Refusal bad = check_position(order, own, {}); bad != Refusal::none) return bad;
    if (const Refusal bad = open_rows(order); bad != Refusal::none) return bad;
    return is_stop_type(order) ? place_stop(order) : place_live(order, terms);
}

/// The limit within which an order may trade, and the price that its caps are counted at.
Refusal Venue::terms_of(const OrderRecord& order, Terms& terms, Price& priced) const {
    const InstrumentState& its = of(order.instrument);
    terms.whole = order.time_in_force == TimeInForce::fok;
    terms.immediate = order.type == OrderType::market || order.time_in_force == TimeInForce::ioc;
    terms.limit = order.price;
    priced = order.price.ticks != 0 ? order.price : order.stop_price;
    const bool is_limit =
        order.type == OrderType::limit || (order.type == OrderType::stop_limit && order.triggered);
    if (is_stop_type(order) && !is_limit) return Refusal::none;
    Price from = its.reference();
    if (is_limit) {
        if (from.ticks == 0 || its.settings.collar_millionths == 0) return Refusal::none;
        return book::better(order.side, order.price, its.collared(order.side, from))
                   ? Refusal::collar
                   : Refusal::none;
    }
    if (from.ticks == 0) {
        const book::BookHeader* book = books_.find_book(order.instrument);
        const book::Handle best =
            book == nullptr ? 0 : book->side(book::opposite(order.side)).best();
        if (best == 0) return Refusal::no_reference;
        from = books_.level_at(best).price;
    }
    terms.limit = its.collared(order.side, from);
    priced = its.settings.collar_millionths != 0 ? terms.limit : from;
    return Refusal::none;
}

Refusal Venue::check_caps(const OrderRecord& order, Price priced, const Position& own,
                          const OrderRecord* before) const {
    const InstrumentState& its = of(order.instrument);
    const AccountSettings& account = settings_.accounts[static_cast<std::size_t>(order.account)];
    const SessionSettings& session = settings_.sessions[static_cast<std::size_t>(order.session)];
    if (its.settings.quantity_max.lots != 0 && order.quantity > its.settings.quantity_max)
        return Refusal::quantity_cap;
    const Int128 raw = Int128{priced.ticks} * order.quantity.lots;
    if (raw > order_notional_max / its.notional_unit ||
        Int128{order.quantity.lots} > order_notional_max / its.lot_unit)
        return Refusal::overflow;
    if (!sums_fit(order, own, before == nullptr ? Quantity{} : before->leaves))
        return Refusal::overflow;
    const Int128 notional = raw * its.notional_unit;
    for (const Int128 most : {its.settings.notional_max, account.notional_max})
        if (most != 0 && notional > most) return Refusal::notional_cap;
    if (before != nullptr) return Refusal::none;
    if (orders_.session_count(order.session) >= session.orders_max) return Refusal::session_orders;
    if (orders_.account_count(order.account) >= account.orders_max) return Refusal::account_orders;
    return Refusal::none;
}

/// Whether what is open at one price or in all, and what the account may come to have, stay within
/// 64 bits, `given_back` not counted, and its cost, its profit and the order's fees within 128,
/// whatever becomes of what is open.
bool Venue::sums_fit(const OrderRecord& order, const Position& own, Quantity given_back) const {
    constexpr Int128 most = std::numeric_limits<std::int64_t>::max();
    const Int128 more = Int128{order.leaves.lots} - given_back.lots;
    const std::int64_t sign = order.side == Side::buy ? 1 : -1;
    for (const Int128 amount : {own.cost, own.realized, order.due})
        if (amount > balance_max || amount < -balance_max) return false;
    return of(order.instrument).open[static_cast<std::size_t>(order.side)].lots + more <= most &&
           Int128{own.quantity.lots} * sign + own.open(order.side).lots + more <= most;
}

/// Whether position and open orders of the side stay within the limit, `given_back` not counted.
Refusal Venue::check_position(const OrderRecord& order, const Position& own,
                              Quantity given_back) const {
    const Row row = position_limits_.find(static_cast<std::uint32_t>(order.account),
                                          static_cast<std::uint32_t>(order.instrument));
    if (row == 0) return Refusal::none;
    const std::int64_t sign = order.side == Side::buy ? 1 : -1;
    const Int128 has = Int128{own.quantity.lots} * sign;
    const Int128 after = has + own.open(order.side).lots - given_back.lots + order.leaves.lots;
    const bool reduces = has < 0 && after <= 0;
    return reduces || after <= position_limits_[row].lots ? Refusal::none : Refusal::position_limit;
}

/// The rows in which the order's fills will be booked, so that none can fail for want of one.
Refusal Venue::open_rows(OrderRecord& order) {
    InstrumentState& its = of(order.instrument);
    order.position_row = positions_.find_or_add(static_cast<std::uint32_t>(order.account),
                                                static_cast<std::uint32_t>(order.instrument));
    Position& position = positions_[order.position_row];
    if (order.position_row != 0 && position.base_row == 0) {
        position.base_row = ledger_.row(order.account, its.settings.base);
        position.quote_row = ledger_.row(order.account, its.settings.quote);
    }
    order.held_row = position.held_row(order.side);
    if (its.fee_row == 0) its.fee_row = ledger_.row(settings_.fees.account, its.settings.quote);
    const bool full = order.position_row == 0 || position.base_row == 0 ||
                      position.quote_row == 0 || its.fee_row == 0 || client_ids_.full() ||
                      !orders_.ready();
    return full ? Refusal::capacity : Refusal::none;
}

Refusal Venue::place_live(OrderRecord& order, const Terms& terms) {
    if (order.post_only && book::crosses(books_, order.instrument, order.side, terms.limit))
        return Refusal::would_trade;
    plan(order, terms);
    const bool kills = !satisfied(order, terms);
    if (kills && plan_.end == book::MatchEnd::effects) return Refusal::too_many_fills;
    settle(order);
    const Int128 need = need_of(order, kills);
    if (kills) {
        const BalanceDelta only_asked{order.held_row, 0, 0, need};
        if (const Refusal bad = commit({&only_asked, 1}); bad != Refusal::none) return bad;
        of(order.instrument).roll_band(now_);
        end_order(accept(order), EventKind::cancelled, CancelReason::unfilled, {});
        return Refusal::none;
    }
    const Int128 held = stays(terms) ? hold_of(order, plan_.left, paid_.due) : 0;
    collect_deltas(order, {need, held});
    if (const Refusal bad = commit(deltas_); bad != Refusal::none) return bad;
    order.held = held;
    carry_out(accept(order), terms);
    return Refusal::none;
}

/// What has to be available for a new order before it.
Int128 Venue::need_of(const OrderRecord& order, bool kills) const {
    if (order.type != OrderType::market) return hold_of(order, order.leaves, 0);
    if (order.side == Side::sell) return of(order.instrument).amount(order.leaves);
    return kills ? 0 : paid_.notional + paid_.own_fee;
}

Refusal Venue::place_stop(OrderRecord& order) {
    order.held = hold_of(order, order.leaves, 0);
    const BalanceDelta delta{order.held_row, 0, order.held, order.held};
    if (const Refusal bad = commit({&delta, 1}); bad != Refusal::none) return bad;
    enter_stop(accept(order));
    return Refusal::none;
}

/// From here on it is an order.
OrderIndex Venue::accept(const OrderRecord& order) {
    const OrderIndex index = orders_.add(order);
    OrderRecord& record = orders_[index];
    record.id = order_id(++order_count_);
    client_ids_.add(record.session, record.client_id, order_count_);
    count_open(record, record.leaves);
    if (record.time_in_force == TimeInForce::gtd) note_expiry(record.expiry, record.id);
    tell(EventKind::accepted, record).request_id = record.client_id;
    return index;
}

void Venue::count_open(const OrderRecord& order, Quantity change) {
    Quantity& own = positions_[order.position_row].open(order.side);
    Quantity& all = of(order.instrument).open[static_cast<std::size_t>(order.side)];
    own = own + change;
    all = all + change;
}

void Venue::refuse_new(Refusal refusal, const NewOrder& command) {
    refuse(refusal, command.client_id);
    Event& event = out_->events.back();
    event.kind = EventKind::rejected;
    if (refusal == Refusal::duplicate_client_id) show_known(event, command.client_id);
}

void Venue::ignore(const ClientOrderId& client_id) {
    Event& event = tell(EventKind::ignored);
    event.request_id = client_id;
    show_known(event, client_id);
}

/// The order for which an id was used, if it was for one.
void Venue::show_known(Event& event, const ClientOrderId& client_id) const {
    const auto number = client_ids_.find(envelope_->session, client_id);
    if (number == ClientIds::no_order) return;
    event.order.order = order_id(*number);
    if (const auto open = order(event.order.order)) event.order = *open;
}

}  // namespace tickweir::txn
