// TLS sessions against each other: every way to cut the bytes, every way to end, and peers that are
// damaged, untrusted or of another age.
#include "gateway/tls.hpp"

#include <gtest/gtest.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <functional>
#include <memory>
#include <random>
#include <vector>

#include "tests/support/certificate.hpp"
#include "tests/support/seed.hpp"

namespace tickweir::gateway {
namespace {

using tests::Certificate;
using tests::CertificateRequest;
using tests::make_certificate;
using Text = std::vector<std::byte>;

Text bytes_of(std::string_view text) {
    Text bytes;
    for (const char c : text)
        bytes.push_back(static_cast<std::byte>(c));
    return bytes;
}

Text random_bytes(std::size_t length, std::mt19937_64& random) {
    Text bytes(length);
    std::ranges::generate(bytes, [&] { return static_cast<std::byte>(random()); });
    return bytes;
}

/// An authority, one signed by it, and what they signed; made once.
struct Authority {
    Certificate root = make_certificate({.common_name = "root", .names = {}, .is_authority = true});
    Certificate middle =
        make_certificate({.common_name = "middle", .names = {}, .is_authority = true}, &root);
    Certificate leaf = make_certificate({}, &middle);
};

const Authority& authority() {
    static const Authority made;
    return made;
}

TlsContext server_with(const Certificate& certificate, std::vector<std::string> protocols = {}) {
    return TlsContext::server({.certificate_chain = {"chain", certificate.certificate_pem},
                               .private_key = {"key", certificate.key_pem},
                               .protocols = std::move(protocols)});
}

/// Presents the leaf with the certificate between it and the root.
TlsContext good_server(std::vector<std::string> protocols = {}) {
    const auto& [root, middle, leaf] = authority();
    return server_with({leaf.certificate_pem + middle.certificate_pem, leaf.key_pem},
                       std::move(protocols));
}

TlsContext client_trusting(const Certificate& certificate,
                           std::vector<std::string> protocols = {}) {
    return TlsContext::client(
        {.authorities = Pem{"ca", certificate.certificate_pem}, .protocols = std::move(protocols)});
}

TlsContext good_client(std::vector<std::string> protocols = {}) {
    return client_trusting(authority().root, std::move(protocols));
}

/// How many of the available bytes are moved at a time.
using Chunking = std::function<std::size_t(std::size_t)>;
const Chunking whole = [](std::size_t available) { return available; };
const Chunking one_by_one = [](std::size_t) { return std::size_t{1}; };

Chunking random_chunks(std::mt19937_64& random) {
    return [&random](std::size_t available) {
        return 1 + random() % std::min<std::size_t>(available, 700);
    };
}

/// Moves some pending output of one to the other; false when nothing could be moved.
bool move_some(Tls& from, Tls& to, const Chunking& chunking) {
    const auto pending = from.pending_output();
    if (pending.empty()) return false;
    const std::size_t taken = to.feed(pending.first(chunking(pending.size())));
    from.drain(taken);
    return taken > 0;
}

/// Lets both talk until neither has anything the other takes.
void talk(Tls& a, Tls& b, const Chunking& chunking = whole) {
    bool moved = true;
    while (moved) {
        moved = move_some(a, b, chunking);
        moved = move_some(b, a, chunking) || moved;
    }
}

Text read_all(Tls& tls) {
    Text all;
    std::array<std::byte, 1'000> part{};
    while (const std::size_t count = tls.read(part)) {
        all.insert(all.end(), part.begin(), part.begin() + static_cast<std::ptrdiff_t>(count));
    }
    return all;
}

/// A client and a server that have shaken hands.
struct Pair {
    explicit Pair(const Chunking& chunking = whole, TlsLimits limits = {})
        : server(Tls::accept(good_server(), limits)),
          client(Tls::connect(good_client(), "localhost", limits)) {
        talk(client, server, chunking);
        EXPECT_EQ(client.state(), TlsState::open) << client.error();
        EXPECT_EQ(server.state(), TlsState::open) << server.error();
    }

