// The decision between a clean end, a torn write and damage, on bytes alone.
#include "txn/log/tail_judge.hpp"

#include <gtest/gtest.h>

#include <string_view>
#include <vector>

#include "txn/log/batch_buffer.hpp"
#include "txn/log/log_end.hpp"

namespace tickweir::txn::log {
namespace {

const LogId id{{std::byte{5}}};
const std::uint32_t seed = seed_of(id);
constexpr std::size_t largest = least_batch_bytes_max;

using Content = std::vector<std::byte>;

/// A batch of three blocks.
Content batch_of_three_blocks(Lsn first = Lsn{10}) {
    BatchBuffer batch{id, largest};
    batch.start(first);
    batch.add(1, false, Content(9'000, std::byte{}));
    LogEnd end{.segment = 1, .offset = 4096, .next = first, .durable = {}, .term = 1, .chain = 3};
    const Bytes written =
        write_batch(end, batch.memory(), BatchKind::records, 1, batch.body_bytes(), seed);
    EXPECT_EQ(written.size(), 3 * block_bytes);
    return {written.begin(), written.end()};
}

Content with_zero_sector(Content content, std::size_t sector) {
    std::fill_n(content.begin() + static_cast<std::ptrdiff_t>(sector * sector_bytes), sector_bytes,
                std::byte{});
    return content;
}

Content followed_by(Content content, std::size_t zeros, const Content& more = {}) {
    content.resize(content.size() + zeros);
    content.insert(content.end(), more.begin(), more.end());
    return content;
}

Judgement judge(const Content& content, std::optional<std::uint64_t> write_bytes,
                bool durable_missing = false) {
    TailJudge judge{seed, write_bytes, largest};
    judge.feed(content);
    return judge.judge(durable_missing);
}

constexpr std::optional<std::uint64_t> unknown{};
const std::optional<std::uint64_t> three_blocks{3 * block_bytes};

TEST(TailJudge, FindsZerosClean) {
    EXPECT_EQ(judge({}, unknown).tail, Tail::clean);
    EXPECT_EQ(judge(Content(100 * block_bytes), unknown).tail, Tail::clean);
    EXPECT_EQ(judge(Content(100 * block_bytes), unknown, true).tail, Tail::damage)
        << "what was durable is gone";
}

TEST(TailJudge, FindsAWriteTornThatLacksASector) {
    const Content whole = batch_of_three_blocks();
    for (std::size_t sector = 0; sector < whole.size() / sector_bytes; ++sector) {
        const Content torn = followed_by(with_zero_sector(whole, sector), 50 * block_bytes);
        const Judgement found = judge(torn, sector == 0 ? unknown : three_blocks);
        EXPECT_EQ(found.tail, Tail::torn) << sector << ": " << found.why;
        EXPECT_EQ(found.written_end, 3 * block_bytes);
        EXPECT_EQ(judge(torn, sector == 0 ? unknown : three_blocks, true).tail, Tail::damage);
    }
}

TEST(TailJudge, FindsAWriteDamagedThatLacksNone) {
    Content changed = followed_by(batch_of_three_blocks(), 50 * block_bytes);
    changed[5'000] ^= std::byte{1};
    EXPECT_EQ(judge(changed, three_blocks).tail, Tail::damage);
    // The zeros behind the write are not its own.
    EXPECT_EQ(judge(changed, unknown).tail, Tail::damage) << "the first sector is there";
}

TEST(TailJudge, FindsDamageWhereSomethingFollows) {
    const Content torn = with_zero_sector(batch_of_three_blocks(), 7);
    for (const std::size_t gap : {0u, 1u, 40u}) {
        const Judgement found = judge(
            followed_by(torn, gap * block_bytes, batch_of_three_blocks(Lsn{11})), three_blocks);
        EXPECT_EQ(found.tail, Tail::damage) << gap;
        EXPECT_EQ(found.at, (3 + gap) * block_bytes);
        EXPECT_EQ(found.file, 0u);
    }
    Content lone(20 * block_bytes);
    lone = followed_by(std::move(lone), 0, batch_of_three_blocks());
    EXPECT_EQ(judge(lone, unknown).tail, Tail::damage) << "zeros, then a batch";
    // Garbage that is no batch, where no write at the end could have reached.
    EXPECT_EQ(judge(followed_by(torn, 0, Content(512, std::byte{1})), three_blocks).tail,
              Tail::damage);
    const Content far = followed_by(Content(largest), 0, Content(512, std::byte{1}));
    EXPECT_EQ(judge(far, unknown).tail, Tail::damage);
    const Content near = followed_by(Content(largest - block_bytes), 0, Content(512, std::byte{1}));
    EXPECT_EQ(judge(near, unknown).tail, Tail::torn);
}

TEST(TailJudge, LooksIntoLaterFiles) {
    const Content torn = with_zero_sector(batch_of_three_blocks(), 7);
    TailJudge judge{seed, three_blocks, largest};
    judge.feed(torn);
    judge.next_file();
    judge.feed(Content(30 * block_bytes));
    EXPECT_EQ(judge.judge(false).tail, Tail::torn);
    judge.next_file();
    Content block(block_bytes);
    block[4'000] = std::byte{1};
    judge.feed(Content(2 * block_bytes));
    judge.feed(block);
    const Judgement found = judge.judge(false);
    EXPECT_EQ(found.tail, Tail::damage);
    EXPECT_EQ(found.file, 2u);
    EXPECT_EQ(found.at, 2 * block_bytes);
}

TEST(TailJudge, DoesNotTakeAnotherLogsBatchForAFollower) {
    Content foreign = batch_of_three_blocks();
    const Content torn = with_zero_sector(batch_of_three_blocks(), 7);
    TailJudge judge{seed + 1, three_blocks, largest};
    judge.feed(followed_by(torn, 0, foreign));
    const Judgement found = judge.judge(false);
    EXPECT_EQ(found.tail, Tail::damage);
    EXPECT_EQ(std::string_view{found.why}, "what no write cut off can have left follows");
}

}  // namespace
}  // namespace tickweir::txn::log
