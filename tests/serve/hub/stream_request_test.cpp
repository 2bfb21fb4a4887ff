// Client messages: what is understood, and how what is not understood is told.
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "codecs/json/stream_request.hpp"
#include "tests/support/seed.hpp"

namespace tickweir::codecs::json {
namespace {

std::string refusal(StreamRequestParser& parser, std::string_view text) {
    if (parser.parse(text) != nullptr) return "accepted";
    return std::to_string(parser.error().code) + ' ' + std::string{parser.error().reason};
}

TEST(StreamRequestParser, UsesAKernelWithVectors) {
    EXPECT_NE(StreamRequestParser::kernel(), "fallback");
}

TEST(StreamRequestParser, ReadsEveryFieldInAnyOrder) {
    StreamRequestParser parser;
    const auto* request = parser.parse(
        R"( {"interval":"1m","symbols":["AAPL","b:X\u0041\/Y"],"conflate_ms":60000,"x":{"y":[1,)"
        R"(-2.5e3,"z",true,false,null,{}]},"channel":"l2","depth":1000,"id":-7,"op":"subscribe"} )");
    ASSERT_NE(request, nullptr) << parser.error().reason;
    EXPECT_EQ(request->op, StreamOp::subscribe);
    EXPECT_EQ(request->id, -7);
    EXPECT_EQ(request->channel, "l2");
    EXPECT_EQ((std::vector<std::string_view>{request->symbols.begin(), request->symbols.end()}),
              (std::vector<std::string_view>{"AAPL", "b:XA/Y"}));
    EXPECT_EQ(request->depth, 1000u);
    EXPECT_EQ(request->conflate_ms, 60'000u);
    EXPECT_EQ(request->interval, "1m");
}

TEST(StreamRequestParser, LeavesOutWhatIsNotThere) {
    StreamRequestParser parser;
    ASSERT_NE(parser.parse(R"({"op":"subscribe","symbols":["A"],"id":1,"depth":2})"), nullptr);
    const auto* request = parser.parse(R"({"op":"ping"})");
    ASSERT_NE(request, nullptr);
    EXPECT_EQ(request->op, StreamOp::ping);
    EXPECT_FALSE(request->id || request->channel || request->depth || request->interval);
    EXPECT_TRUE(request->symbols.empty());
    EXPECT_EQ(request->conflate_ms, 0u);
}

TEST(StreamRequestParser, NamesEveryOperation) {
    StreamRequestParser parser;
    for (const auto op : {StreamOp::subscribe, StreamOp::unsubscribe, StreamOp::list,
                          StreamOp::snapshot, StreamOp::ping}) {
        const auto* request = parser.parse(R"({"op":")" + std::string{to_string(op)} + "\"}");
        ASSERT_NE(request, nullptr);
        EXPECT_EQ(request->op, op);
    }
}

TEST(StreamRequestParser, NamesKeyAndValueOfWhatItRefuses) {
    StreamRequestParser parser;
    const auto expect = [&](std::string_view text, std::string_view reason) {
        EXPECT_EQ(refusal(parser, text), reason) << text;
    };
    expect(R"({"op":"pong"})",
           "400 op must be subscribe, unsubscribe, list, snapshot or ping, got pong");
    expect(R"({"op":7})", "400 op must be a string, got 7");
    expect(R"({"id":7})", "400 op is missing");
    expect("{}", "400 op is missing");
    expect(R"({"op":"ping","id":1.0})", "400 id must be an integer of 64 bits, got 1.0");
    expect(R"({"op":"ping","id":"7"})", "400 id must be an integer of 64 bits, got \"7\"");
    expect(R"({"op":"ping","id":null})", "400 id must be an integer of 64 bits, got null");
    expect(R"({"op":"ping","id":[1]})", "400 id must be an integer of 64 bits, got [");
    expect(R"({"op":"ping","id":9223372036854775808})",
           "400 id must be an integer of 64 bits, got 9223372036854775808");
    expect(R"({"op":"ping","id":1,"id":1})", "400 id is given twice");
    expect(R"({"op":"ping","\u006fp":"ping"})", "400 op is given twice");
    expect(R"({"op":"subscribe","depth":0})", "400 depth must be 1 to 1000, got 0");
    expect(R"({"op":"subscribe","depth":1001})", "400 depth must be 1 to 1000, got 1001");
    expect(R"({"op":"subscribe","depth":-1})", "400 depth must be 1 to 1000, got -1");
    expect(R"({"op":"subscribe","conflate_ms":60001})",
           "400 conflate_ms must be 0 to 60000, got 60001");
    expect(R"({"op":"subscribe","channel":1})", "400 channel must be a string, got 1");
    expect(R"({"op":"subscribe","interval":{}})", "400 interval must be a string, got {");
    expect(R"({"op":"subscribe","symbols":"A"})",
           "400 symbols must be an array of strings, got \"A\"");
    expect(R"({"op":"subscribe","symbols":["A",5]})", "400 symbols must be a string, got 5");
    expect(R"({"op":"subscribe","symbols":[""]})",
           "400 symbols must be names of 1 to 129 bytes, got \"\"");
    expect(R"({"op":"subscribe","channel":")" + std::string(60, 'x') + R"(","op":"list"})",
           "400 op is given twice");
    const std::string tall(130, 'x');
    expect(R"({"op":"subscribe","symbols":[")" + tall + "\"]}",
           "400 symbols must be names of 1 to 129 bytes, got " + tall.substr(0, 40) + "...");
    expect(R"({"op":"a\u0001\u00e9b"})",
           "400 op must be subscribe, unsubscribe, list, snapshot or ping, got a???b");
}

TEST(StreamRequestParser, RefusesWhatIsNoObject) {
    StreamRequestParser parser;
    for (const char* text : {"",
                             " ",
                             "[]",
                             "7",
                             "null",
                             "\"op\"",
                             "{",
                             "{\"op\"",
                             "{\"op\":",
                             R"({"op":"ping")",
                             R"({"op":"ping"}})",
                             R"({"op":"ping"} {})",
                             R"({"op":"ping"}x)",
                             R"({"op":"ping",})",
                             R"({"op":"ping" "id":1})",
                             R"({"op":"pi)",
                             "{\"op\":\"pi\ng\"}",
                             "{\"op\":\"\xff\"}",
                             R"({"op":"ping","x":nul})",
                             R"({"op":"ping","x":nulll})",
                             "{\"op\":\"ping\",\"x\":null\f-2}",
                             R"({"op":"ping","x":truex})",
                             R"({"op":"ping","x":01})",
                             R"({"op":"ping","x":[1,]})",
                             R"({"op":"ping","x":[1 2]})",
                             R"({"op":"ping","x":{"a":1,}})",
                             R"({"op":"ping","x":"\q"})",
                             R"({"op":"ping","x":1e999})",
                             R"({"op":"\ud800"})",
                             R"({"op":"ping","x":{"a" 1}})"}) {
        EXPECT_EQ(parser.parse(text), nullptr) << text;
        EXPECT_EQ(parser.error().code, 400u) << text;
        EXPECT_FALSE(parser.error().reason.empty()) << text;
    }
}

