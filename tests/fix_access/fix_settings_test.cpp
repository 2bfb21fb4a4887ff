// What becomes of the configuration of sessions: secrets looked up, passwords hashed, times placed.
#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "gateway/config/parse_config.hpp"
#include "gateway/fix/fix_settings.hpp"

namespace tickweir::gateway::fix {
namespace {

SecretSources no_secrets() {
    return {[](const std::string& name) -> std::optional<std::string> {
                if (name == "GIVEN") return "from the environment";
                return std::nullopt;
            },
            [](const std::string&) { return std::optional<std::string>{}; }};
}

MadeSettings made_of(const std::string& text) {
    const auto parsed = parse_config(text, "t");
    for (const ConfigError& error : parsed.errors)
        ADD_FAILURE() << to_string(error);
    if (!parsed.config) return {};
    return make_fix_settings(*parsed.config, no_secrets());
}

const std::string session = "[instruments.X]\n[accounts.A]\n[sessions.S]\naccounts = \"A\"\n";

TEST(FixSettingsTest, HasTwoOpenSessionsByDefault) {
    const MadeSettings made = made_of("");
    ASSERT_TRUE(made.settings);
    EXPECT_EQ(made.settings->port, 9878);
    EXPECT_EQ(made.settings->store_directory, "");
    ASSERT_EQ(made.settings->sessions.size(), 2u);
    const SessionSettings& first = made.settings->sessions.front();
    EXPECT_EQ(first.name, "CLIENT1");
    EXPECT_EQ(first.comp_id, "CLIENT1");
    EXPECT_TRUE(first.enabled);
    EXPECT_FALSE(first.password);
    EXPECT_TRUE(first.schedule.is_open(book::TimeNs{}));
}

TEST(FixSettingsTest, ComesFromTheKeys) {
    const MadeSettings made = made_of(
        "[venue]\ndata = \"/v\"\n[fix]\nstore_bytes = 2097152\nheartbeat_min_s = 5\n" + session +
        "comp_id = \"C\"\naddresses = \"10.0.0.0/8\"\ngrace_ms = 7\ncancel_on_disconnect = true\n");
    ASSERT_TRUE(made.settings);
    EXPECT_EQ(made.settings->store_directory, "/v/fix");
    const SessionSettings& one = made.settings->sessions.front();
    EXPECT_EQ(one.comp_id, "C");
    EXPECT_EQ(one.addresses, std::vector<IpRange>{IpRange::parse("10.0.0.0/8").value()});
    EXPECT_EQ(one.grace, std::chrono::milliseconds{7});
    EXPECT_TRUE(one.cancel_on_disconnect);
    EXPECT_EQ(one.heartbeat_min, std::chrono::seconds{5});
    EXPECT_EQ(one.store.retained_bytes, 2'097'152u);
    EXPECT_EQ(made_of("[fix]\nstore = \"/s\"\n[venue]\ndata = \"/v\"\n").settings->store_directory,
              "/s");
}

TEST(FixSettingsTest, HashesPasswordsAndTakesHashes) {
    const MadeSettings given = made_of(session + "password = \"env:GIVEN\"\n");
    ASSERT_TRUE(given.settings);
    ASSERT_TRUE(given.settings->sessions[0].password);
    EXPECT_TRUE(given.settings->sessions[0].password->matches("from the environment"));
    const std::string text = PasswordHash::make("p", process_cost)->text();
    const MadeSettings hashed = made_of(session + "password_hash = '" + text + "'\n");
    ASSERT_TRUE(hashed.settings);
    EXPECT_EQ(hashed.settings->sessions[0].password->text(), text);
}

TEST(FixSettingsTest, TellsEverythingThatIsMissing) {
    const MadeSettings made =
        made_of(session + "password = \"env:NOT_THERE\"\ntimezone = \"Nowhere/Land\"\n" +
                "[sessions.T]\naccounts = \"A\"\npassword_hash = \"hunter2\"\n" +
                "[sessions.U]\naccounts = \"A\"\npassword = \"" + std::string(300, 'x') + "\"\n");
    EXPECT_FALSE(made.settings);
    ASSERT_EQ(made.errors.size(), 4u) << testing::PrintToString(made.errors);
    EXPECT_EQ(made.errors[0], "sessions.S.password: env:NOT_THERE: no such environment variable");
    EXPECT_EQ(made.errors[1].rfind("sessions.S.timezone: ", 0), 0u) << made.errors[1];
    EXPECT_EQ(made.errors[2].rfind("sessions.T.password_hash: is nothing ", 0), 0u) << made.errors[2];
    EXPECT_EQ(made.errors[2].find("hunter2"), std::string::npos);
    EXPECT_EQ(made.errors[3], "sessions.U.password: is too long or has a NUL");
}

TEST(FixSettingsTest, PlacesTimesInTheVenuesZoneWhereTheSessionNamesNone) {
    const std::string resets = "reset = \"daily\"\nreset_time = \"17:00\"\n";
    const auto next = [](const MadeSettings& made) {
        return made.settings->sessions[0].schedule.next_reset(
            book::TimeNs{std::chrono::sys_days{std::chrono::year{2026} / 1 / 5}});
    };
    const book::TimeNs day{std::chrono::sys_days{std::chrono::year{2026} / 1 / 5}};
    EXPECT_EQ(next(made_of("[venue]\ntimezone = \"America/New_York\"\n" + session + resets)),
              day + std::chrono::hours{22});
    EXPECT_EQ(next(made_of("[venue]\ntimezone = \"America/New_York\"\n" + session + resets +
                           "timezone = \"UTC\"\n")),
              day + std::chrono::hours{17});
}

}  // namespace
}  // namespace tickweir::gateway::fix
