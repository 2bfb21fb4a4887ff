#include "gateway/assembly/gateway_rings.hpp"

#include <utility>

namespace tickweir::gateway {
namespace {

constexpr std::size_t watch_requests = 1 << 16;

}  // namespace

void Gateway::make_rings() {
    for (std::uint32_t shard = 0; shard < config_.threads.shards; ++shard) {
        auto rings = std::make_unique<ShardRings>();
        rings->store = &store_;
        rings->shard = shard;
        for (std::size_t feed = 0; feed < config_.feeds.size(); ++feed)
            rings->feeds.push_back(std::make_unique<book::ByteRing>(
                config_.buffers.feed_ring_bytes,
                charged(memory_.rings, config_.buffers.feed_ring_bytes, "a feed's ring")));
        rings->events = std::make_unique<book::ByteRing>(
            config_.buffers.serving_ring_bytes,
            charged(memory_.rings, config_.buffers.serving_ring_bytes, "a serving ring"));
        using Requests = book::SpscRing<WatchRequest>;
        rings->requests = std::make_unique<Requests>(
            watch_requests,
            charged(memory_.rings, Requests::bytes_for(watch_requests), "a request ring"));
        if (wants_fix()) {
            rings->fix_events = std::make_unique<book::ByteRing>(
                config_.buffers.serving_ring_bytes,
                charged(memory_.rings, config_.buffers.serving_ring_bytes, "a ring to FIX"));
            rings->fix_requests = std::make_unique<Requests>(
                watch_requests, charged(memory_.rings, Requests::bytes_for(watch_requests),
                                        "a request ring of FIX"));
        }
        rings_->shards.push_back(std::move(rings));
    }
}

}  // namespace tickweir::gateway
