// From a recorded packet to what its IP header carries: link layer, VLAN tags, IPv4 or IPv6 with
// options and extension headers. A pure function that trusts no length; checksums are not verified,
// since captures taken at a sender carry none.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>

#include "codecs/bytes.hpp"
#include "replay/link.hpp"

namespace tickweir::replay {

enum class IpProtocol : std::uint8_t { tcp = 6, udp = 17 };

/// What a packet turned out to be.
enum class IpStatus : std::uint8_t {
    found,      ///< it carries the protocol asked for
    other,      ///< something else
    fragment,   ///< a piece of a fragmented datagram
    cut,        ///< the record ends inside the headers
    malformed,  ///< lengths contradict each other
};

/// Of an IPv4 address the first four bytes; the rest is 0.
struct IpAddress {
    std::array<std::uint8_t, 16> bytes{};
    bool is_v6 = false;
    friend constexpr auto operator<=>(const IpAddress&, const IpAddress&) = default;
};

struct IpPacket {
    IpStatus status = IpStatus::other;
    codecs::Bytes captured;  ///< what was recorded behind the IP headers; only with `found`
    std::size_t length = 0;  ///< of that by the IP header; link-layer padding may stand behind it
    IpAddress source;
    IpAddress destination;
};

/// Finds the payload of an IP packet that carries `protocol`. An IPv4 packet of TCP that says to be
/// 0 bytes long, as one does that was recorded before the network card cut it, has what was
/// captured.
[[nodiscard]] IpPacket find_ip(Link link, codecs::Bytes packet, IpProtocol protocol);

}  // namespace tickweir::replay
