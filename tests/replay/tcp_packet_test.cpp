#include "replay/tcp_packet.hpp"

#include <random>

#include "tests/replay/packets.hpp"
#include "tests/support/seed.hpp"

namespace tickweir::replay::tests {
namespace {

constexpr unsigned protocol_tcp = 6;

std::string found(Link link, Bytes packet) {
    const TcpPacket tcp = find_tcp(link, packet);
    const TcpSegment& segment = tcp.segment;
    std::string text;
    if (tcp.has_segment) {
        text = to_text(segment.flow.source) + '>' + to_text(segment.flow.destination) + ' ' +
               std::to_string(segment.sequence) + (segment.syn ? 'S' : '-') +
               (segment.fin ? 'F' : '-') + (segment.rst ? 'R' : '-') + to_text(segment.payload);
    }
    switch (tcp.status) {
        case TcpStatus::tcp:
            return text;
        case TcpStatus::not_tcp:
            return "<not tcp>";
        case TcpStatus::fragment:
            return "<fragment>";
        case TcpStatus::cut:
            return "<cut>" + text;
        case TcpStatus::malformed:
            return "<malformed>";
    }
    return "?";
}

const std::string v4_ends = "1.1.1.1:1000>1.1.1.1:2000 ";

/// ipv4() of the tests leaves the addresses to its filling.
Buffer v4(Bytes content) {
    Buffer packet = ipv4(content, protocol_tcp);
    for (std::size_t i = 12; i < 20; ++i)
        packet[i] = std::byte{1};
    return packet;
}

TEST(FindTcp, ReadsIpv4AndIpv6BehindVlanTags) {
    const Buffer segment = tcp(7, 0x11, to_bytes("hello"));
    EXPECT_EQ(found(Link::raw_ip, v4(segment)), v4_ends + "7-F-hello");
    EXPECT_EQ(found(Link::ethernet, ethernet(0x0800, v4(segment), {{0x8100, 5}, {0x8100, 6}})),
              v4_ends + "7-F-hello");
    const std::string six = "[4040:4040:4040:4040:4040:4040:4040:4040]:";
    EXPECT_EQ(found(Link::ethernet, ethernet(0x86dd, ipv6(segment, protocol_tcp))),
              six + "1000>" + six + "2000 7-F-hello");
}

TEST(FindTcp, LeavesOptionsAndPaddingOut) {
    Buffer packet = v4(tcp(1, 0x02, to_bytes("x"), 12));
    packet.resize(packet.size() + 9);
    EXPECT_EQ(found(Link::raw_ip, packet), v4_ends + "1S--x");
}

TEST(FindTcp, GivesWhatACutRecordHasButNotItsEnd) {
    Buffer packet = v4(tcp(1, 0x15, to_bytes("hello")));
    packet.resize(packet.size() - 2);
    EXPECT_EQ(found(Link::raw_ip, packet), "<cut>" + v4_ends + "1--Rhel");
    packet.resize(30);
    EXPECT_EQ(found(Link::raw_ip, packet), "<cut>");
}

TEST(FindTcp, RefusesLengthsThatContradictEachOther) {
    Buffer segment = tcp(1, 0, to_bytes("x"));
    segment[12] = std::byte{0x40};
    EXPECT_EQ(found(Link::raw_ip, v4(segment)), "<malformed>");
    segment[12] = std::byte{0xf0};
    EXPECT_EQ(found(Link::raw_ip, v4(segment)), "<malformed>");
    EXPECT_EQ(found(Link::raw_ip, v4(to_bytes("0123456789"))), "<malformed>");
}

TEST(FindTcp, TakesALengthOfZeroForWhatWasCaptured) {
    Buffer packet = v4(tcp(1, 0, to_bytes("large")));
    packet[2] = packet[3] = std::byte{0};
    EXPECT_EQ(found(Link::raw_ip, packet), v4_ends + "1---large");
}

TEST(FindTcp, LeavesOthersAlone) {
    EXPECT_EQ(found(Link::raw_ip, ipv4(udp(to_bytes("x")))), "<not tcp>");
    EXPECT_EQ(found(Link::raw_ip, ipv4(tcp(1, 0, {}), protocol_tcp, 0x2000)), "<fragment>");
}

TEST(FindTcp, RandomDamageIsSurvived) {
    std::mt19937_64 random{tickweir::tests::test_seed()};
    const Buffer whole = ethernet(0x0800, v4(tcp(1, 0x12, to_bytes("payload"), 8)));
    for (int round = 0; round < 20'000; ++round) {
        Buffer packet(whole.begin(),
                      whole.begin() + static_cast<std::ptrdiff_t>(random() % (whole.size() + 1)));
        for (int i = 0; i < 3 && !packet.empty(); ++i)
            packet[random() % packet.size()] = static_cast<std::byte>(random());
        const TcpPacket tcp = find_tcp(Link::ethernet, packet);
        if (tcp.has_segment) {
            ASSERT_LE(tcp.segment.payload.size(), packet.size());
        }
    }
}

}  // namespace
}  // namespace tickweir::replay::tests
