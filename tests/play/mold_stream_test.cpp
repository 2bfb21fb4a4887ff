// When packets are sent and what is in them, a step of time after the other.
#include "gateway/play/mold_stream.hpp"

#include <gtest/gtest.h>

#include "tests/play/support.hpp"
#include "tests/support/seed.hpp"

namespace tickweir::gateway {
namespace {

using namespace std::chrono_literals;
using tests::after;
using tests::fill;
using tests::from_to;
using tests::message_of;
using tests::numbers_in;

std::vector<std::uint64_t> numbers_of(const MessageArchive& archive, const FeedPacket& packet) {
    return numbers_in(*archive.bytes_at(packet.offset, packet.bytes));
}

TEST(MoldStream, MessagesThatComeTogetherShareAPacket) {
    MessageArchive archive{{}};
    MoldStream stream{after(0s)};
    fill(archive, 2);
    EXPECT_EQ(stream.next(archive, after(0us)), std::nullopt);
    EXPECT_EQ(stream.next_due(), after(MoldStream::gathering));
    fill(archive, 1);
    EXPECT_EQ(stream.next(archive, after(9us)), std::nullopt);
    const auto packet = stream.next(archive, after(10us));
    ASSERT_TRUE(packet);
    EXPECT_EQ(packet->sequence, 1u);
    EXPECT_EQ(packet->count, 3u);
    EXPECT_EQ(numbers_of(archive, *packet), from_to(1, 3));
    EXPECT_EQ(stream.next(archive, after(10us)), std::nullopt);
    EXPECT_EQ(stream.place().sequence, 4u);
}

TEST(MoldStream, AFullPacketDoesNotWait) {
    MessageArchive archive{{}};
    MoldStream stream{after(0s)};
    fill(archive, 37, 36);  // of 38 bytes with their lengths; 36 fit
    const auto packet = stream.next(archive, after(0s));
    ASSERT_TRUE(packet);
    EXPECT_EQ(numbers_of(archive, *packet), from_to(1, 36));
    EXPECT_LE(sizeof(codecs::mold::Header) + packet->bytes, 1'400u);
    EXPECT_EQ(stream.next(archive, after(0s)), std::nullopt) << "the last one waits";
    EXPECT_TRUE(stream.next(archive, after(10us)));
}

TEST(MoldStream, AMessageTooLongForOthersTravelsAlone) {
    MessageArchive archive{{}};
    MoldStream stream{after(0s)};
    archive.append(message_of(1));
    archive.append(message_of(2, 5'000));
    archive.append(message_of(3));
    stream.end(after(0s), 1s);
    for (std::uint64_t number = 1; number <= 3; ++number) {
        const auto packet = stream.next(archive, after(0s));
        ASSERT_TRUE(packet);
        EXPECT_EQ(numbers_of(archive, *packet), from_to(number, number));
    }
}

TEST(MoldStream, SilenceIsBrokenByAHeartbeatEverySecond) {
    MessageArchive archive{{}};
    MoldStream stream{after(0s)};
    fill(archive, 5);
    EXPECT_EQ(stream.next(archive, after(0s)), std::nullopt);
    ASSERT_TRUE(stream.next(archive, after(1ms)));
    EXPECT_EQ(stream.next_due(), after(1s + 1ms));
    EXPECT_EQ(stream.next(archive, after(1s)), std::nullopt);
    const FeedPacket beat{6, 5 * 38, 0, 0};
    EXPECT_EQ(stream.next(archive, after(1s + 1ms)), beat);
    EXPECT_EQ(stream.next(archive, after(1s + 1ms)), std::nullopt);
    EXPECT_EQ(stream.next(archive, after(2s + 1ms)), beat);
}

TEST(MoldStream, TheEndIsToldAgainAndAgainWhileItLingers) {
    MessageArchive archive{{}};
    MoldStream stream{after(0s)};
    fill(archive, 40);
    stream.end(after(1s), 500ms);
    EXPECT_FALSE(stream.over(after(2s))) << "nothing was told yet";
    EXPECT_EQ(stream.next_due(), after(0s));
    EXPECT_EQ(stream.next(archive, after(1s))->count, 36u);
    EXPECT_EQ(stream.next(archive, after(1s))->count, 4u) << "what is left does not wait";
    std::vector<std::chrono::nanoseconds> told;
    for (auto time = 1'000ms; time <= 2'000ms; time += 10ms) {
        const auto packet = stream.next(archive, after(time));
        if (!packet) continue;
        EXPECT_EQ(*packet, (FeedPacket{41, 40 * 38, 0, codecs::mold::end_of_session_count}));
        told.push_back(time);
    }
    EXPECT_EQ(told, (std::vector<std::chrono::nanoseconds>{1'000ms, 1'200ms, 1'400ms}));
    EXPECT_FALSE(stream.over(after(1'499ms)));
    EXPECT_TRUE(stream.over(after(1'500ms)));
}

TEST(MoldStream, AnEndWithoutLingeringIsToldOnce) {
    MessageArchive archive{{}};
    MoldStream stream{after(0s)};
    stream.end(after(0s), 3s);
    stream.end(after(0s), 0s);
    stream.end(after(0s), 9s);
    EXPECT_FALSE(stream.over(after(0s)));
    EXPECT_EQ(stream.next(archive, after(0s))->count, codecs::mold::end_of_session_count);
    EXPECT_TRUE(stream.over(after(0s)));
    stream.begin(after(1s));
    EXPECT_FALSE(stream.over(after(9s)));
    EXPECT_EQ(stream.place(), ArchivePlace{});
}

TEST(MoldStream, SendsEveryMessageOnceAndInOrder) {
    std::mt19937_64 random{tests::test_seed()};
    MessageArchive archive{{.segment_bytes = ArchiveLimits::segment_bytes_min}};
    MoldStream stream{after(0s)};
    std::chrono::nanoseconds time{0};
    std::uint64_t next = 1;
    for (int turn = 0; turn < 20'000; ++turn) {
        time += std::chrono::nanoseconds{random() % 8'000};
        for (std::uint64_t n = random() % 60 == 0 ? 300 : random() % 4; n > 0; --n)
            archive.append(message_of(archive.next_sequence(), 12 + random() % 40));
        while (const auto packet = stream.next(archive, after(time))) {
            ASSERT_EQ(packet->sequence, next);
            ASSERT_EQ(numbers_of(archive, *packet), from_to(next, next + packet->count - 1));
            ASSERT_LE(packet->bytes, packet_frames_bytes_max);
            next += packet->count;
        }
        ASSERT_GT(stream.next_due(), after(time));
    }
    EXPECT_GT(next, 10'000u);
}

}  // namespace
}  // namespace tickweir::gateway
