#include "txn/engine/engine.hpp"

#include <algorithm>
#include <utility>

#include "txn/engine/record_place.hpp"

namespace tickweir::txn {
namespace {

/// The directory, ours and locked; or not, with the reason.
log::DataDirectory take_directory(io::Files& files, const std::string& data,
                                  const std::optional<log::Identity>& new_identity,
                                  std::string& refused) {
    log::DataDirectory directory = log::open_data_directory(files, data);
    if (directory.state == log::DirectoryState::empty && new_identity) {
        directory.lock.reset();
        directory = log::create_data_directory(files, data, *new_identity);
    }
    if (directory.state == log::DirectoryState::empty) refused = data + " is empty";
    if (directory.state != log::DirectoryState::ours && refused.empty()) refused = directory.what;
    return directory;
}

FollowedLog followed(io::Files& files, const std::string& data, const log::LogId& id, log::Log& log,
                     bool trims, const std::atomic<std::uint64_t>& keep_from) {
    FollowedLog followed;
    followed.durable = &log.durable();
    followed.read_from = [&log](log::Lsn from) { return log.read_from(from); };
    if (trims) {
        followed.trim = [&log, &keep_from](log::Lsn behind) {
            log.trim(std::min(behind, log::Lsn{keep_from.load(std::memory_order_relaxed)}));
        };
    }
    followed.trim_wanted = [&log] { return log.stock().free_space() != log::FreeSpace::enough; };
    followed.file_of = [&files, directory = log::log_directory(data), id](log::Lsn lsn) {
        return segment_holding(files, directory, id, lsn);
    };
    return followed;
}

}  // namespace

std::string fault_of(const EngineOptions& options) {
    if (options.shards == 0 || options.shards > shards_max) {
        return std::to_string(options.shards) + " shards: there are 1 to " +
               std::to_string(shards_max);
    }
    const std::size_t events = 2 * events_most(options.venue);
    const std::size_t levels = 2 * levels_most(options.venue);
    const OutboxLimits& outbox = options.outbox;
    if (outbox.outcomes == 0 || outbox.events < events || outbox.levels < levels) {
        return "the outbox has room for " + std::to_string(outbox.outcomes) + " outcomes, " +
               std::to_string(outbox.events) + " events and " + std::to_string(outbox.levels) +
               " levels; it needs 1, " + std::to_string(events) + " and " + std::to_string(levels);
    }
    if (options.shard.mark_every == 0 || options.shard.continuations_per_turn == 0 ||
        options.replayer.records_per_turn == 0)
        return "mark_every, continuations_per_turn and records_per_turn are above 0";
    return {};
}

std::unique_ptr<Engine> Engine::open(io::Files& files, const std::string& data,
                                     EngineOptions options, log::LogListener* listener,
                                     const Progress& progress, EngineRecovery& report) {
    report = {};
    if (report.refused = fault_of(options); !report.refused.empty()) return nullptr;
    log::DataDirectory directory =
        take_directory(files, data, options.new_identity, report.refused);
    if (!report.refused.empty()) return nullptr;
    options.venue.log_number = directory.identity.log_number;
    auto counters = std::make_unique<LogCounters>(listener);
    RecoveredVenue recovered =
        recover(files, data, directory.identity.id, options.venue, options.shards, options.log,
                counters.get(), options.host_records, progress, report);
    if (recovered.log == nullptr) return nullptr;
    return std::unique_ptr<Engine>{new Engine{files, data, std::move(directory), std::move(options),
                                              std::move(counters), std::move(recovered),
                                              report.log.term}};
}

Engine::Engine(io::Files& files, const std::string& data, log::DataDirectory directory,
               EngineOptions options, std::unique_ptr<LogCounters> counters,
               RecoveredVenue recovered, std::uint64_t term)
    : directory_{std::move(directory)},
      options_{std::move(options)},
      log_counters_{std::move(counters)},
      state_{std::move(recovered.state)},
      log_{std::move(recovered.log)} {
    if (options_.orders_ready) state_->populate(*options_.orders_ready);
    for (std::uint16_t i = 0; i < state_->shards(); ++i) {
        ShardSettings settings = options_.shard;
        settings.shard = i;
        // All of the log is applied: what a refusal rests on is durable already.
        shards_.push_back(std::make_unique<Shard>(state_->venue(i), *log_, options_, settings,
                                                  state_->sum(i), state_->applied()));
    }
    if (options_.replayer.compare_within_bytes == 0)
        options_.replayer.compare_within_bytes = 4 * options_.log.stock.segment_bytes;
    options_.replayer.orders_ready = options_.orders_ready;
    replayer_ = std::make_unique<Replayer>(
        options_.venue, options_.shards, SnapshotPlace{&files, data, directory_.identity.id, term},
        followed(files, data, directory_.identity.id, *log_, options_.trims, keep_from_),
        options_.replayer);
}

bool Engine::close(log::TimeNs now) {
    for (const auto& shard : shards_)
        shard->executor.stop();
    log_->driver().close(now);
    finish_replayer(now);
    return !durable().failed();
}

void Engine::finish_replayer(log::TimeNs now) {
    while (replayer_->turn(now)) {
    }
    if (options_.last_snapshot) replayer_->snapshot_now(now);
}

EngineCounts Engine::counts(book::TimeNs at) const {
    EngineCounts counts;
    counts.at = at;
    // The durable LSN first: what was executed by then is not counted as lag twice.
    counts.durable = durable().load();
    counts.log_failed = durable().failed();
    for (const auto& shard : shards_) {
        const ShardCounts one = shard->executor.counts();
        counts.commits += one.commits;
        counts.continuations += one.continuations;
        counts.refusals += one.refusals;
        counts.marks += one.marks;
        for (std::size_t i = 0; i < shed_reasons; ++i)
            counts.shed[i] += one.shed[i];
        counts.applied = std::max(counts.applied, one.applied);
        counts.outcomes_waiting += shard->outbox.waiting();
    }
    counts.log = log_->driver().counts();
    counts.batch_records = log_counters_->batch_records();
    counts.append_ns = log_counters_->append_ns();
    counts.replayer = replayer_->status();
    counts.retries = state_->ledger().lane().retries.load(std::memory_order_relaxed);
    const auto lag = [](log::Lsn ahead, log::Lsn behind) {
        return ahead > behind ? number(ahead) - number(behind) : 0;
    };
    counts.log_lag = lag(counts.applied, counts.durable);
    counts.replayer_lag = lag(counts.durable, counts.replayer.applied);
    return counts;
}

}  // namespace tickweir::txn
