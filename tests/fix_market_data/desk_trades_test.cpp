// Trades: every one, once, in order, whatever the session reads.
#include <cstdint>

#include "tests/fix_market_data/desk_bed.hpp"

namespace tickweir::tests {
namespace {

using Texts = std::vector<std::string>;

TEST(MarketDataTrades, BeginWithTheLastOneAndFollowOneByOne) {
    DeskBed bed;
    bed.market.trade(DeskBed::acme, 990, 1);
    bed.market.clock_ns = 1'700'000'001'000'000'000;
    bed.market.trade(DeskBed::acme, 1'000, 5);
    EXPECT_EQ(bed.answer("V", md_request("r", 1, 0, 1, "2", {"ACME"})),
              Texts{"W 262=r|55=ACME|207=tickweir|268=1|269=2|270=10|271=5|272=20231114|"
                    "273=22:13:21.000|58=1700000001000001000|"});
    bed.market.trade(DeskBed::acme, 1'001, 2);
    bed.market.trade(DeskBed::acme, 1'002, 3);
    bed.turn();
    EXPECT_EQ(bed.heard(),
              Texts{"X 262=r|268=2|279=0|269=2|278=1700000001000002000|55=ACME|207=tickweir|"
                    "270=10.01|271=2|272=20231114|273=22:13:21.000|"
                    "279=0|269=2|278=1700000001000003000|55=ACME|207=tickweir|270=10.02|271=3|"
                    "272=20231114|273=22:13:21.000|"});
}

TEST(MarketDataTrades, ComeWithTheFirstBookAndBesideIt) {
    DeskBed bed;
    bed.market.add(DeskBed::acme, 1, book::Side::buy, 900, 1);
    EXPECT_EQ(bed.answer("V", md_request("r", 1, 0, 1, "012", {"ACME"})).size(), 1u);
    EXPECT_EQ(bed.answer("V", md_request("s", 1, 0, 1, "2", {"GLOBEX"})),
              Texts{"W 262=s|55=GLOBEX|207=tickweir|268=0|"});
    bed.market.trade(DeskBed::acme, 900, 1);
    bed.market.reduce(DeskBed::acme, 1, 0);
    bed.turn();
    bed.heard();
    bed.desk->on_logon(SessionId{8}, bed.now, bed.output);
    bed.ask(SessionId{8}, "V", md_request("r", 1, 0, 1, "012", {"ACME"}));
    bed.turn();
    EXPECT_EQ(bed.session(SessionId{8}).twin.book("r", "ACME").trades, Texts{"9"});
    bed.market.trade(DeskBed::acme, 901, 1);
    bed.turn();
    EXPECT_EQ(bed.session(SessionId{8}).twin.book("r", "ACME").trades, (Texts{"9", "9.01"}));
    EXPECT_EQ(bed.session().twin.book("r", "ACME").trades, (Texts{"9", "9.01"}));
}

TEST(MarketDataTrades, AreNotMissedBetweenARequestAndWhatItsMarketSends) {
    DeskBed bed;
    bed.market.trade(DeskBed::acme, 900, 1);
    bed.ask("V", md_request("r", 1, 0, 1, "2", {"ACME"}));
    bed.market.trade(DeskBed::acme, 901, 1);
    bed.market.trade(DeskBed::acme, 902, 1);
    bed.turn();
    bed.market.trade(DeskBed::acme, 903, 1);
    bed.turn();
    EXPECT_EQ(bed.session().twin.book("r", "ACME").trades, (Texts{"9", "9.01", "9.02", "9.03"}));
    EXPECT_EQ(bed.desk->counts().trades_missed, 0u);
}

TEST(MarketDataTrades, AreCountedWhereTheStoreHasForgottenThem) {
    DeskBed bed;
    bed.ask("V", md_request("r", 1, 0, 1, "2", {"ACME"}));
    for (int i = 0; i < 300; ++i)
        bed.market.trade(DeskBed::acme, 900 + i, 1);
    bed.turn();
    EXPECT_EQ(bed.session().twin.book("r", "ACME").trades.size(), 256u);
    EXPECT_EQ(bed.desk->counts().trades_missed, 44u);
}

TEST(MarketDataTrades, AreNeverLeftOutForASlowSession) {
    DeskBed bed;
    bed.answer("V", md_request("r", 1, 0, 1, "012", {"ACME"}));
    bed.session().reads = false;
    bed.session().queued = 1'000'000;
    for (int i = 0; i < 2'000; ++i) {
        bed.market.trade(DeskBed::acme, 900 + i, 1);
        if (i % 7 == 0) bed.turn();
    }
    bed.turn();
    EXPECT_EQ(bed.session().twin.book("r", "ACME").trades.size(), 2'000u);
    EXPECT_EQ(bed.desk->counts().trades_missed, 0u);
    expect_no_complaints(bed.session().twin);
}

TEST(MarketDataTrades, FillSeveralMessagesWhereTheyAreMany) {
    DeskBed bed;
    bed.answer("V", md_request("r", 1, 0, 1, "2", {"ACME"}));
    for (int i = 0; i < 3'000; ++i)
        bed.market.trade(DeskBed::acme, 900 + i, 1);
    bed.turn();
    EXPECT_GT(bed.heard().size(), 3u);
    EXPECT_EQ(bed.session().twin.book("r", "ACME").trades.size(), 3'000u);
}

TEST(MarketDataTrades, StandInFullRefreshesAsTheLastOne) {
    DeskBed bed;
    bed.answer("V", md_request("r", 1, 0, 0, "2", {"ACME"}));
    bed.market.trade(DeskBed::acme, 900, 1);
    bed.market.trade(DeskBed::acme, 901, 1);
    bed.pass(100ms);
    const Texts heard = bed.heard();
    ASSERT_EQ(heard.size(), 1u);
    EXPECT_TRUE(heard[0].starts_with("W 262=r|55=ACME|207=tickweir|268=1|269=2|270=9.01|"))
        << heard[0];
}

}  // namespace
}  // namespace tickweir::tests
