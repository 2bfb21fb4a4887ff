// From a recorded packet to its TCP segment. A pure function that trusts no length; checksums are
// not verified, since captures taken at a sender carry none.
#pragma once

#include <compare>
#include <cstdint>
#include <string>

#include "codecs/bytes.hpp"
#include "replay/ip_packet.hpp"

namespace tickweir::replay {

struct TcpEndpoint {
    IpAddress address;
    std::uint16_t port = 0;
    friend constexpr auto operator<=>(const TcpEndpoint&, const TcpEndpoint&) = default;
};

/// `10.0.0.1:9878`, `[2001:db8:0:0:0:0:0:1]:9878`.
std::string to_text(const TcpEndpoint& endpoint);

/// One direction of a connection.
struct TcpFlow {
    TcpEndpoint source;
    TcpEndpoint destination;
    friend constexpr auto operator<=>(const TcpFlow&, const TcpFlow&) = default;
};

struct TcpSegment {
    TcpFlow flow;
    std::uint32_t sequence = 0;  ///< of the first byte of `payload`, or of the SYN before it
    bool syn = false;
    bool fin = false;
    bool rst = false;
    codecs::Bytes payload;  ///< points into the packet
};

enum class TcpStatus : std::uint8_t {
    tcp,        ///< the segment is whole
    not_tcp,    ///< something else
    fragment,   ///< a piece of a fragmented datagram
    cut,        ///< the record ends before the segment does: what it has of it is given
    malformed,  ///< lengths contradict each other
};

struct TcpPacket {
    TcpStatus status = TcpStatus::not_tcp;
    /// With `tcp`; with `cut` where `has_segment`, with the bytes that were recorded and no FIN.
    TcpSegment segment;
    bool has_segment = false;
};

/// Finds the segment. Link-layer padding behind the datagram is left out.
[[nodiscard]] TcpPacket find_tcp(Link link, codecs::Bytes packet);

}  // namespace tickweir::replay
