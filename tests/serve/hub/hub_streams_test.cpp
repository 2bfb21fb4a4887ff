// What subscribers of each channel are sent: snapshots, updates, and their numbers.
#include <gmock/gmock.h>

#include <string>

#include "tests/serve/hub/hub_bed.hpp"
#include "tests/serve/hub/truth.hpp"

namespace tickweir::tests {
namespace {

using book::Side;

constexpr const char* l1 = R"({"op":"subscribe","id":1,"channel":"l1","symbols":["ACME"]})";
constexpr const char* l2 = R"({"op":"subscribe","id":2,"channel":"l2","symbols":["ACME"]})";
constexpr const char* l3 = R"({"op":"subscribe","id":3,"channel":"l3","symbols":["ACME"]})";
constexpr const char* trades = R"({"op":"subscribe","id":4,"channel":"trades","symbols":["ACME"]})";
constexpr const char* status = R"({"op":"subscribe","id":5,"channel":"status","symbols":["ACME"]})";

TEST(HubStreams, WritesTheMessagesOfTheInterface) {
    HubBed bed;
    const auto client = bed.open();
    client->twin.keep_all = true;
    bed.market.add(HubBed::acme, 1, Side::buy, 18'995, 300);
    for (const char* subscribe : {l1, l2, l3, trades, status})
        bed.answer(*client, subscribe);
    bed.market.add(HubBed::acme, 2, Side::sell, 19'000, 7);
    bed.market.trade(HubBed::acme, 19'000, 5);
    bed.turn();
    bed.drain(*client);
    const std::string t = std::to_string(bed.market.clock_ns);
    const std::string before = std::to_string(bed.market.clock_ns - 1'000);
    const auto& all = client->twin.all_messages();
    ASSERT_EQ(all.size(), 14u);
    EXPECT_EQ(all[0],
              R"({"type":"ack","id":1,"op":"subscribe","accepted":[{"channel":"l1","venue":)"
              R"("nasdaq","symbol":"ACME"}],"rejected":[],"subscriptions":1})");
    EXPECT_EQ(all[1],
              R"({"type":"snapshot","channel":"l1","venue":"nasdaq","symbol":"ACME","seq":0,)"
              R"("time":1000001000,"in_sync":true,"bid":"189.95","bid_quantity":"300",)"
              R"("ask":null,"ask_quantity":null})");
    EXPECT_EQ(all[2],
              R"({"type":"ack","id":2,"op":"subscribe","accepted":[{"channel":"l2","venue":)"
              R"("nasdaq","symbol":"ACME","depth":10}],"rejected":[],"subscriptions":2})");
    EXPECT_EQ(all[3],
              R"({"type":"snapshot","channel":"l2","venue":"nasdaq","symbol":"ACME","seq":0,)"
              R"("time":1000001000,"in_sync":true,"bids":[["189.95","300",1]],"asks":[]})");
    EXPECT_EQ(all[5],
              R"({"type":"snapshot","channel":"l3","venue":"nasdaq","symbol":"ACME","seq":0,)"
              R"("time":1000001000,"in_sync":true,"orders":[{"order_id":"1","side":"buy",)"
              R"("price":"189.95","quantity":"300"}]})");
    EXPECT_EQ(all[7], R"({"type":"snapshot","channel":"trades","venue":"nasdaq","symbol":"ACME",)"
                      R"("seq":0,"time":1000001000,"in_sync":true,"trades":[]})");
    EXPECT_EQ(all[9], R"({"type":"snapshot","channel":"status","venue":"nasdaq","symbol":"ACME",)"
                      R"("seq":0,"time":1000000000,"in_sync":true,"state":"trading","reason":"",)"
                      R"("mode":"L0"})");
    EXPECT_EQ(all[10],
              R"({"type":"update","channel":"l1","venue":"nasdaq","symbol":"ACME","prev":0,)"
              R"("seq":1,"time":)" +
                  before +
                  R"(,"bid":"189.95","bid_quantity":"300",)"
                  R"("ask":"190","ask_quantity":"7"})");
    EXPECT_EQ(all[11],
              R"({"type":"update","channel":"l2","venue":"nasdaq","symbol":"ACME","prev":0,)"
              R"("seq":1,"time":)" +
                  before + R"(,"bids":[],"asks":[["190","7",1]]})");
    EXPECT_EQ(all[12],
              R"({"type":"update","channel":"l3","venue":"nasdaq","symbol":"ACME","prev":0,)"
              R"("seq":1,"time":)" +
                  before +
                  R"(,"events":[{"action":"add","order_id":"2",)"
                  R"("side":"sell","price":"190","quantity":"7"}]})");
    EXPECT_EQ(all[13], R"({"type":"trade","channel":"trades","venue":"nasdaq","symbol":"ACME",)"
                       R"("prev":0,"seq":1,"time":)" +
                           t +
                           R"(,"price":"190","quantity":"5",)"
                           R"("side":"buy","trade_id":")" +
                           t + R"("})");
}

TEST(HubStreams, SharesOneFrameAmongAllSubscribers) {
    HubBed bed;
    const auto first = bed.open();
    const auto second = bed.open();
    bed.answer(*first, l1);
    bed.answer(*second, l1);
    const auto encoded = bed.hub->counts().encoded;
    bed.market.add(HubBed::acme, 1, Side::buy, 100, 1);
    bed.turn();
    EXPECT_EQ(bed.hub->counts().encoded, encoded + 1);
    std::array<iovec, 4> a;
    std::array<iovec, 4> b;
    ASSERT_EQ(bed.hub->gather(first->id, a), 1u);
    ASSERT_EQ(bed.hub->gather(second->id, b), 1u);
    EXPECT_EQ(a[0].iov_base, b[0].iov_base);
    EXPECT_EQ(a[0].iov_len, b[0].iov_len);
}

TEST(HubStreams, JoinsNeighbouringFramesIntoOnePiece) {
    HubBed bed;
    const auto client = bed.open();
    bed.answer(*client, l1);
    for (std::uint64_t order = 1; order <= 20; ++order)
        bed.market.add(HubBed::acme, order, Side::buy, static_cast<std::int64_t>(order), 1);
    bed.turn();
    std::array<iovec, 4> parts;
    EXPECT_EQ(bed.hub->gather(client->id, parts), 1u);
    bed.drain(*client);
    EXPECT_EQ(client->twin.find("l1", "ACME")->updates, 20u);
    expect_no_complaints(client->twin);
}

TEST(HubStreams, RoundsDepthUpAndTellsIt) {
    HubBed bed;
    const auto client = bed.open();
    for (std::uint64_t order = 1; order <= 40; ++order)
        bed.market.add(HubBed::acme, order, Side::buy, static_cast<std::int64_t>(order), 1);
    const auto ack =
        bed.answer(*client, R"({"op":"subscribe","channel":"l2","symbols":["ACME"],"depth":11})");
    EXPECT_NE(ack.find(R"("depth":25)"), ack.npos) << ack;
    EXPECT_EQ(client->twin.find("l2", "ACME")->bids.size(), 25u);
}

TEST(HubStreams, KeepsTheHolderOfAWindowExact) {
    HubBed bed;
    const auto client = bed.open();
    bed.answer(*client, R"({"op":"subscribe","channel":"l2","symbols":["ACME"],"depth":5})");
    for (std::uint64_t order = 1; order <= 9; ++order)
        bed.market.add(HubBed::acme, order, Side::buy, static_cast<std::int64_t>(order), 1);
    bed.market.remove(HubBed::acme, 8);               // one enters
    bed.market.replace(HubBed::acme, 9, 90, 2, 5);    // out of the window
    bed.market.replace(HubBed::acme, 90, 91, 50, 5);  // and back
    bed.turn();
    bed.drain(*client);
    expect_levels(*client->twin.find("l2", "ACME"), bed.market, HubBed::acme, 5);
    expect_no_complaints(client->twin);
}

TEST(HubStreams, LeavesOutChangesBeyondTheDepth) {
    HubBed bed;
    const auto client = bed.open();
    bed.answer(*client, R"({"op":"subscribe","channel":"l2","symbols":["ACME"],"depth":1})");
    bed.market.add(HubBed::acme, 1, Side::buy, 100, 1);
    bed.market.add(HubBed::acme, 2, Side::buy, 99, 1);
    bed.market.remove(HubBed::acme, 2);
    bed.turn();
    bed.drain(*client);
    EXPECT_EQ(client->twin.find("l2", "ACME")->updates, 1u);
}

TEST(HubStreams, SendsASnapshotToAllWhenABookBeginsAnew) {
    HubBed bed;
    const auto client = bed.open();
    const auto conflated = bed.open();
    bed.market.add(HubBed::acme, 1, Side::buy, 100, 1);
    for (const char* subscribe : {l1, l2, l3})
        bed.answer(*client, subscribe);
    bed.answer(*conflated,
               R"({"op":"subscribe","channel":"l2","symbols":["ACME"],"conflate_ms":10})");
    bed.market.new_session(HubBed::acme);
    bed.turn();
    bed.drain(*client);
    bed.pass(10ms);
    bed.drain(*conflated);
    EXPECT_EQ(client->twin.find("l1", "ACME")->fields.at("bid"), "null");
    for (const auto* twin : {&client->twin, &conflated->twin}) {
        const TwinStream* levels = twin->find("l2", "ACME");
        EXPECT_EQ(levels->snapshots, 2u);
        EXPECT_EQ(levels->seq, 1u);
        EXPECT_TRUE(levels->bids.empty());
        expect_no_complaints(*twin);
    }
    EXPECT_EQ(client->twin.find("l3", "ACME")->snapshots, 2u);
    EXPECT_TRUE(client->twin.find("l3", "ACME")->orders.empty());
}

TEST(HubStreams, TellsEverybodyAtOnceThatABookMayBeWrong) {
    HubBed bed;
    const auto client = bed.open();
    const auto conflated = bed.open();
    for (const char* subscribe : {l1, l2, l3, status})
        bed.answer(*client, subscribe);
    for (const char* channel : {"l1", "l2"})
        bed.answer(*conflated, std::string{R"({"op":"subscribe","symbols":["ACME"],"channel":")"} +
                                   channel + R"(","conflate_ms":60000})");
    for (const auto reason : {store::SyncReason::gap, store::SyncReason::none}) {
        bed.market.set_status(HubBed::acme, store::TradingState::halted, reason);
        bed.turn();
        bed.drain(*client);
        bed.drain(*conflated);
        const bool in_sync = reason == store::SyncReason::none;
        for (const char* channel : {"l1", "l2", "l3", "status"})
            EXPECT_EQ(client->twin.find(channel, "ACME")->in_sync, in_sync) << channel;
        for (const char* channel : {"l1", "l2"})
            EXPECT_EQ(conflated->twin.find(channel, "ACME")->in_sync, in_sync) << channel;
    }
    EXPECT_EQ(client->twin.find("status", "ACME")->fields.at("state"), "halted");
    expect_no_complaints(client->twin);
    expect_no_complaints(conflated->twin);
}

TEST(HubStreams, ShowsTheReasonAndTheModeAsStatus) {
    HubBed bed;
    const auto client = bed.open();
    bed.answer(*client, status);
    bed.market.set_status(HubBed::acme, store::TradingState::paused, store::SyncReason::feed_stale);
    bed.turn();
    bed.hub->set_mode("L1", bed.now);
    bed.hub->set_mode("L1", bed.now);
    bed.drain(*client);
    const TwinStream* stream = client->twin.find("status", "ACME");
    EXPECT_EQ(stream->updates, 2u);
    EXPECT_EQ(stream->fields.at("state"), "paused");
    EXPECT_EQ(stream->fields.at("reason"), "feed_stale");
    EXPECT_EQ(stream->fields.at("mode"), "L1");
    EXPECT_FALSE(stream->in_sync);
}

TEST(HubStreams, BeginsTradesWithTheRecentOnes) {
    HubBed bed;
    for (int i = 0; i < 60; ++i)
        bed.market.trade(HubBed::acme, 100 + i, 1, store::Aggressor::sell);
    const auto client = bed.open();
    bed.ask(*client, trades);
    bed.market.serve();  // the beginning is on its way; these come after it
    bed.market.trade(HubBed::acme, 500, 1, store::Aggressor::unknown);
    bed.turn();
    bed.drain(*client);
    const TwinStream* stream = client->twin.find("trades", "ACME");
    EXPECT_EQ(stream->updates, 1u);
    // One of the newest fifty in the store is not among those begun with.
    EXPECT_EQ(stream->trade_prices.size(), 50u);
    EXPECT_EQ(stream->trade_prices.back(), "5");
    EXPECT_EQ(stream->trade_prices[48], "1.59");
    expect_no_complaints(client->twin);
}

TEST(HubStreams, DatesTradesThatDoNotExistYetWithWhatIsKnownOfTheInstrument) {
    HubBed bed;
    const auto snapshot = [&](Client& client) {
        client.twin.keep_all = true;
        bed.answer(client, trades);
        for (const std::string& message : client.twin.all_messages())
            if (message.starts_with(R"({"type":"snapshot")")) return message;
        return std::string{};
    };
    snapshot(*bed.open());
    store::Quote quote{};
    quote.times.exchange_ns = 7'000'000'000;
    bed.store.put_quote(HubBed::acme, quote);
    // Not watched: the hub hears nothing of what happened since the stream began.
    EXPECT_THAT(snapshot(*bed.open()), testing::HasSubstr(R"("time":7000000000,)"));
    bed.market.trade(HubBed::acme, 100, 1);
    bed.turn();
    const std::string of_trade = R"("time":)" + std::to_string(bed.market.clock_ns) + ',';
    EXPECT_THAT(snapshot(*bed.open()), testing::HasSubstr(of_trade));
}

TEST(HubStreams, BeatsOnceASecondWithACounter) {
    HubBed bed;
    const auto client = bed.open();
    bed.answer(*client, R"({"op":"subscribe","id":1,"channel":"heartbeat"})");
    EXPECT_EQ(client->twin.last_message(),
              R"({"type":"ack","id":1,"op":"subscribe","accepted":[{"channel":"heartbeat"}],)"
              R"("rejected":[],"subscriptions":1})");
    for (int i = 0; i < 3; ++i)
        bed.pass(1s);
    bed.pass(10s);  // a pause is not made up for
    bed.pass(999ms);
    bed.drain(*client);
    EXPECT_EQ(client->twin.messages().size(), 5u);
    EXPECT_EQ(client->twin.last_message(),
              R"({"type":"heartbeat","counter":4,"time":1700000013000000000})");
    bed.answer(*client, R"({"op":"unsubscribe","id":2,"channel":"heartbeat"})");
    bed.pass(5s);
    EXPECT_EQ(bed.drain(*client), 0u);
}

TEST(HubStreams, EscapesNames) {
    HubBed bed;
    bed.market.list("A\"B\\C");
    const auto client = bed.open();
    const auto ack =
        bed.answer(*client, R"({"op":"subscribe","channel":"l1","symbols":["A\"B\\C"]})");
    EXPECT_NE(ack.find(R"("symbol":"A\"B\\C")"), ack.npos) << ack;
    EXPECT_NE(client->twin.find("l1", "A\"B\\C"), nullptr);
    expect_no_complaints(client->twin);
}

}  // namespace
}  // namespace tickweir::tests
