// Every limit of the desk: refused with a reason, counted, nothing changed.
#include "tests/fix_market_data/desk_bed.hpp"

namespace tickweir::tests {
namespace {

using Texts = std::vector<std::string>;

gateway::fix::MarketDataLimits small() {
    gateway::fix::MarketDataLimits limits;
    limits.requests_per_session = 2;
    limits.instruments_per_session = 3;
    limits.statuses_per_session = 1;
    limits.instruments_per_request = 2;
    return limits;
}

TEST(MarketDataLimits, BoundTheRequestsOfASession) {
    DeskBed bed{small()};
    bed.ask("V", md_request("a", 1, 0, 1, "01", {"ACME"}));
    bed.ask("V", md_request("b", 1, 0, 1, "01", {"ACME"}));
    EXPECT_EQ(bed.answer("V", md_request("c", 1, 0, 1, "01", {"ACME"})).front(),
              "Y 262=c|281=2|58=too many open requests: 2 at most|");
    EXPECT_EQ(bed.desk->counts().over_limit, 1u);
    EXPECT_EQ(bed.desk->counts().open_requests, 2u);
    bed.ask("V", "262=a|263=2|");
    EXPECT_EQ(bed.answer("V", md_request("c", 1, 0, 1, "01", {"ACME"})).back()[0], 'W');
}

TEST(MarketDataLimits, BoundHowOftenASessionAsks) {
    gateway::fix::MarketDataLimits limits;
    limits.rate = gateway::shield::Rate{10, 2};
    DeskBed bed{limits};
    EXPECT_EQ(bed.answer("V", md_request("a", 1, 0, 1, "01", {"ACME"})).at(0)[0], 'W');
    EXPECT_EQ(bed.answer("x", "320=l|559=4|").at(0)[0], 'y');
    const auto refused = "380=0|58=throttled: more than 10 requests a second|";
    EXPECT_EQ(bed.answer("e", "324=s|55=ACME|263=0|"),
              Texts{std::string{"j 372=e|379=s|"} + refused});
    EXPECT_EQ(bed.answer("V", md_request("b", 0, 0, 1, "01", {"ACME"})),
              Texts{std::string{"j 372=V|379=b|"} + refused});
    EXPECT_EQ(bed.desk->counts().over_limit, 2u);
    bed.ask("V", "262=a|263=2|");
    EXPECT_EQ(bed.desk->counts().open_requests, 0u) << "ends pass";
    bed.desk->on_logout(DeskBed::client, bed.now);
    bed.desk->on_logon(DeskBed::client, bed.now, bed.output);
    EXPECT_EQ(bed.answer("x", "320=l|559=4|").at(0)[0], 'j') << "a logon gives nothing back";
    bed.now += std::chrono::milliseconds{100};
    EXPECT_EQ(bed.answer("x", "320=l|559=4|").at(0)[0], 'y');
    limits.rate.reset();
    bed.desk->set_limits(limits);
    for (int i = 0; i < 5; ++i)
        EXPECT_EQ(bed.answer("x", "320=l|559=4|").at(0)[0], 'y');
}

TEST(MarketDataLimits, BoundTheInstrumentsOfASession) {
    DeskBed bed{small()};
    bed.ask("V", md_request("a", 1, 0, 1, "01", {"ACME", "GLOBEX"}));
    EXPECT_EQ(bed.answer("V", md_request("b", 1, 0, 1, "01", {"ACME", "GLOBEX"})).front(),
              "Y 262=b|281=2|58=too many instruments: 3 at most|");
    EXPECT_EQ(bed.desk->counts().subscriptions, 2u);
    EXPECT_EQ(bed.answer("V", md_request("b", 1, 0, 1, "01", {"ACME", "GLOBEX", "ACME|207=nasdaq"}))
                  .back()
                  .substr(0, 14),
              "Y 262=b|281=2|");
}

TEST(MarketDataLimits, BoundTheStatusesOfASession) {
    DeskBed bed{small()};
    bed.ask("e", "324=a|55=ACME|263=1|");
    EXPECT_EQ(bed.answer("e", "324=b|55=GLOBEX|263=1|"),
              Texts{"j 372=e|379=b|380=0|58=too many open requests for statuses|"});
    EXPECT_EQ(bed.answer("e", "324=b|55=GLOBEX|263=0|").at(0)[0], 'f');
}

TEST(MarketDataLimits, RefuseWhatFindsNoMemory) {
    DeskBed bed{{}, 256};
    EXPECT_EQ(bed.answer("V", md_request("a", 1, 0, 1, "01", {"ACME"})).back(),
              "Y 262=a|281=2|58=no memory for another request|");
    EXPECT_EQ(bed.answer("e", "324=a|55=ACME|263=1|").at(0)[0], 'f');
    for (const char* id : {"b", "c", "d", "e", "f", "g"})
        bed.ask("e", std::string{"324="} + id + "|55=ACME|263=1|");
    EXPECT_EQ(bed.heard().back().substr(0, 22), "j 372=e|379=g|380=0|58");
}

TEST(MarketDataLimits, EndRequestsWhoseBookFindsNoMemory) {
    DeskBed bed{{}, 8'000};
    EXPECT_EQ(bed.answer("V", md_request("a", 1, 0, 1, "01", {"ACME"})).back()[0], 'W');
    Texts heard;
    for (std::uint64_t order = 1; order < 5'000 && heard.empty(); ++order) {
        bed.market.add(DeskBed::acme, order, book::Side::buy, static_cast<std::int64_t>(order), 1);
        bed.turn();
        heard = bed.heard();
        std::erase_if(heard, [](const std::string& text) { return text[0] == 'X'; });
    }
    EXPECT_EQ(heard, Texts{"Y 262=a|281=2|58=no memory for the book of an instrument|"});
    EXPECT_EQ(bed.desk->counts().open_requests, 0u);
    bed.pass(6s);
    EXPECT_EQ(bed.budget.used(), 0u);
}

TEST(MarketDataLimits, EndSnapshotsThatNoMarketAnswers) {
    DeskBed bed;
    bed.ask("V", md_request("a", 0, 0, 1, "01", {"ACME", "GLOBEX"}));
    bed.desk->turn(bed.now, bed.output);
    ASSERT_TRUE(bed.desk->next_due());
    bed.now += 5s;
    EXPECT_LE(*bed.desk->next_due(), bed.now);
    bed.desk->turn(bed.now, bed.output);
    EXPECT_EQ(bed.heard(), Texts{"Y 262=a|58=its market has not sent the book|"});
    EXPECT_EQ(bed.desk->counts().open_requests, 0u);
}

TEST(MarketDataLimits, RefuseSnapshotsToASessionThatDoesNotRead) {
    DeskBed bed;
    bed.session().queued = bed.output.queue_max;
    EXPECT_EQ(bed.answer("V", md_request("a", 0, 0, 1, "01", {"ACME"})),
              Texts{"Y 262=a|281=2|58=too much is unread: read first|"});
}

TEST(MarketDataDesk, SendsNothingMoreToASessionThatWasCut) {
    DeskBed bed;
    bed.ask("V", md_request("a", 1, 0, 1, "012", {"ACME"}));
    bed.ask("e", "324=a|55=ACME|263=1|");
    bed.turn();
    bed.session().answer = gateway::fix::SendStatus::cut;
    bed.market.add(DeskBed::acme, 1, book::Side::buy, 100, 1);
    bed.market.trade(DeskBed::acme, 100, 1);
    bed.turn();
    bed.heard();
    EXPECT_EQ(bed.desk->counts().unsent, 1u);
    bed.session().answer = gateway::fix::SendStatus::queued;
    bed.market.add(DeskBed::acme, 2, book::Side::buy, 101, 1);
    bed.turn();
    EXPECT_EQ(bed.heard(), Texts{});
    bed.desk->on_logout(DeskBed::client, bed.now);
    bed.desk->on_logon(DeskBed::client, bed.now, bed.output);
    EXPECT_EQ(bed.answer("V", md_request("a", 1, 0, 1, "01", {"ACME"})).at(0)[0], 'W');
}

TEST(MarketDataDesk, EndsARequestWhoseMessageASessionDoesNotTake) {
    DeskBed bed;
    bed.answer("V", md_request("a", 1, 0, 1, "01", {"ACME"}));
    bed.session().answer = gateway::fix::SendStatus::refused;
    bed.market.add(DeskBed::acme, 1, book::Side::buy, 100, 1);
    bed.turn();
    EXPECT_EQ(bed.desk->counts().open_requests, 0u);
    bed.session().answer = gateway::fix::SendStatus::queued;
    EXPECT_EQ(bed.answer("V", md_request("a", 1, 0, 1, "01", {"ACME"})).at(0)[0], 'W');
}

TEST(MarketDataDesk, EndsASnapshotThatASessionDoesNotTakeOnce) {
    DeskBed bed;
    bed.session().answer = gateway::fix::SendStatus::refused;
    bed.answer("V", md_request("x", 0, 0, 1, "01", {"ACME"}));
    EXPECT_EQ(bed.desk->counts().open_requests, 0u);
    bed.session().answer = gateway::fix::SendStatus::queued;
    // A place that was given back twice would be one request for both.
    bed.answer("V", md_request("a", 1, 0, 1, "01", {"ACME"}));
    bed.answer("V", md_request("b", 1, 0, 1, "01", {"ACME"}));
    EXPECT_EQ(bed.desk->counts().open_requests, 2u);
    bed.market.add(DeskBed::acme, 1, book::Side::buy, 100, 1);
    bed.turn();
    const Texts heard = bed.heard();
    ASSERT_EQ(heard.size(), 2u);
    EXPECT_TRUE(heard[0].starts_with("X 262=a|")) << heard[0];
    EXPECT_TRUE(heard[1].starts_with("X 262=b|")) << heard[1];
}

}  // namespace
}  // namespace tickweir::tests
