// Commands as lines for people.
#include "txn/record/command_record.hpp"
#include "txn/record/words.hpp"

namespace tickweir::txn {
namespace {

using namespace record;

struct BodyText {
    Line& line;

    void operator()(const NewOrder& order) const {
        line.add("new")
            .add(order.client_id)
            .add("account", number_text(order.account))
            .add("instrument", number_text(order.instrument))
            .add(name_of(order.side))
            .add(number_text(order.quantity))
            .add(name_of(order.type))
            .add(name_of(order.time_in_force))
            .add("@", order.price)
            .add("stop price", order.stop_price)
            .add_if(order.post_only, "post-only")
            .add_if(order.self_trade != SelfTrade::cancel_incoming,
                    name_of(order.self_trade).c_str());
        if (order.display.lots != 0) line.add("display", number_text(order.display));
        if (order.min_quantity.lots != 0)
            line.add("minimum quantity", number_text(order.min_quantity));
        line.add("expiry", order.expiry);
        repeated(order);
    }
    void operator()(const CancelOrder& cancel) const {
        line.add("cancel")
            .add(cancel.original)
            .add("order", cancel.order)
            .add("as", cancel.client_id);
    }
    void operator()(const ReplaceOrder& replace) const {
        line.add("replace")
            .add(replace.original)
            .add("order", replace.order)
            .add("as", replace.client_id)
            .add("quantity", number_text(replace.quantity))
            .add("@", replace.price)
            .add("stop price", replace.stop_price)
            .add("display", replace.display)
            .add("expiry", replace.expiry);
        repeated(replace);
    }
    void operator()(const MassCancel& cancel) const {
        line.add("mass cancel")
            .add("as", cancel.client_id)
            .add("session", cancel.session)
            .add("account", cancel.account)
            .add("instrument", cancel.instrument)
            .add_if(cancel.keep_long_lived, "keep-long-lived");
        if (cancel.side) line.add(name_of(*cancel.side));
    }
    void operator()(const Deposit& deposit) const { money("deposit", deposit); }
    void operator()(const Withdraw& withdraw) const { money("withdraw", withdraw); }
    void operator()(const Transfer& transfer) const {
        line.add("transfer", decimal_text(transfer.amount, money_decimals))
            .add("asset", number_text(transfer.asset))
            .add("from account", number_text(transfer.from))
            .add("to account", number_text(transfer.to));
    }
    void operator()(const Halt& halt) const {
        line.add("halt instrument", number_text(halt.instrument));
    }
    void operator()(const Resume& resume) const {
        line.add("resume instrument", number_text(resume.instrument));
    }
    void operator()(const Tick&) const { line.add("tick"); }
    void operator()(const DayEnd&) const { line.add("day end"); }
    void operator()(const BustTrade& bust) const {
        line.add("bust trade", number_text(bust.trade));
    }
    void operator()(const CorrectTrade& correct) const {
        line.add("correct trade", number_text(correct.trade))
            .add("to", number_text(correct.quantity))
            .add("@", number_text(correct.price));
    }
    void operator()(const Continue&) const { line.add("continue"); }

    template <class Body>
    void money(const char* name, const Body& body) const {
        line.add(name, decimal_text(body.amount, money_decimals))
            .add("asset", number_text(body.asset))
            .add("account", number_text(body.account));
    }
    template <class Body>
    void repeated(const Body& body) const {
        line.add_if(body.possible_resend, "possible resend")
            .add_if(body.possible_duplicate, "possible duplicate");
    }
};

}  // namespace

std::string command_text(const Command& command) {
    const Envelope& envelope = command.envelope;
    Line line{"session " + number_text(envelope.session) + " #" +
              std::to_string(envelope.sequence) + " at " + seconds_text(envelope.time) + ':'};
    std::visit(BodyText{line}, command.body);
    line.add("deadline", envelope.deadline);
    return std::move(line).text();
}

}  // namespace tickweir::txn
