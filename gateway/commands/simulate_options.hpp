// What `tickweir simulate` was asked for.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>

#include "gateway/play/faulty_line.hpp"
#include "replay/simulator.hpp"

namespace tickweir::gateway {

struct SimulateOptions {
    enum class Format : std::uint8_t { itch, pcap };

    std::filesystem::path out;
    Format format = Format::itch;
    replay::SimulatorOptions market;

    // Of pcap only.
    std::chrono::year_month_day date{std::chrono::year{2024}, std::chrono::January,
                                     std::chrono::day{2}};  ///< of the packets' times
    LineFaults faults;
    bool second_line = false;  ///< lines A and B of a redundant feed
};

}  // namespace tickweir::gateway
