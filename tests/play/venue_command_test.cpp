// `tickweir venue` and `tickweir simulate --format json` as their arguments say.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "gateway/cli.hpp"

namespace tickweir::gateway {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

template <class Options>
std::variant<Options, std::string> parse(const std::vector<const char*>& arguments) {
    const CommandLine line = parse_command_line(arguments);
    if (const auto* const options = std::get_if<Options>(&line)) return *options;
    if (const auto* const wrong = std::get_if<WrongUsage>(&line)) return wrong->line;
    return "another command";
}

template <class Options>
Options parsed(const std::vector<const char*>& arguments) {
    const auto options = parse<Options>(arguments);
    if (const auto* const why = std::get_if<std::string>(&options)) ADD_FAILURE() << *why;
    const auto* const good = std::get_if<Options>(&options);
    return good != nullptr ? *good : Options{};
}

template <class Options>
std::string complaint(const std::vector<const char*>& arguments) {
    const auto options = parse<Options>(arguments);
    const auto* const why = std::get_if<std::string>(&options);
    return why != nullptr ? *why : "";
}

TEST(VenueCommand, UnderstandsAllItsOptions) {
    const auto plain = parsed<VenueOptions>({"venue", "x.jsonl"});
    EXPECT_EQ(plain.capture, "x.jsonl");
    EXPECT_EQ(plain.speed, 1'000'000U);
    EXPECT_EQ(plain.address, "127.0.0.1");
    EXPECT_EQ(plain.port, 0);
    EXPECT_FALSE(plain.tls || plain.loop || plain.venue || plain.certificate);
    const auto full = parsed<VenueOptions>(
        {"venue",        "x.jsonl", "--port",  "8443",   "--address",           "0.0.0.0",
         "--tls",        "--speed", "max",     "--loop", "--write-certificate", "c.pem",
         "--drop-after", "10",      "--delay", "250",    "--kill-every",        "1.5",
         "--gap-every",  "7",       "--venue", "okx"});
    EXPECT_EQ(full.port, 8'443);
    EXPECT_EQ(full.address, "0.0.0.0");
    EXPECT_TRUE(full.tls && full.loop);
    EXPECT_FALSE(full.speed);
    EXPECT_EQ(full.write_certificate, "c.pem");
    EXPECT_EQ(full.faults.drop_after, 10U);
    EXPECT_EQ(full.faults.delay, 250ms);
    EXPECT_EQ(full.faults.gap_every, 7U);
    EXPECT_EQ(full.kill_every, 1'500ms);
    EXPECT_EQ(full.venue, codecs::json::VenueId::okx);
}

TEST(VenueCommand, NamesWhatIsWrong) {
    const std::vector<std::pair<std::vector<const char*>, const char*>> wrong{
        {{"venue"}, "CAPTURE is required"},
        {{"venue", "x", "--port", "65536"}, "65536"},
        {{"venue", "x", "--key", "k"}, "--certificate and --key go together"},
        {{"venue", "x", "--certificate", "c", "--key", "k"}, "need --tls"},
        {{"venue", "x", "--venue", "nyse"}, "'nyse' is not one of binance-spot"},
        {{"venue", "x", "--speed", "0"}, "--speed"},
        {{"venue", "x", "--delay", "60001"}, "--delay"},
        {{"venue", "x", "--gap-every", "0"}, "--gap-every"},
    };
    for (const auto& [arguments, why] : wrong)
        EXPECT_THAT(complaint<VenueOptions>(arguments), HasSubstr(why));
}

TEST(SimulateCommand, TakesJsonByFormatOrName) {
    using Format = SimulateOptions::Format;
    const auto by_name = parsed<SimulateOptions>({"simulate", "--out", "x.jsonl.gz"});
    EXPECT_EQ(by_name.format, Format::json);
    EXPECT_EQ(by_name.venue, codecs::json::VenueId::binance_spot);
    const auto asked = parsed<SimulateOptions>(
        {"simulate", "--out", "x", "--format", "json", "--venue", "kraken-v2", "--loss", "0.01"});
    EXPECT_EQ(asked.format, Format::json);
    EXPECT_EQ(asked.venue, codecs::json::VenueId::kraken_v2);
    EXPECT_THAT(complaint<SimulateOptions>({"simulate", "--out", "x", "--venue", "okx"}),
                HasSubstr("--venue needs --format json"));
    EXPECT_THAT(complaint<SimulateOptions>({"simulate", "--out", "x.jsonl", "--venue", "nyse"}),
                HasSubstr("'nyse' is not one of"));
    EXPECT_THAT(complaint<SimulateOptions>({"simulate", "--out", "x.jsonl", "--lines", "A"}),
                HasSubstr("--lines needs --format pcap"));
}

}  // namespace
}  // namespace tickweir::gateway
