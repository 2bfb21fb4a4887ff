// TLS sessions against each other: every way to cut the bytes, every way to end.
#include "gateway/tls.hpp"

#include <gtest/gtest.h>

#include <array>
#include <random>

#include "tests/gateway/tls_talk.hpp"
#include "tests/support/seed.hpp"

namespace tickweir::tests {
namespace {

// ---------------------------------------------------------------- what works

TEST(Tls, ShakesHandsAndTalksBothWays) {
    Pair pair;
    EXPECT_EQ(pair.client.version(), "TLSv1.3");
    EXPECT_EQ(pair.client.write(bytes_of("ping")), 4u);
    talk(pair.client, pair.server);
    EXPECT_EQ(read_all(pair.server), bytes_of("ping"));
    EXPECT_EQ(pair.server.write(bytes_of("pong")), 4u);
    talk(pair.client, pair.server);
    EXPECT_EQ(read_all(pair.client), bytes_of("pong"));
    EXPECT_EQ(pair.client.failure(), TlsFailure::none);
    EXPECT_EQ(pair.client.error(), "");
    EXPECT_EQ(pair.client.protocol(), "");
}

TEST(Tls, DoesNotCareHowTheBytesAreCut) {
    std::mt19937_64 random{test_seed()};
    const Text message = random_bytes(40'000, random);
    for (const Chunking& chunking : {one_by_one, random_chunks(random), whole}) {
        Pair pair{chunking};
        EXPECT_EQ(transfer(pair.client, pair.server, message, chunking), message);
        EXPECT_EQ(transfer(pair.server, pair.client, message, chunking), message);
        pair.client.shutdown();
        talk(pair.client, pair.server, chunking);
        EXPECT_EQ(read_all(pair.server), Text{});
        EXPECT_EQ(pair.server.state(), TlsState::closed_by_peer);
    }
}

TEST(Tls, WorksWithTheSmallestQueues) {
    std::mt19937_64 random{test_seed()};
    const Text message = random_bytes(20'000, random);
    const TlsLimits limits{.input_bytes_max = 1, .output_bytes_max = 1024};
    Pair pair{whole, limits};
    EXPECT_EQ(transfer(pair.client, pair.server, message, whole), message);
    EXPECT_EQ(transfer(pair.server, pair.client, message, random_chunks(random)), message);
}

TEST(Tls, CarriesLargeTransfersWithinItsLimits) {
    std::mt19937_64 random{test_seed()};
    const Text message = random_bytes(8'000'000, random);
    const TlsLimits limits{.input_bytes_max = 20'000, .output_bytes_max = 50'000};
    Pair pair{whole, limits};
    std::size_t most_pending = 0;
    const Chunking watched = [&](std::size_t available) {
        most_pending = std::max(most_pending, available);
        return available;
    };
    EXPECT_TRUE(transfer(pair.server, pair.client, message, watched) == message);
    EXPECT_LE(most_pending, limits.output_bytes_max);
    EXPECT_GT(most_pending, limits.output_bytes_max / 2);
}

TEST(Tls, TakesOnlyWhatTheLimitsAllow) {
    const TlsLimits limits{.input_bytes_max = 3'000, .output_bytes_max = 5'000};
    Pair pair{whole, limits};
    const Text message(100'000, std::byte{'m'});
    const std::size_t written = pair.client.write(message);
    EXPECT_LT(written, 5'000u);
    EXPECT_GT(written, 4'000u);
    EXPECT_LE(pair.client.pending_output().size(), 5'000u);
    EXPECT_EQ(pair.client.write(message), 0u);
    EXPECT_EQ(pair.server.feed(pair.client.pending_output()), 3'000u);
    EXPECT_EQ(pair.server.feed(pair.client.pending_output()), 0u);
    read_all(pair.server);
    EXPECT_GT(pair.server.feed(pair.client.pending_output().subspan(3'000)), 0u);
}

TEST(Tls, WritesNothingBeforeTheHandshakeOrOfNothing) {
    Tls client = Tls::connect(good_client(), "localhost");
    EXPECT_EQ(client.state(), TlsState::handshaking);
    EXPECT_FALSE(client.pending_output().empty());
    EXPECT_EQ(client.write(bytes_of("early")), 0u);
    std::array<std::byte, 10> into{};
    EXPECT_EQ(client.read(into), 0u);
    Pair pair;
    EXPECT_EQ(pair.client.write({}), 0u);
    EXPECT_EQ(pair.client.read({}), 0u);
    EXPECT_EQ(pair.client.feed({}), 0u);
    EXPECT_EQ(pair.client.state(), TlsState::open);
}

TEST(Tls, LivesOnWithoutItsContextAndWhereItWasMovedTo) {
    auto made = std::make_unique<Pair>();
    Tls client = std::move(made->client);
    Tls server = Tls::accept(good_server());
    server = std::move(made->server);
    made.reset();
    EXPECT_EQ(transfer(client, server, bytes_of("still here"), whole), bytes_of("still here"));
}

TEST(Tls, AgreesOnAProtocolOrRefuses) {
    const auto agreed = [](std::vector<std::string> served, std::vector<std::string> offered) {
        Tls server = Tls::accept(good_server(std::move(served)));
        Tls client = Tls::connect(good_client(std::move(offered)), "localhost");
        talk(client, server);
        EXPECT_EQ(server.protocol(), client.protocol());
        return server.state() == TlsState::open ? std::string{server.protocol()} : server.error();
    };
    EXPECT_EQ(agreed({"http/1.1"}, {"h2", "http/1.1"}), "http/1.1");
    EXPECT_EQ(agreed({"b", "a"}, {"a", "b"}), "b") << "the server's order counts";
    EXPECT_EQ(agreed({"http/1.1"}, {}), "");
    EXPECT_EQ(agreed({}, {"h2"}), "");
    EXPECT_EQ(agreed({"http/1.1"}, {"h2"}), "handshake: no application protocol");
}

// ---------------------------------------------------------------- endings

TEST(Tls, TellsAnOrderlyEndFromATruncatedOne) {
    Pair orderly;
    ASSERT_EQ(orderly.client.write(bytes_of("last")), 4u);
    orderly.client.shutdown();
    EXPECT_EQ(orderly.client.write(bytes_of("more")), 0u);
    talk(orderly.client, orderly.server);
    orderly.server.end_of_input();
    EXPECT_EQ(read_all(orderly.server), bytes_of("last"));
    EXPECT_EQ(orderly.server.state(), TlsState::closed_by_peer);

    Pair truncated;
    ASSERT_EQ(truncated.client.write(bytes_of("last")), 4u);
    talk(truncated.client, truncated.server);
    truncated.server.end_of_input();
    EXPECT_EQ(truncated.server.state(), TlsState::open) << "what arrived is still to be read";
    EXPECT_EQ(read_all(truncated.server), bytes_of("last"));
    EXPECT_EQ(truncated.server.state(), TlsState::failed);
    EXPECT_EQ(truncated.server.failure(), TlsFailure::truncated);
    EXPECT_EQ(truncated.server.error(),
              "the connection ended without close_notify: unexpected eof while reading");
}

TEST(Tls, FailsWhereverTheConnectionIsCut) {
    Tls first = Tls::connect(good_client(), "localhost");
    const std::size_t hello = first.pending_output().size();
    for (std::size_t cut = 0; cut < hello; cut += 7) {
        Tls server = Tls::accept(good_server());
        EXPECT_EQ(server.feed(first.pending_output().first(cut)), cut);
        EXPECT_EQ(server.state(), TlsState::handshaking);
        server.end_of_input();
        EXPECT_EQ(server.failure(), TlsFailure::truncated) << cut << ": " << server.error();
    }
    Pair pair;
    ASSERT_EQ(pair.client.write(bytes_of("a message")), 9u);
    const auto record = pair.client.pending_output();
    EXPECT_EQ(pair.server.feed(record.first(record.size() - 1)), record.size() - 1);
    pair.server.end_of_input();
    EXPECT_EQ(read_all(pair.server), Text{}) << "half a record is nothing";
    EXPECT_EQ(pair.server.failure(), TlsFailure::truncated);
}

TEST(Tls, ClosesEachDirectionByItself) {
    Pair pair;
    pair.client.shutdown();
    pair.client.shutdown();
    talk(pair.client, pair.server);
    EXPECT_EQ(read_all(pair.server), Text{});
    EXPECT_EQ(pair.server.state(), TlsState::closed_by_peer);
    EXPECT_EQ(pair.server.write(bytes_of("goodbye")), 7u);
    pair.server.shutdown();
    talk(pair.client, pair.server);
    EXPECT_EQ(read_all(pair.client), bytes_of("goodbye"));
    EXPECT_EQ(pair.client.state(), TlsState::closed_by_peer);
    EXPECT_EQ(pair.client.feed(bytes_of("ignored")), 7u);
    EXPECT_EQ(read_all(pair.client), Text{});
    EXPECT_EQ(pair.client.state(), TlsState::closed_by_peer);
}

TEST(Tls, KeepsRoomToSayGoodbye) {
    const TlsLimits limits{.output_bytes_max = 1024};
    Pair pair{whole, limits};
    // Whole records first, then ever smaller ones.
    for (const std::size_t length : {std::size_t{890}, std::size_t{500}, std::size_t{1}}) {
        while (pair.client.write(Text(length, std::byte{'x'})) > 0) {
        }
    }
    pair.client.shutdown();
    talk(pair.client, pair.server);
    read_all(pair.server);
    EXPECT_EQ(pair.server.state(), TlsState::closed_by_peer) << pair.server.error();
}

TEST(Tls, IsAbandonedWhenShutDownDuringTheHandshake) {
    Tls client = Tls::connect(good_client(), "localhost");
    client.shutdown();
    EXPECT_EQ(client.state(), TlsState::failed);
    EXPECT_EQ(client.failure(), TlsFailure::abandoned);
    client.shutdown();
    EXPECT_EQ(client.error(), "shut down during the handshake");
}

TEST(TlsState, HasANameForEach) {
    EXPECT_EQ(to_string(TlsState::handshaking), "handshaking");
    EXPECT_EQ(to_string(TlsState::open), "open");
    EXPECT_EQ(to_string(TlsState::closed_by_peer), "closed_by_peer");
    EXPECT_EQ(to_string(TlsState::failed), "failed");
    EXPECT_EQ(to_string(TlsFailure::none), "none");
    EXPECT_EQ(to_string(TlsFailure::protocol), "protocol");
    EXPECT_EQ(to_string(TlsFailure::certificate), "certificate");
    EXPECT_EQ(to_string(TlsFailure::truncated), "truncated");
    EXPECT_EQ(to_string(TlsFailure::over_limit), "over_limit");
    EXPECT_EQ(to_string(TlsFailure::abandoned), "abandoned");
}

}  // namespace
}  // namespace tickweir::tests
