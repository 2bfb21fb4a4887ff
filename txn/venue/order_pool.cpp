#include "txn/venue/order_pool.hpp"

namespace tickweir::txn {

OrderIndex OrderPool::add(const OrderRecord& order) {
    OrderIndex index = free_;
    if (index != 0)
        free_ = records_[index].in_session.next;
    else
        index = static_cast<OrderIndex>(end_++);
    records_[index] = order;
    append(sessions_[static_cast<std::size_t>(order.session)], &OrderRecord::in_session, index);
    append(accounts_[static_cast<std::size_t>(order.account)], &OrderRecord::in_account, index);
    ++live_;
    return index;
}

void OrderPool::remove(OrderIndex index) {
    OrderRecord& order = records_[index];
    unlink(sessions_[static_cast<std::size_t>(order.session)], &OrderRecord::in_session, index);
    unlink(accounts_[static_cast<std::size_t>(order.account)], &OrderRecord::in_account, index);
    order.id = OrderId{0};
    order.in_session.next = free_;
    free_ = index;
    --live_;
}

void OrderPool::append(List& list, OrderLinks OrderRecord::*links, OrderIndex index) {
    records_[index].*links = {0, list.last};
    if (list.last == 0)
        list.first = index;
    else
        (records_[list.last].*links).next = index;
    list.last = index;
    ++list.count;
}

void OrderPool::unlink(List& list, OrderLinks OrderRecord::*links, OrderIndex index) {
    const OrderLinks own = records_[index].*links;
    if (own.previous == 0)
        list.first = own.next;
    else
        (records_[own.previous].*links).next = own.next;
    if (own.next == 0)
        list.last = own.previous;
    else
        (records_[own.next].*links).previous = own.previous;
    --list.count;
}

}  // namespace tickweir::txn
