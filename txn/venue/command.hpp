// What a venue can be told to do: an envelope that says who, when and how urgent, and a body. Plain
// values, as they are logged. Time comes in here and from nowhere else.
#pragma once

#include <cstdint>
#include <optional>
#include <variant>

#include "txn/venue/vocabulary.hpp"

namespace tickweir::txn {

/// Priority classes of load shedding, the most urgent one first.
enum class CommandClass : std::uint8_t {
    control,        ///< P0: sessions, kill, the clock, administration
    risk_reducing,  ///< P1
    entitled,       ///< P2: critical orders of those who may
    order,          ///< P3
    query,          ///< P4
    history,        ///< P5
};

struct Envelope {
    SessionId session{};
    CommandClass urgency = CommandClass::order;
    std::uint16_t shard = 0;
    std::uint64_t sequence = 0;  ///< inbound number in the session
    TimeNs arrived;
    TimeNs time;                     ///< of execution; never before that of the command before
    std::optional<TimeNs> deadline;  ///< not to be executed later
};

struct NewOrder {
    ClientOrderId client_id;
    AccountId account{};
    InstrumentId instrument{};
    Side side = Side::buy;
    OrderType type = OrderType::limit;
    TimeInForce time_in_force = TimeInForce::day;
    SelfTrade self_trade = SelfTrade::cancel_incoming;
    bool post_only = false;
    bool possible_resend = false;     ///< 97=Y: a known id is ignored
    bool possible_duplicate = false;  ///< 43=Y: likewise; an unknown one is not executed
    std::optional<Price> price;       ///< of limit and stop-limit
    std::optional<Price> stop_price;  ///< of stop and stop-limit
    Quantity quantity;
    Quantity display;              ///< shown at a time; 0: all
    Quantity min_quantity;         ///< to be filled at once, or nothing; 0: none
    std::optional<TimeNs> expiry;  ///< of GTD
};

/// `order`, or else `original`, names the order; both must not disagree.
struct CancelOrder {
    ClientOrderId client_id;
    ClientOrderId original;
    std::optional<OrderId> order;
};

/// The order as it is to be. A smaller quantity with everything else as it was keeps its place.
struct ReplaceOrder {
    ClientOrderId client_id;
    ClientOrderId original;
    std::optional<OrderId> order;
    bool possible_resend = false;
    bool possible_duplicate = false;
    std::optional<Price> price;
    std::optional<Price> stop_price;
    Quantity quantity;                ///< in all, what is filled included
    std::optional<Quantity> display;  ///< nothing: as it is
    std::optional<TimeNs> expiry;     ///< likewise
};

/// All open orders that match what is given.
struct MassCancel {
    ClientOrderId client_id;
    std::optional<SessionId> session;
    std::optional<AccountId> account;
    std::optional<InstrumentId> instrument;
    std::optional<Side> side;
    bool keep_long_lived = false;  ///< GTC and GTD stay: a session's disconnection
};

/// `amount` in units of 10^-18; above zero.
struct Deposit {
    AccountId account{};
    AssetId asset{};
    Int128 amount = 0;
};
struct Withdraw {
    AccountId account{};
    AssetId asset{};
    Int128 amount = 0;
};
struct Transfer {
    AccountId from{};
    AccountId to{};
    AssetId asset{};
    Int128 amount = 0;
};

struct Halt {
    InstrumentId instrument{};
};
/// Ends a halt or a pause.
struct Resume {
    InstrumentId instrument{};
};

/// Time passed: orders expire, pauses end.
struct Tick {};
/// The trading day ends: Day orders expire, ids of closed orders are free again.
struct DayEnd {};

/// A trade is taken back: unconditionally, whatever becomes of balances.
struct BustTrade {
    TradeId trade{};
};
struct CorrectTrade {
    TradeId trade{};
    Price price;
    Quantity quantity;
};

/// The rest of a command that had more effects than one may have, or a triggered stop.
struct Continue {};

using CommandBody =
    std::variant<NewOrder, CancelOrder, ReplaceOrder, MassCancel, Deposit, Withdraw, Transfer, Halt,
                 Resume, Tick, DayEnd, BustTrade, CorrectTrade, Continue>;

struct Command {
    Envelope envelope;
    CommandBody body;
};

}  // namespace tickweir::txn
