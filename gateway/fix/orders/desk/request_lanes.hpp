// The way of requests to the venue's shard: its two rings, and a place where urgent ones wait in
// their order while theirs is full. Counts arrivals. One owner: the FIX thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <type_traits>

#include "book/arena.hpp"
#include "book/budget.hpp"
#include "gateway/venue/venue_link.hpp"

namespace tickweir::gateway::fix::orders {

class RequestLanes {
public:
    /// What the link points to outlives it; `waiting_max` urgent requests may wait, whose memory is
    /// touched only then. Throws std::bad_alloc.
    RequestLanes(const VenueLink& link, std::size_t waiting_max, book::MemoryBudget* budget);

    /// P2 and what is less. False where the ring is full: nothing has happened.
    [[nodiscard]] bool push_ordinary(const txn::Command& command);
    /// P0 and P1: on its way, or it waits for its ring. False only beyond `waiting_max`, or where
    /// the budget gives no memory for it.
    [[nodiscard]] bool push_urgent(const txn::Command& command);
    /// Likewise, but only where it need not wait.
    [[nodiscard]] bool push_urgent_now(const txn::Command& command);

    /// Moves what waits as far as the ring has room. Whether anything moved.
    bool flush();
    /// Wakes the shard if anything was pushed since.
    void wake();

    std::size_t waiting() const { return tail_ - head_; }
    bool ring_has_room() const { return link_.urgent->size_approx() < link_.urgent->capacity(); }
    /// Requests that had to wait, since the process began.
    std::uint64_t waited() const { return waited_; }

private:
    // Zero bytes are never read as a request: a place is written before it is.
    struct Place {
        alignas(VenueRequest) std::byte bytes[sizeof(VenueRequest)];
    };
    VenueRequest& at(std::size_t i) {
        return *std::launder(reinterpret_cast<VenueRequest*>(waiting_[i % waiting_.limit()].bytes));
    }
    VenueRequest numbered(const txn::Command& command) {
        return {.command = command, .arrival = ++arrivals_};
    }

    VenueLink link_;
    book::ReservedArray<Place> waiting_;
    std::size_t head_ = 0;  // count up; both 0 whenever nothing waits
    std::size_t tail_ = 0;
    std::uint64_t arrivals_ = 0;
    std::uint64_t waited_ = 0;
    bool pushed_ = false;
};

}  // namespace tickweir::gateway::fix::orders
