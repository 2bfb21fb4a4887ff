// The naive twin of the venue: the rules of txn/venue/RULES.md written out by hand on maps and
// lists, obviously right and slow. It shares the vocabulary with the code under test and none of
// its parts: holds are added up anew whenever somebody asks, plans run on copies of the book.
#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "tests/support/naive_amounts.hpp"
#include "txn/venue/command.hpp"
#include "txn/venue/event.hpp"
#include "txn/venue/settings.hpp"
#include "txn/venue/venue.hpp"  // Exposure

namespace tickweir::tests {

struct NaiveBalance {
    txn::Int128 total = 0;
    txn::Int128 held = 0;
};

struct NaivePosition {
    txn::Quantity quantity;
    txn::Int128 cost = 0;      ///< 10^-18 of the quote asset
    txn::Int128 realized = 0;  ///< likewise
    txn::Quantity open_buy;
    txn::Quantity open_sell;
};

class NaiveVenue {
public:
    explicit NaiveVenue(const txn::VenueSettings& settings);

    void execute(const txn::Command& command, txn::Outcome& outcome);
    bool continuation_pending() const;

    NaiveBalance balance(txn::AccountId account, txn::AssetId asset) const;
    NaivePosition position(txn::AccountId account, txn::InstrumentId instrument) const;
    txn::Exposure exposure(txn::AccountId account) const;
    txn::MarketState market_state(txn::InstrumentId instrument) const;
    std::optional<txn::OrderView> order(txn::OrderId id) const;
    std::size_t open_orders() const { return open_.size(); }

    /// Calls `visit(const OrderView&, Quantity shown)` in the order of priority.
    template <class Visit>
    void for_each_resting(txn::InstrumentId instrument, txn::Side side, Visit&& visit) const {
        for (const auto& [key, queue] : market_of(instrument).sides[index(side)]) {
            for (const Resting& resting : queue)
                visit(orders_.at(resting.order).view, resting.shown);
        }
    }

private:
    struct Order {
        txn::OrderView view;
        txn::SelfTrade self_trade = txn::SelfTrade::cancel_incoming;
        txn::Quantity min_quantity;
        /// The worst price it may trade at; none: any.
        std::optional<txn::Price> limit;
        /// Exact fee of its fills, in millionths of price * quantity as they are counted.
        txn::Int128 due = 0;
        bool waiting = false;  ///< a triggered stop whose turn has not come
        /// What is left of the hold that a stop without collar had when it was triggered.
        std::optional<txn::Int128> budget;
    };

    struct Resting {
        txn::OrderId order{};
        txn::Quantity shown;
    };
    /// The best price first: keys are prices of asks, and negated prices of bids.
    using BookSide = std::map<std::int64_t, std::list<Resting>>;

    struct BandWindow {
        std::optional<txn::Price> reference;
        std::optional<txn::TimeNs> begin;
    };

    struct Market {
        txn::InstrumentSettings settings;
        BookSide sides[2];
        std::optional<txn::Price> last_trade;
        txn::MarketState state = txn::MarketState::trading;
        txn::TimeNs pause_end;
        BandWindow band;
        std::list<txn::OrderId> triggered;  // stops whose turn has not come
    };

    struct Trade {
        txn::InstrumentId instrument{};
        txn::Price price;
        txn::Quantity quantity;
        txn::OrderId orders[2];        // by side
        txn::Int128 fees[2] = {0, 0};  // as last shown
        txn::Side maker = txn::Side::buy;
    };

    /// A match (`quantity` above 0) or a resting order that self-trade prevention cancels.
    struct Effect {
        txn::OrderId resting{};
        txn::Price price;
        txn::Quantity quantity;
        txn::Int128 cost = 0;  ///< of a buyer: with fees
    };
    enum class PlanEnd { filled, book, limit, self_trade, band, funds };
    struct Plan {
        std::vector<Effect> effects;
        PlanEnd end = PlanEnd::filled;  ///< says nothing where the effects are too many
    };

