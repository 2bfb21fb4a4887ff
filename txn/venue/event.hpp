// What a venue says about what it did: everything that an execution report, a trade print or a
// market data update needs, in the order in which it happened. Plain values.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "txn/venue/vocabulary.hpp"

namespace tickweir::txn {

enum class EventKind : std::uint8_t {
    accepted,        ///< 150=0
    filled,          ///< 150=F, once for each side
    cancelled,       ///< 150=4, `cancel_reason`
    expired,         ///< 150=C, likewise
    rejected,        ///< 150=8 of a new order; `refusal`
    replaced,        ///< 150=5
    triggered,       ///< 150=D: a stop is an order now
    refused,         ///< 9 of a cancel or replace, and of every other command; `refusal`
    ignored,         ///< a possible resend of what is known
    mass_cancelled,  ///< r: `affected` orders so far, `complete` or not
    busted,          ///< 150=H, once for each side
    corrected,       ///< 150=G, likewise
    balance,         ///< of `account` and `asset` by administration; `total` and `held` after it
    state,           ///< of `instrument`: `market_state`
    day_ended,
};

/// An order as a report shows it.
struct OrderView {
    OrderId order{};
    ClientOrderId client_id;
    SessionId session{};
    AccountId account{};
    InstrumentId instrument{};
    Side side = Side::buy;
    OrderType type = OrderType::limit;
    TimeInForce time_in_force = TimeInForce::day;
    OrderStatus status = OrderStatus::open;
    bool post_only = false;
    bool triggered = false;
    Price price;       ///< 0: none
    Price stop_price;  ///< 0: none
    Quantity quantity;
    Quantity display;
    Quantity filled;      ///< CumQty
    Quantity leaves;      ///< LeavesQty
    Int128 notional = 0;  ///< sum of price * quantity of its fills, at price + quantity decimals
    TimeNs expiry{};
    friend bool operator==(const OrderView&, const OrderView&) = default;
};

/// One fill as one side sees it.
struct FillView {
    TradeId trade{};
    Price price;
    Quantity quantity;
    Int128 fee = 0;  ///< 10^-18 of the quote asset; below zero: a rebate
    bool is_maker = false;
    friend bool operator==(const FillView&, const FillView&) = default;
};

struct Event {
    EventKind kind = EventKind::accepted;
    Refusal refusal = Refusal::none;
    CancelReason cancel_reason = CancelReason::requested;
    MarketState market_state = MarketState::trading;
    bool complete = true;
    /// The request that this answers: its ClOrdID (of a mass cancel's effects too) and number.
    ClientOrderId request_id;
    SessionId session{};         ///< that it is for
    std::uint64_t sequence = 0;  ///< of the command
    TimeNs time;
    OrderView order;         ///< none: `order.order` is 0
    ClientOrderId original;  ///< of replaced: the id before
    FillView fill;
    std::uint64_t affected = 0;
    AccountId account{};
    AssetId asset{};
    InstrumentId instrument{};
    Int128 total = 0;
    Int128 held = 0;
    friend bool operator==(const Event&, const Event&) = default;
};

/// One change of the public book: a level as it stands, of what is shown. Same type as feeds'.
struct LevelEvent {
    InstrumentId instrument{};
    Side side = Side::buy;
    book::Level level;
    friend bool operator==(const LevelEvent&, const LevelEvent&) = default;
};

/// What one command caused. Cleared and filled again, so that nothing is allocated after warm-up.
struct Outcome {
    std::vector<Event> events;
    std::vector<LevelEvent> levels;

    void clear() {
        events.clear();
        levels.clear();
    }
};

}  // namespace tickweir::txn
