// Times and durations as the command line spells them. Pure functions; what day a session has is
// the caller's knowledge.
#pragma once

#include <chrono>
#include <cstdint>
#include <string_view>
#include <variant>

#include "book/types.hpp"
#include "replay/byte_source.hpp"

namespace tickweir::gateway {

/// A time of day on the exchange's clocks.
struct SinceMidnight {
    std::chrono::nanoseconds time{0};
    friend constexpr bool operator==(SinceMidnight, SinceMidnight) = default;
};

/// An instant, or a time of the session's day.
using SessionTime = std::variant<book::TimeNs, SinceMidnight>;

/// Nanoseconds since the epoch (digits only), or `HH:MM:SS` with up to nine decimals; 24:00:00 is
/// the latest. The error says what is wrong with the text.
replay::Result<SessionTime> parse_session_time(std::string_view text);

/// A whole number with a unit: `500us`, `100ms`, `1s`, `5m`, `1h`, `250ns`; above 0, at most a day.
replay::Result<std::chrono::nanoseconds> parse_duration(std::string_view text);

/// Nanoseconds since a day's midnight, `midnight` being that in UTC; negative before it.
constexpr std::chrono::nanoseconds since_midnight(const SessionTime& time, book::TimeNs midnight) {
    if (const auto* const instant = std::get_if<book::TimeNs>(&time)) return *instant - midnight;
    return std::get<SinceMidnight>(time).time;
}

}  // namespace tickweir::gateway
