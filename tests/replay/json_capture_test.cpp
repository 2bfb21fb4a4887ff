#include "replay/json_capture.hpp"

#include <random>

#include "replay/capture.hpp"
#include "replay/json_capture_writer.hpp"
#include "tests/replay/support.hpp"
#include "tests/support/seed.hpp"

namespace tickweir::replay::tests {
namespace {

using codecs::json::VenueId;

struct Read {
    std::vector<std::string> lines;
    std::vector<std::uint64_t> offsets;
    CaptureStatus status = CaptureStatus::failed;
    Damage damage;
};

std::string line_of(const JsonLine& line) {
    static constexpr const char* kinds[] = {"frame", "answer", "sent"};
    return std::to_string(line.time.time_since_epoch().count()) + " " +
           kinds[static_cast<std::size_t>(line.kind)] + " '" + std::string{line.target} + "' '" +
           std::string{line.text} + "'";
}

Read read_all(JsonCapture capture) {
    Read read;
    JsonLine line;
    unsigned sum = 0;
    while ((read.status = capture.next(line)) == CaptureStatus::block) {
        read.lines.push_back(line_of(line));
        read.offsets.push_back(line.offset);
        // A sanitizer sees whether it is readable.
        for (std::size_t i = 0; i < JsonCapture::padding; ++i)
            sum += static_cast<unsigned char>(line.text.data()[line.text.size() + i]);
    }
    EXPECT_GE(sum, 0U);
    EXPECT_EQ(capture.next(line), read.status) << "the answer stays";
    read.damage = capture.damage();
    return read;
}

/// Of the text's bytes, with the venue given if `text` has none.
Read read_text(const std::string& text, std::optional<VenueId> venue = std::nullopt,
               const JsonCaptureLimits& limits = {}) {
    const Buffer bytes = to_bytes(text);
    auto capture = JsonCapture::from(ByteSource{bytes}, "x", venue, limits);
    EXPECT_TRUE(capture) << capture.error();
    return capture ? read_all(std::move(*capture)) : Read{};
}

std::string error_of(const std::string& text, std::optional<VenueId> venue = std::nullopt) {
    const Buffer bytes = to_bytes(text);
    const auto capture = JsonCapture::from(ByteSource{bytes}, "x", venue);
    return capture ? "" : capture.error();
}

TEST(JsonCapture, ReadsEveryKindOfLine) {
    const std::string text =
        "# venue: okx\n# source: somewhere\n1652459224818000123 {\"a\":[1, 2]}\n"
        "5 SEND {\"op\":\"subscribe\"}\n# between\n0 GET /api/v3/depth?symbol=X {\"bids\":[]}\n"
        "7 pong\n8 \n9  {}\n10 GET /x \n";
    const Read read = read_text(text);
    EXPECT_EQ(
        read.lines,
        (std::vector<std::string>{
            "1652459224818000123 frame '' '{\"a\":[1, 2]}'", "5 sent '' '{\"op\":\"subscribe\"}'",
            "0 answer '/api/v3/depth?symbol=X' '{\"bids\":[]}'", "7 frame '' 'pong'",
            "8 frame '' ''", "9 frame '' ' {}'", "10 answer '/x' ''"}));
    EXPECT_EQ(read.status, CaptureStatus::end);
    EXPECT_EQ(read.damage, Damage{});
    EXPECT_EQ(read.offsets.front(), text.find("16524"));
    EXPECT_EQ(read.offsets.back(), text.find("10 GET"));
}

TEST(JsonCapture, TakesTheVenueFromTheCommentsOrFromTheCaller) {
    const auto venue_of = [](const std::string& text, std::optional<VenueId> given) {
        const Buffer bytes = to_bytes(text);
        const auto capture = JsonCapture::from(ByteSource{bytes}, "x", given);
        EXPECT_TRUE(capture) << capture.error();
        return capture->venue();
    };
    EXPECT_EQ(venue_of("# venue: okx\n", std::nullopt), VenueId::okx);
    EXPECT_EQ(venue_of("# venue: okx", std::nullopt), VenueId::okx);
    EXPECT_EQ(venue_of("#venue\n# hello\n# venue:  kraken-v1 \r\n1 {}\n", std::nullopt),
              VenueId::kraken_v1);
    EXPECT_EQ(venue_of("# venue: okx\n1 {}\n", VenueId::okx), VenueId::okx);
    EXPECT_EQ(venue_of("1 {}\n", VenueId::bybit), VenueId::bybit);
    EXPECT_EQ(venue_of("", VenueId::bybit), VenueId::bybit);
    EXPECT_EQ(venue_of("# venue: gemini\n1 {}\n", VenueId::bybit), VenueId::bybit);

    EXPECT_EQ(error_of("# venue: okx\n1 {}\n", VenueId::bybit), "x: the venue is okx, not bybit");
    EXPECT_EQ(error_of("# venue: gemini\n1 {}\n"), "x: no venue is called \"gemini\"");
    EXPECT_EQ(error_of("1 {}\n# venue: okx\n"),
              "x: json: no line \"# venue: ID\" at the beginning");
    EXPECT_EQ(error_of(""), "x: json: no line \"# venue: ID\" at the beginning");
    EXPECT_EQ(error_of("hello\n"), "x: json: a line without a time: \"hello\"");
}

TEST(JsonCapture, RefusesToChangeTheVenueOnTheWay) {
    const Read same = read_text("# venue: okx\n1 {}\n# venue: okx\n2 {}\n");
    EXPECT_EQ(same.lines.size(), 2U);
    EXPECT_EQ(same.status, CaptureStatus::end);
    for (const std::string name : {"bybit", "gemini"}) {
        const Read other = read_text("# venue: okx\n1 {}\n# venue: " + name + "\n2 {}\n");
        EXPECT_EQ(other.lines.size(), 1U);
        EXPECT_EQ(other.status, CaptureStatus::damaged);
        EXPECT_EQ(other.damage,
                  (Damage{"json: the venue is okx, and from here on \"" + name + "\"", 18, 18}));
    }
}

TEST(JsonCapture, NamesTheLineThatIsNone) {
    const auto damage_of = [](const std::string& line) {
        const Read read = read_text("1 {}\n" + line + "\n2 {}\n", VenueId::okx);
        EXPECT_EQ(read.lines.size(), 1U) << line;
        EXPECT_EQ(read.status, CaptureStatus::damaged) << line;
        EXPECT_EQ(read.damage.offset, 5U) << line;
        EXPECT_EQ(read.damage.file_offset, 5U) << line;
        return read.damage.what;
    };
    const std::string no_time = "json: a line without a time: ";
    EXPECT_EQ(damage_of(""), no_time + "\"\"");
    EXPECT_EQ(damage_of("{}"), no_time + "\"{}\"");
    EXPECT_EQ(damage_of("12"), no_time + "\"12\"");
    EXPECT_EQ(damage_of(" 12 {}"), no_time + "\" 12 {}\"");
    EXPECT_EQ(damage_of("-1 {}"), no_time + "\"-1 {}\"");
    EXPECT_EQ(damage_of("1.5 {}"), no_time + "\"1.5 {}\"");
    EXPECT_EQ(damage_of("1\t{}"), no_time + "\"1.{}\"");
    EXPECT_EQ(damage_of("9223372036854775808 {\"a\":1}"),
              no_time + "\"9223372036854775808 {\"a\"...\"");
    EXPECT_EQ(damage_of("7258118400000000001 {}"), no_time + "\"7258118400000000001 {}\"");
    const std::string no_answer = "json: an answer without target and body: ";
    EXPECT_EQ(damage_of("5 GET "), no_answer + "\"5 GET \"");
    EXPECT_EQ(damage_of("5 GET /x"), no_answer + "\"5 GET /x\"");
    EXPECT_EQ(damage_of("5 GET  {}"), no_answer + "\"5 GET  {}\"");
}

TEST(JsonCapture, TakesTimesUpToTheYear2200) {
    const Read read = read_text("7258118400000000000 {}\n", VenueId::okx);
    EXPECT_EQ(read.lines, std::vector<std::string>{"7258118400000000000 frame '' '{}'"});
    EXPECT_EQ(read.status, CaptureStatus::end);
}

TEST(JsonCapture, EveryTruncationEndsBehindAWholeLineOrIsTold) {
    const std::string text =
        "# venue: okx\n12 {\"a\":\"}]\\\"\",\"b\":[{}]}\n3 GET /t [{},1]\n4 SEND {\"c\":1}\n5 "
        "pong\n";
    const Read whole = read_text(text);
    ASSERT_EQ(whole.lines.size(), 4U);
    for (std::size_t size = 0; size < text.size(); ++size) {
        const std::string cut = text.substr(0, size);
        const Read read = read_text(cut, VenueId::okx);
        ASSERT_LE(read.lines.size(), whole.lines.size());
        EXPECT_TRUE(std::equal(read.lines.begin(), read.lines.end(), whole.lines.begin())) << cut;
        // Whole are: nothing, comments, lines with their ends, and brackets that are closed.
        const std::size_t last = cut.find_last_of('\n') + 1;
        const std::string rest = cut.substr(last);
        const bool closed = text[size] == '\n' && rest.find_first_of("{[") != rest.npos;
        const bool good = rest.empty() || rest[0] == '#' || closed;
        EXPECT_EQ(read.status, good ? CaptureStatus::end : CaptureStatus::truncated) << cut;
        if (good) continue;
        EXPECT_EQ(read.damage.offset, last);
        EXPECT_EQ(read.damage.what,
                  "json: the last line is cut off after " + std::to_string(rest.size()) + " bytes");
    }
}

TEST(JsonCapture, DoesNotTakeForWholeWhatDoesNotCloseAtItsEnd) {
    for (const char* rest : {"{}{", "{} {}", "[1]]", "]", "}", "{\"a", "{\"a}", "\"a\"", "12"}) {
        const Read read = read_text(std::string{"1 "} + rest, VenueId::okx);
        EXPECT_EQ(read.status, CaptureStatus::truncated) << rest;
        EXPECT_TRUE(read.lines.empty()) << rest;
    }
    EXPECT_EQ(read_text("1 {}  ", VenueId::okx).lines.size(), 1U);
}

TEST(JsonCapture, ReadsLinesUpToTheLimit) {
    JsonCaptureLimits limits;
    limits.line_bytes = 1'000'000;
    const auto line = [](std::size_t bytes) { return "1 [" + std::string(bytes - 4, ' ') + "]"; };
    const Read fits =
        read_text(line(1'000'000) + "\n2 {}\n" + line(1'000'000), VenueId::okx, limits);
    EXPECT_EQ(fits.lines.size(), 3U);
    EXPECT_EQ(fits.status, CaptureStatus::end);
    for (const std::string end : {"\n2 {}\n", ""}) {
        const Read read = read_text("0 {}\n" + line(1'000'001) + end, VenueId::okx, limits);
        EXPECT_EQ(read.lines.size(), 1U);
        EXPECT_EQ(read.status, CaptureStatus::damaged);
        EXPECT_EQ(read.damage.offset, 5U);
        EXPECT_THAT(read.damage.what, testing::HasSubstr("bytes"));
    }
    const Read endless = read_text("0 {}\n" + line(5'000'000), VenueId::okx, limits);
    EXPECT_EQ(endless.status, CaptureStatus::damaged);
    EXPECT_EQ(endless.damage.what, "json: a line of more than 1000000 bytes");
}

/// Frames, answers and sent ones of many lengths, some longer than what is read at once.
struct Made {
    std::vector<std::string> lines;

