// That no frame of a venue allocates once everything has been as large as it gets. An executable of
// its own, for it counts every use of operator new in the process.
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <new>

#include "tests/market/json_bed.hpp"

namespace {

std::atomic<std::uint64_t> allocations{0};

}  // namespace

// The array and nothrow forms of the library call these. Not inlined, or the compiler sees that
// what one operator gave goes to free, and what malloc gave to the other operator, and warns.
[[gnu::noinline]] void* operator new(std::size_t bytes) {
    allocations.fetch_add(1, std::memory_order_relaxed);
    if (void* memory = std::malloc(bytes == 0 ? 1 : bytes)) return memory;
    throw std::bad_alloc{};
}
[[gnu::noinline]] void* operator new(std::size_t bytes, std::align_val_t alignment) {
    allocations.fetch_add(1, std::memory_order_relaxed);
    const auto align = static_cast<std::size_t>(alignment);
    if (void* memory = std::aligned_alloc(align, (bytes + align - 1) / align * align))
        return memory;
    throw std::bad_alloc{};
}
[[gnu::noinline]] void operator delete(void* memory) noexcept {
    std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept {
    std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, std::align_val_t) noexcept {
    std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, std::size_t, std::align_val_t) noexcept {
    std::free(memory);
}

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
    const std::uint64_t before = allocations.load(std::memory_order_relaxed);
    send(200, frames.size());
    EXPECT_EQ(allocations.load(std::memory_order_relaxed), before);
    EXPECT_EQ(bed.store.latest_trade(bed.id_of("BTC")).index, 1'000U);
    EXPECT_TRUE(bed.status("BTC").in_sync());
}

}  // namespace
}  // namespace tickweir::tests
