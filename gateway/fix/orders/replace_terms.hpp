// A replace held against the order that it names, as its session was last told of it.
#pragma once

#include <optional>

#include "gateway/fix/orders/order_request.hpp"
#include "txn/venue/event.hpp"

namespace tickweir::gateway::fix::orders {

/// Why the replace is refused (9 with 102=99): it would change what cannot change.
std::optional<OrderFault> check_replace(const ReplaceTerms& terms, const txn::OrderView& order);

/// Whether it lowers the quantity and nothing else: it keeps its place, and is P1.
bool only_lowers_quantity(const txn::ReplaceOrder& replace, const txn::OrderView& order);

/// An order as it is asked for, before the venue has said anything: without an OrderID.
txn::OrderView view_of(const txn::NewOrder& order, txn::SessionId session);

}  // namespace tickweir::gateway::fix::orders
