#include "gateway/market/itch_market.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "book/order_book.hpp"

namespace tickweir::gateway {
namespace {

constexpr store::Scale itch_scale{ItchInstrument::price_decimals,
                                  ItchInstrument::quantity_decimals};

store::Aggressor aggressor_of(const ItchTrade& trade) {
    if (!trade.aggressor) return store::Aggressor::unknown;
    return *trade.aggressor == book::Side::buy ? store::Aggressor::buy : store::Aggressor::sell;
}

OrderItem order_item(const ItchEvent& event, const book::BookChange& change) {
    OrderItem item{.side = change.side,
                   .order = event.order,
                   .new_order = event.new_order,
                   .price = change.price,
                   .open = change.left};
    switch (event.type) {
        case 'A':
        case 'F':
            item.action = OrderAction::add;
            break;
        case 'U':
            item.action = OrderAction::replace;
            // The level that it joined is the last one told.
            item.price = change.levels[change.level_count - 1].level.price;
            break;
        default:
            item.action = change.left.lots == 0 ? OrderAction::remove : OrderAction::reduce;
    }
    return item;
}

}  // namespace

/// What the books tell while a record is applied.
struct ItchMarket::Listener {
    ItchMarket& self;

    void on_change(const ItchEvent& event, const book::BookChange& change) {
        const auto locate = static_cast<std::uint16_t>(event.instrument);
        Known& known = self.known_[locate];
        if (known.id == none) [[unlikely]]
            return;
        self.times_.exchange_ns = self.midnight_ns_ + static_cast<std::int64_t>(event.time_ns);
        known.last_event_ns = self.times_.exchange_ns;
        if (!known.depth_dirty) {
            known.depth_dirty = true;
            self.depth_dirty_.push_back(locate);
        }
        if (change.touch_changed) self.put_quote(locate, self.times_);
        const book::InstrumentId id{known.id};
        if (self.writer_.watched(id) == 0) [[likely]]
            return;
        if (self.writer_.watched(id, Watch::levels)) send_levels(id, change);
        if (self.writer_.watched(id, Watch::orders)) {
            const OrderItem item = order_item(event, change);
            self.writer_.send(Watch::orders, MarketEventKind::orders, id, itch_scale, self.times_,
                              std::span<const OrderItem>{&item, 1});
        }
    }

    void send_levels(book::InstrumentId id, const book::BookChange& change) {
        std::array<LevelItem, 2> items;
        for (std::size_t i = 0; i < change.level_count; ++i) {
            const book::LevelChange& level = change.levels[i];
            items[i] = level_item(level.side, level.level);
        }
        self.writer_.send(Watch::levels, MarketEventKind::levels, id, itch_scale, self.times_,
                          std::span<const LevelItem>{items}.first(change.level_count));
    }

    void on_trade(const ItchEvent& event, const ItchTrade& trade) {
        Known& known = self.known_[static_cast<std::uint16_t>(event.instrument)];
        if (known.id == none) [[unlikely]]
            return;
        const book::InstrumentId id{known.id};
        self.times_.exchange_ns = self.midnight_ns_ + static_cast<std::int64_t>(event.time_ns);
        known.last_event_ns = self.times_.exchange_ns;
        self.writer_.put_trade(id,
                               {.price = trade.price,
                                .quantity = trade.quantity,
                                .times = {self.times_.exchange_ns, self.times_.received_ns},
                                .trade_id = trade.match_number,
                                .aggressor = aggressor_of(trade),
                                .scale = itch_scale},
                               self.times_);
    }

    /// A session that begins inside the stream: ITCH's own start of messages.
    void on_session() {
        self.lost_ = false;
        self.all_books_replaced();
    }

