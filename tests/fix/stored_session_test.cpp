// What a session's store says of its past: numbers, and the last report before anything missing.
#include "gateway/fix/stored_session.hpp"

#include <gtest/gtest.h>

#include <string>

#include "tests/fix/fix_text.hpp"
#include "tests/fix_store/store_world.hpp"

namespace tickweir::gateway::fix {
namespace {

using tests::framed;

constexpr std::uint16_t log_number = 7;
constexpr std::uint64_t everything = std::numeric_limits<std::uint64_t>::max();

std::string report(std::uint64_t number, const std::string& exec_id, std::size_t bytes = 0) {
    return framed("35=8|49=TICKWEIR|56=A|34=" + std::to_string(number) +
                  "|52=20240101-00:00:00|17=" + exec_id + "|58=" + std::string(bytes + 1, 'x') +
                  "|");
}

void send(World& world, const std::string& wire) {
    const std::uint64_t number = world.store->next_outbound();
    ASSERT_EQ(world.store->append(number, wire), Appended::stored);
    world.store->set_next_outbound(number + 1);
}

void send_report(World& world, const std::string& exec_id, std::size_t bytes = 0) {
    send(world, report(world.store->next_outbound(), exec_id, bytes));
}

TEST(StoredSessionTest, FindsTheLastReportOfItsLogBehindWhateverElse) {
    World world;
    ASSERT_TRUE(world.open());
    EXPECT_EQ(last_report(*world.store, log_number, everything), std::nullopt);
    send_report(world, "7.3-1");
    send_report(world, "7.3-2");
    send_report(world, "6.9-1");
    send_report(world, "R-A-1");
    EXPECT_EQ(last_report(*world.store, log_number, everything), (ReportPlace{3, 2}));
    for (int i = 0; i < 3'000; ++i)
        send(world,
             framed("35=9|34=" + std::to_string(world.store->next_outbound()) + "|17=7.99-1|"));
    EXPECT_EQ(last_report(*world.store, log_number, everything), (ReportPlace{3, 2}));
    EXPECT_EQ(last_report(*world.store, log_number, everything, 3'003), (ReportPlace{3, 2}));
    EXPECT_EQ(last_report(*world.store, log_number, everything, 3'002), std::nullopt);
    EXPECT_EQ(last_report(*world.store, log_number, 1), (ReportPlace{3, 1}));
    EXPECT_EQ(last_report(*world.store, log_number, 0), std::nullopt);
}

TEST(StoredSessionTest, TellsWhatWasFound) {
    World world;
    ASSERT_TRUE(world.open());
    StoredSession found = stored_session("A", *world.store, false, log_number);
    EXPECT_TRUE(found.created);
    EXPECT_EQ(found.told, std::nullopt);
    send_report(world, "7.3-1");
    world.store->set_next_inbound(12);
    world.kill();
    ASSERT_TRUE(world.open(start + std::chrono::hours{1}));
    found = stored_session("A", *world.store, true, log_number);
    EXPECT_FALSE(found.created);
    EXPECT_TRUE(found.crashed);
    EXPECT_EQ(found.numbering, start);
    EXPECT_EQ(found.next_outbound, 2u);
    EXPECT_EQ(found.next_inbound, 12u);
    EXPECT_EQ(found.told, (ReportPlace{3, 1}));
    EXPECT_EQ(stored_session("A", *world.store, true, std::nullopt).told, std::nullopt);
}

TEST(StoredSessionTest, TrustsNoReportBehindDamage) {
    World world;
    ASSERT_TRUE(world.open());
    for (std::uint64_t i = 1; i <= 20; ++i)
        send_report(world, "7." + std::to_string(i) + "-1", 600);
    world.store->flush();
    world.kill();
    // In the eleventh message or so.
    ASSERT_TRUE(world.files.flip_bit("stores/CLIENT1/1-1.messages", 8 * 8'000));
    ASSERT_TRUE(world.open());
    EXPECT_EQ(world.store->found().damaged_places, 1u) << world.store->found().text;
    const auto told = stored_session("A", *world.store, true, log_number).told;
    ASSERT_TRUE(told);
    EXPECT_GT(told->lsn, 5u);
    EXPECT_LT(told->lsn, 13u);
    EXPECT_EQ(last_report(*world.store, log_number, everything), (ReportPlace{20, 1}));
}

TEST(StoredSessionTest, TrustsNoReportBehindAMissingFile) {
    World world;
    world.limits = {.retained_bytes = 8 * 8'192, .message_bytes = 2'048};
    ASSERT_TRUE(world.open());
    for (std::uint64_t i = 1; i <= 40; ++i)
        send_report(world, "7." + std::to_string(i) + "-1", 600);
    world.kill();
    ASSERT_TRUE(world.files.content("stores/CLIENT1/1-3.messages"));
    ASSERT_TRUE(world.files.remove("stores/CLIENT1/1-2.messages"));
    ASSERT_TRUE(world.open());
    EXPECT_EQ(last_report(*world.store, log_number, everything), (ReportPlace{40, 1}));
    auto told = stored_session("A", *world.store, true, log_number).told;
    ASSERT_TRUE(told);
    EXPECT_LT(told->lsn, 13u);
    world.kill();
    ASSERT_TRUE(world.files.remove("stores/CLIENT1/1-1.messages"));
    ASSERT_TRUE(world.open());
    EXPECT_EQ(stored_session("A", *world.store, true, log_number).told, std::nullopt);
}

}  // namespace
}  // namespace tickweir::gateway::fix
