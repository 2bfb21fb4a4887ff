#include "store/trade_id.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "tests/support/seed.hpp"

namespace tickweir::store {
namespace {

std::string there_and_back(std::string_view text, TradeIdKind kind) {
    Trade trade;
    EXPECT_TRUE(set_trade_id(trade, text)) << text;
    EXPECT_EQ(trade.trade_id_kind, kind) << text;
    std::array<char, trade_id_chars_max> room;
    return std::string{trade_id_text(trade, room)};
}

TEST(TradeId, ComesBackAsItWasWritten) {
    for (const char* const text : {"0", "1", "900", "18446744073709551615"})
        EXPECT_EQ(there_and_back(text, TradeIdKind::number), text);
    for (const char* const text :
         {"20f43950-d8dd-5b31-9112-a178eb6023af", "00000000-0000-0000-0000-000000000000",
          "ffffffff-ffff-ffff-ffff-ffffffffffff"})
        EXPECT_EQ(there_and_back(text, TradeIdKind::uuid), text);
    for (const char* const text :
         {"BTC-60287305", "007", "-5", "+5", "1e5", "0123456789abcdef", "A"})
        EXPECT_EQ(there_and_back(text, TradeIdKind::text), text);
    EXPECT_EQ(there_and_back("", TradeIdKind::none), "");
}

TEST(TradeId, IsLeftOutWhereItFitsNoKind) {
    for (const char* const text :
         {"0123456789abcdefg", "18446744073709551616000", "20F43950-D8DD-5B31-9112-A178EB6023AF",
          "20f43950-d8dd-5b31-9112-a178eb6023a", "20f43950xd8dd-5b31-9112-a178eb6023af", "a b",
          "quote\"", "back\\slash", "\x01", "\xc3\xa9"}) {
        Trade trade;
        trade.trade_id = trade.trade_id_more = 7;
        EXPECT_FALSE(set_trade_id(trade, text)) << text;
        EXPECT_EQ(trade.trade_id_kind, TradeIdKind::none);
        EXPECT_EQ(trade.trade_id, 0U);
        std::array<char, trade_id_chars_max> room;
        EXPECT_EQ(trade_id_text(trade, room), "");
    }
}

TEST(TradeId, SurvivesAnyTextThatItTakes) {
    std::mt19937_64 random{tests::test_seed()};
    constexpr std::string_view characters = "0123456789abcdef-AZ\"\\ ";
    for (int i = 0; i < 100'000; ++i) {
        std::string text;
        for (auto length = random() % 40; length > 0; --length)
            text += characters[random() % (i % 2 == 0 ? 10 : characters.size())];
        Trade trade;
        if (!set_trade_id(trade, text)) continue;
        std::array<char, trade_id_chars_max> room;
        EXPECT_EQ(trade_id_text(trade, room), text);
    }
}

}  // namespace
}  // namespace tickweir::store
