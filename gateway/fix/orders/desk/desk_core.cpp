#include "gateway/fix/orders/desk/desk_core.hpp"

#include <algorithm>
#include <chrono>
#include <stdexcept>
#include <utility>

#include "gateway/fix/orders/order_words.hpp"

namespace tickweir::gateway::fix::orders {
namespace {

std::vector<Disconnects::Settings> disconnect_settings(
    const std::vector<DeskSessionSettings>& sessions) {
    std::vector<Disconnects::Settings> all;
    for (const DeskSessionSettings& session : sessions)
        all.push_back({.wanted = session.cancel_on_disconnect, .grace = session.grace});
    return all;
}

/// A cancel and a smaller quantity of each open order, a mass cancel and a disconnection of each
/// session: no more urgent requests can be under way.
std::size_t urgent_max(const OrderDeskParts& parts) {
    return 2 * (parts.limits.table.orders + parts.sessions.size());
}

}  // namespace

DeskCore::DeskCore(OrderDeskParts parts)
    : directory{*parts.directory},
      link{parts.link},
      limits{parts.limits},
      table{limits.table, parts.venue_sessions, parts.budget},
      // Not charged: cancels are not to fail for want of what others have used up.
      lanes{link, urgent_max(parts), nullptr},
      writer{directory},
      trades{limits.trades},
      disconnects{disconnect_settings(parts.sessions)} {
    if (parts.sessions.size() != directory.session_count())
        throw std::invalid_argument{"order entry is set up for other sessions than the directory"};
    sessions.reserve(parts.sessions.size());
    for (std::uint32_t i = 0; i < parts.sessions.size(); ++i) {
        const SessionEntry& entry = directory.session(SessionId{i});
        if (static_cast<std::size_t>(entry.id) >= parts.venue_sessions)
            throw std::invalid_argument{"the venue has no session " + entry.name};
        sessions.emplace_back(entry, parts.sessions[i]);
    }
    for (std::uint32_t i = 0; i < parts.sessions.size(); ++i) {
        for (const SessionId of : parts.sessions[i].drop_copy_of) {
            if (static_cast<std::size_t>(of) >= sessions.size())
                throw std::invalid_argument{sessions[i].entry->name +
                                            " gets drop copies of a session that there is not"};
            session(of).copies_to.push_back(SessionId{i});
        }
    }
}

DeskSession* DeskCore::find_session(txn::SessionId id) {
    const auto found = directory.fix_session(id);
    return found ? &session(*found) : nullptr;
}

/// Never given out before, neither in another life of the process: it goes on from the time.
std::uint64_t DeskCore::next_refusal() {
    if (refusals_ == 0)
        refusals_ = static_cast<std::uint64_t>(
            std::chrono::duration_cast<std::chrono::microseconds>(now.time_since_epoch()).count());
    return ++refusals_;
}

ReportContext DeskCore::refusal_context(const txn::OrderView* named) {
    ReportContext context;
    context.refusal = next_refusal();
    context.now = now;
    context.named = named;
    return context;
}

void DeskCore::tell(SessionId session, const Report& report) {
    if (!report) return;
    ++counts.told;
    deliver(session, report);
}

void DeskCore::tell_copy(SessionId listener, const Report& copy) {
    ++counts.copies;
    deliver(listener, copy);
}

void DeskCore::deliver(SessionId session, const Report& report) {
    switch (output->deliver(session, report.msg_type, report.body)) {
        case SendStatus::queued:
        case SendStatus::stored:
        case SendStatus::cut:
            return;
        case SendStatus::not_logged_on:
        case SendStatus::refused:
        case SendStatus::store_failed:
        case SendStatus::not_kept:
            ++counts.unsent;
            return;
    }
}

void DeskCore::refuse(SessionId id, const RequestHead& head, const OrderFault& fault,
                      const txn::OrderView* known) {
    const DeskSession& which = session(id);
    ReportContext context = refusal_context(known);
    const Report report = writer.refusal(head, fault, which.entry->name, context);
    tell(id, report);
    if (which.copies_to.empty() || report.msg_type != codecs::fix::msg_type::execution_report)
        return;
    context.drop_copy = true;
    const Report copy = writer.refusal(head, fault, which.entry->name, context);
    for (const SessionId listener : which.copies_to)
        tell_copy(listener, copy);
}

void DeskCore::refuse_for_load(SessionId id, const RequestHead& head, std::string_view text,
                               const txn::OrderView* known) {
    tell(id, writer.refusal(head, load_fault(head.kind, text), session(id).entry->name,
                            refusal_context(known)));
}

void DeskCore::end_session(SessionId id, std::string_view why, bool cancel) {
    DeskSession& which = session(id);
    if (!which.here || std::exchange(which.ended, true)) return;
    ++counts.logouts;
    if (cancel) disconnects.force(id);
    output->end_session(id, why);
}

OrderFault load_fault(RequestKind kind, std::string_view text) {
    OrderFault fault;
    fault.text.add(text);
    switch (kind) {
        case RequestKind::new_order:
            fault.by = RefusedBy::order_reject;
            fault.reason = reason_other;
            break;
        case RequestKind::cancel:
        case RequestKind::replace:
            fault.by = RefusedBy::cancel_reject;
            fault.reason = reason_other;
            break;
        case RequestKind::mass_cancel:
            fault.by = RefusedBy::mass_cancel_reject;
            fault.reason = reason_other;
            break;
        case RequestKind::status:
        case RequestKind::mass_status:
            fault.by = RefusedBy::business_reject;
            fault.reason = 0;
            break;
    }
    return fault;
}

}  // namespace tickweir::gateway::fix::orders
