#include "txn/record/effect_codec.hpp"

#include <array>

namespace tickweir::txn {
namespace {

constexpr unsigned kind_bits = 4;
constexpr unsigned kinds = 15;
static_assert(static_cast<unsigned>(EventKind::day_ended) + 1 == kinds);
constexpr std::uint64_t cancel_reasons = 9;
static_assert(static_cast<std::uint64_t>(CancelReason::collar) + 1 == cancel_reasons);
static_assert(static_cast<std::size_t>(Refusal::nothing_to_do) + 1 == refusal_kinds);

/// Where the bits of the first fields stand; then those of the further ones, from 0 again.
enum First : unsigned {
    other_bit = kind_bits,
    further_bit,
    fill_quantity_bit,
    fee_bit,
    order_bit,
    client_id_bit,
    order_session_bit,
    account_bit,
    price_bit,
    quantity_bit,
    filled_bit,
    flags_bit,
};
static_assert(flags_bit == 15);
enum Further : unsigned {
    fill_price_bit,
    trade_bit,
    order_instrument_bit,
    stop_price_bit,
    display_bit,
    leaves_bit,
    notional_bit,
    expiry_bit,
    cancel_reason_bit,
    refusal_bit,
    request_bit,
    original_bit,
    time_bit,
    sequence_bit,
    session_bit,
    administration_bit,
};
static_assert(administration_bit == 15);
enum Administration : unsigned {
    maker_bit,
    affected_bit,
    incomplete_bit,
    balance_account_bit,
    asset_bit,
    instrument_bit,
    state_bit,
    balance_bit,
};
static_assert(balance_bit == 7);

/// Small fields of an order in 11 bits.
std::uint64_t flags_of(const OrderView& order, OrderStatus status) {
    return raw(order.side) | raw(order.type) << 1 | raw(order.time_in_force) << 3 |
           raw(status) << 6 | std::uint64_t{order.post_only} << 9 |
           std::uint64_t{order.triggered} << 10;
}

// ------------------------------------------------------------------------------------ the order

/// Goes over all fields of an event in the order in which they are written, each with its guess.
/// The visitor writes those that differ, or sets all.
template <class AnyEvent, class Visitor>
void administration(const EffectContext& context, AnyEvent& event, bool other, Visitor& visit) {
    const EventKind kind = event.kind;
    visit.flag(maker_bit, event.fill.is_maker, EffectContext::is_maker(kind, other));
    visit.value(affected_bit, "affected", event.affected, std::uint64_t{0});
    visit.flag(incomplete_bit, event.complete, true);
    visit.value(balance_account_bit, "account", event.account, context.account(kind));
    visit.value(asset_bit, "asset", event.asset, context.asset(kind));
    visit.value(instrument_bit, "instrument", event.instrument, context.instrument(kind));
    visit.small(state_bit, "market state", event.market_state, context.market_state(kind), 3);
    visit.balance(balance_bit, event.total, event.held);
}

template <class AnyEvent, class Visitor>
void further(const EffectContext& context, AnyEvent& event, bool other, const OrderView& base,
             Visitor& visit) {
    const EventKind kind = event.kind;
    auto& order = event.order;
    visit.value(fill_price_bit, "price of fill", event.fill.price,
                context.fill_price(event, other));
    visit.value(trade_bit, "trade", event.fill.trade, context.trade(kind, other));
    visit.value(order_instrument_bit, "instrument", order.instrument, base.instrument);
    visit.value(stop_price_bit, "stop price", order.stop_price, base.stop_price);
    visit.value(display_bit, "display", order.display, base.display);
    visit.value(leaves_bit, "leaves", order.leaves, EffectContext::leaves(event, base, other));
    visit.wide(notional_bit, "notional", order.notional,
               EffectContext::notional(event, base, other));
    visit.value(expiry_bit, "expiry", order.expiry, base.expiry);
    visit.small(cancel_reason_bit, "cancel reason", event.cancel_reason,
                context.cancel_reason(kind), cancel_reasons);
    visit.small(refusal_bit, "refusal", event.refusal, Refusal::none, refusal_kinds);
    visit.text(request_bit, "request id", event.request_id, context.request(event));
    visit.text(original_bit, "original client id", event.original, context.original(kind));
    visit.value(time_bit, "time", event.time, context.time());
    visit.value(sequence_bit, "sequence", event.sequence, context.sequence());
    visit.value(session_bit, "session", event.session, context.session(event));
    visit.nested(administration_bit, false, [&] { administration(context, event, other, visit); });
}

template <class AnyEvent, class Visitor>
void go_over(const EffectContext& context, AnyEvent& event, bool other, Visitor& visit) {
    const EventKind kind = event.kind;
    const OrderView& base = context.order(kind, other);
    auto& order = event.order;
    visit.value(fill_quantity_bit, "quantity of fill", event.fill.quantity,
                context.fill_quantity(kind, other));
    visit.wide(fee_bit, "fee", event.fill.fee, Int128{0});
    visit.value(order_bit, "order id", order.order, base.order);
    visit.text(client_id_bit, "client id", order.client_id, base.client_id);
    visit.value(order_session_bit, "session of order", order.session, base.session);
    visit.value(account_bit, "account of order", order.account, base.account);
    visit.value(price_bit, "price", order.price, base.price);
    visit.value(quantity_bit, "quantity", order.quantity,
                EffectContext::quantity(event, base, other));
    visit.value(filled_bit, "filled", order.filled, EffectContext::filled(event, base));
    const OrderStatus status =
        EffectContext::status(event, EffectContext::leaves(event, base, other));
    visit.flags(flags_bit, order, base, status);
    visit.nested(further_bit, true, [&] { further(context, event, other, base, visit); });
}

// -------------------------------------------------------------------------------------- writing

class FieldWriter {
public:
    FieldWriter(RecordWriter& to, std::uint64_t marks) : to_{to}, marks_{marks} {}

