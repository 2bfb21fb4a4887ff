#include "gateway/live/tcp_connection.hpp"

#include <gmock/gmock.h>

namespace tickweir::tests {
namespace {

using gateway::parse_tcp_address;

TEST(TcpAddress, IsReadAndWritten) {
    const auto address = parse_tcp_address("tcp://192.0.2.7:9000");
    ASSERT_TRUE(address);
    EXPECT_EQ(gateway::tcp_url(*address), "tcp://192.0.2.7:9000");
}

TEST(TcpAddress, NamesWhatIsWrongWithIt) {
    for (const char* text : {"", "udp://127.0.0.1:1", "tcp://", "tcp://127.0.0.1", "tcp://host:80",
                             "tcp://127.0.0.1:0", "tcp://127.0.0.1:65536", "tcp://1.2.3:80"}) {
        const auto address = parse_tcp_address(text);
        ASSERT_FALSE(address) << text;
        EXPECT_THAT(address.error(), testing::HasSubstr(std::string{"'"} + text + "'"));
        if (!std::string_view{text}.starts_with("udp")) {
            EXPECT_THAT(address.error(), testing::Not(testing::HasSubstr("udp")));
        }
    }
}

TEST(TcpConnection, SaysWhereItCannotGo) {
    const auto connection =
        gateway::TcpConnection::begin({gateway::Ipv4{0xFF'FF'FF'FF}, 9});  // broadcast
    ASSERT_FALSE(connection);
    EXPECT_THAT(connection.error(), testing::HasSubstr("tcp://255.255.255.255:9"));
}

}  // namespace
}  // namespace tickweir::tests
