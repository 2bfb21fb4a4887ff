// What a JSON market writes into the store and sends as beginnings: its books as they stand.
#include <utility>

#include "gateway/market/json_market.hpp"

namespace tickweir::gateway {

// --------------------------------------------------------------------------------------- values

store::Scale JsonMarket::scale_of(std::uint32_t index) const {
    const JsonInstrument& instrument = books_->instruments()[index];
    return {static_cast<std::uint8_t>(instrument.price_decimals),
            static_cast<std::uint8_t>(instrument.quantity_decimals)};
}

/// Where the venue does not tell its time, that of receipt stands in for it.
EventTimes JsonMarket::times_of(const JsonTimes& times) const {
    return {times.exchange_ns != 0 ? times.exchange_ns + shift_ns_ : times.received_ns,
            received_ns_};
}

void JsonMarket::mark_depth(std::uint32_t index) {
    if (std::exchange(known_[index].depth_dirty, true)) return;
    depth_dirty_.push_back(index);
}

std::size_t JsonMarket::flush_depths() {
    const std::size_t count = depth_dirty_.size();
    for (const std::uint32_t index : depth_dirty_)
        put_depth(index);
    depth_dirty_.clear();
    return count;
}

void JsonMarket::put_depth(std::uint32_t index) {
    Known& known = known_[index];
    known.depth_dirty = false;
    const book::LevelBook& book = books_->instruments()[index].book();
    const auto levels =
        static_cast<std::int64_t>(book.count(book::Side::buy) + book.count(book::Side::sell));
    counts_.levels += levels - std::exchange(known.levels, levels);
    store::Depth depth{};
    depth.scale = scale_of(index);
    fill_depth(depth,
               [&](book::Side side, std::span<book::Level> into) { return book.top(side, into); });
    depth.version = book.version();
    depth.times = {known.last_event_ns, received_ns_};
    writer_.store().put_depth(book::InstrumentId{known.id}, depth);
}

void JsonMarket::put_quote(std::uint32_t index, const EventTimes& times) {
    Known& known = known_[index];
    ++known.touches;
    writer_.put_quote(book::InstrumentId{known.id},
                      quote_of(index, {times.exchange_ns, times.received_ns}), times);
}

store::Quote JsonMarket::quote(book::InstrumentId instrument) const {
    return quote_of(index_of(instrument), writer_.store().latest_quote(instrument).times);
}

store::Quote JsonMarket::quote_of(std::uint32_t index, const store::Times& times) const {
    const book::LevelBook& book = books_->instruments()[index].book();
    store::Quote quote{};
    quote.times = times;
    quote.version = known_[index].touches;
    quote.scale = scale_of(index);
    if (const auto bid = book.best(book::Side::buy)) {
        quote.has_bid = 1;
        quote.bid = bid->price;
        quote.bid_open = bid->open;
    }
    if (const auto ask = book.best(book::Side::sell)) {
        quote.has_ask = 1;
        quote.ask = ask->price;
        quote.ask_open = ask->open;
    }
    return quote;
}

// ----------------------------------------------------------------------------------- beginnings

Begun JsonMarket::send_levels(std::size_t link, book::InstrumentId instrument, std::size_t from) {
    const std::uint32_t index = index_of(instrument);
    const book::LevelBook& book = books_->instruments()[index].book();
    return writer_.send_all<LevelItem>(
        link, instrument, MarketEventKind::levels_snapshot, scale_of(index),
        known_[index].last_event_ns, from, [&](auto&& each) {
            for (const book::Side side : {book::Side::buy, book::Side::sell}) {
                const book::LevelRows levels = book.levels(side);
                for (auto row = levels.rbegin(); row != levels.rend(); ++row)
                    each(level_item(side, *row));
            }
        });
}

/// There are none, and nobody is let ask for them.
Begun JsonMarket::send_orders(std::size_t link, book::InstrumentId instrument, std::size_t from) {
    return writer_.send_all<OrderItem>(link, instrument, MarketEventKind::orders_snapshot,
                                       scale_of(index_of(instrument)), 0, from, [](auto&&) {});
}

}  // namespace tickweir::gateway
