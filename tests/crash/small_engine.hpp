// Engines of a size at which everything happens within moments: segments fill, rings and outboxes
// run full, snapshots are due.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

#include "tests/support/venue_stream.hpp"
#include "txn/engine/engine.hpp"

namespace tickweir::tests {

inline txn::log::Identity test_identity(const txn::VenueSettings& settings) {
    txn::log::Identity identity{};
    identity.id.bytes[3] = std::byte{77};
    identity.log_number = settings.log_number;
    return identity;
}

/// For a random venue. The log is kept, so that all of it can be executed again.
inline txn::EngineOptions hasty_engine(const txn::VenueSettings& settings, std::uint16_t shards) {
    txn::EngineOptions options;
    options.venue = settings;
    options.shards = shards;
    options.log.stock.segment_bytes = 96 * 1024;
    options.log.stock.step_bytes = 96 * 1024;
    options.log.carrier.batch_bytes_max = txn::log::least_batch_bytes_max;
    options.log.carrier.margin_bytes = 0;
    options.log.ring = {.bytes = 256 * 1024, .reserve_bytes = 128 * 1024};
    const std::size_t events = 2 * txn::events_most(settings);
    options.outbox = {.outcomes = 256, .events = events + 512, .levels = events + 512};
    options.shard.mark_every = 100;
    options.replayer.snapshot_every = std::chrono::hours{10'000};
    options.replayer.snapshot_log_bytes = 64 * 1024;
    options.trims = false;
    options.new_identity = test_identity(settings);
    return options;
}

/// Both sides of the kill loop know these from the seed.
inline txn::EngineOptions killed_engine(std::uint64_t seed, std::uint16_t shards) {
    txn::EngineOptions options = hasty_engine(VenueStream{seed}.settings(), shards);
    options.log.stock.segment_bytes = 1024 * 1024;
    options.log.ring = {.bytes = 512 * 1024, .reserve_bytes = 128 * 1024};
    options.last_snapshot = true;
    return options;
}

}  // namespace tickweir::tests
