// The receiving half of MoldUDP64: puts the packets of one stream, from one or two redundant lines
// and from re-request servers, into sequence. Packets, answers and time go in; runs of messages,
// what became of gaps, and requests come out. Owns no socket or clock; one owner.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "codecs/bytes.hpp"
#include "codecs/mold/arbiter.hpp"
#include "codecs/mold/holes.hpp"
#include "codecs/mold/packet.hpp"
#include "codecs/mold/receiver_types.hpp"
#include "codecs/mold/reorder_buffer.hpp"
#include "codecs/mold/request_plan.hpp"
#include "codecs/mold/run.hpp"

namespace tickweir::codecs::mold {

/// The sequence machine.
///
///   lines ──► [in sequence: a view of the datagram] ──────────────► messages
///     │            behind a hole ──► reorder buffer ──────────────────▲
///     └─► hole ── reorder_wait, or all lines passed ──► gap ──► requests ──► answers ─► (as a
///     line)
///                                                        └─ give_up_after ──► frozen … live, lost
///
/// Use: one on_...() call, then take every event, then every request. While front() has something
/// nothing else may be called but front(), advance(), next_due() and the getters, so that a caller
/// whose own buffer is full just stops and comes back. Time that goes back stands still.
///
/// Of a session whose beginning was missed everything is fetched from sequence 1, and the stream
/// is frozen until then; without servers what was missed is lost. When the buffer is full it keeps
/// what is lowest. Allocates only when it is made.
class Receiver {
public:
    /// Limits out of their range are the caller's mistake.
    explicit Receiver(const ReceiverLimits& limits);

    /// A datagram of a line (0 or 1), received at `now`. It must stay until the events are taken.
    void on_packet(std::uint32_t line, Bytes datagram, TimeNs now);
    /// A datagram from a re-request server, likewise. Of it is taken what is missing; messages
    /// above the highest that a line told of are left to the lines.
    void on_answer(std::uint32_t server, Bytes datagram, TimeNs now);
    /// Time passes; see next_due().
    void on_tick(TimeNs now);

    /// The next event; nullptr when there is none. Its bytes stay until advance().
    const Event* front() {
        if (!has_event_) has_event_ = find_event();
        return has_event_ ? &event_ : nullptr;
    }
    /// Done with the event, which front() showed.
    void advance();

    /// A request that is due, or none. Call until none.
    std::optional<OutgoingRequest> next_request(TimeNs now);

    /// When on_tick() has something to do; none while nothing is missing.
    std::optional<TimeNs> next_due() const;

    bool frozen() const { return frozen_; }
    /// Messages known to be missing below the highest that was heard of.
    std::uint64_t missing() const { return holes_.missing(); }
    /// The next message to give; 0 before the first packet.
    std::uint64_t next_sequence() const { return next_; }
    const ReceiverCounts& counts() const { return counts_; }

private:
    struct Taken {                // messages
        std::uint64_t late = 0;   // of what was known to be missing
        std::uint64_t fresh = 0;  // above everything that was heard of
        std::uint64_t dropped = 0;
    };

    void begin_call(TimeNs now);
    void settle();
    bool enter(const PacketView& packet);
    void leave_session();
    bool agrees_with_end(const PacketView& packet) const;
    Taken take(const Run& run);
    Taken keep(const Run& run);
    bool put(const Run& run);

    bool find_event();
    bool find_messages();
    bool find_given_up();
    bool tell(EventKind kind, std::uint64_t sequence, std::uint64_t count);
    void lose();

    ReceiverLimits limits_;
    ReceiverCounts counts_;
    Holes holes_;
    ReorderBuffer buffer_;
    Arbiter arbiter_;
    RequestPlan plan_;

    Alpha<10> session_;
    std::array<Alpha<10>, 8> left_;     // sessions; a ring
    std::size_t left_count_ = 0;        // ever
    std::uint64_t next_ = 0;            // to give; 0: no session yet
    std::uint64_t top_ = 0;             // above everything that was heard of; at least next_
    std::optional<std::uint64_t> end_;  // of the session: above its last message
    TimeNs now_{};

    // What became of the last call. Everything below next_ was given, everything else is in
    // `direct_`, in the buffer, or missing.
    bool session_begins_ = false;
    std::uint64_t beginning_lost_ = 0;
    std::size_t closed_told_ = 0;  // of the closed holes
    Run direct_;                   // views the datagram
    bool frozen_ = false;
    bool ended_ = false;
    bool has_event_ = false;
    Event event_;
};

}  // namespace tickweir::codecs::mold
