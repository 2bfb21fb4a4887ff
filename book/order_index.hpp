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

#include "book/arena.hpp"
#include "book/order_pool.hpp"

namespace tickweir::book {

/// Ids that outlived the window. Linear probing under a seeded hash, since a stranger may choose
/// the ids; erasing shifts back, so there are no tombstones. Expected constant time.
class ElderTable {
public:
    ElderTable(std::size_t limit, std::uint64_t seed, MemoryBudget* budget)
        : limit_{std::bit_ceil(std::max<std::size_t>(smallest, 2 * limit + 2))},
          seed_{seed | 1},
          budget_{budget},
          places_{0} {}

    /// The order's handle, or 0.
    Handle find(OrderId id) const {
        if (count_ == 0) return 0;
        for (std::size_t i = home(id);; i = (i + 1) & mask_) {
            if (places_[i].handle == 0) return 0;
            if (places_[i].id == id) return places_[i].handle;
        }
    }

    /// Whether one more fits; grows the table when it is half full (linear in its size, amortised).
    [[nodiscard]] bool ready() { return (count_ + 1) * 2 <= capacity_ || grow(); }

    /// Requires `ready()` and that `id` is absent.
    void insert(OrderId id, Handle handle) {
        std::size_t i = home(id);
        while (places_[i].handle != 0)
            i = (i + 1) & mask_;
        places_[i] = {id, handle};
        ++count_;
    }

    /// Requires that `id` is present.
    void erase(OrderId id) {
        std::size_t hole = home(id);
        while (places_[hole].id != id || places_[hole].handle == 0)
            hole = (hole + 1) & mask_;
        for (std::size_t i = (hole + 1) & mask_; places_[i].handle != 0; i = (i + 1) & mask_) {
            // An entry may fill the hole unless its home lies cyclically behind the hole.
            if (((i - home(places_[i].id)) & mask_) < ((i - hole) & mask_)) continue;
            places_[hole] = places_[i];
            hole = i;
        }
        places_[hole] = {};
        --count_;
    }

    void prefetch(OrderId id) const {
        if (count_ != 0) __builtin_prefetch(&places_[home(id)]);
    }

    void reset() {
        places_.zero(capacity_);
        count_ = 0;
    }

    std::size_t size() const { return count_; }
    std::size_t committed_bytes() const { return places_.committed_bytes(); }

private:
    static constexpr std::size_t smallest = 1024;

    struct Place {
        OrderId id;
        Handle handle;
    };

    std::size_t home(OrderId id) const {
        std::uint64_t x = static_cast<std::uint64_t>(id) ^ seed_;
        x = (x ^ (x >> 32)) * 0xd6e8feb86659fd93U;
        x = (x ^ (x >> 32)) * seed_;
        return (x >> 32 ^ x) & mask_;
    }

    bool grow() {
        const std::size_t bigger = capacity_ == 0 ? smallest : capacity_ * 2;
        if (bigger > limit_) return false;
        ReservedArray<Place> places{bigger, budget_};
        if (!places.commit(bigger)) return false;
        const ReservedArray<Place> old = std::exchange(places_, std::move(places));
        const std::size_t old_capacity = std::exchange(capacity_, bigger);
        mask_ = bigger - 1;
        count_ = 0;
        for (std::size_t i = 0; i < old_capacity; ++i)
            if (old[i].handle != 0) insert(old[i].id, old[i].handle);
        return true;
    }

    std::size_t limit_;
    std::uint64_t seed_;
    MemoryBudget* budget_;
    ReservedArray<Place> places_;
    std::size_t capacity_ = 0;
    std::size_t mask_ = 0;
    std::size_t count_ = 0;
};

/// The index of a BookSet. The pool confirms that a window place belongs to the id asked for: its
/// slot is about to be used anyway. One owner thread.
class OrderIndex {
public:
    struct Limits {
        std::size_t orders = 0;  ///< open at one time
        std::size_t window = 0;  ///< ids with a place of their own; rounded up to a power of two
        std::uint64_t seed = 0;  ///< of the hash; ought to be unknown to strangers
    };

    /// Throws std::bad_alloc when addresses or the budget do not suffice for the window.
    OrderIndex(const Limits& limits, MemoryBudget* budget)
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
            __builtin_prefetch(&window_[place(id)]);
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
    ElderTable elders_;
    OrderId newest_elder_{0};
};

}  // namespace tickweir::book
