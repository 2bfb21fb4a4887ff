// From a recorded packet to its UDP payload. A pure function that trusts no length; checksums are
// not verified, since captures taken at a sender carry none.
#pragma once

#include <cstdint>

#include "codecs/bytes.hpp"
#include "replay/link.hpp"

namespace tickweir::replay {

/// What a packet turned out to be.
enum class UdpStatus : std::uint8_t {
    udp,        ///< the payload is whole
    not_udp,    ///< something else
    fragment,   ///< a piece of a fragmented datagram
    cut,        ///< the record ends before the datagram does
    malformed,  ///< lengths contradict each other
};

struct UdpPacket {
    UdpStatus status = UdpStatus::not_udp;
    codecs::Bytes payload;  ///< only with `udp`; points into the packet
};

/// Finds the UDP payload. Link-layer padding behind the datagram is left out.
[[nodiscard]] UdpPacket find_udp(Link link, codecs::Bytes packet);

}  // namespace tickweir::replay
