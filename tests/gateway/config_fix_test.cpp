// The sections of FIX and administration: defaults, what is read and printed, and what must hold
// between them.
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

TEST(FixConfigTest, LetsTwoClientsInFromThisMachineByDefault) {
    const Config config = config_of("");
    EXPECT_TRUE(config.fix.enabled);
    EXPECT_EQ(config.fix.address, "127.0.0.1");
    EXPECT_EQ(config.fix.port, 9878u);
    EXPECT_EQ(config.fix.comp_id, "TICKWEIR");
    EXPECT_EQ(config.admin.address, "127.0.0.1");
    ASSERT_EQ(config.sessions.size(), 2u);
    for (const auto& [name, session] : config.sessions) {
        EXPECT_TRUE(session.fix.enabled) << name;
        EXPECT_TRUE(session.fix.password.empty() && session.fix.password_hash.empty()) << name;
        EXPECT_EQ(session.fix.reset, SessionReset::never) << name;
    }
}

TEST(FixConfigTest, ReadsAndPrintsAllOfASession) {
    const Config config = config_of(R"(
[fix]
port = 0
address = "0.0.0.0"
heartbeat_min_s = 10
heartbeat_max_s = 30
[admin]
port = 0
address = "::1"
token = "env:TOKEN"
[instruments.X]
[accounts.A]
[sessions.S]
accounts = "A"
comp_id = "CLIENT A"
enabled = false
password = "file:/run/secret"
addresses = ["10.0.0.0/8", "::1"]
reset = "weekly"
reset_time = "17:00"
reset_day = "friday"
opens = "18:00"
closes = "17:00:30"
timezone = "America/New_York"
cancel_on_disconnect = true
grace_ms = 1500
)");
    const SessionFixConfig& session = config.sessions.at("S").fix;
    EXPECT_EQ(session.comp_id, "CLIENT A");
    EXPECT_FALSE(session.enabled);
    EXPECT_EQ(session.reset, SessionReset::weekly);
    EXPECT_EQ(session.reset_day, Weekday::friday);
    EXPECT_EQ(session.reset_time.seconds, 17u * 3'600);
    EXPECT_EQ(session.closes.seconds, 17u * 3'600 + 30);
    EXPECT_EQ(session.addresses.size(), 2u);
    EXPECT_TRUE(session.cancel_on_disconnect);
    EXPECT_EQ(session.grace_ms, 1'500u);
    const auto again = parse_config(print_config(config), "printed");
    ASSERT_TRUE(again.ok());
    EXPECT_EQ(*again.config, config);
}

TEST(FixConfigTest, ShowsNoPasswordAndNoHash) {
    const std::string text =
        "[fix]\naddress = \"0.0.0.0\"\n[instruments.X]\n[accounts.A]\n[admin]\ntoken = "
        "\"hunter1\"\n"
        "[sessions.S]\naccounts = \"A\"\npassword = \"hunter2\"\n"
        "[sessions.T]\naccounts = \"A\"\npassword_hash = \"hunter3\"\n";
    const std::string printed = print_config(config_of(text));
    EXPECT_EQ(printed.find("hunter"), printed.npos);
    for (const std::string key : {"password", "password_hash", "token"}) {
        for (const std::string& error : errors_of(
                 (key == "token" ? "[admin]\n" : "[sessions.S]\n") + key + " = [[\"hunter2\"]]\n"))
            EXPECT_EQ(error.find("hunter"), error.npos) << error;
    }
}

TEST(FixConfigTest, ChecksWhatHasToHoldTogether) {
    const auto errors = errors_of(R"([fix]
comp_id = "TICKWEIR"
tls_key = "k"
heartbeat_min_s = 61
logon_bytes_max = 24576
message_bytes_max = 20480
lockout_s = 7200
[admin]
address = "0.0.0.0"
token = ["a", "b"]
[instruments.X]
[accounts.A]
[sessions.S]
accounts = "A"
comp_id = "TICKWEIR"
addresses = ["10.0.0.0/33", "host"]
[sessions.T]
accounts = "A"
password = ["a", "b"]
password_hash = "c"
[sessions.U]
accounts = "A"
comp_id = "T"
[sessions.V]
accounts = "A"
comp_id = "é"
)");
    const std::vector<std::string> expected{
        "t:1: fix.tls_certificate: is missing: certificate and key go together",
        "t:4: fix.heartbeat_min_s: must be at most fix.heartbeat_max_s, which is 60, got 61",
        "t:5: fix.logon_bytes_max: must be at most fix.message_bytes_max, which is 20480, got "
        "24576",
        "t:7: fix.lockout_s: must be at most fix.lockout_max_s, which is 3600, got 7200",
        "t:9: admin.address: must be an address of loopback, got \"0.0.0.0\"",
        "t:10: admin.token: must be one token",
        "t:15: sessions.S.comp_id: \"TICKWEIR\" is fix.comp_id, too",
        "t:16: sessions.S.addresses: names no address and no range of them: \"10.0.0.0/33\"",
        "t:16: sessions.S.addresses: names no address and no range of them: \"host\"",
        "t:19: sessions.T.password: must be one password",
        "t:20: sessions.T.password_hash: and a password exclude each other",
        "t:23: sessions.U.comp_id: \"T\" is that of the session \"T\", too",
        "t:26: sessions.V.comp_id: must be printable ASCII"};
    EXPECT_EQ(errors, expected);
}

TEST(FixConfigTest, LetsNoStrangerInFromElsewhere) {
    EXPECT_EQ(errors_of("[fix]\naddress = \"0.0.0.0\"\n"),
              (std::vector<std::string>{
                  "t: sessions.CLIENT1: needs a password, a password_hash or addresses, for "
                  "fix.address is \"0.0.0.0\": anybody could log on",
                  "t: sessions.CLIENT2: needs a password, a password_hash or addresses, for "
                  "fix.address is \"0.0.0.0\": anybody could log on"}));
    EXPECT_TRUE(errors_of("[fix]\naddress = \"0.0.0.0\"\nenabled = false\n").empty());
    EXPECT_TRUE(errors_of("[fix]\naddress = \"::1\"\n").empty());
}

TEST(FixConfigTest, KeepsStoresLargeEnoughForAMessage) {
    EXPECT_EQ(errors_of("[fix]\nmessage_bytes_max = 65536\nstore_bytes = 262144\n"),
              (std::vector<std::string>{
                  "t:2: fix.message_bytes_max: must be at most an eighth of fix.store_bytes, less "
                  "64, which is 32704, got 65536"}));
}

}  // namespace
}  // namespace tickweir::gateway
