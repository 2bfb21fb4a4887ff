// Which numbers a session goes on with after a stop, how far ahead they are reserved, and which
// report is its last: by table.
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

#include "gateway/fix/number_blocks.hpp"
#include "gateway/fix/number_reserve.hpp"

namespace tickweir::gateway::fix {
namespace {

using namespace std::chrono_literals;

constexpr book::TimeNs monday{std::chrono::seconds{1'700'000'000}};
constexpr book::TimeNs tuesday = monday + 24h;

// ------------------------------------------------------------------------------------- ExecIDs

TEST(ReportPlaceTest, ReadsTheExecIdsOfItsLog) {
    EXPECT_EQ(report_place("7.42-3", 7), (ReportPlace{42, 3}));
    EXPECT_EQ(report_place("7.18446744073709551615-4294967295", 7),
              (ReportPlace{18'446'744'073'709'551'615u, 4'294'967'295u}));
}

TEST(ReportPlaceTest, ReadsNothingElse) {
    for (const char* const text : {"",
                                   "7",
                                   "7.",
                                   "7.42",
                                   "7.42-",
                                   "7.42-3 ",
                                   "7.42-3-1",
                                   "7.042-3",
                                   "7.42-03",
                                   "07.42-3",
                                   "7.0-1",
                                   "7.42-0",
                                   "-7.42-3",
                                   "7.-42-3",
                                   "8.42-3",
                                   "R-A-1",
                                   "7,42-3",
                                   "7.42_3",
                                   "7.18446744073709551616-1",
                                   "7.1-4294967296",
                                   "65543.42-3"})
        EXPECT_EQ(report_place(text, 7), std::nullopt) << text;
}

// ------------------------------------------------------------------------------------- resuming

struct Case {
    const char* what;
    StoredSession stored;
    std::optional<LoggedSession> logged;
    ResumedSession resumed;
};

StoredSession stored(book::TimeNs numbering, std::uint64_t out, std::uint64_t in) {
    return {.name = "A",
            .copies_of = {},
            .numbering = numbering,
            .next_outbound = out,
            .next_inbound = in,
            .told = ReportPlace{40, 2}};
}
StoredSession crashed(StoredSession session) {
    session.crashed = true;
    return session;
}
StoredSession without(StoredSession session, bool created, bool lost) {
    session.created = created;
    session.lost = lost;
    session.told.reset();
    return session;
}
LoggedSession logged(book::TimeNs numbering, std::uint64_t bound, std::uint64_t inbound) {
    return {{numbering, bound, {30, 1}}, inbound};
}

TEST(ResumeTest, FollowsTheTable) {
    const std::vector<Case> cases{
        {"closed files are believed, and have all that anybody has",
         stored(monday, 57, 23),
         logged(monday, 1'001, 20),
         {monday, 57, 23, {30, 1}, {50, 1}}},
        {"after a crash the log's bound counts, and what was received behind its last request is "
         "lost",
         crashed(stored(monday, 57, 23)),
         logged(monday, 1'001, 20),
         {monday, 1'001, 21, {30, 1}, {40, 2}}},
        {"and its last request, where the files are behind it",
         crashed(stored(monday, 57, 23)),
         logged(monday, 1'001, 99),
         {monday, 1'001, 100, {30, 1}, {40, 2}}},
        {"but numbers out never go back, and without a request in the log those in do not",
         crashed(stored(monday, 1'500, 23)),
         logged(monday, 1'001, 0),
         {monday, 1'500, 23, {30, 1}, {40, 2}}},
        {"files that power took back to an older numbering go on with the log's",
         crashed(stored(monday, 5'000, 4'000)),
         logged(tuesday, 1'001, 7),
         {tuesday, 1'001, 8, {30, 1}, {40, 2}}},
        {"a numbering that the log does not know has sent nothing",
         crashed(stored(tuesday, 3, 5)),
         logged(monday, 9'001, 6),
         {tuesday, 3, 7, {30, 1}, {40, 2}}},
        {"lost numbers are the log's, and what they were told is not known",
         without(stored(tuesday, 1, 1), false, true),
         logged(monday, 1'001, 20),
         {monday, 1'001, 21, {30, 1}, {30, 1}}},
        {"files that are gone after a crash likewise",
         crashed(without(stored(tuesday, 1, 1), true, false)),
         logged(monday, 1'001, 20),
         {monday, 1'001, 21, {30, 1}, {30, 1}}},
        {"files that somebody took away begin anew, without a past",
         without(stored(tuesday, 1, 1), true, false),
         logged(monday, 1'001, 20),
         {tuesday, 1, 1, {}, all_told}},
        {"who never used a number was told nothing and misses nothing",
         crashed(stored(monday, 2, 1)),
         std::nullopt,
         {monday, 2, 1, {}, all_told}},
        {"what was told under earlier numberings is not told again",
         crashed(without(stored(tuesday, 4, 2), false, false)),
         logged(tuesday, 1'001, 3),
         {tuesday, 1'001, 4, {30, 1}, {30, 1}}},
    };
    for (const Case& one : cases)
        EXPECT_EQ(resume(one.stored, one.logged, {50, 1}), one.resumed) << one.what;
}

// ------------------------------------------------------------------------------------- blocks

TEST(NumberBlocksTest, AsksWhenHalfABlockIsLeft) {
    NumberBlocks blocks;
    const auto first = blocks.wanted(monday, 1, monday);
    ASSERT_EQ(first, (NumberBlock{monday, 1'001, {}}));
    blocks.asked(*first, monday);
    EXPECT_EQ(blocks.wanted(monday, 501, monday + 5s), std::nullopt);
    EXPECT_EQ(blocks.wanted(monday, 502, monday + 5s), (NumberBlock{monday, 1'502, {}}));
}

TEST(NumberBlocksTest, AsksForMoreWhereNumbersGoFast) {
    NumberBlocks blocks;
    std::uint64_t next = 1;
    book::TimeNs now = monday;
    std::uint64_t asks = 0;
    for (; next < 1'000'000; ++next, now += 10us)
        if (const auto block = blocks.wanted(monday, next, now)) {
            EXPECT_LE(block->bound - next, NumberBlocks::most);
            blocks.asked(*block, now);
            ++asks;
        }
    EXPECT_LT(asks, 50u);
    // And for less again.
    for (int i = 0; i < 20; ++i) {
        now += 1h;
        next += NumberBlocks::most;
        const auto block = blocks.wanted(monday, next, now);
        ASSERT_TRUE(block);
        blocks.asked(*block, now);
    }
    EXPECT_EQ(blocks.wanted(monday, next + 501, now + 1h)->bound, next + 501 + 1'000);
}

TEST(NumberBlocksTest, BeginsAnewWithANumbering) {
    NumberBlocks blocks;
    blocks.asked(*blocks.wanted(monday, 70'000, monday), monday);
    blocks.set_before({12, 3});
    EXPECT_EQ(blocks.wanted(tuesday, 1, monday), (NumberBlock{tuesday, 1'001, {12, 3}}));
}

TEST(NumberBlocksTest, EndsWithTheHighestNumber) {
    NumberBlocks blocks;
    const auto block = blocks.wanted(monday, numbers_end - 10, monday);
    ASSERT_EQ(block, (NumberBlock{monday, numbers_end, {}}));
    blocks.asked(*block, monday);
    EXPECT_EQ(blocks.wanted(monday, numbers_end - 1, monday), std::nullopt);
}

TEST(NumberBlocksTest, LooksUpTheBoundWhereItIsTooLow) {
    NumberBlocks blocks;
    int looks = 0;
    const auto bound = [&] {
        ++looks;
        return std::uint64_t{100};
    };
    EXPECT_TRUE(blocks.covers(monday, 100, bound));
    EXPECT_TRUE(blocks.covers(monday, 50, bound));
    EXPECT_EQ(looks, 1);
    EXPECT_FALSE(blocks.covers(monday, 101, bound));
    EXPECT_EQ(looks, 2);
    EXPECT_TRUE(blocks.covers(tuesday, 1, bound));
    EXPECT_EQ(looks, 3);
}

}  // namespace
}  // namespace tickweir::gateway::fix
