// From a plan of matches to what both sides pay and hold, and to books and reports.
#include "book/ensure.hpp"
#include "txn/venue/venue.hpp"

namespace tickweir::txn {
namespace {

/// Orders as the book names them: by the number of their record.
struct RecordOwners {
    const OrderPool& orders;

    std::uint32_t owner(book::Participant resting) const {
        return static_cast<std::uint32_t>(orders[index(resting)].account);
    }
    Quantity hidden(book::Participant resting, Quantity shown) const {
        return orders[index(resting)].leaves - shown;
    }
    Quantity display(book::Participant resting) const { return orders[index(resting)].display; }

    static OrderIndex index(book::Participant resting) { return static_cast<OrderIndex>(resting); }
};

book::SelfMatch self_match_of(SelfTrade wish) {
    switch (wish) {
        case SelfTrade::cancel_incoming:
            return book::SelfMatch::cancel_incoming;
        case SelfTrade::cancel_resting:
            return book::SelfMatch::cancel_resting;
        case SelfTrade::cancel_both:
            break;
    }
    return book::SelfMatch::cancel_both;
}

}  // namespace

void Venue::plan(const OrderRecord& order, const Terms& terms) {
    const PriceRange band = of(order.instrument).band(now_);
    const book::Incoming incoming{.instrument = order.instrument,
                                  .side = order.side,
                                  .limit = terms.limit,
                                  .quantity = order.leaves,
                                  .owner = static_cast<std::uint32_t>(order.account),
                                  .self_match = self_match_of(order.self_trade),
                                  .lowest = band.lowest,
                                  .highest = band.highest,
                                  .effects_max = settings_.limits.effects};
    book::plan_matches(books_, RecordOwners{orders_}, incoming, plan_);
}

/// Whether the plan fills what has to be filled at once.
bool Venue::satisfied(const OrderRecord& order, const Terms& terms) const {
    if (terms.whole && plan_.left.lots != 0) return false;
    return order.leaves - plan_.left >= terms.min_quantity;
}

/// Works out what each match means for both sides. Reads only.
void Venue::settle(const OrderRecord& order) {
    settled_.clear();
    paid_ = {};
    paid_.due = order.due;
    for (const book::Match& match : plan_.matches)
        settled_.push_back(settled_of(order, match));
}

Settled Venue::settled_of(const OrderRecord& order, const book::Match& match) {
    const OrderRecord& resting = orders_[static_cast<OrderIndex>(match.resting)];
    const InstrumentState& its = of(order.instrument);
    const bool first = match.earlier == book::Match::none;
    const Settled* const before = first ? nullptr : &settled_[match.earlier];
    Settled after;
    after.held_before = first ? resting.held : before->held_after;
    if (match.is_cancel) return after;
    const Int128 due_before = first ? resting.due : before->due_after;
    after.notional = its.notional(match.price, match.quantity);
    after.leaves_after = (first ? resting.leaves : before->leaves_after) - match.quantity;
    after.due_after = due_before + its.fees.due(after.notional, true);
    after.resting_fee = its.fees.rounded(after.due_after) - its.fees.rounded(due_before);
    after.held_after = hold_of(resting, after.leaves_after, after.due_after);
    const Int128 own_before = paid_.due;
    paid_.due += its.fees.due(after.notional, false);
    after.incoming_fee = its.fees.rounded(paid_.due) - its.fees.rounded(own_before);
    paid_.quantity = paid_.quantity + match.quantity;
    paid_.notional += after.notional;
    paid_.raw_notional += Int128{match.price.ticks} * match.quantity.lots;
    paid_.own_fee += after.incoming_fee;
    paid_.fees += after.incoming_fee + after.resting_fee;
    return after;
}

/// What an order holds with so much left of it, and so much due for its fills.
Int128 Venue::hold_of(const OrderRecord& order, Quantity leaves, Int128 due) const {
    const InstrumentState& its = of(order.instrument);
    if (order.side == Side::sell) return order.type == OrderType::market ? 0 : its.amount(leaves);
    const Int128 notional = its.notional(hold_price(order), leaves);
    return notional + its.fees.rounded(due + its.fees.due_at_most(notional)) -
           its.fees.rounded(due);
}

/// The price at which a buy is counted; 0 of a market order, which holds nothing.
Price Venue::hold_price(const OrderRecord& order) const {
    if (order.type == OrderType::market) return {};
    if (order.type != OrderType::stop) return order.price;
    const InstrumentState& its = of(order.instrument);
    return its.settings.collar_millionths == 0 ? order.stop_price
                                               : its.collared(Side::buy, order.stop_price);
}

/// Whether an order still holds something when the plan is carried out.
bool Venue::stays(const Terms& terms) const {
    if (plan_.left.lots == 0) return false;
    if (plan_.end == book::MatchEnd::effects) return true;
    const bool rests = plan_.end == book::MatchEnd::no_more || plan_.end == book::MatchEnd::limit;
    return rests && !terms.immediate;
}

/// All changes of balances that the plan causes.
void Venue::collect_deltas(const OrderRecord& order, const Demand& demand) {
    deltas_.clear();
    const InstrumentState& its = of(order.instrument);
    const Position& own = positions_[order.position_row];
    const bool buys = order.side == Side::buy;
    const Int128 base = its.amount(paid_.quantity);
    const Int128 held = demand.held_after - order.held;
    const BalanceDelta quote{own.quote_row,
                             (buys ? -paid_.notional : paid_.notional) - paid_.own_fee};
    const BalanceDelta traded{own.base_row, buys ? base : -base};
    deltas_.push_back(buys ? quote : traded);
    deltas_.back().held = held;
    deltas_.back().need = demand.need;
    deltas_.back().given_back = order.held;
    deltas_.push_back(buys ? traded : quote);
    for (std::size_t i = 0; i < plan_.matches.size(); ++i)
        collect_resting(plan_.matches[i], settled_[i]);
    if (paid_.fees != 0) deltas_.push_back({its.fee_row, paid_.fees});
}

void Venue::collect_resting(const book::Match& match, const Settled& settled) {
    const OrderRecord& resting = orders_[static_cast<OrderIndex>(match.resting)];
    const Position& own = positions_[resting.position_row];
    const Int128 released = settled.held_after - settled.held_before;
    if (match.is_cancel) {
        deltas_.push_back({resting.held_row, 0, -settled.held_before});
        return;
    }
    const Int128 amount = of(resting.instrument).amount(match.quantity);
    if (resting.side == Side::buy) {
        deltas_.push_back({own.quote_row, -settled.notional - settled.resting_fee, released});
        deltas_.push_back({own.base_row, amount});
    } else {
        deltas_.push_back({own.base_row, -amount, released});
        deltas_.push_back({own.quote_row, settled.notional - settled.resting_fee});
    }
}

/// What was committed happens to the book, the orders and the world.
void Venue::carry_out(OrderIndex incoming, const Terms& terms) {
    of(orders_[incoming].instrument).roll_band(now_);
    for (std::size_t i = 0; i < plan_.matches.size(); ++i) {
        if (plan_.matches[i].is_cancel)
            apply_self_match(plan_.matches[i]);
        else
            apply_fill(incoming, plan_.matches[i], settled_[i]);
    }
    const InstrumentId instrument = orders_[incoming].instrument;
    finish(incoming, terms);
    if (traded_.any) trigger_stops(instrument);
}

void Venue::apply_fill(OrderIndex incoming, const book::Match& match, const Settled& settled) {
    const auto resting_index = static_cast<OrderIndex>(match.resting);
    OrderRecord& resting = orders_[resting_index];
    OrderRecord& own = orders_[incoming];
    InstrumentState& its = of(own.instrument);
    const Int128 raw = Int128{match.price.ticks} * match.quantity.lots;

    const book::BookChange change = books_.execute(own.instrument, match.order, match.quantity);
    tell_level(change, own.instrument);
    resting.filled = resting.filled + match.quantity;
    resting.leaves = settled.leaves_after;
    resting.notional += raw;
    resting.due = settled.due_after;
    resting.held = settled.held_after;
    own.filled = own.filled + match.quantity;
    own.leaves = own.leaves - match.quantity;
    own.notional += raw;
    const Int128 own_due = its.fees.due(settled.notional, false);
    own.due += own_due;
    positions_[resting.position_row].take(resting.side, match.quantity, settled.notional);
    positions_[own.position_row].take(own.side, match.quantity, settled.notional);
    count_open(resting, Quantity{} - match.quantity);
    count_open(own, Quantity{} - match.quantity);
    its.traded(match.price, now_);
    traded_.lowest = traded_.any ? std::min(traded_.lowest, match.price) : match.price;
    traded_.highest = traded_.any ? std::max(traded_.highest, match.price) : match.price;
    traded_.any = true;

    TradeRecord& trade = trades_.add();
    trade.instrument = own.instrument;
    trade.price = match.price;
    trade.quantity = match.quantity;
    const auto side_of = [](const OrderRecord& order, Int128 due, Int128 fee, bool is_maker) {
        return TradeSide{order.id,           due,     fee, order.account, order.session,
                         order.position_row, is_maker};
    };
    const Int128 resting_due = its.fees.due(settled.notional, true);
    const bool buys = own.side == Side::buy;
    (buys ? trade.seller : trade.buyer) = side_of(resting, resting_due, settled.resting_fee, true);
    (buys ? trade.buyer : trade.seller) = side_of(own, own_due, settled.incoming_fee, false);

    const FillView fill{trade.id, match.price, match.quantity, settled.resting_fee, true};
    Event& makers = tell(EventKind::filled, resting);
    makers.fill = fill;
    if (resting.leaves.lots == 0) makers.order.status = OrderStatus::filled;
    Event& takers = tell(EventKind::filled, own);
    takers.fill = fill;
    takers.fill.fee = settled.incoming_fee;
    takers.fill.is_maker = false;
    if (own.leaves.lots == 0) takers.order.status = OrderStatus::filled;

    if (resting.leaves.lots == 0) {
        orders_.remove(resting_index);
    } else if (change.left.lots == 0) {
        // What is shown is used up: the next part stands at the end of the level.
        tell_level(books_.add(resting.instrument, resting.id, resting.side, resting.price,
                              std::min(resting.display, resting.leaves), match.resting),
                   resting.instrument);
    }
}

void Venue::apply_self_match(const book::Match& match) {
    const auto index = static_cast<OrderIndex>(match.resting);
    orders_[index].held = 0;  // the commit has released it
    end_order(index, EventKind::cancelled, CancelReason::self_trade, {});
}

/// What becomes of an incoming order when its matches are done.
void Venue::finish(OrderIndex incoming, const Terms& terms) {
    OrderRecord& order = orders_[incoming];
    const bool was_waiting = order.waiting;
    if (order.leaves.lots == 0) {
        if (was_waiting) take_out(incoming);
        orders_.remove(incoming);
        return;
    }
    const auto ends = [&](CancelReason reason) {
        end_order(incoming, EventKind::cancelled, reason, {});
    };
    const InstrumentId instrument = order.instrument;
    switch (plan_.end) {
        case book::MatchEnd::filled:
        case book::MatchEnd::no_more:
        case book::MatchEnd::limit:
            if (terms.immediate) return ends(terms.rest_reason);
            if (was_waiting) take_out(incoming);
            return rest_in_book(incoming);
        case book::MatchEnd::self_match:
            return ends(CancelReason::self_trade);
        case book::MatchEnd::band:
            ends(CancelReason::price_band);
            return set_state(instrument, MarketState::paused);
        case book::MatchEnd::effects:
            if (!was_waiting) set_waiting(incoming);
            rest_ = {};
            rest_.kind = Rest::Kind::incoming;
            rest_.order = incoming;
            rest_.terms = terms;
            return;
    }
}

void Venue::rest_in_book(OrderIndex index) {
    const OrderRecord& order = orders_[index];
    const Quantity shown =
        order.display.lots == 0 ? order.leaves : std::min(order.display, order.leaves);
    const book::BookChange change = books_.add(order.instrument, order.id, order.side, order.price,
                                               shown, static_cast<book::Participant>(index));
    book::ensure(change.ok());
    tell_level(change, order.instrument);
}

}  // namespace tickweir::txn
