// What a feed tells the rest of the gateway about itself, through a cell that any thread reads.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "gateway/feeds/feed_health.hpp"
#include "store/latest.hpp"

namespace tickweir::gateway {

/// What a line of a redundant stream brought.
struct LineReport {
    std::uint64_t packets = 0;       ///< heartbeats and duplicates too
    std::uint64_t first = 0;         ///< messages that it brought before the other line
    std::uint64_t kernel_drops = 0;  ///< packets that found the socket's buffer full
    friend constexpr bool operator==(const LineReport&, const LineReport&) = default;
};

/// What only packets with sequence numbers have to tell; all 0 of another feed.
struct MoldReport {
    static constexpr std::size_t lines_max = 2;

    std::array<LineReport, lines_max> lines{};
    std::uint64_t duplicates = 0;       ///< messages that were there already
    std::uint64_t reordered = 0;        ///< packets that came late and filled a hole
    std::uint64_t filled = 0;           ///< messages that re-request servers brought
    std::uint64_t missing = 0;          ///< messages that are missing at the moment
    std::uint64_t dropped = 0;          ///< messages that could not be kept from behind a hole
    std::uint64_t frozen = 0;           ///< times that a gap was given up until it was filled
    std::uint64_t requests = 0;         ///< sent
    std::uint64_t requests_failed = 0;  ///< that the system did not send
    std::uint64_t timeouts = 0;         ///< requests without an answer in time
    std::uint64_t throttled = 0;        ///< times that the rate held a request back
    std::uint64_t wrong_answers = 0;    ///< of a server, but not what was asked for
    std::uint64_t foreign_answers = 0;  ///< of nobody who was asked
    std::uint64_t bad_packets = 0;      ///< damaged
    std::uint64_t other_session = 0;    ///< packets of a session that is over
    std::int64_t last_recovery_ns = 0;  ///< how long the last hole was open that was asked for
    friend constexpr bool operator==(const MoldReport&, const MoldReport&) = default;
};

/// What only a connection has to tell; all 0 of another feed.
struct SoupReport {
    std::uint64_t connects = 0;     ///< attempts
    std::uint64_t logins = 0;       ///< accepted
    std::uint64_t rejected = 0;     ///< logins
    std::uint64_t disconnects = 0;  ///< connections that ended, the session's end left out
    std::uint64_t faults = 0;       ///< those that we ended for what the server did or did not
    std::uint64_t repeated = 0;     ///< messages that were there already
    std::uint64_t unsequenced = 0;  ///< messages without a number, which are left out
    friend constexpr bool operator==(const SoupReport&, const SoupReport&) = default;
};

/// What only a conversation with a venue has to tell; all 0 of another feed.
struct JsonReport {
    std::uint64_t connections = 0;          ///< open now
    std::uint64_t connects = 0;             ///< attempts
    std::uint64_t disconnects = 0;          ///< of open connections, whoever ended them
    std::uint64_t planned = 0;              ///< of these: for their age, or as the venue wished
    std::uint64_t silences = 0;             ///< of these: for the venue's silence
    std::uint64_t streams = 0;              ///< subscribed to now
    std::uint64_t refused = 0;              ///< streams that the venue refuses now
    std::uint64_t resubscribes = 0;         ///< of single books
    std::uint64_t pings = 0;                ///< sent
    std::uint64_t sent = 0;                 ///< frames, pings included
    std::uint64_t snapshots_asked = 0;      ///< over HTTP
    std::uint64_t snapshots_taken = 0;      ///< of these
    std::uint64_t snapshots_failed = 0;     ///< likewise: no answer, or one without a book
    std::uint64_t snapshots_throttled = 0;  ///< likewise: asked too often
    friend constexpr bool operator==(const JsonReport&, const JsonReport&) = default;
};

/// Plain words, so that it passes through an atomic cell.
struct FeedReport {
    std::uint64_t messages = 0;           ///< handed to the market shards
    std::uint64_t bytes = 0;              ///< likewise
    std::uint64_t sessions = 0;           ///< begun; of a looped capture: rounds
    std::uint64_t gaps = 0;               ///< times that messages were missing
    std::uint64_t lost = 0;               ///< messages that never came
    std::uint64_t waits = 0;              ///< times that a market shard's ring was full
    std::int64_t last_data_ns = 0;        ///< our clock; 0: nothing yet
    std::int64_t since_ns = 0;            ///< when the state began
    std::uint32_t state = 0;              ///< a FeedState
    std::uint32_t reason = 0;             ///< a FeedReason
    std::uint64_t next_sequence = 0;      ///< of the next message; 0: the feed has no numbers
    std::array<char, 16> session_name{};  ///< behind it NULs; empty: the feed has no names
    MoldReport mold;
    SoupReport soup;
    JsonReport json;

    std::string_view session() const {
        const std::string_view text{session_name.data(), session_name.size()};
        return text.substr(0, text.find('\0'));
    }
    void set_session(std::string_view name) {
        session_name = {};
        name.copy(session_name.data(), session_name.size());
    }
    void tell(const FeedHealth& health) {
        state = static_cast<std::uint32_t>(health.state());
        reason = static_cast<std::uint32_t>(health.reason());
        since_ns = health.since().time_since_epoch().count();
    }
    friend constexpr bool operator==(const FeedReport&, const FeedReport&) = default;
};

using FeedReportCell = store::Latest<FeedReport>;

}  // namespace tickweir::gateway
