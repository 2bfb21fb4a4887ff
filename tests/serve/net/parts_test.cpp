// The small parts of the server on their own.
#include <gtest/gtest.h>

#include <arpa/inet.h>

#include <cstring>
#include <random>
#include <string>
#include <vector>

#include "gateway/serve/net/deadlines.hpp"
#include "gateway/serve/net/frame_cursor.hpp"
#include "gateway/serve/net/http_reader.hpp"
#include "gateway/serve/net/peer_addresses.hpp"
#include "gateway/serve/net/upgrade.hpp"
#include "tests/support/seed.hpp"

namespace tickweir::gateway {
namespace {

using namespace std::chrono_literals;

/// A server's frame of so many bytes of payload.
std::string frame_of(std::size_t payload) {
    std::string out{'\x81'};
    const auto add = [&out](std::uint64_t value, int bytes) {
        for (int i = bytes - 1; i >= 0; --i)
            out.push_back(static_cast<char>(value >> (8 * i)));
    };
    if (payload < 126) {
        add(payload, 1);
    } else {
        add(payload < 65'536 ? 126 : 127, 1);
        add(payload, payload < 65'536 ? 2 : 8);
    }
    return out.append(payload, '\x7f');
}

TEST(FrameCursor, KnowsWhereFramesEndHoweverTheyAreCut) {
    std::mt19937_64 random{tests::test_seed()};
    std::string bytes;
    std::vector<bool> ends(1, true);
    for (const std::size_t payload :
         {0U, 1U, 125U, 126U, 127U, 65'535U, 65'536U, 70'000U, 3U, 300U}) {
        bytes += frame_of(payload);
        ends.resize(bytes.size() + 1, false);
        ends.back() = true;
    }
    std::vector<std::size_t> next_end(ends.size(), bytes.size());
    for (std::size_t i = bytes.size(); i-- > 0;)
        next_end[i] = ends[i] ? i : next_end[i + 1];
    for (int round = 0; round < 8; ++round) {
        FrameCursor cursor;
        std::size_t at = 0;
        while (at < bytes.size()) {
            std::vector<iovec> pieces;
            std::size_t end = at;
            while (end < bytes.size() && pieces.size() < 5) {
                const std::size_t length = std::min<std::size_t>(
                    1 + random() % (round == 0 ? 7 : 30'000), bytes.size() - end);
                pieces.push_back({bytes.data() + end, length});
                end += length;
            }
            const std::size_t sent = 1 + random() % (end - at);
            cursor.advance(pieces, sent);
            at += sent;
            ASSERT_EQ(cursor.between_frames(), ends[at]) << at;
            if (cursor.between_frames()) continue;
            ASSERT_GT(cursor.step(), 0U);
            ASSERT_LE(cursor.step(), next_end[at] - at);
        }
    }
}

TEST(Deadlines, ReportsEachSlotOnceItsTimeHasCome) {
    Deadlines deadlines;
    const book::TimeNs start{1h};
    std::vector<std::size_t> due;
    const auto run = [&](book::TimeNs now) {
        due.clear();
        deadlines.run(now, [&](std::size_t slot) { due.push_back(slot); });
        return due;
    };
    EXPECT_EQ(deadlines.next(), std::nullopt);
    deadlines.set(3, start + 100ms);
    deadlines.set(1, start + 200ms);
    deadlines.set(2, start + 100ms);
    EXPECT_EQ(deadlines.next(), start + 100ms);
    EXPECT_EQ(run(start + 99ms), std::vector<std::size_t>{});
    deadlines.set(2, start + 300ms);
    EXPECT_EQ(run(start + 100ms), std::vector<std::size_t>{3});
    EXPECT_EQ(deadlines.next(), start + 200ms);
    deadlines.set(1, std::nullopt);
    EXPECT_EQ(run(start + 250ms), std::vector<std::size_t>{});
    EXPECT_EQ(run(start + 400ms), std::vector<std::size_t>{2});
    EXPECT_EQ(deadlines.next(), std::nullopt);
    deadlines.set(7, start);
    EXPECT_EQ(deadlines.next(), start + 400ms + Deadlines::grain);
}

TEST(PeerAddresses, GroupsAddressesAsTheyAreGivenOut) {
    const auto v4 = [](const char* text) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        inet_pton(AF_INET, text, &address.sin_addr);
        sockaddr_storage storage{};
        std::memcpy(&storage, &address, sizeof address);
        return peer_address(storage);
    };
    const auto v6 = [](const char* text) {
        sockaddr_in6 address{};
        address.sin6_family = AF_INET6;
        inet_pton(AF_INET6, text, &address.sin6_addr);
        sockaddr_storage storage{};
        std::memcpy(&storage, &address, sizeof address);
        return peer_address(storage);
    };
    EXPECT_NE(v4("192.0.2.1"), v4("192.0.2.2"));
    EXPECT_EQ(v4("192.0.2.1"), v6("::ffff:192.0.2.1"));
    EXPECT_EQ(v6("2001:db8:1:2::1"), v6("2001:db8:1:2:ffff::9"));
    EXPECT_NE(v6("2001:db8:1:2::1"), v6("2001:db8:1:3::1"));

    PeerAddresses addresses;
    EXPECT_FALSE(addresses.add(v4("192.0.2.1"), 0));
    EXPECT_TRUE(addresses.add(v4("192.0.2.1"), 1));
    EXPECT_FALSE(addresses.add(v4("192.0.2.1"), 1));
    EXPECT_TRUE(addresses.add(v4("192.0.2.2"), 1));
    addresses.remove(v4("192.0.2.1"));
    EXPECT_TRUE(addresses.add(v4("192.0.2.1"), 1));
}

TEST(Upgrade, ComparesOriginsWithTheHost) {
    const std::vector<std::string> others{"https://charts.example"};
    EXPECT_TRUE(origin_allowed("", "a", {}));
    EXPECT_TRUE(origin_allowed("http://a:8080", "a:8080", {}));
    EXPECT_TRUE(origin_allowed("HTTP://A", "a:80", {}));
    EXPECT_TRUE(origin_allowed("https://a:443", "a", {}));
    EXPECT_TRUE(origin_allowed("https://Charts.example", "a", others));
    EXPECT_FALSE(origin_allowed("http://a:8080", "a:8081", {}));
    EXPECT_FALSE(origin_allowed("http://a", "b", {}));
    EXPECT_FALSE(origin_allowed("https://a:80", "a", {}));
    EXPECT_FALSE(origin_allowed("file://", "a", {}));
    EXPECT_FALSE(origin_allowed("null", "a", others));
    EXPECT_FALSE(origin_allowed("https://charts.example.evil", "a", others));
}

TEST(HttpReader, GivesTheSameForEveryCutOfItsInput) {
    const std::string input =
        "GET /a?b=c HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer k\r\nOrigin: http://h\r\n\r\n"
        "POST /d HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\nbody";
    for (std::size_t cut = 0; cut <= input.size(); ++cut) {
        HttpReader reader{{}};
        std::string targets;
        std::string pending;
        for (const std::string& part : {input.substr(0, cut), input.substr(cut)}) {
            pending += part;
            for (;;) {
                const HttpReader::Step step = reader.read(pending);
                ASSERT_NE(step.outcome, HttpReader::Outcome::refused) << cut;
                pending.erase(0, step.used);
                if (step.outcome != HttpReader::Outcome::request) break;
                EXPECT_FALSE(reader.under_way());
                targets.append(reader.request().request.target).append(" ");
                if (targets == "/a?b=c ") {
                    EXPECT_EQ(reader.request().request.authorization, "Bearer k");
                    EXPECT_EQ(reader.request().origin, "http://h");
                }
            }
        }
        EXPECT_EQ(targets, "/a?b=c /d ") << cut;
        EXPECT_EQ(pending, "");
        EXPECT_FALSE(reader.under_way());
    }
}

TEST(HttpReader, RefusesOrWaitsForEveryTruncationAndRandomBytes) {
    std::mt19937_64 random{tests::test_seed()};
    for (int round = 0; round < 5'000; ++round) {
        HttpReader reader{{.header_bytes = 200, .target_bytes = 50, .body_bytes = 20}};
        std::string input = "GET /a HTTP/1.1\r\nHost: h\r\n\r\n";
        for (int i = 0; i < 4; ++i)
            input[random() % input.size()] = static_cast<char>(random());
        input.resize(random() % (input.size() + 1));
        const HttpReader::Step step = reader.read(input);
        EXPECT_LE(step.used, input.size());
        if (step.outcome == HttpReader::Outcome::refused) {
            EXPECT_GE(reader.refusal().status, 400);
        }
    }
}

}  // namespace
}  // namespace tickweir::gateway
