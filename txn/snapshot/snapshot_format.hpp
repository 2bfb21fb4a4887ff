// A snapshot file's bytes, little-endian: the state of all shards after one record of the log. Says
// what is where and whether bytes are a whole header, chunk or trailer; reads and writes no files.
//
//   | header 80 B | chunk | chunk | ... | end of section | chunk | ... | end of section | trailer
//   32 B |
//
//   chunk           | header 24 B | 1 byte to 1 MiB of a section's state |
//   end of section  a chunk without bytes
//
// Section 0 is the ledger, 1 to n are the venue's shards. Every checksum but the header's begins
// with the header's, which begins with the log's id: neither a file of another log nor a chunk of
// another snapshot is ever taken for one of this.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

#include "book/exact/wide.hpp"
#include "book/types.hpp"
#include "txn/log/format.hpp"
#include "txn/log/lsn.hpp"

namespace tickweir::txn::snapshot {

inline constexpr std::uint32_t format_version = 1;
inline constexpr std::size_t chunk_bytes_max = std::size_t{1} << 20;

/// What a snapshot is of.
struct SnapshotHeader {
    log::LogId log_id;
    log::Lsn lsn{};          ///< of the last record whose effects are in it
    std::uint64_t term = 0;  ///< of the run that wrote it
    book::exact::Uint128 state_hash = 0;
    book::TimeNs time;         ///< when it was made; tells nothing to the state
    std::uint32_t shards = 1;  ///< sections beside the ledger's
    friend bool operator==(const SnapshotHeader&, const SnapshotHeader&) = default;
};

/// A snapshot that is whole.
struct SnapshotInfo {
    SnapshotHeader header;
    std::string path;
    std::uint64_t bytes = 0;   ///< of the file
    std::uint64_t chunks = 0;  ///< ends of sections counted
    friend bool operator==(const SnapshotInfo&, const SnapshotInfo&) = default;
};

struct FileHeader {
    std::uint64_t magic;  // file_magic
    std::uint32_t version;
    std::uint32_t shards;
    std::array<std::byte, 16> log_id;
    std::uint64_t lsn;
    std::uint64_t term;
    std::uint64_t state_hash_low;
    std::uint64_t state_hash_high;
    std::int64_t time_ns;
    std::uint32_t reserved;    // 0
    std::uint32_t header_crc;  // of the bytes before, from the log's seed
};
static_assert(sizeof(FileHeader) == 80 && offsetof(FileHeader, log_id) == 16 &&
              offsetof(FileHeader, lsn) == 32 && offsetof(FileHeader, header_crc) == 76);

struct ChunkHeader {
    std::uint32_t magic;  // chunk_magic
    std::uint32_t section;
    std::uint64_t number;  // in the file, from 1; ends of sections count
    std::uint32_t bytes;   // behind this header; 0: the section ends
    std::uint32_t crc;     // of the fields before and of the bytes, from the header's
};
static_assert(sizeof(ChunkHeader) == 24 && offsetof(ChunkHeader, crc) == 20);

struct Trailer {
    std::uint64_t magic;    // trailer_magic
    std::uint64_t chunks;   // how many there are, ends of sections too
    std::uint64_t bytes;    // of the whole file
    std::uint32_t all_crc;  // of everything between header and trailer, from the header's
    std::uint32_t crc;      // of the fields before, from the header's
};
static_assert(sizeof(Trailer) == 32 && offsetof(Trailer, crc) == 28);

inline constexpr std::uint64_t file_magic = 0x3150'414E'5357'4B54;     // "TKWSNAP1"
inline constexpr std::uint32_t chunk_magic = 0x4B48'4353;              // "SCHK"
inline constexpr std::uint64_t trailer_magic = 0x3144'4E45'5357'4B54;  // "TKWSEND1"

/// The header with its checksum.
FileHeader encode(const SnapshotHeader& header);
/// A chunk's header with the checksum of it and of `body`; `seed` is the file's header_crc.
ChunkHeader encode_chunk(std::uint32_t section, std::uint64_t number, log::Bytes body,
                         std::uint32_t seed);
Trailer encode_trailer(std::uint64_t chunks, std::uint64_t bytes, std::uint32_t all_crc,
                       std::uint32_t seed);

// What is wrong, or nullptr. Values are set where nothing is.
const char* decode(const FileHeader& from, const log::LogId& id, SnapshotHeader& header);
/// Of its fields alone; its bytes follow.
const char* check_fields(const ChunkHeader& chunk, std::uint32_t section, std::uint64_t number);
const char* check_body(const ChunkHeader& chunk, log::Bytes body, std::uint32_t seed);
const char* check(const Trailer& trailer, const Trailer& expected);

template <class T>
log::Bytes bytes_of(const T& value) {
    return std::as_bytes(std::span{&value, 1});
}

}  // namespace tickweir::txn::snapshot
