#include "txn/record/command_codec.hpp"

#include <type_traits>
#include <variant>

namespace tickweir::txn {
namespace {

// The first byte of a command names its body by its place.
static_assert(
    std::is_same_v<CommandBody, std::variant<NewOrder, CancelOrder, ReplaceOrder, MassCancel,
                                             Deposit, Withdraw, Transfer, Halt, Resume, Tick,
                                             DayEnd, BustTrade, CorrectTrade, Continue>>,
    "logs name bodies by their places: new ones come behind the others");
constexpr std::size_t kinds = std::variant_size_v<CommandBody>;

// First byte: kind, class, whether there is a deadline.
constexpr unsigned urgency_shift = 4;
constexpr unsigned deadline_shift = 7;

/// Bits of flags, from the lowest on.
class FlagWriter {
public:
    template <class T>
    void add(T value, unsigned bits) {
        flags_ |= static_cast<unsigned>(value) << at_;
        at_ += bits;
    }
    unsigned flags() const { return flags_; }

private:
    unsigned flags_ = 0;
    unsigned at_ = 0;
};

/// Takes them apart again; refuses what no value is.
class FlagReader {
public:
    FlagReader(RecordReader& from, bool two_bytes) : from_{from}, at_{from.at()} {
        flags_ = static_cast<unsigned>(two_bytes ? from.half("flags") : from.byte("flags"));
    }
    template <class T>
    T take(unsigned bits, unsigned end, const char* what) {
        const unsigned value = flags_ & ((1U << bits) - 1);
        flags_ >>= bits;
        return from_.below<T>(value, end, at_, what);
    }
    bool flag() { return take<bool>(1, 2, ""); }
    void end() {
        if (flags_ != 0) from_.refuse(at_, "unknown flags", flags_);
    }

private:
    RecordReader& from_;
    std::size_t at_;
    unsigned flags_;
};

template <class T>
void write_difference(RecordWriter& to, T value, T from = {}) {
    to.difference(raw(value) - raw(from));
}
template <class T>
T read_difference(RecordReader& from, const char* what, T to = {}) {
    return from_raw<T>(from.difference(what) + raw(to));
}
/// One that is left out where it is zero.
Quantity read_more_than_none(RecordReader& from, bool is_there, const char* what) {
    if (!is_there) return {};
    const std::size_t at = from.at();
    const auto quantity = read_difference<Quantity>(from, what);
    if (quantity.lots == 0) from.refuse_needless(at, what);
    return quantity;
}
/// An id of 32 bits.
template <class T>
T read_id(RecordReader& from, const char* what) {
    const std::size_t at = from.at();
    const std::uint64_t number = from.number(what);
    if (number <= raw_max<T>) [[likely]]
        return static_cast<T>(number);
    from.refuse(at, what, number);
    return T{};
}

// ------------------------------------------------------------------------------------ writing

struct BodyWriter {
    RecordWriter& to;
    const Envelope& envelope;

