// The re-request server against a plain model, and against clients that mean it no good.
#include "gateway/play/rerequest_server.hpp"

#include <gtest/gtest.h>

#include <map>

#include "tests/play/support.hpp"
#include "tests/support/seed.hpp"

namespace tickweir::gateway {
namespace {

using namespace std::chrono_literals;
using codecs::mold::Request;
using tests::after;
using tests::fill;
using tests::from_to;
using tests::numbers_in;
using enum RerequestStatus;

const codecs::Alpha<10> session{"TODAY"};
constexpr UdpAddress client{ipv4_loopback, 5'000};

/// Archive and server; everything in the archive is published unless said otherwise.
struct Bed {
    explicit Bed(std::uint64_t messages, const RerequestLimits& limits = {},
                 const RerequestFaults& faults = {})
        : server{limits, faults} {
        fill(archive, messages);
        published = messages + 1;
    }

    RerequestStatus ask(const Request& request, const UdpAddress& from = client,
                        std::chrono::nanoseconds at = 0s) {
        return ask_bytes(codecs::as_bytes(request), from, at);
    }
    RerequestStatus ask_bytes(codecs::Bytes datagram, const UdpAddress& from = client,
                              std::chrono::nanoseconds at = 0s) {
        return server.on_request(datagram, from, session, archive, published, after(at));
    }
    /// Everything that is answered, by client.
    std::map<UdpAddress, std::vector<std::uint64_t>> answers(std::chrono::nanoseconds at = 0s) {
        std::map<UdpAddress, std::vector<std::uint64_t>> numbers;
        while (const auto answer = server.next(archive, after(at))) {
            const auto frames = archive.bytes_at(answer->packet.offset, answer->packet.bytes);
            EXPECT_LE(frames->size(), packet_frames_bytes_max);
            const auto in_packet = numbers_in(*frames);
            EXPECT_EQ(in_packet.front(), answer->packet.sequence);
            EXPECT_EQ(in_packet.size(), answer->packet.count);
            auto& all = numbers[answer->to];
            all.insert(all.end(), in_packet.begin(), in_packet.end());
        }
        return numbers;
    }

    MessageArchive archive{{.bytes_max = 2 * ArchiveLimits::segment_bytes_min,
                            .segment_bytes = ArchiveLimits::segment_bytes_min}};
    std::uint64_t published = 1;
    RerequestServer server;
};

TEST(RerequestServer, AnswersWithWhatWasAskedFor) {
    Bed bed{1'000};
    EXPECT_EQ(bed.ask({session, 10, 100}), accepted);
    EXPECT_FALSE(bed.server.idle());
    const auto answers = bed.answers();
    ASSERT_EQ(answers.size(), 1u);
    EXPECT_EQ(answers.at(client), from_to(10, 109));
    EXPECT_TRUE(bed.server.idle());
    EXPECT_EQ(bed.server.counts().of(accepted), 1u);
    EXPECT_EQ(bed.server.counts().packets, 3u);
    EXPECT_EQ(bed.server.counts().messages, 100u);
}

TEST(RerequestServer, WhatIsNotThereIsNotAnswered) {
    Bed bed{1'000};
    bed.published = 501;
    EXPECT_EQ(bed.ask({session, 490, 100}), accepted);
    EXPECT_EQ(bed.answers().at(client), from_to(490, 500)) << "the rest was not published yet";
    EXPECT_EQ(bed.ask({session, 501, 1}), not_yet);
    EXPECT_EQ(bed.ask({session, ~std::uint64_t{0}, 65'535}), not_yet);
    EXPECT_EQ(bed.ask({session, 0, 5}), malformed);
    EXPECT_EQ(bed.ask({session, 5, 0}), nothing_wanted);
    EXPECT_EQ(bed.ask({"YESTERDAY", 5, 1}), unknown_session);
    fill(bed.archive, 20'000);
    bed.published = bed.archive.next_sequence();
    EXPECT_EQ(bed.ask({session, 1, 1}), too_old);
    EXPECT_TRUE(bed.answers().empty());
    for (const RerequestStatus status : {not_yet, malformed, nothing_wanted, too_old})
        EXPECT_GT(bed.server.counts().of(status), 0u) << to_string(status);
}

TEST(RerequestServer, OnlyWholeRequestsCount) {
    Bed bed{10};
    std::vector<std::byte> bytes(64, std::byte{0x20});
    const Request request{session, 1, 5};
    std::memcpy(bytes.data(), &request, sizeof request);
    for (std::size_t length = 0; length <= bytes.size(); ++length)
        EXPECT_EQ(bed.ask_bytes(codecs::Bytes{bytes}.first(length)),
                  length == sizeof request ? accepted : malformed);
    bed.answers();
}

TEST(RerequestServer, AnAnswerIsBoundedAndTheRestIsAskedForAgain) {
    Bed bed{5'000, {.packets_per_request = 4}};
    std::vector<std::uint64_t> got;
    unsigned requests = 0;
    while (got.size() < 5'000) {
        ASSERT_EQ(bed.ask({session, got.size() + 1, 65'535}, client, 1s * ++requests), accepted);
        const auto answer = bed.answers(1s * requests).at(client);
        EXPECT_LE(answer.size(), 4u * 36);
        got.insert(got.end(), answer.begin(), answer.end());
    }
    EXPECT_EQ(got, from_to(1, 5'000));
}

TEST(RerequestServer, ClientsTakeTurns) {
    Bed bed{1'000};
    const UdpAddress other{Ipv4{0x0A'00'00'01}, 6'000};
    ASSERT_EQ(bed.ask({session, 1, 360}), accepted);
    ASSERT_EQ(bed.ask({session, 1, 36}, other), accepted);
    EXPECT_EQ(bed.server.next(bed.archive, after(0s))->to, client);
    EXPECT_EQ(bed.server.next(bed.archive, after(0s))->to, other);
    EXPECT_EQ(bed.server.next(bed.archive, after(0s))->to, client);
}

TEST(RerequestServer, AClientThatAsksForTooMuchWaits) {
    Bed bed{3'000,
            {.packets_per_request = 10, .client_packets_per_s = 100, .client_burst_packets = 20}};
    const UdpAddress other{Ipv4{0x0A'00'00'01}, 6'000};
    std::size_t packets = 0;
    while (bed.ask({session, 1, 3'000}) == accepted) {
        bed.answers();
        packets += 10;
    }
    EXPECT_EQ(packets, 30u) << "the burst, and the last request that was granted";
    EXPECT_EQ(bed.ask({session, 1, 1}, {client.ip, 7'777}), client_limit) << "another port";
    EXPECT_EQ(bed.ask({session, 1, 1}, other), accepted) << "not its fault";
    bed.answers();
    EXPECT_EQ(bed.ask({session, 1, 1}, client, 99ms), client_limit);
    EXPECT_EQ(bed.ask({session, 1, 1}, client, 100ms), accepted) << "the debt is paid";
}

TEST(RerequestServer, AClientMayNotQueueTooMuchEither) {
    Bed bed{1'000, {.answers_max = 6, .answers_per_client = 4}};
    for (int i = 0; i < 4; ++i)
        EXPECT_EQ(bed.ask({session, 1, 1}), accepted);
    EXPECT_EQ(bed.ask({session, 1, 1}), client_limit);
    const auto from = [](unsigned n) { return UdpAddress{Ipv4{0x0A'00'00'00 + n}, 1}; };
    EXPECT_EQ(bed.ask({session, 1, 1}, from(1)), accepted);
    EXPECT_EQ(bed.ask({session, 1, 1}, from(2)), accepted);
    EXPECT_EQ(bed.ask({session, 1, 1}, from(3)), total_limit);
    bed.answers();
    EXPECT_EQ(bed.ask({session, 1, 1}), accepted);
    bed.server.clear();
    EXPECT_TRUE(bed.server.idle());
    for (int i = 0; i < 4; ++i)
        EXPECT_EQ(bed.ask({session, 1, 1}), accepted) << "cleared answers wait no more";
}

TEST(RerequestServer, AllTogetherAreLimitedToo) {
    Bed bed{1'000, {.packets_per_request = 10, .packets_per_s = 1'000, .burst_packets = 50}};
    std::uint64_t packets = 0;
    for (unsigned n = 0; n < 1'000; ++n) {
        bed.ask({session, 1, 1'000}, {Ipv4{0x0A'00'00'00 + n}, 1});
        bed.answers();
    }
    packets = bed.server.counts().packets;
    EXPECT_EQ(packets, 60u);
    EXPECT_EQ(bed.server.counts().of(total_limit), 994u);
}

TEST(RerequestServer, AnswersOverARateAreWhatTheRateSays) {
    Bed bed{1'000, {.client_packets_per_s = 1'000, .client_burst_packets = 10}};
    for (auto time = 0ms; time < 1'000ms; ++time) {
        bed.ask({session, 1, 36}, client, time);
        bed.ask({session, 1, 36}, client, time);
        bed.answers(time);
    }
    EXPECT_NEAR(static_cast<double>(bed.server.counts().packets), 1'011.0, 1.0);
}

TEST(RerequestServer, AMuteOneTakesRequestsAndAnswersNone) {
    Bed bed{10, {}, {.mute = true}};
    EXPECT_EQ(bed.ask({session, 1, 5}), muted);
    EXPECT_EQ(bed.ask({session, 11, 5}), not_yet);
    EXPECT_TRUE(bed.answers().empty());
}

TEST(RerequestServer, LosesPacketsOfAnswersAsTold) {
    Bed bed{36, {}, {.loss = {Probability::one / 2}, .seed = tests::test_seed()}};
    for (int i = 0; i < 2'000; ++i) {
        ASSERT_EQ(bed.ask({session, 1, 36}, client, 10s * i), accepted);
        bed.answers(10s * i);
    }
    EXPECT_EQ(bed.server.counts().packets + bed.server.counts().lost, 2'000u);
    EXPECT_NEAR(static_cast<double>(bed.server.counts().lost), 1'000.0, 115.0);
}

TEST(RerequestServer, AnAnswerEndsWhereTheArchiveLostIt) {
    Bed bed{1'000};
    ASSERT_EQ(bed.ask({session, 1, 1'000}), accepted);
    EXPECT_TRUE(bed.server.next(bed.archive, after(0s)));
    fill(bed.archive, 20'000);
    EXPECT_EQ(bed.server.next(bed.archive, after(0s)), std::nullopt);
    EXPECT_EQ(bed.server.counts().too_old, 1u);
    EXPECT_TRUE(bed.server.idle());
}

/// The messages a request is to be answered with: first and last, or none.
std::vector<std::uint64_t> wanted(const Bed& bed, const Request& request) {
    const std::uint64_t first = request.sequence;
    if (request.session != session || first == 0 || request.count == 0) return {};
    if (first < bed.archive.first_sequence() || first >= bed.published) return {};
    return from_to(first, std::min(first + request.count - 1, bed.published - 1));
}

TEST(RerequestServer, AgreesWithAPlainModel) {
    std::mt19937_64 random{tests::test_seed()};
    Bed bed{1'000, {.packets_per_request = 10'000}};
    for (int round = 0; round < 3'000; ++round) {
        fill(bed.archive, random() % 20);
        bed.published = bed.archive.next_sequence() - random() % 10;
        Request request{session, 0, static_cast<std::uint16_t>(random() % 200)};
        request.sequence = random() % 20 == 0 ? random() : random() % (bed.published + 20);
        if (random() % 20 == 0) request.session = "ANOTHER";
        const auto now = 1s * round;
        const bool expected = !wanted(bed, request).empty();
        ASSERT_EQ(bed.ask(request, client, now) == accepted, expected);
        auto answers = bed.answers(now);
        ASSERT_EQ(answers[client], wanted(bed, request));
    }
}

TEST(RerequestServer, RandomBytesChangeNothing) {
    std::mt19937_64 random{tests::test_seed()};
    Bed bed{100};
    for (int round = 0; round < 20'000; ++round) {
        std::vector<std::byte> bytes(random() % 3 == 0 ? random() % 100 : sizeof(Request));
        for (std::byte& byte : bytes)
            byte = static_cast<std::byte>(random());
        const auto status = bed.ask_bytes(bytes);
        ASSERT_TRUE(status == malformed || status == unknown_session);
    }
    EXPECT_TRUE(bed.server.idle());
}

TEST(RerequestServer, EveryStatusHasAName) {
    for (std::size_t i = 0; i < rerequest_statuses; ++i)
        EXPECT_NE(to_string(static_cast<RerequestStatus>(i)), "?");
    EXPECT_EQ(to_string(static_cast<RerequestStatus>(99)), "?");
}

}  // namespace
}  // namespace tickweir::gateway