    /// Runs `fields` with room for marks before; then writes those.
    template <class Fields>
    void marked(bool two_bytes, Fields&& fields) {
        std::byte* const at = to_.at();
        put_marks(two_bytes);
        fields();
        std::byte* const end = to_.at();
        to_.go_back_to(at);
        put_marks(two_bytes);
        to_.go_back_to(end);
    }
    template <class Fields>
    void nested(unsigned bit, bool two_bytes, Fields&& fields) {
        const std::uint64_t outer = std::exchange(marks_, 0);
        std::byte* const at = to_.at();
        to_.go_back_to(at + (two_bytes ? 2 : 1));
        fields();
        std::byte* const end = to_.at();
        to_.go_back_to(at);
        if (marks_ != 0) put_marks(two_bytes);
        if (marks_ != 0) to_.go_back_to(end);
        marks_ = outer | std::uint64_t{marks_ != 0} << bit;
    }

    template <class T>
    void value(unsigned bit, const char*, const T& is, const T& guess) {
        if (is == guess) return;
        mark(bit);
        to_.difference(raw(is) - raw(guess));
    }
    template <class T>
    void small(unsigned bit, const char*, T is, T guess, std::uint64_t) {
        if (is == guess) return;
        mark(bit);
        to_.byte(raw(is));
    }
    void wide(unsigned bit, const char*, Int128 is, Int128 guess) {
        if (is == guess) return;
        mark(bit);
        to_.wide(static_cast<Uint128>(is) - static_cast<Uint128>(guess));
    }
    void text(unsigned bit, const char*, const ClientOrderId& is, const ClientOrderId& guess) {
        if (is == guess) return;
        mark(bit);
        to_.text(is);
    }
    void flag(unsigned bit, bool is, bool guess) {
        if (is != guess) mark(bit);
    }
    void flags(unsigned bit, const OrderView& is, const OrderView& guess, OrderStatus status) {
        const std::uint64_t flags = flags_of(is, is.status);
        if (flags == flags_of(guess, status)) return;
        mark(bit);
        to_.half(flags);
    }
    void balance(unsigned bit, Int128 total, Int128 held) {
        if (total == 0 && held == 0) return;
        mark(bit);
        to_.wide(static_cast<Uint128>(total));
        to_.wide(static_cast<Uint128>(held));
    }

private:
    void mark(unsigned bit) { marks_ |= std::uint64_t{1} << bit; }
    void put_marks(bool two_bytes) { two_bytes ? to_.half(marks_) : to_.byte(marks_); }

    RecordWriter& to_;
    std::uint64_t marks_;
};

// -------------------------------------------------------------------------------------- reading

class FieldReader {
public:
    FieldReader(RecordReader& from, std::uint64_t marks) : from_{from}, marks_{marks} {}

