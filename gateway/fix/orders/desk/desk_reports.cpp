#include "gateway/fix/orders/desk/desk_reports.hpp"

#include <utility>

namespace tickweir::gateway::fix::orders {
namespace {

using txn::EventKind;

/// Refused for what time or load made of it: its id may be used again.
bool leaves_id_free(txn::Refusal refusal) {
    return refusal == txn::Refusal::not_executed || refusal == txn::Refusal::late ||
           refusal == txn::Refusal::busy;
}

}  // namespace

void DeskReports::take(const VenueReport& report) {
    ++core_.counts.reports;
    switch (report.kind) {
        case VenueReportKind::event:
            return event(report);
        case VenueReportKind::shed:
            return shed(report);
        case VenueReportKind::withdrawn:
            return withdrawn(report);
        case VenueReportKind::order:
            if (core_.table.tell(report.event.order) == 0) ++core_.counts.untracked;
            return;
        case VenueReportKind::again:
            return again(report);
        case VenueReportKind::ready:
            core_.open = true;
            core_.disconnects.on_opening(
                core_.now, [this](SessionId id) { return core_.output->cancel_on_disconnect(id); });
            return;
    }
}

// ---------------------------------------------------------------- events

void DeskReports::event(const VenueReport& report) {
    const txn::Event& event = report.event;
    ReportContext context = context_of(report);
    switch (event.kind) {
        case EventKind::accepted:
        case EventKind::filled:
        case EventKind::cancelled:
        case EventKind::expired:
        case EventKind::replaced:
        case EventKind::triggered:
            return changed(event, context);
        case EventKind::rejected:
            return rejected(event, context);
        case EventKind::refused:
            return refused(event, context);
        case EventKind::ignored:
            return ignored(event);
        case EventKind::mass_cancelled:
            return mass_cancelled(event, context);
        case EventKind::busted:
        case EventKind::corrected:
            return taken_back(event, context);
        case EventKind::balance:
        case EventKind::state:
            return;
        case EventKind::day_ended:
            return core_.table.end_day();
    }
}

/// An order as it stands now, and with it the request that made it so.
void DeskReports::changed(const txn::Event& event, ReportContext& context) {
    const bool answers = !event.request_id.empty();
    const IdHandle request =
        answers ? core_.table.find_id(event.session, event.request_id) : IdHandle{0};
    const bool urgent = request != 0 && core_.table.id(request).urgent;
    const RowHandle row = core_.table.tell(event.order);
    if (row == 0) ++core_.counts.untracked;
    const bool is_order = event.kind == EventKind::accepted || event.kind == EventKind::replaced;
    if (row != 0 && event.kind == EventKind::replaced) settle(row, RequestKind::replace);
    if (is_order && !urgent && row != 0) breaker_answered(event, false, core_.table[row].arrived);
    // A mass cancel's own id is answered by its end, a replace's has become the order's.
    if (request != 0) {
        const UsedId& used = core_.table.id(request);
        const bool over = used.kind == RequestKind::cancel || used.kind == RequestKind::replace;
        if (!used.past && over) core_.table.answered(request, false);
    }
    core_.trades.note(event, context.place);
    tell(event, context);
}

RowHandle DeskReports::waiting(const txn::Event& event) const {
    const RowHandle row = core_.table.find(event.session, event.request_id);
    if (row == 0 || core_.table[row].state != RowState::waiting) return 0;
    return core_.table[row].sequence == event.sequence ? row : 0;
}

void DeskReports::rejected(const txn::Event& event, ReportContext& context) {
    const RowHandle row = waiting(event);
    context.requested = core_.view(row);
    context.named = core_.view(core_.table.find(event.order.order));
    // Who sends again what a crash may have lost is told that it was not executed: no fault of his.
    const bool is_fault = event.refusal != txn::Refusal::not_executed;
    breaker_answered(event, is_fault, row == 0 ? core_.now : core_.table[row].arrived);
    tell(event, context);
    if (row == 0) return;
    if (leaves_id_free(event.refusal))
        core_.table.drop(row);
    else
        core_.table.refuse(row);
}

/// Of a cancel, replace or mass cancel. What is not known of the request, is taken for a cancel.
void DeskReports::refused(const txn::Event& event, ReportContext& context) {
    const IdHandle request = core_.table.find_id(event.session, event.request_id);
    const bool expected = request != 0 && !core_.table.id(request).past;
    RowHandle named = core_.table.find(event.order.order);
    const RowHandle row = expected ? core_.table.row_of(request) : named;
    if (named == 0) named = row;
    if (expected) {
        const UsedId& used = core_.table.id(request);
        context.request = used.kind;
        context.original = used.original;
        if (!used.urgent) breaker_answered(event, true, core_.now);
    }
    context.named = core_.view(named);
    end_mass_cancel(event, context);
    tell(event, context);
    if (row != 0) settle(row, context.request);
    if (!expected) return;
    if (leaves_id_free(event.refusal))
        core_.table.take_back(request);
    else
        core_.table.answered(request, true);
}

/// A possible resend of what the venue knows and this table does not: nobody is answered.
void DeskReports::ignored(const txn::Event& event) {
    ++core_.counts.ignored;
    if (DeskSession* const session = core_.find_session(event.session))
        session->shield.breaker().unanswered(event.sequence);
    if (const RowHandle row = waiting(event); row != 0) return core_.table.drop(row);
    const IdHandle request = core_.table.find_id(event.session, event.request_id);
    if (request == 0 || core_.table.id(request).past) return;
    if (const RowHandle row = core_.table.row_of(request); row != 0)
        settle(row, core_.table.id(request).kind);
    core_.table.take_back(request);
}

void DeskReports::mass_cancelled(const txn::Event& event, ReportContext& context) {
    if (!event.complete) return;
    end_mass_cancel(event, context);
    tell(event, context);
    const IdHandle request = core_.table.find_id(event.session, event.request_id);
    if (request != 0 && !core_.table.id(request).past) core_.table.answered(request, false);
}

/// Where the event answers the session's mass cancel: that it does, and what the answer repeats.
void DeskReports::end_mass_cancel(const txn::Event& event, ReportContext& context) {
    DeskSession* const session = core_.find_session(event.session);
    if (session == nullptr || !session->mass_cancel ||
        session->mass_cancel->client_id != event.request_id)
        return;
    context.request = RequestKind::mass_cancel;
    context.scope = session->mass_cancel->scope;
    context.instrument = session->mass_cancel->instrument;
    context.side = session->mass_cancel->side;
    session->mass_cancel.reset();
}

/// A bust or a correction; of an order that is closed the event says little.
void DeskReports::taken_back(const txn::Event& event, ReportContext& context) {
    const auto before = core_.trades.find(event);
    const RowHandle row = core_.table.find(event.order.order);
    txn::Event whole = event;
    whole.order = order_after(event, core_.view(row), before);
    if (before) context.before = before->place;
    if (row != 0) core_.table[row].view = whole.order;
    core_.trades.note(event, context.place);
    tell(whole, context);
}

// ---------------------------------------------------------------- what was not executed

void DeskReports::shed(const VenueReport& report) {
    const txn::Event& event = report.event;
    ++core_.counts.shed;
    DeskSession* const session = core_.find_session(event.session);
    if (session == nullptr) return;
    session->shield.breaker().unanswered(event.sequence);
    ReportContext context = core_.refusal_context(nullptr);
    const RowHandle order = waiting(event);
    const IdHandle request =
        order != 0 ? IdHandle{0} : core_.table.find_id(event.session, event.request_id);
    const bool expected = request != 0 && !core_.table.id(request).past;
    RowHandle named = 0;
    txn::Event asked = event;
    if (order != 0) {
        context.request = RequestKind::new_order;
        context.requested = core_.view(order);
    } else if (expected) {
        context.request = core_.table.id(request).kind;
        named = core_.table.row_of(request);
        context.named = core_.view(named);
        if (asked.original.empty()) asked.original = core_.table.id(request).original;
    }
    end_mass_cancel(event, context);
    core_.tell(core_.id_of(*session), core_.writer.shed(asked, report.shed, context));
    if (order != 0) return core_.table.drop(order);
    if (named != 0) settle(named, context.request);
    if (expected) core_.table.take_back(request);
}

/// A request about the order is not under way any more.
void DeskReports::settle(RowHandle row, RequestKind request) {
    OrderRow& order = core_.table[row];
    if (request == RequestKind::cancel) order.cancel_pending = false;
    if (request == RequestKind::replace && order.replaces_pending != 0) --order.replaces_pending;
}

void DeskReports::withdrawn(const VenueReport& report) {
    const txn::Event& event = report.event;
    ++core_.counts.withdrawn;
    if (DeskSession* const session = core_.find_session(event.session))
        session->shield.breaker().unanswered(event.sequence);
    const IdHandle taken = core_.table.find_id(event.session, event.original);
    if (taken == 0 || core_.table.id(taken).past) return;
    // The order that a replace names may be gone by now.
    if (core_.table.id(taken).kind == RequestKind::replace) return withdrawn_replace(event, taken);
    const RowHandle row = core_.table.row_of(taken);
    if (row == 0) return;
    if (core_.table[row].state != RowState::waiting) return;
    ReportContext context = core_.refusal_context(nullptr);
    context.requested = core_.view(row);
    tell_all(event.session, context, [&] { return core_.writer.withdrawn(event, context); });
    core_.table.withdraw(row);
    const IdHandle request = core_.table.find_id(event.session, event.request_id);
    if (request == 0) return;
    const UsedId& cancel = core_.table.id(request);
    if (!cancel.past && cancel.kind == RequestKind::cancel) core_.table.answered(request, false);
}

/// The order itself is cancelled by what took the replace out of its queue.
void DeskReports::withdrawn_replace(const txn::Event& event, IdHandle taken) {
    const RowHandle row = core_.table.row_of(taken);
    txn::Event refused;
    refused.kind = EventKind::refused;
    refused.session = event.session;
    refused.request_id = event.original;
    refused.sequence = event.sequence;
    refused.time = event.time;
    ReportContext context = core_.refusal_context(core_.view(row));
    context.request = RequestKind::replace;
    context.original = core_.table.id(taken).original;
    context.text = "taken out of its queue by a cancel, never executed";
    tell(refused, context);
    if (row != 0) settle(row, RequestKind::replace);
    core_.table.take_back(taken);
}

/// Of what is told again, who has it already is known by what its store holds.
bool DeskReports::is_news(SessionId receiver, const ReportContext& context) const {
    if (!context.again) return true;
    const ReportPlace place{number(context.place.lsn), context.place.place};
    return place > core_.output->told(receiver);
}

/// The event was told before the crash, or was not: who may not have it hears it with 97=Y.
void DeskReports::again(const VenueReport& report) {
    ++core_.counts.again;
    ReportContext context = context_of(report);
    context.again = true;
    if (report.event.kind == EventKind::busted || report.event.kind == EventKind::corrected) {
        if (const auto before = core_.trades.find(report.event)) context.before = before->place;
    }
    core_.trades.note(report.event, context.place);
    tell(report.event, context);
}

// ---------------------------------------------------------------- telling

ReportContext DeskReports::context_of(const VenueReport& report) {
    const bool logged = report.lsn != txn::log::Lsn{};
    ReportContext context = logged ? ReportContext{} : core_.refusal_context(nullptr);
    context.place = {report.lsn, report.place};
    context.now = core_.now;
    return context;
}

void DeskReports::tell(const txn::Event& event, ReportContext& context) {
    tell_all(event.session, context, [&] { return core_.writer.event(event, context); });
}

/// To the session, and execution reports to those who get copies of them.
template <class Write>
void DeskReports::tell_all(txn::SessionId of, ReportContext& context, Write&& write) {
    DeskSession* const session = core_.find_session(of);
    if (session == nullptr) return;
    const Report report = write();
    const SessionId owner = core_.id_of(*session);
    if (is_news(owner, context)) core_.tell(owner, report);
    if (session->copies_to.empty() || report.msg_type != codecs::fix::msg_type::execution_report)
        return;
    context.drop_copy = true;
    const Report copy = write();
    context.drop_copy = false;
    for (const SessionId listener : session->copies_to) {
        if (is_news(listener, context)) core_.tell_copy(listener, copy);
    }
}

void DeskReports::breaker_answered(const txn::Event& event, bool rejected, txn::TimeNs arrived) {
    if (DeskSession* const session = core_.find_session(event.session))
        session->shield.breaker().answered(event.sequence, rejected, core_.now - arrived,
                                           core_.now);
}

}  // namespace tickweir::gateway::fix::orders
