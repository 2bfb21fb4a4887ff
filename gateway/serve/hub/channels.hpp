// The channels that streams belong to, and the depths that l2 has. Names as clients write them.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "gateway/market/market_event.hpp"

namespace tickweir::gateway::hub {

enum class Channel : std::uint8_t { l1, l2, l3, trades, status, heartbeat };
inline constexpr std::size_t channel_count = 6;

inline constexpr std::array<std::string_view, channel_count> channel_names{
    "l1", "l2", "l3", "trades", "status", "heartbeat"};

constexpr std::string_view to_string(Channel channel) {
    return channel_names[static_cast<std::size_t>(channel)];
}

constexpr std::optional<Channel> channel_of(std::string_view name) {
    for (std::size_t i = 0; i < channel_count; ++i)
        if (channel_names[i] == name) return static_cast<Channel>(i);
    return std::nullopt;
}

/// Whether nothing of it may be left out: then a client that cannot follow is closed. On the others
/// the newest state replaces what was not sent.
constexpr bool lossless(Channel channel) {
    return channel == Channel::trades || channel == Channel::l3;
}

/// What a market has to send for a channel; 0 where it sends that in any case.
constexpr std::uint8_t watch_of(Channel channel) {
    switch (channel) {
        case Channel::l1:
            return static_cast<std::uint8_t>(Watch::quote);
        case Channel::l2:
            return static_cast<std::uint8_t>(Watch::levels);
        case Channel::l3:
            return static_cast<std::uint8_t>(Watch::orders);
        case Channel::trades:
            return static_cast<std::uint8_t>(Watch::trades);
        case Channel::status:
        case Channel::heartbeat:
            return 0;
    }
    return 0;
}

/// Depths of l2 streams; what a client asks for is rounded up to one of them (INTERFACES §4).
inline constexpr std::array<std::uint16_t, 8> depth_classes{1, 5, 10, 25, 50, 100, 500, 1000};
inline constexpr unsigned default_depth = 10;

/// The class of a depth from 1 to 1000.
constexpr std::uint8_t depth_class_of(unsigned depth) {
    std::uint8_t index = 0;
    while (index + 1U < depth_classes.size() && depth_classes[index] < depth)
        ++index;
    return index;
}

/// Streams of one instrument: one a channel, but one a depth class of l2.
inline constexpr std::size_t streams_per_instrument = 4 + depth_classes.size();
constexpr std::size_t stream_slot(Channel channel, std::uint8_t depth_class) {
    switch (channel) {
        case Channel::l1:
            return 0;
        case Channel::l3:
            return 1;
        case Channel::trades:
            return 2;
        case Channel::status:
            return 3;
        case Channel::l2:
            return std::size_t{4} + depth_class;
        case Channel::heartbeat:
            break;
    }
    return 0;
}

}  // namespace tickweir::gateway::hub
