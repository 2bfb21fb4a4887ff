// The day of a capture as its file's name tells it.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace tickweir::replay {

/// The date in a file name: `2015-05-01` or `20150501` anywhere, `08222023` (month first) anywhere,
/// `S082223-v` (NASDAQ's style) at the start. Digits must not continue before or behind. None where
/// nothing fits, the date does not exist, or two dates contradict each other. Directories in front
/// are not looked at.
std::optional<std::chrono::year_month_day> date_in_name(std::string_view name);

}  // namespace tickweir::replay