    Tls server;
    Tls client;
};

/// Sends all of it, chunk by chunk, reading along.
Text transfer(Tls& from, Tls& to, std::span<const std::byte> bytes, const Chunking& chunking) {
    Text arrived;
    while (true) {
        const std::size_t written = from.write(bytes);
        bytes = bytes.subspan(written);
        const bool moved = move_some(from, to, chunking);
        const Text part = read_all(to);
        arrived.insert(arrived.end(), part.begin(), part.end());
        if (written == 0 && !moved && part.empty()) return arrived;
    }
}

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
    std::mt19937_64 random{tests::test_seed()};
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
    std::mt19937_64 random{tests::test_seed()};
    const Text message = random_bytes(20'000, random);
    const TlsLimits limits{.input_bytes_max = 1, .output_bytes_max = 1024};
    Pair pair{whole, limits};
    EXPECT_EQ(transfer(pair.client, pair.server, message, whole), message);
    EXPECT_EQ(transfer(pair.server, pair.client, message, random_chunks(random)), message);
}

TEST(Tls, CarriesLargeTransfersWithinItsLimits) {
    std::mt19937_64 random{tests::test_seed()};
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

// ---------------------------------------------------------------- what is refused

/// The client's reason for refusing a server, and that the server was told.
std::string refusal(const TlsContext& server_context, const TlsContext& client_context,
                    const std::string& host) {
    Tls server = Tls::accept(server_context);
    Tls client = Tls::connect(client_context, host);
    talk(client, server);
    if (client.state() == TlsState::open) return "";
    EXPECT_EQ(client.state(), TlsState::failed);
    EXPECT_EQ(client.failure(), TlsFailure::certificate);
    read_all(server);
    EXPECT_EQ(server.state(), TlsState::failed) << "no alert arrived";
    EXPECT_NE(server.error().find("alert"), std::string::npos) << server.error();
    EXPECT_EQ(client.write(bytes_of("x")), 0u);
    return client.error();
}

TEST(Tls, VerifiesTheHost) {
    EXPECT_EQ(refusal(good_server(), good_client(), "localhost"), "");
    EXPECT_EQ(refusal(good_server(), good_client(), "localhost."), "");
    EXPECT_EQ(refusal(good_server(), good_client(), "LOCALHOST"), "");
    EXPECT_EQ(refusal(good_server(), good_client(), "127.0.0.1"), "");
    EXPECT_EQ(refusal(good_server(), good_client(), "example.com"),
              "handshake: certificate verify failed: hostname mismatch");
    EXPECT_EQ(refusal(good_server(), good_client(), "127.0.0.2"),
              "handshake: certificate verify failed: IP address mismatch");
}

TEST(Tls, TakesWildcardsOfAWholeLabelAndNoCommonNames) {
    const auto& root = authority().root;
    const auto named = [&](CertificateRequest request, const std::string& host) {
        return refusal(server_with(make_certificate(request, &root)), good_client(), host) == "";
    };
    const CertificateRequest wildcard{.names = {"*.example.com"}, .addresses = {}};
    EXPECT_TRUE(named(wildcard, "feed.example.com"));
    EXPECT_FALSE(named(wildcard, "example.com"));
    EXPECT_FALSE(named(wildcard, "a.b.example.com"));
    EXPECT_FALSE(named({.names = {"f*.example.com"}}, "feed.example.com"));
    EXPECT_FALSE(named({.common_name = "feed.example.com", .names = {}, .addresses = {}},
                       "feed.example.com"));
}

TEST(Tls, RefusesToConnectToNoHost) {
    for (const std::string& host :
         {std::string{}, std::string{"."}, std::string("a\0b", 3), std::string(300, 'a')}) {
        Tls client = Tls::connect(good_client(), host);
        EXPECT_EQ(client.state(), TlsState::failed);
        EXPECT_EQ(client.failure(), TlsFailure::certificate);
        EXPECT_EQ(client.error().find("no host name to verify"), 0u) << client.error();
        EXPECT_TRUE(client.pending_output().empty());
        EXPECT_EQ(client.feed(bytes_of("abc")), 3u);
    }
}

TEST(Tls, RefusesWhatIsExpiredOrNotYetValid) {
    using std::chrono::hours;
    const auto& root = authority().root;
    const auto expired =
        make_certificate({.valid_from = hours{-48}, .valid_until = hours{-24}}, &root);
    const auto early = make_certificate({.valid_from = hours{24}, .valid_until = hours{48}}, &root);
    EXPECT_EQ(refusal(server_with(expired), good_client(), "localhost"),
              "handshake: certificate verify failed: certificate has expired");
    EXPECT_EQ(refusal(server_with(early), good_client(), "localhost"),
              "handshake: certificate verify failed: certificate is not yet valid");
}

TEST(Tls, RefusesWhomItDoesNotTrust) {
    const auto self_signed = make_certificate({});
    EXPECT_EQ(refusal(server_with(self_signed), client_trusting(self_signed), "localhost"), "");
    EXPECT_EQ(refusal(server_with(self_signed), good_client(), "localhost"),
              "handshake: certificate verify failed: self-signed certificate");
    EXPECT_EQ(refusal(good_server(), client_trusting(self_signed), "localhost"),
              "handshake: certificate verify failed: unable to get local issuer certificate");
    EXPECT_EQ(refusal(server_with(authority().leaf), good_client(), "localhost"),
              "handshake: certificate verify failed: unable to get local issuer certificate")
        << "the certificate between leaf and root is missing";
    EXPECT_NE(refusal(good_server(), TlsContext::client({}), "localhost"), "")
        << "the system trusts a test's authority";
}

TEST(Tls, RefusesSignaturesOfWhoIsNoAuthority) {
    const auto leaf_of_leaf = make_certificate({}, &authority().leaf);
    const std::string chain = leaf_of_leaf.certificate_pem + authority().leaf.certificate_pem +
                              authority().middle.certificate_pem;
    EXPECT_NE(refusal(server_with({chain, leaf_of_leaf.key_pem}), good_client(), "localhost"), "");
}

// ---------------------------------------------------------------- damage

TEST(Tls, FailsCleanlyOnGarbage) {
    std::mt19937_64 random{tests::test_seed()};
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
    std::mt19937_64 random{tests::test_seed()};
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
    std::mt19937_64 random{tests::test_seed()};
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

// ---------------------------------------------------------------- peers of another kind

struct FreeContext {
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};
struct FreeBio {
    void operator()(BIO* bio) const { BIO_free(bio); }
};
struct FreeSession {
    void operator()(SSL* session) const { SSL_free(session); }
};

/// A peer made of OpenSSL alone, which does what ours never would; a server if it has a
/// certificate.
class RawPeer {
public:
    explicit RawPeer(int version, const Certificate* certificate = nullptr)
        : context_(SSL_CTX_new(TLS_method())) {
        SSL_CTX_set_security_level(context_.get(), 0);
        SSL_CTX_set_min_proto_version(context_.get(), version);
        SSL_CTX_set_max_proto_version(context_.get(), version);
        if (certificate != nullptr) present(*certificate);
        session_.reset(SSL_new(context_.get()));
        SSL_set_bio(session_.get(), BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
        if (certificate != nullptr) {
            SSL_set_accept_state(session_.get());
        } else {
            SSL_set_connect_state(session_.get());
        }
    }

    SSL* session() { return session_.get(); }

    /// Exchanges bytes with one of ours while it handshakes (or renegotiates).
    void talk_to(Tls& ours) {
        std::array<char, 1> into{};
        for (int round = 0; round < 10; ++round) {
            SSL_do_handshake(session_.get());
            exchange(ours);
            SSL_peek(session_.get(), into.data(), 1);
        }
    }

    void exchange(Tls& ours) {
        send_to(ours);
        const auto pending = ours.pending_output();
        BIO_write(SSL_get_rbio(session_.get()), pending.data(), static_cast<int>(pending.size()));
        ours.drain(pending.size());
    }

    void send_to(Tls& ours) {
        std::array<std::byte, 4'096> bytes{};
        int count = 0;
        while ((count = BIO_read(SSL_get_wbio(session_.get()), bytes.data(), 4'096)) > 0) {
            static_cast<void>(ours.feed(std::span{bytes}.first(static_cast<std::size_t>(count))));
        }
        received_ += read_all(ours).size();
    }

    std::size_t received() const { return received_; }

    /// What ends a handshake, of the other side: another one after each.
    std::string finished() const {
        std::string bytes(64, '\0');
        bytes.resize(SSL_get_peer_finished(session_.get(), bytes.data(), bytes.size()));
        return bytes;
    }

private:
    void present(const Certificate& certificate) {
        const auto bio_of = [](const std::string& text) {
            return BIO_new_mem_buf(text.data(), static_cast<int>(text.size()));
        };
        const std::unique_ptr<BIO, FreeBio> chain{bio_of(certificate.certificate_pem)};
        const std::unique_ptr<BIO, FreeBio> key{bio_of(certificate.key_pem)};
        X509* const leaf = PEM_read_bio_X509(chain.get(), nullptr, nullptr, nullptr);
        EVP_PKEY* const secret = PEM_read_bio_PrivateKey(key.get(), nullptr, nullptr, nullptr);
        EXPECT_EQ(SSL_CTX_use_certificate(context_.get(), leaf), 1);
        EXPECT_EQ(SSL_CTX_use_PrivateKey(context_.get(), secret), 1);
        X509_free(leaf);
        EVP_PKEY_free(secret);
    }

    std::unique_ptr<SSL_CTX, FreeContext> context_;
    std::unique_ptr<SSL, FreeSession> session_;
    std::size_t received_ = 0;
};

TEST(Tls, RefusesVersionsBefore12) {
    Tls server = Tls::accept(good_server());
    RawPeer client{TLS1_1_VERSION};
    client.talk_to(server);
    EXPECT_EQ(server.state(), TlsState::failed);
    EXPECT_EQ(server.error(), "handshake: unsupported protocol");
    EXPECT_FALSE(SSL_is_init_finished(client.session()));
}

TEST(Tls, SpeaksTls12) {
    Tls server = Tls::accept(good_server());
    RawPeer client{TLS1_2_VERSION};
    client.talk_to(server);
    ASSERT_EQ(server.state(), TlsState::open) << server.error();
    EXPECT_EQ(server.version(), "TLSv1.2");
    EXPECT_EQ(std::string_view{SSL_get_cipher_name(client.session())}.find("ECDHE-ECDSA-"), 0u);
    EXPECT_EQ(SSL_write(client.session(), "hello", 5), 5);
    client.exchange(server);
    EXPECT_EQ(client.received(), 5u);
}

TEST(Tls, RefusesToRenegotiate) {
    const Certificate certificate = make_certificate({});
    Tls server = Tls::accept(good_server());
    Tls client = Tls::connect(client_trusting(certificate), "localhost");
    RawPeer raw_client{TLS1_2_VERSION};
    RawPeer raw_server{TLS1_2_VERSION, &certificate};
    for (const auto& [ours, raw] : {std::pair{&server, &raw_client}, {&client, &raw_server}}) {
        raw->talk_to(*ours);
        ASSERT_EQ(ours->state(), TlsState::open) << ours->error();
        const std::string first = raw->finished();
        ASSERT_EQ(SSL_renegotiate(raw->session()), 1);
        raw->talk_to(*ours);
        EXPECT_EQ(raw->finished(), first);
    }
}

TEST(Tls, RefusesServersBefore12) {
    const Certificate certificate = make_certificate({});
    Tls client = Tls::connect(client_trusting(certificate), "localhost");
    RawPeer server{TLS1_1_VERSION, &certificate};
    server.talk_to(client);
    EXPECT_EQ(client.state(), TlsState::failed);
    EXPECT_FALSE(SSL_is_init_finished(server.session()));
}

TEST(Tls, GivesOneTicketAHandshake) {
    Tls server = Tls::accept(good_server());
    RawPeer client{TLS1_3_VERSION};
    int tickets = 0;
    SSL_CTX* const context = SSL_get_SSL_CTX(client.session());
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT);
    SSL_CTX_set_ex_data(context, 0, &tickets);
    SSL_CTX_sess_set_new_cb(context, [](SSL* session, SSL_SESSION*) {
        ++*static_cast<int*>(SSL_CTX_get_ex_data(SSL_get_SSL_CTX(session), 0));
        return 0;
    });
    client.talk_to(server);
    std::array<char, 10> into{};
    SSL_read(client.session(), into.data(), 10);
    EXPECT_EQ(server.state(), TlsState::open) << server.error();
    EXPECT_EQ(tickets, 1);
}

TEST(Tls, SurvivesAFloodOfKeyUpdatesWithoutGrowing) {
    const TlsLimits limits{.output_bytes_max = 1024};
    Tls server = Tls::accept(good_server(), limits);
    RawPeer client{TLS1_3_VERSION};
    client.talk_to(server);
    ASSERT_EQ(server.state(), TlsState::open) << server.error();
    // Each asks for an answer of 27 bytes, and nobody takes the answers away.
    for (int i = 0; i < 300; ++i) {
        ASSERT_EQ(SSL_key_update(client.session(), SSL_KEY_UPDATE_REQUESTED), 1);
        ASSERT_EQ(SSL_do_handshake(client.session()), 1);
        client.send_to(server);
        ASSERT_EQ(SSL_write(client.session(), "x", 1), 1);
        client.send_to(server);
        ASSERT_LE(server.pending_output().size(), limits.output_bytes_max);
    }
    EXPECT_EQ(server.pending_output().size(), limits.output_bytes_max);
    EXPECT_EQ(server.state(), TlsState::open) << server.error();
    EXPECT_EQ(server.write(bytes_of("no room")), 0u);

    server.shutdown();
    std::array<char, 10> into{};
    for (int i = 0; i < 300 && client.received() < 300; ++i) {
        client.exchange(server);
        SSL_read(client.session(), into.data(), 10);
    }
    EXPECT_EQ(client.received(), 300u) << "of what came between the changes of keys";
    client.exchange(server);
    const int read = SSL_read(client.session(), into.data(), 10);
    EXPECT_EQ(SSL_get_error(client.session(), read), SSL_ERROR_ZERO_RETURN);
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
}  // namespace tickweir::gateway
