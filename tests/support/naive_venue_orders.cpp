// New orders, cancels and replaces of the naive venue: the checks in the order of the rules.
#include <algorithm>

#include "tests/support/naive_venue.hpp"

namespace tickweir::tests {

using txn::EventKind;
using txn::MarketState;
using txn::OrderType;
using txn::Price;
using txn::Quantity;
using txn::Refusal;
using txn::Side;
using txn::TimeInForce;

namespace {

bool has_limit_price(OrderType type) {
    return type == OrderType::limit || type == OrderType::stop_limit;
}
bool has_stop_price(OrderType type) {
    return type == OrderType::stop || type == OrderType::stop_limit;
}
bool is_immediate(TimeInForce time_in_force) {
    return time_in_force == TimeInForce::ioc || time_in_force == TimeInForce::fok;
}

/// 0: none. A price of 0 that is given is as bad as one that is missing, and as one where none
/// belongs.
Price given_price(const std::optional<Price>& price) {
    if (!price) return {};
    return price->ticks == 0 ? Price{-1} : *price;
}

/// The epoch is no time to expire at.
bool is_given(const std::optional<txn::TimeNs>& expiry) {
    return expiry.value_or(txn::TimeNs{}) != txn::TimeNs{};
}

/// Instructions that do not go together.
bool combination_fails(const txn::OrderView& view, Quantity min_quantity) {
    const TimeInForce time = view.time_in_force;
    if (view.type == OrderType::market && (time == TimeInForce::gtc || time == TimeInForce::gtd))
        return true;
    if (view.type == OrderType::stop && is_immediate(time)) return true;
    const bool may_rest = has_limit_price(view.type) && !is_immediate(time);
    if (view.post_only && (!may_rest || min_quantity.lots != 0)) return true;
    if (view.display.lots != 0 && !may_rest) return true;
    return min_quantity.lots != 0 && has_stop_price(view.type);
}

}  // namespace

// --------------------------------------------------------------------------------------- ids

/// Nothing: unknown. What is known may lead to no order.
const std::optional<txn::OrderId>* NaiveVenue::known_id(txn::SessionId session,
                                                        const txn::ClientOrderId& id) const {
    const auto found = ids_.find({session, std::string{id.view()}});
    return found == ids_.end() ? nullptr : &found->second;
}

/// Step 1 of new orders and replaces; false: answered.
template <class Request>
bool NaiveVenue::passes_ids(const Request& request) {
    const auto* const known = known_id(envelope_.session, request.client_id);
    if (request.client_id.empty()) {
        refuse(Refusal::bad_client_id);
    } else if (known != nullptr && (request.possible_resend || request.possible_duplicate)) {
        txn::Event ignored = event(EventKind::ignored);
        ignored.request_id = request.client_id;
        if (*known) ignored.order = view_of(**known);
        out_->events.push_back(ignored);
    } else if (known != nullptr) {
        refuse(Refusal::duplicate_client_id, *known);
    } else if (request.possible_duplicate) {
        refuse(Refusal::not_executed);
    } else {
        return true;
    }
    return false;
}

/// The open order that a cancel or replace names; nothing: answered.
template <class Request>
std::optional<txn::OrderId> NaiveVenue::named_order(const Request& request) {
    std::optional<txn::OrderId> named = request.order;
    bool is_of_today = false;
    if (!request.original.empty()) {
        const auto* const original = known_id(envelope_.session, request.original);
        if (original == nullptr || !*original || (named && *named != **original)) {
            refuse(Refusal::unknown_order);
            return std::nullopt;
        }
        named = *original;
        is_of_today = true;
    } else if (named) {
        const std::uint64_t first = std::uint64_t{settings_.log_number} << 48;
        is_of_today = std::uint64_t(*named) > first + last_order_of_yesterday_ &&
                      std::uint64_t(*named) <= first + last_order_;
    }
    if (named && open_.contains(*named)) {
        if (orders_.at(*named).view.session == envelope_.session) return named;
        refuse(Refusal::unknown_order);
    } else if (named && is_of_today) {
        refuse(Refusal::order_closed, named);
    } else {
        refuse(Refusal::unknown_order);
    }
    return std::nullopt;
}

// -------------------------------------------------------------------------------------- form

Refusal NaiveVenue::price_fault(const Order& order) const {
    const txn::OrderView& view = order.view;
    const std::int64_t tick = market_of(view.instrument).settings.tick.ticks;
    if (has_limit_price(view.type) ? view.price.ticks <= 0 : view.price.ticks != 0)
        return Refusal::bad_price;
    if (view.price.ticks % tick != 0) return Refusal::off_tick;
    if (has_stop_price(view.type) ? view.stop_price.ticks <= 0 : view.stop_price.ticks != 0)
        return Refusal::bad_stop_price;
    if (view.stop_price.ticks % tick != 0) return Refusal::off_tick;
    return Refusal::none;
}

/// Step 3 up to the minimum quantity.
Refusal NaiveVenue::form_fault(const Order& order) const {
    const txn::OrderView& view = order.view;
    const std::int64_t lot = market_of(view.instrument).settings.lot.lots;
    if (view.quantity.lots <= 0) return Refusal::bad_quantity;
    if (view.quantity.lots % lot != 0) return Refusal::off_lot;
    if (combination_fails(view, order.min_quantity)) return Refusal::bad_combination;
    if (const Refusal fault = price_fault(order); fault != Refusal::none) return fault;
    if (view.display.lots < 0 || view.display.lots % lot != 0) return Refusal::bad_display;
    if (order.min_quantity.lots < 0 || order.min_quantity.lots % lot != 0 ||
        order.min_quantity > view.quantity)
        return Refusal::bad_min_quantity;
    return Refusal::none;
}

// -------------------------------------------------------------------------------------- risk

/// What a market order may trade at, and the price by which it is measured.
NaiveVenue::MarketLimit NaiveVenue::market_limit(const Order& order) const {
    const Market& market = market_of(order.view.instrument);
    const BookSide& others = market.sides[index(opposite(order.view.side))];
    std::optional<Price> from = reference(market);
    if (!from && !others.empty()) {
        const std::int64_t key = others.begin()->first;
        from = Price{key < 0 ? -key : key};
    }
    if (!from) return {Refusal::no_reference, std::nullopt, {}};
    if (market.settings.collar_millionths == 0) return {Refusal::none, std::nullopt, *from};
    const Price limit = collared(market, order.view.side, *from);
    return {Refusal::none, limit, limit};
}

/// A limit order too far from what was traded; stops are not looked at.
bool NaiveVenue::breaks_collar(const Order& order) const {
    const Market& market = market_of(order.view.instrument);
    const auto from = reference(market);
    const bool is_limit = order.view.type == OrderType::limit ||
                          (order.view.type == OrderType::stop_limit && order.view.triggered);
    if (!is_limit || market.settings.collar_millionths == 0 || !from) return false;
    const Price bound = collared(market, order.view.side, *from);
    return order.view.side == Side::buy ? order.view.price > bound : order.view.price < bound;
}

bool NaiveVenue::post_only_would_trade(const Order& order) const {
    if (!order.view.post_only) return false;
    const BookSide& others =
        market_of(order.view.instrument).sides[index(opposite(order.view.side))];
    if (others.empty()) return false;
    const std::int64_t key = others.begin()->first;
    const Price best{key < 0 ? -key : key};
    return order.view.side == Side::buy ? best <= order.view.price : best >= order.view.price;
}

// ---------------------------------------------------------------------------------- new order

/// The order as it is asked for, in no book.
NaiveVenue::Order NaiveVenue::drafted(const txn::NewOrder& request) const {
    Order order;
    order.self_trade = request.self_trade;
    order.min_quantity = request.min_quantity;
    txn::OrderView& view = order.view;
    view.client_id = request.client_id;
    view.session = envelope_.session;
    view.account = request.account;
    view.instrument = request.instrument;
    view.side = request.side;
    view.type = request.type;
    view.time_in_force = request.time_in_force;
    view.post_only = request.post_only;
    view.quantity = request.quantity;
    view.leaves = request.quantity;
    view.display = request.display;
    view.price = given_price(request.price);
    view.stop_price = given_price(request.stop_price);
    view.expiry = request.expiry.value_or(txn::TimeNs{});
    if (has_limit_price(view.type)) order.limit = view.price;
    return order;
}

/// Steps 3 to 7, for which the other side's orders do not matter but for a reference.
Refusal NaiveVenue::entry_fault(Order& order, const txn::NewOrder& request) const {
    txn::OrderView& view = order.view;
    if (const Refusal fault = form_fault(order); fault != Refusal::none) return fault;
    const bool is_gtd = request.time_in_force == TimeInForce::gtd;
    if (is_gtd ? !request.expiry || *request.expiry <= now_ : is_given(request.expiry))
        return Refusal::bad_expiry;
    view.display = std::min(view.display, view.quantity);
    if (market_of(view.instrument).state != MarketState::trading) return Refusal::halted;

    Price measure = has_limit_price(view.type) ? view.price : view.stop_price;
    if (view.type == OrderType::market) {
        const MarketLimit limit = market_limit(order);
        if (limit.refusal != Refusal::none) return limit.refusal;
        order.limit = limit.limit;
        measure = limit.for_notional;
    }
    if (const Refusal fault = cap_fault(order, measure, nullptr); fault != Refusal::none)
        return fault;
    if (breaks_collar(order)) return Refusal::collar;
    if (breaks_position_limit(order, nullptr)) return Refusal::position_limit;
    return Refusal::none;
}

/// Steps 8 to 10. `fails`: it is all or nothing, and gets nothing.
Refusal NaiveVenue::plan_fault(const Order& order, bool& fails) const {
    if (open_.size() >= settings_.limits.orders || !has_room_for_id()) return Refusal::capacity;
    const bool is_stop = has_stop_price(order.view.type);
    if (!is_stop) {
        if (post_only_would_trade(order)) return Refusal::would_trade;
        const AtOnce found = at_once(order, plan(order));
        if (found == AtOnce::too_many) return Refusal::too_many_fills;
        fails = found == AtOnce::fails;
    }
    if (const Refusal fault = money_fault(order, nullptr, fails); fault != Refusal::none)
        return fault;
    return !is_stop && !fails && match_overflows(order) ? Refusal::overflow : Refusal::none;
}

void NaiveVenue::on(const txn::NewOrder& request) {
    if (!passes_ids(request)) return;
    if (std::size_t(request.account) >= settings_.accounts.size())
        return refuse(Refusal::unknown_account);
    if (std::size_t(request.instrument) >= markets_.size())
        return refuse(Refusal::unknown_instrument);
    Order order = drafted(request);
    bool fails = false;
    Refusal fault = entry_fault(order, request);
    if (fault == Refusal::none) fault = plan_fault(order, fails);
    if (fault != Refusal::none) return refuse(fault);

    txn::OrderView& view = order.view;
    view.order = txn::OrderId{std::uint64_t{settings_.log_number} << 48 | ++last_order_};
    ids_[{view.session, std::string{view.client_id.view()}}] = view.order;
    open_.insert(view.order);
    Order& placed = orders_[view.order] = order;
    tell_order(EventKind::accepted, placed, {}, request.client_id);
    if (fails) {
        Market& market = market_of(view.instrument);
        market.band = rolled_band(market);
        cancel(placed, txn::CancelReason::unfilled);
    } else if (!has_stop_price(view.type)) {
        match(placed);
    } else if (is_fulfilled(placed)) {
        queue_stop(placed);
    }
}

// ------------------------------------------------------------------------------------- cancel

void NaiveVenue::on(const txn::CancelOrder& request) {
    const auto named = named_order(request);
    if (!named) return;
    if (request.client_id.empty()) return refuse(Refusal::bad_client_id, named);
    if (known_id(envelope_.session, request.client_id) != nullptr)
        return refuse(Refusal::duplicate_client_id, named);
    if (has_room_for_id()) ids_[{envelope_.session, std::string{request.client_id.view()}}] = named;
    cancel(orders_.at(*named), txn::CancelReason::requested, request.client_id);
}

// ------------------------------------------------------------------------------------ replace

/// What the order is to be; the fault of its form, if any.
Refusal NaiveVenue::revised(const txn::ReplaceOrder& request, const Order& order,
                            Order& wanted) const {
    txn::OrderView& view = wanted.view;
    wanted.min_quantity = {};
    view.client_id = request.client_id;
    if (request.quantity <= order.view.filled) return Refusal::bad_quantity;
    view.quantity = request.quantity;
    view.leaves = request.quantity - order.view.filled;
    view.price = given_price(request.price);
    view.stop_price = given_price(request.stop_price);
    // A triggered stop has the stop price that it had; another one is none that could be.
    if (view.triggered && (!request.stop_price || *request.stop_price == order.view.stop_price))
        view.stop_price = order.view.stop_price;
    else if (view.triggered)
        view.stop_price = Price{-1};
    view.display = request.display.value_or(order.view.display);
    if (const Refusal fault = form_fault(wanted); fault != Refusal::none) return fault;
    const bool is_gtd = view.time_in_force == TimeInForce::gtd;
    if (is_gtd ? request.expiry && *request.expiry <= now_ : is_given(request.expiry))
        return Refusal::bad_expiry;
    view.expiry = request.expiry.value_or(order.view.expiry);
    view.display = std::min(view.display, view.leaves);
    if (has_limit_price(view.type)) wanted.limit = view.price;
    return Refusal::none;
}

/// What stands against it, if it is more than a smaller quantity.
Refusal NaiveVenue::replace_fault(const Order& order, const Order& wanted) const {
    const txn::OrderView& view = wanted.view;
    if (market_of(view.instrument).state != MarketState::trading) return Refusal::halted;
    const Price measure = has_limit_price(view.type) ? view.price : view.stop_price;
    if (const Refusal fault = cap_fault(wanted, measure, &order); fault != Refusal::none)
        return fault;
    if (breaks_collar(wanted)) return Refusal::collar;
    if (breaks_position_limit(wanted, &order)) return Refusal::position_limit;
    if (!has_room_for_id()) return Refusal::capacity;
    const bool is_stop = has_stop_price(view.type) && !view.triggered;
    if (!is_stop && post_only_would_trade(wanted)) return Refusal::would_trade;
    if (const Refusal fault = money_fault(wanted, &order, false); fault != Refusal::none)
        return fault;
    return !is_stop && match_overflows(wanted) ? Refusal::overflow : Refusal::none;
}

void NaiveVenue::on(const txn::ReplaceOrder& request) {
    if (!passes_ids(request)) return;
    const auto named = named_order(request);
    if (!named) return;
    Order& order = orders_.at(*named);
    Order wanted = order;
    const txn::OrderView& view = wanted.view;
    if (const Refusal fault = revised(request, order, wanted); fault != Refusal::none)
        return refuse(fault, named);

    const bool display_stays = !request.display || *request.display == order.view.display;
    const bool only_smaller =
        view.price == order.view.price && view.stop_price == order.view.stop_price &&
        display_stays && view.expiry == order.view.expiry && view.quantity < order.view.quantity &&
        view.leaves <= order.view.leaves;
    if (only_smaller) {
        if (!has_room_for_id()) return refuse(Refusal::capacity, named);
        return replace_in_place(order, request, wanted);
    }
    if (const Refusal fault = replace_fault(order, wanted); fault != Refusal::none)
        return refuse(fault, named);

    take_out_of_book(order);
    const txn::ClientOrderId original = order.view.client_id;
    order = wanted;
    ids_[{envelope_.session, std::string{request.client_id.view()}}] = named;
    tell_order(EventKind::replaced, order, {}, request.client_id);
    out_->events.back().original = original;
    if (!has_stop_price(view.type) || view.triggered) return match(order);
    if (is_fulfilled(order)) queue_stop(order);
}

/// A smaller quantity alone: the place stays, what is hidden goes first.
void NaiveVenue::replace_in_place(Order& order, const txn::ReplaceOrder& request,
                                  const Order& wanted) {
    const txn::ClientOrderId original = order.view.client_id;
    order.view = wanted.view;
    BookSide& book = market_of(order.view.instrument).sides[index(order.view.side)];
    for (auto& [key, queue] : book) {
        for (Resting& resting : queue) {
            if (resting.order != order.view.order) continue;
            const Quantity shown = std::min(resting.shown, order.view.leaves);
            if (shown == resting.shown) continue;
            resting.shown = shown;
            tell_level(order.view.instrument, order.view.side, order.view.price);
        }
    }
    ids_[{envelope_.session, std::string{request.client_id.view()}}] = order.view.order;
    tell_order(EventKind::replaced, order, {}, request.client_id);
    out_->events.back().original = original;
}

}  // namespace tickweir::tests
