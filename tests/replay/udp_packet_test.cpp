#include "replay/udp_packet.hpp"

#include <random>

#include "tests/replay/packets.hpp"
#include "tests/support/seed.hpp"

namespace tickweir::replay::tests {
namespace {

/// The payload, or the status in angle brackets.
std::string found(Link link, Bytes packet) {
    const UdpPacket udp = find_udp(link, packet);
    switch (udp.status) {
        case UdpStatus::udp:
            return to_text(udp.payload);
        case UdpStatus::not_udp:
            return "<not udp>";
        case UdpStatus::fragment:
            return "<fragment>";
        case UdpStatus::cut:
            return "<cut>";
        case UdpStatus::malformed:
            return "<malformed>";
    }
    return "?";
}

std::string in_ip(Bytes packet) {
    return found(Link::raw_ip, packet);
}

const Buffer hello = udp(to_bytes("hello"));

Buffer behind(std::initializer_list<unsigned> header, Bytes content) {
    Buffer bytes = to_bytes(header);
    append(bytes, content);
    return bytes;
}

TEST(FindUdp, ReadsEveryLinkType) {
    const Buffer v4 = ipv4(hello), v6 = ipv6(hello);
    EXPECT_EQ(found(Link::ethernet, ethernet(0x0800, v4)), "hello");
    EXPECT_EQ(found(Link::ethernet, ethernet(0x86dd, v6)), "hello");
    EXPECT_EQ(found(Link::raw_ip, v4), "hello");
    EXPECT_EQ(found(Link::raw_ip, v6), "hello");
    Buffer sll(14), sll2 = to_bytes({0x08, 0x00});
    append_big(sll, std::uint16_t{0x0800});
    append(sll, v4);
    EXPECT_EQ(found(Link::linux_sll, sll), "hello");
    sll2.resize(20);
    append(sll2, v4);
    EXPECT_EQ(found(Link::linux_sll2, sll2), "hello");
    EXPECT_EQ(found(Link::null_host, behind({2, 0, 0, 0}, v4)), "hello");
    EXPECT_EQ(found(Link::null_host, behind({0, 0, 0, 2}, v4)), "hello");
    EXPECT_EQ(found(Link::null_host, behind({30, 0, 0, 0}, v6)), "hello");
    EXPECT_EQ(found(Link::loop_network, behind({0, 0, 0, 24}, v6)), "hello");
    EXPECT_EQ(found(Link::loop_network, behind({2, 0, 0, 0}, v4)), "<not udp>");
}

TEST(FindUdp, LooksBehindVlanTags) {
    const Buffer v4 = ipv4(hello);
    EXPECT_EQ(found(Link::ethernet, ethernet(0x0800, v4, {{0x8100, 141}})), "hello");
    EXPECT_EQ(found(Link::ethernet, ethernet(0x0800, v4, {{0x88a8, 7}, {0x8100, 141}})), "hello");
    EXPECT_EQ(found(Link::ethernet, ethernet(0x0800, v4, {{0x8100, 1}, {0x8100, 2}, {0x9100, 3}})),
              "hello");
    EXPECT_EQ(found(Link::ethernet, ethernet(0x0806, v4, {{0x8100, 141}})), "<not udp>");
}

TEST(FindUdp, LeavesOutOptionsAndPadding) {
    EXPECT_EQ(in_ip(ipv4(hello, 17, 0, 4)), "hello");
    EXPECT_EQ(in_ip(ipv4(hello, 17, 0, 40)), "hello");
    Buffer padded = ethernet(0x0800, ipv4(hello));
    padded.resize(60);
    EXPECT_EQ(found(Link::ethernet, padded), "hello");
    EXPECT_EQ(in_ip(ipv4(udp(Bytes{}))), "");
}

TEST(FindUdp, WalksIpv6ExtensionHeaders) {
    constexpr unsigned hop_by_hop = 0, routing = 43, fragment = 44, destination = 60;
    EXPECT_EQ(in_ip(ipv6(extension(17, hello), hop_by_hop)), "hello");
    EXPECT_EQ(in_ip(ipv6(extension(routing, extension(destination, extension(17, hello), 24)),
                         hop_by_hop)),
              "hello");
    EXPECT_EQ(in_ip(ipv6(ipv6_fragment(17, 0, hello), fragment)), "hello") << "the only piece";
    EXPECT_EQ(in_ip(ipv6(ipv6_fragment(17, 1, hello), fragment)), "<fragment>");
    EXPECT_EQ(in_ip(ipv6(ipv6_fragment(17, 8, hello), fragment)), "<fragment>");
    EXPECT_EQ(in_ip(ipv6(extension(6, hello), hop_by_hop)), "<not udp>");
    Buffer beyond = extension(17, hello);
    beyond[1] = std::byte{200};
    EXPECT_EQ(in_ip(ipv6(beyond, hop_by_hop)), "<malformed>");
    EXPECT_EQ(in_ip(ipv6(to_bytes({17, 0, 0, 0}), hop_by_hop)), "<malformed>");
}

TEST(FindUdp, TellsFragments) {
    EXPECT_EQ(in_ip(ipv4(hello, 17, 0x4000)), "hello") << "not to be fragmented";
    EXPECT_EQ(in_ip(ipv4(hello, 17, 0x2000)), "<fragment>");
    EXPECT_EQ(in_ip(ipv4(hello, 17, 0x0001)), "<fragment>");
}

TEST(FindUdp, PassesOverOtherProtocols) {
    EXPECT_EQ(in_ip(ipv4(hello, 6)), "<not udp>");
    EXPECT_EQ(in_ip(to_bytes({0x50, 0, 0, 0})), "<not udp>");
    EXPECT_EQ(found(Link::ethernet, ethernet(0x0806, Buffer(28))), "<not udp>");
    EXPECT_EQ(found(Link::null_host, behind({7, 0, 0, 0}, ipv4(hello))), "<not udp>");
}

TEST(FindUdp, RefusesLengthsThatContradictEachOther) {
    const auto with = [](std::size_t at, unsigned value) {
        Buffer packet = ipv4(hello);
        packet[at] = std::byte(value);
        return in_ip(packet);
    };
    EXPECT_EQ(with(0, 0x44), "<malformed>") << "header shorter than its fixed part";
    EXPECT_EQ(with(3, 19), "<malformed>") << "total shorter than the header";
    EXPECT_EQ(with(3, 27), "<malformed>") << "no room for a UDP header";
    EXPECT_EQ(with(3, 32), "<malformed>") << "UDP longer than the IP payload";
    EXPECT_EQ(with(25, 7), "<malformed>") << "UDP shorter than its header";
    EXPECT_EQ(with(25, 12), "hell") << "UDP shorter than the IP payload";
}

TEST(FindUdp, EveryTruncationIsCut) {
    const Buffer packets[]{
        ethernet(0x0800, ipv4(hello, 17, 0, 8), {{0x8100, 1}, {0x8100, 2}}),
        ethernet(0x86dd, ipv6(extension(44, ipv6_fragment(17, 0, hello)), 0)),
    };
    for (const Buffer& packet : packets) {
        EXPECT_EQ(found(Link::ethernet, packet), "hello");
        for (std::size_t size = 0; size < packet.size(); ++size)
            EXPECT_EQ(found(Link::ethernet, Bytes{packet}.first(size)), "<cut>") << size;
    }
}

TEST(FindUdp, NeverLeavesThePacketWhateverItSays) {
    std::mt19937_64 random{tickweir::tests::test_seed()};
    const Buffer seeds[]{ipv4(hello, 17, 0, 8),
                         ipv6(extension(44, ipv6_fragment(17, 0, hello)), 0)};
    for (int round = 0; round < 50'000; ++round) {
        Buffer packet = seeds[random() % 2];
        packet.resize(random() % (packet.size() + 1));
        packet.shrink_to_fit();  // so that sanitizers see a read beyond
        for (int flips = 0; flips < 3 && !packet.empty(); ++flips)
            packet[random() % packet.size()] = static_cast<std::byte>(random());
        const UdpPacket udp = find_udp(static_cast<Link>(random() % 6), packet);
        if (udp.status != UdpStatus::udp || udp.payload.empty()) continue;
        EXPECT_GE(udp.payload.data(), packet.data());
        EXPECT_LE(udp.payload.data() + udp.payload.size(), packet.data() + packet.size());
    }
}

}  // namespace
}  // namespace tickweir::replay::tests
