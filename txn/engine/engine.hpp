// A venue with its log, whole: recovered, executing, followed by a replayer. The parts are to be
// had one by one; here they are put together in the one order that loses nothing.
//
//   open    directory locked ─► snapshot ─► log, executed again ─► shards ─► replayer
//   close   shards stop ─► ring closed, written, closing batch ─► replayer ─► last snapshot
//
// The roles are turned by who hosts them: on threads (engine_threads.hpp), or all in one, in any
// order.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "txn/engine/engine_counts.hpp"
#include "txn/engine/outbox.hpp"
#include "txn/engine/recovery.hpp"
#include "txn/engine/replayer.hpp"
#include "txn/engine/shard.hpp"
#include "txn/log/data_directory.hpp"
#include "txn/log/log.hpp"

namespace tickweir::txn {

struct EngineOptions {
    VenueSettings venue;  ///< its log_number is the data directory's
    std::uint16_t shards = 1;
    log::LogOptions log;
    OutboxLimits outbox;  ///< of each shard
    CommitPoint commit_point = CommitPoint::durable;
    ShardSettings shard;  ///< its number is set for each
    ReplayerOptions replayer;
    bool trims = true;           ///< the log behind snapshots; else it is kept
    bool last_snapshot = false;  ///< when it is closed
    /// Open orders of each shard for which memory is there from the start, and with them all that a
    /// day remembers; in the replayer's state, too. Nothing: none, pages come as they are needed.
    std::optional<std::size_t> orders_ready;
    /// Gets the host's own records when it is opened; none: there must be none.
    HostRecords host_records;
    /// What an empty directory is made; none: it is refused.
    std::optional<log::Identity> new_identity;
};

/// What is wrong with the engine's own part of the options, or an empty text.
std::string fault_of(const EngineOptions& options);

class Engine {
public:
    /// Nothing, with `report.refused` saying why, if anything is not as it should be. `files` and
    /// `listener`, which may be none, outlive the engine. Throws std::invalid_argument for settings
    /// that are wrong, std::bad_alloc.
    [[nodiscard]] static std::unique_ptr<Engine> open(io::Files& files, const std::string& data,
                                                      EngineOptions options,
                                                      log::LogListener* listener,
                                                      const Progress& progress,
                                                      EngineRecovery& report);
    Engine(const Engine&) = delete;
    Engine& operator=(const Engine&) = delete;

    std::uint16_t shards() const { return static_cast<std::uint16_t>(shards_.size()); }
    /// For the shard's thread.
    ShardExecutor& shard(std::uint16_t shard) { return shards_[shard]->executor; }
    /// For the thread that tells its outcomes: see Outbox.
    Outbox& outbox(std::uint16_t shard) { return shards_[shard]->outbox; }
    /// Tells of a shard's outcomes what may be told by now.
    template <class Visit>
    std::size_t release(std::uint16_t shard, Visit&& visit) {
        return outbox(shard).release(durable().load(), visit);
    }

    const log::DurableLsn& durable() const { return log_->durable(); }
    log::Log& log() { return *log_; }
    Replayer& replayer() { return *replayer_; }
    /// Any thread: records from here on are kept, whatever snapshots there are, until this is
    /// called with another one; at first none is. For who reads the log behind what was recovered.
    void keep_log_from(log::Lsn from) { keep_from_.store(number(from), std::memory_order_relaxed); }
    const log::Identity& identity() const { return directory_.identity; }
    /// The accounts, for any thread that changes them through a Teller of its own.
    Ledger& ledger() { return state_->ledger(); }
    /// Of the living state; on a thread that owns all shards.
    const EngineState& state() const { return *state_; }

    // Roles, each for its thread; false if there was nothing to do.
    bool turn_log(log::TimeNs now) { return log_->driver().turn(now); }
    bool turn_stock() { return log_->stock().turn(); }
    bool turn_replayer(log::TimeNs now) { return replayer_->turn(now); }

    /// Once every role is turned by the caller alone: executes nothing any more, makes durable what
    /// is to be, and lets the replayer follow to the end. Outcomes may be released afterwards.
    /// False if the log has failed.
    bool close(log::TimeNs now);
    /// The replayer's part of it, once the log is closed: on the replayer's thread, or when that
    /// has ended.
    void finish_replayer(log::TimeNs now);

    /// Any thread.
    EngineCounts counts(book::TimeNs at) const;

private:
    struct Shard {
        Shard(Venue& venue, log::Log& log, const EngineOptions& options,
              const ShardSettings& settings, const ShardSum& sum, log::Lsn last)
            : outbox{options.outbox, options.commit_point}, executor{venue,         log.ring(),
                                                                     log.durable(), outbox,
                                                                     settings,      sum,
                                                                     last} {}
        Outbox outbox;
        ShardExecutor executor;
    };

    Engine(io::Files& files, const std::string& data, log::DataDirectory directory,
           EngineOptions options, std::unique_ptr<LogCounters> counters, RecoveredVenue recovered,
           std::uint64_t term);

    log::DataDirectory directory_;  // its lock goes last
    EngineOptions options_;
    std::unique_ptr<LogCounters> log_counters_;
    std::unique_ptr<EngineState> state_;
    std::unique_ptr<log::Log> log_;
    std::vector<std::unique_ptr<Shard>> shards_;
    std::unique_ptr<Replayer> replayer_;
    // Relaxed: the replayer trims minutes later, or does not yet.
    std::atomic<std::uint64_t> keep_from_{~std::uint64_t{0}};
};

}  // namespace tickweir::txn
