#include "replay/ip_packet.hpp"

#include <algorithm>
#include <array>

namespace tickweir::replay {

namespace {

using codecs::Bytes;

constexpr std::uint16_t type_ipv4 = 0x0800;
constexpr std::uint16_t type_ipv6 = 0x86dd;

std::uint8_t byte_at(Bytes bytes, std::size_t at) {
    return std::to_integer<std::uint8_t>(bytes[at]);
}

std::uint16_t be16_at(Bytes bytes, std::size_t at) {
    return static_cast<std::uint16_t>(byte_at(bytes, at) << 8 | byte_at(bytes, at + 1));
}

std::uint32_t be32_at(Bytes bytes, std::size_t at) {
    return std::uint32_t{be16_at(bytes, at)} << 16 | be16_at(bytes, at + 2);
}

IpPacket only(IpStatus status) {
    return {status, {}, 0, {}, {}};
}

IpAddress address_at(Bytes packet, std::size_t at, bool is_v6) {
    IpAddress address{{}, is_v6};
    const Bytes bytes = packet.subspan(at, is_v6 ? 16 : 4);
    std::ranges::transform(bytes, address.bytes.begin(),
                           [](std::byte b) { return std::to_integer<std::uint8_t>(b); });
    return address;
}

/// RFC 791 §3.1.
IpPacket ipv4(Bytes packet, IpProtocol protocol) {
    constexpr std::size_t header_min = 20;
    if (packet.size() < header_min) return only(IpStatus::cut);
    const std::size_t header = std::size_t{byte_at(packet, 0) & 0x0fU} * 4;
    if (byte_at(packet, 9) != static_cast<unsigned>(protocol)) return only(IpStatus::other);
    std::size_t total = be16_at(packet, 2);
    if (total == 0 && protocol == IpProtocol::tcp) total = packet.size();
    if (header < header_min || total < header) return only(IpStatus::malformed);
    constexpr unsigned more_or_offset = 0x3fff;
    if ((be16_at(packet, 6) & more_or_offset) != 0) return only(IpStatus::fragment);
    if (packet.size() < header) return only(IpStatus::cut);
    return {IpStatus::found, packet.subspan(header), total - header, address_at(packet, 12, false),
            address_at(packet, 16, false)};
}

/// RFC 8200 §4: a chain of extension headers up to the protocol. The chain shrinks with every step.
IpPacket ipv6(Bytes packet, IpProtocol protocol) {
    constexpr std::size_t header = 40;
    constexpr unsigned hop_by_hop = 0, routing = 43, fragment = 44, destination = 60;
    if (packet.size() < header) return only(IpStatus::cut);
    std::size_t length = be16_at(packet, 4);
    unsigned next = byte_at(packet, 6);
    const IpAddress source = address_at(packet, 8, true);
    const IpAddress target = address_at(packet, 24, true);
    packet = packet.subspan(header);
    while (next == hop_by_hop || next == routing || next == fragment || next == destination) {
        if (length < 8) return only(IpStatus::malformed);
        if (packet.size() < 8) return only(IpStatus::cut);
        if (next == fragment) {
            constexpr unsigned more_or_offset = 0xfff9;
            const bool whole = (be16_at(packet, 2) & more_or_offset) == 0;
            if (!whole) return only(IpStatus::fragment);
        }
        const std::size_t extension =
            next == fragment ? 8 : (std::size_t{byte_at(packet, 1)} + 1) * 8;
        if (extension > length) return only(IpStatus::malformed);
        if (extension > packet.size()) return only(IpStatus::cut);
        next = byte_at(packet, 0);
        packet = packet.subspan(extension);
        length -= extension;
    }
    if (next != static_cast<unsigned>(protocol)) return only(IpStatus::other);
    return {IpStatus::found, packet, length, source, target};
}

IpPacket ip(Bytes packet, IpProtocol protocol) {
    if (packet.empty()) return only(IpStatus::cut);
    switch (byte_at(packet, 0) >> 4) {
        case 4:
            return ipv4(packet, protocol);
        case 6:
            return ipv6(packet, protocol);
        default:
            return only(IpStatus::other);
    }
}

/// By EtherType, behind any number of VLAN tags (IEEE 802.1Q).
IpPacket by_ether_type(std::uint16_t type, Bytes rest, IpProtocol protocol) {
    const auto is_tag = [](std::uint16_t t) { return t == 0x8100 || t == 0x88a8 || t == 0x9100; };
    while (is_tag(type)) {
        if (rest.size() < 4) return only(IpStatus::cut);
        type = be16_at(rest, 2);
        rest = rest.subspan(4);
    }
    // Between the two the header's own version decides.
    return type == type_ipv4 || type == type_ipv6 ? ip(rest, protocol) : only(IpStatus::other);
}

/// The EtherType stands at `type_at` of a link header of `header` bytes.
IpPacket framed(Bytes packet, std::size_t type_at, std::size_t header, IpProtocol protocol) {
    if (packet.size() < header) return only(IpStatus::cut);
    return by_ether_type(be16_at(packet, type_at), packet.subspan(header), protocol);
}

/// The address family is 2 for IPv4; IPv6 has a number per system (24 NetBSD, 28 FreeBSD, 30 macOS,
/// 10 Linux), so that the version nibble decides between known families.
IpPacket loopback(std::uint32_t family, Bytes rest, IpProtocol protocol) {
    constexpr std::array known{2U, 10U, 24U, 28U, 30U};
    for (const auto family_known : known) {
        if (family == family_known) return ip(rest, protocol);
    }
    return only(IpStatus::other);
}

}  // namespace

IpPacket find_ip(Link link, Bytes packet, IpProtocol protocol) {
    switch (link) {
        case Link::ethernet:
            return framed(packet, 12, 14, protocol);
        case Link::linux_sll:
            return framed(packet, 14, 16, protocol);
        case Link::linux_sll2:
            return framed(packet, 0, 20, protocol);
        case Link::raw_ip:
            return ip(packet, protocol);
        case Link::null_host:
        case Link::loop_network:
            break;
    }
    if (packet.size() < 4) return only(IpStatus::cut);
    const std::uint32_t family = be32_at(packet, 0);
    // Families are small, so whoever recorded in the other byte order is recognised.
    const bool swapped = link == Link::null_host && family > 0xffff;
    return loopback(swapped ? __builtin_bswap32(family) : family, packet.subspan(4), protocol);
}

}  // namespace tickweir::replay
