// Matching of the naive venue: a plan on a copy of the book, then its effects one by one.
#include <algorithm>
#include <limits>

#include "tests/support/naive_venue.hpp"

namespace tickweir::tests {

using txn::CancelReason;
using txn::EventKind;
using txn::MarketState;
using txn::OrderStatus;
using txn::OrderType;
using txn::Price;
using txn::Quantity;
using txn::Refusal;
using txn::SelfTrade;
using txn::Side;
using txn::TimeInForce;

namespace {

constexpr Int128 millionths = 1'000'000;

std::int64_t book_key(Side side, Price price) {
    return side == Side::buy ? -price.ticks : price.ticks;
}
Price price_of(Side side, std::int64_t key) {
    return {side == Side::buy ? -key : key};
}

}  // namespace

// ------------------------------------------------------------------- references and bounds

std::optional<Price> NaiveVenue::reference(const Market& market) const {
    if (market.last_trade) return market.last_trade;
    if (market.settings.reference.ticks > 0) return market.settings.reference;
    return std::nullopt;
}

/// The highest price of a buy or the lowest of a sell, given what both are measured from.
Price NaiveVenue::collared(const Market& market, Side side, Price reference) {
    const Int128 tick = market.settings.tick.ticks;
    const Int128 collar = market.settings.collar_millionths;
    const Int128 factor = side == Side::buy ? millionths + collar : millionths - collar;
    const Int128 step = tick * millionths;  // a tick, in millionths of a unit of price
    const Int128 exact = reference.ticks * factor;
    if (side == Side::sell) {
        const Int128 up = exact <= 0 ? Int128{0} : (exact + step - 1) / step * tick;
        return {static_cast<std::int64_t>(std::max(up, tick))};
    }
    const Int128 most = std::numeric_limits<std::int64_t>::max() / tick * tick;
    return {static_cast<std::int64_t>(std::min(exact / step * tick, most))};
}

/// The band as it is for what is matched now.
NaiveVenue::BandWindow NaiveVenue::rolled_band(const Market& market) const {
    BandWindow band = market.band;
    if (!band.reference) return band;
    if (!band.begin) {
        band.begin = now_;
    } else if (now_ >= *band.begin + market.settings.band_window) {
        band.begin = now_;
        if (market.last_trade) band.reference = market.last_trade;
    }
    return band;
}

bool NaiveVenue::outside_band(const Market& market, const BandWindow& band, Price price) {
    const Int128 width = market.settings.band_millionths;
    if (width == 0 || !band.reference) return false;
    const Int128 here = Int128{price.ticks} * millionths;
    const Int128 center = band.reference->ticks;
    return here < center * (millionths - width) || here > center * (millionths + width);
}

// -------------------------------------------------------------------------------------- plan

/// What a fill costs the incoming order if it buys, `due` before it.
Int128 NaiveVenue::buyers_cost(const Market& market, Price price, Quantity quantity,
                               const Int128& due) const {
    const unsigned decimals = market.settings.price_decimals + market.settings.quantity_decimals;
    return Int128{price.ticks} * quantity.lots * ten_to(18 - decimals) +
           fee_of(market, due + due_of(false, price, quantity)) - fee_of(market, due);
}

/// The first order of a level has traded; with `leaves` it shows its next part behind the others.
void NaiveVenue::use_up_head(BookSide& book, BookSide::iterator level, Quantity quantity,
                             Quantity leaves, Quantity display) {
    Resting head = level->second.front();
    head.shown = head.shown - quantity;
    level->second.pop_front();
    if (head.shown.lots > 0) {
        level->second.push_front(head);
    } else if (leaves.lots > 0) {
        head.shown = std::min(display, leaves);
        level->second.push_back(head);
    }
    if (level->second.empty()) book.erase(level);
}

/// What would happen to what is left of `incoming`, on a copy of the other side's book: all of it,
/// or one effect more than a command may have, for an iceberg of a million million lots may show
/// them one by one.
NaiveVenue::Plan NaiveVenue::plan(const Order& incoming) const {
    const Market& market = market_of(incoming.view.instrument);
    const Side other = opposite(incoming.view.side);
    BookSide book = market.sides[index(other)];
    const BandWindow band = rolled_band(market);
    std::map<txn::OrderId, Quantity> left;  // of resting orders that were met
    Quantity wanted = incoming.view.leaves;
    Int128 due = incoming.due;
    Int128 spent = 0;
    Plan plan;
    const auto ends = [&plan](PlanEnd end) {
        plan.end = end;
        return plan;
    };

    while (wanted.lots > 0 && plan.effects.size() <= settings_.limits.effects) {
        if (book.empty()) return ends(PlanEnd::book);
        const auto level = book.begin();
        const Price price = price_of(other, level->first);
        if (incoming.limit && better(other, *incoming.limit, price)) return ends(PlanEnd::limit);
        if (outside_band(market, band, price)) return ends(PlanEnd::band);
        const Resting head = level->second.front();
        const Order& resting = orders_.at(head.order);

        if (resting.view.account == incoming.view.account) {
            if (incoming.self_trade == SelfTrade::cancel_incoming) return ends(PlanEnd::self_trade);
            plan.effects.push_back({head.order, price, {}, 0});
            if (incoming.self_trade == SelfTrade::cancel_both) return ends(PlanEnd::self_trade);
            level->second.pop_front();
            if (level->second.empty()) book.erase(level);
            continue;
        }
        const Quantity quantity = std::min(wanted, head.shown);
        const Int128 cost = buyers_cost(market, price, quantity, due);
        if (incoming.budget && spent + cost > *incoming.budget) return ends(PlanEnd::funds);
        due += due_of(false, price, quantity);
        spent += cost;
        plan.effects.push_back({head.order, price, quantity, cost});

        wanted = wanted - quantity;
        const auto [entry, is_first] = left.try_emplace(head.order, resting.view.leaves);
        entry->second = entry->second - quantity;
        use_up_head(book, level, quantity, entry->second, resting.view.display);
    }
    return plan;
}

/// What FOK or a minimum quantity say to a plan: N effects have to do.
NaiveVenue::AtOnce NaiveVenue::at_once(const Order& order, const Plan& plan) const {
    const bool whole = order.view.time_in_force == TimeInForce::fok;
    Quantity missing = whole ? order.view.leaves : order.min_quantity;
    std::size_t effects = 0;
    for (const Effect& effect : plan.effects) {
        if (missing.lots <= 0) break;
        if (effects == settings_.limits.effects) return AtOnce::too_many;
        missing = missing - effect.quantity;
        ++effects;
    }
    return missing.lots <= 0 ? AtOnce::reached : AtOnce::fails;
}

// ------------------------------------------------------------------------------------- match

/// Whether a balance would be beyond what balances may be if the order were matched now: tried out
/// on a copy, where one is near that at all.
bool NaiveVenue::match_overflows(const Order& order) const {
    const auto is_large = [](const auto& row) { return magnitude(row.second) > ten_to(36); };
    if (is_trial_ || std::none_of(totals_.begin(), totals_.end(), is_large)) return false;
    NaiveVenue trial{*this};
    txn::Outcome unheard;
    trial.is_trial_ = true;
    trial.out_ = &unheard;
    if (trial.open_.contains(order.view.order))
        trial.take_out_of_book(trial.orders_.at(order.view.order));
    trial.open_.insert(order.view.order);
    trial.match(trial.orders_[order.view.order] = order);
    return std::any_of(trial.totals_.begin(), trial.totals_.end(), [this](const auto& row) {
        const auto before = totals_.find(row.first);
        return goes_beyond(before == totals_.end() ? 0 : before->second, row.second);
    });
}

/// Up to N effects of what is left of an open order that is not in the book.
void NaiveVenue::match(Order& incoming) {
    const Plan plan = this->plan(incoming);
    Market& market = market_of(incoming.view.instrument);
    market.band = rolled_band(market);
    const txn::OrderView& view = incoming.view;
    const bool pays = view.type == OrderType::market && view.side == Side::buy &&
                      view.account != settings_.fees.account;
    if (pays && cost_of_first(plan) > 0 &&
        cost_of_first(plan) > available(view.account, market.settings.quote))
        return cancel(incoming, CancelReason::funds);
    if (match_overflows(incoming)) return cancel(incoming, CancelReason::funds);
    const std::size_t most = settings_.limits.effects;
    const std::size_t count = std::min(most, plan.effects.size());
    for (std::size_t i = 0; i < count; ++i) {
        if (plan.effects[i].quantity.lots > 0)
            apply_fill(incoming, plan.effects[i]);
        else
            cancel(orders_.at(plan.effects[i].resting), CancelReason::self_trade);
    }
    if (incoming.view.leaves.lots == 0) return;
    // A match that cannot be paid is one more, as far as the bound is concerned.
    const bool meets_more = plan.end == PlanEnd::funds && count == most;
    if (count < plan.effects.size() || meets_more) {
        work_ = RestOfOrder{incoming.view.order};
        if (incoming.budget) incoming.budget = hold_of(incoming);
        return;
    }
    finish_rest(incoming, plan.end);
}

/// Of the effects of one command.
Int128 NaiveVenue::cost_of_first(const Plan& plan) const {
    Int128 cost = 0;
    for (std::size_t i = 0; i < plan.effects.size() && i < settings_.limits.effects; ++i)
        cost += plan.effects[i].cost;
    return cost;
}

void NaiveVenue::finish_rest(Order& incoming, PlanEnd end) {
    const txn::OrderView& view = incoming.view;
    Market& market = market_of(view.instrument);
    switch (end) {
        case PlanEnd::filled:
            return;
        case PlanEnd::self_trade:
            return cancel(incoming, CancelReason::self_trade);
        case PlanEnd::funds:
            return cancel(incoming, CancelReason::funds);
        case PlanEnd::band:
            cancel(incoming, CancelReason::price_band);
            market.pause_end = now_ + market.settings.pause;
            return set_state(view.instrument, MarketState::paused);
        case PlanEnd::book:
        case PlanEnd::limit:
            break;
    }
    const bool has_limit = view.type == OrderType::limit || view.type == OrderType::stop_limit;
    const bool stays =
        view.time_in_force != TimeInForce::ioc && view.time_in_force != TimeInForce::fok;
    if (has_limit && stays) return rest(incoming);
    const bool at_collar = view.type == OrderType::stop && end == PlanEnd::limit;
    cancel(incoming, at_collar ? CancelReason::collar : CancelReason::unfilled);
}

void NaiveVenue::apply_fill(Order& incoming, const Effect& effect) {
    Order& resting = orders_.at(effect.resting);
    Market& market = market_of(incoming.view.instrument);
    const txn::TradeId id{++last_trade_};

    Trade trade;
    trade.instrument = incoming.view.instrument;
    trade.price = effect.price;
    trade.quantity = effect.quantity;
    trade.maker = resting.view.side;
    trade.orders[index(resting.view.side)] = resting.view.order;
    trade.orders[index(incoming.view.side)] = incoming.view.order;
    for (Order* const order : {&resting, &incoming})
        order->view.leaves = order->view.leaves - effect.quantity;
    const txn::FillView made = fill_side(resting, id, effect.price, effect.quantity, true);
    const txn::FillView taken = fill_side(incoming, id, effect.price, effect.quantity, false);
    trade.fees[index(resting.view.side)] = made.fee;
    trade.fees[index(incoming.view.side)] = taken.fee;
    settle(trade, 1, trade.fees);
    if (incoming.budget) *incoming.budget -= effect.cost;
    trades_[id] = trade;
    std::erase_if(trades_, [this](const auto& known) {
        return std::uint64_t(known.first) + settings_.limits.trades <= last_trade_;
    });
    market.last_trade = effect.price;
    if (!market.band.reference) market.band = {effect.price, now_};
    const auto [traded, is_first] =
        traded_.try_emplace(trade.instrument, Extremes{effect.price, effect.price});
    traded->second.lowest = std::min(traded->second.lowest, effect.price);
    traded->second.highest = std::max(traded->second.highest, effect.price);

    use_up(resting, effect.quantity);
    for (Order* const order : {&resting, &incoming}) {
        if (order->view.leaves.lots == 0) close(*order, OrderStatus::filled);
        tell_order(EventKind::filled, *order);
        out_->events.back().fill = order == &resting ? made : taken;
    }
}

// -------------------------------------------------------------------------------------- book

/// At the end of its level's queue.
void NaiveVenue::rest(const Order& order) {
    const txn::OrderView& view = order.view;
    const Quantity shown =
        view.display.lots > 0 ? std::min(view.display, view.leaves) : view.leaves;
    BookSide& book = market_of(view.instrument).sides[index(view.side)];
    book[book_key(view.side, view.price)].push_back({view.order, shown});
    tell_level(view.instrument, view.side, view.price);
}

void NaiveVenue::take_out_of_book(const Order& order) {
    const txn::OrderView& view = order.view;
    BookSide& book = market_of(view.instrument).sides[index(view.side)];
    const auto level = book.find(book_key(view.side, view.price));
    if (level == book.end()) return;
    const auto is_it = [&](const Resting& one) { return one.order == view.order; };
    if (level->second.remove_if(is_it) == 0) return;
    if (level->second.empty()) book.erase(level);
    tell_level(view.instrument, view.side, view.price);
}

/// `resting` is at the head of its queue; its leaves are what it has after the fill.
void NaiveVenue::use_up(const Order& resting, Quantity quantity) {
    const txn::OrderView& view = resting.view;
    BookSide& book = market_of(view.instrument).sides[index(view.side)];
    const auto level = book.find(book_key(view.side, view.price));
    use_up_head(book, level, quantity, view.leaves, view.display);
    tell_level(view.instrument, view.side, view.price);
}

void NaiveVenue::tell_level(txn::InstrumentId instrument, Side side, Price price) {
    book::Level level{price, {}, 0};
    const BookSide& book = market_of(instrument).sides[index(side)];
    if (const auto found = book.find(book_key(side, price)); found != book.end()) {
        for (const Resting& one : found->second)
            level.open = level.open + one.shown;
        level.order_count = static_cast<std::uint32_t>(found->second.size());
    }
    out_->levels.push_back({instrument, side, level});
}

void NaiveVenue::close(Order& order, OrderStatus status) {
    order.view.status = status;
    order.view.leaves = {};
    order.waiting = false;
    order.due = 0;
    open_.erase(order.view.order);
    Market& market = market_of(order.view.instrument);
    market.triggered.remove(order.view.order);
    if (market.triggered.empty()) runnable_.remove(order.view.instrument);
}

void NaiveVenue::cancel(Order& order, CancelReason reason, const txn::ClientOrderId& request_id) {
    take_out_of_book(order);
    const bool expires = reason == CancelReason::expired || reason == CancelReason::day_end;
    close(order, expires ? OrderStatus::expired : OrderStatus::cancelled);
    tell_order(expires ? EventKind::expired : EventKind::cancelled, order, reason, request_id);
}

// ------------------------------------------------------------------------------------- stops

/// Whether a price that is known already triggers it.
bool NaiveVenue::is_fulfilled(const Order& stop) const {
    const auto last = reference(market_of(stop.view.instrument));
    return last && (stop.view.side == Side::buy ? *last >= stop.view.stop_price
                                                : *last <= stop.view.stop_price);
}

void NaiveVenue::trigger_stops() {
    for (const txn::OrderId id : open_) {  // by OrderID
        Order& order = orders_.at(id);
        const bool is_stop =
            order.view.type == OrderType::stop || order.view.type == OrderType::stop_limit;
        if (!is_stop || order.view.triggered || order.waiting) continue;
        const auto traded = traded_.find(order.view.instrument);
        if (traded == traded_.end()) continue;
        const bool triggers = order.view.side == Side::buy
                                  ? traded->second.highest >= order.view.stop_price
                                  : traded->second.lowest <= order.view.stop_price;
        if (triggers) queue_stop(order);
    }
}

void NaiveVenue::queue_stop(Order& stop) {
    stop.waiting = true;
    market_of(stop.view.instrument).triggered.push_back(stop.view.order);
    make_runnable(stop.view.instrument);
}

/// An instrument that trades and has triggered stops gets its turn, if it has none yet.
void NaiveVenue::make_runnable(txn::InstrumentId instrument) {
    const Market& market = market_of(instrument);
    if (market.triggered.empty() || market.state != MarketState::trading) return;
    if (std::find(runnable_.begin(), runnable_.end(), instrument) == runnable_.end())
        runnable_.push_back(instrument);
}

void NaiveVenue::run_stop() {
    const txn::InstrumentId instrument = runnable_.front();
    Market& market = market_of(instrument);
    Order& stop = orders_.at(market.triggered.front());
    market.triggered.pop_front();
    if (market.triggered.empty()) runnable_.pop_front();
    stop.waiting = false;
    if (stop.view.type == OrderType::stop_limit) {
        stop.limit = stop.view.price;
    } else if (market.settings.collar_millionths > 0) {
        stop.limit = collared(market, stop.view.side, stop.view.stop_price);
    } else if (stop.view.side == Side::buy) {
        stop.budget = hold_of(stop);
    }
    stop.view.triggered = true;
    tell_order(EventKind::triggered, stop);

    if (post_only_would_trade(stop)) return cancel(stop, CancelReason::unfilled);
    if (at_once(stop, plan(stop)) != AtOnce::reached) {
        market.band = rolled_band(market);
        return cancel(stop, CancelReason::unfilled);
    }
    match(stop);
}

}  // namespace tickweir::tests
