// What clients may ask, and how it is answered: every operation, every code, limits at their edges.
#include <gtest/gtest.h>

#include <string>

#include "tests/serve/hub/hub_bed.hpp"
#include "tests/serve/hub/truth.hpp"

namespace tickweir::tests {
namespace {

using book::Side;

bool contains(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

TEST(HubRequests, AnswersPing) {
    HubBed bed;
    const auto client = bed.open();
    EXPECT_EQ(bed.answer(*client, R"({"op":"ping","id":-11})"), R"({"type":"pong","id":-11})");
    EXPECT_EQ(bed.answer(*client, R"({"op":"ping"})"), R"({"type":"pong"})");
}

TEST(HubRequests, ReportsEachSymbolOfItsOwn) {
    HubBed bed;
    bed.market.list("ACME", "bats");
    const auto client = bed.open();
    EXPECT_EQ(
        bed.answer(*client, R"({"op":"subscribe","id":7,"channel":"l2","depth":2,"conflate_ms":5,)"
                            R"("symbols":["GLOBEX","NOPE","ACME","bats:ACME"]})"),
        R"({"type":"ack","id":7,"op":"subscribe","accepted":[{"channel":"l2","venue":"nasdaq",)"
        R"("symbol":"GLOBEX","depth":5,"conflate_ms":5},{"channel":"l2","venue":"bats","symbol":)"
        R"("ACME","depth":5,"conflate_ms":5}],"rejected":[{"symbol":"NOPE","code":404,"reason":)"
        R"("unknown instrument"},{"symbol":"ACME","code":409,"reason":)"
        R"("ambiguous: nasdaq:ACME bats:ACME"}],"subscriptions":2})");
}

TEST(HubRequests, NamesWhatIsWrongWithARequest) {
    HubBed bed;
    const auto client = bed.open();
    const auto expect = [&](std::string_view request, std::string_view answer) {
        EXPECT_EQ(bed.answer(*client, request), answer);
    };
    expect(R"({"op":"subscribe","id":7,"channel":"l2","symbols":["ACME"],"depth":5000})",
           R"({"type":"error","id":7,"code":400,"reason":"depth must be 1 to 1000, got 5000"})");
    expect(R"({"op":"subscribe","id":8,"symbols":["ACME"]})",
           R"({"type":"error","id":8,"code":400,"reason":"channel is missing"})");
    expect(R"({"op":"subscribe","channel":"l1"})",
           R"({"type":"error","code":400,"reason":"symbols is missing or empty"})");
    expect(R"({"op":"subscribe","id":9,"channel":"l7","symbols":["ACME"]})",
           R"({"type":"error","id":9,"code":404,"reason":"unknown channel l7"})");
    expect(R"({"op":"subscribe","id":9,"channel":"candles","symbols":["ACME"],"interval":"1m"})",
           R"({"type":"error","id":9,"code":404,"reason":"channel candles is not in this build"})");
    expect(R"({"op":"snapshot","id":1,"channel":"heartbeat","symbols":["ACME"]})",
           R"({"type":"error","id":1,"code":404,"reason":"heartbeat has no snapshot"})");
    expect(R"({"op":"unsubscribe","id":1,"channel":"l1","symbols":["ACME"]})",
           R"({"type":"ack","id":1,"op":"unsubscribe","accepted":[],"rejected":[{"symbol":"ACME",)"
           R"("code":404,"reason":"not subscribed"}],"subscriptions":0})");
    expect(R"({"op":"snapshot","id":1,"channel":"l1","symbols":["ACME"]})",
           R"({"type":"ack","id":1,"op":"snapshot","accepted":[],"rejected":[{"symbol":"ACME",)"
           R"("code":404,"reason":"not subscribed"}],"subscriptions":0})");
    expect(R"({"op":"unsubscribe","channel":"heartbeat"})",
           R"({"type":"ack","op":"unsubscribe","accepted":[],"rejected":[{"symbol":"","code":404,)"
           R"("reason":"not subscribed"}],"subscriptions":0})");
    EXPECT_TRUE(contains(bed.answer(*client, std::string(65'537, ' ')), "\"code\":413"));
    EXPECT_FALSE(bed.hub->closing(client->id));
    expect_no_complaints(client->twin);
}

TEST(HubRequests, DisconnectsAfterTenMalformedInARow) {
    HubBed bed;
    const auto client = bed.open();
    for (int i = 0; i < 9; ++i)
        bed.answer(*client, "nonsense");
    bed.answer(*client, R"({"op":"ping"})");
    for (int i = 0; i < 9; ++i)
        bed.answer(*client, "{");
    EXPECT_FALSE(bed.hub->closing(client->id));
    bed.answer(*client, "\xff");
    ASSERT_TRUE(bed.hub->closing(client->id));
    EXPECT_EQ(bed.hub->closing(client->id)->code, 1008);
    EXPECT_STREQ(bed.hub->closing(client->id)->reason, "10 malformed messages in a row");
    EXPECT_EQ(client->twin.messages().size(), 20u);  // the tenth was answered, too
    EXPECT_EQ(bed.hub->counts().malformed, 19u);
    const auto messages = client->twin.messages().size();
    bed.answer(*client, R"({"op":"ping"})");
    EXPECT_EQ(client->twin.messages().size(), messages);
    expect_no_complaints(client->twin);
}

TEST(HubRequests, AdmitsSoManyASecond) {
    gateway::HubLimits limits;
    limits.messages_per_second = 10;
    HubBed bed{limits};
    const auto client = bed.open();
    for (int i = 0; i < 10; ++i)
        EXPECT_EQ(bed.answer(*client, R"({"op":"ping"})"), R"({"type":"pong"})");
    EXPECT_EQ(bed.answer(*client, R"({"op":"ping","id":3})"),
              R"({"type":"error","id":3,"code":429,"reason":"more than 10 requests a second"})");
    bed.now += 99ms;
    EXPECT_TRUE(contains(bed.answer(*client, R"({"op":"ping"})"), "429"));
    bed.now += 1ms;
    EXPECT_EQ(bed.answer(*client, R"({"op":"ping"})"), R"({"type":"pong"})");
    EXPECT_TRUE(contains(bed.answer(*client, R"({"op":"ping"})"), "429"));
}

TEST(HubRequests, LeaveSubscriptionsAsTheyWereBeyondTheLimit) {
    gateway::HubLimits limits;
    limits.subscriptions_per_client = 2;
    HubBed bed{limits};
    const auto client = bed.open();
    bed.answer(*client, R"({"op":"subscribe","channel":"l1","symbols":["ACME"]})");
    EXPECT_EQ(
        bed.answer(*client, R"({"op":"subscribe","id":2,"channel":"l1",)"
                            R"("symbols":["ACME","GLOBEX","INITECH"]})"),
        R"({"type":"error","id":2,"code":429,"reason":"subscriptions would be 3, at most 2"})");
    EXPECT_EQ(bed.hub->counts().subscriptions, 1u);
    // A wildcard is one, and what is named twice is one.
    const auto ack = bed.answer(
        *client, R"({"op":"subscribe","channel":"l1","symbols":["GLOBEX","GLOBEX","ACME"]})");
    EXPECT_TRUE(contains(ack, "\"subscriptions\":2")) << ack;
    EXPECT_TRUE(
        contains(bed.answer(*client, R"({"op":"subscribe","channel":"l2","symbols":["*"]})"),
                 "\"code\":429"));
    bed.answer(*client, R"({"op":"unsubscribe","channel":"l1","symbols":["GLOBEX"]})");
    EXPECT_TRUE(
        contains(bed.answer(*client, R"({"op":"subscribe","channel":"l2","symbols":["*"]})"),
                 R"("accepted":[{"channel":"l2","symbol":"*","depth":10}])"));
    EXPECT_EQ(bed.hub->counts().subscriptions, 4u);
}

TEST(HubRequests, RefuseTooManySymbols) {
    gateway::HubLimits limits;
    limits.symbols_per_request = 2;
    HubBed bed{limits};
    const auto client = bed.open();
    EXPECT_EQ(
        bed.answer(*client, R"({"op":"subscribe","id":5,"channel":"l1","symbols":["A","B","C"]})"),
        R"({"type":"error","id":5,"code":413,"reason":"symbols: more than 2"})");
}

TEST(HubRequests, ListWhatThereIs) {
    HubBed bed;
    const auto client = bed.open();
    bed.answer(*client, R"({"op":"subscribe","channel":"status","symbols":["*"],"conflate_ms":9})");
    bed.answer(*client, R"({"op":"subscribe","channel":"l1","symbols":["ACME"]})");
    bed.answer(*client, R"({"op":"subscribe","channel":"l2","symbols":["ACME"],"depth":1})");
    bed.answer(*client, R"({"op":"subscribe","channel":"heartbeat"})");
    EXPECT_EQ(bed.answer(*client, R"({"op":"list","id":9})"),
              R"({"type":"ack","id":9,"op":"list","accepted":[{"channel":"status","symbol":"*",)"
              R"("conflate_ms":9},{"channel":"l1","venue":"nasdaq","symbol":"ACME"},)"
              R"({"channel":"l2","venue":"nasdaq","symbol":"ACME","depth":1},)"
              R"({"channel":"heartbeat"}],"rejected":[],"subscriptions":4})");
}

TEST(HubRequests, AnswerALostListWithItsSize) {
    gateway::HubLimits limits;
    limits.queue_bytes = 1'000;
    HubBed bed{limits};
    const auto client = bed.open();
    for (const char* channel : {"l1", "trades", "status", "l2"})
        for (const char* symbol : {"ACME", "GLOBEX", "INITECH"})
            bed.answer(*client, std::string{R"({"op":"subscribe","channel":")"} + channel +
                                    R"(","symbols":[")" + symbol + "\"]}");
    EXPECT_TRUE(contains(bed.answer(*client, R"({"op":"list","id":9})"),
                         R"({"type":"error","id":9,"code":413,"reason":"done; its answer of )"));
}

TEST(HubRequests, ReplaceASubscriptionByOneOfAnotherDepth) {
    HubBed bed;
    for (std::uint64_t order = 1; order <= 30; ++order)
        bed.market.add(HubBed::acme, order, Side::buy, static_cast<std::int64_t>(order), 1);
    const auto client = bed.open();
    for (const int depth : {5, 25, 1}) {
        bed.answer(*client, R"({"op":"subscribe","channel":"l2","symbols":["ACME"],"depth":)" +
                                std::to_string(depth) + "}");
        EXPECT_EQ(client->twin.find("l2", "ACME")->bids.size(), static_cast<std::size_t>(depth));
        EXPECT_EQ(bed.hub->counts().subscriptions, 1u);
    }
    bed.market.add(HubBed::acme, 31, Side::buy, 31, 1);
    bed.turn();
    bed.drain(*client);
    expect_levels(*client->twin.find("l2", "ACME"), bed.market, HubBed::acme, 1);
    expect_no_complaints(client->twin);
}

TEST(HubRequests, GiveSnapshotsAgain) {
    HubBed bed;
    const auto client = bed.open();
    const auto other = bed.open();
    for (const char* channel : {"l1", "l2", "l3", "trades", "status"}) {
        const std::string name{channel};
        bed.answer(*other, R"({"op":"subscribe","symbols":["ACME"],"channel":")" + name + "\"}");
        bed.answer(*client, R"({"op":"subscribe","symbols":["ACME"],"channel":")" + name + "\"}");
        bed.answer(*client, R"({"op":"subscribe","symbols":["ACME"],"channel":")" + name + "\"}");
        const auto ack =
            bed.answer(*client, R"({"op":"snapshot","symbols":["*"],"channel":")" + name + "\"}");
        EXPECT_TRUE(contains(ack, R"("accepted":[{"channel":")" + name)) << ack;
        EXPECT_EQ(client->twin.find(name, "ACME")->snapshots, 3u);
        EXPECT_EQ(other->twin.find(name, "ACME")->snapshots, 1u);
    }
    bed.market.add(HubBed::acme, 1, Side::buy, 100, 1);
    bed.market.trade(HubBed::acme, 100, 1);
    bed.turn();
    for (auto* each : {client.get(), other.get()}) {
        bed.drain(*each);
        EXPECT_EQ(each->twin.find("l3", "ACME")->updates, 1u);
        EXPECT_EQ(each->twin.find("trades", "ACME")->updates, 1u);
        expect_no_complaints(each->twin);
    }
}

TEST(HubRequests, RefuseATradesSnapshotToASlowClient) {
    gateway::HubLimits limits;
    limits.conflate_after_bytes = 500;
    HubBed bed{limits};
    const auto client = bed.open();
    bed.answer(*client, R"({"op":"subscribe","channel":"trades","symbols":["ACME"]})");
    for (int i = 0; i < 10; ++i)
        bed.market.trade(HubBed::acme, 100, 1);
    bed.turn();
    EXPECT_TRUE(
        contains(bed.answer(*client, R"({"op":"snapshot","channel":"trades","symbols":["ACME"]})"),
                 R"("rejected":[{"symbol":"ACME","code":429,"reason":"too slow for it now"}])"));
    EXPECT_EQ(client->twin.find("trades", "ACME")->updates, 10u);
    expect_no_complaints(client->twin);
}

TEST(HubWildcard, TakesInInstrumentsThatComeLater) {
    HubBed bed;
    const auto client = bed.open();
    bed.answer(*client, R"({"op":"subscribe","channel":"l1","symbols":["*"]})");
    const auto id = bed.market.list("NEWCO");
    bed.turn();
    bed.market.add(id, 1, Side::buy, 100, 1);
    bed.turn();
    bed.drain(*client);
    EXPECT_EQ(client->twin.find("l1", "NEWCO")->fields.at("bid"), "1");
    EXPECT_TRUE(contains(bed.answer(*client, R"({"op":"list"})"), "\"subscriptions\":1"));
    bed.answer(*client, R"({"op":"unsubscribe","channel":"l1","symbols":["*"]})");
    EXPECT_EQ(bed.hub->counts().subscriptions, 0u);
    bed.market.list("LATECO");
    bed.turn();
    EXPECT_EQ(bed.hub->counts().subscriptions, 0u);
    expect_no_complaints(client->twin);
}

TEST(HubWildcard, LeavesNamedSubscriptionsAlone) {
    HubBed bed;
    const auto client = bed.open();
    bed.answer(*client, R"({"op":"subscribe","channel":"l2","symbols":["ACME"],"depth":1})");
    bed.answer(*client, R"({"op":"subscribe","channel":"l2","symbols":["*"],"depth":5})");
    bed.answer(*client, R"({"op":"subscribe","channel":"l2","symbols":["*"],"depth":25})");
    bed.answer(*client, R"({"op":"subscribe","channel":"l2","symbols":["*"],"depth":25})");
    bed.answer(*client, R"({"op":"subscribe","channel":"l2","symbols":["GLOBEX"],"depth":25})");
    const auto list = bed.answer(*client, R"({"op":"list"})");
    EXPECT_TRUE(contains(list,
                         R"([{"channel":"l2","symbol":"*","depth":25},)"
                         R"({"channel":"l2","venue":"nasdaq","symbol":"ACME","depth":1},)"
                         R"({"channel":"l2","venue":"nasdaq","symbol":"GLOBEX","depth":25}])"))
        << list;
    EXPECT_EQ(bed.hub->counts().subscriptions, 3u);
    expect_no_complaints(client->twin);
}

TEST(HubWildcard, EndsWithoutATraceWhenTheBudgetRefuses) {
    // Enough for a client and its answers, not for subscriptions to all.
    HubBed bed{{}, 64, std::size_t{65'536} + 4'096};
    for (int i = 0; i < 30; ++i)
        bed.market.list("SYM" + std::to_string(i));
    const auto client = bed.open();
    bed.answer(*client, R"({"op":"ping"})");
    const auto ack =
        bed.answer(*client, R"({"op":"subscribe","channel":"status","symbols":["*"]})");
    EXPECT_TRUE(contains(ack, R"("accepted":[],"rejected":[{"symbol":"*","code":503)")) << ack;
    EXPECT_EQ(bed.hub->counts().subscriptions, 0u);
}

TEST(HubRequests, AreShedInModesThatProtect) {
    HubBed bed;
    const auto client = bed.open();
    bed.answer(*client, R"({"op":"subscribe","channel":"l1","symbols":["ACME"]})");
    bed.hub->set_mode("L2", bed.now);
    EXPECT_EQ(bed.answer(*client, R"({"op":"subscribe","id":1,"channel":"l2","symbols":["ACME"]})"),
              R"({"type":"error","id":1,"code":503,"reason":"shed: mode L2"})");
    EXPECT_TRUE(contains(
        bed.answer(*client, R"({"op":"snapshot","channel":"l1","symbols":["ACME"]})"), "503"));
    EXPECT_TRUE(
        contains(bed.answer(*client, R"({"op":"unsubscribe","channel":"l1","symbols":["ACME"]})"),
                 "\"subscriptions\":0"));
    bed.hub->set_mode("L0", bed.now);
    EXPECT_TRUE(
        contains(bed.answer(*client, R"({"op":"subscribe","channel":"l2","symbols":["ACME"]})"),
                 "accepted"));
}

TEST(HubRequests, IgnoreClientsThatAreGone) {
    HubBed bed;
    const auto client = bed.open();
    bed.ask(*client, R"({"op":"subscribe","channel":"l1","symbols":["ACME"]})");
    bed.hub->close(client->id);
    bed.hub->close(client->id);
    bed.ask(*client, R"({"op":"ping"})");
    bed.turn();
    EXPECT_TRUE(bed.hub->due().empty());
    EXPECT_EQ(bed.drain(*client), 0u);
    EXPECT_EQ(bed.hub->unsent_bytes(client->id), 0u);
    EXPECT_FALSE(bed.hub->closing(client->id));
    bed.hub->sent(client->id, 0, bed.now);
}

TEST(Hub, NamesEachClientThatIsDueOnce) {
    HubBed bed;
    const auto first = bed.open();
    const auto second = bed.open();
    bed.ask(*first, R"({"op":"ping"})");
    bed.ask(*first, R"({"op":"ping"})");
    bed.ask(*second, R"({"op":"ping"})");
    const auto due = bed.hub->due();
    EXPECT_EQ((std::vector<gateway::ClientId>{due.begin(), due.end()}),
              (std::vector<gateway::ClientId>{first->id, second->id}));
    EXPECT_TRUE(bed.hub->due().empty());
    bed.ask(*second, "?");
    EXPECT_EQ(bed.hub->due().size(), 1u);
}

}  // namespace
}  // namespace tickweir::tests
