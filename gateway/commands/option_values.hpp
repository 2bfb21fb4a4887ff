// The values that options of several commands take, from text: pure functions whose errors say what
// was wrong with which text, without naming the option.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/play/probability.hpp"
#include "replay/byte_source.hpp"

namespace tickweir::gateway {

/// A decimal whole number between `least` and `most`, digits only.
replay::Result<std::uint64_t> parse_count(std::string_view text, std::uint64_t least,
                                          std::uint64_t most);

/// `YYYY-MM-DD`, a date that exists, in the years 1970 to 2261.
replay::Result<std::chrono::year_month_day> parse_date(std::string_view text);

/// A decimal number from 0 to below 1 with at most nine decimals.
replay::Result<Probability> parse_probability(std::string_view text);

/// The parts of `A,B,C`; none may be empty or come twice.
replay::Result<std::vector<std::string>> parse_list(std::string_view text);

}  // namespace tickweir::gateway
