// A client session over a socket: bytes both ways, a peer that does not read, the end.
#include <gtest/gtest.h>
#include <sys/socket.h>

#include "bench/load/trading/session_socket.hpp"
#include "tests/load/stub_gateway.hpp"

namespace tickweir::tests {
namespace {

class SessionSocketTest : public testing::Test {
protected:
    SessionSocketTest() {
        std::array<int, 2> ends{};
        EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends.data()),
                  0);
        peer_ = gateway::Descriptor{ends[1]};
        socket_.adopt(gateway::Descriptor{ends[0]}, now_);
        EXPECT_EQ(received().find(soh("|35=A|")) != std::string::npos, true);
        say("A", "98=0|108=30|141=Y|");
    }

    /// What the client sent and the socket holds.
    std::string received() {
        std::string all;
        std::array<char, 65'536> bytes;
        for (ssize_t got = 0; (got = ::recv(peer_.get(), bytes.data(), bytes.size(), 0)) > 0;)
            all.append(bytes.data(), static_cast<std::size_t>(got));
        return all;
    }
    void say(std::string_view type, std::string_view body = {}) {
        const std::string bytes = stub_.say(type, body);
        ASSERT_EQ(::send(peer_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL),
                  static_cast<ssize_t>(bytes.size()));
        reactor_.poll();
    }

    TimeNs now_{std::chrono::seconds{1'700'000'000}};
    gateway::Reactor reactor_;
    StubGateway stub_;
    bench::ClientSession session_{{.comp_id = "C1"}};
    Texts visited_;
    bench::SessionSocket socket_{reactor_, session_, [this](const wire::Message& message, TimeNs) {
                                     visited_.emplace_back(message.msg_type());
                                 }};
    gateway::Descriptor peer_;
};

TEST_F(SessionSocketTest, HandsOverWhatComesAndAnswersAtOnce) {
    ASSERT_TRUE(session_.logged_on());
    say("8", "37=1|");
    say("1", "112=a|");
    EXPECT_EQ(visited_, Texts{"8"});
    EXPECT_NE(received().find(soh("|112=a|")), std::string::npos);
}

TEST_F(SessionSocketTest, WritesTheRestWhenAPeerThatDidNotReadReadsOn) {
    std::size_t sent = 0;
    while (session_.output().empty()) {  // until the kernel takes no more
        ASSERT_TRUE(session_.send("D", now_,
                                  [](wire::Writer& to) { to.field(58, std::string(900, 'x')); }));
        socket_.flush();
        ++sent;
    }
    std::string all;
    for (int turn = 0; turn < 10'000 && !session_.output().empty(); ++turn) {
        all += received();
        reactor_.poll();
    }
    all += received();
    std::size_t messages = 0;
    wire::Message message;
    for (std::string_view rest = all; !rest.empty(); ++messages) {
        const wire::Frame frame = message.read(rest);
        ASSERT_EQ(frame.status, wire::FrameStatus::whole);
        EXPECT_EQ(message.get_uint(tag::msg_seq_num).value_or(0), messages + 2);
        rest.remove_prefix(frame.bytes);
    }
    EXPECT_EQ(messages, sent);
}

TEST_F(SessionSocketTest, LeavesUnreadWhatComesWhileItDoesNotRead) {
    socket_.set_reading(false);
    say("8", "37=1|");
    EXPECT_EQ(visited_, Texts{});
    socket_.set_reading(true);
    reactor_.poll();
    EXPECT_EQ(visited_, Texts{"8"});
}

TEST_F(SessionSocketTest, EndsWithItsPeerAndAfterALogout) {
    say("5", "58=that is all|");
    EXPECT_FALSE(socket_.connected());
    EXPECT_EQ(session_.ending(), "that is all");
    EXPECT_NE(received().find(soh("|35=5|")), std::string::npos);
}

TEST_F(SessionSocketTest, KnowsAConnectionThatBroke) {
    peer_ = {};
    reactor_.poll();
    EXPECT_FALSE(socket_.connected());
    EXPECT_EQ(session_.ending(), "the connection ended");
    socket_.flush();
    socket_.set_reading(false);
}

}  // namespace
}  // namespace tickweir::tests
