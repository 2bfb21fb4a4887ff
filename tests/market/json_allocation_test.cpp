// That no frame of a venue allocates once everything has been as large as it gets. An executable of
// its own, for it counts every use of operator new in the process.
#include <gtest/gtest.h>

#include "tests/market/json_bed.hpp"
#include "tests/support/counted_new.hpp"

namespace tickweir::tests {
namespace {

/// Takes the records away and looks at none of them.
void drain(JsonBed& bed) {
    for (const auto& ring : bed.events) {
        while (ring->front().data() != nullptr)
            ring->advance();
        ring->release();
    }
}

TEST(JsonMarketAllocations, AreNoneForFramesAfterTheFirstOnes) {
    JsonBed bed;
    bed.frame(bybit_book("snapshot", "BTC", 10, R"(["100.5","1"],["100","2"])", R"(["101","3"])"));
    bed.watch(bed.id_of("BTC"), 1 | 2 | 8);
    std::vector<std::string> frames;
    for (std::uint64_t id = 11; id < 1'011; ++id) {
        frames.push_back(
            bybit_book("delta", "BTC", id,
                       id % 2 == 0 ? R"(["100.6","4"],["99","1"])" : R"(["100.6","0"],["99","0"])",
                       R"(["101.5","7"])"));
        frames.push_back(bybit_trade("BTC", "100.5", "2", std::to_string(id)));
    }
    const auto send = [&](std::size_t from, std::size_t to) {
        for (std::size_t i = from; i < to; ++i) {
            gateway::TextSent sent;
            ASSERT_TRUE(bed.output.send_frame(0, frames[i], bed.times(), sent));
            bed.output.hand_over();
            bed.turn();
            drain(bed);
        }
    };
    send(0, 200);
    const std::uint64_t before = tests::allocations();
    send(200, frames.size());
    EXPECT_EQ(tests::allocations(), before);
    EXPECT_EQ(bed.store.latest_trade(bed.id_of("BTC")).index, 1'000U);
    EXPECT_TRUE(bed.status("BTC").in_sync());
}

}  // namespace
}  // namespace tickweir::tests
