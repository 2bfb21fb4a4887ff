#include "txn/record/command_codec.hpp"

namespace tickweir::txn::record {
namespace {

/// Takes flags apart, from the lowest bit on; refuses what no value is.
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
    if constexpr (kind < command_kinds) {
        if (kind != wanted) return read_body<kind + 1>(wanted, reader, body);
        reader.read(body.emplace<kind>());
    }
}

}  // namespace

void read_command(RecordReader& from, Command& command) {
    Envelope& envelope = command.envelope;
    const std::size_t at = from.at();
    const std::uint64_t first = from.byte("kind of command");
    const auto kind = from.below<std::size_t>(first & 0xF, command_kinds, at, "kind of command");
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

}  // namespace tickweir::txn::record
