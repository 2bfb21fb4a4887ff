// A venue as a pure state machine: commands and time in, events out. Orders are matched by price
// and time and settled at once; what cannot be paid for does not happen. Knows no socket, file,
// clock or random number: the same commands give the same events and the same state.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "book/book_set.hpp"
#include "book/matching.hpp"
#include "txn/log/serial_point.hpp"
#include "txn/venue/client_ids.hpp"
#include "txn/venue/command.hpp"
#include "txn/venue/event.hpp"
#include "txn/venue/expiries.hpp"
#include "txn/venue/instrument_state.hpp"
#include "txn/venue/ledger.hpp"
#include "txn/venue/order_pool.hpp"
#include "txn/venue/position.hpp"
#include "txn/venue/settings.hpp"
#include "txn/venue/settlement.hpp"
#include "txn/venue/state_hash.hpp"
#include "txn/venue/state_stream.hpp"
#include "txn/venue/trade_log.hpp"

namespace tickweir::txn {

/// What an account has at stake. Amounts in 10^-18; beyond 10^19 units they are shown as that.
struct Exposure {
    Int128 open_notional = 0;  ///< of its open orders, at their own prices
    Int128 unrealized = 0;     ///< of its positions at the last trades' prices, realized left out
    std::uint32_t open_orders = 0;
    friend bool operator==(const Exposure&, const Exposure&) = default;
};

/// One owner thread. The rules stand in RULES.md. Bounded effects a command; constant expected time
/// an effect; allocates nothing but pages once it was as busy before.
class Venue {
public:
    /// With accounts of its own. Throws std::invalid_argument with fault_of(settings),
    /// std::bad_alloc.
    explicit Venue(const VenueSettings& settings);
    /// One of several, on threads of their own, that share accounts: each has instruments that no
    /// other trades, a shard number, and limits of open orders for itself. The ledger outlives it.
    Venue(const VenueSettings& settings, Ledger& shared);

    /// Puts memory behind so many open orders now, and behind all that a day remembers: used
    /// ClOrdIDs, trades, the books' places by OrderID.
    void populate(std::size_t orders);

    /// Executes one command; `outcome` is cleared first. The command takes its place at `point` at
    /// the moment at which its balances change, if they do, and not if it is refused.
    void execute(const Command& command, Outcome& outcome, log::SerialPoint& point);
    void execute(const Command& command, Outcome& outcome) {
        log::SerialPoint nowhere;
        execute(command, outcome, nowhere);
    }

    /// Look-ahead: brings what a command that is to come will read towards the cache. Steps 0 to 3,
    /// each some commands before the next; reads only, harmless for any command, may be left
    /// out.
    static constexpr unsigned look_ahead_steps = 4;
    void look_ahead(const Command& command, unsigned step) const;

    /// Whether a Continue has to be executed before anything else.
    bool continuation_pending() const {
        return rest_.kind != Rest::Kind::none || running_stop() != 0;
    }

    Balance balance(AccountId account, AssetId asset) const {
        return ledger_.balance(account, asset);
    }
    Position position(AccountId account, InstrumentId instrument) const;
    /// Linear in the account's open orders and the venue's instruments.
    Exposure exposure(AccountId account) const;
    MarketState market_state(InstrumentId instrument) const {
        return instruments_[index(instrument)].state;
    }
    /// What the position is worth at the last trade's price less what it cost, realized left out;
    /// 10^-18 of the quote asset, beyond 10^19 units shown as that.
    Int128 unrealized(InstrumentId instrument, const Position& own) const;
    /// What is traded in it, of a trade that can be busted.
    std::optional<InstrumentId> traded_in(TradeId trade) const;
    /// An open order.
    std::optional<OrderView> order(OrderId order) const;
    std::size_t open_orders() const { return orders_.live(); }
    const VenueSettings& settings() const { return settings_; }

    /// When a Tick may have something to do next; nothing: not before something else happens.
    /// Linear in the instruments.
    std::optional<TimeNs> tick_due() const;

    /// The orders in the book in order of priority: visit(const OrderView&, Quantity shown).
    template <class Visit>
    void for_each_resting(InstrumentId instrument, Side side, Visit&& visit) const {
        const book::BookHeader* book = books_.find_book(instrument);
        if (book == nullptr) return;
        const book::SideRows& rows = book->side(side);
        for (std::size_t i = rows.size(); i-- > 0;)
            for (book::Handle h = books_.level_at(rows.level(i)).head; h != 0;
                 h = books_.order_at(h).next)
                visit(view(orders_[resting(books_.order_at(h))]), books_.order_at(h).open);
    }

