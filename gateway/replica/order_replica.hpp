// The open orders of one instrument as a market told them, so that a later subscriber of l3 can be
// given all of them at once. One owner thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "book/types.hpp"
#include "gateway/market/market_event.hpp"
#include "gateway/replica/budget_use.hpp"
#include "gateway/replica/flat_index.hpp"

namespace tickweir::gateway::replica {

/// How many orders all replicas of a hub may keep.
struct OrderAllowance {
    std::size_t limit = 0;
    std::size_t used = 0;
};

/// An unordered set of orders with the order of their arrival. Constant time a change; a snapshot
/// sorts.
class OrderReplica {
public:
    static constexpr std::size_t order_bytes = 48;  ///< charged for each

    struct Order {
        book::OrderId id{};
        book::Price price;
        book::Quantity open;
        std::uint64_t arrival = 0;  ///< when it joined the queue of its price
        book::Side side = book::Side::buy;
        bool live = false;
    };

    OrderReplica(OrderAllowance& allowance, book::MemoryBudget* budget)
        : allowance_{allowance}, budget_{budget}, index_{budget} {}
    OrderReplica(const OrderReplica&) = delete;
    OrderReplica& operator=(const OrderReplica&) = delete;
    ~OrderReplica() { clear(); }

    /// False when it does not fit what was told before, or there is no room: then the replica is no
    /// longer whole() until it is cleared.
    bool apply(const OrderItem& item);
    void clear();

    bool whole() const { return whole_; }
    /// Why it is not whole: for lack of room, and not because of what was told.
    bool out_of_room() const { return out_of_room_; }
    std::size_t size() const { return index_.size(); }
    /// All orders in priority order, bids before asks, into a buffer of the caller's.
    void in_priority(std::vector<Order>& into) const;

private:
    bool add(book::OrderId id, const OrderItem& item, book::Side side);
    void remove(std::uint32_t slot);

    OrderAllowance& allowance_;
    BudgetUse budget_;
    FlatIndex index_;  // order id → slot
    std::vector<Order> slots_;
    std::vector<std::uint32_t> free_;
    std::uint64_t arrivals_ = 0;
    bool whole_ = true;
    bool out_of_room_ = false;
};

}  // namespace tickweir::gateway::replica
