#include "gateway/assembly/make_feed.hpp"

#include <cstdint>
#include <random>
#include <utility>

#include "gateway/live/feed_options.hpp"
#include "gateway/live/mold_feed.hpp"
#include "gateway/live/soup_feed.hpp"
#include "gateway/market/capture_feed.hpp"

namespace tickweir::gateway {
namespace {

CaptureFeedOptions capture_options(const std::string& name, const FeedConfig& config) {
    return {.name = name,
            .paths = {config.path.begin(), config.path.end()},
            .speed = config.speed.millionths,
            .loop = config.loop,
            .timezone = config.timezone,
            .stale_after = config.stale_after()};
}

}  // namespace

std::unique_ptr<Feed> make_feed(const std::string& name, const FeedConfig& config,
                                FeedParts parts) {
    switch (config.kind) {
        case FeedKind::capture:
            return std::make_unique<CaptureFeed>(capture_options(name, config),
                                                 std::move(parts.shards), parts.now);
        case FeedKind::itch_mold:
            return std::make_unique<MoldFeed>(mold_feed_options(name, config),
                                              std::move(parts.shards), parts.reactor, parts.metrics,
                                              parts.now, parts.tap);
        case FeedKind::itch_soup: {
            std::random_device device;
            const std::uint64_t seed = std::uint64_t{device()} << 32 | device();
            return std::make_unique<SoupFeed>(soup_feed_options(name, config),
                                              std::move(parts.shards), parts.reactor, seed,
                                              parts.now, parts.tap);
        }
    }
    return nullptr;
}

std::size_t feed_buffer_bytes(const FeedConfig& config) {
    if (config.kind != FeedKind::itch_mold) return 0;
    return config.mold.buffer_packets * codecs::mold::ReceiverLimits{}.buffer_packet_bytes;
}

const std::vector<std::string>& feed_lines(const FeedConfig& config) {
    return config.mold.lines;  // empty where the kind is another
}

}  // namespace tickweir::gateway
