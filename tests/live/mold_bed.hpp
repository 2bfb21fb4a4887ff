// A MoldUDP64 feed in its surroundings: lines at free ports, and servers that the test fakes.
#pragma once

#include <memory>
#include <vector>

#include "gateway/live/mold_feed.hpp"
#include "tests/live/feed_bed.hpp"
#include "tests/live/udp_ends.hpp"

namespace tickweir::tests {

/// So long that only time that is passed in runs out.
inline gateway::MoldFeedOptions patient_options(std::size_t lines = 1) {
    gateway::MoldFeedOptions options;
    options.name = "test";
    options.lines.assign(lines, {any_loopback_port, std::nullopt});
    options.receive_buffer_bytes = 1U << 20;
    options.batch = 16;
    options.receiver.reorder_wait = std::chrono::seconds{10};
    options.receiver.reorder_packets = 100;
    options.receiver.request_timeout = std::chrono::seconds{60};
    options.receiver.request_timeout_max = std::chrono::seconds{60};
    options.receiver.give_up_after = std::chrono::seconds{300};
    options.stale_after = std::chrono::hours{1};
    return options;
}

struct MoldBed : FeedBed {
    explicit MoldBed(gateway::MoldFeedOptions options = patient_options(),
                     gateway::RecordTap* tap = nullptr)
        : feed{std::move(options), inputs(), reactor, metrics, now, tap} {}

    gateway::UdpAddress line(std::size_t i = 0) const { return feed.line_address(i); }
    /// Sends messages first to last at a line, and lets the feed have them. The kernel's clock does
    /// not follow the test's: now is now again.
    void send(std::uint64_t first, std::uint64_t last, std::size_t at = 0) {
        now = gateway::wall_clock_now();
        sender.send(line(at), first, last);
        settle(feed);
    }
    void settle() { FeedBed::settle(feed); }
    using FeedBed::settle;
    void pass(std::chrono::nanoseconds time) { FeedBed::pass(feed, time); }
    gateway::FeedReport report() const { return FeedBed::report(feed); }
    gateway::FeedState state() const { return FeedBed::state(feed); }

    gateway::Metrics metrics;
    MoldSender sender;
    gateway::MoldFeed feed;
};

}  // namespace tickweir::tests
