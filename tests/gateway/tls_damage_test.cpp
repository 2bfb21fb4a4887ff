// TLS sessions whose bytes are damaged, or no TLS at all: they fail, and never deliver or open.
#include <gtest/gtest.h>

#include <random>

#include "tests/gateway/tls_talk.hpp"
#include "tests/support/seed.hpp"

namespace tickweir::tests {
namespace {

TEST(Tls, FailsCleanlyOnGarbage) {
    std::mt19937_64 random{test_seed()};
    for (const std::string_view text :
         {"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", "8=FIX.4.4\0019=70\00135=A\001",
          "SSH-2.0-OpenSSH_9.2\r\n"}) {
        Tls server = Tls::accept(good_server());
        EXPECT_EQ(server.feed(bytes_of(text)), text.size());
        EXPECT_EQ(server.state(), TlsState::failed) << text;
        EXPECT_EQ(server.failure(), TlsFailure::protocol);
        EXPECT_EQ(server.error().find("handshake: "), 0u);
        EXPECT_LT(server.pending_output().size(), 100u);
    }
    for (int round = 0; round < 300; ++round) {
        Tls server = Tls::accept(good_server());
        Tls client = Tls::connect(good_client(), "localhost");
        const Text garbage = random_bytes(1 + random() % 2'000, random);
        EXPECT_EQ(server.feed(garbage), garbage.size());
        EXPECT_EQ(client.feed(garbage), garbage.size());
        server.end_of_input();
        client.end_of_input();
        EXPECT_EQ(server.state(), TlsState::failed);
        EXPECT_EQ(client.state(), TlsState::failed);
    }
}

/// Where the bytes of handshake records are that the handshake depends on: not the headers, whose
/// version nobody heeds, and not the record that TLS 1.3 sends to look like its ancestors.
std::vector<std::size_t> content_of_records(const Text& flight) {
    constexpr std::byte change_cipher_spec{20};
    std::vector<std::size_t> places;
    for (std::size_t at = 0; at + 5 <= flight.size();) {
        const std::size_t length = std::to_integer<std::size_t>(flight[at + 3]) * 256 +
                                   std::to_integer<std::size_t>(flight[at + 4]);
        for (std::size_t i = at + 5; i < at + 5 + length && flight[at] != change_cipher_spec; ++i) {
            places.push_back(i);
        }
        at += 5 + length;
    }
    return places;
}

TEST(Tls, NeverOpensOnADamagedHandshake) {
    std::mt19937_64 random{test_seed()};
    const TlsContext server_context = good_server();
    const TlsContext client_context = good_client();
    for (int round = 0; round < 300; ++round) {
        Tls server = Tls::accept(server_context);
        Tls client = Tls::connect(client_context, "localhost");
        const bool from_client = random() % 2 == 0;
        Tls& damaged = from_client ? client : server;
        Tls& victim = from_client ? server : client;
        if (!from_client) move_some(client, server, whole);
        Text flight{damaged.pending_output().begin(), damaged.pending_output().end()};
        damaged.drain(flight.size());
        const auto read_bytes = content_of_records(flight);
        flight[read_bytes[random() % read_bytes.size()]] ^=
            std::byte{static_cast<unsigned char>(1 + random() % 255)};
        EXPECT_EQ(victim.feed(flight), flight.size());
        talk(client, server);
        client.end_of_input();
        server.end_of_input();
        read_all(client);
        read_all(server);
        const bool both_failed =
            client.state() == TlsState::failed && server.state() == TlsState::failed;
        ASSERT_TRUE(both_failed) << round;
    }
}

TEST(Tls, NeverDeliversDamagedData) {
    std::mt19937_64 random{test_seed()};
    for (int round = 0; round < 100; ++round) {
        Pair pair;
        read_all(pair.client);
        ASSERT_EQ(pair.server.write(bytes_of("an order for a million")), 22u);
        Text record{pair.server.pending_output().begin(), pair.server.pending_output().end()};
        pair.server.drain(record.size());
        const std::size_t at = 5 + random() % (record.size() - 5);  // after the record's header
        record[at] ^= std::byte{static_cast<unsigned char>(1 + random() % 255)};
        ASSERT_EQ(pair.client.feed(record), record.size());
        ASSERT_EQ(read_all(pair.client), Text{});
        ASSERT_EQ(pair.client.state(), TlsState::failed);
        ASSERT_EQ(pair.client.failure(), TlsFailure::protocol);
        ASSERT_EQ(pair.client.error(), "decryption failed or bad record mac");
        ASSERT_FALSE(pair.client.pending_output().empty()) << "the alert";
    }
}

TEST(Tls, BoundsTheHandshake) {
    const TlsLimits limits{.handshake_bytes_max = 100};
    Tls server = Tls::accept(good_server(), limits);
    Tls client = Tls::connect(good_client(), "localhost");
    ASSERT_GT(client.pending_output().size(), 100u);
    EXPECT_TRUE(move_some(client, server, whole));
    EXPECT_EQ(server.state(), TlsState::failed);
    EXPECT_EQ(server.failure(), TlsFailure::over_limit);
    EXPECT_EQ(server.error(), "handshake larger than 100 bytes");
}

}  // namespace
}  // namespace tickweir::tests
