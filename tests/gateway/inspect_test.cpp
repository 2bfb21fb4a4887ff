// What `tickweir inspect` prints, and the status it answers.
#include "gateway/commands/inspect.hpp"

#include <gmock/gmock.h>
#include <simdjson.h>

#include <filesystem>
#include <sstream>
#include <string>

#include "replay/itch_writer.hpp"
#include "replay/pcap_writer.hpp"
#include "tests/replay/support.hpp"

namespace tickweir::gateway {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using replay::tests::Buffer;
using replay::tests::TempDir;
using testing::HasSubstr;
using testing::Not;

struct Inspected {
    int status = 0;
    std::string out;
    std::string err;
};

Inspected inspect(const InspectOptions& options) {
    std::ostringstream out;
    std::ostringstream err;
    const int status = run_inspect(options, out, err);
    return {status, out.str(), err.str()};
}

InspectOptions of(const fs::path& capture) {
    InspectOptions options;
    options.capture = capture;
    return options;
}

/// The document of `--json`, with what the parser thinks of it.
class Document {
public:
    explicit Document(const std::string& text) {
        const auto error = parser_.parse(text).get(root_);
        EXPECT_EQ(error, simdjson::SUCCESS) << text;
        if (error != simdjson::SUCCESS) root_ = parser_.parse(std::string{"{}"}).value_unsafe();
    }
    std::uint64_t number(const char* pointer) const {
        std::uint64_t value = 0;
        EXPECT_EQ(root_.at_pointer(pointer).get(value), simdjson::SUCCESS) << pointer;
        return value;
    }
    std::string text(const char* pointer) const {
        std::string_view value;
        EXPECT_EQ(root_.at_pointer(pointer).get(value), simdjson::SUCCESS) << pointer;
        return std::string{value};
    }
    bool is_null(const char* pointer) const {
        const auto element = root_.at_pointer(pointer);
        return element.error() == simdjson::SUCCESS && element.value_unsafe().is_null();
    }
    std::size_t length(const char* pointer) const {
        simdjson::dom::array value;
        EXPECT_EQ(root_.at_pointer(pointer).get(value), simdjson::SUCCESS) << pointer;
        return value.size();
    }

private:
    simdjson::dom::parser parser_;
    simdjson::dom::element root_;
};

const fs::path data = TICKWEIR_DATA;
const fs::path day = data / "itch/nasdaq-start-of-day.itch";

#define REQUIRE_DATA() \
    if (!fs::exists(day)) GTEST_SKIP() << "no recorded captures in " << data

/// The first `bytes` of a file, under the same name elsewhere.
fs::path cut(const fs::path& file, std::size_t bytes, const TempDir& directory) {
    const Buffer whole = replay::tests::read_file(file);
    EXPECT_LT(bytes, whole.size());
    const fs::path copy = directory / file.filename().string();
    replay::tests::write_file(copy, codecs::Bytes{whole}.first(bytes));
    return copy;
}

TEST(Inspect, TellsWhatIsInTheStartOfADay) {
    REQUIRE_DATA();
    const Inspected got = inspect(of(day));
    EXPECT_EQ(got.status, 0) << got.err;
    EXPECT_EQ(got.err, "");
    for (const char* const part :
         {": itch, plain, 1000 messages, 1 session\n", "session 0: 1000 messages, 38874 bytes\n",
          "1970-01-01 (unknown)",
          "first           1970-01-01T08:04:32.057543747Z  "
          "1970-01-01T03:04:32.057543747-05:00\n",
          "           993  R    StockDirectory\n", "             3  H    StockTradingAction\n",
          "             3  Y    RegShoRestriction\n", "             1  S    SystemEvent\n",
          "gaps: none\n", "instruments: 993\n", "AAAU      locate 3\n", "  ... and 983 more\n",
          "damage: none\n"})
        EXPECT_THAT(got.out, HasSubstr(part));
}

TEST(Inspect, TellsTheSameInJson) {
    REQUIRE_DATA();
    InspectOptions options = of(day);
    options.json = true;
    options.date = std::chrono::year{2019} / 12 / 30;
    const Inspected got = inspect(options);
    EXPECT_EQ(got.status, 0);
    const Document json{got.out};
    EXPECT_EQ(json.text("/capture"), day.string());
    EXPECT_EQ(json.text("/format"), "itch");
    EXPECT_EQ(json.text("/compression"), "plain");
    EXPECT_EQ(json.number("/messages"), 1000u);
    EXPECT_EQ(json.number("/messages_by_type/R"), 993u);
    EXPECT_EQ(json.number("/rejected/unknown_type"), 0u);
    EXPECT_EQ(json.length("/instruments"), 993u);
    EXPECT_EQ(json.text("/instruments/2/symbol"), "AAAU");
    EXPECT_EQ(json.number("/instruments/2/messages"), 3u);
    EXPECT_EQ(json.text("/sessions/0/date"), "2019-12-30");
    EXPECT_EQ(json.text("/sessions/0/date_from"), "option");
    EXPECT_EQ(json.text("/sessions/0/first_time"), "2019-12-30T08:04:32.057543747Z");
    EXPECT_EQ(json.number("/sessions/0/first_time_ns"), 1577693072057543747u);
    EXPECT_TRUE(json.is_null("/sessions/0/first_received"));
    EXPECT_TRUE(json.is_null("/damage"));
}

TEST(Inspect, PrintsTheFirstMessagesFieldByField) {
    REQUIRE_DATA();
    InspectOptions options = of(day);
    options.messages = 2;
    const Inspected got = inspect(options);
    EXPECT_THAT(got.out, testing::StartsWith("@0 SystemEvent stock_locate=0 "));
    EXPECT_THAT(got.out, HasSubstr("\n@14 StockDirectory stock_locate=1 "));
    EXPECT_THAT(got.out, Not(HasSubstr("\n@55 ")));
    EXPECT_THAT(got.out, HasSubstr("1000 messages, 1 session\n"));

    options.json = true;
    const Document json{inspect(options).out};
    EXPECT_EQ(json.length("/first_messages"), 2u);
    EXPECT_EQ(json.number("/first_messages/1/offset"), 14u);
    EXPECT_THAT(json.text("/first_messages/1/message"), testing::StartsWith("StockDirectory "));
    EXPECT_EQ(json.number("/messages"), 1000u);
}

TEST(Inspect, ReportsEverythingBeforeTheCut) {
    REQUIRE_DATA();
    const TempDir directory;
    const fs::path file = cut(day, 60, directory);
    const Inspected got = inspect(of(file));
    EXPECT_EQ(got.status, 3);
    EXPECT_THAT(got.out, HasSubstr("session 0: 2 messages,"));
    EXPECT_THAT(got.out, HasSubstr("damage at byte 55: "));
    EXPECT_THAT(got.err, HasSubstr(file.string()));
    EXPECT_THAT(got.err, HasSubstr("(byte 55)"));

    InspectOptions options = of(file);
    options.json = true;
    const Document json{inspect(options).out};
    EXPECT_EQ(json.number("/messages"), 2u);
    EXPECT_EQ(json.number("/damage/offset"), 55u);
}

TEST(Inspect, ReportsEverythingBeforeALengthOfZero) {
    REQUIRE_DATA();
    const TempDir directory;
    Buffer bytes = replay::tests::read_file(day);
    bytes[55] = bytes[56] = std::byte{0};
    replay::tests::write_file(directory / "zero.itch", bytes);
    const Inspected got = inspect(of(directory / "zero.itch"));
    EXPECT_EQ(got.status, 3);
    EXPECT_THAT(got.out, HasSubstr("2 messages, 1 session\n"));
    EXPECT_THAT(got.out, HasSubstr("damage at byte 55: itch: a frame has length 0"));
}

TEST(Inspect, ReportsEverythingBeforeDamagedCompression) {
    const fs::path packed = data / "itch/bitstamp-btcusd-2015-05-01.itch.gz";
    if (!fs::exists(packed)) GTEST_SKIP() << "no " << packed;
    EXPECT_THAT(inspect(of(packed)).out, HasSubstr("itch, gzip, 241617 messages"));
    const TempDir directory;
    InspectOptions options = of(cut(packed, 1'000'000, directory));
    options.json = true;
    const Inspected got = inspect(options);
    EXPECT_EQ(got.status, 3);
    const Document json{got.out};
    EXPECT_GT(json.number("/messages"), 50'000u);
    EXPECT_LT(json.number("/messages"), 241'617u);
    EXPECT_GT(json.number("/damage/offset"), json.number("/bytes"));
    EXPECT_LE(json.number("/damage/file_offset"), 1'000'000u);
}

TEST(Inspect, ReadsRecordedPackets) {
    REQUIRE_DATA();
    std::size_t files = 0;
    for (const auto& entry : fs::directory_iterator{data / "itch/nasdaq-2023"}) {
        InspectOptions options = of(entry.path());
        options.json = true;
        options.messages = 1000;
        const Inspected got = inspect(options);
        EXPECT_EQ(got.status, 0) << entry.path() << got.err;
        const Document json{got.out};
        EXPECT_EQ(json.text("/format"), "pcap");
        EXPECT_GT(json.number("/messages"), 0u);
        EXPECT_EQ(json.length("/first_messages"), json.number("/messages"));
        EXPECT_EQ(json.number("/packets/all"), json.number("/packets/mold"));
        EXPECT_EQ(json.number("/packets/gaps"), 0u);
        EXPECT_EQ(json.text("/sessions/0/date"), "2023-08-22");
        EXPECT_EQ(json.text("/sessions/0/date_from"), "packets");
        ++files;
    }
    EXPECT_EQ(files, 15u);
}

TEST(Inspect, TellsSequenceAndTimeOfPackets) {
    using replay::tests::mold_events;
    const TempDir directory;
    const fs::path path = directory / "feed.pcap";
    auto file = replay::PcapWriter::create(path);
    ASSERT_TRUE(file);
    file->write(book::TimeNs{1'692'700'000s}, mold_events("FEED1", 1, 2));
    file->write(book::TimeNs{1'692'700'001s}, mold_events("FEED1", 6, 1));
    file->write(book::TimeNs{1'692'700'002s}, mold_events("FEED1", 6, 1));
    file->write(book::TimeNs{1'692'700'003s}, replay::tests::to_bytes("no packet of a feed"));
    ASSERT_TRUE(file->finish());
    InspectOptions options = of(path);
    options.messages = 9;
    const Inspected got = inspect(options);
    EXPECT_EQ(got.status, 0) << got.err;
    for (const char* const part :
         {"@24 #1 2023-08-22T10:26:40.000000000Z SystemEvent ", "\n@24 #2 ", " #6 ",
          "session 0 'FEED1': 3 messages", "sequence        1 to 6, not ended\n",
          "lost            3 in 1 gap\n", "duplicates      1\n", "gaps: 1, of 3 messages\n",
          " session 0: #3 to #5\n", "packets 4: 3 MoldUDP64", "1 not MoldUDP64"})
        EXPECT_THAT(got.out, HasSubstr(part));

    options.json = true;
    const Document json{inspect(options).out};
    EXPECT_EQ(json.number("/first_messages/2/sequence"), 6u);
    EXPECT_EQ(json.text("/sessions/0/id"), "FEED1");
    EXPECT_EQ(json.number("/gaps/0/first_missing"), 3u);
    EXPECT_EQ(json.number("/gaps/0/messages"), 3u);
    EXPECT_EQ(json.number("/packets/duplicate_packets"), 1u);
}

TEST(Inspect, ShowsDamagedMessagesWithoutHarmToTheTerminal) {
    const TempDir directory;
    const fs::path path = directory / "odd.itch";
    auto file = replay::ItchWriter::create(path);
    ASSERT_TRUE(file);
    file->write(replay::tests::message('S', 12, 1));
    file->write(replay::tests::message('\x1b', 12, 0x1b));
    file->write(replay::tests::message('R', 39, 0x1b));
    ASSERT_TRUE(file->finish());
    InspectOptions options = of(path);
    options.messages = 9;
    options.format = replay::CaptureFormat::itch;
    const Inspected got = inspect(options);
    EXPECT_EQ(got.status, 0) << got.err;
    EXPECT_THAT(got.out, HasSubstr("refused messages: 1 of unknown type, 0 of wrong length\n"));
    EXPECT_THAT(got.out, HasSubstr("@14 type '\\x1b', 12 bytes\n"));
    EXPECT_EQ(got.out.find('\x1b'), std::string::npos);
    options.json = true;
    const Document json{inspect(options).out};
    EXPECT_EQ(json.text("/refused/0/type"), "\x1b");
}

TEST(Inspect, RefusesWhatIsNoCapture) {
    const TempDir directory;
    const fs::path path = directory / "text.itch";
    replay::tests::write_file(path, replay::tests::to_bytes("just a text, nothing else\n"));
    for (const fs::path& capture : {path, directory / "absent.itch", directory.path()}) {
        const Inspected got = inspect(of(capture));
        EXPECT_EQ(got.status, 2) << capture;
        EXPECT_EQ(got.out, "");
        EXPECT_THAT(got.err, HasSubstr("tickweir inspect: "));
        EXPECT_THAT(got.err, HasSubstr(capture.string()));
    }
}

TEST(Inspect, RefusesAnUnknownTimeZone) {
    InspectOptions options = of("any.itch");
    options.timezone = "Mars/Olympus";
    const Inspected got = inspect(options);
    EXPECT_EQ(got.status, 2);
    EXPECT_THAT(got.err, HasSubstr("Mars/Olympus"));
}

}  // namespace
}  // namespace tickweir::gateway
