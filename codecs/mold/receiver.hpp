// The receiving half of MoldUDP64: puts the packets of one stream, from one or two redundant lines
// and from re-request servers, into sequence. Packets, answers and time go in; runs of messages,
// what became of gaps, and requests come out. Owns no socket or clock; one owner.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "codecs/bytes.hpp"
#include "codecs/mold/packet.hpp"

namespace tickweir::codecs::mold {

using TimeNs = std::chrono::sys_time<std::chrono::nanoseconds>;

struct ReceiverLimits {
    std::uint32_t lines = 1;    ///< 1 or 2: copies of the stream, of which the first one counts
    std::uint32_t servers = 0;  ///< that can be asked for lost messages, in turns
    /// A hole may be filled by lateness, or by the other line, for so long before a server is asked.
    std::chrono::nanoseconds reorder_wait{1'000'000};
    /// It is taken for lost earlier once every line that was heard of lately brought so many
    /// packets from behind it.
    std::uint32_t reorder_packets = 8;
    /// An answer that takes longer is asked for again, of the next server; doubled each time ...
    std::chrono::nanoseconds request_timeout{10'000'000};
    std::chrono::nanoseconds request_timeout_max{1'000'000'000};  ///< ... up to this
    std::uint32_t requests_per_second = 1'000;                    ///< to all servers together
    std::uint32_t requests_in_flight = 4;
    std::uint16_t request_messages = 4'000;  ///< asked for at once; the field holds 65,535
    /// A gap that is older is given up: the stream stands still, and says so, until it is filled.
    std::chrono::nanoseconds give_up_after{100'000'000};
    std::uint32_t buffer_packets = 4'096;        ///< kept from behind a hole
    std::uint32_t buffer_packet_bytes = 1'472;   ///< a longer packet is not kept
};

enum class EventKind : std::uint8_t {
    session,   ///< another session begins: nothing of the one before counts any more
    messages,  ///< the next messages, in sequence
    filled,    ///< a hole that had been asked for is closed
    frozen,    ///< given up on a hole: what follows it is not given until `live`
    live,      ///< nothing is missing any more
    lost,      ///< nobody can be asked: `count` messages will never come
    ended,     ///< the session is over, all of it was given
};

struct Event {
    EventKind kind{};
    Alpha<10> session;
    std::uint64_t sequence = 0;  ///< of the first message given, filled, missing; at the end: next
    std::uint64_t count = 0;     ///< messages given, filled or lost
    Bytes frames;                ///< of `messages`: `[length, 2 bytes][message]...`; see advance()
    TimeNs received{};           ///< of the packet; of `filled`: when the hole was seen first
};

/// A request and the server that it goes to.
struct OutgoingRequest {
    std::uint32_t server = 0;
    Request request;
};

struct ReceiverCounts {
    std::uint64_t packets[2] = {};        ///< by line; heartbeats and duplicates too
    std::uint64_t first[2] = {};          ///< messages that this line brought first
    std::uint64_t messages = 0;           ///< given
    std::uint64_t duplicates = 0;         ///< messages that had been given or kept already
    std::uint64_t reordered = 0;          ///< packets that came late and filled a hole
    std::uint64_t gaps = 0;               ///< holes that somebody had to be asked for
    std::uint64_t filled = 0;             ///< messages that servers brought
    std::uint64_t lost = 0;               ///< messages of `lost`
    std::uint64_t frozen = 0;             ///< times
    std::uint64_t dropped = 0;            ///< messages from behind a hole that could not be kept
    std::uint64_t requests = 0;
    std::uint64_t timeouts = 0;           ///< requests without an answer in time
    std::uint64_t throttled = 0;          ///< times that the rate held a request back
    std::uint64_t wrong_answers = 0;      ///< another session, or nothing that was asked for
    std::uint64_t bad_packets = 0;        ///< damaged; of a session without a name
    std::uint64_t other_session = 0;      ///< packets of a session that is over
    friend bool operator==(const ReceiverCounts&, const ReceiverCounts&) = default;
};

/// The sequence machine.
///
/// Use: one on_...() call, then take every event, then every request. While front() has something
/// nothing else may be called but front(), advance(), next_due() and the getters, so that a caller
/// whose own buffer is full just stops and comes back.
///
/// Of a session whose beginning was missed everything is fetched from sequence 1, and the stream
/// is frozen until then; without servers what was missed is lost.
class Receiver {
public:
    explicit Receiver(const ReceiverLimits& limits);

    /// A datagram of a line (0 or 1), received at `now`. It must stay until the events are taken.
    void on_packet(std::uint32_t line, Bytes datagram, TimeNs now);
    /// A datagram from a re-request server, likewise.
    void on_answer(std::uint32_t server, Bytes datagram, TimeNs now);
    /// Time passes; see next_due().
    void on_tick(TimeNs now);

    /// The next event; nullptr when there is none. Its bytes stay until advance().
    const Event* front();
    void advance();

    /// A request that is due, or none. Call until none.
    std::optional<OutgoingRequest> next_request(TimeNs now);

    /// When on_tick() has something to do; none while nothing is missing.
    std::optional<TimeNs> next_due() const;

    bool frozen() const;
    /// Messages known to be missing below the highest that was heard of.
    std::uint64_t missing() const;
    /// The next message to give; 0 before the first packet.
    std::uint64_t next_sequence() const;
    const ReceiverCounts& counts() const;
};

}  // namespace tickweir::codecs::mold
