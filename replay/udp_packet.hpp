// From a recorded packet to its UDP payload: link layer, VLAN tags, IPv4 or IPv6 with options and
// extension headers. A pure function that trusts no length; checksums are not verified, since
// captures taken at a sender carry none.
#pragma once

#include <cstdint>
#include <optional>

#include "codecs/bytes.hpp"

namespace tickweir::replay {

/// What the recorded bytes begin with.
enum class Link : std::uint8_t {
    ethernet,
    raw_ip,
    linux_sll,
    linux_sll2,
    null_host,     ///< BSD loopback, address family in the byte order of whoever recorded it
    loop_network,  ///< BSD loopback, address family in network order
};

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
