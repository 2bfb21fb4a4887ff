#include "gateway/fix/orders/desk/desk_requests.hpp"

#include <chrono>
#include <variant>

#include "gateway/fix/orders/order_words.hpp"
#include "gateway/fix/orders/replace_terms.hpp"
#include "gateway/shield/shed_policy.hpp"

namespace tickweir::gateway::fix::orders {
namespace {

using shield::PriorityClass;

// OrdRejReason (103) and CxlRejReason (102).
constexpr unsigned duplicate_order = 6;
constexpr unsigned too_late = 0;
constexpr unsigned unknown_order = 1;
constexpr unsigned already_pending = 3;
constexpr unsigned duplicate_id = 6;

constexpr std::string_view queue_full = shield::shed_text(shield::ShedCause::queue_full);
constexpr std::string_view table_full = "shed: too many orders";
constexpr std::string_view requests_full = "shed: too many requests under way";
constexpr std::uint16_t replaces_max = 1'000;  // of one order, under way

OrderFault fault_with(RefusedBy by, unsigned reason, codecs::fix::Tag at, std::string_view text) {
    OrderFault fault;
    fault.by = by;
    fault.reason = reason;
    fault.tag = at;
    fault.text.add(text);
    return fault;
}

OrderFault duplicate_fault(const RequestHead& head) {
    OrderFault fault;
    fault.tag = codecs::fix::tag::cl_ord_id;
    fault.text.field(fault.tag, head.client_id.view()).add(": used before");
    const bool is_order = head.kind == RequestKind::new_order;
    const bool is_mass = head.kind == RequestKind::mass_cancel;
    fault.by = is_order  ? RefusedBy::order_reject
               : is_mass ? RefusedBy::mass_cancel_reject
                         : RefusedBy::cancel_reject;
    fault.reason = is_order ? duplicate_order : is_mass ? reason_other : duplicate_id;
    return fault;
}

bool is_query(RequestKind kind) {
    return kind == RequestKind::status || kind == RequestKind::mass_status;
}

}  // namespace

void DeskRequests::take(SessionId id, const codecs::fix::Message& message) {
    id_ = id;
    ++core_.counts.requests;
    const OrderFault* const fault = reader_->read(message, id);
    const RequestHead& head = reader_->head();
    const bool malformed = fault != nullptr && fault->by == RefusedBy::session_reject;
    session().shield.breaker().received(malformed, core_.now);
    target_ = target_of(session(), head);
    known_ = is_query(head.kind) || head.client_id.empty()
                 ? IdHandle{0}
                 : core_.table.find_id(session().venue(), head.client_id);
    urgency_ = urgency_of(fault);
    if (!pass_shield(urgency_)) return;
    if (fault != nullptr) return answer_fault(message, *fault);
    if (is_query(head.kind)) {
        answered(false);
        return head.kind == RequestKind::status ? queries_.status(id, head)
                                                : queries_.mass_status(id, head);
    }
    if (answer_known()) return;
    switch (head.kind) {
        case RequestKind::new_order:
            return order();
        case RequestKind::replace:
            return replace(urgency_);
        case RequestKind::cancel:
            return cancel();
        case RequestKind::mass_cancel:
            return mass_cancel();
        case RequestKind::status:
        case RequestKind::mass_status:
            return;
    }
}

// ---------------------------------------------------------------- whether it goes on

/// Of a cancel or replace. An id that is not known here may still be the venue's: an order's
/// earlier one.
DeskRequests::Target DeskRequests::target_of(const DeskSession& session,
                                             const RequestHead& head) const {
    if (head.kind != RequestKind::cancel && head.kind != RequestKind::replace) return {};
    const RowHandle by_id =
        head.original.empty() ? 0 : core_.table.find(session.venue(), head.original);
    if (!head.order) return {.row = by_id};
    RowHandle by_order = core_.table.find(*head.order);
    const bool foreign = by_order != 0 && core_.table[by_order].view.session != session.venue();
    if (foreign) by_order = 0;
    if (by_id != 0) return {.row = by_id, .contradicts = by_id != by_order};
    return {.row = by_order, .contradicts = foreign};
}

bool DeskRequests::is_known_resend() const {
    const RequestHead& head = reader_->head();
    return known_ != 0 && (head.possible_resend || head.possible_duplicate);
}

const txn::OrderView* DeskRequests::named_view() const {
    if (reader_->head().kind != RequestKind::new_order) return target_view();
    return core_.view(core_.table.row_of(known_));
}

/// A replace that only lowers what is open reduces risk; not so while another one is under way,
/// for it would overtake that.
PriorityClass DeskRequests::urgency_of(const OrderFault* fault) const {
    const RequestHead& head = reader_->head();
    const PriorityClass plain = priority_of(head.urgency);
    if (head.kind != RequestKind::replace || fault != nullptr || target_.row == 0) return plain;
    const OrderRow& row = core_.table[target_.row];
    const bool settled =
        row.state == RowState::open && row.replaces_pending == 0 && !row.cancel_pending;
    const auto& body = std::get<txn::ReplaceOrder>(reader_->body());
    return settled && only_lowers_quantity(body, row.view) ? PriorityClass::risk_reducing : plain;
}

bool DeskRequests::pass_shield(PriorityClass urgency) {
    const RequestHead& head = reader_->head();
    if (!core_.open) {
        ++core_.counts.not_ready;
        core_.refuse_for_load(id_, head, "stopped: the venue is not ready", named_view());
        return false;
    }
    const shield::Verdict verdict =
        session().shield.admit(urgency, core_.mode(), head.sequence, core_.now);
    switch (verdict.admission) {
        case shield::Admission::admitted:
            return true;
        case shield::Admission::throttled:
        case shield::Admission::logout:
            ++core_.counts.throttled;
            break;
        case shield::Admission::breaker_open:
            ++core_.counts.breaker_refused;
            break;
        case shield::Admission::shed:
            ++core_.counts.shed;
            break;
    }
    // Nobody who repeats a request in a spike is to hear that it came to nothing.
    if (is_known_resend())
        ++core_.counts.ignored;
    else
        core_.refuse_for_load(id_, head, verdict.text, named_view());
    if (verdict.admission == shield::Admission::logout) core_.end_session(id_, verdict.text, true);
    return false;
}

void DeskRequests::answer_fault(const codecs::fix::Message& message, const OrderFault& fault) {
    if (fault.by != RefusedBy::session_reject) return refuse(fault, named_view());
    ++core_.counts.malformed;
    answered(true);
    (void)core_.output->reject(id_, message, fault.reason, fault.tag, fault.text.view());
}

/// A ClOrdID that was used: ignored where the client says that it may be, else refused, with the
/// order as it stands.
bool DeskRequests::answer_known() {
    if (known_ == 0) return false;
    if (is_known_resend()) {
        ++core_.counts.ignored;
        unanswered();
        return true;
    }
    ++core_.counts.duplicates;
    refuse(duplicate_fault(reader_->head()), named_view());
    return true;
}

// ---------------------------------------------------------------- by type

void DeskRequests::order() {
    const auto& order = std::get<txn::NewOrder>(reader_->body());
    if (const auto fault = session().entry->entitled.check(order)) return refuse(*fault, nullptr);
    const RowHandle row =
        core_.table.wait(session().venue(), order, reader_->head().sequence, core_.now);
    if (row == 0) {
        ++core_.counts.no_room;
        return shed(table_full, nullptr);
    }
    if (core_.lanes.push_ordinary(command(urgency_))) {
        ++core_.counts.pushed;
        return;
    }
    core_.table.drop(row);
    ++core_.counts.ring_full;
    shed(queue_full, nullptr);
}

std::optional<OrderFault> DeskRequests::fault_of_replace(const txn::ReplaceOrder& replace) const {
    const auto refusal = [](unsigned reason, std::string_view text) {
        return fault_with(RefusedBy::cancel_reject, reason, 0, text);
    };
    if (target_.row == 0 || target_.contradicts) return refusal(unknown_order, "unknown order");
    const OrderRow& row = core_.table[target_.row];
    if (row.state == RowState::closed) return refusal(too_late, "the order is not open any more");
    if (row.cancel_pending) return refusal(already_pending, "a cancel of the order is under way");
    if (row.replaces_pending == replaces_max)
        return refusal(already_pending, "too many replaces of the order are under way");
    if (const auto fault = check_replace(reader_->terms(), row.view)) return fault;
    return session().entry->entitled.check(replace, row.view);
}

void DeskRequests::replace(PriorityClass urgency) {
    const auto& replace = std::get<txn::ReplaceOrder>(reader_->body());
    if (const auto fault = fault_of_replace(replace)) return refuse(*fault, target_view());
    const IdHandle id = core_.table.expect(session().venue(), replace.client_id,
                                           RequestKind::replace, target_.row, replace.original);
    if (id == 0) {
        ++core_.counts.no_room;
        return shed(requests_full, target_view());
    }
    const txn::Command asked = command(urgency);
    const bool urgent = urgency == PriorityClass::risk_reducing;
    if (!(urgent ? core_.lanes.push_urgent(asked) : core_.lanes.push_ordinary(asked))) {
        core_.table.take_back(id);
        ++core_.counts.ring_full;
        return shed(queue_full, target_view());
    }
    if (urgent) core_.table.mark_urgent(id);
    OrderRow& row = core_.table[target_.row];
    ++row.replaces_pending;
    row.arrived = core_.now;
    ++core_.counts.pushed;
}

/// One of each order is under way at a time, so that no more of them wait than there are orders.
void DeskRequests::cancel() {
    if (target_.contradicts)
        return refuse_cancel(unknown_order, "11, 41 and 37 name no order of the session together");
    if (target_.row == 0) return cancel_unknown();
    OrderRow& row = core_.table[target_.row];
    if (row.state == RowState::closed)
        return refuse_cancel(too_late, "the order is not open any more");
    if (row.cancel_pending)
        return refuse_cancel(already_pending, "a cancel of the order is under way");
    const auto& body = std::get<txn::CancelOrder>(reader_->body());
    // Without a place for its id it goes all the same, and others after it: nobody would know that
    // it is answered.
    const IdHandle id = core_.table.expect(session().venue(), body.client_id, RequestKind::cancel,
                                           target_.row, body.original);
    if (!core_.lanes.push_urgent(command(PriorityClass::risk_reducing))) {
        if (id != 0) core_.table.take_back(id);
        ++core_.counts.no_room;
        return shed(queue_full, target_view());
    }
    if (id != 0) core_.table.mark_urgent(id);
    row.cancel_pending = id != 0;
    ++core_.counts.pushed;
}

/// No open order has this name. The venue may know one that is closed, or by an earlier id; it is
/// asked where that takes nobody's place.
void DeskRequests::cancel_unknown() {
    const auto& body = std::get<txn::CancelOrder>(reader_->body());
    const IdHandle id = core_.lanes.waiting() != 0
                            ? 0
                            : core_.table.expect(session().venue(), body.client_id,
                                                 RequestKind::cancel, 0, body.original);
    if (id != 0 && core_.lanes.push_urgent_now(command(PriorityClass::risk_reducing))) {
        core_.table.mark_urgent(id);
        ++core_.counts.pushed;
        return;
    }
    if (id != 0) core_.table.take_back(id);
    refuse_cancel(unknown_order, "unknown order");
}

void DeskRequests::mass_cancel() {
    const RequestHead& head = reader_->head();
    if (session().mass_cancel)
        return refuse(fault_with(RefusedBy::mass_cancel_reject, reason_other, 0,
                                 "a mass cancel is under way"),
                      nullptr);
    if (!core_.lanes.push_urgent(command(PriorityClass::risk_reducing))) {
        ++core_.counts.no_room;
        return shed(queue_full, nullptr);
    }
    const IdHandle id =
        core_.table.expect(session().venue(), head.client_id, RequestKind::mass_cancel, 0);
    if (id != 0) core_.table.mark_urgent(id);
    session().mass_cancel = MassCancelUnderWay{.client_id = head.client_id,
                                               .sequence = head.sequence,
                                               .scope = head.scope,
                                               .instrument = head.instrument,
                                               .side = head.side};
    ++core_.counts.pushed;
}

void DeskRequests::set_directory(const OrderDirectory& directory) {
    reader_.emplace(directory);
}

bool DeskRequests::cancel_all(SessionId id) {
    const DeskSession& session = core_.session(id);
    txn::MassCancel body;
    body.session = session.venue();
    body.keep_long_lived = session.settings.keep_long_lived;
    txn::Command command;
    command.envelope.session = txn::operator_session;
    command.envelope.urgency = txn::CommandClass::control;
    command.envelope.arrived = command.envelope.time = core_.now;
    command.body = body;
    if (!core_.lanes.push_urgent(command)) return false;
    ++core_.counts.disconnects;
    return true;
}

// ---------------------------------------------------------------- answers and commands

void DeskRequests::refuse(const OrderFault& fault, const txn::OrderView* known) {
    ++core_.counts.refused;
    answered(true);
    core_.refuse(id_, reader_->head(), fault, known);
}

void DeskRequests::refuse_cancel(unsigned reason, std::string_view text) {
    refuse(fault_with(RefusedBy::cancel_reject, reason, 0, text), target_view());
}

void DeskRequests::shed(std::string_view text, const txn::OrderView* known) {
    ++core_.counts.shed;
    unanswered();
    core_.refuse_for_load(id_, reader_->head(), text, known);
}

void DeskRequests::answered(bool rejected) {
    if (shield::is_urgent(urgency_)) return;
    session().shield.breaker().answered(reader_->head().sequence, rejected,
                                        std::chrono::nanoseconds{0}, core_.now);
}

void DeskRequests::unanswered() {
    if (!shield::is_urgent(urgency_))
        session().shield.breaker().unanswered(reader_->head().sequence);
}

txn::Command DeskRequests::command(PriorityClass urgency) const {
    txn::Command command;
    command.envelope.session = session().venue();
    command.envelope.urgency = static_cast<txn::CommandClass>(urgency);
    command.envelope.sequence = reader_->head().sequence;
    command.envelope.arrived = command.envelope.time = core_.now;
    command.body = reader_->body();
    return command;
}

}  // namespace tickweir::gateway::fix::orders