    /// Copies levels of one side as everybody may see them, from the `from`-th best on, best first,
    /// as many as there are and `into` has room for; answers how many.
    std::size_t levels(InstrumentId instrument, Side side, std::size_t from,
                       std::span<book::Level> into) const;

    /// All open orders, stops and waiting ones too, by session: visit(const OrderView&).
    template <class Visit>
    void for_each_open(Visit&& visit) const {
        for (std::size_t i = 0; i < settings_.sessions.size(); ++i)
            for (OrderIndex order = orders_.first_of(SessionId{static_cast<std::uint32_t>(i)});
                 order != 0; order = orders_[order].in_session.next)
                visit(view(orders_[order]));
    }

    /// What this venue, since its log's begin, has made of balances: a sum of hashes mod 2^128,
    /// kept as it goes. Constant time.
    Uint128 balance_sum() const { return teller_.accumulator(); }
    /// Goes on with the sum of another life.
    void restore_balance_sum(Uint128 sum) { teller_.restore_accumulator(sum); }

    /// A place among all open orders, for who looks at them a part at a time: valid as long as
    /// nothing is executed.
    struct OpenOrdersPlace {
        std::size_t session = 0;
        OrderIndex order = 0;  ///< the next one; 0: the session's first
    };
    /// Likewise, at most `most` from a place on, which goes behind them. False once there are none.
    template <class Visit>
    bool for_some_open(OpenOrdersPlace& place, std::size_t most, Visit&& visit) const {
        for (; place.session < settings_.sessions.size(); ++place.session, place.order = 0) {
            const SessionId session{static_cast<std::uint32_t>(place.session)};
            OrderIndex order = place.order != 0 ? place.order : orders_.first_of(session);
            for (; order != 0; order = orders_[order].in_session.next) {
                place.order = order;
                if (most-- == 0) return true;
                visit(view(orders_[order]));
            }
        }
        return false;
    }

    /// An account's open orders in the order of their acceptance, as long as
    /// visit(const OrderView&) answers true.
    template <class Visit>
    void for_each_open_of(AccountId account, Visit&& visit) const {
        if (!known(account)) return;
        for (OrderIndex order = orders_.first_of(account); order != 0;
             order = orders_[order].in_account.next)
            if (!visit(view(orders_[order]))) return;
    }

    /// A hash of the whole state, the same on every machine. Linear in it.
    Uint128 state_hash() const;

    /// Writes the whole state but for the ledger's, between two commands: equal states of equal
    /// settings give equal bytes. Linear in it; memory: eight bytes a position, sixteen a session.
    void save(StateWriter& writer) const;
    /// Reads it back into a fresh venue whose ledger has been loaded, and goes on from there event
    /// for event as the saved venue would. The settings may have grown (settings_state.hpp). What
    /// is wrong, or an empty text; after a fault the venue is not to be used.
    [[nodiscard]] std::string load(StateReader& reader);

    /// For saving and loading, which belong to whoever owns all that share it.
    Ledger& ledger() { return ledger_; }
    const Ledger& ledger() const { return ledger_; }

private:
    friend class VenueSaver;   // venue_save.cpp
    friend class VenueLoader;  // venue_loader.hpp

    /// What a plan costs the incoming order.
    struct Paid {
        Quantity quantity;
        Int128 notional = 0;
        Int128 raw_notional = 0;  ///< at price + quantity decimals
        Int128 due = 0;           ///< of all its fills, those before too
        Int128 fees = 0;          ///< of both sides
        Int128 own_fee = 0;
    };
    /// The prices of a command's trades.
    struct Traded {
        Price lowest{};
        Price highest{};
        bool any = false;
    };
    /// How an order meets the book.
    struct Terms {
        Price limit;
        Quantity min_quantity;
        bool whole = false;      ///< fill or kill
        bool immediate = false;  ///< the rest goes, for this reason:
        CancelReason rest_reason = CancelReason::unfilled;
    };
    /// What a continuation has to go on with.
    struct Rest {
        enum class Kind : std::uint8_t { none, incoming, cancels, expiry };
        Kind kind = Kind::none;
        bool ends_day = false;  ///< of cancels: Day orders, at the day's end
        OrderIndex order = 0;   ///< the incoming one, or the next to be looked at
        SessionId list{};       ///< whose orders are gone over
        Terms terms;            ///< of the incoming one
        MassCancel filter;
        SessionId session{};  ///< that asked
        std::uint64_t affected = 0;
        TimeNs time;  ///< until which orders expire
    };
    /// What an order asks of its account.
    struct Demand {
        Int128 need = 0;        ///< to be available before
        Int128 held_after = 0;  ///< to be held after
    };

