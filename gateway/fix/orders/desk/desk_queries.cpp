#include "gateway/fix/orders/desk/desk_queries.hpp"

#include <algorithm>

namespace tickweir::gateway::fix::orders {

void DeskQueries::status(SessionId id, const RequestHead& head) {
    const DeskSession& session = core_.session(id);
    RowHandle row = head.client_id.empty() ? 0 : core_.table.find(session.venue(), head.client_id);
    if (head.order) {
        const RowHandle by_order = core_.table.find(*head.order);
        row = head.client_id.empty() || row == by_order ? by_order : 0;
    }
    if (row != 0 && core_.table[row].view.session != session.venue()) row = 0;
    if (row == 0 || head.bad_order) return core_.tell(id, core_.writer.no_order(head, core_.now));
    ++core_.counts.statuses;
    ReportWriter::StatusQuery query;
    query.status_id = head.query_id;
    core_.tell(id, core_.writer.status(core_.table[row].view, query, core_.now));
}

void DeskQueries::mass_status(SessionId id, const RequestHead& head) {
    DeskSession& session = core_.session(id);
    if (session.walk)
        return core_.refuse_for_load(id, head, "a mass status request is being answered", nullptr);
    StatusWalk walk;
    walk.id_bytes = std::min(head.query_id.size(), walk.id.size());
    std::copy_n(head.query_id.data(), walk.id_bytes, walk.id.data());
    walk.instrument = head.instrument;
    walk.account = head.account;
    walk.side = head.side;
    walk.left = core_.table.open_orders(session.venue());
    session.walk = walk;
    core_.table.begin_walk(session.venue());
    stalled_ = false;
    ++walks_;
}

void DeskQueries::forget(SessionId id) {
    DeskSession& session = core_.session(id);
    if (!session.walk) return;
    session.walk.reset();
    --walks_;
}

bool DeskQueries::turn() {
    if (walks_ == 0) return false;
    std::size_t budget = core_.limits.statuses_per_turn;
    for (std::size_t i = 0; i < core_.sessions.size() && budget > 0; ++i) {
        next_ = (next_ + 1) % core_.sessions.size();
        const SessionId id{static_cast<std::uint32_t>(next_)};
        if (!core_.sessions[next_].walk) continue;
        // Who reads slowly is told slowly.
        if (core_.output->queued_bytes(id) * 2 > core_.output->queue_bytes_max(id)) continue;
        const std::size_t orders = std::min(piece, budget);
        step(id, orders);
        budget -= orders;
    }
    stalled_ = budget == core_.limits.statuses_per_turn;
    return !stalled_;
}

bool DeskQueries::matches(const StatusWalk& walk, const OrderRow& row) const {
    return row.state == RowState::open &&
           (!walk.instrument || *walk.instrument == row.view.instrument) &&
           (!walk.account || *walk.account == row.view.account) &&
           (!walk.side || *walk.side == row.view.side);
}

/// An order is told once another one is found, or none: the last one says that it is.
void DeskQueries::step(SessionId id, std::size_t orders) {
    DeskSession& session = core_.session(id);
    StatusWalk& walk = *session.walk;
    for (; orders > 0; --orders) {
        const RowHandle row = core_.table.walked(session.venue());
        if (row == 0 || walk.left == 0) return finish(id);
        core_.table.walk_on(session.venue());
        --walk.left;
        if (!matches(walk, core_.table[row])) continue;
        if (walk.counts) {
            ++walk.total;
            continue;
        }
        if (walk.held.row != 0) tell_held(id, walk, false);
        walk.held = core_.table.ref(row);
    }
}

/// The row may be another order's by now: then the one that is told last says less.
void DeskQueries::tell_held(SessionId id, const StatusWalk& walk, bool last) {
    const OrderRow& row = core_.table[walk.held.row];
    if (row.generation != walk.held.generation) return;
    ++core_.counts.statuses;
    ReportWriter::StatusQuery query;
    query.mass_status_id = walk.query_id();
    query.total = walk.total;
    query.last = last;
    core_.tell(id, core_.writer.status(row.view, query, core_.now));
}

void DeskQueries::finish(SessionId id) {
    DeskSession& session = core_.session(id);
    StatusWalk& walk = *session.walk;
    if (walk.counts && walk.total != 0) {
        walk.counts = false;
        walk.left = core_.table.open_orders(session.venue());
        return core_.table.begin_walk(session.venue());
    }
    if (walk.held.row != 0) {
        tell_held(id, walk, true);
    } else {
        RequestHead head;
        head.kind = RequestKind::mass_status;
        head.query_id = walk.query_id();
        core_.tell(id, core_.writer.no_order(head, core_.now));
    }
    forget(id);
}

}  // namespace tickweir::gateway::fix::orders
