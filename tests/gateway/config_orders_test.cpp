// What sessions may send, and how often: what is read and printed, and what must hold between keys.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "gateway/config/parse_config.hpp"
#include "gateway/config/print_config.hpp"

namespace tickweir::gateway {
namespace {

constexpr const char* venue = R"(
[instruments.X]
[accounts.A]
[sessions.S]
accounts = "A"
[sessions.T]
accounts = "A"
)";

std::vector<std::string> errors_of(const std::string& more) {
    std::vector<std::string> errors;
    for (const ConfigError& error : parse_config(venue + more, "t").errors)
        errors.push_back(to_string(error));
    return errors;
}

TEST(OrderConfigTest, ReadsAndPrintsWhatASessionMaySend) {
    const auto parsed = parse_config(std::string{venue} + R"(
instruments = ["X"]
sides = ["sell"]
order_types = ["limit", "stop_limit"]
quantity_max = "12.5"
notional_max = "1000000"
priority = true
orders_per_second = 50
orders_burst = 5
disconnect_keeps_long_lived = false
drop_copy = ["S"]
[limits]
orders_per_second = 700
breaches_max = 3
)",
                                     "t");
    ASSERT_TRUE(parsed.config) << to_string(parsed.errors.front());
    const SessionOrderConfig& orders = parsed.config->sessions.at("T").orders;
    EXPECT_EQ(orders.instruments, std::vector<std::string>{"X"});
    EXPECT_EQ(orders.sides, std::vector<std::string>{"sell"});
    EXPECT_EQ(orders.order_types, (std::vector<std::string>{"limit", "stop_limit"}));
    EXPECT_EQ(orders.quantity_max, (Decimal{125, 1}));
    EXPECT_EQ(orders.notional_max, (Decimal{1'000'000, 0}));
    EXPECT_TRUE(orders.priority);
    EXPECT_EQ(orders.orders_per_second, 50u);
    EXPECT_EQ(orders.orders_burst, 5u);
    EXPECT_FALSE(orders.disconnect_keeps_long_lived);
    EXPECT_EQ(orders.drop_copy, std::vector<std::string>{"S"});
    EXPECT_EQ(parsed.config->sessions.at("S").orders, SessionOrderConfig{});
    EXPECT_EQ(parsed.config->limits.orders_per_second, 700u);
    EXPECT_EQ(parsed.config->limits.breaches_max, 3u);

    const auto again = parse_config(print_config(*parsed.config), "t");
    ASSERT_TRUE(again.config) << to_string(again.errors.front());
    EXPECT_EQ(*again.config, *parsed.config);
}

TEST(OrderConfigTest, RefusesWordsAndNamesThatMeanNothing) {
    const std::vector<std::string> errors = errors_of(R"(
instruments = ["Y"]
sides = ["short"]
order_types = ["pegged"]
drop_copy = ["NOBODY", "T"]
)");
    EXPECT_EQ(errors, (std::vector<std::string>{
                          R"(t:9: sessions.T.instruments: names no instrument: "Y")",
                          R"(t:10: sessions.T.sides: has no meaning for "short")",
                          R"(t:11: sessions.T.order_types: has no meaning for "pegged")",
                          R"(t:12: sessions.T.drop_copy: names no session: "NOBODY")",
                          R"(t:12: sessions.T.drop_copy: names the session itself)"}));
}

TEST(OrderConfigTest, WantsTheMarksOfLoadToAscend) {
    const std::vector<std::string> errors = errors_of(R"(
[shield]
trim_memory_percent = 80
shed_log_lag_us = 900
cancel_only_disk_percent = 12
)");
    EXPECT_EQ(errors,
              (std::vector<std::string>{
                  "t:9: shield.shed_memory_percent: must be above shield.trim_memory_percent, "
                  "which is 80, got 75",
                  "t:9: shield.protect_disk_percent: must be above "
                  "shield.cancel_only_disk_percent, which is 12, got 10",
                  "t:11: shield.shed_log_lag_us: must be above shield.trim_log_lag_us, which is "
                  "1000, got 900"}));
}

TEST(OrderConfigTest, KeepsAnAccountsKeySecret) {
    const auto parsed = parse_config(
        "[instruments.X]\n[accounts.A]\nkey = \"s3cret\"\n[sessions.S]\naccounts=\"A\"", "t");
    ASSERT_TRUE(parsed.config) << to_string(parsed.errors.front());
    ASSERT_EQ(parsed.config->accounts.at("A").key.size(), 1u);
    EXPECT_EQ(print_config(*parsed.config).find("s3cret"), std::string::npos);
    EXPECT_EQ(parse_config("[instruments.X]\n[accounts.A]\nkey = [\"a\", \"b\"]\n[sessions.S]\n"
                           "accounts=\"A\"",
                           "t")
                  .errors.size(),
              1u);
}

}  // namespace
}  // namespace tickweir::gateway
