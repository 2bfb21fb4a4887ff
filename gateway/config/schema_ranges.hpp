// Ranges that several tables of keys use. Private to the schema's files.
#pragma once

#include <cstdint>
#include <span>

#include "gateway/config/schema.hpp"

namespace tickweir::gateway {

constexpr Allowed between(std::int64_t least, std::int64_t most) {
    return {least, most, false};
}
constexpr Allowed power_of_two(std::int64_t least, std::int64_t most) {
    return {least, most, true};
}
constexpr Allowed text(std::int64_t least, std::int64_t most) {
    return {least, most, false};
}

inline constexpr bool reloadable = true;
inline constexpr std::int64_t kib = 1'024;
inline constexpr std::int64_t mib = kib * 1'024;
inline constexpr std::int64_t gib = mib * 1'024;
inline constexpr Allowed budget = between(mib, 1'024 * gib);
inline constexpr Allowed timeout_ms = between(10, 3'600'000);
inline constexpr Allowed path_text = text(0, 4'096);

/// The keys of a feed, of whatever kind.
std::span<const Key> feed_keys();

/// Those of the venue, and of what it knows by name.
std::span<const Key> venue_keys();
std::span<const Key> account_keys();
std::span<const Key> venue_instrument_keys();

/// Those of FIX, of administration, and of a session, at the venue and over FIX.
std::span<const Key> fix_keys();
std::span<const Key> admin_keys();
std::span<const Key> session_keys();

/// Those of the limits that sessions share, and of the shield.
std::span<const Key> limits_keys();
std::span<const Key> shield_keys();

}  // namespace tickweir::gateway
