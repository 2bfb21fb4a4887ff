// Documents as trees: every kind of value, and what is no JSON.
#include "codecs/json/query_answer.hpp"

#include <gtest/gtest.h>

#include <random>

#include "tests/support/seed.hpp"

namespace tickweir::codecs::json {
namespace {

using Kind = Value::Kind;

Value read(std::string_view text) {
    auto parsed = parse_value(text);
    if (const auto* why = std::get_if<std::string>(&parsed)) ADD_FAILURE() << *why;
    return std::holds_alternative<Value>(parsed) ? std::get<Value>(parsed) : Value{};
}

TEST(QueryAnswer, ReadsEveryKindOfValue) {
    const Value value = read(R"({"s": "a\"\u00e9", "i": -5, "u": 18446744073709551615, "d": 0.25,
                                 "t": true, "f": false, "n": null, "a": [1, [2]], "o": {"x": "y"}})");
    ASSERT_EQ(value.kind, Kind::object);
    EXPECT_EQ(value.find("s")->kind, Kind::string);
    EXPECT_EQ(value.find("s")->text, "a\"\xc3\xa9");
    EXPECT_EQ(value.find("i")->kind, Kind::number);
    EXPECT_EQ(value.find("i")->text, "-5");
    EXPECT_EQ(value.find("u")->text, "18446744073709551615");
    EXPECT_EQ(value.find("d")->text, "0.25");
    EXPECT_EQ(value.find("t")->kind, Kind::boolean);
    EXPECT_EQ(value.find("t")->text, "true");
    EXPECT_EQ(value.find("f")->text, "false");
    EXPECT_EQ(value.find("n")->kind, Kind::null);
    ASSERT_EQ(value.find("a")->kind, Kind::array);
    ASSERT_EQ(value.find("a")->members.size(), 2u);
    EXPECT_EQ(value.find("a")->members[1].value.members[0].value.text, "2");
    EXPECT_EQ(value.find("o")->find("x")->text, "y");
}

TEST(QueryAnswer, FindsNothingWhereNothingIs) {
    const Value value = read(R"({"a": [1], "": 2})");
    EXPECT_EQ(value.find("b"), nullptr);
    EXPECT_EQ(value.find("a")->find(""), nullptr);
    EXPECT_EQ(value.find("")->text, "2");
    EXPECT_EQ(read("7").text, "7");
}

TEST(QueryAnswer, RefusesWhatIsNoJson) {
    for (const char* text :
         {"", " ", "{", "[1,]", "{\"a\" 1}", "nul", "1 2", "\"\xff\"", "<html>"}) {
        const auto parsed = parse_value(text);
        ASSERT_TRUE(std::holds_alternative<std::string>(parsed)) << text;
        EXPECT_TRUE(std::get<std::string>(parsed).starts_with("not JSON: "));
    }
}

TEST(QueryAnswer, HoldsItsLimits) {
    const ValueLimits limits{.bytes = 20, .nesting = 4};
    EXPECT_TRUE(std::holds_alternative<Value>(parse_value("[[[1]]]", limits)));
    EXPECT_FALSE(std::holds_alternative<Value>(parse_value("[[[[[1]]]]]", limits)));
    EXPECT_EQ(std::get<std::string>(parse_value(std::string(21, '1'), limits)),
              "JSON of 21 bytes is larger than the limit of 20");
    EXPECT_FALSE(std::holds_alternative<Value>(parse_value(std::string(100'000, '['))));
}

TEST(QueryAnswer, SurvivesRandomText) {
    std::mt19937_64 random{tests::test_seed()};
    constexpr std::string_view letters = "{}[]\",:01e-. tfn\\u\xff";
    for (int round = 0; round < 5'000; ++round) {
        std::string text;
        for (std::size_t i = random() % 20; i > 0; --i)
            text += letters[random() % letters.size()];
        static_cast<void>(parse_value(text));
    }
}

}  // namespace
}  // namespace tickweir::codecs::json
