// From a simulated market through a simulated feed into books: a whole feed gives the market's
// books, a damaged one says what is missing.
#include <gmock/gmock.h>
#include <simdjson.h>

#include <string>
#include <vector>

#include "tests/end_to_end/run_program.hpp"

namespace tickweir::tests {
namespace {

using replay::tests::TempDir;
using Arguments = std::vector<std::string>;

const Arguments market{"--seed", "11", "--instruments", "8", "--messages", "60000"};

void simulate(const std::string& out, Arguments more = {}) {
    Arguments arguments{"simulate", "--out", out};
    arguments.insert(arguments.end(), market.begin(), market.end());
    arguments.insert(arguments.end(), more.begin(), more.end());
    const Finished run = run_program(arguments);
    EXPECT_EQ(run.status, 0) << run.err;
}

std::string json_of(const std::string& command, const std::string& capture,
                    const Arguments& more = {}) {
    Arguments arguments{command, capture, "--json"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const Finished run = run_program(arguments);
    EXPECT_EQ(run.status, 0) << run.err;
    return run.out;
}

std::uint64_t number(const std::string& json, const char* pointer) {
    simdjson::dom::parser parser;
    simdjson::dom::element root;
    std::uint64_t value = 0;
    if (parser.parse(json).get(root) != simdjson::SUCCESS ||
        root.at_pointer(pointer).get(value) != simdjson::SUCCESS)
        ADD_FAILURE() << "no number at " << pointer << " in " << json;
    return value;
}

/// The part of a replay's document that tells the books.
std::string books(const std::string& json) {
    simdjson::dom::parser parser;
    simdjson::dom::element root;
    simdjson::dom::object instruments;
    if (parser.parse(json).get(root) != simdjson::SUCCESS ||
        root["instruments"].get(instruments) != simdjson::SUCCESS) {
        ADD_FAILURE() << "no instruments in " << json;
        return {};
    }
    EXPECT_EQ(instruments.size(), 8u);
    return simdjson::minify(instruments);
}

TEST(SimulatedFeed, BothLinesTogetherGiveTheBooksOfTheMarket) {
    const TempDir directory;
    const std::string file = directory / "market.itch.gz";
    const std::string feed = directory / "feed.pcap";
    simulate(file);
    simulate(feed, {"--loss", "0", "--lines", "A,B"});
    const std::string expected = json_of("replay", file, {"--date", "2024-01-02", "--digest"});
    const std::string got = json_of("replay", feed, {"--digest"});
    EXPECT_EQ(number(expected, "/messages"), 60'000u);
    EXPECT_EQ(number(got, "/messages"), 60'000u);
    EXPECT_EQ(books(got), books(expected));
}

TEST(SimulatedFeed, LossIsReportedWithThePlaceAndCount) {
    const TempDir directory;
    const std::string feed = directory / "feed.pcap.zst";
    simulate(feed, {"--loss", "0.02"});
    const std::string inspected = json_of("inspect", feed);
    const std::uint64_t lost = number(inspected, "/packets/lost_messages");
    EXPECT_GT(lost, 300u);
    EXPECT_EQ(number(inspected, "/messages") + lost, 60'000u);
    EXPECT_GT(number(inspected, "/gaps/0/messages"), 0u);
    EXPECT_GT(number(inspected, "/gaps/0/first_missing"), 0u);
    const std::string replayed = json_of("replay", feed);
    EXPECT_EQ(number(replayed, "/lost_messages"), lost);
    EXPECT_EQ(number(replayed, "/messages") + lost, 60'000u);
}

TEST(SimulatedFeed, ACutFileIsReportedUpToTheCut) {
    const TempDir directory;
    const std::string file = directory / "market.itch";
    simulate(file);
    std::filesystem::resize_file(file, std::filesystem::file_size(file) / 2);
    const Finished inspected = run_program({"inspect", file, "--json"});
    EXPECT_EQ(inspected.status, 3);
    EXPECT_THAT(inspected.err, testing::MatchesRegex("tickweir inspect: [^\n]+market[^\n]+\n"));
    const Finished replayed = run_program({"replay", file, "--json"});
    EXPECT_EQ(replayed.status, 3);
    EXPECT_GT(number(inspected.out, "/messages"), 20'000u);
    EXPECT_EQ(number(inspected.out, "/messages"), number(replayed.out, "/messages"));
}

}  // namespace
}  // namespace tickweir::tests
