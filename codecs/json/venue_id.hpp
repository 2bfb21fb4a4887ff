// The venues whose JSON is understood, by the ids that captures, configuration and paths use.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace tickweir::codecs::json {

enum class VenueId : std::uint8_t {
    binance_spot,
    binance_usdm,
    binance_coinm,
    coinbase_advanced,
    coinbase_exchange,
    kraken_v1,
    kraken_v2,
    kraken_futures,
    okx,
    bybit,
    deribit,
    bitstamp,
    bitmex,
};

inline constexpr std::array<std::string_view, 13> venue_names{"binance-spot",
                                                              "binance-usdm",
                                                              "binance-coinm",
                                                              "coinbase-advanced",
                                                              "coinbase-exchange",
                                                              "kraken-v1",
                                                              "kraken-v2",
                                                              "kraken-futures",
                                                              "okx",
                                                              "bybit",
                                                              "deribit",
                                                              "bitstamp",
                                                              "bitmex"};

constexpr std::string_view to_string(VenueId venue) {
    return venue_names[static_cast<std::size_t>(venue)];
}

constexpr std::optional<VenueId> venue_named(std::string_view name) {
    for (std::size_t i = 0; i < venue_names.size(); ++i)
        if (venue_names[i] == name) return static_cast<VenueId>(i);
    return std::nullopt;
}

}  // namespace tickweir::codecs::json
