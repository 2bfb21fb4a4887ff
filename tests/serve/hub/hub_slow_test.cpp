// Clients that do not keep up: conflation, warnings, closing, memory.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "tests/serve/hub/hub_bed.hpp"
#include "tests/serve/hub/truth.hpp"

namespace tickweir::tests {
namespace {

using book::Side;

constexpr const char* l1 = R"({"op":"subscribe","channel":"l1","symbols":["ACME"]})";
constexpr const char* l2 = R"({"op":"subscribe","channel":"l2","symbols":["ACME"]})";
constexpr const char* l3 = R"({"op":"subscribe","channel":"l3","symbols":["ACME"]})";
constexpr const char* trades = R"({"op":"subscribe","channel":"trades","symbols":["ACME"]})";

TEST(HubSlowClients, AreSentTheNewestStateOnceTheyCatchUp) {
    HubBed bed{small_queues()};
    const auto slow = bed.open();
    const auto quick = bed.open();
    for (auto* client : {slow.get(), quick.get()})
        for (const char* subscribe : {l1, l2})
            bed.answer(*client, subscribe);
    for (int round = 0; round < 100; ++round) {
        move_touch(bed, 2);
        bed.drain(*quick);
    }
    EXPECT_LE(bed.hub->unsent_bytes(slow->id), 2'048u + 400u);
    bed.drain(*slow);
    for (const char* channel : {"l1", "l2"}) {
        const TwinStream* behind = slow->twin.find(channel, "ACME");
        const TwinStream* in_step = quick->twin.find(channel, "ACME");
        EXPECT_EQ(behind->seq, in_step->seq);
        EXPECT_GT(behind->conflated, 0u);
        EXPECT_EQ(in_step->conflated, 0u);
    }
    expect_levels(*slow->twin.find("l2", "ACME"), bed.market, HubBed::acme, 10);
    expect_quote(*slow->twin.find("l1", "ACME"), bed.market, HubBed::acme);
    // Back in step: one frame for both.
    const auto encoded = bed.hub->counts().encoded;
    bed.market.add(HubBed::acme, 1, Side::sell, 900, 1);
    bed.turn();
    EXPECT_EQ(bed.hub->counts().encoded, encoded + 2);
    EXPECT_GT(bed.hub->counts().conflated, 0u);
    expect_no_complaints(slow->twin);
    expect_no_complaints(quick->twin);
}

TEST(HubSlowClients, AreSentASnapshotWhereTheChangesAreForgotten) {
    gateway::HubLimits limits = small_queues();
    limits.queue_bytes = std::size_t{1} << 20;
    HubBed bed{limits};
    const auto slow = bed.open();
    bed.answer(*slow, R"({"op":"subscribe","channel":"l2","symbols":["ACME"],"depth":25})");
    for (std::uint64_t order = 1; order <= 400; ++order)
        bed.market.add(HubBed::acme, order, Side::buy, static_cast<std::int64_t>(order), 1);
    bed.turn();
    bed.drain(*slow);
    const TwinStream* stream = slow->twin.find("l2", "ACME");
    EXPECT_EQ(stream->snapshots, 2u);
    EXPECT_GT(stream->conflated, 300u);
    EXPECT_EQ(stream->seq, 400u);
    expect_levels(*stream, bed.market, HubBed::acme, 25);
    bed.market.remove(HubBed::acme, 400);
    bed.turn();
    bed.drain(*slow);
    expect_levels(*stream, bed.market, HubBed::acme, 25);
    expect_no_complaints(slow->twin);
}

TEST(HubSlowClients, AreRefusedASnapshotThatNoQueueTakes) {
    HubBed bed{small_queues()};
    for (std::uint64_t order = 1; order <= 400; ++order)
        bed.market.add(HubBed::acme, order, Side::buy, static_cast<std::int64_t>(order), 1);
    const auto client = bed.open();
    bed.answer(*client, l3);
    EXPECT_NE(client->twin.last_message().find(R"("channel":"l3","venue":"nasdaq","symbol":"ACME",)"
                                               R"("code":413,"reason":"its snapshot of )"),
              std::string::npos)
        << client->twin.last_message();
    EXPECT_EQ(bed.hub->counts().subscriptions, 0u);
    EXPECT_FALSE(bed.hub->closing(client->id));
}

TEST(HubSlowClients, AreGivenLargeSnapshotsOneAfterTheOther) {
    gateway::HubLimits limits = small_queues();
    limits.queue_bytes = 40'000;
    HubBed bed{limits};
    for (std::uint64_t order = 1; order <= 300; ++order)
        for (const auto id : {HubBed::acme, HubBed::globex, HubBed::initech})
            bed.market.add(id, order + 1'000 * static_cast<std::uint64_t>(id), Side::buy,
                           static_cast<std::int64_t>(order), 1);
    const auto client = bed.open();
    bed.ask(*client, R"({"op":"subscribe","channel":"l3","symbols":["*"]})");
    bed.turn();
    EXPECT_LT(bed.hub->unsent_bytes(client->id), 40'000u);
    bed.market.remove(HubBed::acme, 7);
    bed.market.remove(HubBed::initech, 2'007);
    bed.turn();
    while (bed.drain(*client, 1'000) != 0) {
    }
    for (const char* symbol : {"ACME", "GLOBEX", "INITECH"})
        ASSERT_NE(client->twin.find("l3", symbol), nullptr) << symbol;
    expect_orders(*client->twin.find("l3", "ACME"), bed.market, HubBed::acme);
    expect_orders(*client->twin.find("l3", "INITECH"), bed.market, HubBed::initech);
    EXPECT_FALSE(bed.hub->closing(client->id));
    expect_no_complaints(client->twin);
}

TEST(HubSlowClients, AreWarnedAndClosedOnChannelsThatLeaveNothingOut) {
    HubBed bed{small_queues()};
    const auto slow = bed.open();
    const auto quick = bed.open();
    for (auto* client : {slow.get(), quick.get()})
        for (const char* subscribe : {trades, l3})
            bed.answer(*client, subscribe);
    int rounds = 0;
    while (!bed.hub->closing(slow->id)) {
        bed.market.trade(HubBed::acme, 100, 1);
        bed.market.add(HubBed::acme, 10'000 + static_cast<std::uint64_t>(rounds), Side::buy, 5, 1);
        bed.turn();
        bed.drain(*quick);
        ASSERT_LT(++rounds, 1'000);
    }
    EXPECT_EQ(bed.hub->closing(slow->id)->code, 1013);
    EXPECT_NE(std::string{bed.hub->closing(slow->id)->reason}.find("too slow"), std::string::npos);
    EXPECT_EQ(bed.hub->counts().slow_closed, 1u);
    bed.drain(*slow);
    ASSERT_EQ(slow->twin.messages().size(), 3u);  // two acks, and once a warning
    EXPECT_NE(slow->twin.last_message().find(R"("type":"warning","code":429)"), std::string::npos);
    expect_no_complaints(slow->twin);
    // The other one lost nothing.
    EXPECT_EQ(quick->twin.find("trades", "ACME")->updates, static_cast<std::uint64_t>(rounds));
    expect_orders(*quick->twin.find("l3", "ACME"), bed.market, HubBed::acme);
    expect_no_complaints(quick->twin);
    bed.hub->close(slow->id);
    bed.hub->close(quick->id);
    EXPECT_EQ(bed.hub->counts().clients, 0u);
    EXPECT_EQ(bed.hub->counts().subscriptions, 0u);
}

TEST(HubSlowClients, AreClosedAtTheLimitOfMessagesToo) {
    gateway::HubLimits limits;
    limits.queue_messages = 40;
    HubBed bed{limits};
    const auto slow = bed.open();
    bed.answer(*slow, trades);
    for (int i = 0; i < 39; ++i)
        bed.market.trade(HubBed::acme, 100, 1);
    bed.turn();
    EXPECT_FALSE(bed.hub->closing(slow->id));
    bed.market.trade(HubBed::acme, 100, 1);  // with the warning, one more than allowed
    bed.turn();
    EXPECT_EQ(bed.hub->closing(slow->id)->code, 1013);
}

TEST(HubSlowClients, AreWarnedBeforeABurstClosesThem) {
    gateway::HubLimits limits;
    limits.queue_messages = 40;
    HubBed bed{limits};
    const auto slow = bed.open();
    bed.answer(*slow, trades);
    for (int i = 0; i < 200; ++i)
        bed.market.trade(HubBed::acme, 100, 1);
    while (!bed.hub->closing(slow->id))
        bed.turn();
    bed.drain(*slow);
    const auto& messages = slow->twin.messages();
    EXPECT_TRUE(std::ranges::any_of(messages, [](const std::string& message) {
        return message.find(R"("type":"warning","code":429)") != message.npos;
    }));
    EXPECT_EQ(bed.hub->closing(slow->id)->code, 1013);
}

TEST(HubSlowClients, AreWarnedAgainAfterTheyCaughtUp) {
    HubBed bed{small_queues()};
    const auto client = bed.open();
    bed.answer(*client, trades);
    for (int round = 0; round < 2; ++round) {
        for (int i = 0; i < 60; ++i)
            bed.market.trade(HubBed::acme, 100, 1);
        bed.turn();
        ASSERT_FALSE(bed.hub->closing(client->id));
        bed.drain(*client);
        EXPECT_EQ(client->twin.messages().size(), 2u + static_cast<std::size_t>(round));
    }
}

TEST(HubSlowClients, AreNotThoseWhoReadThroughABusyTurn) {
    gateway::HubLimits limits = small_queues();
    limits.queue_bytes = std::size_t{1} << 20;
    HubBed bed{limits};
    const auto reader = bed.open();
    const auto stalled = bed.open();
    for (auto* client : {reader.get(), stalled.get()})
        bed.answer(*client, R"({"op":"subscribe","channel":"l1","symbols":["*"]})");
    for (std::uint64_t order = 1; order <= 200; ++order)
        bed.market.add(HubBed::acme, order, Side::buy, static_cast<std::int64_t>(order), 1);
    bed.market.serve();
    int turns = 0;
    for (; bed.hub->has_work(); ++turns) {
        bed.hub->turn(bed.now);
        EXPECT_LE(bed.hub->unsent_bytes(reader->id), 2'048u);
        bed.drain(*reader);
    }
    EXPECT_GT(turns, 10);
    EXPECT_EQ(reader->twin.find("l1", "ACME")->conflated, 0u);
    EXPECT_EQ(reader->twin.find("l1", "ACME")->updates, 200u);
    // Nobody is held up by one who does not read.
    for (std::uint64_t order = 201; order <= 205; ++order)
        bed.market.add(HubBed::acme, order, Side::buy, static_cast<std::int64_t>(order), 1);
    bed.market.serve();
    bed.hub->turn(bed.now);
    EXPECT_FALSE(bed.hub->has_work());
    bed.drain(*stalled);
    EXPECT_GT(stalled->twin.find("l1", "ACME")->conflated, 0u);
    expect_quote(*stalled->twin.find("l1", "ACME"), bed.market, HubBed::acme);
    expect_no_complaints(reader->twin);
    expect_no_complaints(stalled->twin);
}

TEST(HubMemory, RefusesClientsBeyondTheLimitOrTheBudget) {
    gateway::HubLimits limits;
    limits.connections = 2;
    HubBed bed{limits};
    const auto first = bed.open();
    const auto second = bed.open();
    EXPECT_FALSE(bed.hub->open(bed.now));
    bed.hub->close(first->id);
    const auto third = bed.hub->open(bed.now);
    ASSERT_TRUE(third);
    EXPECT_NE(*third, first->id);
    HubBed poor{{}, 64, 100};
    EXPECT_FALSE(poor.hub->open(poor.now));
}

TEST(HubMemory, GivesEverythingBackToTheBudget) {
    HubBed bed;
    const std::size_t before = bed.budget.used();
    std::vector<std::unique_ptr<Client>> clients;
    for (int i = 0; i < 20; ++i) {
        clients.push_back(bed.open());
        for (const char* channel : {"l1", "l2", "l3", "trades", "status", "heartbeat"})
            bed.ask(
                *clients.back(),
                std::string{R"({"op":"subscribe","symbols":["*"],"channel":")"} + channel + "\"}");
    }
    bed.market.add(HubBed::acme, 1, Side::buy, 100, 1);
    bed.turn();
    EXPECT_GT(bed.budget.used(), before);
    for (auto& client : clients)
        bed.hub->close(client->id);
    bed.pass(6s);
    bed.pass(6s);
    EXPECT_EQ(bed.hub->counts().subscriptions, 0u);
    EXPECT_EQ(bed.market.watched(HubBed::acme), 0u);
    bed.hub.reset();
    EXPECT_EQ(bed.budget.used(), 0u);
}

TEST(HubMemory, TakesTheQueueOfTheSlowestWhenTheBudgetIsUsedUp) {
    gateway::HubLimits limits;
    limits.queue_bytes = 64U << 20;
    limits.queue_messages = 1U << 24;
    HubBed bed{limits, 64, std::size_t{2} << 20};
    const auto slow = bed.open();
    const auto quick = bed.open();
    bed.answer(*slow, trades);
    bed.answer(*quick, trades);
    std::uint64_t sent = 0;
    while (!bed.hub->closing(slow->id)) {
        for (int i = 0; i < 100; ++i)
            bed.market.trade(HubBed::acme, 100, 1);
        sent += 100;
        bed.turn();
        bed.drain(*quick);
        ASSERT_LT(sent, 1'000'000u);
    }
    EXPECT_EQ(bed.hub->closing(slow->id)->code, 1013);
    EXPECT_FALSE(bed.hub->closing(quick->id));
    EXPECT_EQ(quick->twin.find("trades", "ACME")->updates, sent);
    expect_no_complaints(quick->twin);
    EXPECT_LE(bed.budget.high_water(), std::size_t{2} << 20);
}

TEST(HubMemory, PacksQueuesThatKeepManyChunksAlive) {
    HubBed bed;
    const auto rare = bed.open();
    const auto busy = bed.open();
    bed.answer(*rare, R"({"op":"subscribe","channel":"trades","symbols":["GLOBEX"]})");
    bed.answer(*busy, trades);
    for (int round = 0; round < 300; ++round) {
        bed.market.trade(HubBed::globex, 100, 1);  // one frame of each chunk
        for (int i = 0; i < 500; ++i)
            bed.market.trade(HubBed::acme, 100, 1);
        bed.turn();
        bed.drain(*busy);
    }
    EXPECT_LT(bed.budget.used(), std::size_t{16} << 20);
    bed.drain(*rare);
    EXPECT_EQ(rare->twin.find("trades", "GLOBEX")->updates, 300u);
    expect_no_complaints(rare->twin);
}

}  // namespace
}  // namespace tickweir::tests
