// What a new order or a replace says the order is to be.
#include <algorithm>

#include "book/decimal.hpp"
#include "gateway/fix/orders/order_reader.hpp"
#include "gateway/fix/orders/order_words.hpp"

namespace tickweir::gateway::fix::orders {
namespace {

using codecs::fix::FieldStatus;
using txn::OrderType;
using txn::Price;
using txn::Quantity;
using txn::TimeInForce;
using txn::TimeNs;

// OrdRejReason (103).
constexpr unsigned unsupported_characteristic = 11;
constexpr unsigned incorrect_quantity = 13;

bool has_limit(OrderType type) {
    return type == OrderType::limit || type == OrderType::stop_limit;
}
bool has_stop(OrderType type) {
    return type == OrderType::stop || type == OrderType::stop_limit;
}

}  // namespace

bool OrderReader::read_new(const SessionEntry& session) {
    txn::NewOrder order;
    std::optional<TimeInForce> time_in_force;
    std::optional<Quantity> quantity;
    std::optional<Quantity> display;
    std::optional<Quantity> min_quantity;
    if (!read_instrument(true) || !read_account(session) || !read_type(order.type) ||
        !read_time_in_force(time_in_force) || !check_meaning() ||
        !read_instructions(order.post_only) || !read_self_trade(order.self_trade) ||
        !read_amounts(order.price, order.stop_price, quantity, display) ||
        !read_quantity(Slot::min_quantity, min_quantity) || !read_expiry(order.expiry))
        return false;
    order.time_in_force = time_in_force.value_or(TimeInForce::day);
    if (!check_prices(order.type, order.price, order.stop_price, true) ||
        !check_expiry(order.time_in_force, order.expiry))
        return false;
    order.client_id = head_.client_id;
    order.account = *head_.account;
    order.instrument = instrument_->id;
    order.side = *head_.side;
    order.possible_resend = head_.possible_resend;
    order.possible_duplicate = head_.possible_duplicate;
    order.quantity = *quantity;
    order.display = display.value_or(Quantity{});
    order.min_quantity = min_quantity.value_or(Quantity{});
    body_ = order;
    return true;
}

bool OrderReader::read_replace(const SessionEntry& session) {
    if (!read_cancel()) return false;  // what names the order
    txn::ReplaceOrder order;
    std::optional<Quantity> quantity;
    terms_ = {};
    if (!read_instrument(true) || !read_account(session) || !read_type(terms_.type) ||
        !read_time_in_force(terms_.time_in_force) || !check_meaning() ||
        !read_instructions(terms_.post_only) ||
        !read_amounts(order.price, order.stop_price, quantity, order.display) ||
        !check_prices(terms_.type, order.price, order.stop_price, false) ||
        !read_expiry(order.expiry))
        return false;
    for (const Slot slot : {Slot::min_quantity, Slot::self_trade})
        if (fields_.has(slot)) return refuse_order(reason_other, slot, "cannot be replaced");
    terms_.instrument = instrument_->id;
    terms_.side = *head_.side;
    terms_.account = head_.account;
    order.client_id = head_.client_id;
    order.original = head_.original;
    order.order = head_.order;
    order.possible_resend = head_.possible_resend;
    order.possible_duplicate = head_.possible_duplicate;
    order.quantity = *quantity;
    body_ = order;
    return true;
}

bool OrderReader::read_type(OrderType& type) {
    if (!fields_.has(Slot::type)) return refuse_field(Slot::type, FieldStatus::missing);
    if (const auto known = order_type_of(head_.type)) {
        type = *known;
        return true;
    }
    if (!is_standard_order_type(head_.type)) return refuse_value(Slot::type, "no order type");
    return refuse_order(unsupported_characteristic, Slot::type, "unsupported order type");
}

bool OrderReader::read_time_in_force(std::optional<TimeInForce>& time_in_force) {
    if (!fields_.has(Slot::time_in_force)) return true;
    const std::string_view text = fields_.value(Slot::time_in_force);
    time_in_force = time_in_force_of(text);
    if (time_in_force) return true;
    if (!is_standard_time_in_force(text))
        return refuse_value(Slot::time_in_force, "no time in force");
    return refuse_order(unsupported_characteristic, Slot::time_in_force,
                        "unsupported time in force");
}

/// What may be said and cannot be done is refused, not passed over.
bool OrderReader::check_meaning() {
    if (const auto tag = fields_.beyond_us(); tag != 0) {
        refuse_order(unsupported_characteristic, tag)
            .text.add(std::uint64_t{tag})
            .add(": unsupported");
        return false;
    }
    const std::string_view handling = fields_.value(Slot::handl_inst);
    if (!handling.empty() && handling != "1" && handling != "2")
        return refuse_order(unsupported_characteristic, Slot::handl_inst,
                            "orders are executed automatically");
    if (fields_.has(Slot::currency) && fields_.value(Slot::currency) != instrument_->quote)
        return refuse_order(unsupported_characteristic, Slot::currency,
                            "not the instrument's currency");
    if (fields_.has(Slot::destination) && fields_.value(Slot::destination) != directory_.venue_id())
        return refuse_order(unsupported_characteristic, Slot::destination,
                            "orders are this venue's");
    return true;
}

/// 6, participate don't initiate, is post-only; values are separated by blanks.
bool OrderReader::read_instructions(bool& post_only) {
    std::string_view text = fields_.value(Slot::exec_inst);
    if (text.empty()) return true;
    while (!text.empty()) {
        const std::string_view word = text.substr(0, text.find(' '));
        if (word != "6")
            return refuse_order(unsupported_characteristic, Slot::exec_inst, "only 6 is supported");
        text.remove_prefix(std::min(text.size(), word.size() + 1));
    }
    post_only = true;
    return true;
}

bool OrderReader::read_self_trade(txn::SelfTrade& self_trade) {
    if (!fields_.has(Slot::self_trade)) return true;
    const auto known = self_trade_of(fields_.value(Slot::self_trade));
    if (!known)
        return refuse_order(unsupported_characteristic, Slot::self_trade,
                            "only N, O and B are supported");
    self_trade = *known;
    return true;
}

// ------------------------------------------------------------------------------------ numbers

bool OrderReader::read_amounts(std::optional<Price>& price, std::optional<Price>& stop_price,
                               std::optional<Quantity>& quantity,
                               std::optional<Quantity>& display) {
    if (!read_price(Slot::price, price) || !read_price(Slot::stop_price, stop_price) ||
        !read_quantity(Slot::quantity, quantity) || !read_display(display))
        return false;
    return quantity ? true : refuse_order(incorrect_quantity, Slot::quantity, "missing");
}

/// The number in units of 10^-decimals. Nothing is rounded: what does not fit is refused.
bool OrderReader::read_scaled(Slot slot, unsigned decimals, unsigned reason, std::int64_t& number) {
    const auto read = codecs::fix::read_decimal(fields_.value(slot));
    if (read.status == FieldStatus::out_of_range)
        return refuse_order(reason, slot, "more digits than the venue has");
    if (!read) return refuse_field(slot, read.status);
    if (read.value.decimals > decimals) {
        refuse_order(reason, slot, "more than ");
        fault_.text.add(std::uint64_t{decimals}).add(" decimals");
        return false;
    }
    const auto scaled = book::rescale(read.value.coefficient, read.value.decimals, decimals);
    if (!scaled) return refuse_order(reason, slot, "number too large");
    number = *scaled;
    return true;
}

bool OrderReader::read_price(Slot slot, std::optional<Price>& price) {
    if (!fields_.has(slot)) return true;
    Price read;
    if (!read_scaled(slot, instrument_->price_decimals, reason_other, read.ticks)) return false;
    price = read;
    return true;
}

bool OrderReader::read_quantity(Slot slot, std::optional<Quantity>& quantity) {
    if (!fields_.has(slot)) return true;
    Quantity read;
    if (!read_scaled(slot, instrument_->quantity_decimals, incorrect_quantity, read.lots))
        return false;
    quantity = read;
    return true;
}

/// MaxFloor, or what later versions call it. Zero would be an order that nobody sees.
bool OrderReader::read_display(std::optional<Quantity>& display) {
    std::optional<Quantity> newer;
    if (!read_quantity(Slot::max_floor, display) || !read_quantity(Slot::display, newer))
        return false;
    if (display && newer && *display != *newer)
        return refuse_order(incorrect_quantity, Slot::display, "not the same as 111");
    const Slot slot = display ? Slot::max_floor : Slot::display;
    if (!display) display = newer;
    if (display && display->lots == 0)
        return refuse_order(incorrect_quantity, slot, "hidden orders are not supported");
    return true;
}

/// A price is there where the type has one, and nowhere else. A stop that has triggered needs its
/// stop price no more, which only the venue knows: so a replace may leave it out.
bool OrderReader::check_prices(OrderType type, const std::optional<Price>& price,
                               const std::optional<Price>& stop_price, bool stop_needed) {
    const bool limited = has_limit(type);
    if (limited != price.has_value())
        return refuse_order(reason_other, Slot::price,
                            limited ? "missing" : "does not go with the order type");
    if (stop_price && !has_stop(type))
        return refuse_order(reason_other, Slot::stop_price, "does not go with the order type");
    if (stop_needed && has_stop(type) && !stop_price)
        return refuse_order(reason_other, Slot::stop_price, "missing");
    return true;
}

// ------------------------------------------------------------------------------------ expiry

bool OrderReader::read_expiry(std::optional<TimeNs>& expiry) {
    const bool has_date = fields_.has(Slot::expire_date);
    if (fields_.has(Slot::expire_time)) {
        const auto time = codecs::fix::read_time(fields_.value(Slot::expire_time));
        if (!time) return refuse_field(Slot::expire_time, time.status);
        if (has_date)
            return refuse_order(reason_other, Slot::expire_date, "only one of 432 and 126");
        expiry = *time;
        return true;
    }
    if (!has_date) return true;
    const auto date = codecs::fix::read_date(fields_.value(Slot::expire_date));
    if (!date) return refuse_field(Slot::expire_date, date.status);
    expiry = directory_.end_of_date(*date);
    return true;
}

bool OrderReader::check_expiry(TimeInForce time_in_force, const std::optional<TimeNs>& expiry) {
    if ((time_in_force == TimeInForce::gtd) == expiry.has_value()) return true;
    const Slot slot = fields_.has(Slot::expire_time) ? Slot::expire_time : Slot::expire_date;
    return refuse_order(reason_other, slot,
                        expiry ? "goes with 59=6 only" : "59=6 needs 432 or 126");
}

}  // namespace tickweir::gateway::fix::orders