    static std::size_t index(InstrumentId id) { return static_cast<std::size_t>(id); }
    static OrderIndex resting(const book::OrderSlot& slot) {
        return static_cast<OrderIndex>(slot.participant);
    }
    InstrumentState& of(InstrumentId id) { return instruments_[index(id)]; }
    const InstrumentState& of(InstrumentId id) const { return instruments_[index(id)]; }
    bool known(AccountId id) const {
        return static_cast<std::size_t>(id) < settings_.accounts.size();
    }
    bool known(InstrumentId id) const { return index(id) < instruments_.size(); }
    bool known(AssetId id) const { return static_cast<std::size_t>(id) < settings_.assets.size(); }

    // venue_ahead.cpp
    void look_ahead(const Envelope& envelope, const NewOrder& order, unsigned step) const;
    void look_ahead(const Envelope& envelope, const ClientOrderId& request,
                    const ClientOrderId& original, unsigned step) const;

    // venue.cpp
    void run(const CommandBody& body);
    Refusal admit(const Command& command);
    Refusal commit(std::span<const BalanceDelta> deltas);
    void release_all();
    void administer(const Deposit& command);
    void administer(const Withdraw& command);
    void administer(const Transfer& command);
    void administer(const Halt& command);
    void administer(const Resume& command);
    Refusal check_amount(AccountId account, AssetId asset, Int128 amount) const;
    void tell_balance(AccountId account, AssetId asset, Row row);
    void set_state(InstrumentId instrument, MarketState state);

    // venue_orders.cpp: new orders, and what every order is checked for
    void place(const NewOrder& command);
    Refusal place_checked(const NewOrder& command, OrderRecord& order);
    Refusal place_live(OrderRecord& order, const Terms& terms);
    Refusal place_stop(OrderRecord& order);
    OrderIndex accept(const OrderRecord& order);
    void refuse_new(Refusal refusal, const NewOrder& command);
    void ignore(const ClientOrderId& client_id);
    void show_known(Event& event, const ClientOrderId& client_id) const;
    Int128 need_of(const OrderRecord& order, bool kills) const;
    OrderId order_id(std::uint64_t number) const {
        return OrderId{std::uint64_t{settings_.log_number} << 48 |
                       std::uint64_t{settings_.shard} << 40 | number};
    }
    Refusal open_rows(OrderRecord& order);
    Refusal terms_of(const OrderRecord& order, Terms& terms, Price& priced) const;
    Refusal check_caps(const OrderRecord& order, Price priced, const Position& own,
                       const OrderRecord* before) const;
    bool sums_fit(const OrderRecord& order, const Position& own, Quantity given_back) const;
    Refusal check_position(const OrderRecord& order, const Position& own,
                           Quantity given_back) const;

    // venue_matching.cpp: plans, settlement, and what becomes of the rest
    void plan(const OrderRecord& order, const Terms& terms);
    bool satisfied(const OrderRecord& order, const Terms& terms) const;
    void settle(const OrderRecord& order);
    Settled settled_of(const OrderRecord& order, const book::Match& match);
    Int128 hold_of(const OrderRecord& order, Quantity leaves, Int128 due) const;
    Price hold_price(const OrderRecord& order) const;
    void collect_deltas(const OrderRecord& order, const Demand& demand);
    void collect_resting(const book::Match& match, const Settled& settled);
    bool stays(const Terms& terms) const;
    void carry_out(OrderIndex incoming, const Terms& terms);
    void apply_fill(OrderIndex incoming, const book::Match& match, const Settled& settled);
    void apply_self_match(const book::Match& match);
    void finish(OrderIndex incoming, const Terms& terms);
    void rest_in_book(OrderIndex order);
    void count_open(const OrderRecord& order, Quantity change);

