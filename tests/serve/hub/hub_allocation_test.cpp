// That fan-out allocates nothing after warm-up, and what a client costs. An executable of its own,
// for it counts every use of operator new in the process.
#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

#include "tests/serve/hub/hub_bed.hpp"
#include "tests/support/counted_new.hpp"

namespace tickweir::tests {
namespace {

/// Takes everything that is due, as a socket that never blocks.
void send_all(HubBed& bed) {
    for (const gateway::ClientId client : bed.hub->due()) {
        std::array<iovec, 64> parts;
        for (;;) {
            const std::size_t count = bed.hub->gather(client, parts);
            if (count == 0) break;
            std::size_t bytes = 0;
            for (std::size_t i = 0; i < count; ++i)
                bytes += parts[i].iov_len;
            bed.hub->sent(client, bytes, bed.now);
        }
    }
}

/// A round of trading: the same every time.
void trade(HubBed& bed) {
    for (std::uint64_t i = 0; i < 400; ++i) {
        for (const auto id : {HubBed::acme, HubBed::globex, HubBed::initech}) {
            const std::uint64_t order = i * 10 + static_cast<std::uint64_t>(id) + 1;
            bed.market.add(id, order, book::Side::buy, 100 + static_cast<std::int64_t>(i % 20), 5);
            bed.market.trade(id, 100, 1);
            bed.market.remove(id, order);
        }
    }
}

void turns(HubBed& bed, std::uint64_t& counted) {
    while (bed.hub->has_work()) {
        const std::uint64_t before = tests::allocations();
        bed.hub->turn(bed.now);
        send_all(bed);
        counted += tests::allocations() - before;
        bed.now += 1ms;
    }
}

TEST(HubAllocations, AreNoneInFanOutAfterWarmUp) {
    HubBed bed;
    std::vector<gateway::ClientId> clients;
    for (int i = 0; i < 50; ++i) {
        clients.push_back(*bed.hub->open(bed.now));
        for (const char* channel : {"l1", "l2", "l3", "trades"})
            bed.hub->on_message(clients.back(),
                                std::string{R"({"op":"subscribe","symbols":["*"],"channel":")"} +
                                    channel + R"(","conflate_ms":)" + (i % 2 == 0 ? "0}" : "5}"),
                                bed.now);
    }
    bed.turn();
    send_all(bed);
    std::uint64_t warm_up = 0;
    std::uint64_t counted = 0;
    for (int round = 0; round < 3; ++round) {
        trade(bed);
        turns(bed, warm_up);
    }
    trade(bed);
    const std::uint64_t frames = bed.hub->counts().frames;
    turns(bed, counted);
    EXPECT_GT(bed.hub->counts().frames, frames + 50'000);
    EXPECT_EQ(counted, 0u);
}

TEST(HubAllocations, AreFewForAnIdleClient) {
    gateway::HubLimits limits;
    HubBed bed{limits};
    constexpr std::uint64_t count = 1'000;
    std::vector<gateway::ClientId> clients;
    const std::uint64_t before = allocated_bytes();
    const std::size_t charged = bed.budget.used();
    for (std::uint64_t i = 0; i < count; ++i) {
        clients.push_back(*bed.hub->open(bed.now));
        bed.hub->on_message(clients.back(),
                            R"({"op":"subscribe","symbols":["ACME","GLOBEX"],"channel":"l1"})",
                            bed.now);
        send_all(bed);
    }
    bed.turn();
    send_all(bed);
    // What was let go of while vectors grew is counted, too: the truth is below.
    EXPECT_LT((allocated_bytes() - before) / count, 8'192u);
    EXPECT_LT((bed.budget.used() - charged) / count, 2'048u);
}

}  // namespace
}  // namespace tickweir::tests
