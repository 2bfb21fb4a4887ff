// What client and server of a SoupBinTCP connection have in common: bytes into packets, packets
// into pending output, and both silences. It knows no states; they tell it when a heartbeat is due.
#pragma once

#include <cstddef>
#include <cstdint>

#include "codecs/bytes.hpp"
#include "codecs/soup/framing.hpp"
#include "codecs/soup/output_ring.hpp"
#include "codecs/soup/packet.hpp"
#include "codecs/soup/status.hpp"

namespace tickweir::codecs::soup {

/// What is done with a packet that was looked at.
enum class Step : std::uint8_t {
    next,  ///< it is done with
    hold,  ///< it has to be given again
    fail,  ///< it is wrong: fail() said how
};

/// One side of one connection. One owner.
class Link {
public:
    Link(const Limits& limits, TimeNs now);

    /// Calls `handle(packet, offset in the stream)` for each whole packet, in order, until it does
    /// not answer Step::next.
    template <class Handle>
    Consumed consume(Bytes input, TimeNs now, Handle&& handle) {
        if (!status_.ok()) return {0, status_, false};
        // Bytes that were given before tell nothing of the other side, unless it was we who kept
        // them waiting.
        if (held_ || input.size() > rest_) heard_ = now;
        held_ = false;
        PacketCursor cursor{input, limits_.receive_length};
        Packet packet;
        std::size_t done = 0;
        for (;;) {
            const FrameStatus frame = cursor.next(packet);
            if (frame != FrameStatus::packet) [[unlikely]] {
                judge(frame, cursor);
                break;
            }
            const Step step = handle(packet, offset_ + done);
            if (step != Step::next) [[unlikely]] {
                held_ = step == Step::hold;
                break;
            }
            done = cursor.position();
        }
        offset_ += done;
        rest_ = input.size() - done;
        return {done, status_, held_};
    }

    /// Ends the connection.
    Step fail(Fault fault, std::uint64_t offset, std::uint64_t value) {
        status_ = {fault, offset, value};
        return Step::fail;
    }
    /// Ends it for the type of the packet at `offset`.
    Step fail_type(Fault fault, std::uint64_t offset, PacketType type) {
        return fail(fault, offset + sizeof(be16), static_cast<unsigned char>(type));
    }
    /// Ends it for the number in a payload of the packet at `offset`.
    Step fail_sequence(std::uint64_t offset, std::size_t field, const SequenceField& sequence);
    /// Whether the packet's length is that of its type; ends the connection if not.
    bool has_length(const Packet& packet, std::size_t payload_bytes, std::uint64_t offset);

    /// A message or text of the caller's.
    Sent send(PacketType type, Bytes payload, TimeNs now);
    /// A packet of the protocol's own, for which room is kept: one of each kind.
    void put(PacketType type, Bytes payload, TimeNs now);
    template <Payload T>
    void put(const T& payload, TimeNs now) {
        put(T::type, as_bytes(payload), now);
    }
    /// Something went out past the output.
    void sent_at(TimeNs now) { sent_ = now; }
    /// Whether a message of so many bytes may ever be sent.
    bool fits_limit(std::size_t payload_bytes) const { return payload_bytes < limits_.send_length; }

    /// A heartbeat after the time of our own silence. Bytes that still wait are as good as one.
    void tick_heartbeat(PacketType type, TimeNs now);
    /// Ends the connection after the time of the other side's silence; while packets are held back
    /// here it cannot be told from ours.
    void tick_silence(TimeNs now);
    /// Ends it when the login took too long.
    void tick_login(TimeNs now);

    TimeNs heartbeat_due() const { return sent_ + limits_.heartbeat; }
    TimeNs login_due() const { return begun_ + limits_.login; }
    /// The end of time while packets are held back.
    TimeNs silence_due() const { return held_ ? TimeNs::max() : heard_ + limits_.silence; }

    const Status& status() const { return status_; }
    const OutputRing& output() const { return output_; }
    void drained(std::size_t bytes) { output_.drain(bytes); }

private:
    void judge(FrameStatus frame, const PacketCursor& cursor);

    Limits limits_;
    OutputRing output_;
    Status status_;
    std::uint64_t offset_ = 0;  ///< bytes done with
    std::size_t rest_ = 0;      ///< bytes given last time that were not
    TimeNs begun_;
    TimeNs heard_;
    TimeNs sent_;
    bool held_ = false;
};

}  // namespace tickweir::codecs::soup
