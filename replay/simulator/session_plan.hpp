// How the messages of a simulated session are divided among the parts of its day.
#pragma once

#include <algorithm>
#include <cstdint>

#include "replay/simulator.hpp"
#include "replay/simulator/tables.hpp"

namespace tickweir::replay::simulator {

/// What is optional is bounded by shares of what is left above the minimum, so that every session
/// has its opening and its close.
struct SessionPlan {
    std::uint64_t resting = 0;              ///< orders that stay, all books together
    std::uint64_t positions = 0;            ///< market participants' positions
    std::uint64_t early_orders = 0;         ///< before the opening
    std::uint64_t early_imbalances = 0;     ///< before the opening
    std::uint64_t closing_messages = 0;     ///< after continuous trading
    std::uint64_t messages_per_second = 0;  ///< in a calm market
    bool new_listings = false;
    bool crosses_take = false;  ///< opening crosses execute orders

    /// Requires at least the minimum of messages.
    explicit SessionPlan(const SimulatorOptions& options) {
        const std::uint64_t count = options.instruments;
        const std::uint64_t total = options.messages;
        const std::uint64_t spare = total - Simulator::messages_min(options.instruments);
        resting = options.live_orders.value_or(count * resting_per_instrument);
        positions = std::min(spare / 8, total * participant_positions_ppm / 1'000'000);
        early_orders = std::min(resting, std::max(total / 50, std::min(8 * count, spare / 8)));
        early_orders = std::min(early_orders, spare / 4);
        early_imbalances = std::min(spare / 8, total * imbalances_ppm / 2'000'000);
        closing_messages = count + 3;
        new_listings = count >= 3 && spare >= 1'000;
        crosses_take = spare >= 20 * count;
        // Two a second and instrument, as on the real day; a small market is kept lively, and the
        // longest session still ends before the real one.
        constexpr std::uint64_t session_seconds = 22'000;
        messages_per_second = std::max(200 + 2 * count, total / session_seconds + 1);
    }
};

}  // namespace tickweir::replay::simulator
