// The write-ahead log's bytes on disk, little-endian: segments of batches of records. Says what is
// where and whether bytes are a whole header, batch or record; reads and writes no files.
//
//   segment file   | header 4 KiB | batch | batch | ... | seal | zeros, never written |
//
//   batch          | header 64 B | record | record | ... | 0xA5 up to a multiple of 4 KiB |
//
//   record         | header 24 B | 511 bytes of payload | A5 | 511 bytes | A5 | rest | A5 | A5.. |
//                                                                                     to 8 bytes
//
// A batch is one write. Every batch carries the checksum of the header before it, across segments,
// so that what was exchanged, left out or put in from elsewhere is seen:
//
//   segment header ◄── batch ◄── batch ◄── seal ◄── segment header ◄── batch ...
//
// No 512 bytes of zeros lie in what a batch has written, wherever they begin: between two bytes of
// payload that are not zero, or of the format's own, there are 511 at most. Segments are zeros
// before they are written. So a sector of zeros inside a batch was never written, and tells a write
// that power cut off from one that rotted.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>

#include "txn/log/lsn.hpp"

namespace tickweir::txn::log {

using Bytes = std::span<const std::byte>;

static_assert(std::endian::native == std::endian::little);

inline constexpr std::uint32_t format_version = 1;
inline constexpr std::size_t block_bytes = 4096;  ///< batches begin and end at multiples
inline constexpr std::size_t sector_bytes = 512;  ///< what a disk writes whole or not at all
inline constexpr std::byte filler{0xA5};
inline constexpr std::size_t payload_part_bytes = sector_bytes - 1;

/// Which log this is, among all there ever were; chosen at random when its directory is made.
struct LogId {
    std::array<std::byte, 16> bytes{};
    friend bool operator==(const LogId&, const LogId&) = default;
};

/// What every checksum of a log begins with: bytes of another log are never valid in this one.
std::uint32_t seed_of(const LogId& id);

enum class BatchKind : std::uint16_t {
    records = 1,
    closing = 2,  ///< no records: tells that all before it are durable
    seal = 3,     ///< the same, and that the log goes on in the next segment
};

struct SegmentHeader {
    std::uint64_t magic;  // segment_magic
    std::uint32_t version;
    std::uint32_t batch_bytes_max;  // of the batches in this segment
    std::array<std::byte, 16> log_id;
    std::uint64_t segment;        // its number, from 1
    std::uint64_t segment_bytes;  // length of the file
    std::uint64_t first_lsn;      // of the first record in it, or the next to come
    std::uint64_t durable_lsn;    // known durable when this was written
    std::uint64_t term;
    std::uint32_t previous_crc;  // header_crc of the seal before; 0 in the log's first segment
    std::uint32_t header_crc;    // of the bytes before, from the log's seed
};                               // then 0xA5 up to 4 KiB
static_assert(sizeof(SegmentHeader) == 80 && offsetof(SegmentHeader, log_id) == 16 &&
              offsetof(SegmentHeader, segment) == 32 && offsetof(SegmentHeader, first_lsn) == 48 &&
              offsetof(SegmentHeader, term) == 64 && offsetof(SegmentHeader, header_crc) == 76);

struct BatchHeader {
    std::uint64_t magic;        // batch_magic
    std::uint32_t bytes;        // of the whole batch: a multiple of block_bytes
    std::uint32_t body_bytes;   // of the records
    std::uint32_t count;        // of the records
    std::uint16_t kind;         // BatchKind
    std::uint16_t reserved;     // 0xA5A5
    std::uint64_t first_lsn;    // of its first record, or the next to come
    std::uint64_t durable_lsn;  // known durable when this was written
    std::uint64_t term;         // of the writer; never falls
    std::uint32_t segment;      // low half of the segment's number
    std::uint32_t previous_crc;
    std::uint32_t body_crc;    // of everything after this header, from the log's seed
    std::uint32_t header_crc;  // of the bytes before, from the log's seed
};
static_assert(sizeof(BatchHeader) == 64 && offsetof(BatchHeader, kind) == 20 &&
              offsetof(BatchHeader, first_lsn) == 24 && offsetof(BatchHeader, segment) == 48 &&
              offsetof(BatchHeader, header_crc) == 60);

struct RecordHeader {
    std::uint64_t lsn;
    std::uint32_t payload_bytes;
    std::uint32_t crc;    // of this header with 0 here and the payload, from the log's seed
    std::uint16_t type;   // the owner's, not ours
    std::uint16_t flags;  // aborted_flag or nothing
    std::uint32_t mark;   // 0xA5A5A5A5
};
static_assert(sizeof(RecordHeader) == 24 && offsetof(RecordHeader, crc) == 12 &&
              offsetof(RecordHeader, mark) == 20);

inline constexpr std::uint64_t segment_magic = 0x3147'4553'474F'4C57;  // "WLOGSEG1"
inline constexpr std::uint64_t batch_magic = 0x3148'5441'4247'4C57;    // "WLGBATH1"
inline constexpr std::uint32_t record_mark = 0xA5A5'A5A5;
inline constexpr std::uint16_t header_filler = 0xA5A5;
inline constexpr std::uint16_t aborted_flag = 1;

/// Bytes of a record with so much payload, as it lies in a batch.
constexpr std::size_t encoded_bytes(std::size_t payload_bytes) {
    const std::size_t parts = (payload_bytes + payload_part_bytes - 1) / payload_part_bytes;
    return (sizeof(RecordHeader) + payload_bytes + parts + 7) / 8 * 8;
}

inline constexpr std::size_t record_bytes_max = std::size_t{64} * 1024;
inline constexpr std::size_t payload_bytes_max = 65'384;
static_assert(encoded_bytes(payload_bytes_max) == record_bytes_max &&
              encoded_bytes(payload_bytes_max + 1) > record_bytes_max);

constexpr std::size_t whole_blocks(std::size_t bytes) {
    return (bytes + block_bytes - 1) / block_bytes * block_bytes;
}

/// A batch has to hold the largest record; a segment its header, one batch and a seal.
inline constexpr std::size_t least_batch_bytes_max =
    whole_blocks(sizeof(BatchHeader) + record_bytes_max);
/// Bounds what a reader has to hold of a batch.
inline constexpr std::size_t batch_bytes_ceiling = std::size_t{16} << 20;
constexpr std::size_t least_segment_bytes(std::size_t batch_bytes_max) {
    return batch_bytes_max + 2 * block_bytes;
}

/// A record as its owner sees it. The payload lies in memory of whoever gave the view.
struct RecordView {
    Lsn lsn{};
    std::uint16_t type = 0;
    bool aborted = false;  ///< its number was reserved, but the transaction did not commit
    Bytes payload;
};

/// What is wrong with bytes that should be a header, a batch or a record.
enum class Fault : std::uint8_t {
    none,
    magic,
    version,
    header_checksum,
    header_fields,  ///< checksum right, but sizes or kind make no sense
    padding,
    body_checksum,
    log_id,
    segment_number,
    chain,
    lsn,
    term,
    durable_lsn,
    record,  ///< a record that is not whole inside a whole batch
};

/// For a message: "the body's checksum is wrong".
const char* to_string(Fault fault);

/// Writes a record to the front of `into`, which has encoded_bytes of room. Answers their count.
std::size_t encode_record(std::span<std::byte> into, const RecordView& record, std::uint32_t seed);

/// A record read back.
struct DecodedRecord {
    Fault fault = Fault::none;
    RecordView record;
    std::size_t bytes = 0;  ///< in the batch
};

/// Reads the record at the front of a batch's body. The payload is a view of `body` where it fits
/// one part, else of `scratch`, which has payload_bytes_max of room. Never reads beyond `body`.
[[nodiscard]] DecodedRecord decode_record(Bytes body, std::uint32_t seed,
                                          std::span<std::byte> scratch);

/// Completes the checksum and writes the header to the front of a block, and the filler behind it.
/// Answers the header's checksum, which the first batch carries on.
std::uint32_t put_segment_header(std::span<std::byte> block, SegmentHeader header,
                                 std::uint32_t seed);

/// Completes and writes a batch's header before the body that already lies in `batch`, whose
/// padding and size it completes too. Answers the header's checksum.
std::uint32_t put_batch_header(std::span<std::byte> batch, BatchHeader header, std::uint32_t seed);

/// Whether a segment's first block holds a header of this log, whole in itself; `header` is set
/// where the checksum is right.
[[nodiscard]] Fault get_segment_header(Bytes block, std::uint32_t seed, SegmentHeader& header);

/// Whether a block begins with a batch's header of this log, whole in itself; `header` is set then.
[[nodiscard]] Fault get_batch_header(Bytes block, std::uint32_t seed, BatchHeader& header);

/// Whether what lies behind the header is what was written. `batch` is header.bytes long.
[[nodiscard]] Fault check_body(Bytes batch, const BatchHeader& header, std::uint32_t seed);

/// Whether all bytes are zeros.
bool all_zero(Bytes bytes);

}  // namespace tickweir::txn::log
