// What a market shard tells a serving thread, and what a serving thread asks of a market shard.
// Records of a ByteRing: a header, then items of one kind. Values only; both ends are one process.
#pragma once

#include <cstdint>
#include <span>
#include <type_traits>

#include "book/event.hpp"
#include "book/types.hpp"
#include "store/values.hpp"

namespace tickweir::gateway {

/// What a serving thread can watch of one instrument; bits of a mask.
enum class Watch : std::uint8_t { quote = 1, levels = 2, orders = 4, trades = 8 };

/// Serving → market: from now on watch exactly these of an instrument. For each watch that is new
/// the shard answers with its beginning (`quote`, `levels_snapshot`, `orders_snapshot`,
/// `trades_begin`) and then sends every change, in order and without loss.
struct WatchRequest {
    book::InstrumentId instrument{};
    std::uint8_t watches = 0;  ///< of `Watch`
    std::uint8_t again = 0;    ///< of `Watch`: send these beginnings anew
    std::uint16_t reserved = 0;
};

/// Market → serving: the kind of a record tells the type of its items.
enum class MarketEventKind : std::uint32_t {
    quote,            ///< one store::Quote: the touch as it stands now
    levels,           ///< LevelItem...: all levels one event changed, as they stand now
    levels_snapshot,  ///< LevelItem...: a whole book, bids best first, then asks; may be continued
    orders,           ///< OrderItem: one event
    orders_snapshot,  ///< OrderItem (add)...: a whole book in priority order; may be continued
    trades_begin,     ///< one store::Trade: the last one before the watch (index 0: none)
    trade,            ///< one store::Trade
    status,           ///< one store::InstrumentStatus; sent for every instrument, watched or not
};

struct MarketEventHeader {
    MarketEventKind kind{};
    book::InstrumentId instrument{};  ///< of the store
    std::uint32_t count = 0;          ///< items that follow
    std::uint8_t first = 1;           ///< of a snapshot: this record begins it
    std::uint8_t last = 1;            ///< of a snapshot: this record completes it
    store::Scale scale{};             ///< of the items, all of one scale
    std::int64_t exchange_ns = 0;     ///< since the epoch
    std::int64_t received_ns = 0;     ///< of the packet that caused it, our clock; for latencies
};

/// A level as it stands; open 0: gone.
struct LevelItem {
    book::Side side{};
    std::uint8_t reserved[3]{};
    std::uint32_t order_count = 0;
    book::Price price;
    book::Quantity open;
};

enum class OrderAction : std::uint8_t { add, reduce, remove, replace };

/// One order's change. `open` is what is open after it; `new_order` of a replace only.
struct OrderItem {
    OrderAction action{};
    book::Side side{};
    std::uint8_t reserved[6]{};
    book::OrderId order{};
    book::OrderId new_order{};
    book::Price price;  ///< after a replace: the new one
    book::Quantity open;
};

/// The records' payload behind the header lies as an array of Item; everything is 8-byte aligned.
template <class Item>
std::span<const Item> items_of(std::span<const std::byte> record) {
    static_assert(std::is_trivially_copyable_v<Item> && alignof(Item) <= 8);
    static_assert(sizeof(MarketEventHeader) % alignof(Item) == 0);
    const auto* header = reinterpret_cast<const MarketEventHeader*>(record.data());
    return {reinterpret_cast<const Item*>(record.data() + sizeof(MarketEventHeader)),
            header->count};
}

}  // namespace tickweir::gateway