    // venue_cancels.cpp
    void cancel(const CancelOrder& command);
    void mass_cancel(const MassCancel& command);
    Refusal check_filter(const MassCancel& command) const;
    void begin_cancelling();
    void go_on_cancelling();
    bool is_to_end(const OrderRecord& order) const;
    OrderIndex next_to_end(OrderIndex order);
    OrderIndex first_of_list();
    bool use_up(const ClientOrderId& client_id, std::uint64_t number);
    void note_expiry(TimeNs time, OrderId order);
    bool is_current(const Expiries::Entry& entry) const;
    void tick();
    void go_on_expiring();
    void begin_day_end();
    void finish_day();
    void end_order(OrderIndex order, EventKind kind, CancelReason reason,
                   const ClientOrderId& request);
    void release_hold(OrderRecord& order);
    void take_out(OrderIndex order);
    void refuse_named(Refusal refusal, const ClientOrderId& request, OrderId named);

    // venue_replace.cpp
    void replace(const ReplaceOrder& command);
    struct Named {
        Refusal refusal = Refusal::none;
        OrderId id{};  ///< if it is known
        OrderIndex order = 0;
    };
    Named find_named(const ClientOrderId& original, const std::optional<OrderId>& order) const;
    Refusal revised(const ReplaceOrder& command, const OrderRecord& before,
                    OrderRecord& after) const;
    Refusal re_place(OrderIndex order, const ReplaceOrder& command, OrderRecord& after);
    Refusal shrink(OrderIndex order, const OrderRecord& after);
    Refusal re_enter(OrderIndex order, const OrderRecord& after, const Terms& terms);
    Refusal re_enter_stop(OrderIndex order, const OrderRecord& after);
    void tell_replaced(OrderIndex order, const OrderRecord& after);

    // venue_stops.cpp
    void go_on();
    void go_on_matching();
    void run_stop(OrderIndex order);
    void match_held(OrderIndex order, Terms terms);
    bool pay_as_far_as_held(const OrderRecord& order);
    OrderIndex running_stop() const;
    void enter_stop(OrderIndex order);
    bool triggers(const OrderRecord& order, Price lowest, Price highest) const;
    void trigger_stops(InstrumentId instrument);
    void wait_in_line(OrderIndex order);
    void set_waiting(OrderIndex order);
    void leave_line(OrderIndex order);
    void make_runnable(InstrumentId instrument);
    void prune_runnable();

    // venue_trades.cpp
    void bust(const BustTrade& command);
    void correct(const CorrectTrade& command);
    bool positions_fit(const TradeRecord& trade, Quantity kept) const;
    bool dues_fit(const TradeRecord& trade, Int128 notional) const;
    void book_side(TradeRecord& trade, Side side, int sign);
    void tell_trade(EventKind kind, const TradeRecord& trade);

    // venue_views.cpp
    OrderIndex find(OrderId order) const;
    OrderView view(const OrderRecord& order) const;
    Event& tell(EventKind kind);
    Event& tell(EventKind kind, const OrderRecord& order);
    void refuse(Refusal refusal, const ClientOrderId& request);
    void tell_level(const book::BookChange& change, InstrumentId instrument);

    // venue_hash.cpp
    void add_rest(PartHash& part) const;
    Uint128 hash_position(Row row) const;
    Uint128 hash_instrument(InstrumentId id) const;

    Venue(const VenueSettings& settings, std::unique_ptr<Ledger> own);

    VenueSettings settings_;
    std::unique_ptr<Ledger> own_ledger_;  // none where it is shared
    Ledger& ledger_;
    Teller teller_;
    PairTable<Position> positions_;
    PairTable<Quantity> position_limits_;
    OrderPool orders_;
    ClientIds client_ids_;
    book::BookSet books_;
    book::BookSet stops_;    // of a stop's price; what triggers first is best
    book::IdTable waiting_;  // orders in neither
    std::vector<InstrumentState> instruments_;
    Expiries expiries_;
    TradeLog trades_;
    Rest rest_;
    std::vector<InstrumentId> runnable_;  // whose waiting stops are to be executed
    std::uint64_t order_count_ = 0;
    std::uint64_t day_begin_ = 0;  // orders before this day
    TimeNs now_;

    // Of the command being executed.
    const Envelope* envelope_ = nullptr;
    log::SerialPoint* point_ = nullptr;
    Outcome* out_ = nullptr;
    book::MatchPlan plan_;
    std::vector<Settled> settled_;
    Paid paid_;  // by the incoming order, all fills together
    std::vector<BalanceDelta> deltas_;
    std::vector<BalanceDelta> releases_;  // of holds that go with their orders
    std::vector<OrderIndex> triggered_;
    Traded traded_;
};

}  // namespace tickweir::txn
