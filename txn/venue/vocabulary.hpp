// What orders at a venue are made of: ids, kinds and reasons, by the names that FIX 4.4 gives them.
// Values only.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "book/exact/money.hpp"
#include "book/types.hpp"

namespace tickweir::txn {

using book::InstrumentId;
using book::OrderId;
using book::Price;
using book::Quantity;
using book::Side;
using book::TimeNs;
using book::exact::AssetId;
using book::exact::Int128;

/// Dense, below VenueLimits::accounts.
enum class AccountId : std::uint32_t {};
/// Who a command is from; dense, below VenueLimits::sessions. 0 is the venue's operator.
enum class SessionId : std::uint32_t {};
inline constexpr SessionId operator_session{0};
/// A trade, counted from 1.
enum class TradeId : std::uint64_t {};

/// A client's name of an order or request (ClOrdID, tag 11): 1 to 36 bytes; empty where there is
/// none.
class ClientOrderId {
public:
    static constexpr std::size_t bytes_max = 36;

    constexpr ClientOrderId() = default;
    /// Longer texts are cut off: whoever reads them from outside refuses them before.
    constexpr explicit ClientOrderId(std::string_view text)
        : length_{static_cast<std::uint32_t>(std::min(text.size(), bytes_max))} {
        std::copy_n(text.data(), length_, bytes_.data());
    }

    constexpr std::string_view view() const { return {bytes_.data(), length_}; }
    constexpr bool empty() const { return length_ == 0; }
    friend constexpr bool operator==(const ClientOrderId&, const ClientOrderId&) = default;

private:
    std::uint32_t length_ = 0;
    std::array<char, bytes_max> bytes_{};  // behind the text zeros
};
static_assert(sizeof(ClientOrderId) == 40);

enum class OrderType : std::uint8_t { market, limit, stop, stop_limit };  // tag 40
enum class TimeInForce : std::uint8_t { day, gtc, ioc, fok, gtd };        // tag 59

/// What happens when an order meets one of the same account (tag 7928).
enum class SelfTrade : std::uint8_t { cancel_incoming, cancel_resting, cancel_both };

enum class OrderStatus : std::uint8_t { open, filled, cancelled, expired, rejected };  // tag 39

/// Why a command changed nothing.
enum class Refusal : std::uint8_t {
    none,
    unknown_session,
    unknown_account,
    unknown_instrument,
    unknown_asset,
    unknown_order,
    unknown_trade,
    order_closed,         ///< the order named is not open any more
    bad_client_id,        ///< empty
    duplicate_client_id,  ///< 103=6: used in this session's day, or by an open order of it
    not_executed,         ///< a possible duplicate that is not known here
    late,                 ///< beyond its deadline
    halted,               ///< only cancels and smaller quantities while halted or paused
    bad_price,            ///< missing, not above zero, or present where there is none
    bad_stop_price,
    off_tick,
    bad_quantity,  ///< not above zero, or not more than what is filled already
    off_lot,
    bad_display,
    bad_min_quantity,
    bad_combination,  ///< of type, time in force and instructions
    bad_expiry,       ///< missing, in the past, or present where there is none
    no_reference,     ///< nothing tells what a market order may cost
    collar,           ///< the price is too far from the reference
    quantity_cap,
    notional_cap,
    session_orders,  ///< too many open orders of the session
    account_orders,
    position_limit,
    insufficient,    ///< balance or short limit
    risk_reducing,   ///< below its limit: only what reduces risk
    would_trade,     ///< post-only
    too_many_fills,  ///< FOK or MinQty beyond what one command may do
    capacity,        ///< of the venue: orders, levels, ids
    overflow,        ///< a number that does not fit
    negative,        ///< an amount not above zero
    busy,            ///< a continuation has to come first
    nothing_to_do,   ///< a continuation without one pending
};
inline constexpr std::size_t refusal_kinds = 38;
std::string_view to_string(Refusal refusal);

/// Why an order ended, or part of it went, without its owner's asking at that moment.
enum class CancelReason : std::uint8_t {
    requested,    ///< by the owner, one order
    mass_cancel,  ///< by a mass cancel or a kill
    unfilled,     ///< the rest of IOC, FOK, MinQty or market
    self_trade,
    price_band,  ///< the rest of an order that a volatility pause stopped
    expired,     ///< GTD
    day_end,
    funds,   ///< a triggered stop that its account could not pay
    collar,  ///< a triggered stop without a price to trade at
};
std::string_view to_string(CancelReason reason);

enum class MarketState : std::uint8_t { trading, halted, paused };

}  // namespace tickweir::txn
