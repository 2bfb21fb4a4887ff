// What a feed of JSON hands to its market shard: records of a ByteRing, a header and then text. A
// text of any length goes through a ring of any size in parts.
#pragma once

#include <cstddef>
#include <cstdint>

namespace tickweir::gateway {

enum class JsonRecordKind : std::uint16_t {
    session,          ///< everything begins anew: no book is known, no connection
    connected,        ///< a connection is there, or there again
    connection_lost,  ///< what came over it cannot be trusted until it is sent again
    expected,         ///< the text is a symbol whose book was asked for on the connection
    frame,            ///< the text is a WebSocket frame, verbatim
    answer,           ///< the text is a target (path and query), then the body of its HTTP answer
    tick,             ///< time has passed
    stale,            ///< the feed as a whole has been silent for too long, or is not connected
    live,             ///< it is heard of again
    ended,            ///< nothing more comes in this session
};

/// Parts of one text follow each other without anything between them.
struct JsonRecordHeader {
    JsonRecordKind kind{};
    std::uint16_t connection = 0;    ///< of the feed's, counted from 0
    std::uint32_t target_bytes = 0;  ///< of an answer: at the front of the whole text
    std::uint32_t whole_bytes = 0;   ///< of the text, all its parts together
    std::uint32_t offset = 0;        ///< of this part
    std::uint32_t bytes = 0;         ///< of this part, behind the header
    std::uint32_t depth = 0;         ///< of `expected`: levels a side asked for; 0: not told
    std::int64_t received_ns = 0;    ///< our clock
    /// When it was received as far as books are concerned: of a live feed received_ns, of a capture
    /// the recorded time and shift_ns.
    std::int64_t time_ns = 0;
    std::int64_t shift_ns = 0;  ///< what the venue's own times are to be moved by
    std::int64_t asked_ns = 0;  ///< of an answer: when its request left; 0: not known

    bool whole() const { return bytes == whole_bytes; }
    bool last() const { return offset + bytes == whole_bytes; }
};
static_assert(sizeof(JsonRecordHeader) == 56);

/// A longer text is sent in parts.
inline constexpr std::size_t json_part_bytes_max = 64U << 10;

/// Bytes behind the text of a record, so that a parser reads it where it lies.
inline constexpr std::size_t json_record_padding = 64;

}  // namespace tickweir::gateway
