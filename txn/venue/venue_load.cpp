// A venue's state from bytes: each part is checked against the settings and against the parts
// before it, so that whatever is read, nothing is done that the venue could not have done itself.
#include <algorithm>
#include <vector>

#include "txn/venue/settings_state.hpp"
#include "txn/venue/venue.hpp"
#include "txn/venue/venue_state.hpp"

namespace tickweir::txn {

class VenueLoader {
public:
    VenueLoader(Venue& venue, StateReader& in) : venue_{venue}, in_{in} {}

    void run() {
        if (venue_.order_count_ != 0 || venue_.positions_.size() != 0)
            return in_.fail("a state is loaded into a venue that was in use");
        expect(StatePart::head, "no venue begins here");
        if (const auto version = in_.get<std::uint32_t>(); version != venue_state_version)
            in_.fail("the state's version is " + std::to_string(version) + ", known is " +
                     std::to_string(venue_state_version));
        saved_ = check_settings(venue_.settings_, in_);
        get_counters();
        get_instruments();
        get_positions();
        get_orders();
        get_queues();
        get_lines();
        get_rest();
        get_client_ids();
        get_trades();
        expect(StatePart::end, "the state's end is missing");
        in_.expect_end();
    }

private:
    static constexpr std::size_t batch_orders = 32;
    static constexpr std::uint64_t trades_max = std::uint64_t{1} << 62;

    void expect(StatePart part, const char* otherwise) {
        if (in_.get<StatePart>() != part) in_.fail(otherwise);
    }

    // ------------------------------------------------------------------------------ small parts

    void get_counters() {
        expect(StatePart::counters, "no counters begin here");
        venue_.order_count_ = in_.below<std::uint64_t>(ClientIds::no_order, "the count of orders");
        venue_.day_begin_ = in_.below<std::uint64_t>(venue_.order_count_ + 1, "the day's begin");
        venue_.now_ = in_.time();
    }

    void get_instruments() {
        expect(StatePart::instruments, "no instruments begin here");
        for (std::size_t i = 0; i < saved_.instruments && in_.ok(); ++i) {
            InstrumentState& its = venue_.instruments_[i];
            its.state = in_.up_to(MarketState::paused, "an instrument's state");
            its.last = in_.price();
            its.band_reference = in_.price();
            const bool has_begun = in_.flag("whether a band has begun");
            const TimeNs begin = in_.time();
            if (has_begun) its.band_begin = begin;
            its.pause_end = in_.time();
            if (in_.flag("whether fees have a row"))
                its.fee_row = row_of(venue_.settings_.fees.account, its.settings.quote);
        }
    }

    /// The row of a balance that the ledger had.
    Row row_of(AccountId account, AssetId asset) {
        const Row row = venue_.ledger_.row(account, asset);
        if (row == 0) in_.fail("the ledger has no room for a balance that was in use");
        return row;
    }

    void get_positions() {
        expect(StatePart::positions, "no positions begin here");
        const std::size_t count = in_.count(venue_.positions_.limit(), "positions");
        for (std::size_t i = 0; i < count && in_.ok(); ++i) {
            const auto account = get_account();
            const auto instrument = get_instrument();
            const auto rows = in_.below<std::uint8_t>(4, "a position's rows");
            const Row row = venue_.positions_.find_or_add(static_cast<std::uint32_t>(account),
                                                          static_cast<std::uint32_t>(instrument));
            if (row != i + 1) return in_.fail("a position is there twice");
            Position& own = venue_.positions_[row];
            own.cost = in_.wide();
            own.realized = in_.wide();
            own.quantity = in_.quantity();
            const InstrumentSettings& its = venue_.of(instrument).settings;
            if ((rows & base_row_bit) != 0) own.base_row = row_of(account, its.base);
            if ((rows & quote_row_bit) != 0) own.quote_row = row_of(account, its.quote);
        }
    }

    AccountId get_account() {
        return in_.below<AccountId>(venue_.settings_.accounts.size(), "an account");
    }
    SessionId get_session() {
        return in_.below<SessionId>(venue_.settings_.sessions.size(), "a session");
    }
    InstrumentId get_instrument() {
        return in_.below<InstrumentId>(saved_.instruments, "an instrument");
    }

    // ----------------------------------------------------------------------------------- orders

    /// An order that was read, on its way into the books.
    struct Entering {
        OrderRecord order;
        Quantity shown;
        book::Handle level = 0;  ///< that it will probably join
    };

