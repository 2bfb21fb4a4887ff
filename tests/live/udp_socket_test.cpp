#include "gateway/live/udp_socket.hpp"

#include <gmock/gmock.h>

#include "gateway/runtime/host.hpp"
#include "tests/live/udp_ends.hpp"

namespace tickweir::tests {
namespace {

using gateway::UdpSocket;

std::vector<std::byte> bytes_of(std::size_t count, unsigned value) {
    return std::vector<std::byte>(count, std::byte(value));
}

TEST(UdpSocket, ReceivesInBatchesWithTheKernelsTimeAndTheSource) {
    UdpSocket to = loopback_socket(3);
    UdpSocket from = loopback_socket();
    const auto before = gateway::wall_clock_now();
    for (unsigned i = 0; i < 5; ++i)
        ASSERT_TRUE(from.send(bytes_of(i, i), to.address()));
    ASSERT_EQ(to.receive({}), 3U);
    const auto after = gateway::wall_clock_now();
    auto last = before;
    for (unsigned i = 0; i < 3; ++i) {
        EXPECT_EQ(std::vector<std::byte>(to[i].bytes.begin(), to[i].bytes.end()), bytes_of(i, i));
        EXPECT_EQ(to[i].source, from.address());
        EXPECT_GE(to[i].received, last);
        EXPECT_LE(to[i].received, after);
        last = to[i].received;
    }
    ASSERT_EQ(to.receive({}), 2U);
    EXPECT_EQ(to[1].bytes.size(), 4U);
    EXPECT_EQ(to.receive({}), 0U);
    EXPECT_EQ(to.failures(), 0U);
    EXPECT_EQ(to.kernel_drops(), 0U);
}

TEST(UdpSocket, TakesTheLongestDatagram) {
    UdpSocket to = loopback_socket();
    UdpSocket from = loopback_socket();
    ASSERT_TRUE(from.send(bytes_of(65'507, 7), to.address()));
    ASSERT_EQ(to.receive({}), 1U);
    EXPECT_EQ(to[0].bytes.size(), 65'507U);
    EXPECT_FALSE(from.send(bytes_of(65'508, 7), to.address()));
}

TEST(UdpSocket, TellsWhatTheKernelDropped) {
    auto to = UdpSocket::open(
        {.address = any_loopback_port, .interface = {}, .buffer_bytes = 4'096, .batch = 64});
    ASSERT_TRUE(to);
    UdpSocket from = loopback_socket();
    for (unsigned i = 0; i < 200; ++i)
        ASSERT_TRUE(from.send(bytes_of(500, i), to->address()));
    std::size_t received = 0;
    for (std::size_t n = to->receive({}); n != 0; n = to->receive({}))
        received += n;
    ASSERT_TRUE(from.send(bytes_of(1, 1), to->address()));
    ASSERT_EQ(to->receive({}), 1U);
    EXPECT_GT(to->kernel_drops(), 0U);
    EXPECT_EQ(received + to->kernel_drops(), 200U);
}

TEST(UdpSocket, TellsTheBufferThatTheKernelKeeps) {
    auto small = UdpSocket::open(
        {.address = any_loopback_port, .interface = {}, .buffer_bytes = 64U << 10, .batch = 1});
    ASSERT_TRUE(small);
    EXPECT_EQ(small->granted_bytes(), 64U << 10);
}

TEST(UdpSocket, NamesAddressAndReasonWhenItCannotBeOpened) {
    const UdpSocket taken = loopback_socket();
    const auto again =
        UdpSocket::open({.address = taken.address(), .interface = {}, .buffer_bytes = 4'096});
    ASSERT_FALSE(again);
    EXPECT_THAT(again.error(), testing::HasSubstr(gateway::udp_url(taken.address())));
    EXPECT_THAT(again.error(), testing::HasSubstr("in use"));

    const auto elsewhere = UdpSocket::open(
        {.address = {gateway::Ipv4{0xC0'00'02'01}, 0}, .interface = {}, .buffer_bytes = 4'096});
    ASSERT_FALSE(elsewhere);
    EXPECT_THAT(elsewhere.error(), testing::HasSubstr("udp://192.0.2.1:0"));

    const auto nowhere = UdpSocket::open({.address = {gateway::Ipv4{0xEF'FF'00'01}, 0},
                                          .interface = gateway::Ipv4{0xC0'00'02'01},
                                          .buffer_bytes = 4'096});
    ASSERT_FALSE(nowhere);
    EXPECT_THAT(nowhere.error(), testing::HasSubstr("192.0.2.1"));

    const auto unicast = UdpSocket::open(
        {.address = any_loopback_port, .interface = gateway::ipv4_loopback, .buffer_bytes = 4'096});
    ASSERT_FALSE(unicast);
    EXPECT_THAT(unicast.error(), testing::HasSubstr("multicast"));
}

TEST(RequestSocket, KnowsItsServersFromOthers) {
    const UdpSocket one = loopback_socket();
    const UdpSocket two = loopback_socket();
    const UdpSocket stranger = loopback_socket();
    gateway::RequestSocket socket{loopback_socket(), {one.address(), two.address()}};
    EXPECT_EQ(socket.server_of(one.address()), 0U);
    EXPECT_EQ(socket.server_of(two.address()), 1U);
    EXPECT_EQ(socket.server_of(stranger.address()), std::nullopt);
}

}  // namespace
}  // namespace tickweir::tests
