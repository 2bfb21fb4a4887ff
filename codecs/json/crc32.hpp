// CRC-32 as zlib has it (reflected polynomial 0xedb88320, all ones in and out), of texts of some
// hundred bytes, fast.
#pragma once

#include <cstdint>
#include <string_view>

namespace tickweir::codecs::json {

/// The checksum of `before`'s text and `text` behind it; of nothing at all it is 0. Linear: 16
/// bytes a step by carry-less multiplication (Gopal et al., "Fast CRC Computation for Generic
/// Polynomials Using PCLMULQDQ", Intel 2009), the rest by tables.
std::uint32_t crc32(std::string_view text, std::uint32_t before = 0);

namespace detail {

/// Eight bytes a step, by tables only (slicing-by-8, Kounavis and Berry 2005).
std::uint32_t crc32_by_tables(std::string_view text, std::uint32_t before);

}  // namespace detail
}  // namespace tickweir::codecs::json
