// What every kind of market does for an instrument of the store: values written there, records for
// the serving threads that watch it, and its whole book in pieces. Owned by the shard's thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "gateway/market/market_jobs.hpp"
#include "gateway/market/market_output.hpp"
#include "store/market_store.hpp"

namespace tickweir::gateway {

class MarketWriter {
public:
    static constexpr std::size_t items_per_record = 512;  // of a book in pieces

    MarketWriter(store::MarketStore& store, MarketOutput& output, MarketJobs& jobs)
        : store_{store}, output_{output}, jobs_{jobs} {}

    store::MarketStore& store() { return store_; }
    const store::MarketStore& store() const { return store_; }
    MarketJobs& jobs() { return jobs_; }

    std::uint8_t watched(book::InstrumentId id) const { return output_.watched(id); }
    bool watched(book::InstrumentId id, Watch watch) const {
        return (output_.watched(id) & static_cast<std::uint8_t>(watch)) != 0;
    }

    void put_quote(book::InstrumentId id, const store::Quote& quote, const EventTimes& times) {
        store_.put_quote(id, quote);
        if (watched(id, Watch::quote))
            send(Watch::quote, MarketEventKind::quote, id, quote.scale, times,
                 std::span<const store::Quote>{&quote, 1});
    }

    void put_trade(book::InstrumentId id, const store::Trade& trade, const EventTimes& times) {
        const store::Trade stored = store_.put_trade(id, trade);
        if (watched(id, Watch::trades))
            send(Watch::trades, MarketEventKind::trade, id, trade.scale, times,
                 std::span<const store::Trade>{&stored, 1});
    }

    /// To all that watch. One that has no room, or all of them where the items are too many for a
    /// record, get the whole of it anew instead.
    template <class Item>
    void send(Watch watch, MarketEventKind kind, book::InstrumentId id, store::Scale scale,
              const EventTimes& times, std::span<const Item> items) {
        if (items.size_bytes() > MarketOutput::items_bytes_max) [[unlikely]] {
            for (std::size_t link = 0; link < output_.link_count(); ++link)
                jobs_.begin_again(link, id, watch);
            return;
        }
        const MarketEventHeader header{.kind = kind,
                                       .instrument = id,
                                       .count = static_cast<std::uint32_t>(items.size()),
                                       .scale = scale,
                                       .exchange_ns = times.exchange_ns,
                                       .received_ns = times.received_ns};
        output_.send_to_watchers(watch, header, items,
                                 [&](std::size_t link) { jobs_.begin_again(link, id, watch); });
    }

    /// Sends what `visit` goes over, from the `from`-th item on, in records of some hundreds.
    template <class Item, class Visit>
    Begun send_all(std::size_t link, book::InstrumentId id, MarketEventKind kind,
                   store::Scale scale, std::int64_t exchange_ns, std::size_t from, Visit&& visit);

private:
    store::MarketStore& store_;
    MarketOutput& output_;
    MarketJobs& jobs_;
};

inline LevelItem level_item(book::Side side, const book::Level& level) {
    return {
        .side = side, .order_count = level.order_count, .price = level.price, .open = level.open};
}

/// The best levels of a book as the store keeps them: `top(side, span)` copies a side's, best
/// first, and answers how many.
template <class Top>
void fill_depth(store::Depth& depth, Top&& top) {
    std::array<book::Level, store::Depth::levels_max> levels;
    const auto fill = [&](book::Side side, auto& rows) {
        const std::size_t shown = top(side, std::span{levels});
        for (std::size_t i = 0; i < shown; ++i)
            rows[i] = {levels[i].price, levels[i].open, levels[i].order_count};
        return static_cast<std::uint16_t>(shown);
    };
    depth.bid_count = fill(book::Side::buy, depth.bids);
    depth.ask_count = fill(book::Side::sell, depth.asks);
}

template <class Item, class Visit>
Begun MarketWriter::send_all(std::size_t link, book::InstrumentId id, MarketEventKind kind,
                             store::Scale scale, std::int64_t exchange_ns, std::size_t from,
                             Visit&& visit) {
    std::array<Item, items_per_record> items;
    std::size_t count = 0;
    std::size_t seen = 0;
    std::size_t sent = from;
    bool full = false;
    const auto flush = [&](bool last) {
        const MarketEventHeader header{.kind = kind,
                                       .instrument = id,
                                       .count = static_cast<std::uint32_t>(count),
                                       .first = static_cast<std::uint8_t>(sent == 0),
                                       .last = static_cast<std::uint8_t>(last),
                                       .scale = scale,
                                       .exchange_ns = exchange_ns};
        full = !output_.send(link, header, std::span<const Item>{items}.first(count));
        if (!full) sent += count;
        count = 0;
    };
    visit([&](const Item& item) {
        if (seen++ < from || full) return;
        if (count == items.size()) flush(false);
        if (!full) items[count++] = item;
    });
    if (!full) flush(true);
    return {!full, sent};
}

}  // namespace tickweir::gateway
