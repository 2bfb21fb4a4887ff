// Whether an order says what orders may say, before anybody looks at books or balances.
#pragma once

#include <optional>

#include "txn/venue/command.hpp"
#include "txn/venue/order_pool.hpp"
#include "txn/venue/settings.hpp"

namespace tickweir::txn {

/// A record's price: 0 is none there, so that a 0 that is given has to be another one that no order
/// may have.
Price price_or_none(const std::optional<Price>& price);

/// The record of a new order that nothing has happened to yet. Without id, rows or links.
OrderRecord record_of(const NewOrder& command, SessionId session);

/// Checks type, time in force, instructions, prices and quantities of an order, new or revised.
/// `now` is when; a price that is missing and one that should be missing are both 0.
Refusal form_of(const OrderRecord& order, Quantity min_quantity,
                const InstrumentSettings& instrument, TimeNs now);

}  // namespace tickweir::txn
