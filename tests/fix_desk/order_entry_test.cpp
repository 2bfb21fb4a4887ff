// What a configuration makes of order entry and its shield.
#include "gateway/assembly/order_entry.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "gateway/config/parse_config.hpp"

namespace tickweir::gateway {
namespace {

using namespace std::chrono_literals;
using shield::PriorityClass;

Config config_of(const std::string& text) {
    ParsedConfig parsed = parse_config(text, "t");
    for (const ConfigError& error : parsed.errors)
        ADD_FAILURE() << to_string(error);
    if (!parsed.config) parsed.config.emplace();
    return *std::move(parsed.config);
}

constexpr const char* two_sessions = R"(
[instruments.X]
[accounts.A]
[sessions.B]
accounts = "A"
instruments = "X"
sides = "sell"
order_types = ["limit", "stop_limit"]
quantity_max = "5"
priority = true
cancel_on_disconnect = true
grace_ms = 250
disconnect_keeps_long_lived = false
orders_per_second = 7
orders_burst = 3
[sessions.C]
accounts = "A"
drop_copy = "B"
)";

TEST(OrderEntryTest, GivesEachSessionWhatItMaySend) {
    const auto settings = directory_settings(config_of(two_sessions));
    ASSERT_EQ(settings.sessions.size(), 2u);
    const fix::orders::OrderSession& b = settings.sessions[0];
    EXPECT_EQ(b.name, "B");
    EXPECT_EQ(b.accounts, std::vector<std::string>{"A"});
    EXPECT_EQ(b.entitled.instruments, std::vector<std::string>{"X"});
    EXPECT_FALSE(b.entitled.buy);
    EXPECT_TRUE(b.entitled.sell);
    EXPECT_EQ(b.entitled.order_types,
              (std::vector<txn::OrderType>{txn::OrderType::limit, txn::OrderType::stop_limit}));
    EXPECT_EQ(b.entitled.quantity_max, (book::exact::Decimal{5, 0}));
    EXPECT_TRUE(b.entitled.priority);
    const fix::orders::OrderSession& c = settings.sessions[1];
    EXPECT_TRUE(c.entitled.buy && c.entitled.sell && c.entitled.order_types.empty());
}

TEST(OrderEntryTest, KnowsSessionsByTheirPlaceInTheConfiguration) {
    const auto sessions = desk_sessions(config_of(two_sessions));
    ASSERT_EQ(sessions.size(), 2u);
    EXPECT_TRUE(sessions[0].cancel_on_disconnect);
    EXPECT_EQ(sessions[0].grace, 250ms);
    EXPECT_FALSE(sessions[0].keep_long_lived);
    EXPECT_TRUE(sessions[0].drop_copy_of.empty());
    EXPECT_EQ(sessions[1].drop_copy_of, std::vector<fix::SessionId>{fix::SessionId{0}});
    EXPECT_TRUE(sessions[1].keep_long_lived);
}

TEST(OrderEntryTest, LimitsASessionByItsOwnRateOrByThatOfAll) {
    const Config config = config_of(std::string{two_sessions} + R"(
[limits]
orders_per_second = 70
orders_burst = 30
quota_per_second = 11
breaches_max = 4
breaches_s = 2
)");
    const auto sessions = desk_sessions(config);
    EXPECT_EQ(sessions[0].shield.throttle.orders, (shield::Rate{7, 3}));
    EXPECT_EQ(sessions[0].shield.throttle.cancels, (shield::Rate{14, 6}));
    EXPECT_EQ(sessions[1].shield.throttle.orders, (shield::Rate{70, 30}));
    EXPECT_EQ(sessions[1].shield.throttle.quota->per_second, 11u);
    EXPECT_EQ(sessions[1].shield.escalation, (shield::EscalationLimits{4, 2s}));
    EXPECT_TRUE(sessions[1].shield.breaker.rejected && sessions[1].shield.breaker.malformed);
}

TEST(OrderEntryTest, LeavesBreakersOutWhereThereAreToBeNone) {
    const auto sessions = desk_sessions(config_of("[shield]\nbreaker = false\n"));
    for (const auto& session : sessions) {
        const shield::BreakerLimits& breaker = session.shield.breaker;
        EXPECT_FALSE(breaker.rejected || breaker.malformed || breaker.slow_reader ||
                     breaker.slow_answer);
    }
}

TEST(OrderEntryTest, MeasuresQueuesByTheTarget) {
    const Config config = config_of(
        "[shield]\nqueue_target_us = 500\nqueue_orders = 99\n"
        "order_wait_ms = 40\n");
    const shield::QueueLimits queues = queue_limits(config);
    const shield::ClassLimits& orders = queues.classes[shield::class_index(PriorityClass::order)];
    EXPECT_EQ(orders.capacity, 99u);
    EXPECT_EQ(orders.age_max, 40ms);
    EXPECT_EQ(orders.age_max_loaded, 1ms);
    EXPECT_EQ(load_limits(config.shield).target, 500us);
}

TEST(OrderEntryTest, LeavesAModeOnlyBelowTheMarkThatItIsEnteredAt) {
    const shield::LoadLimits limits = load_limits(config_of("[shield]\n"
                                                            "trim_memory_percent = 3\n")
                                                      .shield);
    EXPECT_EQ(limits.memory_percent[0], (shield::Marks<std::uint32_t>{3, 0}));
    for (const auto& marks : limits.memory_percent)
        EXPECT_LT(marks.leave, marks.enter);
    for (const auto& marks : limits.disk_free_percent)
        EXPECT_GT(marks.leave, marks.enter);
}

TEST(OrderEntryTest, EndsADateWhereTheTradingDayEnds) {
    using namespace std::chrono;
    const sys_days date = 2024y / July / 1;
    const auto midnight = directory_settings(config_of(two_sessions));
    EXPECT_EQ(midnight.end_of_date(date), book::TimeNs{date + days{1}});
    const auto evening = directory_settings(
        config_of(std::string{two_sessions} +
                  "[venue]\ntimezone = \"America/New_York\"\nday_end = \"17:00\"\n"));
    EXPECT_EQ(evening.end_of_date(date), book::TimeNs{date + hours{21}});
}

}  // namespace
}  // namespace tickweir::gateway
