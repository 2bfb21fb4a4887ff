// The open orders of a BookSet, found by id. Venues number orders densely and upwards, so the
// newest ones lie in a window, an array without a hash: the order itself, not a pointer to it, is
// where its id says. One that still lives when its place is wanted again moves to the elders.
//
//   slots   | nobody | window: place = id mod width, + 1 | elders, in any order ...
//                         |  place wanted by another id          ^
//                         +--------------------------------------+
//   by_id_  {id, handle} of each elder, hashed
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <new>

#include "book/arena.hpp"
#include "book/id_table.hpp"
#include "book/level_pool.hpp"
#include "book/prefetch.hpp"
#include "book/slots.hpp"

namespace tickweir::book {

/// Order slots by handle and by id. A handle is good until the next `take` or `rename`, which may
/// move one other order. Slot 0 is nobody's; what is linked to nobody may be written there, so that
/// linking needs no branches. Memory follows the window's width and the orders that outlive it.
/// Expected constant time; nothing is allocated but pages. One owner thread.
class OrderStore {
public:
    struct Limits {
        std::size_t orders = 0;  ///< open at one time
        std::size_t window = 0;  ///< ids with a place of their own; rounded up to a power of two
        std::uint64_t seed = 0;  ///< of the hash; ought to be unknown to strangers
    };

    /// Throws std::bad_alloc when addresses or the budget do not suffice for the window.
    OrderStore(const Limits& limits, MemoryBudget* budget)
        : limit_{limits.orders},
          mask_{std::bit_ceil(std::max<std::size_t>(limits.window, 1)) - 1},
          slots_{first_elder() + limits.orders, budget},
          by_id_{limits.orders, limits.seed, budget},
          end_{first_elder()} {
        if (!slots_.commit(first_elder())) throw std::bad_alloc{};
    }

    OrderSlot& operator[](Handle handle) { return slots_[handle]; }
    const OrderSlot& operator[](Handle handle) const { return slots_[handle]; }

    /// The open order's handle, or 0.
    [[gnu::always_inline]] Handle find(OrderId id) const {
        if (id <= newest_elder_) [[unlikely]]
            if (const Handle elder = by_id_.find(id); elder != 0) return elder;
        const Handle here = place(id);
        const OrderSlot& order = slots_[here];
        return order.id == id && order.level != 0 ? here : 0;
    }

    /// Memory behind the window now.
    void populate() { slots_.populate(first_elder()); }

    /// Whether one more order may be open.
    bool below_limit() const { return live_ < limit_; }

    /// Whether `take` may be called with this id once. False when the budget refuses.
    [[nodiscard]] [[gnu::always_inline]] bool ready(OrderId id) {
        if (slots_[place(id)].level == 0) [[likely]]
            return true;
        return (free_ != 0 || slots_.commit(end_ + 1)) && by_id_.ready();
    }

    /// A slot for `id`, which is set; the rest is stale, and the slot counts as free until its
    /// level is set. Requires that `id` is absent, and `ready(id)`.
    [[gnu::always_inline]] Handle take(OrderId id, LevelPool& levels) {
        const Handle here = place(id);
        if (slots_[here].level != 0) [[unlikely]]
            move_to_elders(here, levels);
        slots_[here].id = id;
        ++live_;
        return here;
    }

    /// Requires a handle of an order that is in no queue any more.
    [[gnu::always_inline]] void give_back(Handle handle) {
        OrderSlot& order = slots_[handle];
        order.level = 0;
        --live_;
        if (handle >= first_elder()) [[unlikely]] {
            by_id_.erase(order.id);
            order.next = free_;
            free_ = handle;
        }
    }

    /// Gives an order, which is in no queue any more, another id and its new handle. Participant
    /// and quantity stay. Requires that `id` is absent or its own, and `ready(id)`.
    [[gnu::always_inline]] Handle rename(Handle handle, OrderId id, LevelPool& levels) {
        OrderSlot& order = slots_[handle];
        if (order.id == id) return handle;
        if (handle == place(id)) [[unlikely]] {
            order.id = id;
            return handle;
        }
        const Participant participant = order.participant;
        give_back(handle);
        const Handle renamed = take(id, levels);
        slots_[renamed].participant = participant;
        return renamed;
    }

    /// Look-ahead, first step: brings the place where the id will be looked for towards the cache.
    [[gnu::always_inline]] void prefetch(OrderId id) const {
        if (id <= newest_elder_) [[unlikely]]
            by_id_.prefetch(id);
        else
            book::prefetch(slots_.data() + place(id));
    }

    /// Look-ahead, first step of an id that is new: the place it will have.
    [[gnu::always_inline]] void prefetch_place(OrderId id) const {
        book::prefetch(slots_.data() + place(id));
    }

    /// Look-ahead, second step: the slot itself where it lies elsewhere.
    [[gnu::always_inline]] void prefetch_slot(OrderId id) const {
        if (id <= newest_elder_) [[unlikely]]
            book::prefetch(slots_.data() + by_id_.find(id));
    }

    /// Look-ahead before an order is moved to the elders.
    [[gnu::always_inline]] void prefetch_eviction(OrderId evicted) const {
        by_id_.prefetch(evicted);
    }

    /// Look-ahead, third step: the order of that id; if none is open, anyone's.
    [[gnu::always_inline]] Handle guess(OrderId id) const {
        if (id <= newest_elder_) [[unlikely]]
            return by_id_.find(id);
        return place(id);
    }

    /// Forgets all orders and keeps their memory.
    void reset() {
        slots_.zero(end_);
        by_id_.reset();
        newest_elder_ = OrderId{0};
        end_ = first_elder();
        free_ = 0;
        live_ = 0;
    }

    std::size_t live() const { return live_; }
    std::size_t elder_count() const { return by_id_.size(); }
    std::size_t committed_bytes() const {
        return slots_.committed_bytes() + by_id_.committed_bytes();
    }

private:
    std::size_t first_elder() const { return mask_ + 2; }
    Handle place(OrderId id) const {
        return static_cast<Handle>((static_cast<std::uint64_t>(id) & mask_) + 1);
    }

    /// Frees a place of the window. Requires `ready` of an id that has it.
    void move_to_elders(Handle from, LevelPool& levels) {
        const OrderSlot& order = slots_[from];
        Handle to = free_;
        if (to != 0)
            free_ = slots_[to].next;
        else
            to = static_cast<Handle>(end_++);
        slots_[to] = order;
        LevelSlot& level = levels[order.level];
        slots_[order.prev].next = to;
        slots_[order.next].prev = to;
        if (order.prev == 0) level.head = to;
        if (order.next == 0) level.tail = to;
        by_id_.insert(order.id, to);
        newest_elder_ = std::max(newest_elder_, order.id);
    }

    std::size_t limit_;
    std::size_t mask_;
    ReservedArray<OrderSlot> slots_;
    IdTable by_id_;
    OrderId newest_elder_{0};
    std::size_t end_;  ///< slots from here on were never used
    Handle free_ = 0;  ///< of the elders' slots
    std::size_t live_ = 0;
};

}  // namespace tickweir::book
