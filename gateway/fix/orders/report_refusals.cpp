// Refusals: of the venue, of order entry itself, and of what is shed.
#include "gateway/fix/orders/order_words.hpp"
#include "gateway/fix/orders/report_fields.hpp"
#include "gateway/fix/orders/report_writer.hpp"
#include "gateway/shield/shed_policy.hpp"

namespace tickweir::gateway::fix::orders {
namespace {

namespace tag = codecs::fix::tag;
namespace type = codecs::fix::msg_type;
using txn::Event;
using txn::OrderView;
using txn::Refusal;

/// The order that an event names, as far as it is known: the event's own where it is open, what
/// its session was last told, or its OrderID alone.
const OrderView* named_by(const Event& event, const ReportContext& context) {
    if (event.order.order == txn::OrderId{}) return context.named;
    return event.order.client_id.empty() && context.named != nullptr ? context.named : &event.order;
}

/// 39 of a known order. Of one that only its OrderID is known of, that it is no more.
char status_of_named(const OrderView* order) {
    if (order == nullptr) return '8';
    return order->client_id.empty() ? '4' : status_of(*order);
}

/// What the client itself said of the order.
void put_as_asked(Fields& out, const OrderDirectory& directory, const RequestHead& head) {
    if (head.account) put_text(out, tag::account, directory.account_name(*head.account));
    put_text(out, tag::symbol, head.symbol.empty() ? "NA" : head.symbol);
    out.field(tag::side, head.side_text.size() == 1 ? head.side_text.front() : '7');
    // A number that is cut off would be another one.
    if (head.quantity.size() <= text_bytes_max && codecs::fix::read_decimal(head.quantity))
        put_text(out, tag::order_qty, head.quantity);
    if (is_standard_order_type(head.type)) put_text(out, tag::ord_type, head.type);
}

}  // namespace

Report ReportWriter::rejected(const Event& event, const ReportContext& context) {
    const std::string_view session = directory_.session_name(event.session);
    return order_reject({.client_id = event.request_id,
                         .requested = context.requested,
                         .head = nullptr,
                         .existing = named_by(event, context),
                         .reason = order_reject_reason(event.refusal),
                         .text = context.text.empty() ? to_string(event.refusal) : context.text,
                         .again = context.again,
                         .drop_copy = context.drop_copy},
                        exec_id(session, context),
                        event.time == book::TimeNs{} ? context.now : event.time, session);
}

Report ReportWriter::refused(const Event& event, const ReportContext& context) {
    const std::string_view text = context.text.empty() ? to_string(event.refusal) : context.text;
    const book::TimeNs time = event.time == book::TimeNs{} ? context.now : event.time;
    if (context.request == RequestKind::mass_cancel)
        return mass_cancel_report({.client_id = event.request_id,
                                   .scope = context.scope,
                                   .instrument = context.instrument,
                                   .side = context.side,
                                   .refused = mass_cancel_reject_reason(event.refusal),
                                   .affected = 0,
                                   .text = text,
                                   .again = context.again},
                                  exec_id(directory_.session_name(event.session), context), time);
    return cancel_reject({.kind = context.request,
                          .client_id = event.request_id,
                          .original = context.original,
                          .named = named_by(event, context),
                          .reason = cancel_reject_reason(event.refusal),
                          .text = text,
                          .again = context.again},
                         time);
}

Report ReportWriter::refusal(const RequestHead& head, const OrderFault& fault,
                             std::string_view session, const ReportContext& context) {
    const std::string_view text = fault.text.view();
    switch (fault.by) {
        case RefusedBy::session_reject:
            return {};
        case RefusedBy::business_reject:
            return business_reject(head.sequence, head.kind,
                                   head.query_id.empty() ? head.client_id.view() : head.query_id,
                                   fault.reason, text);
        case RefusedBy::order_reject:
            return order_reject({.client_id = head.client_id,
                                 .requested = nullptr,
                                 .head = &head,
                                 .existing = context.named,
                                 .reason = fault.reason,
                                 .text = text,
                                 .again = false,
                                 .drop_copy = context.drop_copy},
                                ExecId{session, context.refusal}, context.now, session);
        case RefusedBy::cancel_reject:
            return cancel_reject({.kind = head.kind,
                                  .client_id = head.client_id,
                                  .original = head.original,
                                  .named = context.named,
                                  .reason = fault.reason,
                                  .text = text},
                                 context.now);
        case RefusedBy::mass_cancel_reject:
            return mass_cancel_report({.client_id = head.client_id,
                                       .scope = head.scope == 0 ? '7' : head.scope,
                                       .instrument = head.instrument,
                                       .side = head.side,
                                       .refused = fault.reason,
                                       .affected = 0,
                                       .text = text},
                                      ExecId{session, context.refusal}, context.now);
    }
    return {};
}

Report ReportWriter::shed(const Event& event, shield::ShedCause cause,
                          const ReportContext& context) {
    const std::string_view session = directory_.session_name(event.session);
    const std::string_view text = context.text.empty() ? shield::shed_text(cause) : context.text;
    switch (context.request) {
        case RequestKind::new_order:
            return order_reject({.client_id = event.request_id,
                                 .requested = context.requested,
                                 .head = nullptr,
                                 .existing = nullptr,
                                 .reason = reason_other,
                                 .text = text,
                                 .again = false,
                                 .drop_copy = context.drop_copy},
                                ExecId{session, context.refusal}, context.now, session);
        case RequestKind::cancel:
        case RequestKind::replace:
            return cancel_reject({.kind = context.request,
                                  .client_id = event.request_id,
                                  .original = event.original,
                                  .named = context.named,
                                  .reason = reason_other,
                                  .text = text},
                                 context.now);
        case RequestKind::mass_cancel:
            return mass_cancel_report({.client_id = event.request_id,
                                       .scope = context.scope,
                                       .instrument = context.instrument,
                                       .side = context.side,
                                       .refused = reason_other,
                                       .affected = 0,
                                       .text = text},
                                      ExecId{session, context.refusal}, context.now);
        case RequestKind::status:
        case RequestKind::mass_status:
            break;
    }
    return business_reject(event.sequence, context.request, event.request_id.view(), 0, text);
}

// ------------------------------------------------------------------------------------ messages

Report ReportWriter::order_reject(const Rejection& rejection, const ExecId& id, book::TimeNs time,
                                  std::string_view session) {
    const OrderView* const existing = rejection.existing;
    Fields out{buffer_};
    if (rejection.again) out.field(tag::poss_resend, 'Y');
    put_order_id(out, existing == nullptr ? txn::OrderId{} : existing->order);
    put_id(out, tag::cl_ord_id, rejection.client_id);
    if (rejection.drop_copy) put_owner(out, session);
    out.field(tag::exec_id, id.view());
    out.field(tag::exec_type, '8');
    out.field(tag::ord_status, status_of_named(existing));
    out.field(tag::ord_rej_reason, rejection.reason);
    static constexpr RequestHead nothing;
    if (rejection.requested != nullptr)
        put_order(out, directory_, *rejection.requested);
    else if (rejection.head == nullptr && existing != nullptr)
        put_order(out, directory_, *existing);
    else
        put_as_asked(out, directory_, rejection.head == nullptr ? nothing : *rejection.head);
    if (existing != nullptr)
        put_sums(out, directory_, *existing);
    else
        put_no_sums(out);
    put_transact_time(out, time);
    put_text(out, tag::text, rejection.text);
    return done(type::execution_report, out);
}

Report ReportWriter::cancel_reject(const CancelRejection& rejection, book::TimeNs time) {
    const OrderView* const named = rejection.named;
    Fields out{buffer_};
    if (rejection.again) out.field(tag::poss_resend, 'Y');
    put_order_id(out, named == nullptr ? txn::OrderId{} : named->order);
    put_id(out, tag::cl_ord_id, rejection.client_id);
    if (!rejection.original.empty())
        put_id(out, tag::orig_cl_ord_id, rejection.original);
    else if (named != nullptr && !named->client_id.empty())
        put_id(out, tag::orig_cl_ord_id, named->client_id);
    else
        out.field(tag::orig_cl_ord_id, std::string_view{"NONE"});
    out.field(tag::ord_status, status_of_named(named));
    out.field(tag::cxl_rej_response_to, rejection.kind == RequestKind::replace ? '2' : '1');
    out.field(tag::cxl_rej_reason, rejection.reason);
    put_transact_time(out, time);
    put_text(out, tag::text, rejection.text);
    return done(type::order_cancel_reject, out);
}

Report ReportWriter::mass_cancel_report(const MassCancelAnswer& answer, const ExecId& id,
                                        book::TimeNs time) {
    Fields out{buffer_};
    if (answer.again) out.field(tag::poss_resend, 'Y');
    out.field(tag::order_id, id.view());
    put_id(out, tag::cl_ord_id, answer.client_id);
    out.field(tag::mass_cancel_request_type, answer.scope);
    out.field(tag::mass_cancel_response, answer.refused ? '0' : answer.scope);
    // One character in the standard's dictionary, which so has no "other" that could be sent.
    if (answer.refused && *answer.refused != reason_other)
        out.field(tag::mass_cancel_reject_reason, *answer.refused);
    if (!answer.refused) out.field(tag::total_affected_orders, answer.affected);
    if (answer.instrument)
        if (const InstrumentEntry* const its = directory_.instrument(*answer.instrument))
            put_text(out, tag::symbol, its->symbol);
    if (answer.side) out.field(tag::side, wire_of(*answer.side));
    put_transact_time(out, time);
    put_text(out, tag::text, answer.text);
    return done(type::order_mass_cancel_report, out);
}

Report ReportWriter::business_reject(std::uint64_t sequence, RequestKind kind,
                                     std::string_view ref_id, unsigned reason,
                                     std::string_view text) {
    Fields out{buffer_};
    out.field(tag::ref_seq_num, sequence);
    out.field(tag::ref_msg_type, msg_type_of(kind));
    put_text(out, tag::business_reject_ref_id, ref_id);
    out.field(tag::business_reject_reason, reason);
    put_text(out, tag::text, text);
    return done(type::business_message_reject, out);
}

}  // namespace tickweir::gateway::fix::orders
