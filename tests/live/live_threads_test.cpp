// A live feed on a thread of its own, as the gateway hosts it: its packets, its records, its status
// and its wake-ups meet other threads.
#include <gtest/gtest.h>

#include "gateway/live/mold_feed.hpp"
#include "tests/live/mold_bed.hpp"

namespace tickweir::tests {
namespace {

TEST(LiveThreads, AFeedRunsBesideItsSenderAndItsShard) {
    constexpr std::uint64_t packets = 3'000;
    constexpr std::uint64_t packet_messages = 20;
    gateway::Metrics metrics;
    gateway::Host host{{.name = "feed"}};
    gateway::Reactor shard;
    book::ByteRing ring{1U << 18};
    gateway::MoldFeedOptions options = patient_options();
    options.receive_buffer_bytes = 8U << 20;
    gateway::MoldFeed feed{
        options, {{&ring, &shard.waker()}}, host.reactor(), metrics, gateway::wall_clock_now()};
    const gateway::UdpAddress line = feed.line_address(0);
    host.add(feed);
    host.start();
    std::thread sending{[&] {
        MoldSender sender;
        for (std::uint64_t i = 0; i < packets; ++i) {
            // No faster than it is taken, for loopback loses what finds no room.
            while (i * packet_messages > feed.status().load().messages + 2'000)
                std::this_thread::yield();
            sender.send(line, i * packet_messages + 1, (i + 1) * packet_messages);
        }
    }};
    Told told;
    std::uint64_t seen = 0;
    while (seen < packets * packet_messages) {
        shard.wait(std::int64_t{1'000'000'000}, [&] { return !ring.empty_approx(); });
        for (const FeedRecord& record : take_records(ring)) {
            told.add(record);
            seen += record.header.messages;
        }
        std::string text;
        metrics.render(text);
    }
    sending.join();
    host.request_stop(std::chrono::seconds{10});
    host.join();
    EXPECT_EQ(told.text(), "session 1-" + std::to_string(packets * packet_messages));
    EXPECT_EQ(feed.status().load().gaps, 0U);
    EXPECT_FALSE(host.failure());
}

}  // namespace
}  // namespace tickweir::tests
