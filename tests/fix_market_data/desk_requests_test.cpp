// Requests that cannot be carried out: each is answered with what was wrong with it, and changes
// nothing.
#include "tests/fix_market_data/desk_bed.hpp"

namespace tickweir::tests {
namespace {

using Texts = std::vector<std::string>;

struct Case {
    const char* name;
    std::string body;
    std::string answer;  ///< how it begins
};

TEST(MarketDataRequest, IsRefusedWithTheReasonWhereWeCannotServeIt) {
    const std::vector<Case> cases{
        {"symbol", md_request("r", 1, 0, 1, "01", {"NOPE"}),
         "Y 262=r|281=0|58=unknown symbol NOPE at venue tickweir; 207 names another venue|"},
        {"second symbol", md_request("r", 1, 0, 1, "01", {"ACME", "NOPE"}),
         "Y 262=r|281=0|58=unknown symbol NOPE"},
        {"venue", md_request("r", 0, 0, 1, "01", {"ACME|207=mars"}),
         "Y 262=r|281=0|58=unknown symbol ACME at venue mars|"},
        {"named twice", md_request("r", 1, 0, 1, "01", {"ACME", "ACME"}),
         "Y 262=r|58=symbol ACME is named twice|"},
        {"263", "262=r|263=7|264=0|267=1|269=0|146=1|55=ACME|", "Y 262=r|281=4|"},
        {"264", md_request("r", 1, -1, 1, "01", {"ACME"}), "Y 262=r|281=5|"},
        {"265", md_request("r", 1, 0, 2, "01", {"ACME"}), "Y 262=r|281=6|"},
        {"265 missing", "262=r|263=1|264=0|267=1|269=0|146=1|55=ACME|", "Y 262=r|281=6|"},
        {"266", md_request("r", 1, 0, 1, "01", {"ACME"}, "266=N|"), "Y 262=r|281=7|"},
        {"269", md_request("r", 1, 0, 1, "07", {"ACME"}),
         "Y 262=r|281=8|58=unsupported MDEntryType: 269=7|"},
        {"336", md_request("r", 1, 0, 1, "01", {"ACME|336=X"}), "Y 262=r|281=9|"},
        {"546", md_request("r", 1, 0, 1, "01", {"ACME"}, "546=3|"), "Y 262=r|281=A|"},
        {"286", md_request("r", 1, 0, 1, "01", {"ACME"}, "286=0|"), "Y 262=r|281=B|"},
        {"unsubscribe", "262=r|263=2|", "Y 262=r|58=no request with this 262 is open|"},
    };
    for (const Case& each : cases) {
        DeskBed bed;
        const Texts heard = bed.answer("V", each.body);
        ASSERT_EQ(heard.size(), 1u) << each.name;
        EXPECT_TRUE(heard[0].starts_with(each.answer)) << each.name << ": " << heard[0];
        EXPECT_EQ(bed.desk->counts().open_requests, 0u) << each.name;
        EXPECT_EQ(bed.desk->counts().refused, 1u) << each.name;
        EXPECT_EQ(bed.budget.used(), 0u) << each.name;
    }
}

TEST(MarketDataRequest, IsRejectedWhereItIsNoGoodMessage) {
    const std::vector<Case> cases{
        {"no id", "263=1|264=0|", "3 371=262|372=V|373=1|"},
        {"long id", "262=" + std::string(65, 'x') + "|263=1|", "3 371=262|372=V|373=5|"},
        {"no 263", "262=r|264=0|", "3 371=263|372=V|373=1|"},
        {"no 264", "262=r|263=0|", "3 371=264|372=V|373=1|"},
        {"264 is no number", "262=r|263=0|264=x|", "3 371=264|372=V|373=6|"},
        {"264 is too large", "262=r|263=0|264=99999999999999999999|", "3 371=264|372=V|373=5|"},
        {"547", md_request("r", 1, 0, 1, "01", {"ACME"}, "547=P|"), "3 371=547|372=V|373=6|"},
        {"no types", "262=r|263=0|264=0|146=1|55=ACME|", "3 371=267|372=V|373=1|"},
        {"count of types", "262=r|263=0|264=0|267=2|269=0|146=1|55=ACME|",
         "3 371=267|372=V|373=16|"},
        {"order of types", "262=r|263=0|264=0|267=1|55=0|269=0|146=1|55=ACME|",
         "3 371=267|372=V|373=16|"},
        {"order of symbols", "262=r|263=0|264=0|267=1|269=0|146=1|207=nasdaq|55=ACME|",
         "3 371=146|372=V|373=15|"},
        {"no symbols", "262=r|263=0|264=0|267=1|269=0|", "3 371=146|372=V|373=1|"},
        {"count of symbols", "262=r|263=0|264=0|267=1|269=0|146=3|55=ACME|",
         "3 371=146|372=V|373=16|"},
    };
    for (const Case& each : cases) {
        DeskBed bed;
        const Texts heard = bed.answer("V", each.body);
        ASSERT_EQ(heard.size(), 1u) << each.name;
        EXPECT_TRUE(heard[0].starts_with(each.answer)) << each.name << ": " << heard[0];
        EXPECT_EQ(bed.desk->counts().open_requests, 0u) << each.name;
    }
}

TEST(MarketDataRequest, RefusesAnIdInUse) {
    DeskBed bed;
    EXPECT_EQ(bed.answer("V", md_request("r", 1, 0, 1, "01", {"ACME"})).size(), 1u);
    for (const int kind : {0, 1})
        EXPECT_TRUE(bed.answer("V", md_request("r", kind, 0, 1, "01", {"GLOBEX"}))
                        .at(0)
                        .starts_with("Y 262=r|281=1|"));
    EXPECT_EQ(bed.desk->counts().subscriptions, 1u);
    // Another session's ids are its own.
    bed.desk->on_logon(SessionId{9}, bed.now, bed.output);
    bed.ask(SessionId{9}, "V", md_request("r", 1, 0, 1, "01", {"ACME"}));
    EXPECT_EQ(bed.desk->counts().subscriptions, 2u);
}

TEST(MarketDataRequest, FindsVenuesByTheirName) {
    DeskBed bed;
    bed.market.add(DeskBed::nasdaq_acme, 1, book::Side::buy, 500, 1);
    const Texts heard =
        bed.answer("V", md_request("r", 0, 0, 0, "0", {"ACME|207=nasdaq", "ACME", "GLOBEX"}));
    ASSERT_EQ(heard.size(), 3u);
    std::string all;
    for (const std::string& text : heard)
        all += text + "\n";
    EXPECT_NE(all.find("|55=ACME|207=nasdaq|268=1|269=0|270=5|"), std::string::npos) << all;
    EXPECT_NE(all.find("|55=ACME|207=tickweir|268=0|"), std::string::npos) << all;
    EXPECT_NE(all.find("|55=GLOBEX|207=tickweir|268=0|"), std::string::npos) << all;
}

TEST(MarketDataRequest, SurvivesEveryCutOfItself) {
    const std::string whole = md_request("r", 1, 5, 1, "012", {"ACME|207=nasdaq", "GLOBEX"});
    for (std::size_t length = 0; length < whole.size(); ++length) {
        if (length != 0 && whole[length - 1] != '|') continue;
        DeskBed bed;
        EXPECT_EQ(bed.answer("V", whole.substr(0, length)).size(), 1u) << length;
        EXPECT_EQ(bed.desk->counts().open_requests, 0u) << length;
    }
}

TEST(MarketDataRequest, IsForgottenWhenItsSessionLogsOut) {
    DeskBed bed;
    bed.ask("V", md_request("a", 1, 0, 1, "01", {"ACME", "GLOBEX"}));
    bed.ask("V", md_request("b", 1, 3, 1, "012", {"ACME"}));
    bed.ask("V", md_request("c", 1, 3, 0, "2", {"ACME"}));
    bed.ask("V", md_request("d", 0, 3, 0, "01", {"GLOBEX|207=tickweir"}));
    bed.ask("e", "324=s|55=ACME|263=1|");
    bed.desk->on_logout(DeskBed::client, bed.now);
    bed.turn();
    bed.heard();
    bed.market.add(DeskBed::acme, 1, book::Side::buy, 500, 1);
    bed.turn();
    EXPECT_EQ(bed.heard(), Texts{});
    EXPECT_EQ(bed.desk->counts().open_requests, 0u);
    EXPECT_EQ(bed.desk->counts().subscriptions, 0u);
    EXPECT_EQ(bed.desk->counts().sessions, 0u);
    bed.desk->on_logon(DeskBed::client, bed.now, bed.output);
    EXPECT_EQ(bed.answer("V", md_request("a", 1, 0, 1, "01", {"ACME"})).at(0)[0], 'W');
}

TEST(MarketDataRequest, IsNotServedBeforeALogon) {
    DeskBed bed;
    bed.ask(SessionId{9}, "V", md_request("r", 1, 0, 1, "01", {"ACME"}));
    bed.turn();
    EXPECT_EQ(bed.heard(SessionId{9}), Texts{});
    EXPECT_EQ(bed.desk->counts().requests, 0u);
}

}  // namespace
}  // namespace tickweir::tests
