#include "gateway/assembly/make_feed.hpp"

#include <cstdint>
#include <random>
#include <stdexcept>
#include <utility>

#include "gateway/live/feed_options.hpp"
#include "gateway/live/json/json_feed_options.hpp"
#include "gateway/live/mold_feed.hpp"
#include "gateway/live/soup_feed.hpp"
#include "gateway/market/capture_feed.hpp"
#include "gateway/market/json_capture_feed.hpp"

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

template <class T>
T opened(replay::Result<T> result, const std::string& feed) {
    if (!result) throw std::runtime_error{"feed " + feed + ": " + result.error()};
    return std::move(*result);
}

/// What the first file holds tells which kind of feed it is: opened once, for it may be a pipe.
MadeFeed make_capture_feed(const std::string& name, const FeedConfig& config, FeedParts& parts) {
    CaptureFeedOptions options = capture_options(name, config);
    const std::string file = options.paths.front().string();
    auto source = opened(replay::ByteSource::open(options.paths.front()), name);
    if (!replay::looks_like_json_capture(source.peek())) {
        auto first = opened(replay::Capture::from(std::move(source), file), name);
        return {std::make_unique<CaptureFeed>(std::move(options), std::move(parts.shards),
                                              parts.now, std::move(first)),
                std::nullopt};
    }
    auto first = opened(replay::JsonCapture::from(std::move(source), file), name);
    const codecs::json::VenueId venue = first.venue();
    return {std::make_unique<JsonCaptureFeed>(std::move(options), parts.shards[parts.json_shard],
                                              std::move(first), parts.now),
            venue};
}

std::uint64_t any_seed() {
    std::random_device device;
    return std::uint64_t{device()} << 32 | device();
}

std::unique_ptr<Feed> make_soup_feed(const std::string& name, const FeedConfig& config,
                                     FeedParts& parts) {
    return std::make_unique<SoupFeed>(soup_feed_options(name, config), std::move(parts.shards),
                                      parts.reactor, any_seed(), parts.now,
                                      parts.taps.empty() ? nullptr : parts.taps.front());
}

MadeFeed make_json_feed(const std::string& name, const FeedConfig& config, FeedParts& parts) {
    JsonFeedOptions options = json_feed_options(name, config);
    const VenueId venue = options.session.venue;
    return {std::make_unique<JsonFeed>(std::move(options), parts.shards[parts.json_shard],
                                       parts.wishes, parts.reactor, any_seed(), parts.now,
                                       std::move(parts.taps), parts.budget),
            venue};
}

}  // namespace

MadeFeed make_feed(const std::string& name, const FeedConfig& config, FeedParts parts) {
    switch (config.kind) {
        case FeedKind::capture:
            return make_capture_feed(name, config, parts);
        case FeedKind::itch_mold:
            return {
                std::make_unique<MoldFeed>(mold_feed_options(name, config), std::move(parts.shards),
                                           parts.reactor, parts.metrics, parts.now,
                                           parts.taps.empty() ? nullptr : parts.taps.front()),
                std::nullopt};
        case FeedKind::itch_soup:
            return {make_soup_feed(name, config, parts), std::nullopt};
        case FeedKind::json:
            return make_json_feed(name, config, parts);
    }
    return {};
}

bool takes_wishes(const FeedConfig& config) {
    switch (config.kind) {
        case FeedKind::capture:  // has what it has
        case FeedKind::itch_mold:
        case FeedKind::itch_soup:
            return false;
        case FeedKind::json:
            return true;
    }
    return false;
}

std::size_t feed_buffer_bytes(const FeedConfig& config) {
    if (config.kind != FeedKind::itch_mold) return 0;
    return config.mold.buffer_packets * codecs::mold::ReceiverLimits{}.buffer_packet_bytes;
}

const std::vector<std::string>& feed_lines(const FeedConfig& config) {
    return config.mold.lines;  // empty where the kind is another
}

}  // namespace tickweir::gateway
