// e → f, and h.
#include "tests/fix_market_data/desk_bed.hpp"

namespace tickweir::tests {
namespace {

using store::SyncReason;
using store::TradingState;
using Texts = std::vector<std::string>;

std::string f(const std::string& rest) {
    return "f 324=s|55=ACME|207=tickweir|325=N|" + rest;
}

TEST(SecurityStatusRequest, IsAnsweredWithTheStateOfTheInstrument) {
    struct Case {
        TradingState state;
        SyncReason reason;
        const char* answer;
    };
    for (const Case& each : {Case{TradingState::trading, SyncReason::none, "326=3|"},
                             Case{TradingState::halted, SyncReason::none, "326=2|"},
                             Case{TradingState::paused, SyncReason::none, "326=2|"},
                             Case{TradingState::closed, SyncReason::none, "326=18|"},
                             Case{TradingState::unknown, SyncReason::none, "326=20|"},
                             Case{TradingState::trading, SyncReason::gap, "326=20|"}}) {
        DeskBed bed;
        bed.market.set_status(DeskBed::acme, each.state, each.reason);
        bed.turn();
        const Texts heard = bed.answer("e", "324=s|55=ACME|263=0|");
        ASSERT_EQ(heard.size(), 1u);
        EXPECT_TRUE(heard[0].starts_with(f(each.answer))) << heard[0];
        EXPECT_NE(heard[0].find("|60=2023"), std::string::npos);
        bed.market.set_status(DeskBed::acme, TradingState::halted, SyncReason::feed_stale);
        bed.turn();
        EXPECT_EQ(bed.heard(), Texts{});
    }
}

TEST(SecurityStatusRequest, IsToldOfEveryChangeWhereItAsksForThem) {
    DeskBed bed;
    bed.answer("e", "324=s|55=ACME|263=1|");
    bed.market.set_status(DeskBed::acme, TradingState::halted, SyncReason::none);
    bed.turn();
    Texts heard = bed.heard();
    ASSERT_EQ(heard.size(), 1u);
    EXPECT_TRUE(heard[0].starts_with(f("326=2|"))) << heard[0];
    EXPECT_TRUE(heard[0].ends_with("|58=halted|")) << heard[0];
    bed.market.set_status(DeskBed::acme, TradingState::trading, SyncReason::none);
    bed.turn();
    heard = bed.heard();
    ASSERT_EQ(heard.size(), 1u);
    EXPECT_TRUE(heard[0].starts_with(f("326=3|"))) << heard[0];
    EXPECT_EQ(bed.answer("e", "324=s|55=ACME|263=2|"), Texts{});
    bed.market.set_status(DeskBed::acme, TradingState::halted, SyncReason::none);
    bed.turn();
    EXPECT_EQ(bed.heard(), Texts{});
}

TEST(SecurityStatusRequest, TakesThePlaceOfWhatIsToldUnasked) {
    DeskBed bed;
    bed.answer("V", md_request("r", 1, 0, 1, "01", {"ACME"}));
    bed.answer("e", "324=s|55=ACME|263=1|");
    bed.market.set_status(DeskBed::acme, TradingState::trading, SyncReason::gap);
    bed.turn();
    const Texts heard = bed.heard();
    ASSERT_EQ(heard.size(), 2u);
    EXPECT_EQ(heard[0], "W 262=r|55=ACME|207=tickweir|268=0|");
    EXPECT_TRUE(heard[1].starts_with(f("326=20|"))) << heard[1];
}

TEST(SecurityStatusRequest, IsRefusedWithAReason) {
    const std::vector<std::pair<std::string, std::string>> cases{
        {"55=ACME|263=0|", "3 371=324|372=e|373=1|"},
        {"324=s|55=ACME|", "3 371=263|372=e|373=1|"},
        {"324=s|55=ACME|263=xx|", "3 371=263|372=e|373=6|"},
        {"324=s|263=0|", "3 371=55|372=e|373=1|"},
        {"324=s|55=ACME|263=4|", "j 372=e|379=s|380=0|"},
        {"324=s|55=ACME|263=2|", "j 372=e|379=s|380=1|"},
        {"324=s|55=NOPE|263=1|", "f 324=s|55=NOPE|207=tickweir|325=N|326=20|58=unknown symbol|"},
    };
    for (const auto& [body, answer] : cases) {
        DeskBed bed;
        const Texts heard = bed.answer("e", body);
        ASSERT_EQ(heard.size(), 1u) << body;
        EXPECT_TRUE(heard[0].starts_with(answer)) << heard[0];
        EXPECT_EQ(bed.desk->counts().subscriptions, 0u);
    }
    DeskBed bed;
    bed.answer("e", "324=s|55=ACME|263=1|");
    EXPECT_TRUE(
        bed.answer("e", "324=s|55=GLOBEX|263=1|").at(0).starts_with("j 372=e|379=s|380=0|"));
}

TEST(SecurityStatusRequest, GetsTheNewestStateWhenItsSessionHasCaughtUp) {
    DeskBed bed;
    bed.answer("e", "324=s|55=ACME|263=1|");
    bed.session().queued = bed.output.queue_max;
    bed.market.set_status(DeskBed::acme, TradingState::halted, SyncReason::none);
    bed.turn();
    bed.market.set_status(DeskBed::acme, TradingState::closed, SyncReason::none);
    bed.turn();
    EXPECT_EQ(bed.heard(), Texts{});
    EXPECT_TRUE(bed.desk->next_due().has_value());
    bed.read_all();
    bed.turn();
    const Texts heard = bed.heard();
    ASSERT_EQ(heard.size(), 1u);
    EXPECT_TRUE(heard[0].starts_with(f("326=18|"))) << heard[0];
}

using gateway::shield::LoadMode;

TEST(TradingSessionStatus, TellsTheMode) {
    DeskBed bed;
    EXPECT_EQ(bed.heard(), Texts{});
    for (const auto& [mode, status] :
         {std::pair{LoadMode::trim, '2'}, std::pair{LoadMode::protect, '2'},
          std::pair{LoadMode::cancel_only, '1'}, std::pair{LoadMode::stopped, '1'}}) {
        bed.desk->set_mode(mode);
        EXPECT_TRUE(bed.desk->has_work());
        bed.turn();
        EXPECT_EQ(bed.heard(), Texts{std::string{"h 336=tickweir|325=Y|340="} + status +
                                     "|58=" + std::string{to_string(mode)} + "|"});
        bed.desk->set_mode(mode);
        bed.turn();
        EXPECT_EQ(bed.heard(), Texts{});
    }
    bed.desk->on_logon(SessionId{9}, bed.now, bed.output);
    EXPECT_EQ(bed.heard(SessionId{9}), Texts{"h 336=tickweir|325=Y|340=1|58=L5|"});
}

TEST(MarketDataRequest, IsRefusedInModesThatShedButNotItsEnd) {
    DeskBed bed;
    const std::string subscribe = "262=a|263=1|264=1|265=0|267=2|269=0|269=1|146=1|55=ACME|";
    bed.answer("V", subscribe);
    bed.desk->set_mode(LoadMode::trim);
    bed.turn();
    bed.heard();
    EXPECT_FALSE(bed.answer("x", "320=l|559=4|").empty());
    bed.desk->set_mode(LoadMode::shed);
    bed.turn();
    bed.heard();
    const std::string text = "380=0|58=shed: load mode L2: no queries, no orders over quota|";
    const std::uint64_t refused = bed.desk->counts().refused;
    EXPECT_EQ(bed.answer("V", "262=b|263=1|264=1|265=0|267=1|269=0|146=1|55=ACME|"),
              Texts{"j 372=V|379=b|" + text});
    EXPECT_EQ(bed.answer("x", "320=l|559=4|"), Texts{"j 372=x|379=l|" + text});
    EXPECT_EQ(bed.answer("e", "324=s|55=ACME|263=0|"), Texts{"j 372=e|379=s|" + text});
    EXPECT_EQ(bed.desk->counts().refused, refused + 3);
    EXPECT_EQ(bed.desk->counts().subscriptions, 1U);
    EXPECT_EQ(bed.answer("V", "262=a|263=2|264=1|265=0|267=2|269=0|269=1|146=1|55=ACME|"), Texts{});
    EXPECT_EQ(bed.desk->counts().subscriptions, 0U);
    bed.desk->set_mode(LoadMode::normal);
    bed.turn();
    bed.heard();
    EXPECT_FALSE(bed.answer("V", subscribe).empty());
}

}  // namespace
}  // namespace tickweir::tests
