// How the order desk is set up, its limits, and what it counts. Plain values.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "gateway/fix/orders/desk/order_table.hpp"
#include "gateway/fix/session_id.hpp"
#include "gateway/shield/session_shield.hpp"

namespace tickweir::gateway::fix::orders {

/// One FIX session; its place in a list is its fix::SessionId.
struct DeskSessionSettings {
    bool cancel_on_disconnect = false;   ///< where its Logon says nothing in 8013
    std::chrono::milliseconds grace{0};  ///< from the end of its connection to the cancels
    /// GTC and GTD orders stay when a disconnection cancels the others.
    bool keep_long_lived = true;
    /// Whose execution reports it gets copies of (797=Y), with numbers of its own.
    std::vector<SessionId> drop_copy_of = {};
    shield::SessionShieldLimits shield = {};
};

struct OrderDeskLimits {
    OrderTableLimits table;
    std::size_t trades = std::size_t{1} << 16;  ///< remembered, for busts and corrections
    /// Taken from the venue. More than one turn's requests cause: answers that lag behind requests
    /// would wait the longer the more is asked.
    std::size_t reports_per_turn = 4'096;
    std::size_t statuses_per_turn = 256;  ///< orders looked at for AF, of all sessions
    std::size_t swept_per_turn = 256;     ///< rows given back after a day's end
    /// While slow consumers are cut (L2): so much of its queue's bytes, and a session is.
    unsigned slow_percent = 75;
};

/// Since the process began.
struct OrderDeskCounts {
    std::uint64_t requests = 0;   ///< D F G H q AF
    std::uint64_t malformed = 0;  ///< of those, answered with 3
    std::uint64_t garbled = 0;    ///< what came as no message, or was refused before the desk
    std::uint64_t refused = 0;    ///< for what they say, by the desk itself
    std::uint64_t duplicates = 0;
    std::uint64_t ignored = 0;    ///< 97=Y or 43=Y of a known ClOrdID
    std::uint64_t throttled = 0;  ///< by the session's own limits
    std::uint64_t breaker_refused = 0;
    std::uint64_t shed = 0;           ///< for load, by the desk or by the venue's shard
    std::uint64_t not_ready = 0;      ///< before the venue was
    std::uint64_t logouts = 0;        ///< for what a session did, or did not read
    std::uint64_t ring_full = 0;      ///< ordinary requests; they were shed
    std::uint64_t no_room = 0;        ///< in the table; likewise
    std::uint64_t urgent_waited = 0;  ///< requests that had to wait for their ring
    std::uint64_t pushed = 0;         ///< requests given to the venue's shard
    std::uint64_t reports = 0;        ///< taken from it
    std::uint64_t withdrawn = 0;
    std::uint64_t again = 0;  ///< reports that may have been sent before a crash
    std::uint64_t told = 0;   ///< messages to sessions, drop copies left out
    std::uint64_t copies = 0;
    std::uint64_t unsent = 0;       ///< messages that no store kept
    std::uint64_t untracked = 0;    ///< open orders for which the table had no room
    std::uint64_t disconnects = 0;  ///< whose orders were cancelled
    std::uint64_t statuses = 0;     ///< orders told by H and AF

    // As it stands.
    std::uint64_t open_orders = 0;
    std::uint64_t closed_orders = 0;
    std::uint64_t urgent_waiting = 0;
    std::uint64_t breakers_open = 0;  ///< or half open, or forced open
};

}  // namespace tickweir::gateway::fix::orders
