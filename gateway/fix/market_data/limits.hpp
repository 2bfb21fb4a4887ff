// What market data over FIX may take, and what it counts.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "gateway/shield/throttle.hpp"

namespace tickweir::gateway::fix {

/// Limits of the desk; what is beyond them is refused with a reason, and counted.
struct MarketDataLimits {
    std::size_t requests_per_session = 200;       ///< market data requests that are open
    std::size_t instruments_per_session = 2'000;  ///< in all of them, one by one
    std::size_t statuses_per_session = 2'000;     ///< open requests for the status of one
    std::size_t instruments_per_request = 500;    ///< symbols in one message
    std::size_t id_bytes = 64;                    ///< of 262, 320 and 324
    /// Of a session's V, x and e; those that end something are not counted. Nothing: any.
    std::optional<shield::Rate> rate = std::nullopt;
    /// Unsent bytes of a session from which its books are conflated; half the limit of its queue
    /// at most.
    std::size_t conflate_after_bytes = 128U << 10;
    std::size_t events_per_turn = 4'096;  ///< taken of each market shard
    /// Between two full refreshes (265=0) of one instrument, at least.
    std::chrono::nanoseconds refresh_interval = std::chrono::milliseconds{100};
    /// How long a snapshot (263=0) waits for a book that no one has asked for yet.
    std::chrono::nanoseconds book_patience = std::chrono::seconds{5};
};

/// Counts of a desk, read by its own thread or after a copy.
struct MarketDataCounts {
    std::uint64_t requests = 0;       ///< V, x and e
    std::uint64_t refused = 0;        ///< of them, whatever the answer was
    std::uint64_t over_limit = 0;     ///< of those, for a limit of ours or for lack of memory
    std::uint64_t snapshots = 0;      ///< W sent
    std::uint64_t incrementals = 0;   ///< X sent
    std::uint64_t encoded = 0;        ///< distinct W and X made
    std::uint64_t entries = 0;        ///< in those
    std::uint64_t blanks = 0;         ///< W without a level, for a book that may be wrong
    std::uint64_t statuses = 0;       ///< f and h sent
    std::uint64_t lists = 0;          ///< y sent
    std::uint64_t left_behind = 0;    ///< times that a subscription became conflated
    std::uint64_t conflated = 0;      ///< updates that a later one replaced
    std::uint64_t trades_missed = 0;  ///< that were forgotten before they could be sent
    std::uint64_t unsent = 0;         ///< messages to a session that could not take them
    std::uint64_t market_events = 0;  ///< records taken
    std::size_t sessions = 0;         ///< logged on
    std::size_t open_requests = 0;
    std::size_t subscriptions = 0;  ///< instruments of those requests, and statuses
};

}  // namespace tickweir::gateway::fix
