// Text of simulated JSON frames: exact numbers and times, the same on every machine.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "codecs/json/decimal_text.hpp"

namespace tickweir::replay::simulator {

void append_integer(std::string& out, std::int64_t value);
void append_integer(std::string& out, std::uint64_t value);

using codecs::json::append_fixed;

/// "2024-01-02T09:30:00.123456Z", of nanoseconds since 1970; with nine digits where asked for.
void append_rfc3339(std::string& out, std::int64_t time_ns, bool nanoseconds = false);

}  // namespace tickweir::replay::simulator
