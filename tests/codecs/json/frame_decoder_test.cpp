// What holds for every venue: limits, what is JSON and what is not, escapes, statuses, and the
// buffers between frames.
#include "codecs/json/frame_decoder.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "codecs/json/query_answer.hpp"
#include "tests/codecs/json/frames.hpp"
#include "tests/support/seed.hpp"

namespace tickweir::codecs::json {
namespace {

constexpr VenueId spot = VenueId::binance_spot;
constexpr std::string_view touch =
    R"({"u":400900217,"s":"BNBUSDT","b":"25.35","B":"31.21","a":"25.36","A":"40.66"})";

TEST(FrameDecoder, DoesNotUseTheSlowKernel) {
    EXPECT_NE(FrameDecoder::kernel(), "fallback");
    EXPECT_FALSE(FrameDecoder::kernel().empty());
}

TEST(FrameDecoder, KnowsItsVenue) {
    for (std::size_t i = 0; i < venue_names.size(); ++i) {
        const auto venue = static_cast<VenueId>(i);
        EXPECT_EQ(FrameDecoder{venue}.venue(), venue);
        EXPECT_EQ(venue_named(to_string(venue)), venue);
    }
    EXPECT_EQ(venue_named("nasdaq"), std::nullopt);
}

TEST(FrameDecoder, NamesItsStatuses) {
    std::string all;
    for (int i = 0; i < 5; ++i)
        all += std::string{to_string(static_cast<FrameStatus>(i))} + ' ';
    EXPECT_EQ(all, "ok malformed wrong_shape bad_number too_large ");
    EXPECT_EQ(to_string(static_cast<FrameStatus>(99)), "");
}

TEST(FrameDecoder, RefusesWhatIsNoJson) {
    for (const std::string_view text : {"",
                                        " ",
                                        "{",
                                        "}",
                                        "[",
                                        "]",
                                        "\"",
                                        "{\"a\"}",
                                        "{\"a\":}",
                                        "{\"a\":1,}",
                                        "{,}",
                                        "[1,]",
                                        "[1 2]",
                                        "{\"a\" 1}",
                                        "{\"a\":1 \"b\":2}",
                                        "{} {}",
                                        "{}x",
                                        "nul",
                                        "truefalse",
                                        "01",
                                        "1.",
                                        "-",
                                        "1e",
                                        "\"a\"b",
                                        "{\"a\":1\"b\"}",
                                        "{a:1}",
                                        "{'a':1}",
                                        "[1}",
                                        "{\"a\":1]",
                                        "{\"a\":\"\\q\"}",
                                        "{\"a\":\"\\ud800\"}",
                                        "{\"\\q\":1}",
                                        "{\"a\":\"\x01\"}",
                                        "{\"a\":\"\xff\"}",
                                        "{\"a\":\f1}",
                                        "{\"a\":1\f\"b\":2}",
                                        "{\"a\"\x1a"
                                        "1}",
                                        "\xef\xbb\xbf{}"}) {
        FrameBed bed{spot};
        EXPECT_EQ(to_string(bed.frame_of(text)), "malformed") << text;
        EXPECT_EQ(bed.decoder.error().status, FrameStatus::malformed);
        EXPECT_TRUE(bed.frame.events.empty());
    }
}

TEST(FrameDecoder, GoesThroughWhatItDoesNotKnow) {
    FrameBed bed{spot};
    for (const std::string_view text :
         {"{}", "[]", " [ ] ", "null", "true", "false", "0", "-1.5e-3", "\"text\"",
          "{\"a\":{\"b\":[1,\"\\n\\u00e9\",null,[[]],{}]},\"c\":1e400}",
          "123456789012345678901234567890"}) {
        EXPECT_EQ(to_string(bed.frame_of(text)), "ok") << text;
        EXPECT_TRUE(bed.frame.events.empty()) << text;
    }
}

TEST(FrameDecoder, AgreesWithAParserOfAnyJson) {
    std::mt19937_64 random{tests::test_seed()};
    constexpr std::string_view pieces[] = {"{",     "}",        "[", "]",    ":",    ",",
                                           "\"a\"", "\"b\\n\"", "1", "-0.5", "true", "null",
                                           " ",     "\"e\"",    "x", "\"",   "12 "};
    FrameBed bed{spot};
    std::size_t good = 0;
    for (int round = 0; round < 200'000; ++round) {
        std::string text = random() % 2 == 0 ? "[" : "{\"k\":";
        const char close = text[0] == '[' ? ']' : '}';
        for (auto count = random() % 8; count > 0; --count)
            text += pieces[random() % std::size(pieces)];
        text += close;
        const bool expected = std::holds_alternative<Value>(parse_value(text));
        EXPECT_EQ(bed.frame_of(text) == FrameStatus::ok, expected) << text;
        good += expected ? 1 : 0;
    }
    EXPECT_GT(good, 1'000u);
}

TEST(FrameDecoder, SaysWhereItFailed) {
    FrameBed bed{spot};
    const std::string_view text = R"({"e":"trade","s":"A","p":1})";
    EXPECT_EQ(bed.frame_of(text), FrameStatus::wrong_shape);
    EXPECT_EQ(bed.decoder.error().field, "p");
    EXPECT_EQ(bed.decoder.error().offset, text.find("1}"));
    EXPECT_EQ(bed.frame_of(touch), FrameStatus::ok);
    EXPECT_EQ(bed.decoder.error().status, FrameStatus::ok);
    EXPECT_EQ(bed.decoder.error().field, "");
}

TEST(FrameDecoder, CallsAFrameThatIsBrokenFurtherOnMalformed) {
    FrameBed bed{spot};
    EXPECT_EQ(bed.frame_of(R"({"e":"trade","s":"A","p":1,"q":})"), FrameStatus::malformed);
    EXPECT_EQ(bed.decoder.error().field, "p");
    EXPECT_EQ(bed.frame_of(R"({"e":"trade","s":"A","p":"x"} 1)"), FrameStatus::malformed);
}

TEST(FrameDecoder, ReadsEscapedKeysAndValues) {
    expect_frame(spot,
                 R"({"\u0075":7,"\u0073":"\u0042NB","\u0062":"1","B":"2","a":"3","\u0041":"4"})",
                 {"touch BNB 1~0x2~0 3~0x4~0 id 7 at 0"});
    expect_frame(spot,
                 R"({"str\u0065am":"x@bookTicker","d\u0061ta":{"\u0065":"bookTick\u0065r",)"
                 R"("u":7,"s":"\ud83d\ude00","b":"1","B":"2","a":"3","A":"4","E":5}})",
                 {"touch \xf0\x9f\x98\x80 1~0x2~0 3~0x4~0 id 7 at 5000000"});
    // A key that only begins like one that means something.
    expect_frame(spot, R"({"e\u0000":"trade","x":1})", {});
    expect_refused(spot, R"({"u":1,"s":"A","b":"\u0031","B":"1","a":"1","A":"1"})",
                   FrameStatus::bad_number, "b");
    const std::string longer = R"({"\u0065)" + std::string(300, 'x') +
                               R"(":1,"u":7,"s":"A","b":"1",)" + R"("B":"2","a":"3","A":"4"})";
    expect_frame(spot, longer, {"touch A 1~0x2~0 3~0x4~0 id 7 at 0"});
}

