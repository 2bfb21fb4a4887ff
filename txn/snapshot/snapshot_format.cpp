#include "txn/snapshot/snapshot_format.hpp"

#include "txn/io/crc32c.hpp"

namespace tickweir::txn::snapshot {
namespace {

std::uint32_t checksum_of(const FileHeader& header, const log::LogId& id) {
    return io::crc32c(bytes_of(header).first(offsetof(FileHeader, header_crc)), log::seed_of(id));
}

std::uint32_t checksum_of(const ChunkHeader& chunk, log::Bytes body, std::uint32_t seed) {
    return io::crc32c(body, io::crc32c(bytes_of(chunk).first(offsetof(ChunkHeader, crc)), seed));
}

}  // namespace

FileHeader encode(const SnapshotHeader& header) {
    FileHeader into{.magic = file_magic,
                    .version = format_version,
                    .shards = header.shards,
                    .log_id = header.log_id.bytes,
                    .lsn = log::number(header.lsn),
                    .term = header.term,
                    .state_hash_low = static_cast<std::uint64_t>(header.state_hash),
                    .state_hash_high = static_cast<std::uint64_t>(header.state_hash >> 64),
                    .time_ns = header.time.time_since_epoch().count(),
                    .reserved = 0,
                    .header_crc = 0};
    into.header_crc = checksum_of(into, header.log_id);
    return into;
}

ChunkHeader encode_chunk(std::uint32_t section, std::uint64_t number, log::Bytes body,
                         std::uint32_t seed) {
    ChunkHeader chunk{.magic = chunk_magic,
                      .section = section,
                      .number = number,
                      .bytes = static_cast<std::uint32_t>(body.size()),
                      .crc = 0};
    chunk.crc = checksum_of(chunk, body, seed);
    return chunk;
}

Trailer encode_trailer(std::uint64_t chunks, std::uint64_t bytes, std::uint32_t all_crc,
                       std::uint32_t seed) {
    Trailer trailer{
        .magic = trailer_magic, .chunks = chunks, .bytes = bytes, .all_crc = all_crc, .crc = 0};
    trailer.crc = io::crc32c(bytes_of(trailer).first(offsetof(Trailer, crc)), seed);
    return trailer;
}

const char* decode(const FileHeader& from, const log::LogId& id, SnapshotHeader& header) {
    if (from.magic != file_magic) return "it is no snapshot";
    if (from.version != format_version) return "it is of another version";
    if (from.log_id != id.bytes) return "it belongs to another log";
    if (from.header_crc != checksum_of(from, id)) return "the header's checksum is wrong";
    if (from.reserved != 0 || from.shards == 0) return "the header makes no sense";
    header = {.log_id = id,
              .lsn = log::Lsn{from.lsn},
              .term = from.term,
              .state_hash = book::exact::Uint128{from.state_hash_high} << 64 | from.state_hash_low,
              .time = book::TimeNs{std::chrono::nanoseconds{from.time_ns}},
              .shards = from.shards};
    return nullptr;
}

const char* check_fields(const ChunkHeader& chunk, std::uint32_t section, std::uint64_t number) {
    if (chunk.magic != chunk_magic) return "no chunk begins here";
    if (chunk.number != number) return "a chunk's number is not the next";
    if (chunk.section != section) return "a chunk is of another section";
    return chunk.bytes <= chunk_bytes_max ? nullptr : "a chunk is larger than there are";
}

const char* check_body(const ChunkHeader& chunk, log::Bytes body, std::uint32_t seed) {
    return chunk.crc == checksum_of(chunk, body, seed) ? nullptr : "a chunk's checksum is wrong";
}

const char* check(const Trailer& trailer, const Trailer& expected) {
    if (trailer.magic != expected.magic) return "no trailer begins here";
    if (trailer.chunks != expected.chunks) return "the trailer counts other chunks";
    if (trailer.bytes != expected.bytes) return "the trailer counts other bytes";
    if (trailer.all_crc != expected.all_crc) return "the checksum of all is wrong";
    return trailer.crc == expected.crc ? nullptr : "the trailer's checksum is wrong";
}

}  // namespace tickweir::txn::snapshot
