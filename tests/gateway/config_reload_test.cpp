// What a reload may change, what it may not, and that a bad file changes nothing.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "gateway/config/parse_config.hpp"

namespace tickweir::gateway {
namespace {

using Lines = std::vector<std::string>;

Lines texts_of(const std::vector<ConfigError>& errors) {
    Lines lines;
    for (const ConfigError& error : errors)
        lines.push_back(to_string(error));
    return lines;
}

Reload reload(const std::string& running, const std::string& fresh) {
    return plan_reload(parse_config(running, "t.toml").config.value(),
                       parse_config(fresh, "t.toml"));
}

TEST(Reload, IsFineWithoutAChange) {
    const Reload same = reload("[http]\nport = 1\n", "# comment\n[http]\nport = 1\n");
    EXPECT_TRUE(same.ok());
    EXPECT_TRUE(same.changed.empty());
}

TEST(Reload, TakesOverLimitsAndKeys) {
    const Reload taken = reload("",
                                "[websocket]\nmalformed_max = 3\n[http]\napi_keys = ['k']\n"
                                "[log]\nlevels = { serve = 'debug' }\n");
    ASSERT_TRUE(taken.ok());
    EXPECT_EQ(taken.changed, (Lines{"websocket.malformed_max", "http.api_keys", "log.levels"}));
    EXPECT_EQ(taken.config->websocket.malformed_max, 3u);
}

TEST(Reload, RefusesWhatNeedsARestart) {
    const Reload refused =
        reload("[feeds.a]\npath = 'x'\n[feeds.b]\npath = 'x'\n",
               "[http]\nport = 1\n[websocket]\nmalformed_max = 3\n[feeds.a]\npath = 'y'\n"
               "[feeds.c]\npath = 'z'\n");
    EXPECT_FALSE(refused.ok());
    EXPECT_EQ(refused.changed, (Lines{"feeds.a.path", "websocket.malformed_max", "http.port"}));
    EXPECT_EQ(texts_of(refused.errors),
              (Lines{"t.toml:6: feeds.a.path: cannot change while running, it needs a restart; "
                     "runs with [\"x\"], got [\"y\"]",
                     "feeds.b: is gone, which needs a restart",
                     "t.toml:8: feeds.c: is new, which needs a restart",
                     "t.toml:2: http.port: cannot change while running, it needs a restart; runs "
                     "with 8080, got 1"}));
}

TEST(Reload, SaysWhyOfAKeyThatFellBackToItsDefault) {
    EXPECT_EQ(texts_of(reload("[http]\nport = 1\n", "").errors),
              Lines{"http.port: cannot change while running, it needs a restart; runs with 1, got "
                    "8080"});
    EXPECT_EQ(texts_of(reload("[feeds.a]\npath = 'x'\n", "").errors),
              Lines{"feeds.a: is gone, which needs a restart"});
}

TEST(Reload, KeepsTheOldOneForABadFile) {
    const Reload bad = reload("", "[http]\nport = 'x'\n[websocket]\nmalformed_max = 3\n");
    EXPECT_FALSE(bad.ok());
    EXPECT_TRUE(bad.changed.empty());
    EXPECT_EQ(texts_of(bad.errors), Lines{"t.toml:2: http.port: must be 0 to 65535, got \"x\""});
}

}  // namespace
}  // namespace tickweir::gateway
