#include "gateway/fix/orders/desk/request_lanes.hpp"

#include <algorithm>
#include <utility>

namespace tickweir::gateway::fix::orders {

RequestLanes::RequestLanes(const VenueLink& link, std::size_t waiting_max,
                           book::MemoryBudget* budget)
    : link_{link}, waiting_{std::max<std::size_t>(waiting_max, 1), budget, book::Pages::small} {}

bool RequestLanes::push_ordinary(const txn::Command& command) {
    if (!link_.ordinary->try_push(numbered(command))) {
        --arrivals_;
        return false;
    }
    pushed_ = true;
    return true;
}

bool RequestLanes::push_urgent_now(const txn::Command& command) {
    if (waiting() != 0) return false;
    if (!link_.urgent->try_push(numbered(command))) {
        --arrivals_;
        return false;
    }
    pushed_ = true;
    return true;
}

bool RequestLanes::push_urgent(const txn::Command& command) {
    if (push_urgent_now(command)) return true;
    if (waiting() == waiting_.limit()) return false;
    // Places before the first one that wraps around come into being one by one.
    if (!waiting_.commit(std::min(tail_ + 1, waiting_.limit()))) return false;
    std::construct_at(&at(tail_), numbered(command));
    ++tail_;
    ++waited_;
    return true;
}

bool RequestLanes::flush() {
    bool any = false;
    while (head_ != tail_ && link_.urgent->try_push(std::as_const(at(head_)))) {
        ++head_;
        any = pushed_ = true;
    }
    if (head_ == tail_) head_ = tail_ = 0;
    return any;
}

void RequestLanes::wake() {
    if (std::exchange(pushed_, false) && link_.waker != nullptr) link_.waker->wake();
}

}  // namespace tickweir::gateway::fix::orders
