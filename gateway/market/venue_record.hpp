// What a venue's shard hands to the market shard of its instruments: records of a ByteRing, a
// header and then items of one kind. Only what is durable, and only what everybody may see.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <type_traits>

#include "book/types.hpp"

namespace tickweir::gateway {

/// The kind of a record tells the type of its items. A trade that is busted or corrected later
/// stays printed: no channel of market data can take one back.
enum class VenueRecordKind : std::uint32_t {
    opening,  ///< no items: all books are empty and unknown until `ready`
    levels,   ///< VenueLevelItem...: levels as they stand now, in the order of their changes
    trades,   ///< VenueTradeItem...
    states,   ///< VenueStateItem...
    ready,    ///< no items: the books are whole, and are kept so from now on
    stopped,  ///< no items: the log failed; nothing that is shown can be trusted any more
};

struct VenueRecordHeader {
    VenueRecordKind kind{};
    std::uint32_t count = 0;    ///< items that follow
    std::uint64_t lsn = 0;      ///< of the record in the log that caused it; 0: none did
    std::int64_t time_ns = 0;   ///< when it was executed, the venue's clock
    std::int64_t ready_ns = 0;  ///< when it could be told, our clock
};
static_assert(sizeof(VenueRecordHeader) == 32);

/// An instrument is named by its place in the venue's settings.
struct VenueLevelItem {
    std::uint32_t instrument = 0;
    book::Side side{};
    std::uint8_t reserved[3]{};
    book::Price price;
    book::Quantity open;  ///< of what is shown; 0: the level is gone
    std::uint32_t order_count = 0;
    std::uint32_t reserved_more = 0;
};
static_assert(sizeof(VenueLevelItem) == 32);

struct VenueTradeItem {
    std::uint32_t instrument = 0;
    book::Side aggressor{};
    std::uint8_t reserved[3]{};
    book::Price price;
    book::Quantity quantity;
    std::uint64_t trade = 0;  ///< its id at the venue
};
static_assert(sizeof(VenueTradeItem) == 32);

struct VenueStateItem {
    std::uint32_t instrument = 0;
    std::uint32_t state = 0;  ///< a txn::MarketState
};
static_assert(sizeof(VenueStateItem) == 8);

/// No record has more items, so that a market shard knows what room it needs before it applies one.
inline constexpr std::size_t venue_record_items_max = 256;
inline constexpr std::size_t venue_record_bytes_max =
    sizeof(VenueRecordHeader) + venue_record_items_max * sizeof(VenueLevelItem);

/// The items of a record, whose bytes are aligned to 8. Both ends are one process.
template <class Item>
std::span<const Item> venue_items(std::span<const std::byte> record) {
    static_assert(std::is_trivially_copyable_v<Item> && alignof(Item) <= 8);
    VenueRecordHeader header;
    std::memcpy(&header, record.data(), sizeof header);
    return {reinterpret_cast<const Item*>(record.data() + sizeof header), header.count};
}

}  // namespace tickweir::gateway
