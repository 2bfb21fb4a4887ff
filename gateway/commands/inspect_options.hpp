// What `tickweir inspect` was asked for.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "replay/capture.hpp"

namespace tickweir::gateway {

struct InspectOptions {
    std::filesystem::path capture;
    /// How many messages, from the first on, are printed field by field.
    std::uint64_t messages = 0;
    std::optional<replay::CaptureFormat> format;  ///< none: told by content
    std::optional<std::chrono::year_month_day> date;
    std::string timezone = "America/New_York";
    bool json = false;
};

}  // namespace tickweir::gateway