    // What a continuation goes on with.
    struct RestOfOrder {
        txn::OrderId order{};
    };
    struct RestOfMassCancel {
        txn::MassCancel request;
        txn::SessionId from{};
        std::uint64_t affected = 0;
    };
    struct RestOfTick {
        txn::TimeNs time;
    };
    struct RestOfDayEnd {
        txn::SessionId from{};
    };
    using Work =
        std::variant<std::monostate, RestOfOrder, RestOfMassCancel, RestOfTick, RestOfDayEnd>;

    struct MarketLimit {
        txn::Refusal refusal = txn::Refusal::none;
        std::optional<txn::Price> limit;
        txn::Price for_notional;
    };

    static std::size_t index(txn::Side side) { return side == txn::Side::buy ? 0 : 1; }
    Market& market_of(txn::InstrumentId id) { return markets_.at(std::size_t(id)); }
    const Market& market_of(txn::InstrumentId id) const { return markets_.at(std::size_t(id)); }

    // naive_venue.cpp: the envelope, administration, events
    void on(const txn::Deposit& request);
    void on(const txn::Withdraw& request);
    void on(const txn::Transfer& request);
    void on(const txn::Halt& request);
    void on(const txn::Resume& request);
    void on(const txn::Continue& request);
    bool is_operator() const { return envelope_.session == txn::operator_session; }
    void refuse(txn::Refusal refusal, std::optional<txn::OrderId> named = std::nullopt);
    txn::Event event(txn::EventKind kind) const;
    void tell_order(txn::EventKind kind, const Order& order,
                    txn::CancelReason reason = txn::CancelReason::requested,
                    const txn::ClientOrderId& request_id = {});
    void tell_balance(txn::AccountId account, txn::AssetId asset);
    txn::OrderView view_of(txn::OrderId id) const;
    void set_state(txn::InstrumentId instrument, txn::MarketState state);
    txn::Refusal amount_fault(txn::AccountId account, txn::AssetId asset,
                              const txn::Int128& amount) const;

    // naive_venue_orders.cpp: new orders, cancels, replaces and what is checked before
    void on(const txn::NewOrder& request);
    void on(const txn::CancelOrder& request);
    void on(const txn::ReplaceOrder& request);
    const std::optional<txn::OrderId>* known_id(txn::SessionId session,
                                                const txn::ClientOrderId& id) const;
    template <class Request>
    bool passes_ids(const Request& request);
    template <class Request>
    std::optional<txn::OrderId> named_order(const Request& request);
    Order drafted(const txn::NewOrder& request) const;
    txn::Refusal entry_fault(Order& order, const txn::NewOrder& request) const;
    txn::Refusal plan_fault(const Order& order, bool& fails) const;
    txn::Refusal revised(const txn::ReplaceOrder& request, const Order& order, Order& wanted) const;
    txn::Refusal replace_fault(const Order& order, const Order& wanted) const;
    txn::Refusal form_fault(const Order& order) const;
    txn::Refusal price_fault(const Order& order) const;
    MarketLimit market_limit(const Order& order) const;
    txn::Refusal cap_fault(const Order& order, txn::Price price, const Order* before) const;
    bool breaks_collar(const Order& order) const;
    bool breaks_position_limit(const Order& order, const Order* before) const;
    bool sums_overflow(const Order& order, const Order* before) const;
    bool can_take_back(const Trade& trade) const;
    txn::Refusal money_fault(const Order& order, const Order* before, bool fails) const;
    bool post_only_would_trade(const Order& order) const;

    void replace_in_place(Order& order, const txn::ReplaceOrder& request, const Order& wanted);

