// The command on recorded captures with results that another program worked out.
#include <cctype>
#include <cstdio>

#include "replay/byte_source.hpp"
#include "tests/gateway/replay_support.hpp"

namespace tickweir::gateway::tests {
namespace {

using testing::HasSubstr;

const fs::path recorded = fs::path{TICKWEIR_DATA} / "itch";
constexpr const char* bitstamp = "bitstamp-btcusd-2015-05-01";

std::string without_blanks(std::string text) {
    std::erase_if(text, [](char c) { return std::isspace(static_cast<unsigned char>(c)) != 0; });
    return text;
}

/// The members of the innermost object that `name` opens, as text without blanks.
std::vector<std::string> members_of(const std::string& json, const std::string& name) {
    std::vector<std::string> members;
    std::size_t at = json.find('"' + name + "\":{");
    if (at == std::string::npos) return members;
    at += name.size() + 4;
    int depth = 0;
    for (std::string member;; ++at) {
        const char c = json.at(at);
        if (depth == 0 && (c == ',' || c == '}')) {
            members.push_back(std::exchange(member, {}));
            if (c == '}') return members;
            continue;
        }
        if (c == '[' || c == '{') ++depth;
        if (c == ']' || c == '}') --depth;
        member += c;
    }
}

void expect_agrees(const std::string& json, const fs::path& expected_path) {
    const std::string expected = without_blanks(text_of(expected_path));
    const std::string got = without_blanks(json);
    const std::vector<std::string> members = members_of(expected, "BTCUSD");
    EXPECT_EQ(members.size(), 8U);
    for (const std::string& member : members)
        EXPECT_THAT(got, HasSubstr(member));
    for (const std::string& count : members_of(expected, "messages_by_type"))
        EXPECT_THAT(members_of(got, "messages_by_type"), testing::Contains(count));
    const std::size_t messages = expected.find("\"messages\":");
    EXPECT_THAT(got, HasSubstr(expected.substr(messages, expected.find(',') - messages + 1)));
}

class RecordedReplay : public testing::Test {
protected:
    void SetUp() override {
        if (!fs::exists(packed_)) GTEST_SKIP() << "no recorded captures in " << recorded;
    }

    /// The capture decompressed, in a directory of the test.
    fs::path plain() const {
        auto source = replay::ByteSource::open(packed_);
        EXPECT_TRUE(source.has_value());
        Buffer bytes(16 << 20);
        bytes.resize(source->read(bytes).bytes);
        const fs::path path = directory_ / (std::string{bitstamp} + ".itch");
        replay::tests::write_file(path, bytes);
        return path;
    }

    fs::path packed_ = recorded / (std::string{bitstamp} + ".itch.gz");
    TempDir directory_;
};

TEST_F(RecordedReplay, AgreesWithTheResultsOfAnotherProgram) {
    for (const fs::path& capture : {packed_, plain()})
        for (const unsigned threads : {1U, 2U}) {
            ReplayOptions options = json_of({capture});
            options.threads = threads;
            Ran ran = run(options);
            EXPECT_EQ(ran.status, 0);
            expect_agrees(ran.out, recorded / (std::string{bitstamp} + ".expected.json"));
            options.max_messages = 100'000;
            ran = run(options);
            EXPECT_EQ(ran.status, 0);
            expect_agrees(ran.out,
                          recorded / (std::string{bitstamp} + ".first100000.expected.json"));
        }
}

TEST_F(RecordedReplay, DigestsAreThoseOfASlowProgram) {
    ReplayOptions options = json_of({packed_});
    options.digest = true;
    for (const unsigned threads : {1U, 2U}) {
        options.threads = threads;
        EXPECT_THAT(run(options).out,
                    HasSubstr(R"("book_crc32": "7fd2efb1", "bbo_changes": 17968, )"
                              R"("bbo_crc32": "01d4691d")"));
    }
}

TEST_F(RecordedReplay, CutsAreReportedWithTheirPlace) {
    const fs::path whole = plain();
    const Buffer bytes = replay::tests::read_file(whole);
    const fs::path path = directory_ / "cut.itch";
    for (const std::size_t cut : {std::size_t{100}, std::size_t{262'144}, std::size_t{262'145},
                                  std::size_t{3'000'001}, bytes.size() - 1}) {
        std::size_t offset = 0;  // of the frame that is cut
        for (std::size_t next = 0; next <= cut;) {
            offset = next;
            next += 2 + (std::to_integer<std::size_t>(bytes[next]) << 8 |
                         std::to_integer<std::size_t>(bytes[next + 1]));
        }
        replay::tests::write_file(path, codecs::Bytes{bytes}.first(cut));
        const Ran ran = run(json_of({path}));
        EXPECT_EQ(ran.status, offset == cut ? 0 : 3) << cut;
        const std::string place = "\"offset\": " + std::to_string(offset) + ',';
        EXPECT_THAT(ran.out, HasSubstr(offset != cut ? place : "\"damage\": null"));
    }
}

TEST_F(RecordedReplay, ReadsTheStartOfADay) {
    const Ran ran = run(json_of({recorded / "nasdaq-start-of-day.itch"}));
    EXPECT_EQ(ran.status, 0);
    EXPECT_THAT(ran.out, HasSubstr(R"("messages_by_type": {"H": 3, "R": 993, "S": 1, "Y": 3})"));
    EXPECT_THAT(ran.out, HasSubstr("\"unknown_type\": 0, \"bad_length\": 0,"));
}

TEST_F(RecordedReplay, ReadsEveryPacketFile) {
    std::size_t files = 0;
    for (const auto& entry : fs::directory_iterator{recorded / "nasdaq-2023"}) {
        if (entry.path().extension() != ".pcap") continue;
        ++files;
        ReplayOptions options = json_of({entry.path()});
        const Ran ran = run(options);
        EXPECT_EQ(ran.status, 0) << entry.path() << ran.err;
        EXPECT_THAT(ran.out, HasSubstr("\"unknown_type\": 0, \"bad_length\": 0,"));
        EXPECT_THAT(ran.out, testing::Not(HasSubstr("\"messages\": 0,")));
        options.threads = 2;
        EXPECT_EQ(steady(run(options).out), steady(ran.out)) << entry.path();
    }
    EXPECT_GT(files, 10U);
}

}  // namespace
}  // namespace tickweir::gateway::tests