    void on_instrument(std::uint16_t locate) { self.register_instrument(locate); }
    void on_state(std::uint16_t locate) { self.mark_status(locate); }
    void on_lost_sync(std::uint16_t locate) {
        self.known_[locate].reason = store::SyncReason::refused_message;
        self.mark_status(locate);
    }
    void on_all_lost_sync() { self.all_books_doubtful(store::SyncReason::refused_message); }
};

ItchMarket::ItchMarket(ItchMarketOptions options, store::MarketStore& store, MarketOutput& output,
                       MarketJobs& jobs, book::MemoryBudget* budget)
    : options_{std::move(options)},
      writer_{store, output, jobs},
      books_{options_.books, options_.shard, budget},
      known_(ItchInstruments::limit),
      locates_(store.instruments().limit()) {
    depth_dirty_.reserve(ItchInstruments::limit);
}

void ItchMarket::apply(const FeedRecordHeader& header, codecs::Bytes frames) {
    times_.received_ns = header.received_ns;
    switch (header.kind) {
        case FeedRecordKind::session:
            midnight_ns_ = header.midnight_ns;
            feed_reason_ = store::SyncReason::none;
            lost_ = false;
            books_.begin_session();
            all_books_replaced();
            return;
        case FeedRecordKind::messages:
            midnight_ns_ = header.midnight_ns;
            // The rest, if any, is no whole frame: the feed promised that there is none.
            if (books_.apply(frames, Listener{*this}).consumed != frames.size())
                all_books_doubtful(store::SyncReason::refused_message);
            return;
        case FeedRecordKind::lost:
            books_.on_lost();
            lost_ = true;
            return all_books_doubtful(store::SyncReason::gap);
        case FeedRecordKind::gap:
            return feed_is(store::SyncReason::gap);
        case FeedRecordKind::stale:
            return feed_is(store::SyncReason::feed_stale);
        case FeedRecordKind::live:
            return feed_is(store::SyncReason::none);
        case FeedRecordKind::ended:
            return feed_is(store::SyncReason::feed_ended);
    }
}

/// Goes over books that nobody has looked at for thousands of messages: what the next ones need is
/// asked for while one is copied.
std::size_t ItchMarket::flush_depths() {
    constexpr std::size_t headers_ahead = 12;
    constexpr std::size_t rows_ahead = 8;
    constexpr std::size_t levels_ahead = 4;
    const std::size_t count = depth_dirty_.size();
    const auto book = [&](std::size_t i) {
        return book::OrderBook{books_.books(), instrument_id(depth_dirty_[i])};
    };
    for (std::size_t i = 0; i < count + headers_ahead; ++i) {
        if (i < count) book(i).prefetch_header();
        constexpr std::size_t rows_after = headers_ahead - rows_ahead;
        if (i >= rows_after && i - rows_after < count) book(i - rows_after).prefetch_rows();
        constexpr std::size_t levels_after = headers_ahead - levels_ahead;
        if (i >= levels_after && i - levels_after < count)
            book(i - levels_after).prefetch_levels(store::Depth::levels_max);
        if (i >= headers_ahead) put_depth(depth_dirty_[i - headers_ahead]);
    }
    depth_dirty_.clear();
    return count;
}

void ItchMarket::put_depth(std::uint16_t locate) {
    Known& known = known_[locate];
    known.depth_dirty = false;
    const book::OrderBook book{books_.books(), instrument_id(locate)};
    store::Depth depth{};
    depth.scale = itch_scale;
    fill_depth(depth, [&](book::Side side, std::span<book::Level> into) {
        return book.depth(side, into);
    });
    depth.version = book.version();
    depth.times = {times_.exchange_ns, times_.received_ns};
    writer_.store().put_depth(book::InstrumentId{known.id}, depth);
}

void ItchMarket::register_instrument(std::uint16_t locate) {
    const ItchInstrument& instrument = books_.instruments()[locate];
    const auto id =
        writer_.store().instruments().add({.venue = options_.venue,
                                           .symbol = std::string{instrument.symbol()},
                                           .base = std::string{instrument.symbol()},
                                           .quote = "USD",
                                           .price_decimals = ItchInstrument::price_decimals,
                                           .quantity_decimals = ItchInstrument::quantity_decimals,
                                           .writer = options_.shard.index});
    Known& known = known_[locate];
    // What was lost may have been about it.
    known.reason = lost_ ? store::SyncReason::gap : store::SyncReason::none;
    known.id = id ? static_cast<std::uint32_t>(*id) : none;
    if (!id) return;
    locates_[known.id] = locate;
    writer_.jobs().assign(*id, *this);
    writer_.jobs().status_changed(*id);
}

void ItchMarket::all_books_replaced() {
    books_.instruments().for_each([&](std::uint16_t locate, const ItchInstrument&) {
        Known& known = known_[locate];
        if (known.id == none) return;
        known.reason = store::SyncReason::none;
        // Before the quote, which is part of what begins again: that many at once may need more
        // room than the rings have.
        writer_.jobs().begin_again(book::InstrumentId{known.id});
        put_quote(locate, times_);
        if (!known.depth_dirty) {
            known.depth_dirty = true;
            depth_dirty_.push_back(locate);
        }
        writer_.jobs().status_changed(book::InstrumentId{known.id});
    });
}

/// No book can be trusted before the next session.
void ItchMarket::all_books_doubtful(store::SyncReason reason) {
    books_.instruments().for_each([&](std::uint16_t locate, const ItchInstrument&) {
        Known& known = known_[locate];
        // The first reason stays: it tells what to look for. But a silence is over with the next
        // message, which nothing else is.
        if (known.reason == store::SyncReason::none ||
            known.reason == store::SyncReason::feed_stale)
            known.reason = reason;
        mark_status(locate);
    });
}

/// What becomes of the feed concerns all its books alike, and they are no worse for it after.
void ItchMarket::feed_is(store::SyncReason reason) {
    if (feed_reason_ == reason) return;
    feed_reason_ = reason;
    books_.instruments().for_each(
        [&](std::uint16_t locate, const ItchInstrument&) { mark_status(locate); });
}

void ItchMarket::mark_status(std::uint16_t locate) {
    const Known& known = known_[locate];
    if (known.id != none) writer_.jobs().status_changed(book::InstrumentId{known.id});
}

void ItchMarket::put_quote(std::uint16_t locate, const EventTimes& times) {
    const book::InstrumentId id{known_[locate].id};
    const store::Quote quote = quote_of(locate, {times.exchange_ns, times.received_ns});
    writer_.put_quote(id, quote, times);
}

store::Quote ItchMarket::quote(book::InstrumentId instrument) const {
    return quote_of(locate_of(instrument), writer_.store().latest_quote(instrument).times);
}

store::Quote ItchMarket::quote_of(std::uint16_t locate, const store::Times& times) const {
    const book::Quote touch = book::OrderBook{books_.books(), instrument_id(locate)}.quote();
    store::Quote quote{};
    quote.times = times;
    quote.scale = itch_scale;
    quote.version = touch.version;
    if (touch.bid) {
        quote.has_bid = 1;
        quote.bid = touch.bid->price;
        quote.bid_open = touch.bid->open;
    }
    if (touch.ask) {
        quote.has_ask = 1;
        quote.ask = touch.ask->price;
        quote.ask_open = touch.ask->open;
    }
    return quote;
}

store::InstrumentStatus ItchMarket::status(book::InstrumentId instrument) {
    const std::uint16_t locate = locate_of(instrument);
    const store::SyncReason own = known_[locate].reason;
    // What lasts longer is told.
    store::InstrumentStatus status{.reason = own != store::SyncReason::none ? own : feed_reason_};
    switch (books_.instruments()[locate].state) {
        case TradingState::unknown:  // nobody said otherwise
        case TradingState::trading:
            status.state = store::TradingState::trading;
            break;
        case TradingState::halted:
            status.state = store::TradingState::halted;
            break;
        case TradingState::paused:
        case TradingState::quotation_only:
            status.state = store::TradingState::paused;
            break;
    }
    return status;
}

std::uint16_t ItchMarket::locate_of(book::InstrumentId instrument) const {
    return locates_[static_cast<std::size_t>(instrument)];
}

Begun ItchMarket::send_levels(std::size_t link, book::InstrumentId instrument, std::size_t from) {
    const book::OrderBook book{books_.books(), instrument_id(locate_of(instrument))};
    return writer_.send_all<LevelItem>(
        link, instrument, MarketEventKind::levels_snapshot, itch_scale, times_.exchange_ns, from,
        [&](auto&& each) {
            for (const book::Side side : {book::Side::buy, book::Side::sell})
                book.for_each_level(
                    side, [&](const book::Level& level) { each(level_item(side, level)); });
        });
}

Begun ItchMarket::send_orders(std::size_t link, book::InstrumentId instrument, std::size_t from) {
    const book::OrderBook book{books_.books(), instrument_id(locate_of(instrument))};
    return writer_.send_all<OrderItem>(
        link, instrument, MarketEventKind::orders_snapshot, itch_scale, times_.exchange_ns, from,
        [&](auto&& each) {
            for (const book::Side side : {book::Side::buy, book::Side::sell})
                book.for_each_order(side, [&](const book::Order& order) {
                    each(OrderItem{.action = OrderAction::add,
                                   .side = side,
                                   .order = order.id,
                                   .price = order.price,
                                   .open = order.open});
                });
        });
}

}  // namespace tickweir::gateway
