// What commands in a queue will read, asked for before their turn: nearly all time of a command is
// waiting for memory.
#include <variant>

#include "txn/venue/venue.hpp"

namespace tickweir::txn {

void Venue::look_ahead(const Command& command, unsigned step) const {
    if (const auto* order = std::get_if<NewOrder>(&command.body))
        look_ahead(command.envelope, *order, step);
    else if (const auto* cancel = std::get_if<CancelOrder>(&command.body))
        look_ahead(command.envelope, cancel->client_id, cancel->original, step);
    else if (const auto* replace = std::get_if<ReplaceOrder>(&command.body))
        look_ahead(command.envelope, replace->client_id, replace->original, step);
}

void Venue::look_ahead(const Envelope& envelope, const NewOrder& order, unsigned step) const {
    constexpr std::uint64_t ahead = 4;
    const auto account = static_cast<std::uint32_t>(order.account);
    const auto instrument = static_cast<std::uint32_t>(order.instrument);
    if (!known(order.instrument)) return;
    if (step == 0) {
        client_ids_.prefetch(envelope.session, order.client_id);
        positions_.prefetch(account, instrument);
        books_.prefetch_index(order.instrument, order_id(order_count_ + ahead));
    } else if (step == 1) {
        positions_.prefetch_row(account, instrument);
        books_.prefetch_order(order.instrument, order_id(order_count_ + ahead), order.side);
    } else if (const Row row = step == 2 ? positions_.prefetch_row(account, instrument) : 0;
               row != 0) {
        ledger_.prefetch(positions_[row].held_row(order.side));
        if (order.price)
            books_.prefetch_price(order.instrument, order_id(order_count_ + 1), order.side,
                                  *order.price);
    }
}

void Venue::look_ahead(const Envelope& envelope, const ClientOrderId& request,
                       const ClientOrderId& original, unsigned step) const {
    if (step == 0) {
        client_ids_.prefetch(envelope.session, request);
        client_ids_.prefetch(envelope.session, original);
        return;
    }
    const auto number = client_ids_.find(envelope.session, original);
    if (!number) return;
    const OrderId id = order_id(*number);
    if (step == 1) {
        books_.prefetch_taken(id);
        return;
    }
    const book::OrderSlot* const slot = books_.find_order(id);
    if (slot == nullptr) return;
    if (step == 2) {
        orders_.prefetch(resting(*slot));
        book::prefetch(&books_.level_at(slot->level));
    } else {
        const OrderRecord& order = orders_[resting(*slot)];
        positions_.prefetch(order.position_row);
        ledger_.prefetch(order.held_row);
        orders_.prefetch_links(order);
    }
}

}  // namespace tickweir::txn
