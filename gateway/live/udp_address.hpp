// Where datagrams go: an IPv4 address and a port, as users spell them and as sockets want them.
// Parsing only; no name is looked up and no socket opened.
#pragma once

#include <netinet/in.h>

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "replay/byte_source.hpp"

namespace tickweir::gateway {

/// An IPv4 address. Its number is that of `a.b.c.d` with a in the highest byte.
struct Ipv4 {
    std::uint32_t number = 0;

    /// 224.0.0.0 to 239.255.255.255 (RFC 5771).
    constexpr bool is_multicast() const { return number >> 28 == 0xE; }
    friend constexpr auto operator<=>(Ipv4, Ipv4) = default;
};

inline constexpr Ipv4 ipv4_loopback{0x7F'00'00'01};

/// "127.0.0.1"
std::string to_string(Ipv4 address);

/// Four decimal numbers with dots, without leading zeros. The error names the text.
replay::Result<Ipv4> parse_ipv4(std::string_view text);

/// An end of an IPv4 socket, UDP or TCP.
struct UdpAddress {
    Ipv4 ip;
    std::uint16_t port = 0;

    constexpr bool is_multicast() const { return ip.is_multicast(); }
    friend constexpr auto operator<=>(const UdpAddress&, const UdpAddress&) = default;
};

/// `udp://ADDR:PORT`, ADDR an IPv4 address, unicast or multicast, PORT from 1 to 65535. The error
/// names the text and what is wrong with it.
replay::Result<UdpAddress> parse_udp_address(std::string_view text);

/// "127.0.0.1:26477"
std::string to_string(const UdpAddress& address);

/// "udp://239.255.0.1:26477"
std::string udp_url(const UdpAddress& address);

/// As the system's calls want it, and back.
sockaddr_in to_sockaddr(const UdpAddress& address);
UdpAddress from_sockaddr(const sockaddr_in& address);

}  // namespace tickweir::gateway