    void operator()(const NewOrder& order) const {
        FlagWriter flags;
        flags.add(order.side, 1);
        flags.add(order.type, 2);
        flags.add(order.time_in_force, 3);
        flags.add(order.self_trade, 2);
        flags.add(order.post_only, 1);
        flags.add(order.possible_resend, 1);
        flags.add(order.possible_duplicate, 1);
        flags.add(order.price.has_value(), 1);
        flags.add(order.stop_price.has_value(), 1);
        flags.add(order.display.lots != 0, 1);
        flags.add(order.min_quantity.lots != 0, 1);
        flags.add(order.expiry.has_value(), 1);
        to.half(flags.flags());
        to.text(order.client_id);
        to.number(raw(order.account));
        to.number(raw(order.instrument));
        if (order.price) write_difference(to, *order.price);
        if (order.stop_price) write_difference(to, *order.stop_price);
        write_difference(to, order.quantity);
        if (order.display.lots != 0) write_difference(to, order.display);
        if (order.min_quantity.lots != 0) write_difference(to, order.min_quantity);
        if (order.expiry) write_difference(to, *order.expiry, envelope.time);
    }
    void operator()(const CancelOrder& cancel) const {
        to.byte(cancel.order.has_value());
        to.text(cancel.client_id);
        to.text(cancel.original);
        if (cancel.order) to.number(raw(*cancel.order));
    }
    void operator()(const ReplaceOrder& replace) const {
        FlagWriter flags;
        flags.add(replace.order.has_value(), 1);
        flags.add(replace.possible_resend, 1);
        flags.add(replace.possible_duplicate, 1);
        flags.add(replace.price.has_value(), 1);
        flags.add(replace.stop_price.has_value(), 1);
        flags.add(replace.display.has_value(), 1);
        flags.add(replace.expiry.has_value(), 1);
        to.byte(flags.flags());
        to.text(replace.client_id);
        to.text(replace.original);
        if (replace.order) to.number(raw(*replace.order));
        if (replace.price) write_difference(to, *replace.price);
        if (replace.stop_price) write_difference(to, *replace.stop_price);
        write_difference(to, replace.quantity);
        if (replace.display) write_difference(to, *replace.display);
        if (replace.expiry) write_difference(to, *replace.expiry, envelope.time);
    }
    void operator()(const MassCancel& cancel) const {
        FlagWriter flags;
        flags.add(cancel.keep_long_lived, 1);
        flags.add(cancel.session.has_value(), 1);
        flags.add(cancel.account.has_value(), 1);
        flags.add(cancel.instrument.has_value(), 1);
        flags.add(cancel.side ? 1 + raw(*cancel.side) : 0, 2);
        to.byte(flags.flags());
        to.text(cancel.client_id);
        if (cancel.session) to.number(raw(*cancel.session));
        if (cancel.account) to.number(raw(*cancel.account));
        if (cancel.instrument) to.number(raw(*cancel.instrument));
    }
    void operator()(const Deposit& deposit) const { money(deposit); }
    void operator()(const Withdraw& withdraw) const { money(withdraw); }
    template <class Body>
    void money(const Body& body) const {
        to.number(raw(body.account));
        to.number(raw(body.asset));
        to.wide(static_cast<Uint128>(body.amount));
    }
    void operator()(const Transfer& transfer) const {
        to.number(raw(transfer.from));
        to.number(raw(transfer.to));
        to.number(raw(transfer.asset));
        to.wide(static_cast<Uint128>(transfer.amount));
    }
    void operator()(const Halt& halt) const { to.number(raw(halt.instrument)); }
    void operator()(const Resume& resume) const { to.number(raw(resume.instrument)); }
    void operator()(const Tick&) const {}
    void operator()(const DayEnd&) const {}
    void operator()(const BustTrade& bust) const { to.number(raw(bust.trade)); }
    void operator()(const CorrectTrade& correct) const {
        to.number(raw(correct.trade));
        write_difference(to, correct.price);
        write_difference(to, correct.quantity);
    }
    void operator()(const Continue&) const {}
};

// ------------------------------------------------------------------------------------ reading

struct BodyReader {
    RecordReader& from;
    const Envelope& envelope;

