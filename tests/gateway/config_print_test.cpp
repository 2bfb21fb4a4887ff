// The printed configuration: valid, documented, and the same when it is read again.
#include <gtest/gtest.h>

#include <random>
#include <set>
#include <string>

#include "gateway/config/parse_config.hpp"
#include "gateway/config/print_config.hpp"
#include "gateway/config/schema.hpp"
#include "tests/support/seed.hpp"

namespace tickweir::gateway {
namespace {

Config reread(const Config& config) {
    const auto parsed = parse_config(print_config(config), "printed");
    for (const ConfigError& error : parsed.errors)
        ADD_FAILURE() << to_string(error);
    return parsed.config.value_or(Config{});
}

TEST(PrintConfig, GivesTheDefaultsBack) {
    EXPECT_EQ(reread(Config{}), Config{});
}

TEST(PrintConfig, GivesEveryKindOfValueBack) {
    Config config;
    config.gateway.name = "quotes \" and \\ and \xC3\xA9 and '#'";
    config.threads.shards = 3;
    config.threads.hosts = {{"a", {{{RoleKind::feed, {}}, {RoleKind::market, 2}}, 1, 30}},
                            {"b", {{{RoleKind::serving, {}}, {RoleKind::market, {}}}, {}, 0}}};
    config.feeds["day-1"].path = {"a.itch", "with space"};
    config.feeds["day-1"].speed.millionths = 1'500'000;
    config.feeds["max"].path = {"b"};
    config.feeds["max"].speed.millionths.reset();
    FeedConfig& live = config.feeds["live"];
    live.kind = FeedKind::itch_mold;
    live.mold.lines = {"udp://239.0.0.1:1", "udp://239.0.0.2:1"};
    live.mold.reorder_wait_us = 7;
    live.stale_after_ms = 0;
    config.feeds["tcp"].kind = FeedKind::itch_soup;
    config.feeds["tcp"].soup.address = "tcp://127.0.0.1:1";
    config.feeds["tcp"].soup.password = {Secret{"env:PASSWORD"}};
    config.record.directory = "/var/recordings";
    config.record.format = RecordFormat::itch;
    config.record.compression = RecordCompression::none;
    config.http.api_keys = {Secret{"env:KEY"}, Secret{"file:/run/key"}};
    config.log.levels = {{"serve", LogLevel::trace}, {"a.b c", LogLevel::off}};
    config.metrics.enabled = false;
    EXPECT_EQ(reread(config), config);
}

TEST(PrintConfig, MasksLiteralSecretsAndRefusesTheMask) {
    Config config;
    config.http.api_keys = {Secret{"hunter2"}};
    const std::string printed = print_config(config);
    EXPECT_EQ(printed.find("hunter2"), printed.npos);
    EXPECT_NE(printed.find("api_keys = [\"***\"]"), printed.npos);
    EXPECT_FALSE(parse_config(printed, "printed").ok());
}

TEST(PrintConfig, ShowsEveryKeyWithItsMeaning) {
    const std::string printed = print_config(Config{});
    for (const Section& section : sections()) {
        EXPECT_NE(printed.find(section.meaning), printed.npos) << section.name;
        for (const Key& key : section.keys) {
            EXPECT_TRUE(key.meaning.ends_with('.')) << section.name << '.' << key.name;
            const auto first = key.meaning.substr(0, key.meaning.find('\n'));
            EXPECT_NE(printed.find(first), printed.npos) << section.name << '.' << key.name;
        }
    }
    EXPECT_NE(printed.find("# [feeds.NAME]\n"), printed.npos);
}

TEST(PrintConfig, MakesAnExampleOfWhatItHasNone) {
    std::string printed = print_config(Config{});
    std::string example = printed.substr(printed.find("# [feeds.NAME]"));
    example = example.substr(0, example.find("\n\n"));
    std::string text;
    for (std::size_t at = 0; at != std::string::npos && at < example.size();) {
        const std::size_t end = example.find('\n', at);
        const std::string line = example.substr(at, end - at);
        EXPECT_TRUE(line.starts_with("# ")) << line;
        text += line.substr(2) + '\n';
        at = end == example.npos ? end : end + 1;
    }
    const auto parsed = parse_config(text, "example");
    ASSERT_EQ(parsed.errors.size(), 1u);  // The path is the user's.
    EXPECT_EQ(parsed.errors[0].key, "feeds.NAME.path");
}

TEST(PrintConfig, GivesRandomValuesBack) {
    std::mt19937_64 random{tests::test_seed()};
    for (int round = 0; round < 200; ++round) {
        Config config;
        std::string name;
        const std::size_t length = 1 + random() % 64;
        while (name.size() < length)
            name += static_cast<char>(' ' + random() % 95);
        config.gateway.name = name;
        config.http.port = random() % 65'536;
        config.feeds["x"].path = {name};
        config.feeds["x"].speed.millionths = 1 + random() % 1'000'000'000'000;
        config.memory.total = (std::uint64_t{1} << 32) + random() % (std::uint64_t{1} << 38);
        config.log.levels[name.substr(0, 32)] = static_cast<LogLevel>(random() % 6);
        EXPECT_EQ(reread(config), config);
    }
}

// --------------------------------------------------------------------------- the table itself

TEST(Schema, NamesEveryKeyOnce) {
    std::set<std::string> names;
    for (const Section& section : sections()) {
        for (const Key& key : section.keys)
            EXPECT_TRUE(names.insert(key_name(section, "NAME", key.name)).second) << key.name;
    }
}

TEST(Schema, AllowsEveryDefault) {
    for (const Section& section : sections()) {
        for (const Key& key : section.keys) {
            if (key.name == "path" || key.name == "roles" || key.name == "accounts")
                continue;  // have none
            const std::string header{
                "[" + key_name(section, section.has_members() ? "main" : "", "") + "]\n"};
            const std::string value = key.field.print(section.defaults());
            const auto parsed =
                parse_config(header + std::string{key.name} + " = " + value, "default");
            for (const ConfigError& error : parsed.errors)
                EXPECT_NE(error.key, key_name(section, "main", key.name)) << to_string(error);
        }
    }
}

TEST(Schema, FindsTheNameThatWasMeant) {
    const std::vector<std::string_view> names{"port", "address", "idle_timeout_ms"};
    EXPECT_EQ(nearest("prot", names), "port");
    EXPECT_EQ(nearest("adress", names), "address");
    EXPECT_EQ(nearest("idle_timeout", names), "idle_timeout_ms");
    EXPECT_EQ(nearest("x", names), "");
    EXPECT_EQ(nearest("", names), "");
    EXPECT_EQ(nearest(std::string(100'000, 'x'), names), "");
}

}  // namespace
}  // namespace tickweir::gateway
