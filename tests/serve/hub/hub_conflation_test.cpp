// Clients that ask for less: at most one update in some milliseconds.
#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <string>
#include <vector>

#include "tests/serve/hub/hub_bed.hpp"
#include "tests/serve/hub/truth.hpp"

namespace tickweir::tests {
namespace {

using book::Side;

TEST(HubConflation, SendsAtMostOneUpdateATick) {
    HubBed bed;
    const auto client = bed.open();
    bed.answer(*client, R"({"op":"subscribe","channel":"l1","symbols":["ACME"],"conflate_ms":10})");
    const auto* stream = client->twin.find("l1", "ACME");
    for (int tick = 1; tick <= 5; ++tick) {
        for (int part = 0; part < 10; ++part) {
            move_touch(bed, 1);
            bed.drain(*client);
            EXPECT_EQ(stream->updates, static_cast<std::uint64_t>(tick) - 1);
            bed.now += 1ms;
        }
        bed.turn();
        bed.drain(*client);
        EXPECT_EQ(stream->updates, static_cast<std::uint64_t>(tick));
    }
    EXPECT_EQ(stream->conflated, *stream->seq - 5);
    bed.pass(1s);
    bed.drain(*client);
    EXPECT_EQ(stream->updates, 5u);
    expect_no_complaints(client->twin);
}

TEST(HubConflation, IsDueAtTheGridOfItsInterval) {
    HubBed bed;
    const auto client = bed.open();
    bed.answer(*client, R"({"op":"subscribe","channel":"l1","symbols":["ACME"],"conflate_ms":10})");
    bed.now += 3ms;
    move_touch(bed, 1);
    EXPECT_EQ(bed.hub->next_due(), book::TimeNs{1'700'000'000s} + 10ms);
    bed.now += 6ms;
    bed.turn();
    EXPECT_EQ(bed.drain(*client), 0u);
    EXPECT_TRUE(bed.hub->ticks_this_turn().empty());
    bed.now += 1ms;
    bed.hub->turn(bed.now);
    ASSERT_EQ(bed.hub->ticks_this_turn().size(), 1u);
    EXPECT_EQ(bed.hub->ticks_this_turn()[0].due_ns, bed.now.time_since_epoch().count());
    EXPECT_EQ(bed.hub->ticks_this_turn()[0].interval_ns, 10'000'000);
    EXPECT_GT(bed.drain(*client), 0u);
    bed.hub->turn(bed.now);
    EXPECT_TRUE(bed.hub->ticks_this_turn().empty());
}

TEST(HubConflation, GivesThoseWithTheSameStreamsTheSamePieces) {
    HubBed bed;
    std::vector<std::unique_ptr<Client>> clients;
    for (int i = 0; i < 21; ++i) {
        clients.push_back(bed.open());
        bed.answer(*clients.back(),
                   R"({"op":"subscribe","channel":"l1","symbols":["*"],"conflate_ms":10})");
    }
    bed.pass(10ms);
    for (auto& client : clients)
        bed.drain(*client);
    for (const auto id : {HubBed::acme, HubBed::globex, HubBed::initech})
        bed.market.add(id, static_cast<std::uint64_t>(id) + 1, Side::buy, 100, 1);
    bed.turn();
    const auto encoded = bed.hub->counts().encoded;
    bed.pass(10ms);
    EXPECT_EQ(bed.hub->counts().encoded, encoded + 3 * 10);  // once a phase
    const std::array phase{clients[3].get(), clients[13].get()};
    std::array<std::array<iovec, 8>, 2> parts;
    for (std::size_t i = 0; i < phase.size(); ++i)
        EXPECT_EQ(bed.hub->gather(phase[i]->id, parts[i]), 1u);
    EXPECT_EQ(parts[0][0].iov_base, parts[1][0].iov_base);
    EXPECT_EQ(parts[0][0].iov_len, parts[1][0].iov_len);
}

TEST(HubConflation, SpreadsClientsOverTheInterval) {
    HubBed bed;
    std::vector<std::unique_ptr<Client>> clients;
    for (int i = 0; i < 10; ++i) {
        clients.push_back(bed.open());
        bed.answer(*clients.back(),
                   R"({"op":"subscribe","channel":"l1","symbols":["ACME"],"conflate_ms":10})");
    }
    move_touch(bed, 1);
    for (std::size_t phase = 0; phase < clients.size(); ++phase) {
        bed.pass(1ms);
        const std::size_t sent = (phase + 1) % clients.size();  // phase 0 is at the multiples
        for (std::size_t i = 0; i < clients.size(); ++i)
            EXPECT_EQ(bed.drain(*clients[i]) > 0, i == sent) << phase << ' ' << i;
    }
}

TEST(HubConflation, LetsOneLeaveAndComeBackWhileTheOthersShareOn) {
    HubBed bed{small_queues()};
    std::vector<std::unique_ptr<Client>> clients;
    for (int i = 0; i < 21; ++i)
        clients.push_back(bed.open());
    const std::array phase{clients[0].get(), clients[10].get(), clients[20].get()};
    for (Client* client : phase)
        for (const char* channel : {"l1", "l2"})
            bed.answer(*client, std::string{R"({"op":"subscribe","symbols":["*"],"channel":")"} +
                                    channel + R"(","conflate_ms":10})");
    std::uint64_t order = 0;
    const auto tick = [&] {
        for (const auto id : {HubBed::acme, HubBed::globex, HubBed::initech}) {
            ++order;
            bed.market.add(id, order, Side::buy, static_cast<std::int64_t>(order), 1);
        }
        bed.turn();
        bed.pass(10ms);
    };
    for (int i = 0; i < 100; ++i) {  // the middle one does not read
        tick();
        bed.drain(*phase[0]);
        bed.drain(*phase[2]);
    }
    EXPECT_LT(bed.hub->unsent_bytes(phase[1]->id), 4'096u);
    while (bed.drain(*phase[1], 500) != 0)
        bed.pass(10ms);
    tick();
    tick();
    for (Client* client : phase)
        bed.drain(*client);
    const auto encoded = bed.hub->counts().encoded;
    tick();
    EXPECT_EQ(bed.hub->counts().encoded, encoded + 6);  // together again
    for (Client* client : phase) {
        bed.drain(*client);
        for (const auto id : {HubBed::acme, HubBed::globex, HubBed::initech}) {
            const std::string symbol{bed.store.instruments()[id].symbol};
            expect_levels(*client->twin.find("l2", symbol), bed.market, id, 10);
            expect_quote(*client->twin.find("l1", symbol), bed.market, id);
            EXPECT_EQ(client->twin.find("l1", symbol)->conflated > 0, client == phase[1]);
        }
        expect_no_complaints(client->twin);
    }
}

TEST(HubConflation, ServesLateComersFromTheirSnapshotOn) {
    HubBed bed;
    const auto first = bed.open();
    const auto second = bed.open();
    constexpr const char* both =
        R"({"op":"subscribe","channel":"l2","symbols":["ACME"],"conflate_ms":100})";
    bed.answer(*first, both);
    move_touch(bed, 3);
    bed.answer(*second, both);  // between two ticks
    bed.pass(100ms);
    move_touch(bed, 2);
    bed.market.add(HubBed::acme, 1, Side::buy, 77, 1);
    bed.pass(100ms);
    for (auto* client : {first.get(), second.get()}) {
        bed.drain(*client);
        expect_levels(*client->twin.find("l2", "ACME"), bed.market, HubBed::acme, 10);
        expect_no_complaints(client->twin);
    }
    EXPECT_EQ(second->twin.find("l2", "ACME")->updates, 1u);
}

}  // namespace
}  // namespace tickweir::tests
