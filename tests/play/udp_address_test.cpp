// Addresses as users spell them.
#include "gateway/live/udp_address.hpp"

#include <gmock/gmock.h>

namespace tickweir::gateway {
namespace {

using testing::HasSubstr;

TEST(UdpAddress, UnderstandsUnicastAndMulticast) {
    const auto group = parse_udp_address("udp://239.255.0.1:26477");
    ASSERT_TRUE(group) << group.error();
    EXPECT_EQ(*group, (UdpAddress{Ipv4{0xEF'FF'00'01}, 26'477}));
    EXPECT_TRUE(group->is_multicast());
    EXPECT_EQ(udp_url(*group), "udp://239.255.0.1:26477");
    const auto host = parse_udp_address("udp://127.0.0.1:1");
    ASSERT_TRUE(host) << host.error();
    EXPECT_FALSE(host->is_multicast());
    EXPECT_EQ(host->ip, ipv4_loopback);
    EXPECT_EQ(to_string(*host), "127.0.0.1:1");
}

TEST(UdpAddress, MulticastIsFrom224To239) {
    EXPECT_FALSE(parse_ipv4("223.255.255.255")->is_multicast());
    EXPECT_TRUE(parse_ipv4("224.0.0.0")->is_multicast());
    EXPECT_TRUE(parse_ipv4("239.255.255.255")->is_multicast());
    EXPECT_FALSE(parse_ipv4("240.0.0.0")->is_multicast());
}

TEST(UdpAddress, NamesWhatIsWrong) {
    for (const char* text :
         {"", "239.255.0.1:1", "tcp://1.2.3.4:5", "udp:/1.2.3.4:5", "udp://1.2.3.4",
          "udp://1.2.3:5", "udp://1.2.3.4.5:6", "udp://1.2.3.256:5", "udp://1.2.3.-4:5",
          "udp://01.2.3.4:5", "udp://1.2.3.4:0", "udp://1.2.3.4:65536",
          "udp://1.2.3.4:", "udp://1.2.3.4:5x", "udp://:5", "udp://localhost:5", "udp://1..3.4:5",
          "udp://1.2.3.4:99999999999"}) {
        const auto parsed = parse_udp_address(text);
        ASSERT_FALSE(parsed) << text;
        EXPECT_THAT(parsed.error(), HasSubstr("'" + std::string{text} + "'"));
    }
    EXPECT_EQ(parse_udp_address("udp://1.2.3.4:70000").error(),
              "'udp://1.2.3.4:70000': port '70000' is not between 1 and 65535");
    EXPECT_EQ(parse_ipv4("1.2.3").error(), "'1.2.3' is not an IPv4 address (a.b.c.d)");
}

TEST(UdpAddress, GoesToTheSystemAndBack) {
    const UdpAddress address{Ipv4{0x0A'01'02'03}, 513};
    EXPECT_EQ(from_sockaddr(to_sockaddr(address)), address);
    EXPECT_EQ(to_sockaddr(address).sin_port, htons(513));
}

}  // namespace
}  // namespace tickweir::gateway
