// What `tickweir simulate` was asked for.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>

#include "codecs/json/venue_id.hpp"
#include "gateway/play/faulty_line.hpp"
#include "replay/simulator.hpp"

namespace tickweir::gateway {

struct SimulateOptions {
    enum class Format : std::uint8_t { itch, pcap, json };

    std::filesystem::path out;
    Format format = Format::itch;
    replay::SimulatorOptions market;

    codecs::json::VenueId venue = codecs::json::VenueId::binance_spot;  ///< of json only

    // Of pcap and json.
    std::chrono::year_month_day date{std::chrono::year{2024}, std::chrono::January,
                                     std::chrono::day{2}};  ///< of the times
    LineFaults faults;
    bool second_line = false;  ///< pcap: lines A and B of a redundant feed
};

}  // namespace tickweir::gateway
