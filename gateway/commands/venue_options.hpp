// What `tickweir venue` was asked for.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "codecs/json/venue_id.hpp"
#include "gateway/play/venue/exchange.hpp"
#include "replay/pacer.hpp"

namespace tickweir::gateway {

struct VenueOptions {
    std::filesystem::path capture;
    std::optional<codecs::json::VenueId> venue;
    replay::SpeedMillionths speed = 1'000'000;
    bool loop = false;

    std::string address = "127.0.0.1";
    std::uint16_t port = 0;
    bool tls = false;
    std::optional<std::string> certificate;  ///< PEM files; none: one is made
    std::optional<std::string> key;
    std::optional<std::filesystem::path> write_certificate;

    venue::ExchangeFaults faults;
    std::chrono::milliseconds kill_every{0};  ///< 0: never
};

}  // namespace tickweir::gateway
