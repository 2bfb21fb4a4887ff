// That no packet, answer, event or request makes the receiver allocate, whatever it is short of.
// An executable of its own, for it counts every use of operator new in the process.
#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <new>
#include <vector>

#include "codecs/mold/receiver.hpp"
#include "tests/codecs/mold_script.hpp"
#include "tests/support/counted_new.hpp"

namespace tickweir::codecs::mold {
namespace {

using namespace std::chrono_literals;
using tests::Buffer;

constexpr ReceiverLimits limits{.lines = 2,
                                .servers = 2,
                                .requests_per_second = 1'000'000,
                                .requests_in_flight = 16,
                                .request_messages = 4,
                                .buffer_packets = 64};
constexpr std::uint64_t packets = 2'000;

/// Every third packet is lost and fetched, every fifth comes twice, the end comes first.
std::uint64_t drive(Receiver& receiver, const std::vector<Buffer>& stream, const Buffer& end) {
    TimeNs now{1s};
    std::uint64_t given = 0;
    const auto settle = [&] {
        for (; const Event* event = receiver.front(); receiver.advance()) {
            if (event->kind == EventKind::messages) given += event->count;
        }
        while (const auto out = receiver.next_request(now)) {
            receiver.on_answer(out->server, stream[out->request.sequence - 1], now);
            for (; const Event* event = receiver.front(); receiver.advance()) {
                if (event->kind == EventKind::messages) given += event->count;
            }
        }
    };
    for (std::size_t i = 0; i < stream.size(); ++i) {
        now += 100us;
        if (i % 3 != 1) receiver.on_packet(0, stream[i], now);
        settle();
        if (i % 5 == 0) receiver.on_packet(1, stream[i], now);
        settle();
        if (i == 10) receiver.on_packet(1, end, now);
        settle();
    }
    for (int i = 0; i < 1'000; ++i) {
        now += 1ms;
        receiver.on_tick(now);
        settle();
    }
    return given;
}

TEST(Allocations, AreSeenByThisTest) {
    const std::uint64_t before = tests::allocations();
    ::operator delete(::operator new(8));
    EXPECT_EQ(tests::allocations() - before, 1U);
}

TEST(Receiver, AllocatesNothingOnceItIsMade) {
    for (const std::uint32_t servers : {0U, 2U}) {
        ReceiverLimits these = limits;
        these.servers = servers;
        Receiver receiver{these};
        std::vector<Buffer> stream;
        for (std::uint64_t sequence = 1; sequence <= packets; ++sequence) {
            stream.push_back(tests::mold_packet("A", sequence, 1));
        }
        const Buffer end = tests::mold_end("A", packets + 1);
        const std::uint64_t before = tests::allocations();
        const std::uint64_t given = drive(receiver, stream, end);
        EXPECT_EQ(tests::allocations() - before, 0U);
        EXPECT_EQ(given + receiver.counts().lost, packets);
        EXPECT_EQ(receiver.counts().requests > 0, servers > 0);
    }
}

}  // namespace
}  // namespace tickweir::codecs::mold
