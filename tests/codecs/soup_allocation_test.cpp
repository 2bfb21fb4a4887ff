// That a SoupBinTCP connection allocates when it begins and never again. An executable of its own,
// for it counts every use of operator new in the process.
#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <new>
#include <vector>

#include "codecs/soup/client.hpp"
#include "codecs/soup/server.hpp"
#include "tests/support/counted_new.hpp"

namespace tickweir::codecs::soup {
namespace {

/// Accepts the login, takes every message.
struct Counter {
    Server* server = nullptr;
    std::uint64_t messages = 0;

    void on_login_request(const Alpha<6>&, const Alpha<10>&, const Session& session,
                          std::uint64_t sequence) const {
        EXPECT_EQ(server->accept(session, sequence, TimeNs{}), Sent::ok);
    }
    bool on_sequenced(std::uint64_t, Bytes) {
        ++messages;
        return true;
    }
    void on_unsequenced(Bytes) { ++messages; }
};

/// Everything that waits on one side reaches the other.
template <class From, class To>
void carry(From& from, To& to, Counter& events, TimeNs now) {
    while (!from.pending_output().empty()) {
        const Consumed consumed = to.on_bytes(from.pending_output(), now, events);
        ASSERT_TRUE(consumed.status.ok());
        ASSERT_NE(consumed.bytes, 0u);
        from.drained(consumed.bytes);
    }
}

TEST(SoupAllocations, AreCountedHere) {
    const std::uint64_t before = tests::allocations();
    ::operator delete(::operator new(8));
    EXPECT_EQ(tests::allocations(), before + 1);
}

TEST(SoupAllocations, AreNoneAMessageOrHeartbeat) {
    Client client{{.username = "USER"}, TimeNs{}};
    Server server{server_limits, TimeNs{}};
    Counter events{.server = &server};
    const std::vector<std::byte> message(60);
    carry(client, server, events, TimeNs{});
    carry(server, client, events, TimeNs{});

    const std::uint64_t before = tests::allocations();
    for (int i = 0; i < 10'000; ++i) {
        const TimeNs now{std::chrono::milliseconds{300} * i};
        ASSERT_EQ(server.send_sequenced(message, now), Sent::ok);
        ASSERT_EQ(server.send_unsequenced(message, now), Sent::ok);
        ASSERT_EQ(client.send_unsequenced(message, now), Sent::ok);
        carry(server, client, events, now);
        carry(client, server, events, now);
        ASSERT_TRUE(client.on_tick(now + std::chrono::milliseconds{1'000}).ok());
        ASSERT_TRUE(server.on_tick(now + std::chrono::milliseconds{1'000}).ok());
        carry(server, client, events, now);
        carry(client, server, events, now);
    }
    EXPECT_EQ(tests::allocations(), before);
    EXPECT_EQ(events.messages, 30'000u);
}

}  // namespace
}  // namespace tickweir::codecs::soup
