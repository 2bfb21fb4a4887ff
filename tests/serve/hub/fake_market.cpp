#include "tests/serve/hub/fake_market.hpp"

#include <algorithm>
#include <cstring>
#include <set>
#include <utility>

#include "book/ensure.hpp"

namespace tickweir::tests {
namespace {

using gateway::LevelItem;
using gateway::MarketEventKind;
using gateway::OrderAction;
using gateway::OrderItem;
using gateway::Watch;

bool has(std::uint8_t mask, Watch watch) {
    return (mask & static_cast<std::uint8_t>(watch)) != 0;
}

bool same_touch(const store::Quote& a, const store::Quote& b) {
    return a.has_bid == b.has_bid && a.has_ask == b.has_ask && a.bid == b.bid && a.ask == b.ask &&
           a.bid_open == b.bid_open && a.ask_open == b.ask_open;
}

}  // namespace

FakeMarket::FakeMarket(store::MarketStore& store, std::size_t requests, std::size_t ring_bytes)
    : store_{store}, events_{ring_bytes}, requests_{requests} {}

book::InstrumentId FakeMarket::list(std::string_view symbol, std::string_view venue,
                                    bool has_orders) {
    store::Instrument instrument;
    instrument.has_orders = has_orders;
    instrument.venue = venue;
    instrument.symbol = symbol;
    instrument.price_decimals = Instrument{}.scale.price_decimals;
    const auto id = store_.instruments().add(instrument);
    book::ensure(id.has_value());
    if (instruments_.size() <= static_cast<std::size_t>(*id))
        instruments_.resize(static_cast<std::size_t>(*id) + 1);
    store_.put_status(*id, {.state = store::TradingState::trading,
                            .reason = store::SyncReason::none,
                            .time_ns = clock_ns,
                            .version = 1});
    return *id;
}

std::size_t FakeMarket::find(book::InstrumentId id, std::uint64_t order) const {
    const auto& orders = of(id).orders;
    const auto found = std::ranges::find(orders, book::OrderId{order}, &Order::id);
    book::ensure(found != orders.end());
    return static_cast<std::size_t>(found - orders.begin());
}

// ------------------------------------------------------------------------------------- the truth

FakeMarket::Levels FakeMarket::levels(book::InstrumentId id, book::Side side) const {
    Levels levels;
    for (const Order& order : of(id).orders) {
        if (order.side != side) continue;
        Row& row = levels[order.price];
        row.open += order.open;
        ++row.orders;
    }
    return levels;
}

store::Quote FakeMarket::quote(book::InstrumentId id) const {
    store::Quote quote;
    quote.scale = of(id).scale;
    const Levels bids = levels(id, book::Side::buy);
    const Levels asks = levels(id, book::Side::sell);
    if (!bids.empty()) {
        quote.has_bid = 1;
        quote.bid = {bids.rbegin()->first};
        quote.bid_open = {bids.rbegin()->second.open};
    }
    if (!asks.empty()) {
        quote.has_ask = 1;
        quote.ask = {asks.begin()->first};
        quote.ask_open = {asks.begin()->second.open};
    }
    return quote;
}

std::vector<FakeMarket::Order> FakeMarket::orders_in_priority(book::InstrumentId id) const {
    std::vector<Order> orders = of(id).orders;
    std::ranges::stable_sort(orders, [](const Order& a, const Order& b) {
        if (a.side != b.side) return a.side == book::Side::buy;
        return book::better(a.side, {a.price}, {b.price});
    });
    return orders;
}

std::uint64_t FakeMarket::trades(book::InstrumentId id) const {
    return store_.latest_trade(id).index;
}

// --------------------------------------------------------------------------------------- records

template <class Item>
void FakeMarket::send(book::InstrumentId id, MarketEventKind kind, std::span<const Item> items,
                      bool first, bool last) {
    const gateway::MarketEventHeader header{.kind = kind,
                                            .instrument = id,
                                            .count = static_cast<std::uint32_t>(items.size()),
                                            .first = first,
                                            .last = last,
                                            .scale = of(id).scale,
                                            .exchange_ns = clock_ns,
                                            .received_ns = clock_ns};
    const std::size_t bytes = sizeof header + items.size_bytes();
    const std::span<std::byte> room = events_.reserve(bytes);
    book::ensure(room.data() != nullptr);
    std::memcpy(room.data(), &header, sizeof header);
    if (!items.empty()) std::memcpy(room.data() + sizeof header, items.data(), items.size_bytes());
    events_.commit(bytes);
    events_.publish();
}

template <class Item>
void FakeMarket::send_beginning(book::InstrumentId id, MarketEventKind kind,
                                const std::vector<Item>& items) {
    std::size_t sent = 0;
    do {
        const std::size_t count = std::min(items_per_record, items.size() - sent);
        const std::span<const Item> part = std::span{items}.subspan(sent, count);
        send(id, kind, part, sent == 0, sent + count == items.size());
        sent += count;
    } while (sent < items.size());
}

void FakeMarket::begin(book::InstrumentId id, std::uint8_t watches) {
    if (has(watches, Watch::quote)) {
        const store::Quote now = quote(id);
        send(id, MarketEventKind::quote, std::span{&now, 1});
    }
    if (has(watches, Watch::trades)) {
        const store::Trade last = store_.latest_trade(id);
        send(id, MarketEventKind::trades_begin, std::span{&last, 1});
    }
    if (has(watches, Watch::levels)) {
        std::vector<LevelItem> items;
        const auto put = [&](book::Side side, const auto& level) {
            items.push_back({.side = side,
                             .order_count = level.second.orders,
                             .price = {level.first},
                             .open = {level.second.open}});
        };
        const Levels bids = levels(id, book::Side::buy);
        for (auto level = bids.rbegin(); level != bids.rend(); ++level)
            put(book::Side::buy, *level);
        for (const auto& level : levels(id, book::Side::sell))
            put(book::Side::sell, level);
        send_beginning(id, MarketEventKind::levels_snapshot, items);
    }
    if (has(watches, Watch::orders)) {
        std::vector<OrderItem> items;
        for (const Order& order : orders_in_priority(id))
            items.push_back({.action = OrderAction::add,
                             .side = order.side,
                             .order = order.id,
                             .price = {order.price},
                             .open = {order.open}});
        send_beginning(id, MarketEventKind::orders_snapshot, items);
    }
}

std::size_t FakeMarket::serve() {
    std::size_t served = 0;
    while (const auto request = requests_.try_pop()) {
        Instrument& instrument = of(request->instrument);
        const auto fresh =
            static_cast<std::uint8_t>(request->watches & (~instrument.watched | request->again));
        instrument.watched = request->watches;
        begin(request->instrument, fresh);
        ++served;
    }
    return served;
}

// --------------------------------------------------------------------------------------- changes

template <class Change>
void FakeMarket::change(book::InstrumentId id, const OrderItem& item,
                        std::vector<std::pair<book::Side, std::int64_t>> touched, Change&& change) {
    clock_ns += 1'000;
    Instrument& instrument = of(id);
    const store::Quote before = quote(id);
    change(instrument.orders);
    ++instrument.version;
    const store::Quote after = quote(id);
    const bool watch_quote = has(instrument.watched, Watch::quote);
    if (watch_quote && !same_touch(before, after))
        send(id, MarketEventKind::quote, std::span{&after, 1});
    if (has(instrument.watched, Watch::levels)) {
        std::vector<LevelItem> items;
        for (const auto& [side, price] : touched) {
            const Levels now = levels(id, side);
            const auto found = now.find(price);
            const Row row = found == now.end() ? Row{} : found->second;
            items.push_back(
                {.side = side, .order_count = row.orders, .price = {price}, .open = {row.open}});
        }
        send(id, MarketEventKind::levels, std::span<const LevelItem>{items});
    }
    if (has(instrument.watched, Watch::orders))
        send(id, MarketEventKind::orders, std::span{&item, 1});
}

void FakeMarket::add(book::InstrumentId id, std::uint64_t order, book::Side side,
                     std::int64_t price, std::int64_t quantity) {
    const OrderItem item{.action = OrderAction::add,
                         .side = side,
                         .order = book::OrderId{order},
                         .price = {price},
                         .open = {quantity}};
    change(id, item, {{side, price}}, [&](auto& orders) {
        orders.push_back({book::OrderId{order}, side, price, quantity});
    });
}

void FakeMarket::reduce(book::InstrumentId id, std::uint64_t order, std::int64_t by) {
    const std::size_t at = find(id, order);
    const Order known = of(id).orders[at];
    const OrderItem item{.action = OrderAction::reduce,
                         .side = known.side,
                         .order = known.id,
                         .price = {known.price},
                         .open = {known.open - by}};
    change(id, item, {{known.side, known.price}}, [&](auto& orders) { orders[at].open -= by; });
}

void FakeMarket::remove(book::InstrumentId id, std::uint64_t order) {
    const std::size_t at = find(id, order);
    const Order known = of(id).orders[at];
    const OrderItem item{.action = OrderAction::remove,
                         .side = known.side,
                         .order = known.id,
                         .price = {known.price},
                         .open = {0}};
    change(id, item, {{known.side, known.price}},
           [&](auto& orders) { orders.erase(orders.begin() + static_cast<std::ptrdiff_t>(at)); });
}

void FakeMarket::replace(book::InstrumentId id, std::uint64_t order, std::uint64_t new_order,
                         std::int64_t price, std::int64_t quantity) {
    const std::size_t at = find(id, order);
    const Order known = of(id).orders[at];
    const OrderItem item{.action = OrderAction::replace,
                         .side = known.side,
                         .order = known.id,
                         .new_order = book::OrderId{new_order},
                         .price = {price},
                         .open = {quantity}};
    std::vector<std::pair<book::Side, std::int64_t>> touched{{known.side, known.price}};
    if (price != known.price) touched.emplace_back(known.side, price);
    change(id, item, touched, [&](auto& orders) {
        orders.erase(orders.begin() + static_cast<std::ptrdiff_t>(at));
        orders.push_back({book::OrderId{new_order}, known.side, price, quantity});
    });
}

void FakeMarket::trade(book::InstrumentId id, std::int64_t price, std::int64_t quantity,
                       store::Aggressor aggressor) {
    clock_ns += 1'000;
    const store::Trade trade =
        store_.put_trade(id, {.price = {price},
                              .quantity = {quantity},
                              .times = {clock_ns, clock_ns},
                              .trade_id = static_cast<std::uint64_t>(clock_ns),
                              .aggressor = aggressor,
                              .scale = of(id).scale});
    if (has(of(id).watched, Watch::trades)) send(id, MarketEventKind::trade, std::span{&trade, 1});
}

void FakeMarket::rescale(book::InstrumentId id, unsigned more_price, unsigned more_quantity) {
    Instrument& instrument = of(id);
    instrument.scale.price_decimals =
        static_cast<std::uint8_t>(instrument.scale.price_decimals + more_price);
    instrument.scale.quantity_decimals =
        static_cast<std::uint8_t>(instrument.scale.quantity_decimals + more_quantity);
    for (Order& order : instrument.orders) {
        for (unsigned i = 0; i < more_price; ++i)
            order.price *= 10;
        for (unsigned i = 0; i < more_quantity; ++i)
            order.open *= 10;
    }
    store_.instruments().refine(id, instrument.scale);
    begin(id,
          static_cast<std::uint8_t>(instrument.watched & static_cast<std::uint8_t>(Watch::levels)));
}

void FakeMarket::send_level_of_another_scale(book::InstrumentId id) {
    const LevelItem item{.price = {1}, .open = {1}};
    const store::Scale right = std::exchange(of(id).scale, {7, 7});
    send(id, MarketEventKind::levels, std::span<const LevelItem>{&item, 1});
    of(id).scale = right;
}

void FakeMarket::set_status(book::InstrumentId id, store::TradingState state,
                            store::SyncReason reason) {
    clock_ns += 1'000;
    store::InstrumentStatus changed = store_.latest_status(id);
    changed.state = state;
    changed.reason = reason;
    changed.time_ns = clock_ns;
    ++changed.version;
    store_.put_status(id, changed);
    const store::InstrumentStatus& status = changed;
    send(id, MarketEventKind::status, std::span{&status, 1});
}

void FakeMarket::resend_last_order(book::InstrumentId id) {
    const Order& last = of(id).orders.back();
    const OrderItem item{.action = OrderAction::add,
                         .side = last.side,
                         .order = last.id,
                         .price = {last.price},
                         .open = {last.open}};
    send(id, MarketEventKind::orders, std::span{&item, 1});
}

void FakeMarket::new_session(book::InstrumentId id) {
    clock_ns += 1'000;
    of(id).orders.clear();
    begin(id,
          static_cast<std::uint8_t>(of(id).watched & ~static_cast<std::uint8_t>(Watch::trades)));
}

}  // namespace tickweir::tests