    // naive_venue_matching.cpp: plans, fills, the book
    std::optional<txn::Price> reference(const Market& market) const;
    static txn::Price collared(const Market& market, txn::Side side, txn::Price reference);
    BandWindow rolled_band(const Market& market) const;
    static bool outside_band(const Market& market, const BandWindow& band, txn::Price price);
    txn::Int128 buyers_cost(const Market& market, txn::Price price, txn::Quantity quantity,
                            const txn::Int128& due) const;
    static void use_up_head(BookSide& book, BookSide::iterator level, txn::Quantity quantity,
                            txn::Quantity leaves, txn::Quantity display);
    Plan plan(const Order& incoming) const;
    enum class AtOnce { reached, fails, too_many };
    AtOnce at_once(const Order& order, const Plan& plan) const;
    bool has_room_for_id() const { return ids_.size() < settings_.limits.client_ids; }
    void match(Order& incoming);
    bool match_overflows(const Order& order) const;
    void apply_fill(Order& incoming, const Effect& effect);
    txn::Int128 cost_of_first(const Plan& plan) const;
    void finish_rest(Order& incoming, PlanEnd end);
    txn::FillView fill_side(Order& order, txn::TradeId trade, txn::Price price,
                            txn::Quantity quantity, bool is_maker);
    void rest(const Order& order);
    void take_out_of_book(const Order& order);
    void use_up(const Order& resting_order, txn::Quantity quantity);
    void tell_level(txn::InstrumentId instrument, txn::Side side, txn::Price price);
    void close(Order& order, txn::OrderStatus status);
    void cancel(Order& order, txn::CancelReason reason, const txn::ClientOrderId& request_id = {});
    void trigger_stops();
    bool is_fulfilled(const Order& stop) const;
    void queue_stop(Order& stop);
    void make_runnable(txn::InstrumentId instrument);
    void run_stop();

    // naive_venue_money.cpp: balances, holds, fees, positions, trades taken back
    void on(const txn::BustTrade& request);
    void on(const txn::CorrectTrade& request);
    txn::Int128 hold_of(const Order& order) const;
    txn::Int128 fee_of(const Market& market, const txn::Int128& due) const;
    txn::Int128 due_of(bool is_maker, txn::Price price, txn::Quantity quantity) const;
    txn::Int128 hold_rate() const;
    txn::Int128 short_limit(txn::AccountId account, txn::AssetId asset) const;
    txn::Int128 available(txn::AccountId account, txn::AssetId asset) const;
    void move(txn::AccountId account, txn::AssetId asset, const txn::Int128& amount);
    void settle(const Trade& trade, int direction, const txn::Int128 (&fees)[2]);
    void trade_position(txn::AccountId account, txn::InstrumentId instrument, txn::Side side,
                        txn::Price price, txn::Quantity quantity);
    void take_back(const Trade& trade);
    void tell_trade(txn::EventKind kind, txn::TradeId id, const Trade& trade);

    // naive_venue_clock.cpp: what concerns many orders at once
    void on(const txn::MassCancel& request);
    void on(const txn::Tick& request);
    void on(const txn::DayEnd& request);
    void go_on(const RestOfMassCancel& work);
    void go_on(const RestOfTick& work);
    void go_on(const RestOfDayEnd& work);
    void close_day();
    template <class Wanted>
    std::vector<txn::OrderId> open_by_session(Wanted&& wanted) const;

    txn::VenueSettings settings_;
    std::vector<Market> markets_;
    std::map<std::pair<txn::AccountId, txn::AssetId>, txn::Int128> totals_;
    std::map<std::pair<txn::AccountId, txn::InstrumentId>, NaivePosition> positions_;
    std::map<txn::OrderId, Order> orders_;  // closed ones too, until the day ends
    std::set<txn::OrderId> open_;
    std::map<std::pair<txn::SessionId, std::string>, std::optional<txn::OrderId>> ids_;
    std::map<txn::TradeId, Trade> trades_;
    std::uint64_t last_order_ = 0;
    std::uint64_t last_trade_ = 0;
    txn::TimeNs clock_;
    Work work_;
    std::list<txn::InstrumentId> runnable_;  // with triggered stops, in the order of their turns
    std::uint64_t last_order_of_yesterday_ = 0;

    // Of the command that is being executed.
    txn::Envelope envelope_;
    txn::TimeNs now_;
    bool is_trial_ = false;  ///< a copy that tries what would happen
    txn::EventKind refusal_kind_ = txn::EventKind::refused;
    txn::ClientOrderId request_id_;
    txn::Outcome* out_ = nullptr;
    struct Extremes {
        txn::Price lowest;
        txn::Price highest;
    };
    std::map<txn::InstrumentId, Extremes> traded_;
};

}  // namespace tickweir::tests
