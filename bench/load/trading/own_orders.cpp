#include "bench/load/trading/own_orders.hpp"

#include <limits>
#include <utility>

namespace tickweir::bench {
namespace {

namespace tag = wire::tag;

constexpr std::uint32_t nowhere = std::numeric_limits<std::uint32_t>::max();

/// In units of 10^-decimals; nothing where the field is not there, or has more decimals.
std::optional<std::int64_t> units(const wire::Message& message, wire::Tag of,
                                  std::uint32_t decimals) {
    const auto value = message.get_decimal(of);
    if (!value || (*value).decimals > decimals) return std::nullopt;
    std::int64_t scaled = (*value).coefficient;
    for (std::uint32_t i = (*value).decimals; i < decimals; ++i)
        if (__builtin_mul_overflow(scaled, 10, &scaled)) return std::nullopt;
    return scaled;
}

Answer refusal_in(const wire::Message& message) {
    const std::string_view text = message.find(tag::text).value_or("");
    if (text.starts_with("throttled:")) return Answer::throttled;
    if (text.starts_with("shed:")) return Answer::shed;
    if (text.starts_with("breaker:")) return Answer::breaker;
    return Answer::refused;
}

wire::UtcTime utc(TimeNs time) {
    return wire::UtcTime{time.time_since_epoch()};
}

}  // namespace

OwnOrders::OwnOrders(std::string run, std::span<const TradedInstrument> instruments,
                     std::size_t orders_max, std::size_t requests_max)
    : run_{std::move(run)},
      instruments_{instruments},
      orders_(orders_max),
      requests_(requests_max),
      bought_(instruments.size()) {
    free_.reserve(orders_max);
    idle_.reserve(orders_max);
    for (std::size_t slot = orders_max; slot-- > 0;) {
        orders_[slot].place = nowhere;
        free_.push_back(static_cast<std::uint32_t>(slot));
    }
}

RequestId OwnOrders::begin_request(RequestKind kind, std::uint32_t slot, std::int64_t intended_ns) {
    Request& request = at(++last_);
    if (request.number != 0) {
        ++lost_;
        --waiting_;
    }
    request = {.number = last_, .slot = slot, .kind = kind, .intended_ns = intended_ns};
    ++waiting_;
    return {.slot = slot, .number = last_};
}

bool OwnOrders::place(ClientSession& session, const OrderWish& wish, TimeNs now,
                      std::int64_t intended_ns) {
    if (free_.empty()) return false;
    const std::uint32_t slot = free_.back();
    const OrderIdText id{run_, {slot, last_ + 1}};
    const TradedInstrument& instrument = instruments_[wish.instrument];
    const bool sent = session.send("D", now, [&](wire::Writer& to) {
        to.field(tag::cl_ord_id, id.view());
        to.field(tag::symbol, std::string_view{instrument.symbol});
        to.field(tag::side, static_cast<char>(wish.side));
        to.field(tag::transact_time, utc(now));
        to.field(tag::order_qty, wire::Decimal{wish.quantity, instrument.quantity_decimals});
        to.field(tag::ord_type, wish.price ? '2' : '1');
        if (wish.price) to.field(tag::price, wire::Decimal{*wish.price, instrument.price_decimals});
        to.field(tag::time_in_force, wish.time_in_force);
        if (wish.expiry) to.field(tag::expire_time, utc(*wish.expiry));
    });
    if (!sent) return false;
    free_.pop_back();
    begin_request(RequestKind::order, slot, intended_ns);
    orders_[slot] = {.instrument = wish.instrument,
                     .side = wish.side,
                     .price = wish.price.value_or(0),
                     .leaves = wish.quantity,
                     .first = last_,
                     .named = last_,
                     .place = nowhere};
    return true;
}

bool OwnOrders::cancel(ClientSession& session, std::uint32_t slot, TimeNs now,
                       std::int64_t intended_ns) {
    Order& order = orders_[slot];
    const TradedInstrument& instrument = instruments_[order.instrument];
    const OrderIdText original{run_, {slot, order.named}};
    const OrderIdText id{run_, {slot, last_ + 1}};
    const bool sent = session.send("F", now, [&](wire::Writer& to) {
        to.field(tag::orig_cl_ord_id, original.view());
        to.field(tag::cl_ord_id, id.view());
        to.field(tag::symbol, std::string_view{instrument.symbol});
        to.field(tag::side, static_cast<char>(order.side));
        to.field(tag::transact_time, utc(now));
        to.field(tag::order_qty, wire::Decimal{order.leaves, instrument.quantity_decimals});
    });
    if (!sent) return false;
    order.asked = begin_request(RequestKind::cancel, slot, intended_ns).number;
    leave_idle(slot);
    return true;
}

bool OwnOrders::replace(ClientSession& session, std::uint32_t slot, std::int64_t price,
                        std::int64_t quantity, TimeNs now, std::int64_t intended_ns) {
    Order& order = orders_[slot];
    const TradedInstrument& instrument = instruments_[order.instrument];
    const OrderIdText original{run_, {slot, order.named}};
    const OrderIdText id{run_, {slot, last_ + 1}};
    const bool sent = session.send("G", now, [&](wire::Writer& to) {
        to.field(tag::orig_cl_ord_id, original.view());
        to.field(tag::cl_ord_id, id.view());
        to.field(tag::symbol, std::string_view{instrument.symbol});
        to.field(tag::side, static_cast<char>(order.side));
        to.field(tag::transact_time, utc(now));
        to.field(tag::order_qty, wire::Decimal{quantity, instrument.quantity_decimals});
        to.field(tag::ord_type, '2');
        to.field(tag::price, wire::Decimal{price, instrument.price_decimals});
    });
    if (!sent) return false;
    order.asked = begin_request(RequestKind::replace, slot, intended_ns).number;
    leave_idle(slot);
    return true;
}

Outcomes OwnOrders::on_message(const wire::Message& message) {
    Outcomes outcomes;
    const std::string_view type = message.msg_type();
    if (type == "8") {
        on_report(message, outcomes);
    } else if (type == "9") {
        on_refusal(message, id_in(message, tag::cl_ord_id), outcomes);
    } else if (type == "j") {
        on_refusal(message, id_in(message, tag::business_reject_ref_id), outcomes);
    } else if (type == "3") {
        ++strange_;
    }
    return outcomes;
}

void OwnOrders::answer(std::uint64_t number, Answer answer, Outcomes& outcomes) {
    Request& request = at(number);
    if (number == 0 || request.number != number) return;
    outcomes.add({request.kind, answer, request.intended_ns});
    request.number = 0;
    --waiting_;
}

void OwnOrders::on_report(const wire::Message& message, Outcomes& outcomes) {
    const auto id = id_in(message, tag::cl_ord_id);
    const char type = message.get_char(tag::exec_type).value_or('?');
    if (!id || !is_current(*id)) {
        ++strange_;
        return;
    }
    Order& order = orders_[id->slot];
    switch (type) {
        case '0':
            order.acknowledged = true;
            answer(id->number, Answer::done, outcomes);
            return become_idle(id->slot);
        case '8':
            answer(id->number, refusal_in(message), outcomes);
            return free(id->slot);
        case 'F':
            take_fill(message, order);
            if (order.leaves == 0) free(id->slot);
            return;
        case '5': {
            const std::uint32_t price_decimals = instruments_[order.instrument].price_decimals;
            order.price = units(message, tag::price, price_decimals).value_or(order.price);
            order.leaves =
                units(message, tag::leaves_qty, instruments_[order.instrument].quantity_decimals)
                    .value_or(order.leaves);
            order.named = id->number;
            if (order.asked == id->number) order.asked = 0;
            answer(id->number, Answer::done, outcomes);
            return order.leaves == 0 ? free(id->slot) : become_idle(id->slot);
        }
        case '4': {
            answer(
                id->number,
                order.acknowledged || id->number != order.first ? Answer::done : Answer::withdrawn,
                outcomes);
            // What the cancel found waiting in a queue is answered with it.
            if (!order.acknowledged) answer(order.first, Answer::withdrawn, outcomes);
            const auto original = id_in(message, tag::orig_cl_ord_id);
            if (original && original->number != order.named)
                answer(original->number, Answer::withdrawn, outcomes);
            return free(id->slot);
        }
        case 'C':
            return free(id->slot);
        default:
            return;  // D, G, H, I: no request is answered, nothing is opened or closed
    }
}

void OwnOrders::on_refusal(const wire::Message& message, std::optional<RequestId> id,
                           Outcomes& outcomes) {
    if (!id || id->number > last_) {
        ++strange_;
        return;
    }
    answer(id->number, refusal_in(message), outcomes);
    if (!is_current(*id)) return;  // the order is closed, and its place is another's
    Order& order = orders_[id->slot];
    if (order.asked == id->number) order.asked = 0;
    const char status = message.get_char(tag::ord_status).value_or('0');
    if (message.msg_type() == "9" && (status == '2' || status == '4' || status == 'C'))
        return free(id->slot);
    if (order.acknowledged) return become_idle(id->slot);
    if (id->number == order.first) free(id->slot);  // an order that nobody took
}

void OwnOrders::take_fill(const wire::Message& message, Order& order) {
    const TradedInstrument& instrument = instruments_[order.instrument];
    const auto quantity = units(message, tag::last_qty, instrument.quantity_decimals);
    const auto price = units(message, tag::last_px, instrument.price_decimals);
    const auto leaves = units(message, tag::leaves_qty, instrument.quantity_decimals);
    if (!quantity || !price || !leaves) {
        ++strange_;
        return;
    }
    ++fills_;
    order.leaves = *leaves;
    order.filled += *quantity;
    Bought& bought = bought_[order.instrument];
    const std::int64_t sign = order.side == OrderSide::buy ? 1 : -1;
    bought.quantity += sign * *quantity;
    bought.paid += sign * *quantity * *price;
}

void OwnOrders::become_idle(std::uint32_t slot) {
    Order& order = orders_[slot];
    if (order.place != nowhere || order.asked != 0) return;
    order.place = static_cast<std::uint32_t>(idle_.size());
    idle_.push_back(slot);
}

void OwnOrders::leave_idle(std::uint32_t slot) {
    const std::uint32_t place = std::exchange(orders_[slot].place, nowhere);
    if (place == nowhere) return;
    idle_[place] = idle_.back();
    orders_[idle_[place]].place = place;
    idle_.pop_back();
    if (place < idle_.size()) return;
    orders_[slot].place = nowhere;  // it was the last one itself
}

void OwnOrders::free(std::uint32_t slot) {
    leave_idle(slot);
    orders_[slot] = {.place = nowhere};
    free_.push_back(slot);
}

std::optional<RequestId> OwnOrders::id_in(const wire::Message& message, wire::Tag tag) const {
    const auto text = message.find(tag);
    return text ? read_order_id(*text, run_) : std::nullopt;
}

/// Whether the slot is still the order's that the request was about.
bool OwnOrders::is_current(const RequestId& id) const {
    return id.slot < orders_.size() && id.number <= last_ && orders_[id.slot].first != 0 &&
           id.number >= orders_[id.slot].first;
}

}  // namespace tickweir::bench
