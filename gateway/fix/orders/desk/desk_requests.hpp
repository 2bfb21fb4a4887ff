// Requests of sessions: held against what is known of orders and ids, against what the session may
// do and the shield, and given to the venue's shard, or answered at once. For the desk alone.
#pragma once

#include <optional>
#include <string_view>

#include "codecs/fix/message.hpp"
#include "gateway/fix/orders/desk/desk_core.hpp"
#include "gateway/fix/orders/desk/desk_queries.hpp"
#include "gateway/fix/orders/order_reader.hpp"

namespace tickweir::gateway::fix::orders {

class DeskRequests {
public:
    DeskRequests(DeskCore& core, DeskQueries& queries)
        : core_{core}, queries_{queries}, reader_{core.directory} {}

    void take(SessionId session, const codecs::fix::Message& message);

    /// Requests are read by this one from now on.
    void set_directory(const OrderDirectory& directory);

    /// All orders of a session that is gone are to be cancelled. False: not now, try again.
    bool cancel_all(SessionId session);

private:
    /// The order that a request names.
    struct Target {
        RowHandle row = 0;
        bool contradicts = false;  ///< its names lead to different ones, or to another session's
    };
    Target target_of(const DeskSession& session, const RequestHead& head) const;
    shield::PriorityClass urgency_of(const OrderFault* fault) const;
    /// As its session was last told of what is replaced or cancelled; nullptr: nothing.
    const txn::OrderView* target_view() const { return core_.view(target_.row); }

    /// The same of the order that a refusal is about: of a new order, that which has its id.
    const txn::OrderView* named_view() const;
    /// Whether its id was used, and the client says that it may be.
    bool is_known_resend() const;

    bool pass_shield(shield::PriorityClass urgency);
    void answer_fault(const codecs::fix::Message& message, const OrderFault& fault);
    bool answer_known();
    void order();
    void replace(shield::PriorityClass urgency);
    std::optional<OrderFault> fault_of_replace(const txn::ReplaceOrder& replace) const;
    void cancel();
    void cancel_unknown();
    void mass_cancel();

    /// Answered by the desk: for what it says, or for load.
    void refuse(const OrderFault& fault, const txn::OrderView* known);
    void refuse_cancel(unsigned reason, std::string_view text);
    void shed(std::string_view text, const txn::OrderView* known);
    /// The breaker hears of an answer to what it let pass.
    void answered(bool rejected);
    void unanswered();
    /// The command that was read last.
    txn::Command command(shield::PriorityClass urgency) const;
    DeskSession& session() { return core_.session(id_); }
    const DeskSession& session() const { return core_.session(id_); }

    DeskCore& core_;
    DeskQueries& queries_;
    std::optional<OrderReader> reader_;

    // Of the request under way.
    SessionId id_{};
    Target target_;
    IdHandle known_ = 0;  // its ClOrdID as it was used before; 0: it was not
    shield::PriorityClass urgency_ = shield::PriorityClass::order;
};

}  // namespace tickweir::gateway::fix::orders