    template <class Fields>
    void nested(unsigned bit, bool two_bytes, Fields&& fields) {
        const bool is_there = has(bit);
        const std::uint64_t outer = std::exchange(marks_, 0);
        const std::size_t at = from_.at();
        if (is_there) {
            marks_ = two_bytes ? from_.half("further fields") : from_.byte("further fields");
            if (marks_ == 0) from_.refuse_needless(at, "list of further fields");
        }
        fields();
        marks_ = outer;
    }

    template <class T>
    void value(unsigned bit, const char* what, T& is, const T& guess) {
        is = guess;
        if (!has(bit)) return;
        const std::size_t at = from_.at();
        const std::uint64_t bits = from_.difference(what) + raw(guess);
        if (bits > raw_max<T>) return from_.refuse(at, what, bits);
        is = from_raw<T>(bits);
        check(at, what, is != guess);
    }
    template <class T>
    void small(unsigned bit, const char* what, T& is, T guess, std::uint64_t end) {
        is = guess;
        if (!has(bit)) return;
        const std::size_t at = from_.at();
        is = from_.below<T>(from_.byte(what), end, at, what);
        check(at, what, is != guess);
    }
    void wide(unsigned bit, const char* what, Int128& is, Int128 guess) {
        is = guess;
        if (!has(bit)) return;
        const std::size_t at = from_.at();
        is = static_cast<Int128>(from_.wide(what) + static_cast<Uint128>(guess));
        check(at, what, is != guess);
    }
    void text(unsigned bit, const char* what, ClientOrderId& is, const ClientOrderId& guess) {
        if (!has(bit)) {
            is = guess;
            return;
        }
        const std::size_t at = from_.at();
        is = from_.text(what);
        check(at, what, is != guess);
    }
    void flag(unsigned bit, bool& is, bool guess) { is = guess != has(bit); }
    void flags(unsigned bit, OrderView& is, const OrderView& guess, OrderStatus status) {
        std::uint64_t flags = flags_of(guess, status);
        if (has(bit)) {
            const std::size_t at = from_.at();
            const std::uint64_t read = from_.half("order flags");
            check(at, "order flags", read != flags);
            if (read >> 11 != 0 || (read >> 3 & 7) > raw(TimeInForce::gtd) ||
                (read >> 6 & 7) > raw(OrderStatus::rejected))
                return from_.refuse(at, "order flags", read);
            flags = read;
        }
        is.side = static_cast<Side>(flags & 1);
        is.type = static_cast<OrderType>(flags >> 1 & 3);
        is.time_in_force = static_cast<TimeInForce>(flags >> 3 & 7);
        is.status = static_cast<OrderStatus>(flags >> 6 & 7);
        is.post_only = (flags >> 9 & 1) != 0;
        is.triggered = (flags >> 10 & 1) != 0;
    }
    void balance(unsigned bit, Int128& total, Int128& held) {
        total = held = 0;
        if (!has(bit)) return;
        const std::size_t at = from_.at();
        total = static_cast<Int128>(from_.wide("total"));
        held = static_cast<Int128>(from_.wide("held"));
        check(at, "balance", total != 0 || held != 0);
    }

private:
    bool has(unsigned bit) const { return (marks_ >> bit & 1) != 0; }
    void check(std::size_t at, const char* what, bool differs) {
        if (!differs) from_.refuse_needless(at, what);
    }

    RecordReader& from_;
    std::uint64_t marks_;
};

}  // namespace

void write_event(RecordWriter& to, EffectContext& context, const Event& event) {
    const bool other = context.is_other(event);
    FieldWriter fields{to, raw(event.kind) | std::uint64_t{other} << other_bit};
    fields.marked(true, [&] { go_over(context, event, other, fields); });
    context.learn(event, other);
}

void read_event(RecordReader& from, EffectContext& context, Event& event) {
    const std::size_t at = from.at();
    const std::uint64_t marks = from.half("event");
    event.kind = from.below<EventKind>(marks & ((1U << kind_bits) - 1), kinds, at, "event kind");
    const bool other = (marks >> other_bit & 1) != 0;
    FieldReader fields{from, marks};
    go_over(context, event, other, fields);
    if (from.ok() && other != context.is_other(event)) from.refuse(at, "event of order", other);
    context.learn(event, other);
}

}  // namespace tickweir::txn
