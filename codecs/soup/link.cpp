#include "codecs/soup/link.hpp"

#include <algorithm>

namespace tickweir::codecs::soup {
namespace {

/// Room that messages leave for the protocol's own packets: login request or its answer, logout or
/// end of session, and a heartbeat.
constexpr std::size_t reserved_output =
    2 * packet_overhead + packet_overhead + sizeof(LoginRequest);

std::chrono::nanoseconds sensible(std::chrono::nanoseconds time) {
    return std::clamp<std::chrono::nanoseconds>(time, std::chrono::milliseconds{1},
                                                std::chrono::hours{24});
}

Limits sensible(Limits limits) {
    limits.receive_length =
        std::clamp(limits.receive_length, 1 + sizeof(LoginRequest), longest_packet);
    limits.send_length = std::clamp<std::size_t>(limits.send_length, 1, longest_packet);
    limits.output_bytes =
        std::max(limits.output_bytes, sizeof(be16) + limits.send_length) + reserved_output;
    limits.heartbeat = sensible(limits.heartbeat);
    limits.silence = sensible(limits.silence);
    limits.login = sensible(limits.login);
    return limits;
}

std::uint64_t elapsed_ns(TimeNs from, TimeNs to) {
    return static_cast<std::uint64_t>((to - from).count());
}

}  // namespace

Link::Link(const Limits& limits, TimeNs now)
    : limits_{sensible(limits)},
      output_{limits_.output_bytes},
      begun_{now},
      heard_{now},
      sent_{now} {}

Step Link::fail_sequence(std::uint64_t offset, std::size_t field, const SequenceField& sequence) {
    const std::size_t wrong = sequence.first_wrong();
    return fail(Fault::bad_sequence, offset + packet_overhead + field + wrong,
                static_cast<unsigned char>(sequence.raw()[wrong]));
}

bool Link::has_length(const Packet& packet, std::size_t payload_bytes, std::uint64_t offset) {
    if (packet.payload.size() == payload_bytes) return true;
    fail(Fault::bad_length, offset, packet.payload.size() + 1);
    return false;
}

void Link::judge(FrameStatus frame, const PacketCursor& cursor) {
    const std::uint64_t at = offset_ + cursor.position();
    switch (frame) {
        case FrameStatus::packet:
        case FrameStatus::end:
        case FrameStatus::partial:
            return;
        case FrameStatus::zero_length:
            fail(Fault::zero_length, at, 0);
            return;
        case FrameStatus::too_long:
            fail(Fault::too_long, at, cursor.length());
            return;
    }
}

Sent Link::send(PacketType type, Bytes payload, TimeNs now) {
    if (!fits_limit(payload.size())) return Sent::too_long;
    if (output_.room() < packet_overhead + payload.size() + reserved_output) return Sent::full;
    put(type, payload, now);
    return Sent::ok;
}

void Link::put(PacketType type, Bytes payload, TimeNs now) {
    output_.append(as_bytes(header_of(type, payload.size())));
    output_.append(payload);
    sent_ = now;
}

void Link::tick_heartbeat(PacketType type, TimeNs now) {
    if (now < heartbeat_due()) return;
    if (output_.pending() == 0) put(type, {}, now);
    sent_ = now;
}

void Link::tick_silence(TimeNs now) {
    if (!status_.ok() || now < silence_due()) return;
    fail(Fault::silent, offset_ + rest_, elapsed_ns(heard_, now));
}

void Link::tick_login(TimeNs now) {
    if (!status_.ok() || now < login_due()) return;
    fail(Fault::login_timeout, offset_ + rest_, elapsed_ns(begun_, now));
}

}  // namespace tickweir::codecs::soup