    template <class Writer>
    void write(Writer& writer, std::uint64_t seed) {
        std::mt19937_64 random{seed};
        for (int i = 0; i < 200; ++i) {
            const std::size_t bytes = i % 50 == 7 ? 600'000 + random() % 900'000 : random() % 3'000;
            const std::string text = "[\"" + std::string(bytes, 'x') + "\"]";
            JsonLine line;
            line.time = book::TimeNs{std::chrono::nanoseconds{random() % 1'000'000'007}};
            line.text = text;
            line.kind = static_cast<JsonLineKind>(random() % 3);
            if (line.kind == JsonLineKind::answer) line.target = "/depth?symbol=X";
            switch (line.kind) {
                case JsonLineKind::frame:
                    writer.write_frame(line.time, text);
                    break;
                case JsonLineKind::answer:
                    writer.write_answer(line.time, line.target, text);
                    break;
                case JsonLineKind::sent:
                    writer.write_sent(line.time, text);
                    break;
            }
            lines.push_back(line_of(line));
        }
    }
};

TEST(JsonCapture, ReadsBackWhatTheWriterWrote) {
    const TempDir dir;
    for (const std::string name : {"a.jsonl", "a.jsonl.gz", "a.jsonl.zst"}) {
        auto writer = JsonCaptureWriter::create(dir / name, VenueId::coinbase_advanced);
        ASSERT_TRUE(writer) << writer.error();
        writer->write_comment("note: made");
        Made made;
        made.write(*writer, tickweir::tests::test_seed());
        EXPECT_TRUE(writer->ok());
        EXPECT_GT(writer->position(), 1'000'000U);
        const auto finished = writer->finish();
        ASSERT_TRUE(finished) << finished.error();

        auto capture = JsonCapture::open(dir / name);
        ASSERT_TRUE(capture) << capture.error();
        EXPECT_EQ(capture->venue(), VenueId::coinbase_advanced);
        EXPECT_EQ(capture->file_bytes(), fs::file_size(dir / name));
        EXPECT_GT(capture->file_position(), 0U);
        EXPECT_EQ(capture->compression(), name == "a.jsonl"      ? Compression::none
                                          : name == "a.jsonl.gz" ? Compression::gzip
                                                                 : Compression::zstd);
        const Read read = read_all(std::move(*capture));
        EXPECT_EQ(read.status, CaptureStatus::end);
        EXPECT_TRUE(read.lines == made.lines);
    }
}

TEST(JsonCapture, GivesTheWholeLinesBeforeDamageInTheCompression) {
    const TempDir dir;
    auto writer = JsonCaptureWriter::create(dir / "a.jsonl.gz", VenueId::okx);
    ASSERT_TRUE(writer) << writer.error();
    std::mt19937_64 random{3};
    for (int i = 0; i < 2'000; ++i)
        writer->write_frame(book::TimeNs{std::chrono::nanoseconds{i}},
                            "{\"a\":" + std::to_string(random()) + "}");
    ASSERT_TRUE(writer->finish());
    const Buffer content = read_file(dir / "a.jsonl.gz");
    auto cut = JsonCapture::from(ByteSource{Bytes{content}.first(content.size() / 2)}, "x");
    ASSERT_TRUE(cut) << cut.error();
    const Read part = read_all(std::move(*cut));
    EXPECT_EQ(part.status, CaptureStatus::truncated);
    EXPECT_EQ(part.damage.what, "gzip: data stop early");
    EXPECT_GT(part.lines.size(), 500U);

    Buffer wrong = content;
    wrong[content.size() - 6] ^= std::byte{1};
    auto damaged = JsonCapture::from(ByteSource{wrong}, "x");
    ASSERT_TRUE(damaged);
    const Read all = read_all(std::move(*damaged));
    EXPECT_EQ(all.status, CaptureStatus::damaged);
    EXPECT_EQ(all.lines.size(), 2'000U);

    auto none = JsonCapture::from(ByteSource{Bytes{content}.first(5)}, "x");
    ASSERT_FALSE(none);
    EXPECT_EQ(none.error(), "x: gzip: data stop early");
    EXPECT_FALSE(JsonCapture::open(dir / "nothing"));
}

TEST(JsonCaptureWriter, KeepsLinesLinesAndWhatIsNoJsonSo) {
    const TempDir dir;
    auto writer = JsonCaptureWriter::create(dir / "a.jsonl", VenueId::okx);
    ASSERT_TRUE(writer) << writer.error();
    const book::TimeNs time{std::chrono::nanoseconds{5}};
    writer->write_frame(time, "{\n \"a\":\n1}\n");
    writer->write_frame(time, "GET /x {}");
    writer->write_frame(time, "SEND {}");
    writer->write_frame(time, "# no comment");
    writer->write_frame(time, "");
    writer->write_answer(time, "/x", "[\n]");
    ASSERT_TRUE(writer->finish());
    EXPECT_EQ(to_text(read_file(dir / "a.jsonl")),
              "# venue: okx\n5 {\r \"a\":\r1}\r\n5  GET /x {}\n5  SEND {}\n5 # no comment\n5 \n"
              "5 GET /x [\r]\n");
    auto capture = JsonCapture::open(dir / "a.jsonl");
    ASSERT_TRUE(capture);
    const Read read = read_all(std::move(*capture));
    EXPECT_EQ(read.lines,
              (std::vector<std::string>{"5 frame '' '{\r \"a\":\r1}\r'", "5 frame '' ' GET /x {}'",
                                        "5 frame '' ' SEND {}'", "5 frame '' '# no comment'",
                                        "5 frame '' ''", "5 answer '/x' '[\r]'"}));
}

TEST(JsonCaptureWriter, TellsWhatCannotBeWritten) {
    const TempDir dir;
    const auto error = [&](std::int64_t time_ns, std::string_view target) {
        auto writer = JsonCaptureWriter::create(dir / "a", VenueId::okx);
        EXPECT_TRUE(writer) << writer.error();
        writer->write_answer(book::TimeNs{std::chrono::nanoseconds{time_ns}}, target, "{}");
        writer->write_sent(book::TimeNs{}, "{}");
        const auto result = writer->finish();
        return result ? std::string{} : result.error().substr((dir / "a").string().size());
    };
    EXPECT_EQ(error(0, "/x"), "");
    EXPECT_EQ(error(-1, "/x"), ": time -1 ns does not fit a JSON capture");
    EXPECT_EQ(error(JsonCapture::latest_ns, "/x"), "");
    EXPECT_EQ(error(JsonCapture::latest_ns + 1, "/x"),
              ": time 7258118400000000001 ns does not fit a JSON capture");
    EXPECT_EQ(error(0, ""), ": target of an answer: \"\"");
    EXPECT_EQ(error(0, "/x y"), ": target of an answer: \"/x y\"");
    EXPECT_FALSE(JsonCaptureWriter::create(dir / "no" / "a", VenueId::okx));
}

TEST(DetectFormat, KnowsJsonByItsFirstLine) {
    const auto format_of = [](std::string_view text) { return detect_format(to_bytes(text)); };
    EXPECT_EQ(format_of("# venue: okx\n"), CaptureFormat::json);
    EXPECT_EQ(format_of("1652459224818000123 {\"a"), CaptureFormat::json);
    EXPECT_EQ(format_of("1 [1"), CaptureFormat::json);
    EXPECT_EQ(format_of("1 GET /x {}"), CaptureFormat::json);
    EXPECT_EQ(format_of("1 SEND {}"), CaptureFormat::json);
    for (const char* other : {"# a comment\n", "1 pong", "12", "{}", " 1 {}", "1  {}", "", "a 1 {"})
        EXPECT_EQ(format_of(other), std::nullopt) << other;
    EXPECT_EQ(to_string(CaptureFormat::json), "json");
    const Buffer bytes = to_bytes("# venue: okx\n");
    const auto capture = Capture::over(bytes, "x");
    ASSERT_FALSE(capture);
    EXPECT_EQ(capture.error(), "x: a JSON capture: no ITCH messages");
}

TEST(JsonCapture, RandomTextsNeverGoWrong) {
    std::mt19937_64 random{tickweir::tests::test_seed()};
    const std::vector<std::string> pieces{
        "# venue: okx",          "\n", "1 ", "{", "}", "GET /x ", "SEND ", "\"", "\\", "#", " ",
        "12345678901234567890 ", "[",  "]"};
    for (int round = 0; round < 3'000; ++round) {
        std::string text;
        for (std::uint64_t count = random() % 20; count > 0; --count)
            text += pieces[random() % pieces.size()];
        const Read read = read_text(text, VenueId::okx);
        EXPECT_EQ(read.damage.what.empty(), read.status == CaptureStatus::end) << text;
    }
}

TEST(JsonCapture, ReadsTheRecordedCaptures) {
    struct Expected {
        const char* name;
        VenueId venue;
        std::size_t frames, answers, sent;
    };
    for (const Expected& expected : {
             Expected{"coinbase-advanced_2sym_20260809", VenueId::coinbase_advanced, 1030, 0, 5},
             Expected{"bitstamp_10sym_20220104", VenueId::bitstamp, 747, 10, 20},
             Expected{"okx_3sym_20220513", VenueId::okx, 410, 0, 3},
         }) {
        const fs::path path =
            fs::path{TICKWEIR_DATA} / "json" / (std::string{expected.name} + ".jsonl.gz");
        if (!fs::exists(path)) GTEST_SKIP() << path << " is not there";
        auto source = ByteSource::open(path);
        ASSERT_TRUE(source);
        EXPECT_EQ(detect_format(source->peek()), CaptureFormat::json);
        auto capture = JsonCapture::from(std::move(*source), path.string());
        ASSERT_TRUE(capture) << capture.error();
        EXPECT_EQ(capture->venue(), expected.venue);
        std::size_t counts[3] = {};
        book::TimeNs last{};
        CaptureStatus status;
        JsonLine line;
        while ((status = capture->next(line)) == CaptureStatus::block) {
            ++counts[static_cast<std::size_t>(line.kind)];
            EXPECT_GE(line.time, last);
            last = line.time;
        }
        EXPECT_EQ(status, CaptureStatus::end);
        EXPECT_EQ(counts[0], expected.frames) << expected.name;
        EXPECT_EQ(counts[1], expected.answers) << expected.name;
        EXPECT_EQ(counts[2], expected.sent) << expected.name;
    }
}

}  // namespace
}  // namespace tickweir::replay::tests
