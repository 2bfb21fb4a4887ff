// What the tests of TLS share: certificates of an authority made once, contexts of them, and two
// sessions that talk with their bytes cut in any way.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <functional>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway/certificate.hpp"
#include "gateway/tls.hpp"

namespace tickweir::tests {

using gateway::Certificate;
using gateway::CertificateRequest;
using gateway::make_certificate;
using gateway::Pem;
using gateway::Tls;
using gateway::TlsContext;
using gateway::TlsFailure;
using gateway::TlsLimits;
using gateway::TlsState;
using Text = std::vector<std::byte>;

inline Text bytes_of(std::string_view text) {
    Text bytes;
    for (const char c : text)
        bytes.push_back(static_cast<std::byte>(c));
    return bytes;
}

inline Text random_bytes(std::size_t length, std::mt19937_64& random) {
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

inline const Authority& authority() {
    static const Authority made;
    return made;
}

inline TlsContext server_with(const Certificate& certificate,
                              std::vector<std::string> protocols = {}) {
    return TlsContext::server({.certificate_chain = {"chain", certificate.certificate_pem},
                               .private_key = {"key", certificate.key_pem},
                               .protocols = std::move(protocols)});
}

/// Presents the leaf with the certificate between it and the root.
inline TlsContext good_server(std::vector<std::string> protocols = {}) {
    const auto& [root, middle, leaf] = authority();
    return server_with({leaf.certificate_pem + middle.certificate_pem, leaf.key_pem},
                       std::move(protocols));
}

inline TlsContext client_trusting(const Certificate& certificate,
                                  std::vector<std::string> protocols = {}) {
    return TlsContext::client(
        {.authorities = Pem{"ca", certificate.certificate_pem}, .protocols = std::move(protocols)});
}

inline TlsContext good_client(std::vector<std::string> protocols = {}) {
    return client_trusting(authority().root, std::move(protocols));
}

/// How many of the available bytes are moved at a time.
using Chunking = std::function<std::size_t(std::size_t)>;
inline const Chunking whole = [](std::size_t available) { return available; };
inline const Chunking one_by_one = [](std::size_t) { return std::size_t{1}; };

inline Chunking random_chunks(std::mt19937_64& random) {
    return [&random](std::size_t available) {
        return 1 + random() % std::min<std::size_t>(available, 700);
    };
}

/// Moves some pending output of one to the other; false when nothing could be moved.
inline bool move_some(Tls& from, Tls& to, const Chunking& chunking) {
    const auto pending = from.pending_output();
    if (pending.empty()) return false;
    const std::size_t taken = to.feed(pending.first(chunking(pending.size())));
    from.drain(taken);
    return taken > 0;
}

/// Lets both talk until neither has anything the other takes.
inline void talk(Tls& a, Tls& b, const Chunking& chunking = whole) {
    bool moved = true;
    while (moved) {
        moved = move_some(a, b, chunking);
        moved = move_some(b, a, chunking) || moved;
    }
}

inline Text read_all(Tls& tls) {
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
inline Text transfer(Tls& from, Tls& to, std::span<const std::byte> bytes,
                     const Chunking& chunking) {
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

}  // namespace tickweir::tests