    void read(NewOrder& order) const {
        FlagReader flags{from, true};
        order.side = flags.take<Side>(1, 2, "side");
        order.type = flags.take<OrderType>(2, 4, "order type");
        order.time_in_force = flags.take<TimeInForce>(3, 5, "time in force");
        order.self_trade = flags.take<SelfTrade>(2, 3, "self-trade mode");
        order.post_only = flags.flag();
        order.possible_resend = flags.flag();
        order.possible_duplicate = flags.flag();
        const bool has_price = flags.flag();
        const bool has_stop_price = flags.flag();
        const bool has_display = flags.flag();
        const bool has_min_quantity = flags.flag();
        const bool has_expiry = flags.flag();
        order.client_id = from.text("client id");
        order.account = read_id<AccountId>(from, "account");
        order.instrument = read_id<InstrumentId>(from, "instrument");
        if (has_price) order.price = read_difference<Price>(from, "price");
        if (has_stop_price) order.stop_price = read_difference<Price>(from, "stop price");
        order.quantity = read_difference<Quantity>(from, "quantity");
        order.display = read_more_than_none(from, has_display, "display");
        order.min_quantity = read_more_than_none(from, has_min_quantity, "minimum quantity");
        if (has_expiry) order.expiry = read_difference(from, "expiry", envelope.time);
    }
    void read(CancelOrder& cancel) const {
        FlagReader flags{from, false};
        const bool has_order = flags.flag();
        flags.end();
        cancel.client_id = from.text("client id");
        cancel.original = from.text("original client id");
        if (has_order) cancel.order = OrderId{from.number("order id")};
    }
    void read(ReplaceOrder& replace) const {
        FlagReader flags{from, false};
        const bool has_order = flags.flag();
        replace.possible_resend = flags.flag();
        replace.possible_duplicate = flags.flag();
        const bool has_price = flags.flag();
        const bool has_stop_price = flags.flag();
        const bool has_display = flags.flag();
        const bool has_expiry = flags.flag();
        flags.end();
        replace.client_id = from.text("client id");
        replace.original = from.text("original client id");
        if (has_order) replace.order = OrderId{from.number("order id")};
        if (has_price) replace.price = read_difference<Price>(from, "price");
        if (has_stop_price) replace.stop_price = read_difference<Price>(from, "stop price");
        replace.quantity = read_difference<Quantity>(from, "quantity");
        if (has_display) replace.display = read_difference<Quantity>(from, "display");
        if (has_expiry) replace.expiry = read_difference(from, "expiry", envelope.time);
    }
    void read(MassCancel& cancel) const {
        FlagReader flags{from, false};
        cancel.keep_long_lived = flags.flag();
        const bool has_session = flags.flag();
        const bool has_account = flags.flag();
        const bool has_instrument = flags.flag();
        const auto side = flags.take<unsigned>(2, 3, "side");
        flags.end();
        if (side != 0) cancel.side = static_cast<Side>(side - 1);
        cancel.client_id = from.text("client id");
        if (has_session) cancel.session = read_id<SessionId>(from, "session");
        if (has_account) cancel.account = read_id<AccountId>(from, "account");
        if (has_instrument) cancel.instrument = read_id<InstrumentId>(from, "instrument");
    }
    void read(Deposit& deposit) const { money(deposit); }
    void read(Withdraw& withdraw) const { money(withdraw); }
    template <class Body>
    void money(Body& body) const {
        body.account = read_id<AccountId>(from, "account");
        body.asset = read_id<AssetId>(from, "asset");
        body.amount = static_cast<Int128>(from.wide("amount"));
    }
    void read(Transfer& transfer) const {
        transfer.from = read_id<AccountId>(from, "account");
        transfer.to = read_id<AccountId>(from, "account");
        transfer.asset = read_id<AssetId>(from, "asset");
        transfer.amount = static_cast<Int128>(from.wide("amount"));
    }
    void read(Halt& halt) const { halt.instrument = read_id<InstrumentId>(from, "instrument"); }
    void read(Resume& resume) const {
        resume.instrument = read_id<InstrumentId>(from, "instrument");
    }
    void read(Tick&) const {}
    void read(DayEnd&) const {}
    void read(BustTrade& bust) const { bust.trade = TradeId{from.number("trade")}; }
    void read(CorrectTrade& correct) const {
        correct.trade = TradeId{from.number("trade")};
        correct.price = read_difference<Price>(from, "price");
        correct.quantity = read_difference<Quantity>(from, "quantity");
    }
    void read(Continue&) const {}
};

template <std::size_t kind = 0>
void read_body(std::size_t wanted, const BodyReader& reader, CommandBody& body) {
    if constexpr (kind < kinds) {
        if (kind != wanted) return read_body<kind + 1>(wanted, reader, body);
        reader.read(body.emplace<kind>());
    }
}

}  // namespace

void write_command(RecordWriter& to, const Command& command) {
    const Envelope& envelope = command.envelope;
    to.byte(command.body.index() | raw(envelope.urgency) << urgency_shift |
            std::uint64_t{envelope.deadline.has_value()} << deadline_shift);
    to.number(raw(envelope.session));
    to.number(envelope.shard);
    to.number(envelope.sequence);
    to.whole(raw(envelope.time));
    write_difference(to, envelope.arrived, envelope.time);
    if (envelope.deadline) write_difference(to, *envelope.deadline, envelope.time);
    std::visit(BodyWriter{to, envelope}, command.body);
}

void read_command(RecordReader& from, Command& command) {
    Envelope& envelope = command.envelope;
    const std::size_t at = from.at();
    const std::uint64_t first = from.byte("kind of command");
    const auto kind = from.below<std::size_t>(first & 0xF, kinds, at, "kind of command");
    envelope.urgency = from.below<CommandClass>(first >> urgency_shift & 7, 6, at, "class");
    envelope.session = read_id<SessionId>(from, "session");
    envelope.shard = read_id<std::uint16_t>(from, "shard");
    envelope.sequence = from.number("sequence");
    envelope.time = from_raw<TimeNs>(from.whole("time"));
    envelope.arrived = read_difference(from, "arrival", envelope.time);
    envelope.deadline.reset();
    if (first >> deadline_shift != 0)
        envelope.deadline = read_difference(from, "deadline", envelope.time);
    read_body(kind, BodyReader{from, envelope}, command.body);
}

}  // namespace tickweir::txn
