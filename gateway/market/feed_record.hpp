// What a feed hands to a market shard: records of a ByteRing, a header and then framed messages.
#pragma once

#include <cstddef>
#include <cstdint>

namespace tickweir::gateway {

enum class FeedRecordKind : std::uint32_t {
    session,   ///< a session begins: its books are empty
    messages,  ///< whole frames `[length, 2 bytes][message]...` follow
    lost,      ///< messages went missing for good: no book can be trusted in this session any more
    gap,       ///< messages are missing: the books stand still until they are there
    stale,     ///< the feed has been silent, or not connected, for too long
    live,      ///< nothing is missing (any more), and it is heard of (again)
    ended,     ///< nothing more comes in this session
};

struct FeedRecordHeader {
    FeedRecordKind kind{};
    std::uint32_t messages = 0;    ///< frames that follow
    std::int64_t received_ns = 0;  ///< our clock
    std::int64_t midnight_ns = 0;  ///< what the messages' times count from, since the epoch
};

/// A feed puts no more into one record, so that a shard knows what room it needs before it applies
/// one: a packet of Ethernet holds fewer.
inline constexpr std::uint32_t feed_record_messages_max = 256;
inline constexpr std::size_t feed_record_bytes_max = 16U << 10;

/// Bytes behind the frames of a record, for decoders that look a little ahead.
inline constexpr std::size_t feed_record_padding = 64;

}  // namespace tickweir::gateway
