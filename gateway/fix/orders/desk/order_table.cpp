#include "gateway/fix/orders/desk/order_table.hpp"

#include <algorithm>
#include <bit>
#include <new>

#include "book/ensure.hpp"
#include "gateway/fix/orders/replace_terms.hpp"

namespace tickweir::gateway::fix::orders {
namespace {

bool is_over(const txn::OrderView& view) {
    return view.status != txn::OrderStatus::open;
}

}  // namespace

OrderTable::OrderTable(const OrderTableLimits& limits, std::size_t sessions,
                       book::MemoryBudget* budget)
    : limits_{limits},
      // An id each, and one of a cancel for each that is open.
      ids_{{.live = 2 * limits.orders + limits.closed + limits.requests, .past = limits.past_ids},
           limits.seed,
           budget},
      rows_{limits.orders + limits.closed + 1, budget, book::Pages::small},
      orders_{std::bit_ceil(limits.orders + limits.closed + 1), budget, book::Pages::huge},
      orders_mask_{orders_.limit() - 1},
      sessions_(sessions) {
    if (!orders_.commit(orders_.limit())) throw std::bad_alloc{};
    if (limits.ready) populate(std::min(*limits.ready, limits.orders));
}

void OrderTable::populate(std::size_t orders) {
    ids_.populate(2 * orders + limits_.closed + limits_.requests + limits_.past_ids);
    rows_.populate(orders + limits_.closed + 1);
    orders_.populate(orders_.limit());
}

// ---------------------------------------------------------------- looking up

IdHandle OrderTable::find_id(txn::SessionId session, const txn::ClientOrderId& id) const {
    const IdHandle handle = ids_.find(session, id);
    if (handle == 0) return 0;
    // Of an order that was closed before the day ended, and is not swept away yet.
    const RowRef order = ids_[handle].order;
    const OrderRow& row = rows_[order.row];
    const bool stale =
        order.row != 0 && row.generation == order.generation && row.id == handle && !known(row);
    return stale ? 0 : handle;
}

RowHandle OrderTable::row_of(IdHandle handle) const {
    if (handle == 0) return 0;
    const RowRef order = ids_[handle].order;
    if (order.row == 0) return 0;
    const OrderRow& row = rows_[order.row];
    return row.generation == order.generation && known(row) ? order.row : 0;
}

RowHandle OrderTable::find(txn::SessionId session, const txn::ClientOrderId& id) const {
    return row_of(find_id(session, id));
}

/// OrderIDs are counted up, so that their low bits spread evenly.
RowHandle& OrderTable::order_chain(txn::OrderId order) {
    return orders_[static_cast<std::uint64_t>(order) & orders_mask_];
}

RowHandle OrderTable::find(txn::OrderId order) const {
    if (order == txn::OrderId{}) return 0;
    RowHandle row = orders_[static_cast<std::uint64_t>(order) & orders_mask_];
    while (row != 0 && rows_[row].view.order != order)
        row = rows_[row].by_order;
    return row != 0 && known(rows_[row]) ? row : 0;
}

// ---------------------------------------------------------------- what is asked for

RowHandle OrderTable::wait(txn::SessionId session, const txn::NewOrder& order,
                           std::uint64_t sequence, txn::TimeNs arrived) {
    const RowHandle row = make(view_of(order, session), RowState::waiting);
    if (row == 0) return 0;
    rows_[row].sequence = sequence;
    rows_[row].arrived = arrived;
    return row;
}

void OrderTable::drop(RowHandle row) {
    book::ensure(rows_[row].state == RowState::waiting);
    unlink(row);
    if (rows_[row].id != 0) ids_.remove(rows_[row].id);
    release(row);
}

void OrderTable::withdraw(RowHandle row) {
    book::ensure(rows_[row].state == RowState::waiting);
    rows_[row].view.status = txn::OrderStatus::cancelled;
    rows_[row].view.leaves = {};
    close(row);
}

void OrderTable::refuse(RowHandle row) {
    book::ensure(rows_[row].state == RowState::waiting);
    unlink(row);
    if (const IdHandle id = rows_[row].id; id != 0) {
        ids_[id].refused = true;
        ids_.retire(id);
    }
    release(row);
}

IdHandle OrderTable::expect(txn::SessionId session, const txn::ClientOrderId& id, RequestKind kind,
                            RowHandle row, const txn::ClientOrderId& original) {
    const bool kept = kind == RequestKind::cancel && row != 0;
    if (!kept && requests_ == limits_.requests) return 0;
    const IdHandle handle = ids_.add(session, id, kind, row == 0 ? RowRef{} : ref(row), original);
    requests_ += handle != 0 && !kept;
    return handle;
}

void OrderTable::take_back(IdHandle id) {
    count_off(id);
    ids_.remove(id);
}

void OrderTable::answered(IdHandle id, bool refused) {
    count_off(id);
    ids_[id].refused = refused;
    ids_.retire(id);
}

// ---------------------------------------------------------------- what is told

RowHandle OrderTable::tell(const txn::OrderView& view) {
    RowHandle handle = find(view.order);
    if (handle == 0) {
        const RowHandle waited = find(view.session, view.client_id);
        if (waited != 0 && rows_[waited].state == RowState::waiting) {
            handle = waited;
            rows_[handle].state = RowState::open;
        } else {
            handle = make(view, RowState::open);
            if (handle == 0) return 0;
        }
        rows_[handle].view = view;
        take_order_id(handle);
    }
    OrderRow& row = rows_[handle];
    if (row.view.client_id != view.client_id) take_id(handle, view.client_id);
    row.view = view;
    if (row.state != RowState::closed && is_over(view)) close(handle);
    return handle;
}

void OrderTable::end_day() {
    ++day_;
    ids_.end_day();
}

bool OrderTable::sweep(std::size_t count) {
    bool any = ids_.sweep(count);
    for (; count > 0 && oldest_ != 0 && !known(rows_[oldest_]); --count) {
        forget_oldest();
        any = true;
    }
    return any;
}

// ---------------------------------------------------------------- rows

RowHandle OrderTable::make(const txn::OrderView& view, RowState state) {
    if (open_ == limits_.orders) return 0;
    RowHandle handle = free_;
    if (handle != 0) {
        free_ = rows_[handle].next;
    } else {
        if (!rows_.commit(std::size_t{made_} + 2)) return 0;
        handle = ++made_;
    }
    OrderRow& row = rows_[handle];
    const std::uint32_t generation = row.generation + 1;
    row = OrderRow{};
    row.generation = generation;
    row.view = view;
    row.state = state;
    link(handle);
    take_id(handle, view.client_id);
    return handle;
}

/// The id that the order has from now on; the one before stays known for the day.
void OrderTable::take_id(RowHandle handle, const txn::ClientOrderId& client_id) {
    OrderRow& row = rows_[handle];
    if (row.id != 0) ids_.retire(row.id);
    row.id = 0;
    const IdHandle known = find_id(row.view.session, client_id);
    if (known == 0) {
        row.id = ids_.add(row.view.session, client_id, RequestKind::new_order, ref(handle));
    } else if (ids_[known].kind == RequestKind::replace && !ids_[known].past &&
               row_of(known) == handle) {
        count_off(known);
        ids_[known].kind = RequestKind::new_order;
        row.id = known;
    }
}

void OrderTable::take_order_id(RowHandle handle) {
    OrderRow& row = rows_[handle];
    RowHandle& chain = order_chain(row.view.order);
    row.by_order = chain;
    chain = handle;
}

/// Among its session's orders, as the newest one.
void OrderTable::link(RowHandle handle) {
    OrderRow& row = rows_[handle];
    Session& session = of(row.view.session);
    row.previous = session.last;
    row.next = 0;
    (session.last != 0 ? rows_[session.last].next : session.first) = handle;
    session.last = handle;
    ++session.count;
    ++open_;
}

void OrderTable::unlink(RowHandle handle) {
    OrderRow& row = rows_[handle];
    Session& session = of(row.view.session);
    if (session.walk == handle) session.walk = row.next;
    (row.previous != 0 ? rows_[row.previous].next : session.first) = row.next;
    (row.next != 0 ? rows_[row.next].previous : session.last) = row.previous;
    --session.count;
    --open_;
}

void OrderTable::close(RowHandle handle) {
    unlink(handle);
    if (limits_.closed == 0) {
        if (rows_[handle].id != 0) ids_.retire(rows_[handle].id);
        return release(handle);
    }
    while (closed_ >= limits_.closed) {
        if (known(rows_[oldest_])) ++forgotten_;
        forget_oldest();
    }
    OrderRow& row = rows_[handle];
    row.state = RowState::closed;
    row.day = day_;
    row.previous = newest_;
    row.next = 0;
    (newest_ != 0 ? rows_[newest_].next : oldest_) = handle;
    newest_ = handle;
    ++closed_;
}

/// Gives the row back; whoever remembers it finds another generation.
void OrderTable::release(RowHandle handle) {
    OrderRow& row = rows_[handle];
    if (row.view.order != txn::OrderId{}) {
        RowHandle* link = &order_chain(row.view.order);
        while (*link != handle && *link != 0)
            link = &rows_[*link].by_order;
        if (*link != 0) *link = row.by_order;
    }
    ++row.generation;
    row.state = RowState::free;
    row.next = free_;
    free_ = handle;
}

void OrderTable::forget_oldest() {
    const RowHandle handle = oldest_;
    oldest_ = rows_[handle].next;
    if (oldest_ == 0) newest_ = 0;
    --closed_;
    // Its id leads nowhere now, and may be used again when the day has ended.
    if (const IdHandle id = rows_[handle].id; id != 0) {
        if (rows_[handle].day == day_)
            ids_.retire(id);
        else
            ids_.remove(id);
    }
    release(handle);
}

}  // namespace tickweir::gateway::fix::orders
