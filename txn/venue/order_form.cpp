#include "txn/venue/order_form.hpp"

namespace tickweir::txn {
namespace {

bool has_limit(OrderType type) {
    return type == OrderType::limit || type == OrderType::stop_limit;
}
bool has_stop(OrderType type) {
    return type == OrderType::stop || type == OrderType::stop_limit;
}
bool rests(TimeInForce time_in_force) {
    return time_in_force != TimeInForce::ioc && time_in_force != TimeInForce::fok;
}

bool combines(const OrderRecord& order, Quantity min_quantity) {
    const bool may_rest = has_limit(order.type) && rests(order.time_in_force);
    if (order.type == OrderType::market && order.time_in_force != TimeInForce::day &&
        rests(order.time_in_force))
        return false;
    if (order.type == OrderType::stop && !rests(order.time_in_force)) return false;
    if (order.post_only && (!may_rest || min_quantity.lots != 0)) return false;
    if (order.display.lots != 0 && !may_rest) return false;
    return min_quantity.lots == 0 || !has_stop(order.type);
}

Refusal check_price(Price price, bool wanted, Price tick, Refusal bad) {
    if (!wanted) return price.ticks == 0 ? Refusal::none : bad;
    if (price.ticks <= 0) return bad;
    return price.ticks % tick.ticks == 0 ? Refusal::none : Refusal::off_tick;
}

bool whole_lots(Quantity quantity, Quantity lot) {
    return quantity.lots >= 0 && quantity.lots % lot.lots == 0;
}

}  // namespace

Price price_or_none(const std::optional<Price>& price) {
    if (!price) return {};
    return price->ticks == 0 ? Price{-1} : *price;
}

OrderRecord record_of(const NewOrder& command, SessionId session) {
    OrderRecord order{};
    order.price = price_or_none(command.price);
    order.stop_price = price_or_none(command.stop_price);
    order.quantity = command.quantity;
    order.leaves = command.quantity;
    order.display = command.display;
    order.account = command.account;
    order.session = session;
    order.instrument = command.instrument;
    order.side = command.side;
    order.type = command.type;
    order.time_in_force = command.time_in_force;
    order.self_trade = command.self_trade;
    order.post_only = command.post_only;
    order.expiry = command.expiry.value_or(TimeNs{});
    order.client_id = command.client_id;
    return order;
}

Refusal form_of(const OrderRecord& order, Quantity min_quantity,
                const InstrumentSettings& instrument, TimeNs now) {
    if (order.leaves.lots <= 0) return Refusal::bad_quantity;
    if (!whole_lots(order.quantity, instrument.lot)) return Refusal::off_lot;
    if (!combines(order, min_quantity)) return Refusal::bad_combination;
    if (const Refusal bad =
            check_price(order.price, has_limit(order.type), instrument.tick, Refusal::bad_price);
        bad != Refusal::none)
        return bad;
    if (const Refusal bad = check_price(order.stop_price, has_stop(order.type), instrument.tick,
                                        Refusal::bad_stop_price);
        bad != Refusal::none)
        return bad;
    if (!whole_lots(order.display, instrument.lot)) return Refusal::bad_display;
    if (!whole_lots(min_quantity, instrument.lot) || min_quantity > order.quantity)
        return Refusal::bad_min_quantity;
    const bool dated = order.time_in_force == TimeInForce::gtd;
    if (dated ? order.expiry <= now : order.expiry != TimeNs{}) return Refusal::bad_expiry;
    return Refusal::none;
}

}  // namespace tickweir::txn
