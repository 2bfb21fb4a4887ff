// A serving thread's twin: takes a market shard's records and rebuilds what it watches from them
// alone, checking on the way that beginnings are whole and come first.
#pragma once

#include <gtest/gtest.h>

#include <cstring>
#include <map>
#include <vector>

#include "book/byte_ring.hpp"
#include "gateway/market/market_event.hpp"

namespace tickweir::tests {

class MarketTwin {
public:
    using Levels = std::map<std::int64_t, std::pair<std::int64_t, std::uint32_t>>;
    struct Order {
        book::Side side;
        std::int64_t price;
        std::int64_t open;
        friend bool operator==(const Order&, const Order&) = default;
    };
    struct Instrument {
        std::array<Levels, 2> levels;
        std::map<std::uint64_t, Order> orders;
        std::vector<store::Trade> trades;
        store::Scale levels_scale{};
        store::Quote quote{};
        store::InstrumentStatus status{};
        bool has_levels = false;
        bool has_orders = false;
        bool has_quote = false;
        bool has_trades = false;
        std::uint64_t beginnings = 0;
        std::int64_t trades_begin_ns = 0;
    };

    explicit MarketTwin(book::ByteRing& ring) : ring_{ring} {}

    /// Takes up to `count` records; how many there were.
    std::size_t take(std::size_t count = ~std::size_t{0}) {
        std::size_t taken = 0;
        for (; taken < count; ++taken) {
            const auto record = ring_.front();
            if (record.data() == nullptr) break;
            on_record(record);
            ring_.advance();
        }
        ring_.release();
        return taken;
    }

    Instrument& operator[](book::InstrumentId id) { return instruments_[id]; }
    std::map<book::InstrumentId, Instrument>& instruments() { return instruments_; }

private:
    void on_record(std::span<const std::byte> record) {
        using Kind = gateway::MarketEventKind;
        gateway::MarketEventHeader header;
        std::memcpy(&header, record.data(), sizeof header);
        Instrument& into = instruments_[header.instrument];
        switch (header.kind) {
            case Kind::quote:
                into.quote = gateway::items_of<store::Quote>(record)[0];
                into.has_quote = true;
                break;
            case Kind::levels_snapshot:
                into.beginnings += header.first;
                if (header.first != 0) into.levels = {};
                into.levels_scale = header.scale;
                set_levels(into, record);
                into.has_levels = header.last != 0;
                break;
            case Kind::levels:
                EXPECT_TRUE(into.has_levels);
                EXPECT_EQ(header.scale, into.levels_scale) << "levels of two scales in one book";
                set_levels(into, record);
                break;
            case Kind::orders_snapshot:
                if (header.first != 0) into.orders.clear();
                for (const auto& item : gateway::items_of<gateway::OrderItem>(record))
                    change(into, item);
                into.has_orders = header.last != 0;
                break;
            case Kind::orders:
                EXPECT_TRUE(into.has_orders);
                change(into, gateway::items_of<gateway::OrderItem>(record)[0]);
                break;
            case Kind::trades_begin:
                into.trades.clear();
                into.has_trades = true;
                into.trades_begin_ns = header.exchange_ns;
                break;
            case Kind::trade: {
                EXPECT_TRUE(into.has_trades);
                const auto& trade = gateway::items_of<store::Trade>(record)[0];
                if (!into.trades.empty()) {
                    EXPECT_EQ(trade.index, into.trades.back().index + 1);
                }
                into.trades.push_back(trade);
                break;
            }
            case Kind::status:
                into.status = gateway::items_of<store::InstrumentStatus>(record)[0];
                break;
        }
    }

    static void set_levels(Instrument& into, std::span<const std::byte> record) {
        for (const auto& item : gateway::items_of<gateway::LevelItem>(record)) {
            Levels& side = into.levels[static_cast<std::size_t>(item.side)];
            if (item.open.lots == 0)
                side.erase(item.price.ticks);
            else
                side[item.price.ticks] = {item.open.lots, item.order_count};
        }
    }

    static void change(Instrument& into, const gateway::OrderItem& item) {
        const auto id = static_cast<std::uint64_t>(item.order);
        const Order order{item.side, item.price.ticks, item.open.lots};
        switch (item.action) {
            case gateway::OrderAction::add:
                EXPECT_TRUE(into.orders.emplace(id, order).second);
                break;
            case gateway::OrderAction::reduce:
                EXPECT_GT(into.orders.at(id).open, order.open);
                into.orders.at(id) = order;
                break;
            case gateway::OrderAction::remove:
                EXPECT_EQ(into.orders.erase(id), 1U);
                break;
            case gateway::OrderAction::replace:
                EXPECT_EQ(into.orders.erase(id), 1U);
                EXPECT_TRUE(
                    into.orders.emplace(static_cast<std::uint64_t>(item.new_order), order).second);
        }
    }

    book::ByteRing& ring_;
    std::map<book::InstrumentId, Instrument> instruments_;
};

}  // namespace tickweir::tests
