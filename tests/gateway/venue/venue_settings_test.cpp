// From configurations to the venue's settings: of a new one, and of one that has run before.
#include "gateway/venue/venue_settings.hpp"

#include <gtest/gtest.h>

#include "gateway/config/parse_config.hpp"

namespace tickweir::gateway {
namespace {

using txn::AccountId;
using txn::AssetId;
using txn::Int128;

Config config_of(const std::string& text) {
    auto parsed = parse_config(text, "t");
    for (const ConfigError& error : parsed.errors)
        ADD_FAILURE() << to_string(error);
    return parsed.config ? *parsed.config : Config{};
}

constexpr Int128 unit = 1'000'000'000'000'000'000;

const std::string two_traders = R"(
[venue]
log_number = 9
maker_fee = "-0.0001"
taker_fee = "0.0003"
[instruments.M]
quote = "EUR"
price_decimals = 3
tick = "0.005"
lot = 10
collar = "0.1"
quantity_max = 1000
[accounts.B]
balances = { EUR = "1.5", M = 0 }
short_limit = { M = "2" }
position_limit = { M = 50 }
[sessions.S]
accounts = "B"
)";

TEST(VenueSettingsTest, OfTheDefaultConfigurationAreFine) {
    const VenueSettingsPlan plan = plan_settings(nullptr, Config{});
    EXPECT_EQ(plan.faults, std::vector<std::string>{});
    EXPECT_EQ(txn::fault_of(plan.settings.venue), "");
    EXPECT_EQ(plan.settings.venue.instruments.size(), 3u);
    EXPECT_EQ(txn::fault_of(engine_options(Config{}, plan.settings)), "");
}

TEST(VenueSettingsTest, SayForHowManyOrdersMemoryIsThereFromTheStart) {
    Config config;
    EXPECT_EQ(engine_options(config, {}).orders_ready, std::size_t{131'072});
    config.venue.orders_ready = 5;
    EXPECT_EQ(engine_options(config, {}).orders_ready, std::size_t{5});
    config.venue.orders_ready = 0;
    EXPECT_EQ(engine_options(config, {}).orders_ready, std::nullopt);
}

TEST(VenueSettingsTest, AreWhatTheConfigurationSays) {
    const txn::VenueSettings venue = plan_settings(nullptr, config_of(two_traders)).settings.venue;
    EXPECT_EQ(txn::fault_of(venue), "");
    EXPECT_EQ(venue.log_number, 9);
    EXPECT_EQ(venue.fees.maker_millionths, -100);
    EXPECT_EQ(venue.fees.taker_millionths, 300);
    EXPECT_EQ(venue.accounts[0].name, "fees");
    EXPECT_EQ(venue.fees.account, AccountId{0});
    EXPECT_EQ(venue.accounts[1].name, "B");
    EXPECT_EQ(venue.sessions[0].name, "operator");
    EXPECT_EQ(venue.sessions[1].name, "S");
    const txn::InstrumentSettings& m = venue.instruments.at(0);
    EXPECT_EQ(m.symbol, "M");
    EXPECT_EQ(venue.assets[static_cast<std::size_t>(m.base)].name, "M");
    EXPECT_EQ(venue.assets[static_cast<std::size_t>(m.quote)].name, "EUR");
    EXPECT_EQ(m.tick.ticks, 5);
    EXPECT_EQ(m.lot.lots, 10);
    EXPECT_EQ(m.collar_millionths, 100'000u);
    EXPECT_EQ(m.quantity_max.lots, 1'000);
    ASSERT_EQ(venue.short_limits.size(), 1u);
    EXPECT_EQ(venue.short_limits[0].account, AccountId{1});
    EXPECT_EQ(venue.short_limits[0].amount, 2 * unit);
    ASSERT_EQ(venue.position_limits.size(), 1u);
    EXPECT_EQ(venue.position_limits[0].quantity.lots, 50);
}

TEST(VenueSettingsTest, KeepThePlacesThatWereGiven) {
    const StoredSettings before = plan_settings(nullptr, config_of(two_traders)).settings;
    const VenueSettingsPlan plan = plan_settings(
        &before, config_of(two_traders + "[instruments.A]\nquote = \"CHF\"\n[accounts.A]\n"
                                         "[sessions.A]\naccounts = [\"A\"]\n"));
    EXPECT_EQ(plan.faults, std::vector<std::string>{});
    EXPECT_EQ(plan.notes, std::vector<std::string>{});
    const txn::VenueSettings& venue = plan.settings.venue;
    EXPECT_EQ(venue.instruments[0].symbol, "M");
    EXPECT_EQ(venue.instruments[1].symbol, "A");
    EXPECT_EQ(venue.accounts[1].name, "B");
    EXPECT_EQ(venue.accounts[2].name, "A");
    EXPECT_EQ(venue.sessions[2].name, "A");
    EXPECT_EQ(venue.assets.size(), before.venue.assets.size() + 2);
    EXPECT_EQ(txn::fault_of(venue), "");
    // Nothing changes where nothing changed.
    EXPECT_EQ(settings_text(plan_settings(&before, config_of(two_traders)).settings),
              settings_text(before));
}

TEST(VenueSettingsTest, KeepWhatIsNotConfiguredAnyMore) {
    const StoredSettings before = plan_settings(nullptr, config_of(two_traders)).settings;
    const VenueSettingsPlan plan =
        plan_settings(&before, config_of("[venue]\nlog_number = 9\nmaker_fee = \"-0.0001\"\n"
                                         "taker_fee = \"0.0003\"\n[instruments.N]\n"));
    EXPECT_EQ(plan.notes, (std::vector<std::string>{
                              "instruments.M is not configured any more, and stays as it was",
                              "accounts.B is not configured any more, and stays as it was",
                              "sessions.S is not configured any more, and stays as it was"}));
    EXPECT_EQ(plan.settings.venue.instruments[0].quantity_max.lots, 1'000);
    EXPECT_EQ(plan.settings.venue.short_limits.size(), 1u);
    EXPECT_EQ(plan.settings.venue.position_limits.size(), 1u);
    EXPECT_EQ(plan.faults, std::vector<std::string>{});
}

TEST(VenueSettingsTest, ChangeWhereTheyMay) {
    const StoredSettings before = plan_settings(nullptr, config_of(two_traders)).settings;
    std::string text = two_traders;
    text.replace(text.find("collar = \"0.1\""), 14, "collar = \"0.2\"");
    text.replace(text.find("short_limit = { M = \"2\" }"), 25, "orders_max = 5          ");
    const VenueSettingsPlan plan = plan_settings(&before, config_of(text));
    EXPECT_EQ(plan.faults, std::vector<std::string>{});
    EXPECT_EQ(plan.settings.venue.instruments[0].collar_millionths, 200'000u);
    EXPECT_EQ(plan.settings.venue.accounts[1].orders_max, 5u);
    EXPECT_TRUE(plan.settings.venue.short_limits.empty());
}

TEST(VenueSettingsTest, SayWhatCannotChange) {
    const StoredSettings before = plan_settings(nullptr, config_of(two_traders)).settings;
    const VenueSettingsPlan plan = plan_settings(&before, config_of(R"(
[venue]
log_number = 8
taker_fee = "0.0004"
maker_fee = "-0.0001"
orders_max = 17
[instruments.M]
base = "X"
quote = "USD"
price_decimals = 2
quantity_decimals = 1
tick = "0.05"
lot = 1
)"));
    const std::string fixed = ": cannot change once the data directory is made; it is ";
    EXPECT_EQ(plan.faults,
              (std::vector<std::string>{
                  "venue.log_number" + fixed + "9 there, got 8",
                  "venue.taker_fee" + fixed + "\"0.0003\" there, got \"0.0004\"",
                  "venue.orders_max: may grow only; it is 1000000 in the data directory, got 17",
                  "instruments.M.base" + fixed + "\"M\" there, got \"X\"",
                  "instruments.M.quote" + fixed + "\"EUR\" there, got \"USD\"",
                  "instruments.M.price_decimals" + fixed + "3 there, got 2",
                  "instruments.M.quantity_decimals" + fixed + "0 there, got 1",
                  "instruments.M.tick" + fixed + "\"0.005\" there, got \"0.05\"",
                  "instruments.M.lot" + fixed + "\"10\" there, got \"1\""}));
}

TEST(VenueSettingsTest, GiveOnlyWhatNobodyEverHad) {
    const Config config = config_of(two_traders);
    const txn::VenueSettings venue = plan_settings(nullptr, config).settings.venue;
    txn::Ledger ledger{venue};
    const AssetId euro = venue.instruments[0].quote;
    EXPECT_EQ(missing_balances(config, ledger, venue),
              (std::vector<OpeningBalance>{{AccountId{1}, euro, 3 * unit / 2}}));
    // A row without anything in it is there all the same.
    ASSERT_TRUE(ledger.restore(AccountId{1}, euro, {}));
    EXPECT_TRUE(missing_balances(config, ledger, venue).empty());
}

}  // namespace
}  // namespace tickweir::gateway
