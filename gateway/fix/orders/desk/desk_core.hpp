// What the halves of the desk share: sessions, the table, the lanes to the venue, and how an answer
// goes out and a refusal is made. For the desk alone.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "gateway/fix/application.hpp"
#include "gateway/fix/orders/desk/desk_settings.hpp"
#include "gateway/fix/orders/desk/disconnects.hpp"
#include "gateway/fix/orders/desk/order_desk.hpp"
#include "gateway/fix/orders/desk/order_table.hpp"
#include "gateway/fix/orders/desk/request_lanes.hpp"
#include "gateway/fix/orders/order_directory.hpp"
#include "gateway/fix/orders/order_reader.hpp"
#include "gateway/fix/orders/report_writer.hpp"
#include "gateway/fix/orders/trade_memory.hpp"

namespace tickweir::gateway::fix::orders {

/// A mass cancel under way, for its answer; one a session.
struct MassCancelUnderWay {
    txn::ClientOrderId client_id;
    std::uint64_t sequence = 0;
    char scope = '7';
    std::optional<txn::InstrumentId> instrument;
    std::optional<txn::Side> side;
};

/// An AF that is being answered; one a session. What it asks for, and the order found last, which
/// is told when it is known whether there is another.
struct StatusWalk {
    std::array<char, OrderReader::query_id_bytes_max> id;
    std::size_t id_bytes = 0;
    std::optional<txn::InstrumentId> instrument;
    std::optional<txn::AccountId> account;
    std::optional<txn::Side> side;
    bool counts = true;  ///< how many there are, first; then they are told
    std::uint64_t total = 0;
    std::size_t left = 0;  ///< orders to be looked at: as many as were open when it came
    RowRef held;
    std::string_view query_id() const { return {id.data(), id_bytes}; }
};

struct DeskSession {
    DeskSession(const SessionEntry& directory_entry, const DeskSessionSettings& given)
        : entry{&directory_entry}, settings{given}, shield{given.shield} {}

    const SessionEntry* entry;
    DeskSessionSettings settings;
    shield::SessionShield shield;
    std::vector<SessionId> copies_to;  ///< drop copy sessions
    bool here = false;
    bool ended = false;  ///< by the desk: it is on its way out
    std::optional<MassCancelUnderWay> mass_cancel;
    std::optional<StatusWalk> walk;
    txn::SessionId venue() const { return entry->id; }
};

struct DeskCore {
    explicit DeskCore(OrderDeskParts parts);

    DeskSession& session(SessionId id) { return sessions[static_cast<std::size_t>(id)]; }
    const DeskSession& session(SessionId id) const {
        return sessions[static_cast<std::size_t>(id)];
    }
    /// The session of a report; nullptr where it is gone from the configuration, or the operator's.
    DeskSession* find_session(txn::SessionId id);
    SessionId id_of(const DeskSession& session) const {
        return SessionId{static_cast<std::uint32_t>(&session - sessions.data())};
    }

    shield::LoadMode mode() const { return link.board->load_mode(); }
    const txn::OrderView* view(RowHandle row) const {
        return row == 0 ? nullptr : &table[row].view;
    }

    /// Of a refusal of the desk's own: its number, the time, and what is known of the order.
    ReportContext refusal_context(const txn::OrderView* named);
    /// Gives it to the session, or to its store where nobody is logged on. Whatever the store makes
    /// of it: the desk does not send twice.
    void tell(SessionId session, const Report& report);
    /// To a session that gets copies of another one's execution reports.
    void tell_copy(SessionId listener, const Report& copy);
    /// For what a request says. Who gets copies hears of an order that is refused.
    void refuse(SessionId session, const RequestHead& head, const OrderFault& fault,
                const txn::OrderView* known);
    /// For what a shield or a full ring did not let through: told to nobody else, so that what load
    /// refuses is not load for another session.
    void refuse_for_load(SessionId session, const RequestHead& head, std::string_view text,
                         const txn::OrderView* known);
    /// Logs the session out, its orders cancelled if `cancel`.
    void end_session(SessionId session, std::string_view why, bool cancel);

    const OrderDirectory& directory;
    VenueLink link;
    OrderDeskLimits limits;
    OrderTable table;
    RequestLanes lanes;
    ReportWriter writer;
    TradeMemory trades;
    Disconnects disconnects;
    std::vector<DeskSession> sessions;
    OrderDeskCounts counts;
    bool open = false;  // the venue told all of its open orders

    // Of the call under way.
    SessionOutput* output = nullptr;
    book::TimeNs now{};

private:
    std::uint64_t next_refusal();
    void deliver(SessionId session, const Report& report);

    std::uint64_t refusals_ = 0;
};

/// The message that refuses a request for load, and with which reason.
OrderFault load_fault(RequestKind kind, std::string_view text);

constexpr shield::PriorityClass priority_of(txn::CommandClass urgency) {
    return static_cast<shield::PriorityClass>(urgency);
}

}  // namespace tickweir::gateway::fix::orders
