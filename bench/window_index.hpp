// From an order's id to its slot. Venues number orders densely and upwards, so a window of the
// newest ids is an array without a hash; an id that still lives when its place comes round again is
// moved to a table that holds only such survivors. Memory follows live orders and the window's
// width.
//
//   window  [ .. h h 0 h .. ]   4 bytes an id, place = id mod width; 0 = nobody
//                |  place taken by a survivor when a newer id arrives
//                v
//   elders  {id, handle}        open addressing, seeded hash, at most half full
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "bench/ring_pool.hpp"
#include "book/arena.hpp"
#include "book/id_table.hpp"
#include "book/prefetch.hpp"

namespace tickweir::bench {

using book::Handle;
using book::MemoryBudget;
using book::OrderId;
using book::ReservedArray;

/// The index of a BookSet. The pool confirms that a window place belongs to the id asked for: its
/// slot is about to be used anyway. One owner thread.
class WindowIndex {
public:
    struct Limits {
        std::size_t orders = 0;  ///< open at one time
        std::size_t window = 0;  ///< ids with a place of their own; rounded up to a power of two
        std::uint64_t seed = 0;  ///< of the hash; ought to be unknown to strangers
    };

    /// Throws std::bad_alloc when addresses or the budget do not suffice for the window.
    WindowIndex(const Limits& limits, MemoryBudget* budget)
        : window_{std::bit_ceil(limits.window), budget},
          mask_{window_.limit() - 1},
          elders_{limits.orders, limits.seed, budget} {
        if (!window_.commit(window_.limit())) throw std::bad_alloc{};
    }

    /// The open order's handle, or 0.
    Handle find(OrderId id, const OrderPool& orders) const {
        const Handle handle = window_[place(id)];
        if (orders[handle].id == id && handle != 0) [[likely]]
            return handle;
        return id > newest_elder_ ? 0 : elders_.find(id);
    }

    /// Whether one more id can be inserted.
    [[nodiscard]] bool ready() { return elders_.ready(); }

    /// Requires `ready()` and that `id` is absent; `orders[handle].id` need not be set yet.
    void insert(OrderId id, Handle handle, const OrderPool& orders) {
        Handle& here = window_[place(id)];
        if (here != 0) [[unlikely]] {
            const OrderId elder = orders[here].id;
            elders_.insert(elder, here);
            if (elder > newest_elder_) newest_elder_ = elder;
        }
        here = handle;
    }

    /// Requires that `id` is present with this handle.
    void erase(OrderId id, Handle handle) {
        Handle& here = window_[place(id)];
        if (here == handle) [[likely]]
            here = 0;
        else
            elders_.erase(id);
    }

    /// Look-ahead, first step: brings the id's place towards the cache.
    void prefetch(OrderId id) const {
        if (id <= newest_elder_)
            elders_.prefetch(id);
        else
            book::prefetch(&window_[place(id)]);
    }

    /// Look-ahead, second step: the id's handle if it is open; if not, anyone's. Where ids come
    /// upwards without holes, those up to the newest elder have all left the window.
    Handle guess(OrderId id) const {
        return id <= newest_elder_ ? elders_.find(id) : window_[place(id)];
    }

    void reset() {
        window_.zero(window_.limit());
        elders_.reset();
        newest_elder_ = OrderId{0};
    }

    std::size_t elder_count() const { return elders_.size(); }
    std::size_t committed_bytes() const {
        return window_.committed_bytes() + elders_.committed_bytes();
    }

private:
    std::size_t place(OrderId id) const { return static_cast<std::uint64_t>(id) & mask_; }

    ReservedArray<Handle> window_;
    std::size_t mask_;
    book::IdTable elders_;
    OrderId newest_elder_{0};
};

}  // namespace tickweir::bench
