// The venue's sections of a configuration: exact numbers, times, and what must hold between them.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "gateway/config/parse_config.hpp"
#include "gateway/config/print_config.hpp"

namespace tickweir::gateway {
namespace {

std::vector<std::string> errors_of(const std::string& text) {
    std::vector<std::string> errors;
    for (const ConfigError& error : parse_config(text, "t").errors)
        errors.push_back(to_string(error));
    return errors;
}

Config config_of(const std::string& text) {
    const auto parsed = parse_config(text, "t");
    for (const ConfigError& error : parsed.errors)
        ADD_FAILURE() << to_string(error);
    return parsed.config.value_or(Config{});
}

TEST(VenueConfigTest, HasInstrumentsAccountsAndSessionsByDefault) {
    const Config config;
    EXPECT_EQ(config.venue.data, "");
    EXPECT_EQ(config.venue_instruments.size(), 3u);
    EXPECT_EQ(config.accounts.at("A1").balances.at("USD"), (Decimal{1'000'000, 0}));
    EXPECT_EQ(config.sessions.at("CLIENT2").accounts, std::vector<std::string>{"A2"});
}

TEST(VenueConfigTest, ReplacesAllDefaultsWhereAFileNamesAny) {
    const Config config = config_of("[instruments.X]\nquote = \"EUR\"\n");
    EXPECT_EQ(config.venue_instruments.size(), 1u);
    EXPECT_TRUE(config.accounts.empty());
    EXPECT_TRUE(config.sessions.empty());
    // The keys of the plain section leave them alone, and so do options.
    EXPECT_EQ(config_of("[instruments]\nmax = 7\n").venue_instruments.size(), 3u);
    const std::vector<std::string> option{"instruments.X.quote=USD"};
    EXPECT_EQ(parse_config("", "", option).config->venue_instruments.size(), 4u);
}

TEST(VenueConfigTest, ReadsExactNumbersAndTimes) {
    const Config config = config_of(R"(
[venue]
day_end = "17:05"
maker_fee = "-0.000001"
taker_fee = "0.05"
commit = "applied"
[instruments.X]
price_decimals = 18
tick = "0.000000000000000001"
reference = 4
collar = "0.1"
[accounts.A]
balances = { X = "0.000000000000000001", USD = "1000000000000000000" }
short_limit = { X = 5 }
position_limit = { X = "12" }
[sessions.S]
accounts = "A"
)");
    EXPECT_EQ(config.venue.day_end.seconds, (17u * 60 + 5) * 60);
    EXPECT_EQ(config.venue.maker_fee.millionths, -1);
    EXPECT_EQ(config.venue.taker_fee.millionths, 50'000);
    EXPECT_EQ(config.venue.commit, CommitChoice::applied);
    EXPECT_EQ(config.venue_instruments.at("X").tick, (Decimal{1, 18}));
    EXPECT_EQ(config.venue_instruments.at("X").collar.millionths, 100'000);
    EXPECT_EQ(config.accounts.at("A").balances.at("X"), (Decimal{1, 18}));
    EXPECT_EQ(config.accounts.at("A").short_limit.at("X"), (Decimal{5, 0}));
    const auto again = parse_config(print_config(config), "printed");
    ASSERT_TRUE(again.ok());
    EXPECT_EQ(*again.config, config);
}

TEST(VenueConfigTest, PrintsSecondsWhereThereAreAny) {
    Config config;
    config.venue.day_end.seconds = 86'399;
    EXPECT_NE(print_config(config).find("day_end = \"23:59:59\"\n"), std::string::npos);
    EXPECT_EQ(parse_config(print_config(config), "p").config, config);
}

TEST(VenueConfigTest, TellsAllThatIsWrongWithItsLine) {
    const auto errors = errors_of(R"([venue]
day_end = "24:00"
maker_fee = 0.001
taker_fee = "0.06"
commit = "maybe"
[instruments.X]
tick = "1e3"
collar = "0.0000001"
[accounts.A]
balances = { USD = "-1", "a b" = 1, EUR = 1.5 }
)");
    ASSERT_EQ(errors.size(), 9u) << testing::PrintToString(errors);
    EXPECT_EQ(errors[0], "t:2: venue.day_end: must be \"HH:MM\" or \"HH:MM:SS\", got \"24:00\"");
    EXPECT_EQ(errors[1],
              "t:3: venue.maker_fee: must be a number in quotes from -0.05 to 0.05 with at most "
              "six decimals, got 0.001");
    EXPECT_EQ(errors[3], "t:5: venue.commit: must be \"durable\" or \"applied\", got \"maybe\"");
    EXPECT_EQ(errors[4].rfind("t:7: instruments.X.tick: ", 0), 0u) << errors[4];
    EXPECT_EQ(errors[6].rfind("t:10: accounts.A.balances.", 0), 0u) << errors[6];
}

TEST(VenueConfigTest, ChecksWhatNamesEachOther) {
    const auto errors = errors_of(R"([venue]
maker_fee = "-0.002"
taker_fee = "0.001"
[instruments.X]
base = "USD"
[instruments.Y]
price_decimals = 10
quantity_decimals = 9
[instruments.Z]
price_decimals = 2
tick = "0.001"
[accounts.A]
balances = { GBP = "1" }
position_limit = { NOPE = "1" }
[accounts.fees]
[sessions.S]
accounts = ["A", "B", "A"]
[sessions.operator]
)");
    const std::vector<std::string> expected{
        "t:2: venue.maker_fee: is a rebate above the fee that pays it",
        "t:4: instruments.X.quote: is the base asset, too: \"USD\"",
        "t:7: instruments.Y.price_decimals: and quantity_decimals must be at most 18 together, got "
        "19",
        "t:11: instruments.Z.tick: has more than the 2 decimals there are: 0.001",
        "t:13: accounts.A.balances: names \"GBP\", which is traded by no instrument",
        "t:14: accounts.A.position_limit: names no instrument: \"NOPE\"",
        "t:15: accounts.fees: is the name of the venue's own account, which gets the fees",
        "t:17: sessions.S.accounts: names no account: \"B\"",
        "t:17: sessions.S.accounts: names \"A\" twice",
        "t:18: sessions.operator: is the name of the venue's own session",
        "t:18: sessions.operator.accounts: is missing or empty"};
    EXPECT_EQ(errors, expected);
}

TEST(VenueConfigTest, ChecksThatTheLogsSizesFitEachOther) {
    const auto batch = errors_of(
        "[log]\nwal_segment_bytes = 4194304\nwal_batch_bytes = 4194304\n"
        "wal_spare_segments = 64\nwal_ring_bytes = 1048576\nwal_ring_reserve_bytes = 131072\n");
    ASSERT_FALSE(batch.empty());
    EXPECT_EQ(batch[0].rfind("t:3: log.wal_batch_bytes: must be at most half", 0), 0u) << batch[0];
    const auto small = errors_of("[log]\nwal_segment_bytes = 2097152\n");
    ASSERT_EQ(small.size(), 1u);
    EXPECT_NE(small[0].find("log.wal_spare_segments: or log.wal_segment_bytes must be larger"),
              std::string::npos);
    EXPECT_EQ(errors_of("[log]\nwal_ring_reserve_bytes = 8388608\n").size(), 1u);
    EXPECT_EQ(errors_of("[log]\nwal_stop_below_percent = 20\n").size(), 1u);
}

}  // namespace
}  // namespace tickweir::gateway
