// What order entry knows of orders, as sessions were last told: those that wait for the venue, the
// open ones, and those closed in the day as far as memory goes. Answers queries and duplicates, and
// tells rejects the true status. Knows no messages. One owner: the FIX thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "book/arena.hpp"
#include "book/budget.hpp"
#include "gateway/fix/orders/desk/request_ids.hpp"
#include "txn/venue/command.hpp"
#include "txn/venue/event.hpp"

namespace tickweir::gateway::fix::orders {

struct OrderTableLimits {
    std::size_t orders = std::size_t{1} << 20;    ///< open at one time, waiting ones among them
    std::size_t closed = std::size_t{1} << 17;    ///< that are remembered; then the oldest goes
    std::size_t requests = std::size_t{1} << 17;  ///< replaces, and whatever leads to no order
    std::size_t past_ids = std::size_t{1} << 19;  ///< of cancels, replaced and refused ones
    std::uint64_t seed = 0x9e3779b97f4a7c15;      ///< of hashes of what clients choose
    /// Open orders for which memory is there from the start, and with them all that are remembered;
    /// nothing: none, pages come as they are needed.
    std::optional<std::size_t> ready = {};
};

enum class RowState : std::uint8_t {
    free,
    waiting,  ///< asked for, not heard of: `view` is what was asked for, without an OrderID
    open,
    closed,
};

/// The number of a row; 0 is none.
using RowHandle = std::uint32_t;

struct OrderRow {
    txn::OrderView view;
    std::uint64_t sequence;  ///< the MsgSeqNum of what it waits with
    txn::TimeNs arrived;     ///< of that
    RowState state;
    bool cancel_pending;             ///< one is on its way: a second one is not sent after it
    std::uint16_t replaces_pending;  ///< likewise, how many
    std::uint32_t generation;
    std::uint32_t day;   ///< in which it was closed
    IdHandle id;         ///< of `view.client_id`
    RowHandle by_order;  ///< next in the chain of its OrderID
    RowHandle previous;  ///< of its session, or of those that are closed
    RowHandle next;      ///< likewise, or of those that are free
};

class OrderTable {
public:
    /// `sessions` is how many the venue has, its operator among them. Throws std::bad_alloc.
    OrderTable(const OrderTableLimits& limits, std::size_t sessions,
               book::MemoryBudget* budget = nullptr);

    OrderRow& operator[](RowHandle row) { return rows_[row]; }
    const OrderRow& operator[](RowHandle row) const { return rows_[row]; }
    RowRef ref(RowHandle row) const { return {row, rows_[row].generation}; }

    // ------------------------------------------------------------------ looking up

    /// None where the id is free to be used.
    IdHandle find_id(txn::SessionId session, const txn::ClientOrderId& id) const;
    const UsedId& id(IdHandle handle) const { return ids_[handle]; }
    /// The order to which an id leads; none where it leads to none, or is forgotten.
    RowHandle row_of(IdHandle handle) const;
    RowHandle find(txn::SessionId session, const txn::ClientOrderId& id) const;
    /// Open or closed, whoever's it is.
    RowHandle find(txn::OrderId order) const;

    // ------------------------------------------------------------------ what is asked for

    /// A row for an order that waits. None where there is no room; requires an unknown id.
    RowHandle wait(txn::SessionId session, const txn::NewOrder& order, std::uint64_t sequence,
                   txn::TimeNs arrived);
    /// An order that waited came to nothing, as if it had not been asked for.
    void drop(RowHandle row);
    /// Likewise, but its id was used.
    void refuse(RowHandle row);
    /// It was cancelled before the venue executed it.
    void withdraw(RowHandle row);

    /// The id of another request, which may lead to an order. None where there is no room; room for
    /// one cancel of each open order is kept. Requires an unknown id.
    IdHandle expect(txn::SessionId session, const txn::ClientOrderId& id, RequestKind kind,
                    RowHandle row, const txn::ClientOrderId& original = {});
    /// It is P1.
    void mark_urgent(IdHandle id) { ids_[id].urgent = true; }
    /// It was not executed: its id is free.
    void take_back(IdHandle id);
    /// It was answered: its id stays known.
    void answered(IdHandle id, bool refused);

    // ------------------------------------------------------------------ what is told

    /// The order as it stands now; a new row where there was none. None where there is no room for
    /// it. A row that it ends becomes a closed one.
    RowHandle tell(const txn::OrderView& view);

    /// The trading day has ended: closed orders and past ids are not known any more.
    void end_day();
    /// Gives back the memory of what that made void, `count` rows and ids at most; whether there
    /// was any.
    bool sweep(std::size_t count);

    // ------------------------------------------------------------------ a session's orders

    std::size_t open_orders(txn::SessionId session) const { return of(session).count; }
    /// Oldest first.
    RowHandle first(txn::SessionId session) const { return of(session).first; }
    RowHandle next(RowHandle row) const { return rows_[row].next; }
    /// A place in a session's orders, which moves on when the order there ends; one a session.
    void begin_walk(txn::SessionId session) { of(session).walk = of(session).first; }
    RowHandle walked(txn::SessionId session) const { return of(session).walk; }
    void walk_on(txn::SessionId session) { of(session).walk = rows_[of(session).walk].next; }

    std::size_t open() const { return open_; }
    std::size_t closed() const { return closed_; }
    std::size_t sessions() const { return sessions_.size(); }
    const RequestIds& ids() const { return ids_; }
    /// Closed orders forgotten before their day's end.
    std::uint64_t forgotten() const { return forgotten_; }

private:
    struct Session {
        RowHandle first = 0;
        RowHandle last = 0;
        RowHandle walk = 0;
        std::size_t count = 0;
    };

    Session& of(txn::SessionId session) { return sessions_[static_cast<std::size_t>(session)]; }
    const Session& of(txn::SessionId session) const {
        return sessions_[static_cast<std::size_t>(session)];
    }
    bool known(const OrderRow& row) const {
        return row.state != RowState::closed || row.day == day_;
    }
    void populate(std::size_t orders);
    /// Whether there is room kept for it.
    static bool is_kept(const UsedId& id) {
        return id.kind == RequestKind::cancel && id.order.row != 0;
    }
    void count_off(IdHandle id) { requests_ -= !is_kept(ids_[id]); }
    RowHandle& order_chain(txn::OrderId order);
    RowHandle make(const txn::OrderView& view, RowState state);
    void take_id(RowHandle row, const txn::ClientOrderId& id);
    void take_order_id(RowHandle row);
    void link(RowHandle row);
    void unlink(RowHandle row);
    void close(RowHandle row);
    void release(RowHandle row);
    void forget_oldest();

    OrderTableLimits limits_;
    RequestIds ids_;
    book::ReservedArray<OrderRow> rows_;
    book::ReservedArray<RowHandle> orders_;  // chains by OrderID
    std::size_t orders_mask_;
    std::vector<Session> sessions_;
    RowHandle free_ = 0;
    RowHandle made_ = 0;    // rows up to here were used once
    RowHandle oldest_ = 0;  // of those that are closed
    RowHandle newest_ = 0;
    std::size_t open_ = 0;
    std::size_t closed_ = 0;
    std::size_t requests_ = 0;  // under way, those left out for which room is kept
    std::uint32_t day_ = 0;
    std::uint64_t forgotten_ = 0;
};

}  // namespace tickweir::gateway::fix::orders
