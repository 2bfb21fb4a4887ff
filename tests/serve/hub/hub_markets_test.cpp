// What the hub asks of markets, and books for HTTP.
#include <gtest/gtest.h>

#include <string>

#include "tests/serve/hub/hub_bed.hpp"
#include "tests/serve/hub/truth.hpp"

namespace tickweir::tests {
namespace {

using book::Side;
using gateway::PendingAnswer;
using gateway::Watch;

constexpr auto quote_bit = static_cast<std::uint8_t>(Watch::quote);
constexpr auto levels_bit = static_cast<std::uint8_t>(Watch::levels);

TEST(HubWatches, LastSomeSecondsBeyondTheLastSubscriber) {
    HubBed bed;
    const auto client = bed.open();
    constexpr const char* subscribe = R"({"op":"subscribe","channel":"l1","symbols":["ACME"]})";
    constexpr const char* leave = R"({"op":"unsubscribe","channel":"l1","symbols":["ACME"]})";
    bed.answer(*client, subscribe);
    EXPECT_EQ(bed.market.watched(HubBed::acme), quote_bit);
    bed.answer(*client, leave);
    bed.pass(4s);
    EXPECT_EQ(bed.market.watched(HubBed::acme), quote_bit);
    bed.answer(*client, subscribe);
    bed.pass(4s);
    EXPECT_EQ(bed.market.watched(HubBed::acme), quote_bit);
    bed.answer(*client, leave);
    EXPECT_TRUE(bed.hub->next_due().has_value());
    bed.pass(5s);
    bed.pass(5s);
    EXPECT_EQ(bed.market.watched(HubBed::acme), 0u);
    // What changed meanwhile is in the new beginning.
    bed.market.add(HubBed::acme, 1, Side::buy, 100, 1);
    client->twin.forget("l1", "ACME");
    bed.answer(*client, subscribe);
    EXPECT_EQ(client->twin.find("l1", "ACME")->fields.at("bid"), "1");
    expect_no_complaints(client->twin);
}

TEST(HubWatches, WaitForRoomInTheRingOfRequests) {
    HubBed bed{{}, 1};
    const auto client = bed.open();
    bed.ask(*client, R"({"op":"subscribe","channel":"l1","symbols":["*"]})");
    EXPECT_TRUE(bed.hub->next_due() <= bed.now + 1ms);
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(bed.market.serve(), 1u);
        bed.hub->turn(bed.now);
    }
    EXPECT_EQ(bed.market.serve(), 0u);
    bed.hub->turn(bed.now);
    bed.drain(*client);
    for (const char* symbol : {"ACME", "GLOBEX", "INITECH"})
        EXPECT_NE(client->twin.find("l1", symbol), nullptr);
}

TEST(HubWatches, PassOverWhatIsStillOnItsWay) {
    HubBed bed;
    const auto client = bed.open();
    bed.answer(*client, R"({"op":"subscribe","channel":"l2","symbols":["ACME"]})");
    bed.answer(*client, R"({"op":"unsubscribe","channel":"l2","symbols":["ACME"]})");
    bed.now += 6s;
    bed.hub->turn(bed.now);  // the request is out, the market has not seen it
    bed.market.add(HubBed::acme, 1, Side::buy, 100, 1);
    bed.market.trade(HubBed::acme, 100, 1);
    bed.turn();
    EXPECT_EQ(bed.market.watched(HubBed::acme), 0u);
    EXPECT_EQ(bed.drain(*client), 0u);
}

TEST(HubWatches, DoNotTakeTheRestOfAnEarlierBeginningForANewOne) {
    for (const std::string channel : {"l2", "l3"}) {
        gateway::HubLimits limits;
        limits.events_per_turn = 1;
        HubBed bed{limits};
        bed.market.items_per_record = 1;
        for (std::uint64_t order = 1; order <= 5; ++order)
            bed.market.add(HubBed::acme, order, Side::buy, static_cast<std::int64_t>(order), 1);
        const auto client = bed.open();
        const std::string rest = R"(subscribe","symbols":["ACME"],"channel":")" + channel + "\"}";
        bed.ask(*client, R"({"op":")" + rest);
        bed.market.serve();  // five pieces
        bed.hub->turn(bed.now);
        bed.ask(*client, R"({"op":"un)" + rest);
        bed.now += 6s;
        bed.hub->turn(bed.now);
        bed.ask(*client, R"({"op":")" + rest);
        for (int i = 0; i < 3; ++i)
            bed.hub->turn(bed.now);
        bed.drain(*client);
        EXPECT_EQ(client->twin.find(channel, "ACME"), nullptr) << channel;
        bed.market.serve();
        while (bed.hub->has_work())
            bed.hub->turn(bed.now);
        bed.drain(*client);
        const TwinStream* stream = client->twin.find(channel, "ACME");
        ASSERT_NE(stream, nullptr) << channel;
        if (channel == "l3")
            expect_orders(*stream, bed.market, HubBed::acme);
        else
            expect_levels(*stream, bed.market, HubBed::acme, 10);
    }
}

TEST(HubWatches, RefuseOrdersToLateComersWhereTheyDoNotFit) {
    gateway::HubLimits limits;
    limits.watched_orders = 3;
    HubBed bed{limits};
    const auto first = bed.open();
    const auto second = bed.open();
    constexpr const char* subscribe = R"({"op":"subscribe","channel":"l3","symbols":["ACME"]})";
    bed.answer(*first, subscribe);
    for (std::uint64_t order = 1; order <= 4; ++order)
        bed.market.add(HubBed::acme, order, Side::buy, 100, 1);
    bed.turn();
    bed.turn();
    bed.answer(*second, subscribe);
    EXPECT_NE(second->twin.last_message().find(R"("code":503,"reason":"its orders)"),
              std::string::npos);
    // Whoever has them goes on.
    bed.market.remove(HubBed::acme, 4);
    bed.turn();
    bed.drain(*first);
    expect_orders(*first->twin.find("l3", "ACME"), bed.market, HubBed::acme);
    expect_no_complaints(first->twin);
    // With fewer orders at the next beginning all is well again.
    bed.market.new_session(HubBed::acme);
    bed.turn();
    bed.answer(*second, subscribe);
    EXPECT_NE(second->twin.find("l3", "ACME"), nullptr);
    bed.drain(*first);
    expect_no_complaints(first->twin);
}

TEST(HubWatches, EndSubscriptionsToOrdersThatDoNotFitFromTheBeginning) {
    gateway::HubLimits limits;
    limits.watched_orders = 3;
    HubBed bed{limits};
    for (std::uint64_t order = 1; order <= 4; ++order)
        bed.market.add(HubBed::acme, order, Side::buy, 100, 1);
    const auto client = bed.open();
    bed.answer(*client, R"({"op":"subscribe","channel":"l3","symbols":["ACME"]})");
    EXPECT_NE(client->twin.last_message().find(R"("code":503,"reason":"more orders than)"),
              std::string::npos);
    EXPECT_EQ(bed.hub->counts().subscriptions, 0u);
}

TEST(HubWatches, AskAgainForOrdersThatMakeNoSense) {
    HubBed bed;
    const auto client = bed.open();
    bed.answer(*client, R"({"op":"subscribe","channel":"l3","symbols":["ACME"]})");
    bed.market.add(HubBed::acme, 1, Side::buy, 100, 1);
    bed.market.resend_last_order(HubBed::acme);  // an add of what is there
    bed.turn();
    bed.turn();
    bed.drain(*client);
    const TwinStream* stream = client->twin.find("l3", "ACME");
    EXPECT_EQ(stream->snapshots, 2u);
    expect_orders(*stream, bed.market, HubBed::acme);
    EXPECT_EQ(client->twin.complaints().size(), 1u);
}

TEST(HubWatches, EndSubscriptionsWhoseBookFindsNoMemory) {
    HubBed bed{{}, 64, std::size_t{65'536} + 8'192};
    const auto client = bed.open();
    bed.answer(*client, R"({"op":"subscribe","channel":"l2","symbols":["ACME"],"depth":1})");
    for (std::uint64_t order = 1; order <= 600; ++order)
        bed.market.add(HubBed::acme, order, Side::buy, 1'000 - static_cast<std::int64_t>(order), 1);
    bed.turn();
    bed.drain(*client);
    EXPECT_NE(client->twin.last_message().find(R"("code":503,"reason":"no memory for its book")"),
              std::string::npos)
        << client->twin.last_message();
    EXPECT_EQ(bed.hub->counts().subscriptions, 0u);
    // It is asked for anew.
    bed.market.new_session(HubBed::acme);
    bed.turn();
    client->twin.forget("l2", "ACME");
    bed.answer(*client, R"({"op":"subscribe","channel":"l2","symbols":["ACME"],"depth":1})");
    ASSERT_NE(client->twin.find("l2", "ACME"), nullptr);
    EXPECT_TRUE(client->twin.find("l2", "ACME")->bids.empty());
    expect_no_complaints(client->twin);
}

TEST(HubWatches, SendATradesSnapshotWhereSomeWereMissed) {
    HubBed bed;
    const auto client = bed.open();
    bed.ask(*client, R"({"op":"subscribe","channel":"trades","symbols":["ACME"]})");
    bed.market.serve();
    bed.ask(*client, R"({"op":"unsubscribe","channel":"trades","symbols":["ACME"]})");
    bed.now += 6s;
    bed.hub->turn(bed.now);
    bed.ask(*client, R"({"op":"subscribe","channel":"trades","symbols":["ACME"]})");
    bed.turn();
    bed.drain(*client);
    bed.market.trade(HubBed::acme, 100, 1);
    bed.turn();
    bed.drain(*client);
    EXPECT_EQ(client->twin.find("trades", "ACME")->trade_prices.size(), 1u);
    expect_no_complaints(client->twin);
}

TEST(HubBooks, AnswerAtOnceFromTheStoreOrTheReplica) {
    HubBed bed;
    store::Depth depth;
    depth.bid_count = 2;
    depth.scale = {.price_decimals = 2, .quantity_decimals = 0};
    depth.bids[0] = {{18'995}, {300}, 2};
    depth.bids[1] = {{18'990}, {10}, 1};
    depth.version = 7;
    depth.times.exchange_ns = 5;
    bed.store.put_depth(HubBed::acme, depth);
    EXPECT_EQ(
        bed.hub->book(HubBed::acme, 1, PendingAnswer{1}, bed.now),
        R"({"type":"snapshot","channel":"l2","venue":"nasdaq","symbol":"ACME","seq":7,"time":5,)"
        R"("in_sync":true,"bids":[["189.95","300",2]],"asks":[]})");
    for (std::uint64_t order = 1; order <= 20; ++order)
        bed.market.add(HubBed::globex, order, Side::sell, static_cast<std::int64_t>(order), 1);
    const auto client = bed.open();
    bed.answer(*client, R"({"op":"subscribe","channel":"l2","symbols":["GLOBEX"]})");
    const auto book = bed.hub->book(HubBed::globex, 12, PendingAnswer{2}, bed.now);
    ASSERT_TRUE(book);
    EXPECT_NE(book->find(R"(["0.12","1",1]])"), std::string::npos) << *book;
    EXPECT_TRUE(bed.hub->take_answers().empty());
}

TEST(HubBooks, AnswerLaterFromTheMarket) {
    HubBed bed;
    for (std::uint64_t order = 1; order <= 20; ++order)
        bed.market.add(HubBed::acme, order, Side::buy, static_cast<std::int64_t>(order), 1);
    EXPECT_FALSE(bed.hub->book(HubBed::acme, 15, PendingAnswer{1}, bed.now));
    EXPECT_FALSE(bed.hub->book(HubBed::acme, 11, PendingAnswer{2}, bed.now));
    bed.turn();
    EXPECT_TRUE(bed.hub->has_work());
    const auto answers = bed.hub->take_answers();
    ASSERT_EQ(answers.size(), 2u);
    EXPECT_EQ(answers[0].pending, PendingAnswer{1});
    EXPECT_NE(answers[0].body.find(R"(["0.06","1",1]],"asks":[]})"), std::string::npos);
    EXPECT_NE(answers[1].body.find(R"(["0.1","1",1]],"asks":[]})"), std::string::npos);
    EXPECT_TRUE(bed.hub->book(HubBed::acme, 15, PendingAnswer{3}, bed.now));
    bed.pass(6s);
    EXPECT_EQ(bed.market.watched(HubBed::acme), 0u);
}

TEST(HubBooks, ExpireAndAreBounded) {
    HubBed bed;
    for (std::uint64_t i = 0; i < 1'024; ++i)
        EXPECT_FALSE(bed.hub->book(HubBed::acme, 100, PendingAnswer{i}, bed.now));
    const auto refused = bed.hub->book(HubBed::acme, 100, PendingAnswer{9}, bed.now);
    EXPECT_EQ(refused, R"({"code":503,"reason":"too many questions for books"})");
    bed.now += 5s;
    bed.hub->turn(bed.now);  // the market never answered
    const auto answers = bed.hub->take_answers();
    ASSERT_EQ(answers.size(), 1'024u);
    EXPECT_EQ(answers[0].body, R"({"code":503,"reason":"its market has not sent the book"})");
    EXPECT_EQ(bed.market.watched(HubBed::acme), 0u);
    static_cast<void>(levels_bit);
}

TEST(Hub, RefusesInstrumentsWithoutAMarket) {
    HubBed bed;
    gateway::MarketLink link = bed.market.link();
    link.owns = [](const void*, book::InstrumentId id) { return id == HubBed::acme; };
    bed.hub = std::make_unique<gateway::Hub>(bed.limits, bed.store, std::vector{link}, nullptr);
    const auto client = bed.open();
    const auto ack =
        bed.answer(*client, R"({"op":"subscribe","channel":"l1","symbols":["ACME","GLOBEX"]})");
    EXPECT_NE(
        ack.find(R"("rejected":[{"symbol":"GLOBEX","code":503,"reason":"no market serves it"}])"),
        std::string::npos)
        << ack;
    bed.answer(*client, R"({"op":"subscribe","channel":"l2","symbols":["*"]})");
    EXPECT_EQ(bed.hub->counts().subscriptions, 2u);
    EXPECT_EQ(bed.hub->book(HubBed::globex, 100, PendingAnswer{1}, bed.now),
              R"({"code":503,"reason":"its market has not sent the book"})");
}

TEST(Hub, TakesABoundedNumberOfEventsATurn) {
    gateway::HubLimits limits;
    limits.events_per_turn = 10;
    HubBed bed{limits};
    const auto client = bed.open();
    bed.answer(*client, R"({"op":"subscribe","channel":"trades","symbols":["ACME"]})");
    for (int i = 0; i < 25; ++i)
        bed.market.trade(HubBed::acme, 100, 1);
    EXPECT_TRUE(bed.hub->has_work());
    EXPECT_TRUE(bed.hub->turn(bed.now));
    EXPECT_EQ(bed.hub->received_this_turn().size(), 10u);
    bed.drain(*client);
    EXPECT_EQ(client->twin.find("trades", "ACME")->updates, 10u);
    bed.hub->turn(bed.now);
    bed.hub->turn(bed.now);
    EXPECT_FALSE(bed.hub->has_work());
    EXPECT_FALSE(bed.hub->turn(bed.now));
}

}  // namespace
}  // namespace tickweir::tests