    void get_orders() {
        expect(StatePart::orders, "no orders begin here");
        const std::size_t count = in_.count(venue_.settings_.limits.orders, "open orders");
        OrderId before = venue_.order_id(0);
        for (std::size_t done = 0; done < count && in_.ok();) {
            batch_.resize(std::min(count - done, batch_orders));
            for (Entering& next : batch_) {
                next = get_order();
                if (in_.ok() && (next.order.id <= before ||
                                 next.order.id > venue_.order_id(venue_.order_count_)))
                    in_.fail("an OrderID is out of order");
                before = next.order.id;
            }
            if (!in_.ok()) return;
            look_ahead();
            for (Entering& next : batch_)
                if (in_.ok() && fits(next)) enter(next);
            done += batch_.size();
        }
    }

    /// Nearly all time of entering an order is waiting for memory: what a batch of them will touch
    /// is asked for step by step.
    void look_ahead() {
        const book::BookSet& books = venue_.books_;
        for (const auto& [order, shown, level] : batch_) {
            venue_.positions_.prefetch(static_cast<std::uint32_t>(order.account),
                                       static_cast<std::uint32_t>(order.instrument));
            books.prefetch_index(order.instrument, order.id);
        }
        for (const auto& [order, shown, level] : batch_) {
            venue_.positions_.prefetch_row(static_cast<std::uint32_t>(order.account),
                                           static_cast<std::uint32_t>(order.instrument));
            books.prefetch_order(order.instrument, order.id, order.side);
        }
        for (auto& [order, shown, level] : batch_)
            level = books.prefetch_price(order.instrument, order.id, order.side, order.price);
        for (auto& [order, shown, level] : batch_)
            if (level == 0)
                level = books.prefetch_far_price(order.instrument, order.side, order.price);
        for (auto& [order, shown, level] : batch_)
            if (level == 0)
                level = books.prefetch_any_price(order.instrument, order.side, order.price);
        for (const auto& [order, shown, level] : batch_)
            if (level != 0) books.prefetch_tail(level);
    }

    Entering get_order() {
        Entering next{};
        OrderRecord& order = next.order;
        order.id = in_.get<OrderId>();
        order.session = get_session();
        order.account = get_account();
        order.instrument = get_instrument();
        const auto bits = in_.below<std::uint16_t>(order_bits, "an order's bits");
        order.side = (bits & side_bit) != 0 ? Side::sell : Side::buy;
        order.post_only = (bits & post_only_bit) != 0;
        order.is_stop = (bits & stop_bit) != 0;
        order.triggered = (bits & triggered_bit) != 0;
        order.waiting = (bits & waiting_bit) != 0;
        order.type = in_.up_to(OrderType::stop_limit, "an order's type");
        order.time_in_force = in_.up_to(TimeInForce::gtd, "a time in force");
        order.self_trade = in_.up_to(SelfTrade::cancel_both, "a self-trade mode");
        order.price = in_.price();
        order.stop_price = in_.price();
        order.quantity = in_.quantity();
        order.filled = in_.quantity();
        order.leaves = in_.quantity();
        order.display = in_.quantity();
        next.shown = in_.quantity();
        order.notional = in_.wide();
        order.due = in_.wide();
        order.held = in_.wide();
        order.expiry = in_.time();
        order.client_id = in_.client_id();
        return next;
    }

    bool fits(Entering& next) {
        auto& [order, shown, level] = next;
        order.position_row = venue_.positions_.find(static_cast<std::uint32_t>(order.account),
                                                    static_cast<std::uint32_t>(order.instrument));
        const Position& own = venue_.positions_[order.position_row];
        const bool in_book = !order.is_stop && !order.waiting;
        if (order.position_row == 0 || own.base_row == 0 || own.quote_row == 0)
            in_.fail("an order's account has no position that it could change");
        else if (order.leaves.lots <= 0 || (order.is_stop && order.waiting) ||
                 (in_book && (shown.lots <= 0 || shown > order.leaves)))
            in_.fail("an order has nothing open, or shows more than that, or is in two places");
        else if (order.display.lots < 0 ||
                 (in_book && order.display.lots == 0 && shown != order.leaves))
            in_.fail("an order shows another part than it should");
        else if (order.type == OrderType::stop && order.side == Side::buy &&
                 saved_.collar_changed[Venue::index(order.instrument)])
            in_.fail("the settings are others: the collar of instrument " +
                     std::to_string(Venue::index(order.instrument)) +
                     ", by which an open stop holds money, is another");
        return in_.ok();
    }

