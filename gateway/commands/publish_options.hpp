// What `tickweir publish` was asked for.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "gateway/live/udp_address.hpp"
#include "gateway/play/faulty_line.hpp"
#include "replay/capture.hpp"
#include "replay/pacer.hpp"

namespace tickweir::gateway {

struct PublishOptions {
    /// Of --session where sessions are numbered, so that the number still fits.
    static constexpr std::size_t numbered_session_max = 6;

    std::filesystem::path capture;
    std::optional<replay::CaptureFormat> format;
    replay::SpeedMillionths speed = 1'000'000;
    std::optional<std::uint32_t> rate;  ///< messages a second, instead of `speed`
    bool loop = false;
    std::optional<std::string> session;
    std::chrono::milliseconds start_delay{0};
    std::chrono::milliseconds linger{3'000};
    std::uint64_t archive_bytes = std::uint64_t{4} << 30;

    std::optional<UdpAddress> mold;
    std::optional<UdpAddress> mold_b;
    Ipv4 interface = ipv4_loopback;  ///< of multicast
    std::uint8_t ttl = 1;

    LineFaults faults;
    std::chrono::microseconds delay_b{0};
    std::chrono::milliseconds stall_every{0};  ///< 0: never
    std::chrono::milliseconds stall{0};
    std::uint64_t seed = 1;

    Ipv4 bind = ipv4_loopback;  ///< of the two ports
    std::optional<std::uint16_t> rerequest;
    std::uint32_t rerequest_rate = 50'000;  ///< packets a second to one client
    Probability rerequest_loss;
    bool rerequest_mute = false;
    std::optional<std::uint16_t> soup;
    std::optional<std::string> soup_user;
    std::optional<std::string> soup_password;
};

}  // namespace tickweir::gateway
