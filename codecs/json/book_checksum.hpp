// The checksums that Kraken and OKX give with their books, taken over the numbers' text as the
// venue writes it. That text is a function of the integers, so it is made again here instead of
// being kept.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace tickweir::codecs::json {

/// A level as integers: price and quantity in units of 10^-decimals of their instrument.
struct ScaledLevel {
    std::int64_t price = 0;
    std::int64_t quantity = 0;
    friend constexpr bool operator==(const ScaledLevel&, const ScaledLevel&) = default;
};

/// Decimals of an instrument's numbers: those of the integers, and those that the venue writes
/// (BookEvent::price_decimals and quantity_decimals). At most 18.
struct WrittenScale {
    std::uint32_t held = 0;
    std::uint32_t written = 0;
};

inline constexpr std::size_t kraken_checksum_levels = 10;
inline constexpr std::size_t okx_checksum_levels = 25;

/// Kraken's CRC-32, v1 and v2: asks from the lowest, then bids from the highest, of each level
/// price and quantity with fixed decimals, without the point and without zeros in front. Levels are
/// given best first; those beyond the tenth do not count. A number with more decimals than are
/// written is none of the venue's: its checksum is not right either. Allocates nothing.
std::uint32_t kraken_checksum(std::span<const ScaledLevel> asks, std::span<const ScaledLevel> bids,
                              WrittenScale price, WrittenScale quantity);

/// OKX's CRC-32 (sent as a signed number; this is its bits): `bid:quantity:ask:quantity:...`, 25
/// levels in turn and the longer side alone when the other one ends, numbers in normal form
/// ("30244.2", "0.06523858", "30261"). Levels are given best first. Allocates nothing.
std::uint32_t okx_checksum(std::span<const ScaledLevel> asks, std::span<const ScaledLevel> bids,
                           std::uint32_t price_decimals, std::uint32_t quantity_decimals);

}  // namespace tickweir::codecs::json
