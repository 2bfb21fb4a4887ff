// Compares what a client knows with what a market has.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "book/decimal.hpp"
#include "tests/serve/hub/client_twin.hpp"
#include "tests/serve/hub/fake_market.hpp"

namespace tickweir::tests {

inline std::string price_text(std::int64_t price) {
    return book::to_text(book::Price{price}, 2);
}

inline std::map<std::string, TwinStream::Row> top_of(const FakeMarket::Levels& levels,
                                                     book::Side side, std::size_t depth) {
    std::map<std::string, TwinStream::Row> top;
    const auto put = [&](const auto& level) {
        if (top.size() < depth)
            top[price_text(level.first)] = {std::to_string(level.second.open), level.second.orders};
    };
    if (side == book::Side::buy)
        for (auto level = levels.rbegin(); level != levels.rend(); ++level)
            put(*level);
    else
        for (const auto& level : levels)
            put(level);
    return top;
}

inline void expect_levels(const TwinStream& stream, const FakeMarket& market, book::InstrumentId id,
                          std::size_t depth) {
    EXPECT_EQ(stream.bids, top_of(market.levels(id, book::Side::buy), book::Side::buy, depth));
    EXPECT_EQ(stream.asks, top_of(market.levels(id, book::Side::sell), book::Side::sell, depth));
}

inline void expect_quote(const TwinStream& stream, const FakeMarket& market,
                         book::InstrumentId id) {
    const store::Quote quote = market.quote(id);
    const auto text = [](bool there, const std::string& value) { return there ? value : "null"; };
    EXPECT_EQ(stream.fields.at("bid"), text(quote.has_bid != 0, price_text(quote.bid.ticks)));
    EXPECT_EQ(stream.fields.at("ask"), text(quote.has_ask != 0, price_text(quote.ask.ticks)));
    EXPECT_EQ(stream.fields.at("bid_quantity"),
              text(quote.has_bid != 0, std::to_string(quote.bid_open.lots)));
    EXPECT_EQ(stream.fields.at("ask_quantity"),
              text(quote.has_ask != 0, std::to_string(quote.ask_open.lots)));
}

/// Orders in priority: the twin holds them by arrival, which within a price is the same.
inline void expect_orders(const TwinStream& stream, const FakeMarket& market,
                          book::InstrumentId id) {
    std::map<std::string, std::vector<TwinStream::Order>> have;
    std::map<std::string, std::vector<TwinStream::Order>> want;
    for (const auto& order : stream.orders)
        have[order.side + order.price].push_back(order);
    for (const auto& order : market.orders_in_priority(id)) {
        const std::string side = order.side == book::Side::buy ? "buy" : "sell";
        want[side + price_text(order.price)].push_back(
            {std::to_string(static_cast<std::uint64_t>(order.id)), side, price_text(order.price),
             std::to_string(order.open)});
    }
    EXPECT_EQ(have, want);
}

inline void expect_no_complaints(const ClientTwin& twin) {
    for (const std::string& complaint : twin.complaints())
        ADD_FAILURE() << complaint;
}

}  // namespace tickweir::tests
