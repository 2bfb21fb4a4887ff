// CRC-32C (Castagnoli), the checksum of everything we store: RFC 3720 appendix B.4, polynomial
// 0x1EDC6F41 reflected, with the final complement.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace tickweir::txn::io {

/// The checksum of `bytes`, going on from `seed`: the checksum of what comes before them, 0 for
/// nothing, so that crc32c(b, crc32c(a)) is the checksum of a followed by b. Uses the processor's
/// instruction where it has one.
[[nodiscard]] std::uint32_t crc32c(std::span<const std::byte> bytes, std::uint32_t seed = 0);

/// The checksum of a followed by b, from the checksum of each and the length of b. O(log length).
[[nodiscard]] std::uint32_t crc32c_combine(std::uint32_t of_a, std::uint32_t of_b,
                                           std::uint64_t length_of_b);

/// Whether this processor computes CRC-32C (SSE 4.2).
[[nodiscard]] bool has_crc32c_instruction();

/// crc32c by the instruction, in three interleaved streams; only where has_crc32c_instruction().
[[nodiscard]] std::uint32_t crc32c_by_instruction(std::span<const std::byte> bytes,
                                                  std::uint32_t seed);

/// crc32c by tables, eight bytes a step; on any processor.
[[nodiscard]] std::uint32_t crc32c_by_table(std::span<const std::byte> bytes, std::uint32_t seed);

}  // namespace tickweir::txn::io
