// Marks in the log: how many records a shard has written so far, what they add up to, and what the
// shard has made of balances. Whoever reads the log adds up the same and sees at the next mark
// whether it read what was written, and whether its state is the one that wrote it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "book/exact/wide.hpp"
#include "txn/io/file.hpp"

namespace tickweir::txn {

using book::exact::Uint128;

/// The type of a mark's record.
inline constexpr std::uint16_t mark_record_type = 2;
/// Records of these types and above are the host's, and nothing to the engine.
inline constexpr std::uint16_t first_host_record_type = 3;

/// Of the command records of one shard since the log's begin: a sum mod 2^128 of hashes, each of
/// the record's bytes and its place in the shard, so that exchanged ones do not cancel out.
class ShardSum {
public:
    /// Linear in the payload: one multiplication for 16 bytes.
    void add(io::Bytes payload);

    std::uint64_t records = 0;
    Uint128 sum = 0;
    friend bool operator==(const ShardSum&, const ShardSum&) = default;
};

struct Mark {
    std::uint16_t shard = 0;
    ShardSum sum;
    Uint128 balances = 0;  ///< Venue::balance_sum()
    friend bool operator==(const Mark&, const Mark&) = default;
};

inline constexpr std::size_t mark_bytes = 48;

void encode_mark(std::span<std::byte, mark_bytes> into, const Mark& mark);
/// Nothing if it is no mark.
[[nodiscard]] std::optional<Mark> decode_mark(io::Bytes payload);

}  // namespace tickweir::txn
