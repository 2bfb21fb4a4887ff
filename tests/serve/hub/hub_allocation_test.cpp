// That fan-out allocates nothing after warm-up, and what a client costs. An executable of its own,
// for it counts every use of operator new in the process.
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <cstdlib>
#include <new>
#include <string>
#include <vector>

#include "tests/serve/hub/hub_bed.hpp"

namespace {

std::atomic<std::uint64_t> allocations{0};
std::atomic<std::uint64_t> allocated_bytes{0};

void* counted(std::size_t bytes) {
    allocations.fetch_add(1, std::memory_order_relaxed);
    allocated_bytes.fetch_add(bytes, std::memory_order_relaxed);
    if (void* memory = std::malloc(bytes == 0 ? 1 : bytes)) return memory;
    throw std::bad_alloc{};
}

}  // namespace

void* operator new(std::size_t bytes) {
    return counted(bytes);
}
void* operator new(std::size_t bytes, const std::nothrow_t&) noexcept {
    allocations.fetch_add(1, std::memory_order_relaxed);
    allocated_bytes.fetch_add(bytes, std::memory_order_relaxed);
    return std::malloc(bytes == 0 ? 1 : bytes);
}
void* operator new(std::size_t bytes, std::align_val_t alignment) {
    allocations.fetch_add(1, std::memory_order_relaxed);
    allocated_bytes.fetch_add(bytes, std::memory_order_relaxed);
    const auto align = static_cast<std::size_t>(alignment);
    if (void* memory = std::aligned_alloc(align, (bytes + align - 1) / align * align))
        return memory;
    throw std::bad_alloc{};
}
void operator delete(void* memory) noexcept {
    std::free(memory);
}
void operator delete(void* memory, const std::nothrow_t&) noexcept {
    std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
    std::free(memory);
}
void operator delete(void* memory, std::align_val_t) noexcept {
    std::free(memory);
}
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept {
    std::free(memory);
}

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
        const std::uint64_t before = allocations.load();
        bed.hub->turn(bed.now);
        send_all(bed);
        counted += allocations.load() - before;
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
    const std::uint64_t before = allocated_bytes.load();
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
    EXPECT_LT((allocated_bytes.load() - before) / count, 8'192u);
    EXPECT_LT((bed.budget.used() - charged) / count, 2'048u);
}

}  // namespace
}  // namespace tickweir::tests
