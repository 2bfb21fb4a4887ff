// What the engine is told beside its settings; declared in venue_settings.hpp.
#include <chrono>
#include <utility>

#include "gateway/venue/venue_settings.hpp"

namespace tickweir::gateway {

txn::EngineOptions engine_options(const Config& config, StoredSettings settings) {
    using std::chrono::milliseconds;
    using std::chrono::seconds;
    const WalConfig& wal = config.log.wal;
    txn::EngineOptions options;
    options.venue = std::move(settings.venue);
    options.shards = settings.shards;
    options.log.stock.segment_bytes = wal.segment_bytes;
    options.log.stock.ready_wanted = static_cast<unsigned>(wal.spare_segments);
    options.log.stock.direct = wal.sync == WalConfig::Sync::direct;
    options.log.stock.trim_below_percent = static_cast<unsigned>(wal.trim_below_percent);
    options.log.stock.stop_below_percent = static_cast<unsigned>(wal.stop_below_percent);
    options.log.carrier.batch_bytes_max = wal.batch_bytes;
    options.log.carrier.closing_after = milliseconds{wal.closing_ms};
    options.log.carrier.margin_bytes = 2 * wal.ring_bytes;
    options.log.ring = {wal.ring_bytes, wal.ring_reserve_bytes};
    options.commit_point = config.venue.commit == CommitChoice::durable
                               ? txn::CommitPoint::durable
                               : txn::CommitPoint::applied_unlogged;
    options.replayer.snapshot_every = seconds{wal.snapshot_s};
    options.replayer.snapshot_log_bytes = wal.snapshot_bytes;
    options.last_snapshot = wal.snapshot_at_stop;
    if (config.venue.orders_ready > 0) options.orders_ready = config.venue.orders_ready;
    return options;
}

}  // namespace tickweir::gateway
