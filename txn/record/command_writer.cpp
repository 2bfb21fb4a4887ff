#include "txn/record/command_codec.hpp"

namespace tickweir::txn::record {
namespace {

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

template <class T>
void write_difference(RecordWriter& to, T value, T from = {}) {
    to.difference(raw(value) - raw(from));
}

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

}  // namespace tickweir::txn::record
