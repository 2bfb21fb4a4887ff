// A book of levels as the store keeps it and as watchers get it: its touch, its depth, and the
// whole of it. What every market without single orders shares.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "book/level_book.hpp"
#include "gateway/market/market_writer.hpp"
#include "store/values.hpp"

namespace tickweir::gateway {

/// The touch, which changed `touches` times so far.
inline store::Quote quote_of(const book::LevelBook& book, std::uint64_t touches, store::Scale scale,
                             const store::Times& times) {
    store::Quote quote{};
    quote.times = times;
    quote.version = touches;
    quote.scale = scale;
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

inline store::Depth depth_of(const book::LevelBook& book, store::Scale scale,
                             const store::Times& times) {
    store::Depth depth{};
    depth.scale = scale;
    fill_depth(depth,
               [&](book::Side side, std::span<book::Level> into) { return book.top(side, into); });
    depth.version = book.version();
    depth.times = times;
    return depth;
}

/// How many levels both sides have.
inline std::int64_t levels_in(const book::LevelBook& book) {
    return static_cast<std::int64_t>(book.count(book::Side::buy) + book.count(book::Side::sell));
}

/// InstrumentSource::send_levels of such a book.
inline Begun send_levels_of(MarketWriter& writer, const book::LevelBook& book, std::size_t link,
                            book::InstrumentId instrument, store::Scale scale,
                            std::int64_t exchange_ns, std::size_t from) {
    return writer.send_all<LevelItem>(
        link, instrument, MarketEventKind::levels_snapshot, scale, exchange_ns, from,
        [&](auto&& each) {
            for (const book::Side side : {book::Side::buy, book::Side::sell}) {
                const book::LevelRows levels = book.levels(side);
                for (auto row = levels.rbegin(); row != levels.rend(); ++row)
                    each(level_item(side, *row));
            }
        });
}

/// InstrumentSource::send_orders: there are none, and nobody is let ask for them.
inline Begun send_no_orders(MarketWriter& writer, std::size_t link, book::InstrumentId instrument,
                            store::Scale scale, std::size_t from) {
    return writer.send_all<OrderItem>(link, instrument, MarketEventKind::orders_snapshot, scale, 0,
                                      from, [](auto&&) {});
}

}  // namespace tickweir::gateway
