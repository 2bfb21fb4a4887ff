// `tickweir replay` as a user runs it, on recorded captures.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "replay/byte_source.hpp"
#include "tests/end_to_end/run_program.hpp"

namespace tickweir::tests {
namespace {

namespace fs = std::filesystem;
using replay::tests::Buffer;
using replay::tests::TempDir;
using testing::HasSubstr;

const fs::path packed = fs::path{TICKWEIR_DATA} / "itch/bitstamp-btcusd-2015-05-01.itch.gz";

class ReplayProgram : public testing::Test {
protected:
    void SetUp() override {
        if (!fs::exists(packed)) GTEST_SKIP() << "no recorded captures in " << TICKWEIR_DATA;
    }
    TempDir directory_;
};

/// The members of the only instrument.
std::string instrument_of(const std::string& json) {
    return json.substr(json.find("\"BTCUSD\""));
}

TEST_F(ReplayProgram, GivesTheSameBooksHoweverItIsAsked) {
    const Finished once = run_program({"replay", packed, "--json"});
    EXPECT_EQ(once.status, 0);
    EXPECT_EQ(once.err, "");
    EXPECT_THAT(once.out, HasSubstr("\"messages\": 241617, \"bytes\": 7195899, "));
    EXPECT_THAT(once.out, HasSubstr(R"("open_orders": 439, "book_crc32": "7fd2efb1", )"));
    const std::vector<std::vector<std::string>> ways{
        {"--threads", "2"},      {"--include-io"},     {"--threads", "2", "--include-io"},
        {"--symbols", "BTCUSD"}, {"--format", "itch"}, {"--until", "24:00:00"},
        {"--at", "24:00:00"},    {"--strict"}};
    for (const std::vector<std::string>& way : ways) {
        std::vector<std::string> arguments{"replay", packed, "--json"};
        arguments.insert(arguments.end(), way.begin(), way.end());
        const Finished again = run_program(arguments);
        EXPECT_EQ(again.status, 0) << way[0];
        EXPECT_EQ(instrument_of(again.out), instrument_of(once.out)) << way[0];
    }
}

TEST_F(ReplayProgram, WritesFilesBesideItsResult) {
    const fs::path events = directory_ / "events.jsonl";
    const fs::path top = directory_ / "top.csv";
    const Finished ran = run_program({"replay", packed, "--json", "--digest", "--events", events,
                                      "--top-every", "1h", top, "--depth", "1"});
    EXPECT_EQ(ran.status, 0) << ran.err;
    EXPECT_THAT(ran.out, HasSubstr(R"("bbo_changes": 17968, "bbo_crc32": "01d4691d")"));
    const std::string lines = text_of(events);
    // Every A, D and E changes the book, and every E is a trade too.
    EXPECT_EQ(std::count(lines.begin(), lines.end(), '\n'), 118'955 + 114'349 + 2 * 8'309);
    EXPECT_THAT(text_of(top), HasSubstr("\n1430456400000000000,BTCUSD,235.97,7506,236.08,378\n"));
}

TEST_F(ReplayProgram, TellsACutFileByStatusThree) {
    const Finished cut = [&] {
        const Buffer whole = replay::tests::read_file(packed);
        const fs::path path = directory_ / "cut.itch.gz";
        replay::tests::write_file(path, codecs::Bytes{whole}.first(whole.size() / 2));
        return run_program({"replay", path});
    }();
    EXPECT_EQ(cut.status, 3);
    EXPECT_THAT(cut.out, HasSubstr("BTCUSD"));
    EXPECT_THAT(cut.err, HasSubstr("cut.itch.gz: "));
    EXPECT_EQ(run_program({"replay", directory_ / "missing"}).status, 2);
}

TEST_F(ReplayProgram, NamesTheFormatsItReads) {
    const Finished ran = run_program({"replay", packed, "--format", "xml"});
    EXPECT_EQ(ran.status, 2);
    EXPECT_THAT(ran.err, HasSubstr("itch"));
    EXPECT_THAT(ran.err, HasSubstr("pcap"));
    EXPECT_THAT(ran.err, HasSubstr("json"));
    EXPECT_THAT(ran.err, HasSubstr("fix"));
}

}  // namespace
}  // namespace tickweir::tests
