#include "gateway/fix/orders/replace_terms.hpp"

#include "gateway/fix/orders/order_words.hpp"

namespace tickweir::gateway::fix::orders {
namespace {

namespace tag = codecs::fix::tag;

OrderFault unchangeable(codecs::fix::Tag at, std::string_view what) {
    OrderFault fault;
    fault.by = RefusedBy::cancel_reject;
    fault.reason = reason_other;
    fault.tag = at;
    fault.text.add(what).add(" cannot be replaced");
    return fault;
}

/// 0 as a price is none.
txn::Price price_of(const std::optional<txn::Price>& price) {
    return price.value_or(txn::Price{});
}

}  // namespace

std::optional<OrderFault> check_replace(const ReplaceTerms& terms, const txn::OrderView& order) {
    if (terms.instrument != order.instrument) return unchangeable(tag::symbol, "55: symbol");
    if (terms.side != order.side) return unchangeable(tag::side, "54: side");
    if (terms.type != order.type) return unchangeable(tag::ord_type, "40: order type");
    if (terms.time_in_force && *terms.time_in_force != order.time_in_force)
        return unchangeable(tag::time_in_force, "59: time in force");
    if (terms.account && *terms.account != order.account)
        return unchangeable(tag::account, "1: account");
    if (terms.post_only && !order.post_only)
        return unchangeable(tag::exec_inst, "18: execution instruction");
    return std::nullopt;
}

bool only_lowers_quantity(const txn::ReplaceOrder& replace, const txn::OrderView& order) {
    return replace.quantity < order.quantity && price_of(replace.price) == order.price &&
           (price_of(replace.stop_price) == order.stop_price ||
            (order.triggered && !replace.stop_price)) &&
           (!replace.display || *replace.display == order.display) &&
           (!replace.expiry || *replace.expiry == order.expiry);
}

txn::OrderView view_of(const txn::NewOrder& order, txn::SessionId session) {
    txn::OrderView view;
    view.client_id = order.client_id;
    view.session = session;
    view.account = order.account;
    view.instrument = order.instrument;
    view.side = order.side;
    view.type = order.type;
    view.time_in_force = order.time_in_force;
    view.post_only = order.post_only;
    view.price = price_of(order.price);
    view.stop_price = price_of(order.stop_price);
    view.quantity = order.quantity;
    view.display = order.display;
    view.leaves = order.quantity;
    view.expiry = order.expiry.value_or(txn::TimeNs{});
    return view;
}

}  // namespace tickweir::gateway::fix::orders
