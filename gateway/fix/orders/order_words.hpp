// What the venue's enumerations are in FIX 4.4. Reasons stay within what the standard's dictionary
// has, for clients that validate refuse anything else. Any thread.
#pragma once

#include <optional>
#include <string_view>

#include "txn/venue/event.hpp"

namespace tickweir::gateway::fix::orders {

/// Nothing where the venue has no such thing. `text` is a whole value.
std::optional<txn::Side> side_of(std::string_view text);                  // 54
std::optional<txn::OrderType> order_type_of(std::string_view text);       // 40
std::optional<txn::TimeInForce> time_in_force_of(std::string_view text);  // 59
std::optional<txn::SelfTrade> self_trade_of(std::string_view text);       // 7928

char wire_of(txn::Side side);
char wire_of(txn::OrderType type);
char wire_of(txn::TimeInForce time_in_force);

/// Whether the standard knows the value of 54, 40 or 59, though the venue may not take it.
bool is_standard_side(std::string_view text);
bool is_standard_order_type(std::string_view text);
bool is_standard_time_in_force(std::string_view text);

/// OrdStatus (39) of an order as it stands; without an OrderID it waits for the venue.
char status_of(const txn::OrderView& order);

/// Why a request was refused.
unsigned order_reject_reason(txn::Refusal refusal);        // 103
unsigned cancel_reject_reason(txn::Refusal refusal);       // 102
unsigned mass_cancel_reject_reason(txn::Refusal refusal);  // 532

/// ExecRestatementReason (378) of an order that ended without its owner's asking for it.
unsigned restatement_reason(txn::CancelReason reason);

inline constexpr unsigned reason_other = 99;    // 102, 103, 378, 532
inline constexpr unsigned stop_triggered = 99;  // 378 of 150=D

}  // namespace tickweir::gateway::fix::orders
