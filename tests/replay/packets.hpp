// Packets and pcap files for the tests, put together byte by byte.
#pragma once

#include "tests/replay/support.hpp"

namespace tickweir::replay::tests {

inline Buffer udp(Bytes payload) {
    Buffer bytes;
    append_big(bytes, std::uint16_t{1000});
    append_big(bytes, std::uint16_t{2000});
    append_big(bytes, static_cast<std::uint16_t>(8 + payload.size()));
    append_big(bytes, std::uint16_t{0});
    append(bytes, payload);
    return bytes;
}

/// A segment from port 1000 to port 2000; `options` a multiple of four bytes.
inline Buffer tcp(std::uint32_t sequence, unsigned flags, Bytes payload, std::size_t options = 0,
                  std::uint16_t source = 1000, std::uint16_t destination = 2000) {
    Buffer bytes;
    append_big(bytes, source);
    append_big(bytes, destination);
    append_big(bytes, sequence);
    append_big(bytes, std::uint32_t{0});
    bytes.push_back(std::byte((20 + options) / 4 << 4));
    bytes.push_back(std::byte(flags));
    bytes.resize(20 + options, std::byte{1});
    append(bytes, payload);
    return bytes;
}

/// `flags` are the 16 bits of flags and fragment offset; `options` a multiple of four bytes.
inline Buffer ipv4(Bytes content, unsigned protocol = 17, unsigned flags = 0,
                   std::size_t options = 0) {
    Buffer bytes{std::byte(0x45 + options / 4), std::byte{0}};
    append_big(bytes, static_cast<std::uint16_t>(20 + options + content.size()));
    append_big(bytes, std::uint16_t{1});
    append_big(bytes, static_cast<std::uint16_t>(flags));
    bytes.push_back(std::byte{64});
    bytes.push_back(std::byte(protocol));
    bytes.resize(20 + options, std::byte{1});
    append(bytes, content);
    return bytes;
}

/// `next` is the type of the first header in `content`.
inline Buffer ipv6(Bytes content, unsigned next = 17) {
    Buffer bytes = to_bytes({0x60, 0, 0, 0});
    append_big(bytes, static_cast<std::uint16_t>(content.size()));
    bytes.push_back(std::byte(next));
    bytes.resize(40, std::byte{64});
    append(bytes, content);
    return bytes;
}

/// An IPv6 extension header in front of `content`, whose type is `next`.
inline Buffer extension(unsigned next, Bytes content, std::size_t length = 8) {
    Buffer bytes{std::byte(next), std::byte(length / 8 - 1)};
    bytes.resize(length);
    append(bytes, content);
    return bytes;
}

inline Buffer ipv6_fragment(unsigned next, unsigned offset_and_more, Bytes content) {
    Buffer bytes{std::byte(next), std::byte{77}};
    append_big(bytes, static_cast<std::uint16_t>(offset_and_more));
    append_big(bytes, std::uint32_t{5});
    append(bytes, content);
    return bytes;
}

/// An Ethernet frame; each tag is {EtherType, VLAN}.
inline Buffer ethernet(unsigned type, Bytes content,
                       std::initializer_list<std::pair<unsigned, unsigned>> tags = {}) {
    Buffer bytes(12, std::byte{2});
    for (const auto& [tag, vlan] : tags) {
        append_big(bytes, static_cast<std::uint16_t>(tag));
        append_big(bytes, static_cast<std::uint16_t>(vlan));
    }
    append_big(bytes, static_cast<std::uint16_t>(type));
    append(bytes, content);
    return bytes;
}

inline Buffer ethernet_udp(Bytes payload) {
    return ethernet(0x0800, ipv4(udp(payload)));
}

}  // namespace tickweir::replay::tests
