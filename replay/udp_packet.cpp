#include "replay/udp_packet.hpp"

#include <cstddef>

#include "replay/ip_packet.hpp"

namespace tickweir::replay {

namespace {

using codecs::Bytes;

constexpr std::size_t udp_header = 8;

constexpr UdpPacket only(UdpStatus status) {
    return {status, {}};
}

/// Takes the UDP payload out of an IP payload whose length the IP header gave; `captured` may be
/// shorter.
UdpPacket udp_in(Bytes captured, std::size_t length) {
    if (length < udp_header) return only(UdpStatus::malformed);
    if (captured.size() < udp_header) return only(UdpStatus::cut);
    const auto udp_length = static_cast<std::size_t>(std::to_integer<unsigned>(captured[4]) << 8 |
                                                     std::to_integer<unsigned>(captured[5]));
    if (udp_length < udp_header || udp_length > length) return only(UdpStatus::malformed);
    if (captured.size() < udp_length) return only(UdpStatus::cut);
    return {UdpStatus::udp, captured.subspan(udp_header, udp_length - udp_header)};
}

}  // namespace

UdpPacket find_udp(Link link, Bytes packet) {
    const IpPacket found = find_ip(link, packet, IpProtocol::udp);
    switch (found.status) {
        case IpStatus::found:
            return udp_in(found.captured, found.length);
        case IpStatus::other:
            return only(UdpStatus::not_udp);
        case IpStatus::fragment:
            return only(UdpStatus::fragment);
        case IpStatus::cut:
            return only(UdpStatus::cut);
        case IpStatus::malformed:
            return only(UdpStatus::malformed);
    }
    return only(UdpStatus::malformed);
}

}  // namespace tickweir::replay
