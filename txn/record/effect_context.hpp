// What the next event of a command will most likely say, told by the command and the events before
// it. Writer and reader of effects reckon alike, and only what is otherwise stands in a record. A
// guess may be wrong in anything: it costs bytes, and nothing else.
#pragma once

#include "book/exact/wide.hpp"
#include "txn/venue/command.hpp"
#include "txn/venue/event.hpp"

namespace tickweir::txn::record {

using book::exact::Uint128;

/// Whether events of a kind always show an order.
constexpr bool is_about_order(EventKind kind) {
    switch (kind) {
        case EventKind::accepted:
        case EventKind::filled:
        case EventKind::cancelled:
        case EventKind::expired:
        case EventKind::replaced:
        case EventKind::triggered:
        case EventKind::busted:
        case EventKind::corrected:
            return true;
        case EventKind::rejected:
        case EventKind::refused:
        case EventKind::ignored:
        case EventKind::mass_cancelled:
        case EventKind::balance:
        case EventKind::state:
        case EventKind::day_ended:
            return false;
    }
    return false;
}
constexpr bool is_end(EventKind kind) {
    return kind == EventKind::cancelled || kind == EventKind::expired;
}
constexpr bool is_trade_change(EventKind kind) {
    return kind == EventKind::busted || kind == EventKind::corrected;
}

/// Numbers here may come from anywhere: they wrap.
constexpr Quantity plus(Quantity a, Quantity b) {
    return {static_cast<std::int64_t>(static_cast<std::uint64_t>(a.lots) +
                                      static_cast<std::uint64_t>(b.lots))};
}
constexpr Quantity minus(Quantity a, Quantity b) {
    return {static_cast<std::int64_t>(static_cast<std::uint64_t>(a.lots) -
                                      static_cast<std::uint64_t>(b.lots))};
}
constexpr Int128 worth(Price price, Quantity quantity) {
    return Int128{price.ticks} * quantity.lots;
}

/// Each event's fields are guessed in the order in which they are written, so that a guess may use
/// those before it. `other` tells that the event is of another order than the command's own.
class EffectContext {
public:
    explicit EffectContext(const Command& command);

    bool is_other(const Event& event) const {
        if (event.kind == EventKind::filled) return event.fill.is_maker;
        if (is_end(event.kind)) return !names_own_ && event.order.order != own_.order;
        return is_trade_change(event.kind);
    }
    /// The order without what the events say of it.
    const OrderView& order(EventKind kind, bool other) const {
        return !is_about_order(kind) ? none_ : other ? other_ : own_;
    }
    Quantity fill_quantity(EventKind kind, bool other) const {
        if (kind == EventKind::filled) return other ? own_.leaves : fill_.quantity;
        return is_trade_change(kind) ? fill_.quantity : Quantity{};
    }
    static Quantity quantity(const Event& event, const OrderView& base, bool other) {
        return event.kind == EventKind::filled && other ? event.fill.quantity : base.quantity;
    }
    static Quantity filled(const Event& event, const OrderView& base) {
        return plus(base.filled, event.fill.quantity);
    }
    static Quantity leaves(const Event& event, const OrderView& base, bool other) {
        if (is_end(event.kind)) return {};
        if (event.kind == EventKind::filled && !other)
            return minus(base.leaves, event.fill.quantity);
        return minus(event.order.quantity, event.order.filled);
    }
    static OrderStatus status(const Event& event, Quantity leaves) {
        if (event.kind == EventKind::cancelled) return OrderStatus::cancelled;
        if (event.kind == EventKind::expired) return OrderStatus::expired;
        const bool is_filled = event.kind == EventKind::filled && leaves.lots == 0;
        return is_filled ? OrderStatus::filled : OrderStatus::open;
    }
    Price fill_price(const Event& event, bool other) const {
        if (event.kind == EventKind::filled) return other ? event.order.price : fill_.price;
        return is_trade_change(event.kind) ? fill_.price : Price{};
    }
    TradeId trade(EventKind kind, bool other) const {
        if (kind == EventKind::filled)
            return TradeId{static_cast<std::uint64_t>(fill_.trade) + (other ? 1 : 0)};
        return is_trade_change(kind) ? fill_.trade : TradeId{};
    }
    static Int128 notional(const Event& event, const OrderView& base, bool other) {
        if (other || event.order.order != base.order)
            return worth(event.order.price, event.order.filled);
        const Int128 more = worth(event.fill.price, event.fill.quantity);
        return static_cast<Int128>(static_cast<Uint128>(base.notional) +
                                   static_cast<Uint128>(more));
    }
    CancelReason cancel_reason(EventKind kind) const {
        return is_end(kind) ? reason_ : CancelReason::requested;
    }
    const ClientOrderId& request(const Event& event) const;
    const ClientOrderId& original(EventKind kind) const {
        return kind == EventKind::replaced ? original_ : none_.client_id;
    }
    TimeNs time() const { return time_; }
    std::uint64_t sequence() const { return sequence_; }
    SessionId session(const Event& event) const {
        return is_about_order(event.kind) ? event.order.session : session_;
    }
    static bool is_maker(EventKind kind, bool other) { return kind == EventKind::filled && other; }
    AccountId account(EventKind kind) const {
        return kind == EventKind::balance ? account_ : AccountId{};
    }
    AssetId asset(EventKind kind) const { return kind == EventKind::balance ? asset_ : AssetId{}; }
    InstrumentId instrument(EventKind kind) const {
        return kind == EventKind::state ? instrument_ : InstrumentId{};
    }
    MarketState market_state(EventKind kind) const {
        return kind == EventKind::state ? market_state_ : MarketState::trading;
    }

    /// What an event said helps to guess the next ones.
    void learn(const Event& event, bool other);

private:
    void begin(const NewOrder& order);
    void begin(const CancelOrder& cancel);
    void begin(const ReplaceOrder& replace);
    void begin(const MassCancel& cancel);
    void begin(const Deposit& deposit) { begin_balance(deposit.account, deposit.asset); }
    void begin(const Withdraw& withdraw) { begin_balance(withdraw.account, withdraw.asset); }
    void begin(const Transfer& transfer);
    void begin(const Halt& halt);
    void begin(const Resume& resume);
    void begin(const Tick&);
    void begin(const DayEnd&) { reason_ = CancelReason::day_end; }
    void begin(const BustTrade& bust) { fill_.trade = bust.trade; }
    void begin(const CorrectTrade& correct);
    void begin(const Continue&) {}
    void begin_balance(AccountId account, AssetId asset);
    void learn_own(const OrderView& order);
    void learn_other(const Event& event);

    SessionId session_;
    std::uint64_t sequence_;
    TimeNs time_;
    bool names_own_ = false;  // a cancel tells its order, though not always by OrderID
    bool knows_other_ = false;
    CancelReason reason_ = CancelReason::unfilled;
    MarketState market_state_ = MarketState::paused;
    AccountId account_{};
    AccountId next_account_{};
    AssetId asset_{};
    InstrumentId instrument_{};
    ClientOrderId request_;
    ClientOrderId original_;
    OrderView own_;    // the command's, as it was told last
    OrderView other_;  // the next other one
    FillView fill_;    // the last one
    static const OrderView none_;
};

}  // namespace tickweir::txn::record
