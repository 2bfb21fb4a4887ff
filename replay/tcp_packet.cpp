#include "replay/tcp_packet.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdio>

namespace tickweir::replay {

namespace {

using codecs::be16;
using codecs::be32;
using codecs::Bytes;

/// RFC 9293 §3.1, without the options.
struct Header {
    be16 source_port;
    be16 destination_port;
    be32 sequence;
    be32 acknowledgement;
    std::uint8_t data_offset = 0;  // in its upper half, in words of 4 bytes
    std::uint8_t flags = 0;
    be16 window;
    be16 checksum;
    be16 urgent;
};
static_assert(sizeof(Header) == 20 && alignof(Header) == 1);

constexpr unsigned flag_fin = 0x01, flag_syn = 0x02, flag_rst = 0x04;

TcpPacket only(TcpStatus status) {
    return {status, {}, false};
}

TcpPacket segment_in(const IpPacket& packet) {
    if (packet.length < sizeof(Header)) return only(TcpStatus::malformed);
    if (packet.captured.size() < sizeof(Header)) return only(TcpStatus::cut);
    const auto header = codecs::read<Header>(packet.captured.data());
    const std::size_t offset = std::size_t{header.data_offset} / 16 * 4;
    if (offset < sizeof(Header) || offset > packet.length) return only(TcpStatus::malformed);
    if (packet.captured.size() < offset) return only(TcpStatus::cut);
    const bool whole = packet.captured.size() >= packet.length;
    const std::size_t end = std::min(packet.captured.size(), packet.length);
    TcpPacket found;
    found.status = whole ? TcpStatus::tcp : TcpStatus::cut;
    found.has_segment = true;
    found.segment = {
        {{packet.source, header.source_port}, {packet.destination, header.destination_port}},
        header.sequence,
        (header.flags & flag_syn) != 0,
        whole && (header.flags & flag_fin) != 0,
        (header.flags & flag_rst) != 0,
        packet.captured.subspan(offset, end - offset)};
    return found;
}

}  // namespace

std::string to_text(const TcpEndpoint& endpoint) {
    const auto& b = endpoint.address.bytes;
    std::array<char, 64> text{};
    if (!endpoint.address.is_v6) {
        std::snprintf(text.data(), text.size(), "%u.%u.%u.%u:%u", b[0], b[1], b[2], b[3],
                      endpoint.port);
        return text.data();
    }
    std::string all = "[";
    for (std::size_t i = 0; i < b.size(); i += 2) {
        const unsigned group = static_cast<unsigned>(b[i]) << 8 | b[i + 1];
        std::snprintf(text.data(), text.size(), i == 0 ? "%x" : ":%x", group);
        all += text.data();
    }
    return all + "]:" + std::to_string(endpoint.port);
}

TcpPacket find_tcp(Link link, Bytes packet) {
    const IpPacket found = find_ip(link, packet, IpProtocol::tcp);
    switch (found.status) {
        case IpStatus::found:
            return segment_in(found);
        case IpStatus::other:
            return only(TcpStatus::not_tcp);
        case IpStatus::fragment:
            return only(TcpStatus::fragment);
        case IpStatus::cut:
            return only(TcpStatus::cut);
        case IpStatus::malformed:
            return only(TcpStatus::malformed);
    }
    return only(TcpStatus::malformed);
}

}  // namespace tickweir::replay
