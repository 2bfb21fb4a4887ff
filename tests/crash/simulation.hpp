// The whole engine in one thread: clients, venue shards, outboxes, the log, its stock of segments
// and the replayer are roles that take turns in an order drawn from a seed, over a disk that fails,
// fills up and loses power. What must always hold is looked at all the time. The same seed gives
// the same run.
//
//   clients ─► queues ─► shards ─► outboxes ─► clients: one answer a command, in order
//                          └─► log ─► disk, faults ─► recovery = a serial twin of the log
//                                      └─► replayer: never alarmed
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "tests/crash/false_files.hpp"
#include "tests/crash/promises.hpp"
#include "tests/crash/serial_twin.hpp"
#include "tests/support/fault_files.hpp"
#include "tests/support/venue_stream.hpp"
#include "txn/engine/engine.hpp"

namespace tickweir::tests {

/// Bugs, of which a run has one or none: each has to be found.
enum class Planted : std::uint8_t {
    none,
    early_release,       ///< outcomes are told one record before they are durable
    told_twice,          ///< now and then
    never_told,          ///< likewise
    disk_forgets,        ///< segments are written, but not synced
    snapshots_unsynced,  ///< renamed before they are durable
    names_unsynced,      ///< directories are never synced
    trimmed_too_early,   ///< the log, up to what is durable, not to what a snapshot has
    logged_twice,        ///< a command gets a second record
    unlogged_change,     ///< money appears on an account
};
inline constexpr std::size_t planted_bugs = 10;
std::string_view to_string(Planted planted);

struct SimulationCounts {
    std::uint64_t steps = 0;
    std::uint64_t lives = 0;
    std::uint64_t power_failures = 0;
    std::uint64_t log_failures = 0;  ///< errors of the disk that ended a life
    std::uint64_t refused_opens = 0;
    std::uint64_t ends = 0;  ///< closed as it should be
    std::uint64_t errors = 0;
    std::uint64_t from_snapshot = 0;
    std::uint64_t torn = 0;
    std::uint64_t acknowledged = 0;
    std::uint64_t shed = 0;
    std::uint64_t commands = 0;  ///< executed by the twin
};

class Simulation {
public:
    Simulation(std::uint64_t seed, std::uint16_t shards, Planted planted);

    /// Takes steps until something is wrong, and tells what; empty: nothing.
    std::string run(std::uint64_t steps);
    const SimulationCounts& counts() const { return counts_; }

private:
    static constexpr std::string_view data_directory = "data";

    /// An answer that a client waits for.
    struct Expected {
        txn::log::Lsn lsn{};
        bool logged = false;
        std::uint64_t sequence = 0;
    };
    struct Lane {
        VenueStream stream;
        std::deque<txn::Command> queue;
        std::deque<Expected> expected;
        txn::log::Lsn told{};
    };

    std::uint64_t upto(std::uint64_t most) { return random_() % (most + 1); }
    bool one_in(std::uint64_t n) { return random_() % n == 0; }
    void check(std::string fault) {
        if (fault_.empty()) fault_ = std::move(fault);
    }

    void step();
    void take_turns();
    void send(std::uint16_t shard);
    void execute(std::uint16_t shard);
    void tell(std::uint16_t shard);
    void hear(std::uint16_t shard, const txn::ReleasedOutcome& one);
    void turn_log();
    void turn_stock();
    void turn_replayer();
    void plant();

    /// Whether the disk may have failed in this life.
    bool faulty() const { return error_at_ && *error_at_ >= began_at_; }
    void make_trouble();
    void fail_some_operation();
    void end_well();
    void distrust_page_cache();
    void end_of_life();
    void open();
    void judge_recovery(const txn::EngineRecovery& recovery);
    std::string look(txn::log::Lsn durable);
    void check_money();
    std::string listen(txn::log::Lsn lsn, const txn::Command& command, const txn::Outcome& outcome);

    Planted planted_;
    std::mt19937_64 random_;
    txn::VenueSettings settings_;
    txn::EngineOptions options_;
    FaultFiles disk_;
    FalseFiles files_;
    Promises promises_;
    SerialTwin twin_;
    std::vector<Lane> lanes_;
    std::unique_ptr<txn::Engine> engine_;
    txn::log::TimeNs now_{};
    std::vector<txn::Int128> money_;         // of the living state: deposits less withdrawals
    std::uint64_t began_at_ = 0;             // operation of the disk with which this life did
    std::optional<std::uint64_t> error_at_;  // the last operation that is to fail
    bool power_ = false;                     // is to go, or has gone
    txn::Command last_command_;              // of the log, for planting
    txn::Outcome last_outcome_;
    std::string fault_;
    SimulationCounts counts_;
};

}  // namespace tickweir::tests
