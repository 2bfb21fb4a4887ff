#include "gateway/market/feed_output.hpp"

#include <gmock/gmock.h>

#include <random>

#include "tests/support/seed.hpp"

namespace tickweir::tests {
namespace {

using gateway::FeedOutput;
using gateway::FeedRecordHeader;
using gateway::FeedRecordKind;
using gateway::FrameBatch;
using gateway::FrameRun;
using gateway::FramesSent;
using gateway::next_run;
using Bytes = std::vector<std::byte>;

book::TimeNs at(std::int64_t ns) {
    return book::TimeNs{std::chrono::nanoseconds{ns}};
}

void append_frame(Bytes& frames, std::size_t length, unsigned fill = 7) {
    frames.push_back(std::byte(length >> 8));
    frames.push_back(std::byte(length));
    frames.insert(frames.end(), length, std::byte(fill));
}

Bytes frames_of(std::initializer_list<std::size_t> lengths) {
    Bytes frames;
    for (const std::size_t length : lengths)
        append_frame(frames, length);
    return frames;
}

struct Taken {
    FeedRecordHeader header;
    Bytes frames;
};

std::vector<Taken> take(book::ByteRing& ring) {
    std::vector<Taken> all;
    for (auto record = ring.front(); record.data() != nullptr; record = ring.front()) {
        Taken& taken = all.emplace_back();
        std::memcpy(&taken.header, record.data(), sizeof taken.header);
        const auto frames =
            record.subspan(sizeof taken.header,
                           record.size() - sizeof taken.header - gateway::feed_record_padding);
        taken.frames.assign(frames.begin(), frames.end());
        ring.advance();
    }
    ring.release();
    return all;
}

struct Rings {
    book::ByteRing one{1U << 18};
    book::ByteRing two{1U << 18};
    FeedOutput output{{{&one, nullptr}, {&two, nullptr}}};
};

TEST(NextRun, EndsWhereARecordDoes) {
    EXPECT_EQ(next_run({}).messages, 0U);
    const Bytes few = frames_of({3, 4, 5});
    EXPECT_EQ(next_run(few).messages, 3U);
    EXPECT_EQ(next_run(few).bytes, few.size());

    Bytes many;
    for (unsigned i = 0; i < 300; ++i)
        append_frame(many, 1);
    EXPECT_EQ(next_run(many).messages, gateway::feed_record_messages_max);

    const Bytes large = frames_of({6'000, 6'000, 6'000});
    EXPECT_EQ(next_run(large).messages, 2U);
    const Bytes largest = frames_of({0xFFFF, 1});
    EXPECT_EQ(next_run(largest).messages, 1U);
    EXPECT_EQ(next_run(largest).bytes, FeedOutput::frame_bytes_max);
}

TEST(NextRun, EndsBeforeWhatIsNoMessage) {
    EXPECT_EQ(next_run(frames_of({3, 0, 3})).messages, 1U);
    EXPECT_EQ(next_run(frames_of({0, 3})).messages, 0U);
    Bytes cut = frames_of({3, 4});
    cut.pop_back();
    EXPECT_EQ(next_run(cut).messages, 1U);
    cut.resize(6);
    EXPECT_EQ(next_run(cut).messages, 1U);
    EXPECT_EQ(next_run(std::span{cut}.first(1)).messages, 0U);
}

TEST(FeedOutput, GivesEveryShardTheSame) {
    Rings rings;
    rings.output.set_midnight(17);
    ASSERT_TRUE(rings.output.send_mark(FeedRecordKind::session, at(5)));
    const Bytes frames = frames_of({3, 4});
    ASSERT_TRUE(rings.output.send_run(frames, 2, at(6)));
    EXPECT_TRUE(rings.one.empty_approx());  // before it is handed over
    rings.output.hand_over();
    for (book::ByteRing* ring : {&rings.one, &rings.two}) {
        const auto records = take(*ring);
        ASSERT_EQ(records.size(), 2U);
        EXPECT_EQ(records[0].header.kind, FeedRecordKind::session);
        EXPECT_EQ(records[0].header.received_ns, 5);
        EXPECT_EQ(records[0].header.midnight_ns, 17);
        EXPECT_EQ(records[1].header.kind, FeedRecordKind::messages);
        EXPECT_EQ(records[1].header.messages, 2U);
        EXPECT_EQ(records[1].header.received_ns, 6);
        EXPECT_EQ(records[1].frames, frames);
    }
}

TEST(FeedOutput, GivesNoShardWhatOneHasNoRoomFor) {
    book::ByteRing small{1U << 18};
    book::ByteRing large{1U << 20};
    FeedOutput output{{{&large, nullptr}, {&small, nullptr}}};
    const Bytes frames = frames_of({0xFFFF});
    std::size_t sent = 0;
    while (output.send_run(frames, 1, at(1)))
        ++sent;
    EXPECT_FALSE(output.send_run(frames, 1, at(1)));
    output.hand_over();
    EXPECT_EQ(take(small).size(), sent);
    EXPECT_EQ(take(large).size(), sent);
    EXPECT_TRUE(output.send_run(frames, 1, at(1)));
}

TEST(FeedOutput, WakesAShardOnlyForWhatIsNew) {
    book::ByteRing ring{1U << 18};
    gateway::Reactor shard;
    FeedOutput output{{{&ring, &shard.waker()}}};
    const auto wakes = [&](auto&& act) {
        return shard.wait(std::int64_t{0}, [&] {
            act();
            return false;
        });
    };
    EXPECT_FALSE(wakes([&] { output.hand_over(); }));
    ASSERT_TRUE(output.send_mark(FeedRecordKind::live, at(1)));
    EXPECT_TRUE(wakes([&] { output.hand_over(); }));
}

TEST(FeedOutput, SendsFramesOfAnyNumberInRecordsOfBoundedSize) {
    std::mt19937_64 random{test_seed()};
    for (unsigned round = 0; round < 20; ++round) {
        Rings rings;
        Bytes frames;
        Bytes expected;
        std::uint64_t messages = 0;
        for (std::size_t n = random() % 2'000; n > 0; --n) {
            std::size_t length = random() % 50;
            if (random() % 200 == 0) length = random() % 0x10000;
            Bytes frame;
            append_frame(frame, length, static_cast<unsigned>(random()));
            frames.insert(frames.end(), frame.begin(), frame.end());
            if (length == 0) continue;
            ++messages;
            expected.insert(expected.end(), frame.begin(), frame.end());
        }
        FramesSent sent;
        Bytes seen;
        std::uint64_t counted = 0;
        for (bool done = false; !done;) {
            done = rings.output.send_frames(frames, at(1), sent);
            rings.output.hand_over();
            for (const Taken& record : take(rings.one)) {
                EXPECT_LE(record.header.messages, gateway::feed_record_messages_max);
                if (record.header.messages > 1) {
                    EXPECT_LE(record.frames.size(), gateway::feed_record_bytes_max);
                }
                counted += record.header.messages;
                seen.insert(seen.end(), record.frames.begin(), record.frames.end());
            }
            (void)take(rings.two);
        }
        EXPECT_EQ(seen, expected);
        EXPECT_EQ(counted, messages);
        EXPECT_EQ(sent.messages, messages);
        EXPECT_EQ(sent.bytes, frames.size());
    }
}

TEST(FrameBatch, TakesWhatOneRecordTakes) {
    FrameBatch batch;
    const Bytes message(40, std::byte{1});
    std::uint32_t taken = 0;
    while (batch.append(message))
        ++taken;
    EXPECT_EQ(taken, gateway::feed_record_messages_max);
    EXPECT_EQ(batch.messages(), taken);
    EXPECT_EQ(next_run(batch.frames()).messages, taken);
    EXPECT_EQ(next_run(batch.frames()).bytes, batch.frames().size());
    batch.clear();
    EXPECT_EQ(batch.messages(), 0U);
    EXPECT_TRUE(batch.frames().empty());

    const Bytes longest(0xFFFF, std::byte{2});
    EXPECT_TRUE(batch.append(longest));
    EXPECT_FALSE(batch.append(message));
    EXPECT_EQ(batch.frames().size(), FeedOutput::frame_bytes_max);

    batch.clear();
    ASSERT_TRUE(batch.append(message));
    EXPECT_FALSE(batch.append(longest));
    EXPECT_TRUE(batch.append(message));
}

}  // namespace
}  // namespace tickweir::tests
