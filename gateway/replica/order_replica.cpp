#include "gateway/replica/order_replica.hpp"

#include <algorithm>
#include <tuple>

namespace tickweir::gateway::replica {

bool OrderReplica::add(book::OrderId id, const OrderItem& item, book::Side side) {
    const auto key = static_cast<std::uint64_t>(id);
    if (index_.find(key) != FlatIndex::none) return false;
    out_of_room_ =
        allowance_.used == allowance_.limit || !index_.ready() || !budget_.try_charge(order_bytes);
    if (out_of_room_) return false;
    ++allowance_.used;
    if (free_.empty()) {
        free_.push_back(static_cast<std::uint32_t>(slots_.size()));
        slots_.emplace_back();
    }
    const std::uint32_t slot = free_.back();
    free_.pop_back();
    slots_[slot] = {id, item.price, item.open, arrivals_++, side, true};
    index_.insert(key, slot);
    return true;
}

void OrderReplica::remove(std::uint32_t slot) {
    index_.erase(static_cast<std::uint64_t>(slots_[slot].id));
    slots_[slot].live = false;
    free_.push_back(slot);
    --allowance_.used;
    budget_.release(order_bytes);
}

bool OrderReplica::apply(const OrderItem& item) {
    if (!whole_) return false;
    if (item.action == OrderAction::add) {
        whole_ = add(item.order, item, item.side);
        return whole_;
    }
    const std::uint32_t slot = index_.find(static_cast<std::uint64_t>(item.order));
    if (slot == FlatIndex::none) {
        whole_ = false;
        return false;
    }
    switch (item.action) {
        case OrderAction::reduce:
            slots_[slot].open = item.open;
            break;
        case OrderAction::remove:
            remove(slot);
            break;
        case OrderAction::replace: {
            const book::Side side = slots_[slot].side;
            remove(slot);
            whole_ = add(item.new_order, item, side);
            break;
        }
        case OrderAction::add:
            break;
    }
    return whole_;
}

void OrderReplica::clear() {
    allowance_.used -= index_.size();
    budget_.release(index_.size() * order_bytes);
    index_.clear();
    slots_.clear();
    free_.clear();
    whole_ = true;
    out_of_room_ = false;
}

void OrderReplica::in_priority(std::vector<Order>& into) const {
    into.clear();
    std::ranges::copy_if(slots_, std::back_inserter(into), &Order::live);
    std::ranges::sort(into, [](const Order& a, const Order& b) {
        if (a.side != b.side) return a.side == book::Side::buy;
        if (a.price != b.price) return book::better(a.side, a.price, b.price);
        return a.arrival < b.arrival;
    });
}

}  // namespace tickweir::gateway::replica
