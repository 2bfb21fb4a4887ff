// The role that executes the log again behind the venue: it compares, writes snapshots, and gives
// up the log behind them. It has a state of its own and touches nothing of the living one.
//
//   loading ─► following ─► alarmed: something differs, or cannot be read. For good, and without
//                           any further snapshot: what lies on disk is what it was before.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "txn/engine/engine_state.hpp"
#include "txn/engine/reexecution.hpp"
#include "txn/io/files.hpp"
#include "txn/log/durable_lsn.hpp"
#include "txn/log/format.hpp"
#include "txn/log/record_source.hpp"
#include "txn/log/records_ahead.hpp"

namespace tickweir::txn {

struct ReplayerOptions {
    std::uint32_t records_per_turn = 1024;
    /// A snapshot is due after so much time, or so many bytes of records, if there are any.
    std::chrono::nanoseconds snapshot_every{std::chrono::minutes{5}};
    std::uint64_t snapshot_log_bytes = std::uint64_t{256} << 20;
    /// After a failure, the next one is tried after so much time.
    std::chrono::nanoseconds retry_after{std::chrono::seconds{10}};
    /// Further behind than this it does not compare, to catch up; below half of it it compares
    /// again. While it does not, it writes no snapshots. 0: an engine's four segments; else always.
    std::uint64_t compare_within_bytes = 0;
    /// As EngineOptions has it, which sets it.
    std::optional<std::size_t> orders_ready;
};

/// The log that is followed, as a replayer needs it.
struct FollowedLog {
    const log::DurableLsn* durable = nullptr;
    std::function<std::unique_ptr<log::RecordSource>(log::Lsn from)> read_from;
    std::function<void(log::Lsn behind)> trim;     ///< none: the log is kept
    std::function<bool()> trim_wanted;             ///< none: never
    std::function<std::string(log::Lsn)> file_of;  ///< for messages; none: not told
};

/// Where snapshots go; `files` outlives the replayer.
struct SnapshotPlace {
    io::Files* files = nullptr;
    std::string data;  ///< the data directory
    log::LogId id;
    std::uint64_t term = 0;  ///< of this run
};

enum class ReplayerState : std::uint8_t { loading, following, alarmed };
std::string_view to_string(ReplayerState state);

/// Values of one moment each.
struct ReplayerStatus {
    ReplayerState state = ReplayerState::loading;
    bool comparing = true;  ///< false: too far behind
    log::Lsn applied{};
    std::uint64_t records = 0;
    std::uint64_t compared = 0;
    std::uint64_t uncompared = 0;
    std::uint64_t marks = 0;
    std::uint64_t snapshots = 0;
    std::uint64_t snapshot_failures = 0;
    log::Lsn snapshot{};  ///< of the newest snapshot; 0: none
    log::Lsn trimmed{};   ///< records up to this one are not needed any more
    std::chrono::nanoseconds snapshot_took{};
    book::TimeNs snapshot_at{};  ///< by the clock of turn(); the epoch: none in this life
    friend bool operator==(const ReplayerStatus&, const ReplayerStatus&) = default;
};

class Replayer {
public:
    /// `settings` are the venue's. The state is loaded with the first turn.
    Replayer(VenueSettings settings, std::uint16_t shards, SnapshotPlace place, FollowedLog log,
             ReplayerOptions options);

    // One thread.

    /// Does a bounded part of what there is to do, but for a snapshot, which it writes whole;
    /// false if there was nothing.
    bool turn(book::TimeNs now);

    /// Writes a snapshot of what has been applied, unless there is one of it already or comparing
    /// is behind; false if there is none of it then.
    bool snapshot_now(book::TimeNs now);

    /// What is behind the durable records; nothing while loading.
    const EngineState* state() const { return state_.get(); }

    // Any thread.

    ReplayerStatus status() const;
    /// What differed first; empty while nothing did.
    std::string alarm() const;

private:
    void load();
    bool follow();
    bool apply(const log::RecordView& record);
    void choose_comparing(log::Lsn durable);
    bool snapshot_due(book::TimeNs now) const;
    void trim_behind_snapshots();
    bool raise(std::string what);
    void publish();

    VenueSettings settings_;
    std::uint16_t shards_;
    SnapshotPlace place_;
    FollowedLog log_;
    ReplayerOptions options_;

    std::unique_ptr<EngineState> state_;
    std::unique_ptr<Reexecution> reexecution_;
    std::unique_ptr<log::RecordSource> source_;
    log::RecordsAhead ahead_;
    std::uint64_t bytes_ = 0;           // of records read
    std::uint64_t snapshot_bytes_ = 0;  // of them, at the last snapshot
    book::TimeNs since_{};              // the last snapshot, or the begin
    std::optional<book::TimeNs> not_before_;
    ReplayerStatus now_;  // the replayer's thread

    std::string alarm_;  // written once, before state_word_ says alarmed
    // Relaxed but for the state, which publishes the alarm: numbers to be looked at.
    std::array<std::atomic<std::uint64_t>, 12> words_{};
    std::atomic<ReplayerState> state_word_{ReplayerState::loading};
};

}  // namespace tickweir::txn
