// URLs of venues as users spell them, and frames as clients send them.
#include <gtest/gtest.h>

#include <string>

#include "gateway/live/json/endpoint.hpp"
#include "gateway/live/json/exchange_socket.hpp"

namespace tickweir::gateway {
namespace {

Endpoint stream(std::string_view url) {
    const auto parsed = parse_endpoint(url, UrlKind::web_socket);
    if (!parsed) ADD_FAILURE() << parsed.error();
    return parsed ? *parsed : Endpoint{};
}

std::string refusal(std::string_view url, UrlKind kind = UrlKind::web_socket) {
    const auto parsed = parse_endpoint(url, kind);
    return parsed ? "(taken)" : parsed.error();
}

TEST(Endpoint, IsReadFromAUrl) {
    EXPECT_EQ(stream("wss://stream.binance.com:9443/ws"),
              (Endpoint{true, "stream.binance.com", 9443, "/ws"}));
    EXPECT_EQ(stream("ws://127.0.0.1"), (Endpoint{false, "127.0.0.1", 80, "/"}));
    EXPECT_EQ(stream("wss://[::1]:7?a=b"), (Endpoint{true, "::1", 7, "/?a=b"}));
    const auto rest = parse_endpoint("https://api.binance.com", UrlKind::http);
    ASSERT_TRUE(rest);
    EXPECT_EQ(*rest, (Endpoint{true, "api.binance.com", 443, "/"}));
}

TEST(Endpoint, NamesThePortOnlyWhereItIsNotTheUsualOne) {
    EXPECT_EQ(stream("wss://a.b/x").host_field(), "a.b");
    EXPECT_EQ(stream("wss://a.b:80/x").host_field(), "a.b:80");
    EXPECT_EQ(stream("ws://a.b:80/x").host_field(), "a.b");
    EXPECT_EQ(stream("ws://[::1]:81/x").host_field(), "[::1]:81");
}

TEST(Endpoint, SaysWhatIsWrongWithAUrl) {
    EXPECT_EQ(refusal("https://a", UrlKind::web_socket),
              "'https://a' is not of the form wss://HOST[:PORT][/PATH] or ws://HOST[:PORT][/PATH]");
    EXPECT_EQ(refusal("wss://a", UrlKind::http),
              "'wss://a' is not of the form https://HOST[:PORT][/PATH] or "
              "http://HOST[:PORT][/PATH]");
    for (const char* url :
         {"wss://", "wss:///x", "wss://a b", "wss://[::1", "wss://[x]", "wss://a@b"})
        EXPECT_EQ(refusal(url), "'" + std::string{url} + "' names no host") << url;
    for (const char* url : {"ws://a:", "ws://a:0", "ws://a:65536", "ws://a:1x", "ws://a:-1"})
        EXPECT_EQ(refusal(url), "'" + std::string{url} + "' has no port from 1 to 65535") << url;
    for (const char* url : {"ws://a/b c", "ws://a/#b", "ws://a/\r\nX: y"})
        EXPECT_EQ(refusal(url), "'" + std::string{url} + "' has a path that cannot be asked for");
}

TEST(ClientFrame, IsMaskedAndAsLongAsItSays) {
    std::string frame;
    append_client_frame("ab", 0x01020304, frame);
    EXPECT_EQ(frame, (std::string{"\x81\x82\x04\x03\x02\x01", 6} + char('a' ^ 4) + char('b' ^ 3)));
    for (const std::size_t size : {125U, 126U, 65'535U, 65'536U}) {
        frame.clear();
        append_client_frame(std::string(size, 'x'), 0, frame);
        EXPECT_EQ(frame.size(), size + (size < 126 ? 6U : size < 65'536 ? 8U : 14U)) << size;
        EXPECT_TRUE(frame.ends_with("x"));
    }
}

}  // namespace
}  // namespace tickweir::gateway
