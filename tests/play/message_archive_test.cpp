// The archive against a plain list of messages: what is found is what was put in, and what is kept
// is bounded.
#include "gateway/play/message_archive.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/play/support.hpp"
#include "tests/support/seed.hpp"

namespace tickweir::gateway {
namespace {

using tests::fill;
using tests::from_to;
using tests::Message;
using tests::message_of;
using tests::numbers_in;

constexpr std::size_t smallest = ArchiveLimits::segment_bytes_min;
constexpr ArchiveLimits tiny{.bytes_max = 3 * smallest, .segment_bytes = smallest};

TEST(MessageArchive, AnEmptyOneHasOnlyThePlaceOfTheFirstMessage) {
    const MessageArchive archive{{}};
    EXPECT_EQ(archive.first_sequence(), 1u);
    EXPECT_EQ(archive.next_sequence(), 1u);
    EXPECT_EQ(archive.find(0), std::nullopt);
    EXPECT_EQ(archive.find(2), std::nullopt);
    auto place = archive.find(1);
    ASSERT_EQ(place, (ArchivePlace{1, 0}));
    EXPECT_EQ(archive.run(*place, 1'000, 10).count, 0u);
    EXPECT_EQ(archive.bytes_at(5, 1), std::nullopt);
    EXPECT_EQ(archive.bytes_at(5, 0)->size(), 0u);
}

TEST(MessageArchive, ARunEndsAtEitherLimit) {
    MessageArchive archive{{}};
    fill(archive, 100, 36);
    ArchivePlace place = *archive.find(11);
    EXPECT_EQ(numbers_in(archive.run(place, 38 * 3, 100).frames), from_to(11, 13));
    EXPECT_EQ(numbers_in(archive.run(place, 38 * 4 - 1, 100).frames), from_to(11, 13));
    EXPECT_EQ(numbers_in(archive.run(place, 10'000, 5).frames), from_to(11, 15));
    EXPECT_EQ(numbers_in(archive.run(place, 10'000, 1'000).frames), from_to(11, 100));
    EXPECT_EQ(archive.run(place, 10'000, 0).count, 0u);
    EXPECT_EQ(numbers_in(archive.run(place, 1, 100).frames), from_to(11, 11))
        << "one message however long";
    EXPECT_EQ(archive.run(place, 10'000, 1'000).end(), *archive.find(101));
}

TEST(MessageArchive, TheEndOfALostSegmentLeadsToTheNextOne) {
    MessageArchive archive{tiny};
    // Whole messages do not fill a segment to its last byte.
    const std::uint64_t a_segment = smallest / 1'002;
    fill(archive, a_segment, 1'000);
    ArchivePlace end = *archive.find(a_segment + 1);
    fill(archive, 3 * a_segment, 1'000);
    EXPECT_EQ(archive.first_sequence(), a_segment + 1);
    ASSERT_TRUE(archive.holds(end));
    EXPECT_EQ(numbers_in(archive.run(end, 1'002, 1).frames), from_to(a_segment + 1, a_segment + 1));
    EXPECT_EQ(archive.find(a_segment), std::nullopt);
}

TEST(MessageArchive, SegmentsFilledToTheLastByteAreFoundToo) {
    MessageArchive archive{tiny};
    const std::uint64_t a_segment = smallest / 64;
    fill(archive, 2 * a_segment + 5, 62);
    for (const std::uint64_t sequence : {a_segment, a_segment + 1, 2 * a_segment + 1}) {
        ArchivePlace place = *archive.find(sequence);
        EXPECT_EQ(numbers_in(archive.run(place, 64, 1).frames), from_to(sequence, sequence));
    }
}

TEST(MessageArchive, WhatFellOutIsNotFoundAndItsBytesAreGone) {
    MessageArchive archive{tiny};
    fill(archive, 1, 50);
    ArchivePlace first = *archive.find(1);
    const ArchiveRun run = archive.run(first, 100, 1);
    EXPECT_EQ(numbers_in(*archive.bytes_at(run.place.offset, run.frames.size())), from_to(1, 1));
    fill(archive, 20'000, 50);
    EXPECT_GT(archive.first_sequence(), 1u);
    EXPECT_FALSE(archive.holds(first));
    EXPECT_EQ(archive.find(archive.first_sequence() - 1), std::nullopt);
    EXPECT_EQ(archive.bytes_at(run.place.offset, run.frames.size()), std::nullopt);
    const std::uint64_t kept = archive.next_sequence() - archive.first_sequence();
    EXPECT_LE(kept * 52, tiny.bytes_max);
    EXPECT_GE(kept * 52, tiny.bytes_max - smallest - 2 * 52);
}

TEST(MessageArchive, BeginsAgainWhenCleared) {
    MessageArchive archive{tiny};
    fill(archive, 10'000, 50);
    archive.clear();
    EXPECT_EQ(archive.next_sequence(), 1u);
    EXPECT_EQ(archive.find(2), std::nullopt);
    fill(archive, 10'000, 50);
    ArchivePlace place = *archive.find(10'000);
    EXPECT_EQ(numbers_in(archive.run(place, 100, 1).frames), from_to(10'000, 10'000));
}

TEST(MessageArchive, TheLongestMessageFitsTheSmallestSegment) {
    MessageArchive archive{{.bytes_max = 0, .segment_bytes = 0}};
    for (std::uint64_t i = 1; i <= 9; ++i)
        archive.append(message_of(i, MessageArchive::message_bytes_max));
    ArchivePlace place = *archive.find(9);
    EXPECT_EQ(archive.run(place, 100, 1).frames.size(), 2 + MessageArchive::message_bytes_max);
    EXPECT_EQ(archive.first_sequence(), 4u) << "two segments at least, of three messages each";
}

/// Walks from a random message on, by random steps, and compares with the list.
void compare_from(const MessageArchive& archive, const std::vector<Message>& all,
                  std::mt19937_64& random) {
    const std::uint64_t first = archive.first_sequence();
    const std::uint64_t held = archive.next_sequence() - first;
    std::uint64_t sequence = first + random() % (held + 1);
    auto place = archive.find(sequence);
    ASSERT_TRUE(place);
    for (int steps = 0; steps < 5 && sequence < archive.next_sequence(); ++steps) {
        const std::size_t bytes_max = random() % 3'000;
        const std::uint64_t count_max = 1 + random() % 40;
        const ArchiveRun run = archive.run(*place, bytes_max, count_max);
        ASSERT_EQ(run.place.sequence, sequence);
        ASSERT_GE(run.count, 1u);
        ASSERT_LE(run.count, count_max);
        ASSERT_TRUE(run.frames.size() <= bytes_max || run.count == 1);
        std::size_t at = 0;
        for (std::uint32_t i = 0; i < run.count; ++i, ++sequence) {
            const Message& wanted = all[sequence - 1];
            ASSERT_EQ(std::size_t{codecs::read<codecs::be16>(run.frames.data() + at)},
                      wanted.size());
            ASSERT_TRUE(std::ranges::equal(run.frames.subspan(at + 2, wanted.size()), wanted));
            at += 2 + wanted.size();
        }
        ASSERT_EQ(at, run.frames.size());
        place = run.end();
    }
}

TEST(MessageArchive, AgreesWithAPlainListAtAnyTime) {
    std::mt19937_64 random{tests::test_seed()};
    MessageArchive archive{tiny};
    std::vector<Message> all;
    for (int round = 0; round < 3'000; ++round) {
        for (std::uint64_t n = random() % 30; n > 0; --n) {
            const std::size_t bytes = random() % 50 == 0 ? random() % 60'000 : random() % 60;
            all.push_back(message_of(all.size() + 1, std::max<std::size_t>(bytes, 8)));
            if (bytes == 0) all.back().clear();
            archive.append(all.back());
        }
        ASSERT_EQ(archive.next_sequence(), all.size() + 1);
        compare_from(archive, all, random);
    }
    EXPECT_GT(archive.first_sequence(), 1u);
}

}  // namespace
}  // namespace tickweir::gateway