    void enter(Entering& next) {
        auto& [order, shown, level] = next;
        order.held_row = venue_.positions_[order.position_row].held_row(order.side);
        if (!count_open(order)) return in_.fail("the sum of open quantities is beyond 64 bits");
        if (!venue_.orders_.ready() || !venue_.waiting_.ready())
            return in_.fail("there is no memory left for open orders");
        const OrderIndex index = venue_.orders_.add(order);
        if (order.time_in_force == TimeInForce::gtd) venue_.expiries_.add(order.expiry, order.id);
        if (order.waiting) return venue_.waiting_.insert(order.id, index);
        const auto owner = static_cast<book::Participant>(index);
        const book::BookChange change =
            order.is_stop
                ? venue_.stops_.add(order.instrument, order.id, book::opposite(order.side),
                                    order.stop_price, order.leaves, owner)
                : venue_.books_.add(order.instrument, order.id, order.side, order.price, shown,
                                    owner);
        if (!change.ok())
            in_.fail("an order's book refuses it: " + std::string{to_string(change.status)});
    }

    /// What is open of an account and of all, with this order; false if it does not fit.
    bool count_open(const OrderRecord& order) {
        Quantity& all = venue_.of(order.instrument).open[static_cast<std::size_t>(order.side)];
        Position& own = venue_.positions_[order.position_row];
        const auto side = static_cast<Side>(order.side);
        if (__builtin_add_overflow(all.lots, order.leaves.lots, &all.lots)) return false;
        own.open(side) = own.open(side) + order.leaves;  // less than all
        return true;
    }

    void get_queues() {
        expect(StatePart::queues, "no queues begin here");
        for (OrderId id = in_.get<OrderId>(); id != OrderId{0}; id = in_.get<OrderId>()) {
            const book::OrderSlot* const slot = venue_.books_.find_order(id);
            if (slot == nullptr) return in_.fail("an order is moved that is in no book");
            const OrderRecord& order = venue_.orders_[Venue::resting(*slot)];
            const book::BookChange change =
                venue_.books_.replace(order.instrument, id, id, order.price, slot->open);
            if (!change.ok()) return in_.fail("an order cannot be moved in its queue");
        }
    }

    // ------------------------------------------------------------------------- what is to be done

    void get_lines() {
        expect(StatePart::lines, "no lines begin here");
        for (std::size_t i = 0; i < saved_.instruments && in_.ok(); ++i)
            get_line(InstrumentId{static_cast<std::uint32_t>(i)});
        std::ranges::sort(in_lines_);
        if (std::ranges::adjacent_find(in_lines_) != in_lines_.end())
            in_.fail("an order stands in line twice");
        const std::size_t count = in_.count(saved_.instruments, "instruments to be run");
        for (std::size_t i = 0; i < count && in_.ok(); ++i) {
            const InstrumentId instrument = get_instrument();
            if (!in_.ok()) return;
            const InstrumentState& its = venue_.of(instrument);
            if (its.waiting.empty() || its.state != MarketState::trading ||
                std::ranges::find(venue_.runnable_, instrument) != venue_.runnable_.end())
                return in_.fail("an instrument is to be run that has no line, or twice");
            venue_.runnable_.push_back(instrument);
        }
    }

    void get_line(InstrumentId instrument) {
        InstrumentState& its = venue_.of(instrument);
        for (OrderId id = in_.get<OrderId>(); id != OrderId{0}; id = in_.get<OrderId>()) {
            const OrderIndex index = venue_.waiting_.find(id);
            if (index == 0 || venue_.orders_[index].instrument != instrument ||
                its.waiting.size() == venue_.orders_.live())
                return in_.fail("an order stands in line that does not wait there");
            its.waiting.push_back(index);
            in_lines_.push_back(index);
        }
    }

    void get_rest() {
        expect(StatePart::rest, "nothing that is pending begins here");
        Venue::Rest& rest = venue_.rest_;
        rest.affected = in_.get<std::uint64_t>();
        using Kind = Venue::Rest::Kind;
        const Kind kind = in_.up_to(Kind::expiry, "what is pending");
        if (kind != Kind::none) get_rest(kind);
        const std::size_t half_done = kind == Kind::incoming ? 1 : 0;
        if (in_.ok() && venue_.waiting_.size() != in_lines_.size() + half_done)
            in_.fail("an order waits for nothing");
    }

