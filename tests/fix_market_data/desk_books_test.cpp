// Books as a session is shown them: message by message.
#include "tests/fix_market_data/desk_bed.hpp"

namespace tickweir::tests {
namespace {

using Texts = std::vector<std::string>;
using book::Side;

constexpr const char* w_head = "W 262=r|55=ACME|207=tickweir|";
constexpr const char* in = "55=ACME|207=tickweir|";

/// Two bids and an offer.
void fill(DeskBed& bed) {
    bed.market.add(DeskBed::acme, 1, Side::buy, 1'000, 5);
    bed.market.add(DeskBed::acme, 2, Side::buy, 999, 7);
    bed.market.add(DeskBed::acme, 3, Side::buy, 999, 3);
    bed.market.add(DeskBed::acme, 4, Side::sell, 1'001, 4);
    bed.market.clock_ns = 1'700'000'001'234'567'890;
    bed.market.set_status(DeskBed::acme, store::TradingState::trading, store::SyncReason::none);
}

TEST(MarketDataDesk, AnswersASnapshotWithTheBookAndTheLastTrade) {
    DeskBed bed;
    fill(bed);
    bed.market.clock_ns = 1'700'000'001'234'567'890;
    bed.market.trade(DeskBed::acme, 1'001, 9);
    EXPECT_EQ(
        bed.answer("V", md_request("r", 0, 0, 0, "012", {"ACME"})),
        Texts{std::string{w_head} + "268=4|269=2|270=10.01|271=9|272=20231114|273=22:13:21.234|"
                                    "58=1700000001234568890|"
                                    "269=0|270=10|271=5|272=20231114|273=22:13:21.234|346=1|"
                                    "269=0|270=9.99|271=10|346=2|"
                                    "269=1|270=10.01|271=4|346=1|"});
    EXPECT_EQ(bed.desk->counts().open_requests, 0u);
}

TEST(MarketDataDesk, ShowsOnlyTheSidesAndTheDepthThatAreAskedFor) {
    DeskBed bed;
    fill(bed);
    EXPECT_EQ(bed.answer("V", md_request("r", 0, 1, 0, "0", {"ACME"})).front().substr(29),
              "268=1|269=0|270=10|271=5|272=20231114|273=22:13:21.234|346=1|290=1|");
    EXPECT_EQ(bed.answer("V", md_request("r", 0, 1, 0, "1", {"ACME"})).front().substr(29),
              "268=1|269=1|270=10.01|271=4|272=20231114|273=22:13:21.234|346=1|290=1|");
}

TEST(MarketDataDesk, TellsNewChangedAndDeletedLevels) {
    DeskBed bed;
    fill(bed);
    bed.answer("V", md_request("r", 1, 0, 1, "01", {"ACME"}));
    const std::string time = "272=20231114|273=22:13:21.234|";
    bed.market.add(DeskBed::acme, 9, Side::buy, 1'000, 2);
    bed.turn();
    EXPECT_EQ(bed.heard(), Texts{"X 262=r|268=1|279=1|269=0|" + std::string{in} + "270=10|271=7|" +
                                 time + "346=2|"});
    bed.market.replace(DeskBed::acme, 4, 10, 1'002, 4);
    bed.turn();
    EXPECT_EQ(bed.heard(),
              Texts{"X 262=r|268=2|279=2|269=1|" + std::string{in} + "270=10.01|" + time +
                    "279=0|269=1|" + in + "270=10.02|271=4|" + time + "346=1|"});
}

TEST(MarketDataDesk, NetsWhatATurnBrings) {
    DeskBed bed;
    fill(bed);
    bed.answer("V", md_request("r", 1, 0, 1, "01", {"ACME"}));
    bed.market.add(DeskBed::acme, 9, Side::buy, 998, 2);
    bed.market.remove(DeskBed::acme, 9);
    bed.turn();
    EXPECT_EQ(bed.heard(), Texts{});
    for (std::uint64_t order = 20; order < 30; ++order)
        bed.market.add(DeskBed::acme, order, Side::buy, 998, 1);
    bed.turn();
    const Texts heard = bed.heard();
    ASSERT_EQ(heard.size(), 1u);
    EXPECT_NE(heard[0].find("|268=1|279=0|269=0|"), std::string::npos) << heard[0];
    EXPECT_NE(heard[0].find("|270=9.98|271=10|"), std::string::npos) << heard[0];
}

TEST(MarketDataDesk, KeepsToTheDepthAndTellsPositions) {
    DeskBed bed;
    fill(bed);
    bed.session().twin.expect("r", 2);
    bed.answer("V", md_request("r", 1, 2, 1, "01", {"ACME"}));
    bed.market.add(DeskBed::acme, 9, Side::buy, 1'000 - 5, 2);  // beyond the depth
    bed.turn();
    EXPECT_EQ(bed.heard(), Texts{});
    bed.market.add(DeskBed::acme, 10, Side::sell, 1'000 + 5, 2);
    bed.market.add(DeskBed::acme, 11, Side::buy, 1'000 + 0, 2);
    bed.market.add(DeskBed::acme, 12, Side::buy, 1'000 - 0, 2);
    bed.turn();
    const std::string heard = bed.heard().at(0);
    EXPECT_NE(heard.find("269=1|" + std::string{in} + "270=10.05|"), std::string::npos) << heard;
    EXPECT_TRUE(heard.ends_with("290=2|")) << heard;
    expect_book(bed.session().twin, "r", "ACME", bed.market, DeskBed::acme, 2);
    bed.market.remove(DeskBed::acme, 2);
    bed.market.remove(DeskBed::acme, 3);  // 995 enters
    bed.turn();
    expect_book(bed.session().twin, "r", "ACME", bed.market, DeskBed::acme, 2);
    expect_no_complaints(bed.session().twin);
}

TEST(MarketDataDesk, LeavesTheDroppingToAClientThatDropsByItself) {
    DeskBed bed;
    fill(bed);
    bed.session().twin.expect("r", 2, /*drops_by_itself=*/true);
    bed.answer("V", md_request("r", 1, 2, 1, "01", {"ACME"}, "547=Y|"));
    bed.market.add(DeskBed::acme, 9, Side::buy, 1'000 + 0, 2);
    bed.market.replace(DeskBed::acme, 4, 11, 1'010, 2);
    bed.market.add(DeskBed::acme, 12, Side::buy, 1'001, 2);  // pushes 999 out
    bed.turn();
    const std::string heard = bed.heard().at(0);
    EXPECT_EQ(heard.find("270=9.99"), std::string::npos) << heard;
    expect_book(bed.session().twin, "r", "ACME", bed.market, DeskBed::acme, 2);
    expect_no_complaints(bed.session().twin);
}

TEST(MarketDataDesk, SendsFullRefreshesAtMostOnceInAnInterval) {
    DeskBed bed;
    fill(bed);
    bed.answer("V", md_request("r", 1, 5, 0, "01", {"ACME"}));
    for (std::uint64_t order = 20; order < 40; ++order) {
        bed.market.add(DeskBed::acme, order, Side::buy, 990 + static_cast<int>(order % 7), 1);
        bed.turn();
    }
    // The first one came with the request.
    EXPECT_EQ(bed.heard(), Texts{});
    ASSERT_TRUE(bed.desk->next_due().has_value());
    EXPECT_LE(*bed.desk->next_due(), bed.now + 100ms);
    bed.pass(100ms);
    EXPECT_EQ(bed.heard().size(), 1u);
    bed.pass(100ms);
    EXPECT_EQ(bed.heard(), Texts{});
    expect_book(bed.session().twin, "r", "ACME", bed.market, DeskBed::acme, 5);
    EXPECT_EQ(bed.session().twin.book("r", "ACME").incrementals, 0u);
}

TEST(MarketDataDesk, ShowsNoBookThatMayBeWrong) {
    DeskBed bed;
    fill(bed);
    bed.answer("V", md_request("r", 1, 0, 1, "01", {"ACME"}));
    bed.market.clock_ns = 1'700'000'002'000'000'000;
    bed.market.set_status(DeskBed::acme, store::TradingState::trading, store::SyncReason::gap);
    bed.turn();
    const Texts heard = bed.heard();
    ASSERT_EQ(heard.size(), 2u);
    EXPECT_EQ(heard[0], std::string{w_head} + "268=0|");
    EXPECT_EQ(heard[1].substr(0, heard[1].find("60=")), "f 55=ACME|207=tickweir|325=Y|326=20|");
    EXPECT_TRUE(heard[1].ends_with("|58=book out of sync: gap|")) << heard[1];
    bed.market.add(DeskBed::acme, 50, Side::buy, 900, 1);
    bed.market.set_status(DeskBed::acme, store::TradingState::trading,
                          store::SyncReason::feed_stale);
    bed.turn();
    EXPECT_EQ(bed.heard(), Texts{});
    bed.market.set_status(DeskBed::acme, store::TradingState::trading, store::SyncReason::none);
    bed.turn();
    const Texts again = bed.heard();
    ASSERT_EQ(again.size(), 2u);
    EXPECT_EQ(again[0].substr(0, 35), std::string{w_head} + "268=4|");
    EXPECT_NE(again[1].find("|325=Y|326=3|"), std::string::npos) << again[1];
    expect_book(bed.session().twin, "r", "ACME", bed.market, DeskBed::acme, 0);
}

TEST(MarketDataDesk, TellsOfABookOutOfSyncToWhoeverComesThen) {
    DeskBed bed;
    fill(bed);
    bed.market.set_status(DeskBed::acme, store::TradingState::trading, store::SyncReason::gap);
    for (const int kind : {0, 1}) {
        const Texts heard = bed.answer("V", md_request("r", kind, 0, 1, "01", {"ACME"}));
        ASSERT_EQ(heard.size(), 2u) << kind;
        EXPECT_EQ(heard[0], std::string{w_head} + "268=0|");
        EXPECT_NE(heard[1].find("|326=20|"), std::string::npos);
    }
    bed.market.set_status(DeskBed::acme, store::TradingState::trading, store::SyncReason::none);
    bed.turn();
    expect_book(bed.session().twin, "r", "ACME", bed.market, DeskBed::acme, 0);
}

TEST(MarketDataDesk, BeginsAnewWhereABookIsReplaced) {
    DeskBed bed;
    fill(bed);
    bed.answer("V", md_request("r", 1, 0, 1, "01", {"ACME"}));
    bed.market.new_session(DeskBed::acme);
    bed.market.add(DeskBed::acme, 70, Side::sell, 1'100, 1);
    bed.turn();
    EXPECT_EQ(bed.heard().at(0).substr(0, 35), std::string{w_head} + "268=1|");
    expect_book(bed.session().twin, "r", "ACME", bed.market, DeskBed::acme, 0);
}

TEST(MarketDataDesk, FollowsFinerNumbers) {
    DeskBed bed;
    fill(bed);
    bed.answer("V", md_request("r", 1, 0, 1, "01", {"ACME"}));
    bed.market.rescale(DeskBed::acme, 0, 3);
    bed.market.add(DeskBed::acme, 70, Side::buy, 1'000, 1);
    bed.turn();
    EXPECT_NE(bed.heard().back().find("|270=10|271=5.001|"), std::string::npos);
    expect_no_complaints(bed.session().twin);
}

TEST(MarketDataDesk, SendsWhatDoesNotFitOneMessageInSeveral) {
    DeskBed bed;
    for (std::uint64_t order = 0; order < 3'000; ++order)
        bed.market.add(DeskBed::acme, 1 + order, order % 2 == 0 ? Side::buy : Side::sell,
                       order % 2 == 0 ? 100'000 - static_cast<std::int64_t>(order)
                                      : 100'000 + static_cast<std::int64_t>(order),
                       1'000'000);
    bed.session().twin.expect("r", 0);
    const Texts heard = bed.answer("V", md_request("r", 1, 0, 1, "01", {"ACME"}));
    EXPECT_GE(heard.size(), 3u);
    EXPECT_EQ(bed.session().twin.book("r", "ACME").snapshots, 1u);
    expect_book(bed.session().twin, "r", "ACME", bed.market, DeskBed::acme, 0);
    bed.market.new_session(DeskBed::acme);
    bed.turn();
    expect_book(bed.session().twin, "r", "ACME", bed.market, DeskBed::acme, 0);
    expect_no_complaints(bed.session().twin);
}

TEST(MarketDataDesk, RefusesAFullRefreshThatDoesNotFitOneMessage) {
    DeskBed bed;
    for (std::uint64_t order = 0; order < 3'000; ++order)
        bed.market.add(DeskBed::acme, 1 + order, Side::buy,
                       100'000 - static_cast<std::int64_t>(order), 1'000'000);
    for (const int kind : {0, 1}) {
        const Texts heard = bed.answer("V", md_request("r", kind, 0, 0, "01", {"ACME"}));
        ASSERT_EQ(heard.size(), 1u) << kind;
        EXPECT_TRUE(heard[0].starts_with("Y 262=r|281=5|58=the book does not fit one message"))
            << heard[0];
        EXPECT_EQ(bed.desk->counts().open_requests, 0u);
    }
    EXPECT_EQ(bed.answer("V", md_request("r", 0, 500, 0, "01", {"ACME"})).at(0)[0], 'W');
}

TEST(MarketDataDesk, EncodesOnceForAllWithTheSameView) {
    DeskBed bed;
    fill(bed);
    for (std::uint32_t session = 10; session < 20; ++session) {
        bed.desk->on_logon(SessionId{session}, bed.now, bed.output);
        bed.ask(SessionId{session}, "V",
                md_request("r" + std::to_string(session), 1, 5, 1, "01", {"ACME"}));
    }
    bed.turn();
    const std::uint64_t encoded = bed.desk->counts().encoded;
    bed.market.add(DeskBed::acme, 70, Side::buy, 1'001, 1);
    bed.turn();
    EXPECT_EQ(bed.desk->counts().encoded, encoded + 1);
    for (std::uint32_t session = 10; session < 20; ++session)
        EXPECT_TRUE(bed.heard(SessionId{session})
                        .back()
                        .starts_with("X 262=r" + std::to_string(session) + "|268="));
}

TEST(MarketDataDesk, StopsWhereItIsTold) {
    DeskBed bed;
    fill(bed);
    bed.answer("V", md_request("r", 1, 0, 1, "012", {"ACME", "GLOBEX"}));
    EXPECT_EQ(bed.desk->counts().subscriptions, 2u);
    EXPECT_EQ(bed.answer("V", "262=r|263=2|"), Texts{});
    EXPECT_EQ(bed.desk->counts().subscriptions, 0u);
    bed.market.add(DeskBed::acme, 70, Side::buy, 1'001, 1);
    bed.turn();
    EXPECT_EQ(bed.heard(), Texts{});
    bed.pass(6s);
    EXPECT_EQ(bed.market.watched(DeskBed::acme), 0);
    EXPECT_EQ(bed.budget.used(), 0u);
}

}  // namespace
}  // namespace tickweir::tests
