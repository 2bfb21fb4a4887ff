// What each command line means, and what is said of those that mean nothing.
#include "gateway/cli.hpp"

#include <gmock/gmock.h>

#include <chrono>
#include <initializer_list>
#include <vector>

namespace tickweir::gateway {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Not;

using Arguments = std::vector<const char*>;

/// The options of type `Options`, or a failed test and the defaults.
template <class Options>
Options parsed(const Arguments& arguments) {
    const CommandLine line = parse_command_line(arguments);
    if (const auto* const wrong = std::get_if<WrongUsage>(&line)) ADD_FAILURE() << wrong->line;
    const auto* const options = std::get_if<Options>(&line);
    EXPECT_NE(options, nullptr);
    return options != nullptr ? *options : Options{};
}

/// The complaint; empty where there is none.
std::string complaint(const Arguments& arguments) {
    const CommandLine line = parse_command_line(arguments);
    const auto* const wrong = std::get_if<WrongUsage>(&line);
    return wrong != nullptr ? wrong->line : "";
}

std::string shown(const Arguments& arguments) {
    const CommandLine line = parse_command_line(arguments);
    const auto* const text = std::get_if<ShowText>(&line);
    return text != nullptr ? text->text : "";
}

TEST(CommandLine, TellsItsVersion) {
    EXPECT_THAT(shown({"--version"}), MatchesRegex("tickweir [0-9]+\\.[0-9]+\\.[0-9]+\n"));
}

TEST(CommandLine, ListsTheCommandsThereAre) {
    for (const char* const help : {"--help", "-h"}) {
        EXPECT_THAT(shown({help}), AllOf(HasSubstr("\n  replay "), HasSubstr("\n  inspect "),
                                         HasSubstr("\n  simulate "), HasSubstr("\n  serve "),
                                         HasSubstr("\n  query "), HasSubstr("\n  publish "),
                                         HasSubstr("Exit status: 0 fine")));
    }
}

TEST(CommandLine, ExplainsEveryOptionOfACommand) {
    const std::string replay = shown({"replay", "--help"});
    for (const char* const option :
         {"--json", "--symbols A,B", "--depth N", "--max-messages N", "--until TIME", "--at TIME",
          "--date YYYY-MM-DD", "--timezone ZONE", "--format itch|pcap|json", "--venue ID",
          "--threads N", "--strict", "--digest", "--include-io", "--events FILE",
          "--top-every DURATION FILE", "CAPTURE"})
        EXPECT_THAT(replay, HasSubstr(option));
    const std::string inspect = shown({"inspect", "--help"});
    for (const char* const option : {"--messages N", "--format itch|pcap|json", "--date YYYY-MM-DD",
                                     "--timezone ZONE", "--json", "CAPTURE"})
        EXPECT_THAT(inspect, HasSubstr(option));
    const std::string simulate = shown({"simulate", "--help"});
    for (const char* const option :
         {"--out FILE", "--format itch|pcap", "--seed N", "--instruments N", "--messages N",
          "--profile NAME", "--live-orders N", "--date YYYY-MM-DD", "--loss P", "--duplicate P",
          "--reorder P", "--lines A[,B]"})
        EXPECT_THAT(simulate, HasSubstr(option));
}

TEST(CommandLine, HelpWinsOverMissingArguments) {
    EXPECT_THAT(shown({"inspect", "--messages", "3", "--help"}), HasSubstr("tickweir inspect"));
    EXPECT_THAT(shown({"simulate", "-h"}), HasSubstr("tickweir simulate"));
}

TEST(CommandLine, HasDefaultsForReplay) {
    const auto options = parsed<ReplayOptions>({"replay", "x.itch"});
    EXPECT_EQ(options.captures, std::vector<std::filesystem::path>{"x.itch"});
    EXPECT_FALSE(options.format || options.date || options.max_messages || options.until ||
                 options.at || options.events || options.top_every);
    EXPECT_FALSE(options.json || options.strict || options.digest || options.include_io);
    EXPECT_EQ(options.venue, "nasdaq");
    EXPECT_EQ(options.timezone, "America/New_York");
    EXPECT_EQ(options.depth, 10u);
    EXPECT_FALSE(options.threads) << "as many as pay";
    EXPECT_TRUE(options.symbols.empty());
}

TEST(CommandLine, TakesEveryOptionOfReplay) {
    const auto options = parsed<ReplayOptions>({"replay",      "a.itch",
                                                "--json",      "b.pcap",
                                                "--symbols",   "AAPL,MSFT",
                                                "--depth",     "5",
                                                "--format",    "pcap",
                                                "--until",     "09:30:00.5",
                                                "--at=1234",   "--date",
                                                "2020-01-30",  "--strict",
                                                "--threads",   "2",
                                                "--venue",     "x",
                                                "--timezone",  "UTC",
                                                "--digest",    "--include-io",
                                                "--events",    "events.jsonl",
                                                "--top-every", "100ms",
                                                "top.csv",     "--max-messages",
                                                "77"});
    EXPECT_EQ(options.captures, (std::vector<std::filesystem::path>{"a.itch", "b.pcap"}));
    EXPECT_EQ(options.symbols, (std::vector<std::string>{"AAPL", "MSFT"}));
    EXPECT_EQ(options.depth, 5u);
    EXPECT_EQ(options.format, replay::CaptureFormat::pcap);
    EXPECT_EQ(options.until, SessionTime{SinceMidnight{34'200'500ms}});
    EXPECT_EQ(options.at, SessionTime{book::TimeNs{1234ns}});
    EXPECT_EQ(options.date, std::chrono::year{2020} / 1 / 30);
    EXPECT_EQ(options.threads, 2u);
    EXPECT_EQ(options.venue, "x");
    EXPECT_EQ(options.timezone, "UTC");
    EXPECT_EQ(options.events, "events.jsonl");
    ASSERT_TRUE(options.top_every);
    EXPECT_EQ(options.top_every->every, 100ms);
    EXPECT_EQ(options.top_every->file, "top.csv");
    EXPECT_EQ(options.max_messages, 77u);
    EXPECT_TRUE(options.json && options.strict && options.digest && options.include_io);
}

TEST(CommandLine, TakesCapturesBehindAnOptionOfTwoValues) {
    const auto options =
        parsed<ReplayOptions>({"replay", "--top-every", "1s", "top.csv", "a.itch", "b.itch"});
    EXPECT_EQ(options.captures, (std::vector<std::filesystem::path>{"a.itch", "b.itch"}));
}

TEST(CommandLine, TakesEveryOptionOfInspect) {
    const auto options =
        parsed<InspectOptions>({"inspect", "x.gz", "--messages", "12", "--format", "itch", "--date",
                                "2019-12-30", "--timezone", "UTC", "--json"});
    EXPECT_EQ(options.capture, "x.gz");
    EXPECT_EQ(options.messages, 12u);
    EXPECT_EQ(options.format, replay::CaptureFormat::itch);
    EXPECT_EQ(options.date, std::chrono::year{2019} / 12 / 30);
    EXPECT_EQ(options.timezone, "UTC");
    EXPECT_TRUE(options.json);
    const auto defaults = parsed<InspectOptions>({"inspect", "--", "-odd name"});
    EXPECT_EQ(defaults.capture, "-odd name");
    EXPECT_EQ(defaults.messages, 0u);
    EXPECT_FALSE(defaults.format || defaults.date || defaults.json);
}

TEST(CommandLine, TakesEveryOptionOfServe) {
    const auto defaults = parsed<ServeOptions>({"serve"});
    EXPECT_FALSE(defaults.config || defaults.replay || defaults.loop || defaults.print_config);
    const auto options = parsed<ServeOptions>(
        {"serve", "--config", "c.toml", "--set", "http.port=0", "--set", "log.level=debug",
         "--replay", "x.itch", "--speed", "2.5", "--loop", "--print-config"});
    EXPECT_EQ(options.config, "c.toml");
    EXPECT_EQ(options.set, (std::vector<std::string>{"http.port=0", "log.level=debug"}));
    EXPECT_EQ(options.replay, "x.itch");
    EXPECT_EQ(options.speed, "2.5");
    EXPECT_TRUE(options.loop && options.print_config);
}

TEST(CommandLine, TakesEveryOptionOfAdmin) {
    const auto defaults = parsed<AdminOptions>({"admin", "sessions"});
    EXPECT_EQ(defaults.action, AdminOptions::Action::sessions);
    EXPECT_TRUE(defaults.names.empty());
    EXPECT_EQ(defaults.url, "http://127.0.0.1:9879");
    const auto all = parsed<AdminOptions>(
        {"admin", "reset", "A", "B", "--url", "http://[::1]:1", "--token-file", "t", "--by", "ann",
         "--next-inbound", "7", "--next-outbound", "8", "--timeout", "5s", "--json"});
    EXPECT_EQ(all.action, AdminOptions::Action::reset);
    EXPECT_EQ(all.names, (std::vector<std::string>{"A", "B"}));
    EXPECT_EQ(all.token_file, "t");
    EXPECT_EQ(all.by, "ann");
    EXPECT_EQ(all.next_inbound, 7U);
    EXPECT_EQ(all.next_outbound, 8U);
    EXPECT_EQ(all.timeout, std::chrono::seconds{5});
    EXPECT_TRUE(all.json);
    EXPECT_THAT(complaint({"admin"}), HasSubstr("tickweir admin: ACTION is required"));
    EXPECT_THAT(complaint({"admin", "stop"}), HasSubstr("'stop' is not one of sessions, logout"));
    const auto kill = parsed<AdminOptions>(
        {"admin", "kill", "--session", "S", "--account", "A", "--instrument", "I"});
    EXPECT_EQ(kill.session, "S");
    EXPECT_EQ(kill.account, "A");
    EXPECT_EQ(kill.instrument, "I");
    EXPECT_TRUE(parsed<AdminOptions>({"admin", "kill", "--all"}).all);
    const auto mode = parsed<AdminOptions>({"admin", "mode", "--floor", "L1", "--ceiling", "L3"});
    EXPECT_EQ(mode.floor, "L1");
    EXPECT_EQ(mode.ceiling, "L3");
    const auto deposit =
        parsed<AdminOptions>({"admin", "deposit", "A1", "--asset", "USD", "--amount", "12.5"});
    EXPECT_EQ(deposit.asset, "USD");
    EXPECT_EQ(deposit.amount, "12.5");
    const auto correct =
        parsed<AdminOptions>({"admin", "correct", "7", "--price", "1", "--quantity", "2"});
    EXPECT_EQ(correct.price, "1");
    EXPECT_EQ(correct.quantity, "2");
    EXPECT_EQ(parsed<AdminOptions>({"admin", "breaker", "S", "--force", "open"}).force, "open");
    EXPECT_THAT(complaint({"admin", "kill"}), HasSubstr("kill needs --session"));
    EXPECT_THAT(complaint({"admin", "logout"}), HasSubstr("which SESSION?"));
    EXPECT_THAT(complaint({"admin", "reset", "A", "--next-inbound", "0"}),
                HasSubstr("--next-inbound"));
}

TEST(CommandLine, TakesEveryOptionOfVerify) {
    const auto defaults = parsed<VerifyOptions>({"verify", "--data", "d"});
    EXPECT_EQ(defaults.data, "d");
    EXPECT_FALSE(defaults.json || defaults.dump || defaults.config);
    const auto options = parsed<VerifyOptions>(
        {"verify", "--data", "d", "--json", "--dump", "0", "--config", "c.toml"});
    EXPECT_TRUE(options.json);
    EXPECT_EQ(options.dump, 0u);
    EXPECT_EQ(options.config, "c.toml");
    EXPECT_THAT(complaint({"verify"}), HasSubstr("tickweir verify: --data is required"));
    EXPECT_THAT(complaint({"verify", "--data", "d", "--dump", "-1"}), HasSubstr("--dump"));
}

TEST(CommandLine, TakesEveryOptionOfHashPassword) {
    EXPECT_EQ(parsed<HashPasswordOptions>({"hash-password"}).log_n, 14u);
    EXPECT_EQ(parsed<HashPasswordOptions>({"hash-password", "--ln", "10"}).log_n, 10u);
    EXPECT_THAT(complaint({"hash-password", "--ln", "17"}), HasSubstr("--ln"));
    EXPECT_THAT(complaint({"hash-password", "secret"}), HasSubstr("tickweir"));
}

TEST(CommandLine, TakesEveryOptionOfQuery) {
    using Subject = QueryOptions::Subject;
    const auto status = parsed<QueryOptions>({"query", "status"});
    EXPECT_EQ(status.subject, Subject::status);
    EXPECT_EQ(status.url, "http://127.0.0.1:8080");
    EXPECT_EQ(status.depth, 10U);
    EXPECT_EQ(status.limit, 100U);
    EXPECT_EQ(status.timeout, 10s);
    EXPECT_FALSE(status.key || status.json);
    const auto options = parsed<QueryOptions>({"query", "book", "AAPL", "nasdaq:MSFT", "--url",
                                               "https://host:1", "--depth", "5", "--limit", "7",
                                               "--key", "secret", "--timeout", "500ms", "--json"});
    EXPECT_EQ(options.subject, Subject::book);
    EXPECT_EQ(options.instruments, (std::vector<std::string>{"AAPL", "nasdaq:MSFT"}));
    EXPECT_EQ(options.url, "https://host:1");
    EXPECT_EQ(options.depth, 5U);
    EXPECT_EQ(options.limit, 7U);
    EXPECT_EQ(options.key, "secret");
    EXPECT_EQ(options.timeout, 500ms);
    EXPECT_TRUE(options.json);
    EXPECT_EQ(parsed<QueryOptions>({"query", "quote", "A"}).subject, Subject::quote);
    EXPECT_EQ(parsed<QueryOptions>({"query", "trades", "A"}).subject, Subject::trades);
    EXPECT_EQ(parsed<QueryOptions>({"query", "instruments"}).subject, Subject::instruments);
}

TEST(CommandLine, TakesEveryOptionOfSimulate) {
    const auto options = parsed<SimulateOptions>({"simulate",
                                                  "--out",
                                                  "x",
                                                  "--format",
                                                  "pcap",
                                                  "--seed",
                                                  "18446744073709551615",
                                                  "--instruments",
                                                  "7",
                                                  "--messages",
                                                  "5000",
                                                  "--profile",
                                                  "crash",
                                                  "--live-orders",
                                                  "900",
                                                  "--date",
                                                  "2020-01-30",
                                                  "--loss",
                                                  "0.25",
                                                  "--duplicate",
                                                  "0.000000001",
                                                  "--reorder",
                                                  "0",
                                                  "--lines",
                                                  "A,B"});
    EXPECT_EQ(options.out, "x");
    EXPECT_EQ(options.format, SimulateOptions::Format::pcap);
    EXPECT_EQ(options.market.seed, 18446744073709551615u);
    EXPECT_EQ(options.market.instruments, 7u);
    EXPECT_EQ(options.market.messages, 5000u);
    EXPECT_EQ(options.market.profile, replay::Profile::crash);
    EXPECT_EQ(options.market.live_orders, 900u);
    EXPECT_EQ(options.date, std::chrono::year{2020} / 1 / 30);
    EXPECT_EQ(options.faults, (LineFaults{{250'000'000}, {1}, {0}}));
    EXPECT_TRUE(options.second_line);
}

TEST(CommandLine, TellsTheFormatOfASimulationByTheName) {
    using Format = SimulateOptions::Format;
    const auto format = [](const char* out) {
        return parsed<SimulateOptions>({"simulate", "--out", out}).format;
    };
    EXPECT_EQ(format("x.itch"), Format::itch);
    EXPECT_EQ(format("x.pcap"), Format::pcap);
    EXPECT_EQ(format("x.pcap.gz"), Format::pcap);
    EXPECT_EQ(format("x.pcap.zst"), Format::pcap);
    EXPECT_EQ(format("x.itch.zst"), Format::itch);
    EXPECT_EQ(format("pcap"), Format::itch);
}

struct Mistake {
    Arguments arguments;
    const char* complaint;
};

TEST(CommandLine, NamesWhatIsWrong) {
    const std::initializer_list<Mistake> mistakes{
        {{}, "tickweir: a command is missing; there are replay, inspect, simulate"},
        {{"frob"}, "tickweir: unknown command 'frob'; there are replay, inspect, simulate"},
        {{"--frob"}, "tickweir: unknown option '--frob'"},
        {{"--json", "inspect", "x"}, "unknown option '--json'"},
        {{"replay"}, "tickweir replay: CAPTURE is required"},
        {{"inspect"}, "tickweir inspect: CAPTURE is required"},
        {{"inspect", "--frob"}, "tickweir inspect: unknown option '--frob'"},
        {{"inspect", "a", "-x"}, "unknown option '-x'"},
        {{"inspect", "--mess", "5", "a"}, "unknown option '--mess'"},
        {{"inspect", "a", "b"}, "unexpected argument 'b'"},
        {{"inspect", ""}, "CAPTURE: the text is empty"},
        {{"inspect", "a", "--messages"}, "--messages needs a value"},
        {{"inspect", "a", "--messages", "many"}, "--messages: 'many' is not a whole number"},
        {{"inspect", "a", "--messages", "-1"}, "--messages: '-1' is not a whole number"},
        {{"inspect", "a", "--messages", "18446744073709551616"}, "is not between 0 and"},
        {{"inspect", "a", "--messages", "1", "--messages", "2"}, "given more than once"},
        {{"inspect", "a", "--date", "1.1.2020"}, "--date: '1.1.2020' is not a date"},
        {{"inspect", "a", "--date", "2023-02-29"}, "a date that does not exist"},
        {{"inspect", "a", "--format", "csv"}, "--format: 'csv' is not one of itch, pcap, json"},
        {{"inspect", "a", "--json=1"}, "--json takes no value"},
        {{"replay", "a", "--depth", "0"}, "--depth: 0 is not between 1 and 100000"},
        {{"replay", "a", "--threads", "65"}, "--threads: 65 is not between 1 and 64"},
        {{"replay", "a", "--symbols", "A,,B"}, "--symbols: 'A,,B' has an empty part"},
        {{"replay", "a", "--symbols", "A,A"}, "--symbols: 'A,A' names A twice"},
        {{"replay", "a", "--at", "25:00:00"}, "--at: '25:00:00' is no time of a day"},
        {{"replay", "a", "--until", "noon"}, "--until: 'noon' is not a time"},
        {{"replay", "a", "--top-every", "1s"}, "--top-every needs 2 values"},
        {{"replay", "a", "--top-every", "1x", "f"}, "--top-every: '1x' is not a duration"},
        {{"serve", "--speed", "max"}, "--speed and --loop go with --replay"},
        {{"serve", "--loop"}, "--speed and --loop go with --replay"},
        {{"serve", "--replay"}, "--replay needs a value"},
        {{"serve", "x"}, "unexpected argument 'x'"},
        {{"query"}, "SUBJECT is required"},
        {{"query", "weather"}, "'weather' is not one of quote, book, trades, instruments, status"},
        {{"query", "book"}, "which INSTRUMENT?"},
        {{"query", "status", "A"}, "'A' is unexpected: this is about no INSTRUMENT"},
        {{"query", "quote", "A", "--depth", "1001"}, "--depth: 1001 is not between 1 and 1000"},
        {{"query", "trades", "A", "--limit", "0"}, "--limit: 0 is not between 1 and 1000"},
        {{"query", "status", "--timeout", "1us"}, "--timeout: '1us' is "},
        {{"query", "status", "--timeout", "soon"}, "--timeout: 'soon' is not a duration"},
        {{"simulate"}, "--out is required"},
        {{"simulate", "--out", "x", "--format", "fix"}, "'fix' is not one of itch, pcap"},
        {{"simulate", "--out", "x", "--profile", "wild"},
         "--profile: 'wild' is not one of calm, open, volatile, crash"},
        {{"simulate", "--out", "x", "--instruments", "65536"}, "is not between 1 and 65535"},
        {{"simulate", "--out", "x.pcap", "--loss", "1"}, "--loss: 1 is not a probability"},
        {{"simulate", "--out", "x.pcap", "--loss", "-0.5"}, "--loss: -0.5 is not a probability"},
        {{"simulate", "--out", "x.pcap", "--loss", "1e-3"}, "'1e-3' is not a decimal number"},
        {{"simulate", "--out", "x.pcap", "--loss", "0.0000000001"}, "more than nine decimals"},
        {{"simulate", "--out", "x.pcap", "--lines", "A,C"}, "--lines: 'C' is neither A nor B"},
        {{"simulate", "--out", "x.pcap", "--lines", "B"}, "--lines: B goes with A only"},
        {{"simulate", "--out", "x.itch", "--loss", "0.1"}, "need --format pcap"},
        {{"simulate", "--out", "x.itch", "--lines", "A"}, "needs --format pcap"},
        {{"simulate", "--out", "x.itch", "--date", "2020-01-01"}, "need --format pcap"},
    };
    for (const Mistake& mistake : mistakes) {
        const std::string said = complaint(mistake.arguments);
        EXPECT_THAT(said, HasSubstr(mistake.complaint));
        EXPECT_THAT(said, HasSubstr("; see tickweir"));
        EXPECT_EQ(said.find('\n'), std::string::npos) << said;
    }
}

}  // namespace
}  // namespace tickweir::gateway