    void get_rest(Venue::Rest::Kind kind) {
        using Kind = Venue::Rest::Kind;
        Venue::Rest& rest = venue_.rest_;
        rest.kind = kind;
        const auto order = in_.get<OrderId>();
        rest.order = order == OrderId{0} ? 0 : venue_.find(order);
        rest.session = get_session();
        rest.time = in_.time();
        rest.ends_day = in_.flag("whether the day ends");
        rest.list = get_session();
        rest.terms.limit = in_.price();
        rest.terms.min_quantity = in_.quantity();
        rest.terms.whole = in_.flag("whether an order is fill or kill");
        rest.terms.immediate = in_.flag("whether an order is immediate");
        rest.terms.rest_reason = in_.up_to(CancelReason::collar, "a reason");
        MassCancel& filter = rest.filter;
        filter.client_id = in_.client_id();
        get_optional(filter.session, venue_.settings_.sessions.size(), "a session");
        get_optional(filter.account, venue_.settings_.accounts.size(), "an account");
        get_optional(filter.instrument, venue_.settings_.instruments.size(), "an instrument");
        get_optional(filter.side, 2, "a side");
        filter.keep_long_lived = in_.flag("whether long-lived orders stay");
        const bool waits = std::ranges::binary_search(in_lines_, rest.order);
        if (kind == Kind::incoming &&
            (rest.order == 0 || waits || !venue_.orders_[rest.order].waiting))
            in_.fail("the order that is half done is not there");
        if (kind == Kind::cancels && rest.order == 0)
            in_.fail("the order that is to be cancelled next is not there");
    }

    template <class T>
    void get_optional(std::optional<T>& value, std::size_t end, const char* what) {
        const bool given = in_.flag(what);
        const T number = in_.below<T>(given ? end : 1, what);
        if (given) value = number;
    }

    // ---------------------------------------------------------------------------------- the day's

    void get_client_ids() {
        expect(StatePart::client_ids, "no client ids begin here");
        const std::size_t count = in_.count(venue_.client_ids_.limit(), "client ids");
        for (std::size_t i = 0; i < count && in_.ok(); ++i) {
            const auto first = in_.get<std::uint64_t>();
            const auto rest = in_.get<std::uint64_t>();
            const std::uint64_t number = ClientIds::number_of(rest);
            const bool known = number <= venue_.order_count_ || number == ClientIds::no_order;
            if (in_.ok() && (!known || !venue_.client_ids_.restore(first, rest)))
                in_.fail("a client's id is there twice, or of an order that never was");
        }
    }

    void get_trades() {
        expect(StatePart::trades, "no trades begin here");
        const auto count = in_.below<std::uint64_t>(trades_max, "the count of trades");
        const auto forgotten = in_.below<std::uint64_t>(count + 1, "the count of trades forgotten");
        const std::size_t known =
            in_.count(std::min<std::uint64_t>(count - forgotten, venue_.trades_.limit()), "trades");
        if (!in_.ok()) return;
        venue_.trades_.restore(count, forgotten);
        for (std::uint64_t number = count - known + 1; number <= count && in_.ok(); ++number) {
            TradeRecord trade{};
            trade.id = TradeId{number};
            trade.instrument = get_instrument();
            trade.busted = in_.flag("whether a trade was busted");
            trade.price = in_.price();
            trade.quantity = in_.quantity();
            get_side(trade.buyer, trade.instrument);
            get_side(trade.seller, trade.instrument);
            if (in_.ok()) venue_.trades_.set(trade);
        }
    }

    void get_side(TradeSide& side, InstrumentId instrument) {
        side.order = in_.get<OrderId>();
        side.due = in_.wide();
        side.fee = in_.wide();
        side.account = get_account();
        side.session = get_session();
        side.is_maker = in_.flag("whether a side was the maker");
        side.position_row = venue_.positions_.find(static_cast<std::uint32_t>(side.account),
                                                   static_cast<std::uint32_t>(instrument));
        if (in_.ok() && side.position_row == 0)
            in_.fail("a trade's account has no position that it changed");
    }

    Venue& venue_;
    StateReader& in_;
    SavedSettings saved_;
    std::vector<Entering> batch_;
    std::vector<OrderIndex> in_lines_;
};

std::string Venue::load(StateReader& reader) {
    VenueLoader{*this, reader}.run();
    return reader.fault();
}

}  // namespace tickweir::txn
