// What a request target says, and every way in which it can be malformed.
#include "gateway/serve/api/target.hpp"

#include <gtest/gtest.h>

#include <random>

#include "tests/support/seed.hpp"

namespace tickweir::gateway {
namespace {

using Texts = std::vector<std::string>;

/// The target as text: segments in brackets, then name=value pairs; or the error.
std::string read(std::string_view sent, const TargetLimits& limits = {}) {
    const auto parsed = Target::parse(sent, limits);
    if (const auto* error = std::get_if<TargetError>(&parsed))
        return std::to_string(error->status) + " @" + std::to_string(error->offset) + ' ' +
               error->reason;
    const Target& target = std::get<Target>(parsed);
    std::string text;
    for (std::size_t i = 0; i < target.segment_count(); ++i)
        text += '[' + std::string{target.segment(i)} + ']';
    for (std::size_t i = 0; i < target.parameter_count(); ++i) {
        const std::string_view name = target.parameter_name(i);
        text += ' ' + std::string{name} + '=' + std::string{*target.parameter(name)};
    }
    return text;
}

TEST(Target, SplitsThePathAtSlashes) {
    EXPECT_EQ(read("/"), "");
    EXPECT_EQ(read("/a"), "[a]");
    EXPECT_EQ(read("/v1/books/AAPL"), "[v1][books][AAPL]");
    EXPECT_EQ(read("/a/"), "[a][]");
    EXPECT_EQ(read("//"), "[][]");
    EXPECT_EQ(read("/../."), "[..][.]");
}

TEST(Target, DecodesEscapesAfterSplitting) {
    EXPECT_EQ(read("/a/XBT%2fUSD"), "[a][XBT/USD]");
    EXPECT_EQ(read("/kraken%3AXBT%2FUSD"), "[kraken:XBT/USD]");
    EXPECT_EQ(read("/%2541%3f"), "[%41?]");
    EXPECT_EQ(read("/%ff+"), "[\xff+]");
}

TEST(Target, KeepsThePathAsItWasSent) {
    EXPECT_EQ(std::get<Target>(Target::parse("/a%2Fb/?c=d")).path(), "/a%2Fb/");
    EXPECT_EQ(std::get<Target>(Target::parse("http://host")).path(), "/");
}

TEST(Target, ReadsParametersInOrder) {
    EXPECT_EQ(read("/?depth=10&from=1"), " depth=10 from=1");
    EXPECT_EQ(read("/a?"), "[a]");
    EXPECT_EQ(read("/a?b"), "[a] b=");
    EXPECT_EQ(read("/a?b="), "[a] b=");
    EXPECT_EQ(read("/a?b=c=d/?"), "[a] b=c=d/?");
    EXPECT_EQ(read("/a?%62=%26%3d+x"), "[a] b=&= x");
}

TEST(Target, FindsNoParameterThatIsNotThere) {
    const auto parsed = Target::parse("/a?b=1");
    EXPECT_EQ(std::get<Target>(parsed).parameter("b"), "1");
    EXPECT_EQ(std::get<Target>(parsed).parameter("c"), std::nullopt);
}

TEST(Target, TakesTheAbsoluteForm) {
    EXPECT_EQ(read("http://h:80/a?b=1"), "[a] b=1");
    EXPECT_EQ(read("HTTPS://h?b=1"), " b=1");
    EXPECT_EQ(read("http://h"), "");
}

TEST(Target, RefusesWhatDoesNotBeginWithASlash) {
    EXPECT_EQ(read(""), "400 @0 target, byte 0: a target begins with '/', got ''");
    EXPECT_EQ(read("*"), "400 @0 target, byte 0: a target begins with '/', got '*'");
    EXPECT_EQ(read("?a"), "400 @0 target, byte 0: a target begins with '/', got '?a'");
    EXPECT_EQ(read("ftp://h/"), "400 @0 target, byte 0: a target begins with '/', got 'ftp://h/'");
    EXPECT_EQ(read(std::string(40, 'x')), "400 @0 target, byte 0: a target begins with '/', got '" +
                                              std::string(32, 'x') + "...'");
}

TEST(Target, RefusesBadEscapes) {
    EXPECT_EQ(read("/a%"), "400 @2 target, byte 2: '%' is no escape of two hexadecimal digits");
    EXPECT_EQ(read("/a%4"), "400 @2 target, byte 2: '%4' is no escape of two hexadecimal digits");
    EXPECT_EQ(read("/%4g"), "400 @1 target, byte 1: '%4g' is no escape of two hexadecimal digits");
    EXPECT_EQ(read("/?a=%xy"),
              "400 @4 target, byte 4: '%xy' is no escape of two hexadecimal digits");
    EXPECT_EQ(read("/%00"), "400 @1 target, byte 1: '%00' is not allowed");
}

TEST(Target, RefusesCharactersThatHaveToBeEncoded) {
    EXPECT_EQ(read("/a b"), "400 @2 target, byte 2: character '\\x20' must be percent-encoded");
    EXPECT_EQ(read("/a#b"), "400 @2 target, byte 2: character '#' must be percent-encoded");
    EXPECT_EQ(read("/a?b=\"c"), "400 @5 target, byte 5: character '\"' must be percent-encoded");
    EXPECT_EQ(read("/\xc3\xa9"),
              "400 @1 target, byte 1: character '\\xc3' must be percent-encoded");
    EXPECT_EQ(read(std::string_view{"/\0", 2}),
              "400 @1 target, byte 1: character '\\x00' must be percent-encoded");
}

TEST(Target, RefusesMalformedParameters) {
    EXPECT_EQ(read("/?=1"), "400 @2 target, byte 2: a parameter has no name");
    EXPECT_EQ(read("/?a=1&&b=2"), "400 @6 target, byte 6: a parameter has no name");
    EXPECT_EQ(read("/?a=1&"), "400 @5 target, byte 5: a parameter is missing after '&'");
    EXPECT_EQ(read("/?a=1&b&a=2"), "400 @8 target, byte 8: parameter 'a' is given more than once");
    EXPECT_EQ(read("/?a=1&%61=1"), "400 @6 target, byte 6: parameter 'a' is given more than once");
}

TEST(Target, HoldsItsLimits) {
    const TargetLimits limits{.bytes = 12, .segments = 2, .parameters = 2};
    EXPECT_EQ(read("/a/b?c=1&d=2", limits), "[a][b] c=1 d=2");
    EXPECT_EQ(read("/a/bb?c=1&d=2", limits), "414 @12 the target is longer than 12 bytes, got 13");
    EXPECT_EQ(read("/a/b/c", limits), "400 @5 target, byte 5: the path has more than 2 segments");
    EXPECT_EQ(read("/?a&b&c", limits), "400 @6 target, byte 6: there are more than 2 parameters");
}

TEST(Target, SurvivesBeingMoved) {
    auto parsed = Target::parse("/a?b=c");
    const Target moved = std::move(std::get<Target>(parsed));
    EXPECT_EQ(moved.segment(0), "a");
    EXPECT_EQ(moved.parameter("b"), "c");
}

TEST(Target, ReadsBackWhateverWasEncoded) {
    std::mt19937_64 random{tests::test_seed()};
    for (int round = 0; round < 2'000; ++round) {
        std::string name(1 + random() % 20, ' ');
        for (char& c : name)
            c = static_cast<char>(1 + random() % 255);
        std::string sent = "/s/";
        for (const char c : name) {
            constexpr std::string_view digits = "0123456789aBcDeF";
            const auto byte = static_cast<unsigned char>(c);
            if (std::isalnum(byte) != 0 && random() % 2 == 0)
                sent += c;
            else
                sent += {'%', digits[byte >> 4], digits[byte & 15]};
        }
        ASSERT_EQ(read(sent), "[s][" + name + ']') << sent;
    }
}

TEST(Target, AnswersEveryRandomText) {
    std::mt19937_64 random{tests::test_seed()};
    constexpr std::string_view letters = "/?&=%0aAzZ:+.#\" \x80";
    for (int round = 0; round < 20'000; ++round) {
        std::string sent = random() % 4 == 0 ? "" : "/";
        for (std::size_t i = random() % 24; i > 0; --i)
            sent += letters[random() % letters.size()];
        const auto parsed = Target::parse(sent);
        if (const auto* error = std::get_if<TargetError>(&parsed)) {
            ASSERT_LE(error->offset, sent.size()) << sent;
            ASSERT_FALSE(error->reason.empty());
        }
    }
}

}  // namespace
}  // namespace tickweir::gateway
