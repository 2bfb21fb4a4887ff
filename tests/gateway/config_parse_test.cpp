// A configuration from text and options: what is taken, and every way in which it is refused.
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "gateway/config/parse_config.hpp"

namespace tickweir::gateway {
namespace {

using Lines = std::vector<std::string>;

Lines errors_of(const std::string& text, const std::vector<std::string>& options = {}) {
    const auto parsed = parse_config(text, "t.toml", options);
    EXPECT_EQ(parsed.ok(), parsed.errors.empty());
    Lines lines;
    for (const ConfigError& error : parsed.errors)
        lines.push_back(to_string(error));
    return lines;
}

Config config_of(const std::string& text, const std::vector<std::string>& options = {}) {
    const auto parsed = parse_config(text, "t.toml", options);
    for (const ConfigError& error : parsed.errors)
        ADD_FAILURE() << to_string(error);
    return parsed.config.value_or(Config{});
}

TEST(ParseConfig, TakesNothingForTheDefaults) {
    EXPECT_EQ(config_of(""), Config{});
    EXPECT_EQ(config_of("# nothing\n\n[websocket]\n[feeds]\n"), Config{});
}

TEST(ParseConfig, StoresEveryKindOfValue) {
    const Config config = config_of(R"(
[gateway]
name = "one"
[feeds.day]
path = ["a.itch", "b.itch"]
speed = 2.5
loop = true
[feeds.other]
path = "c.itch"
speed = "max"
[http]
port = 0
api_keys = ["env:KEY", "plain"]
[log]
level = "debug"
levels = { serve = "off", "a b" = "trace" }
[buffers]
trades_per_instrument = 16
)");
    EXPECT_EQ(config.gateway.name, "one");
    const FeedConfig& day = config.feeds.at("day");
    EXPECT_EQ(day.path, (Lines{"a.itch", "b.itch"}));
    EXPECT_EQ(day.speed.millionths, 2'500'000u);
    EXPECT_TRUE(day.loop);
    EXPECT_EQ(config.feeds.at("other").path, Lines{"c.itch"});
    EXPECT_EQ(config.feeds.at("other").speed, Speed{std::nullopt});
    EXPECT_EQ(config.http.port, 0u);
    EXPECT_EQ(config.http.api_keys, (std::vector{Secret{"env:KEY"}, Secret{"plain"}}));
    EXPECT_EQ(config.log.level, LogLevel::debug);
    EXPECT_EQ(config.log.levels, (std::map<std::string, LogLevel>{{"serve", LogLevel::off},
                                                                  {"a b", LogLevel::trace}}));
    EXPECT_EQ(config.buffers.trades_per_instrument, 16u);
}

TEST(ParseConfig, TakesSpeedsExactly) {
    const auto speed = [](const std::string& value) {
        return config_of("[feeds.x]\npath = 'x'\nspeed = " + value).feeds.at("x").speed.millionths;
    };
    EXPECT_EQ(speed("3"), 3'000'000u);
    EXPECT_EQ(speed("0.1"), 100'000u);
    EXPECT_EQ(speed("'0.000001'"), 1u);
    EXPECT_EQ(speed("1000000"), 1'000'000'000'000u);
    for (const std::string bad : {"0", "-1", "1000001", "'fast'", "nan", "inf", "1e-9", "'1e3'",
                                  "9223372036854775807", "true", "'0.0000001'", "[]"}) {
        EXPECT_EQ(errors_of("[feeds.x]\npath = 'x'\nspeed = " + bad).size(), 1u) << bad;
    }
}

TEST(ParseConfig, TellsAllErrorsAtOnceWithTheirLines) {
    EXPECT_EQ(errors_of(R"([websocket]
connections_max = 0
conections_max = 5
idle_timeout_ms = "a"
[logg]
[buffers]
trades_per_instrument = 1000
[log]
level = "loud"
levels = { serve = 5 }
[http]
port = 65536
)"),
              (Lines{
                  "t.toml:2: websocket.connections_max: must be 1 to 1000000, got 0",
                  "t.toml:3: websocket.conections_max: is no known key; did you mean "
                  "\"connections_max\"?",
                  "t.toml:4: websocket.idle_timeout_ms: must be 10 to 3600000, got \"a\"",
                  "t.toml:5: logg: is no known section; did you mean \"log\"?",
                  "t.toml:7: buffers.trades_per_instrument: must be 16 to 1048576, a power of two, "
                  "got 1000",
                  "t.toml:9: log.level: must be \"trace\", \"debug\", \"info\", \"warning\", "
                  "\"error\" or \"off\", got \"loud\"",
                  "t.toml:10: log.levels.serve: must be \"trace\", \"debug\", \"info\", "
                  "\"warning\", \"error\" or \"off\", got 5",
                  "t.toml:12: http.port: must be 0 to 65535, got 65536",
              }));
}

TEST(ParseConfig, TakesBothEndsOfEveryRange) {
    EXPECT_EQ(config_of("[http]\nport = 65535\n").http.port, 65'535u);
    EXPECT_EQ(config_of("[threads]\nshards = 64\n").threads.shards, 64u);
    EXPECT_EQ(config_of("[instruments]\nmax = 65536\n").instruments.max, 65'536u);
    for (const std::string text :
         {"[http]\nport = -1", "[threads]\nshards = 65", "[threads]\nshards = 0",
          "[instruments]\nmax = 65537", "[threads.main]\nspin_us = 1001", "[http]\nport = 1.5",
          "[threads.main]\nroles = ['feed', 'market', 'serving']\ncpu = 1024",
          "[threads.main]\nroles = ['feed', 'market', 'serving']\ncpu = -2"}) {
        EXPECT_EQ(errors_of(text).size(), 1u) << text;
    }
}

TEST(ParseConfig, RefusesValuesOfAnotherKind) {
    for (const std::string text : {"[gateway]\nname = 5",
                                   "[gateway]\nname = ''",
                                   "[gateway]\nname = \"a\\u0007\"",
                                   "[gateway]\nname = 1979-05-27",
                                   "[gateway]\nname = 07:32:00",
                                   "[gateway]\nname = 1979-05-27T07:32:00Z",
                                   "[feeds.x]\npath = 'x'\nloop = 1",
                                   "[feeds.x]\npath = 5",
                                   "[feeds.x]\npath = ['x', 5]",
                                   "[feeds.x]\nkind = 'mold'\npath = 'x'",
                                   "[log]\nlevels = 5",
                                   "[log]\nlevels = { '' = 'info' }",
                                   "[log.levels]\n'' = 'info'",
                                   "[metrics]\nenabled = 'yes'",
                                   "[threads.main]\nroles = 'feed'",
                                   "http = 5",
                                   "[[http]]",
                                   "feeds = []",
                                   "[feeds]\nx = 5",
                                   "[threads]\nx = 5",
                                   "top = 1",
                                   "[feeds.'a b']\npath = 'x'",
                                   "[threads.a-name-too-long-for-linux]\nroles = []",
                                   "[instruments.ACME]\nbase = 5"}) {
        EXPECT_EQ(errors_of(text).size(), 1u) << text;
    }
}

TEST(ParseConfig, NamesSectionsOfOtherBuilds) {
    EXPECT_EQ(errors_of("[history]\nroot = 9878\n[sinks.A]\n"),
              (Lines{"t.toml:1: history: is not in this build",
                     "t.toml:3: sinks: is not in this build"}));
}

TEST(ParseConfig, NeverShowsASecret) {
    const std::string secret = "hunter2secret";
    for (const std::string& text : std::vector<std::string>{
             "api_keys = '" + secret + std::string(5'000, 'x') + "'",
             "api_keys = [['" + secret + "']]", "api_keys = { k = '" + secret + "' }",
             "api_keys = [" + secret + "]", "api_keys = ['***', 5]", "api_keys = ['" + secret}) {
        const Lines errors = errors_of("[http]\n" + text);
        EXPECT_FALSE(errors.empty()) << text;
        for (const std::string& line : errors)
            EXPECT_EQ(line.find(secret), line.npos) << line;
    }
    for (const std::string& line : errors_of("", {"http.api_keys={k='" + secret + "'}"}))
        EXPECT_EQ(line.find(secret), line.npos) << line;
}

// --------------------------------------------------------------------------- syntax

TEST(ParseConfig, GoesOnBehindASyntaxError) {
    const Lines errors = errors_of("[http]\nport = \nprot = 1\n[log]\nlevel = = 2\nlevel = 'x'\n");
    ASSERT_EQ(errors.size(), 4u);
    EXPECT_TRUE(errors[0].starts_with("t.toml:2: ")) << errors[0];
    EXPECT_TRUE(errors[1].starts_with("t.toml:3: http.prot: is no known key")) << errors[1];
    EXPECT_TRUE(errors[2].starts_with("t.toml:5: ")) << errors[2];
    EXPECT_TRUE(errors[3].starts_with("t.toml:6: log.level: must be")) << errors[3];
}

TEST(ParseConfig, ReadsUpToABrokenSectionHeader) {
    const Lines errors = errors_of("[http]\nport = 'x'\n[log\nlevel = 5\n");
    ASSERT_EQ(errors.size(), 2u);
    EXPECT_TRUE(errors[0].starts_with("t.toml:2: http.port: ")) << errors[0];
    EXPECT_TRUE(errors[1].starts_with("t.toml:3: ")) << errors[1];
}

TEST(ParseConfig, ReadsUpToAnArrayWithoutAnEnd) {
    const Lines errors = errors_of("[http]\nport = 'x'\n[feeds.a]\npath = ['a',\n\n[log]\nl = 1\n");
    ASSERT_EQ(errors.size(), 2u);
    EXPECT_TRUE(errors[0].starts_with("t.toml:2: http.port: ")) << errors[0];
    EXPECT_TRUE(errors[1].starts_with("t.toml:6: ")) << errors[1];
}

TEST(ParseConfig, TellsTheLineOfWhatTheLibraryAsserts) {
    const Lines errors = errors_of("[http]\nport = 'x'\n\n[#log]\nlevel = 5\n[http]\n");
    EXPECT_EQ(errors, (Lines{"t.toml:2: http.port: must be 0 to 65535, got \"x\"",
                             "t.toml:4: Unexpected character"}));
    EXPECT_EQ(errors_of("[#"), Lines{"t.toml:1: Unexpected character"});
}

TEST(ParseConfig, TakesLettersBeyondAsciiInStringsAndCommentsOnly) {
    EXPECT_EQ(config_of("\xEF\xBB\xBF# \xC3\xA9 . . . . . . . . . . . . . . . . . . . .\n"
                        "[gateway] # \xC3\xA9\nname = \"\xC3\xA9\"\n")
                  .gateway.name,
              "\xC3\xA9");
    EXPECT_EQ(config_of("[gateway]\nname = '\xC3\xA9\"'\n").gateway.name, "\xC3\xA9\"");
    EXPECT_EQ(config_of("[gateway]\nname = \"\\\\\\\"\xC3\xA9\"\n").gateway.name, "\\\"\xC3\xA9");
    EXPECT_EQ(
        config_of("[gateway]\nname = \"\"\"\n\xC3\xA9\\\\\\\n  a\"\"\"\"\" # \"\n").gateway.name,
        "\xC3\xA9\\a\"\"");
    EXPECT_EQ(config_of("[gateway]\nname = '''\\\xC3\xA9'''\n[log]\n").gateway.name, "\\\xC3\xA9");
    const std::string outside = "Has a character beyond ASCII outside of quotes";
    EXPECT_EQ(errors_of("[log]\n\xC3\xA9 = 1\nlevel = \xC2\xA0'info'\n"),
              (Lines{"t.toml:2: " + outside, "t.toml:3: " + outside}));
    EXPECT_EQ(errors_of("[gateway]\nname = '''a\n\n'''\n[\xC3\xA9]\n").at(1),
              "t.toml:5: " + outside);
    EXPECT_EQ(errors_of("[gateway]\nname = \"\"\"\\ \n \xC3\xA9\"\"\"\n").at(0),
              "t.toml:3: Has a character beyond ASCII behind a line that a backslash ends");
    for (const std::string open : {"name = \"a", "name = 'a", "name = \"a\\", "name = \"\"\"a\\",
                                   "name = \"\"\"", "name = '''\n", "name = \"\"\"\\\n"})
        EXPECT_FALSE(errors_of("[gateway]\n" + open).empty()) << open;
}

TEST(ParseConfig, RefusesAKeyThatComesTwice) {
    const Lines errors = errors_of("[http]\nport = 1\nport = 2\n");
    ASSERT_EQ(errors.size(), 1u);
    EXPECT_TRUE(errors[0].starts_with("t.toml:3: ")) << errors[0];
}

TEST(ParseConfig, BoundsWhatItTells) {
    std::string many = "[http]\n";
    for (int i = 0; i < 200; ++i)
        many += "key" + std::to_string(i) + " = 1\n";
    const Lines errors = errors_of(many);
    ASSERT_EQ(errors.size(), config_errors_max + 1);
    EXPECT_EQ(errors.back(), "t.toml: has 100 more errors");

    std::string broken;
    for (int i = 0; i < 100; ++i)
        broken += "= = =\n";
    EXPECT_EQ(errors_of(broken).size(), 16u);

    const std::string long_name(1'000, 'n');
    for (const std::string& line :
         errors_of("[" + long_name + "]\n[http]\n" + long_name + " = '" + long_name + "'\n" +
                   "port = '" + long_name + "'\n[feeds." + long_name + "]\n"))
        EXPECT_LT(line.size(), 200u);
}

TEST(ParseConfig, RefusesLongFilesAndDeepNames) {
    EXPECT_EQ(errors_of(std::string(config_bytes_max + 1, '\n')),
              Lines{"t.toml: is longer than 1048576 bytes"});
    EXPECT_TRUE(errors_of(std::string(config_bytes_max, '\n')).empty());
    std::string deep = "a";
    for (int i = 0; i < 100'000; ++i)
        deep += ".a";
    EXPECT_EQ(errors_of("\n" + deep + " = 1\n"),
              Lines{"t.toml:2: Has a name of more than 16 parts"});
    EXPECT_EQ(errors_of("[http]\nx = '" + std::string(100, '[') + "'\n# " + deep + "\n").size(),
              1u);
    EXPECT_EQ(errors_of("x = " + std::string(100'000, '[')).size(), 1u);
}

// --------------------------------------------------------------------------- keys together

TEST(ParseConfig, ReplacesTheDefaultThreads) {
    const Config config = config_of(
        "[threads]\nshards = 3\n[threads.in]\nroles = ['feed', 'market.1']\ncpu = 0\n"
        "[threads.out]\nroles = ['serving', 'market']\nspin_us = 20\n");
    ASSERT_EQ(config.threads.hosts.size(), 2u);
    const ThreadConfig& in = config.threads.hosts.at("in");
    const ThreadConfig& out = config.threads.hosts.at("out");
    EXPECT_EQ(in, (ThreadConfig{{{RoleKind::feed, {}}, {RoleKind::market, 1}}, 0, 0}));
    EXPECT_EQ(out.spin_us, 20u);
    EXPECT_EQ(market_shards_of(config.threads, in), std::vector<std::uint32_t>{1});
    EXPECT_EQ(market_shards_of(config.threads, out), (std::vector<std::uint32_t>{0, 2}));
}

TEST(ParseConfig, KeepsRolesOfADefaultThreadThatIsNamed) {
    const Config config = config_of("[threads.main]\ncpu = 1\n");
    EXPECT_EQ(config.threads.hosts.at("main").roles, Config{}.threads.hosts.at("main").roles);
    EXPECT_EQ(config.threads.hosts.at("main").cpu, 1u);
}

TEST(ParseConfig, WantsEveryRoleHostedOnce) {
    EXPECT_EQ(errors_of("[threads.a]\nroles = ['feed', 'market']\n"),
              Lines{"t.toml:1: threads: the role \"serving\" is hosted by no thread"});
    EXPECT_EQ(errors_of("[threads.a]\nroles = ['feed', 'market', 'serving']\n[threads.b]\n"
                        "roles = ['market']\n"),
              Lines{"t.toml:4: threads.b.roles: the role \"market.0\" is hosted by \"a\" already; "
                    "each goes to one thread, once"});
    EXPECT_EQ(errors_of("[threads.a]\nroles = ['feed', 'feed', 'market', 'serving']\n").size(), 1u);
    EXPECT_EQ(errors_of("[threads.main]\n[threads.b]\nroles = []\n"),
              Lines{"t.toml:3: threads.b.roles: is missing or empty"});
    EXPECT_EQ(errors_of("[threads.a]\nroles = ['feed', 'market', 'serving', 'market.1']\n"),
              Lines{"t.toml:2: threads.a.roles: \"market.1\" is no shard; threads.shards is 1"});
    EXPECT_EQ(errors_of("[threads.a]\nroles = ['feed', 'market.0', 'serving', 'market.0']\n"),
              Lines{"t.toml:2: threads.a.roles: \"market.0\" comes twice"});
    for (const std::string role : {"disk", "feed.1", "market.", "market.x", "market.100", ""}) {
        EXPECT_EQ(errors_of("[threads.a]\nroles = ['feed', 'market', 'serving', '" + role + "']\n")
                      .size(),
                  1u)
            << role;
    }
}

TEST(ParseConfig, ChecksKeysAgainstEachOther) {
    EXPECT_EQ(errors_of("[feeds.x]\nspeed = 1\n"),
              Lines{"t.toml:1: feeds.x.path: is missing: a capture needs a file"});
    EXPECT_EQ(errors_of("[memory]\ntotal = 1048576\n").at(0),
              "t.toml:2: memory.total: must be at least the parts together, which are 4294967296, "
              "got 1048576");
    EXPECT_EQ(errors_of("[memory]\nbooks = 2000000000\n").at(0),
              "t.toml:1: memory.total: must be at least the parts together, which are 5221225472, "
              "got 4294967296");
    EXPECT_EQ(errors_of("[websocket]\nconflate_after_bytes = 8388608\n").size(), 1u);
    EXPECT_EQ(errors_of("[websocket]\nping_interval_ms = 60000\n").size(), 1u);
    EXPECT_EQ(errors_of("[http]\ntls_certificate = 'c.pem'\n"),
              Lines{"t.toml:1: http.tls_key: is missing: certificate and key go together"});
    EXPECT_EQ(errors_of("[http]\ntls_key = 'k.pem'\n"),
              Lines{"t.toml:1: http.tls_certificate: is missing: certificate and key go together"});
    EXPECT_EQ(errors_of("", {"http.tls_key=k.pem"}),
              Lines{"--set http.tls_key: http.tls_certificate: is missing: certificate and key go "
                    "together"});
}

TEST(ParseConfig, BoundsTheNumberOfMembers) {
    std::string feeds;
    for (int i = 0; i < 66; ++i)
        feeds += "[feeds.f" + std::to_string(i) + "]\npath = 'x'\n";
    EXPECT_EQ(errors_of(feeds),
              (Lines{"t.toml:129: feeds.f64: is beyond the 64 that there may be",
                     "t.toml:131: feeds.f65: is beyond the 64 that there may be"}));
    std::string levels = "[log.levels]\n";
    for (int i = 0; i < 65; ++i)
        levels += "m" + std::to_string(i) + " = 'info'\n";
    EXPECT_EQ(errors_of(levels),
              Lines{"t.toml:66: log.levels.m64: is beyond the 64 modules that there may be"});
    std::string paths = "[feeds.x]\npath = [";
    for (int i = 0; i < 1'025; ++i)
        paths += "'x',";
    EXPECT_EQ(errors_of(paths + "]\n").size(), 1u);
}

// --------------------------------------------------------------------------- options

TEST(ParseConfig, LetsOptionsWinOverTheFile) {
    const Config config = config_of(
        "[http]\nport = 1\n[threads.main]\ncpu = 0\n",
        {"http.port=2", "http.port=3", "threads.main.cpu=1", "log.levels.serve=debug",
         "feeds.x.path=/a b/c=d.itch", "feeds.x.speed=max", "feeds.y.path=['a','b']",
         "gateway.name=5", "http.address=0.0.0.0", "log.level=warning", "http.api_keys=key"});
    EXPECT_EQ(config.http.port, 3u);
    EXPECT_EQ(config.threads.hosts.at("main").cpu, 1u);
    EXPECT_EQ(config.log.levels.at("serve"), LogLevel::debug);
    EXPECT_EQ(config.feeds.at("x").path, Lines{"/a b/c=d.itch"});
    EXPECT_EQ(config.feeds.at("x").speed, Speed{std::nullopt});
    EXPECT_EQ(config.feeds.at("y").path, (Lines{"a", "b"}));
    EXPECT_EQ(config.gateway.name, "5");
    EXPECT_EQ(config.http.address, "0.0.0.0");
    EXPECT_EQ(config.log.level, LogLevel::warning);
    EXPECT_EQ(config.http.api_keys, std::vector{Secret{"key"}});
}

TEST(ParseConfig, MovesTheRolesThatAnOptionGivesToAThread) {
    using Hosts = std::map<std::string, std::vector<HostedRole>>;
    const auto hosts = [](const std::string& file, const std::vector<std::string>& options) {
        Hosts all;
        for (const auto& [name, host] : config_of(file, options).threads.hosts)
            all[name] = host.roles;
        return all;
    };
    const HostedRole feed{RoleKind::feed, {}};
    const HostedRole market{RoleKind::market, {}};
    const HostedRole serving{RoleKind::serving, {}};
    EXPECT_EQ(hosts("", {"threads.out.roles=['serving']"}),
              (Hosts{{"main", {feed, market}}, {"out", {serving}}}));
    EXPECT_EQ(hosts("", {"threads.in.roles=['feed','market']", "threads.out.roles=['serving']"}),
              (Hosts{{"in", {feed, market}}, {"out", {serving}}}));
    EXPECT_EQ(hosts("", {"threads.main.roles=['serving','market','feed']"}),
              (Hosts{{"main", {serving, market, feed}}}));
    EXPECT_EQ(hosts("", {"threads.a.roles=['serving','market','feed']", "threads.a.cpu=1"}),
              (Hosts{{"a", {serving, market, feed}}}));
    EXPECT_EQ(hosts("[threads.a]\nroles=['feed','market']\n[threads.b]\nroles=['serving']\n",
                    {"threads.b.roles=['serving','feed']"}),
              (Hosts{{"a", {market}}, {"b", {serving, feed}}}));
    const HostedRole second{RoleKind::market, 1};
    EXPECT_EQ(hosts("", {"threads.shards=2", "threads.two.roles=['market.1']"}),
              (Hosts{{"main", {feed, market, serving}}, {"two", {second}}}));
    EXPECT_EQ(hosts("[threads]\nshards=2\n[threads.a]\nroles=['feed','market','serving']\n"
                    "[threads.b]\nroles=['market.1']\n",
                    {"threads.c.roles=['market.1']"}),
              (Hosts{{"a", {feed, market, serving}}, {"c", {second}}}));
}

TEST(ParseConfig, StillWantsEveryRoleHostedWhenAnOptionTakesOneAway) {
    EXPECT_EQ(
        errors_of("", {"threads.main.roles=['feed','market']"}),
        Lines{"--set threads.main.roles: threads: the role \"serving\" is hosted by no thread"});
    EXPECT_EQ(errors_of("", {"threads.a.roles=['serving']", "threads.a.roles=['feed']"}),
              Lines{"--set threads.a.roles: threads: the role \"serving\" is hosted by no thread"});
    EXPECT_EQ(errors_of("", {"threads.a.roles=[]"}),
              Lines{"--set threads.a.roles: is missing or empty"});
}

TEST(ParseConfig, NamesTheOptionThatIsWrong) {
    EXPECT_EQ(
        errors_of(
            "[http]\nport = 'x'\n",
            {"http.port=77777", "nonsense", "=5", "a b=5", "http=5", "history.x=1", "http.x=1\ny=2",
             "http\n.port=5", "memory.total=1", "feeds.x.kind=mold", "feeds.x.path=\xE0z"}),
        (Lines{"t.toml:2: http.port: must be 0 to 65535, got \"x\"",
               "--set http.port: must be 0 to 65535, got 77777",
               "--set nonsense: must be section.key=value, in UTF-8",
               "--set : must be section.key=value, in UTF-8",
               "--set a b: must be section.key=value, in UTF-8",
               "--set http: must be a section, got an integer",
               "--set history.x: history: is not in this build", "--set http.x: is no known key",
               "--set http\n.port: must be section.key=value, in UTF-8",
               "--set memory.total: must be 1048576 to 1099511627776, got 1",
               "--set feeds.x.kind: must be \"capture\", \"itch-mold\", \"itch-soup\" or "
               "\"json\", got \"mold\"",
               "--set feeds.x.path: must be section.key=value, in UTF-8"}));
}

TEST(ParseConfig, RemembersWhereKeysWereGiven) {
    const std::vector<std::string> options{"log.level=info"};
    const auto parsed = parse_config("[http]\nport = 5\n[log]\nlevel = 'off'\n", "t.toml", options);
    ASSERT_EQ(parsed.given.size(), 2u);
    EXPECT_EQ(parsed.given.at("http.port").line, 2u);
    EXPECT_EQ(parsed.given.at("log.level").source, "--set log.level");
}

}  // namespace
}  // namespace tickweir::gateway
