// A market shard as the hub sees it: true books of some instruments, and records of their changes
// for whoever watches. Answers requests when told to; no thread.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <vector>

#include "book/byte_ring.hpp"
#include "book/ring.hpp"
#include "gateway/market/market_event.hpp"
#include "gateway/serve/hub.hpp"
#include "store/market_store.hpp"

namespace tickweir::tests {

class FakeMarket {
public:
    struct Order {
        book::OrderId id{};
        book::Side side = book::Side::buy;
        std::int64_t price = 0;
        std::int64_t open = 0;
        friend bool operator==(const Order&, const Order&) = default;
    };
    struct Row {
        std::int64_t open = 0;
        std::uint32_t orders = 0;
        friend bool operator==(const Row&, const Row&) = default;
    };
    using Levels = std::map<std::int64_t, Row>;

    explicit FakeMarket(store::MarketStore& store, std::size_t requests = 64,
                        std::size_t ring_bytes = std::size_t{16} << 20);

    gateway::MarketLink link() { return {&events_, &requests_, nullptr, nullptr}; }
    book::InstrumentId list(std::string_view symbol, std::string_view venue = "nasdaq",
                            bool has_orders = true);

    /// Answers what the hub asked for. How many requests there were.
    std::size_t serve();
    std::uint8_t watched(book::InstrumentId id) const { return of(id).watched; }

    // Changes: each writes what is watched, and publishes it.
    void add(book::InstrumentId id, std::uint64_t order, book::Side side, std::int64_t price,
             std::int64_t quantity);
    void reduce(book::InstrumentId id, std::uint64_t order, std::int64_t by);
    void remove(book::InstrumentId id, std::uint64_t order);
    void replace(book::InstrumentId id, std::uint64_t order, std::uint64_t new_order,
                 std::int64_t price, std::int64_t quantity);
    void trade(book::InstrumentId id, std::int64_t price, std::int64_t quantity,
               store::Aggressor aggressor = store::Aggressor::buy);
    void set_status(book::InstrumentId id, store::TradingState state, store::SyncReason reason);
    /// The book is emptied and begins anew.
    void new_session(book::InstrumentId id);
    /// Finer numbers came: prices and quantities stay what they are, in so many more decimals.
    void rescale(book::InstrumentId id, unsigned more_price, unsigned more_quantity);
    /// A record that makes no sense: a level in a scale that no beginning told of.
    void send_level_of_another_scale(book::InstrumentId id);
    /// A record that makes no sense: the newest order is added once more.
    void resend_last_order(book::InstrumentId id);
    /// Any of these, at random. `orders_max` bounds the open orders of an instrument.
    template <class Random>
    void random_event(book::InstrumentId id, Random& random, std::size_t orders_max = 200);

    // The truth.
    const std::vector<Order>& orders(book::InstrumentId id) const { return of(id).orders; }
    std::vector<Order> orders_in_priority(book::InstrumentId id) const;
    Levels levels(book::InstrumentId id, book::Side side) const;
    store::Quote quote(book::InstrumentId id) const;
    std::uint64_t trades(book::InstrumentId id) const;
    store::InstrumentStatus status(book::InstrumentId id) const { return store_.latest_status(id); }
    std::size_t count() const { return instruments_.size(); }

    /// Nanoseconds that every event moves the exchange's clock on.
    std::int64_t clock_ns = 1'000'000'000;
    /// Levels or orders in one record of a beginning.
    std::size_t items_per_record = 64;

private:
    struct Instrument {
        std::vector<Order> orders;  // by arrival
        std::uint8_t watched = 0;
        std::uint64_t version = 0;
        store::Scale scale{.price_decimals = 2, .quantity_decimals = 0};
    };

    Instrument& of(book::InstrumentId id) { return instruments_[static_cast<std::size_t>(id)]; }
    const Instrument& of(book::InstrumentId id) const {
        return instruments_[static_cast<std::size_t>(id)];
    }
    std::size_t find(book::InstrumentId id, std::uint64_t order) const;
    template <class Item>
    void send(book::InstrumentId id, gateway::MarketEventKind kind, std::span<const Item> items,
              bool first = true, bool last = true);
    template <class Item>
    void send_beginning(book::InstrumentId id, gateway::MarketEventKind kind,
                        const std::vector<Item>& items);
    void begin(book::InstrumentId id, std::uint8_t watches);
    template <class Change>
    void change(book::InstrumentId id, const gateway::OrderItem& item,
                std::vector<std::pair<book::Side, std::int64_t>> touched, Change&& change);

    store::MarketStore& store_;
    book::ByteRing events_;
    book::SpscRing<gateway::WatchRequest> requests_;
    std::vector<Instrument> instruments_;
};

template <class Random>
void FakeMarket::random_event(book::InstrumentId id, Random& random, std::size_t orders_max) {
    const std::vector<Order>& open = orders(id);
    const auto kind = random() % 100;
    const auto side = random() % 2 == 0 ? book::Side::buy : book::Side::sell;
    const auto away = static_cast<std::int64_t>(random() % 40);
    const std::int64_t price = side == book::Side::buy ? 1'000 - away : 1'001 + away;
    const auto quantity = static_cast<std::int64_t>(1 + random() % 100);
    const std::uint64_t fresh = random() >> 1;
    if (kind < 4) {
        trade(id, price, quantity, static_cast<store::Aggressor>(random() % 3));
    } else if (kind == 4) {
        const auto reason = random() % 3 == 0 ? store::SyncReason::gap : store::SyncReason::none;
        set_status(id, static_cast<store::TradingState>(1 + random() % 3), reason);
    } else if (kind == 5 && random() % 20 == 0) {
        new_session(id);
    } else if (open.empty() || (kind < 50 && open.size() < orders_max)) {
        add(id, fresh, side, price, quantity);
    } else {
        const Order order = open[random() % open.size()];
        const auto known = static_cast<std::uint64_t>(order.id);
        const std::int64_t at = order.side == book::Side::buy ? 1'000 - away : 1'001 + away;
        if (kind < 65 && order.open > 1)
            reduce(id, known, 1 + static_cast<std::int64_t>(random() % 100) % (order.open - 1));
        else if (kind < 80)
            replace(id, known, fresh, at, quantity);
        else
            remove(id, known);
    }
}

}  // namespace tickweir::tests
