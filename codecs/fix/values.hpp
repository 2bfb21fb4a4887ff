// Values of FIX fields, from their text and exactly: integers, decimals, flags, times. What does
// not fit is told, never rounded, wrapped or guessed.
#pragma once

#include <chrono>
#include <cstdint>
#include <string_view>

namespace tickweir::codecs::fix {

/// UTC, nanoseconds since 1970.
using UtcTime = std::chrono::sys_time<std::chrono::nanoseconds>;

/// coefficient * 10^-decimals, as few decimals as it needs.
struct Decimal {
    std::int64_t coefficient = 0;
    std::uint32_t decimals = 0;  ///< at most decimals_most

    friend constexpr bool operator==(const Decimal&, const Decimal&) = default;
};
inline constexpr std::uint32_t decimals_most = 18;

enum class FieldStatus : std::uint8_t {
    ok,
    missing,       ///< no such field
    empty,         ///< the field has no value
    malformed,     ///< not of its type's form
    out_of_range,  ///< of its form, but more than the type holds
};

/// The name of a status as it stands in reports and rejects.
constexpr std::string_view to_string(FieldStatus status) {
    switch (status) {
        case FieldStatus::ok:
            return "ok";
        case FieldStatus::missing:
            return "missing";
        case FieldStatus::empty:
            return "empty";
        case FieldStatus::malformed:
            return "malformed";
        case FieldStatus::out_of_range:
            return "out of range";
    }
    return "?";
}

/// A value, or why there is none.
template <class T>
struct FieldResult {
    T value{};
    FieldStatus status = FieldStatus::missing;

    constexpr explicit operator bool() const { return status == FieldStatus::ok; }
    /// Only of an answer that is ok.
    constexpr const T& operator*() const { return value; }
    constexpr T value_or(T other) const { return status == FieldStatus::ok ? value : other; }

    friend constexpr bool operator==(const FieldResult&, const FieldResult&) = default;
};

/// `-?digits`, leading zeros allowed; 64 bits.
[[nodiscard]] FieldResult<std::int64_t> read_int(std::string_view text);

/// `digits`, leading zeros allowed; 64 bits. For sequence numbers, lengths and counts.
[[nodiscard]] FieldResult<std::uint64_t> read_uint(std::string_view text);

/// `-?digits[.digits]`, where one side of the point may be missing; no exponent and no `+`. Exact:
/// zeros at the end of the fraction are dropped, and what then needs more than 63 bits or 18
/// decimals is out_of_range.
[[nodiscard]] FieldResult<Decimal> read_decimal(std::string_view text);

/// One byte.
[[nodiscard]] FieldResult<char> read_char(std::string_view text);

/// `Y` or `N`.
[[nodiscard]] FieldResult<bool> read_bool(std::string_view text);

/// `YYYYMMDD-HH:MM:SS` with 0 to 9 digits of a second after a point; years 1970 to 2261. Second 60,
/// a leap second, is the instant after second 59, as in POSIX.
[[nodiscard]] FieldResult<UtcTime> read_time(std::string_view text);

/// `YYYYMMDD`: UTCDateOnly and LocalMktDate; years 1970 to 2261.
[[nodiscard]] FieldResult<std::chrono::sys_days> read_date(std::string_view text);

/// `HH:MM:SS` with 0 to 9 digits of a second after a point: UTCTimeOnly, since midnight.
[[nodiscard]] FieldResult<std::chrono::nanoseconds> read_time_of_day(std::string_view text);

}  // namespace tickweir::codecs::fix
