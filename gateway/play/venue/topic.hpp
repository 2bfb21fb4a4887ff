// What a client of the local exchange subscribes to, what a frame of the capture belongs to, and
// what an answer to a client consists of. Values of the pure parts.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace tickweir::gateway::venue {

/// A channel of one instrument, in a form that requests and frames of a venue have in common: what
/// does not change the frames of a channel (Binance's speed, Deribit's interval) is left out.
struct Topic {
    std::string channel;
    std::string symbol;  ///< the venue's own, as in frames; empty: of the venue as a whole
    friend bool operator==(const Topic&, const Topic&) = default;
};

/// A frame that is an answer, not of the market.
struct Say {
    std::string text;
    friend bool operator==(const Say&, const Say&) = default;
};
/// From here on the client gets the topic's frames, after a snapshot where there is one to be had.
struct Join {
    Topic topic;
    std::string name = {};  ///< that was asked for
    friend bool operator==(const Join&, const Join&) = default;
};
struct Leave {
    Topic topic;
    friend bool operator==(const Leave&, const Leave&) = default;
};
using Step = std::variant<Say, Join, Leave>;

/// What a request is answered with, in order.
using Reaction = std::vector<Step>;

/// What a dialect remembers of one client.
struct Asked {
    std::vector<std::pair<Topic, std::string>> topics;  ///< with the name that was asked for
    bool combined = false;     ///< Binance: frames in an envelope that names the stream
    unsigned heartbeat_s = 0;  ///< Deribit: seconds between heartbeats; 0: none asked for

    /// False where it was there already.
    bool add(const Topic& topic, std::string_view name) {
        if (has(topic)) return false;
        topics.emplace_back(topic, name);
        return true;
    }
    bool remove(const Topic& topic) {
        return std::erase_if(topics, [&](const auto& entry) { return entry.first == topic; }) > 0;
    }
    bool has(const Topic& topic) const {
        return std::ranges::any_of(topics, [&](const auto& entry) { return entry.first == topic; });
    }
};

}  // namespace tickweir::gateway::venue