TEST(StreamRequestParser, RefusesDeepNesting) {
    StreamRequestParser parser;
    const auto nested = [](int depth) {
        return R"({"op":"ping","x":)" + std::string(static_cast<std::size_t>(depth), '[') +
               std::string(static_cast<std::size_t>(depth), ']') + "}";
    };
    EXPECT_EQ(refusal(parser, nested(8)), "accepted");
    EXPECT_EQ(refusal(parser, nested(9)), "400 nested too deeply");
    EXPECT_EQ(refusal(parser, R"({"op":"ping","x":)" + std::string(2'000, '{')),
              "400 not a JSON object");
    std::string objects = R"({"op":"ping","x":)";
    for (int i = 0; i < 9; ++i)
        objects += R"({"a":)";
    EXPECT_EQ(refusal(parser, objects + "1" + std::string(10, '}')), "400 nested too deeply");
}

TEST(StreamRequestParser, KeepsItsLimitsAtTheirEdges) {
    StreamRequestParser parser{{.bytes = 40, .symbols = 2}};
    std::string text = R"({"op":"list"})";
    text.resize(40, ' ');
    EXPECT_EQ(refusal(parser, text), "accepted");
    EXPECT_EQ(refusal(parser, text + ' '), "413 message of 41 bytes, at most 40");
    EXPECT_EQ(refusal(parser, R"({"op":"list","symbols":["A","B"]})"), "accepted");
    EXPECT_EQ(refusal(parser, R"({"op":"list","symbols":["A","B","C"]})"),
              "413 symbols: more than 2");
}

TEST(StreamRequestParser, EchoesTheIdWhereverItStands) {
    StreamRequestParser parser;
    for (const char* const text :
         {R"({"id":5,"op":"pong"})", R"({"op":"pong","id":5})", R"({"depth":0,"x":[{}],"id":5})",
          R"({"op":"list","symbols":["A",7,"B"],"depth":1,"id":5})",
          R"({"symbols":{"a":[1,2]},"op":7,"id":5,"depth":-1})"}) {
        EXPECT_EQ(parser.parse(text), nullptr) << text;
        EXPECT_EQ(parser.error().id, 5) << text;
    }
    EXPECT_EQ(refusal(parser, R"({"depth":0,"id":5,"op":"pong"})"),
              "400 depth must be 1 to 1000, got 0");
    EXPECT_EQ(parser.parse(R"({"op":"pong" "id":5})"), nullptr);
    EXPECT_EQ(parser.error().id, std::nullopt);
}

TEST(StreamRequestParser, TakesEveryPrefixAndEveryMutationWithoutHarm) {
    const std::string whole =
        R"({"op":"subscribe","id":7,"channel":"l2","symbols":["AAPL","x:y"],"depth":10,"q":[{}]})";
    StreamRequestParser parser;
    for (std::size_t length = 0; length < whole.size(); ++length)
        EXPECT_EQ(parser.parse(whole.substr(0, length)), nullptr) << length;
    std::mt19937_64 random{tests::test_seed()};
    for (int i = 0; i < 50'000; ++i) {
        std::string text = whole;
        for (std::uint64_t changes = 1 + random() % 3; changes != 0; --changes)
            text[random() % text.size()] = static_cast<char>(random());
        const auto* request = parser.parse(text);
        if (request == nullptr) {
            EXPECT_FALSE(parser.error().reason.empty());
        }
    }
    EXPECT_NE(parser.parse(whole), nullptr);
}

}  // namespace
}  // namespace tickweir::codecs::json