TEST(FrameDecoder, RefusesTextsBeyondTheLimit) {
    FrameBed bed{spot, {.bytes = touch.size(), .rows = 10}};
    EXPECT_EQ(bed.frame_of(touch), FrameStatus::ok);
    EXPECT_EQ(bed.frame_of(std::string{touch} + " "), FrameStatus::too_large);
    EXPECT_EQ(bed.decoder.error().status, FrameStatus::too_large);
    EXPECT_TRUE(bed.frame.events.empty());
}

TEST(FrameDecoder, RefusesMoreRowsThanTheLimit) {
    const auto depth = [](int rows) {
        std::string text = R"({"e":"depthUpdate","E":1,"s":"A","U":1,"u":1,"a":[],"b":[)";
        for (int i = 0; i < rows; ++i)
            text += i == 0 ? R"(["1","2"])" : R"(,["1","2"])";
        return text + "]}";
    };
    FrameBed bed{spot, {.bytes = 1 << 20, .rows = 10}};
    EXPECT_EQ(bed.frame_of(depth(10)), FrameStatus::ok);
    EXPECT_EQ(bed.frame_of(depth(11)), FrameStatus::too_large);
    EXPECT_EQ(bed.decoder.error().field, "b");
    EXPECT_TRUE(bed.frame.levels.empty());
    // A smaller frame is none the worse for it.
    EXPECT_EQ(bed.frame_of(depth(3)), FrameStatus::ok);
    EXPECT_EQ(bed.frame.levels.size(), 3u);
}

TEST(FrameDecoder, RefusesDeepNesting) {
    FrameBed bed{spot};
    const auto nested = [](std::size_t depth) {
        return std::string(depth, '[') + std::string(depth, ']');
    };
    EXPECT_EQ(bed.frame_of(nested(64)), FrameStatus::ok);
    EXPECT_EQ(bed.frame_of(nested(65)), FrameStatus::too_large);
    EXPECT_EQ(bed.frame_of(nested(1'000'000)), FrameStatus::too_large);
}

TEST(FrameDecoder, GrowsWithItsFrames) {
    FrameBed bed{spot};
    std::string rows;
    for (int i = 1; i <= 50'000; ++i)
        rows += (i == 1 ? "" : ",") + std::string{R"([")"} + std::to_string(i) + R"(.50","1"])";
    const std::string text =
        R"({"e":"depthUpdate","E":1,"s":"A","U":1,"u":1,"a":[],"b":[)" + rows + "]}";
    ASSERT_GT(text.size(), std::size_t{64} << 10);
    ASSERT_EQ(bed.frame_of(text), FrameStatus::ok);
    ASSERT_EQ(bed.frame.levels.size(), 50'000u);
    EXPECT_EQ(bed.frame.levels.back(), (LevelRow{{500005, 1}, {1, 0}}));
    EXPECT_EQ(bed.frame_of(touch), FrameStatus::ok);
    EXPECT_EQ(bed.frame.events.size(), 1u);
}

}  // namespace
}  // namespace tickweir::codecs::json
