#include "gateway/fix/orders/report_writer.hpp"

#include "book/ensure.hpp"
#include "gateway/fix/orders/order_words.hpp"
#include "gateway/fix/orders/report_fields.hpp"

namespace tickweir::gateway::fix::orders {
namespace {

namespace tag = codecs::fix::tag;
namespace type = codecs::fix::msg_type;
using txn::CancelReason;
using txn::Event;
using txn::EventKind;

book::TimeNs time_of(const Event& event, const ReportContext& context) {
    return event.time == book::TimeNs{} ? context.now : event.time;
}

bool has_fill(EventKind kind) {
    return kind == EventKind::filled || kind == EventKind::busted || kind == EventKind::corrected;
}

/// Whether the order ended because its owner said so.
bool was_asked_for(const Event& event) {
    const bool by_request = event.cancel_reason == CancelReason::requested ||
                            event.cancel_reason == CancelReason::mass_cancel;
    return by_request && !event.request_id.empty();
}

/// 11, and 41 where the request has an id of its own.
void put_ids(Fields& out, const Event& event) {
    const bool ended = event.kind == EventKind::cancelled && was_asked_for(event);
    put_id(out, tag::cl_ord_id, ended ? event.request_id : event.order.client_id);
    if (ended) put_id(out, tag::orig_cl_ord_id, event.order.client_id);
    if (event.kind == EventKind::replaced) put_id(out, tag::orig_cl_ord_id, event.original);
}

/// 378 and 58 of what happened unasked.
void put_reason(Fields& out, const Event& event, const ReportContext& context) {
    std::string_view text;
    if (event.kind == EventKind::triggered) {
        out.field(tag::exec_restatement_reason, stop_triggered);
        text = "stop triggered";
    } else if (event.kind == EventKind::expired) {
        text = to_string(event.cancel_reason);
    } else if (event.kind == EventKind::cancelled && !was_asked_for(event)) {
        out.field(tag::exec_restatement_reason, restatement_reason(event.cancel_reason));
        text = to_string(event.cancel_reason);
    }
    put_text(out, tag::text, context.text.empty() ? text : context.text);
}

}  // namespace

Report ReportWriter::done(std::string_view msg_type, const codecs::fix::FieldWriter& out) const {
    // Every text is bounded and looked at before it is written.
    book::ensure(out.status() == codecs::fix::WriteStatus::ok);
    return {msg_type, out.text()};
}

ExecId ReportWriter::exec_id(std::string_view session, const ReportContext& context) const {
    if (context.place.lsn == txn::log::Lsn{}) return ExecId{session, context.refusal};
    return ExecId{directory_.log_number(), context.place};
}

Report ReportWriter::event(const Event& event, const ReportContext& context) {
    switch (event.kind) {
        case EventKind::accepted:
            return execution(event, context, '0');
        case EventKind::filled:
            return execution(event, context, 'F');
        case EventKind::cancelled:
            return execution(event, context, '4');
        case EventKind::expired:
            return execution(event, context, 'C');
        case EventKind::replaced:
            return execution(event, context, '5');
        case EventKind::triggered:
            return execution(event, context, 'D');
        case EventKind::busted:
            return execution(event, context, 'H');
        case EventKind::corrected:
            return execution(event, context, 'G');
        case EventKind::rejected:
            return rejected(event, context);
        case EventKind::refused:
            return refused(event, context);
        case EventKind::mass_cancelled:
            if (!event.complete) return {};
            return mass_cancel_report({.client_id = event.request_id,
                                       .scope = context.scope,
                                       .instrument = context.instrument,
                                       .side = context.side,
                                       .refused = std::nullopt,
                                       .affected = event.affected,
                                       .text = context.text,
                                       .again = context.again},
                                      exec_id(directory_.session_name(event.session), context),
                                      time_of(event, context));
        case EventKind::ignored:
        case EventKind::balance:
        case EventKind::state:
        case EventKind::day_ended:
            break;
    }
    return {};
}

/// What happened to an order.
Report ReportWriter::execution(const Event& event, const ReportContext& context, char exec_type) {
    const txn::OrderView& order = event.order;
    const std::string_view session = directory_.session_name(event.session);
    Fields out{buffer_};
    if (context.again) out.field(tag::poss_resend, 'Y');
    put_order_id(out, order.order);
    put_ids(out, event);
    if (context.drop_copy) put_owner(out, session);
    out.field(tag::exec_id, exec_id(session, context).view());
    if (context.before.lsn != txn::log::Lsn{})
        out.field(tag::exec_ref_id, ExecId{directory_.log_number(), context.before}.view());
    out.field(tag::exec_type, exec_type);
    out.field(tag::ord_status, status_of(order));
    put_order(out, directory_, order);
    if (has_fill(event.kind)) put_fill(out, directory_, order, event.fill);
    put_sums(out, directory_, order);
    put_transact_time(out, time_of(event, context));
    put_reason(out, event, context);
    return done(type::execution_report, out);
}

Report ReportWriter::withdrawn(const Event& event, const ReportContext& context) {
    book::ensure(context.requested != nullptr);
    const std::string_view session = directory_.session_name(event.session);
    const bool asked = !event.request_id.empty();
    Fields out{buffer_};
    put_order_id(out, {});
    put_id(out, tag::cl_ord_id, asked ? event.request_id : event.original);
    if (asked) put_id(out, tag::orig_cl_ord_id, event.original);
    if (context.drop_copy) put_owner(out, session);
    out.field(tag::exec_id, exec_id(session, context).view());
    out.field(tag::exec_type, '4');
    out.field(tag::ord_status, '4');
    put_order(out, directory_, *context.requested);
    put_no_sums(out);
    put_transact_time(out, time_of(event, context));
    if (!asked)
        out.field(tag::exec_restatement_reason, restatement_reason(CancelReason::mass_cancel));
    put_text(out, tag::text,
             context.text.empty() ? "taken out of its queue, never executed" : context.text);
    return done(type::execution_report, out);
}

// ------------------------------------------------------------------------------------ status

Report ReportWriter::status(const txn::OrderView& order, const StatusQuery& query,
                            book::TimeNs now) {
    Fields out{buffer_};
    put_order_id(out, order.order);
    put_id(out, tag::cl_ord_id, order.client_id);
    put_text(out, tag::ord_status_req_id, query.status_id);
    if (!query.mass_status_id.empty()) {
        put_text(out, tag::mass_status_req_id, query.mass_status_id);
        out.field(tag::tot_num_reports, query.total);
        out.field(tag::last_rpt_requested, query.last);
    }
    out.field(tag::exec_id, '0');
    out.field(tag::exec_type, 'I');
    out.field(tag::ord_status, status_of(order));
    put_order(out, directory_, order);
    put_sums(out, directory_, order);
    put_transact_time(out, now);
    return done(type::execution_report, out);
}

Report ReportWriter::no_order(const RequestHead& head, book::TimeNs now) {
    constexpr unsigned unknown_order = 5;
    const bool many = head.kind == RequestKind::mass_status;
    Fields out{buffer_};
    put_order_id(out, head.order.value_or(txn::OrderId{}));
    put_id(out, tag::cl_ord_id, head.client_id);
    put_text(out, many ? tag::mass_status_req_id : tag::ord_status_req_id, head.query_id);
    if (many) {
        out.field(tag::tot_num_reports, '0');
        out.field(tag::last_rpt_requested, 'Y');
    }
    out.field(tag::exec_id, '0');
    out.field(tag::exec_type, 'I');
    out.field(tag::ord_status, '8');
    out.field(tag::ord_rej_reason, unknown_order);
    put_text(out, tag::symbol, head.symbol.empty() ? "NA" : head.symbol);
    // Undisclosed, where none was named.
    out.field(tag::side, head.side_text.size() == 1 ? head.side_text.front() : '7');
    put_no_sums(out);
    put_transact_time(out, now);
    put_text(out, tag::text, many ? "no orders" : "unknown order");
    return done(type::execution_report, out);
}

}  // namespace tickweir::gateway::fix::orders
