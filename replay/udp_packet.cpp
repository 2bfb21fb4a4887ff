#include "replay/udp_packet.hpp"

#include <array>
#include <cstddef>

namespace tickweir::replay {

namespace {

using codecs::Bytes;

constexpr std::uint16_t type_ipv4 = 0x0800;
constexpr std::uint16_t type_ipv6 = 0x86dd;
constexpr unsigned protocol_udp = 17;
constexpr std::size_t udp_header = 8;

std::uint8_t byte_at(Bytes bytes, std::size_t at) {
    return std::to_integer<std::uint8_t>(bytes[at]);
}

std::uint16_t be16_at(Bytes bytes, std::size_t at) {
    return static_cast<std::uint16_t>(byte_at(bytes, at) << 8 | byte_at(bytes, at + 1));
}

std::uint32_t be32_at(Bytes bytes, std::size_t at) {
    return std::uint32_t{be16_at(bytes, at)} << 16 | be16_at(bytes, at + 2);
}

constexpr UdpPacket only(UdpStatus status) {
    return {status, {}};
}

/// Takes the UDP payload out of an IP payload whose length the IP header gave; `captured` may be
/// shorter.
UdpPacket udp_in(Bytes captured, std::size_t length) {
    if (length < udp_header) return only(UdpStatus::malformed);
    if (captured.size() < udp_header) return only(UdpStatus::cut);
    const std::size_t udp_length = be16_at(captured, 4);
    if (udp_length < udp_header || udp_length > length) return only(UdpStatus::malformed);
    if (captured.size() < udp_length) return only(UdpStatus::cut);
    return {UdpStatus::udp, captured.subspan(udp_header, udp_length - udp_header)};
}

/// RFC 791 §3.1.
UdpPacket ipv4(Bytes packet) {
    constexpr std::size_t header_min = 20;
    if (packet.size() < header_min) return only(UdpStatus::cut);
    const std::size_t header = std::size_t{byte_at(packet, 0) & 0x0fU} * 4;
    const std::size_t total = be16_at(packet, 2);
    if (byte_at(packet, 9) != protocol_udp) return only(UdpStatus::not_udp);
    if (header < header_min || total < header) return only(UdpStatus::malformed);
    constexpr unsigned more_or_offset = 0x3fff;
    if ((be16_at(packet, 6) & more_or_offset) != 0) return only(UdpStatus::fragment);
    if (packet.size() < header) return only(UdpStatus::cut);
    return udp_in(packet.subspan(header), total - header);
}

/// RFC 8200 §4: a chain of extension headers up to UDP. The chain shrinks with every step.
UdpPacket ipv6(Bytes packet) {
    constexpr std::size_t header = 40;
    constexpr unsigned hop_by_hop = 0, routing = 43, fragment = 44, destination = 60;
    if (packet.size() < header) return only(UdpStatus::cut);
    std::size_t length = be16_at(packet, 4);
    unsigned next = byte_at(packet, 6);
    packet = packet.subspan(header);
    while (next == hop_by_hop || next == routing || next == fragment || next == destination) {
        if (length < 8) return only(UdpStatus::malformed);
        if (packet.size() < 8) return only(UdpStatus::cut);
        if (next == fragment) {
            constexpr unsigned more_or_offset = 0xfff9;
            const bool whole = (be16_at(packet, 2) & more_or_offset) == 0;
            if (!whole) return only(UdpStatus::fragment);
        }
        const std::size_t extension =
            next == fragment ? 8 : (std::size_t{byte_at(packet, 1)} + 1) * 8;
        if (extension > length) return only(UdpStatus::malformed);
        if (extension > packet.size()) return only(UdpStatus::cut);
        next = byte_at(packet, 0);
        packet = packet.subspan(extension);
        length -= extension;
    }
    if (next != protocol_udp) return only(UdpStatus::not_udp);
    return udp_in(packet, length);
}

UdpPacket ip(Bytes packet) {
    if (packet.empty()) return only(UdpStatus::cut);
    switch (byte_at(packet, 0) >> 4) {
        case 4:
            return ipv4(packet);
        case 6:
            return ipv6(packet);
        default:
            return only(UdpStatus::not_udp);
    }
}

/// By EtherType, behind any number of VLAN tags (IEEE 802.1Q).
UdpPacket by_ether_type(std::uint16_t type, Bytes rest) {
    const auto is_tag = [](std::uint16_t t) { return t == 0x8100 || t == 0x88a8 || t == 0x9100; };
    while (is_tag(type)) {
        if (rest.size() < 4) return only(UdpStatus::cut);
        type = be16_at(rest, 2);
        rest = rest.subspan(4);
    }
    // Between the two the header's own version decides.
    return type == type_ipv4 || type == type_ipv6 ? ip(rest) : only(UdpStatus::not_udp);
}

/// The EtherType stands at `type_at` of a link header of `header` bytes.
UdpPacket framed(Bytes packet, std::size_t type_at, std::size_t header) {
    if (packet.size() < header) return only(UdpStatus::cut);
    return by_ether_type(be16_at(packet, type_at), packet.subspan(header));
}

/// The address family is 2 for IPv4; IPv6 has a number per system (24 NetBSD, 28 FreeBSD, 30 macOS,
/// 10 Linux), so that the version nibble decides between known families.
UdpPacket loopback(std::uint32_t family, Bytes rest) {
    constexpr std::array known{2U, 10U, 24U, 28U, 30U};
    for (const auto family_known : known) {
        if (family == family_known) return ip(rest);
    }
    return only(UdpStatus::not_udp);
}

}  // namespace

UdpPacket find_udp(Link link, Bytes packet) {
    switch (link) {
        case Link::ethernet:
            return framed(packet, 12, 14);
        case Link::linux_sll:
            return framed(packet, 14, 16);
        case Link::linux_sll2:
            return framed(packet, 0, 20);
        case Link::raw_ip:
            return ip(packet);
        case Link::null_host:
        case Link::loop_network:
            break;
    }
    if (packet.size() < 4) return only(UdpStatus::cut);
    const std::uint32_t family = be32_at(packet, 0);
    // Families are small, so whoever recorded in the other byte order is recognised.
    const bool swapped = link == Link::null_host && family > 0xffff;
    return loopback(swapped ? __builtin_bswap32(family) : family, packet.subspan(4));
}

}  // namespace tickweir::replay
