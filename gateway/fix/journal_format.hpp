// How a session's messages lie on disk: files of records, each record whole by its checksum or not
// there at all. Bytes only; no files.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "book/types.hpp"

namespace tickweir::gateway::fix {

// A file:  | SegmentHead | RecordHead wire | RecordHead wire | ...
// Numbers in the machine's order, which is little-endian (txn/io/crc32c.cpp insists).

/// At the beginning of every file of messages.
struct SegmentHead {
    std::array<char, 8> magic;
    std::uint32_t version;
    std::uint32_t segment;     ///< ascending within a generation
    std::uint64_t generation;  ///< of the session's numbers; the next one after each reset
    std::int64_t created_ns;   ///< when the generation began
    std::uint32_t reserved;
    std::uint32_t check;  ///< CRC-32C of what is before it
};
static_assert(sizeof(SegmentHead) == 40);

/// Before each message.
struct RecordHead {
    std::uint32_t mark;
    std::uint32_t length;  ///< of the message
    std::uint64_t number;  ///< MsgSeqNum
    /// The number expected of the other side when the message was sent; 0: it is not said.
    std::uint32_t next_inbound;
    /// CRC-32C of the head before it and the message behind it, going on from the segment's check:
    /// what another file has held, or what a message quotes, is never taken for a record.
    std::uint32_t check;
};
static_assert(sizeof(RecordHead) == 24);

/// The longest message that a journal takes, whatever the configuration says.
inline constexpr std::size_t journal_message_bytes_max = 1 << 20;

/// The head that a file has to have.
SegmentHead segment_head(std::uint64_t generation, book::TimeNs created, std::uint32_t segment);

/// Writes a record to `into`, which has room for it; its length.
std::size_t put_record(std::byte* into, std::uint32_t seed, std::uint64_t number,
                       std::uint32_t next_inbound, std::string_view wire);

/// What bytes are, taken for a record.
struct RecordLook {
    enum class Kind : std::uint8_t {
        whole,  ///< a record of `bytes` bytes
        more,   ///< not to be told before `bytes` bytes are there
        bad,    ///< no record, or a damaged one
    };
    Kind kind = Kind::bad;
    std::size_t bytes = 0;
    std::uint64_t number = 0;
    std::uint32_t next_inbound = 0;
    std::string_view wire = {};  ///< within the bytes looked at
};
RecordLook look_at_record(std::span<const std::byte> bytes, std::uint32_t seed);

/// Whether a record's mark is at the beginning of these bytes.
bool has_record_mark(std::span<const std::byte> bytes);

}  // namespace tickweir::gateway::fix
