// What goes into a MoldUDP64 receiver and what comes out of it: its limits, its events, the
// requests it wants sent, and its counts.
#pragma once

#include <chrono>
#include <cstdint>

#include "codecs/bytes.hpp"
#include "codecs/mold/packet.hpp"

namespace tickweir::codecs::mold {

using TimeNs = std::chrono::sys_time<std::chrono::nanoseconds>;

/// Times are at most a year; every number but `servers` and `reorder_packets` is at least 1.
struct ReceiverLimits {
    std::uint32_t lines = 1;    ///< 1 or 2: copies of the stream, of which the first one counts
    std::uint32_t servers = 0;  ///< that can be asked for lost messages, in turns
    /// A hole may be filled by lateness, or by the other line, for so long before a server is
    /// asked. Of an answer in several packets: the rest is asked for again when it is silent so
    /// long (but at least a sixteenth of request_timeout).
    std::chrono::nanoseconds reorder_wait{1'000'000};
    /// It is taken for lost earlier once every line that was heard of lately brought so many
    /// packets from behind it.
    std::uint32_t reorder_packets = 8;
    /// An answer that takes longer is asked for again, of the next server; doubled each time ...
    std::chrono::nanoseconds request_timeout{10'000'000};
    std::chrono::nanoseconds request_timeout_max{1'000'000'000};  ///< ... up to this
    /// To all servers together; at once as many as in 10 ms, or as can be in flight.
    std::uint32_t requests_per_second = 1'000;
    std::uint32_t requests_in_flight = 4;
    std::uint16_t request_messages = 4'000;  ///< asked for at once; the field holds 65,535
    /// A gap that is older is given up: the stream stands still, and says so, until it is filled.
    std::chrono::nanoseconds give_up_after{100'000'000};
    std::uint32_t buffer_packets = 4'096;       ///< kept from behind a hole
    std::uint32_t buffer_packet_bytes = 1'472;  ///< a longer packet is not kept
};

enum class EventKind : std::uint8_t {
    session,   ///< another session begins: nothing of the one before counts any more
    messages,  ///< the next messages, in sequence
    filled,    ///< a hole that had been asked for is closed
    frozen,    ///< given up on a hole: the stream only creeps on, as it is filled, until `live`
    live,      ///< nothing is missing any more, and everything was given
    lost,      ///< nobody can be asked: `count` messages will never come
    ended,     ///< the session is over, all of it was given
};

struct Event {
    EventKind kind{};
    Alpha<10> session;
    /// Of the first message given, filled, lost or missing; the next one of `live` and `ended`; 1
    /// where a session begins.
    std::uint64_t sequence = 0;
    std::uint64_t count = 0;  ///< messages given, filled or lost; of `frozen`: missing by then
    Bytes frames;             ///< of `messages`: `[length, 2 bytes][message]...`; see advance()
    TimeNs received{};        ///< of the packet; of `filled`: when the hole was seen first
};

/// A request and the server that it goes to.
struct OutgoingRequest {
    std::uint32_t server = 0;
    Request request;
};

struct ReceiverCounts {
    std::uint64_t packets[2] = {};    ///< by line; heartbeats, duplicates and bad ones too
    std::uint64_t first[2] = {};      ///< messages that this line brought first
    std::uint64_t messages = 0;       ///< given
    std::uint64_t duplicates = 0;     ///< messages that had been given or kept already
    std::uint64_t reordered = 0;      ///< packets that came late and filled a hole
    std::uint64_t gaps = 0;           ///< holes that lateness did not fill: a server's task
    std::uint64_t filled = 0;         ///< messages that servers brought
    std::uint64_t lost = 0;           ///< messages of `lost`; missing where a session was left
    std::uint64_t frozen = 0;         ///< times
    std::uint64_t dropped = 0;        ///< messages from behind a hole that could not be kept
    std::uint64_t requests = 0;       ///< sent
    std::uint64_t timeouts = 0;       ///< requests without an answer in time
    std::uint64_t throttled = 0;      ///< times that the rate held a request back
    std::uint64_t wrong_answers = 0;  ///< another session, or nothing that was asked for
    std::uint64_t bad_packets = 0;    ///< damaged; without a number; above the end of the session
    std::uint64_t other_session = 0;  ///< packets of a session that is over
    friend bool operator==(const ReceiverCounts&, const ReceiverCounts&) = default;
};

}  // namespace tickweir::codecs::mold
