// A market for benchmarks of serving: instruments whose touch moves when it is told to, written as
// records into a hub's ring, with what a hub asks for answered as a market shard would.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include "book/byte_ring.hpp"
#include "book/ring.hpp"
#include "gateway/market/market_event.hpp"
#include "gateway/serve/hub.hpp"
#include "store/market_store.hpp"

namespace tickweir::bench {

class SyntheticMarket {
public:
    explicit SyntheticMarket(std::size_t instruments)
        : store_{{.instruments = instruments,
                  .active_instruments = instruments,
                  .trades_per_instrument = 16,
                  .quotes_per_instrument = 16},
                 nullptr,
                 nullptr},
          quotes_(instruments) {
        for (std::size_t i = 0; i < instruments; ++i) {
            const auto id = store_.instruments().add({.venue = "bench",
                                                      .symbol = symbol(i),
                                                      .base = symbol(i),
                                                      .quote = "USD",
                                                      .price_decimals = 4,
                                                      .quantity_decimals = 0});
            store_.put_status(
                *id, {.state = store::TradingState::trading, .reason = store::SyncReason::none});
            quotes_[i] = {.bid = {1'000'000},
                          .bid_open = {100},
                          .ask = {1'000'100},
                          .ask_open = {100},
                          .times = {},
                          .version = 0,
                          .has_bid = 1,
                          .has_ask = 1,
                          .scale = {.price_decimals = 4, .quantity_decimals = 0}};
            put_depth(*id, quotes_[i]);
        }
    }

    static std::string symbol(std::size_t i) { return "SYM" + std::to_string(i); }
    /// So many in a row, from `first` on; behind the last of all comes the first.
    static std::vector<std::string> symbols(std::size_t first, std::size_t count,
                                            std::size_t of_all) {
        std::vector<std::string> symbols;
        for (std::size_t i = 0; i < count; ++i)
            symbols.push_back(symbol((first + i) % of_all));
        return symbols;
    }

    store::MarketStore& store() { return store_; }
    std::vector<gateway::MarketLink> links() {
        return {{.events = &events_,
                 .requests = &requests_,
                 .owns = [](const void*, book::InstrumentId) { return true; },
                 .context = nullptr}};
    }

    /// Moves the touch of an instrument. False when the ring is full: nothing happened.
    bool move(std::size_t instrument, std::int64_t time_ns) {
        store::Quote& quote = quotes_[instrument];
        store::Quote next = quote;
        ++next.version;
        next.bid.ticks = 1'000'000 + static_cast<std::int64_t>(next.version * 7 % 900);
        next.ask.ticks = next.bid.ticks + 100;
        next.bid_open.lots = 100 + static_cast<std::int64_t>(next.version * 13 % 900);
        next.times = {time_ns, time_ns};
        if (!push(gateway::MarketEventKind::quote, instrument, next, time_ns)) return false;
        quote = next;
        store_.put_quote(id_of(instrument), next);
        return true;
    }

    /// Answers what the hub wants to watch anew.
    void answer_requests() {
        while (const auto request = requests_.try_pop()) {
            const auto instrument = static_cast<std::size_t>(request->instrument);
            const auto wants = [&](gateway::Watch watch) {
                return (request->watches & static_cast<std::uint8_t>(watch)) != 0;
            };
            if (wants(gateway::Watch::quote)) {
                static_cast<void>(
                    push(gateway::MarketEventKind::quote, instrument, quotes_[instrument], 0));
            }
        }
        publish();
    }

    void publish() { events_.publish(); }

private:
    static book::InstrumentId id_of(std::size_t i) {
        return book::InstrumentId{static_cast<std::uint32_t>(i)};
    }

    void put_depth(book::InstrumentId id, const store::Quote& quote) {
        store::Depth depth{};
        for (std::size_t i = 0; i < store::Depth::levels_max; ++i) {
            const auto step = static_cast<std::int64_t>(100 * i);
            depth.bids[i] = {{quote.bid.ticks - step}, {100}, 3};
            depth.asks[i] = {{quote.ask.ticks + step}, {100}, 3};
        }
        depth.scale = quote.scale;
        depth.bid_count = store::Depth::levels_max;
        depth.ask_count = store::Depth::levels_max;
        store_.put_quote(id, quote);
        store_.put_depth(id, depth);
    }

    template <class Item>
    bool push(gateway::MarketEventKind kind, std::size_t instrument, const Item& item,
              std::int64_t received_ns) {
        const gateway::MarketEventHeader header{.kind = kind,
                                                .instrument = id_of(instrument),
                                                .count = 1,
                                                .exchange_ns = received_ns,
                                                .received_ns = received_ns};
        const std::span<std::byte> room = events_.reserve(sizeof header + sizeof item);
        if (room.empty()) return false;
        std::memcpy(room.data(), &header, sizeof header);
        std::memcpy(room.data() + sizeof header, &item, sizeof item);
        events_.commit(room.size());
        return true;
    }

    store::MarketStore store_;
    std::vector<store::Quote> quotes_;
    book::ByteRing events_{std::size_t{1} << 22};
    book::SpscRing<gateway::WatchRequest> requests_{1U << 16};
};

}  // namespace tickweir::bench
