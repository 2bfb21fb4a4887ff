// Text of simulated JSON frames: exact numbers and times, the same on every machine.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace tickweir::replay::simulator {

void append_integer(std::string& out, std::int64_t value);
void append_integer(std::string& out, std::uint64_t value);

/// `coefficient * 10^-held`, not negative, with `written` digits behind the point, or as many more
/// as it needs: 0 gives the normal form.
void append_decimal(std::string& out, std::int64_t coefficient, unsigned held, unsigned written);

/// "2024-01-02T09:30:00.123456Z", of nanoseconds since 1970; with nine digits where asked for.
void append_rfc3339(std::string& out, std::int64_t time_ns, bool nanoseconds = false);

}  // namespace tickweir::replay::simulator
