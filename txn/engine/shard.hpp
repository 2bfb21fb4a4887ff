// One venue shard on its thread: commands are executed, and what they did goes to the log and to
// the outbox. What is shed or refused leaves no record; after the log has failed nothing happens.
//
//   command ─► room in the outbox? credit? ─► Venue::execute ─► record ─► log ring
//                   │ no                          │ refused       │
//                   └─► shed, as if it never was  └───────────────┴─────► outbox, until durable
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "txn/engine/mark.hpp"
#include "txn/engine/outbox.hpp"
#include "txn/engine/shard_counts.hpp"
#include "txn/log/durable_lsn.hpp"
#include "txn/log/log_ring.hpp"
#include "txn/venue/venue.hpp"

namespace tickweir::txn {

struct ShardSettings {
    std::uint16_t shard = 0;
    std::uint32_t continuations_per_turn = 64;
    std::uint64_t mark_every = 10'000;  ///< records
};

enum class ExecuteStatus : std::uint8_t {
    done,     ///< has a record; `lsn` is its
    refused,  ///< an answer: changed nothing; may be told when `lsn`, the log's last, is safe
    busy,     ///< not looked at: to be given again after turn() or a release; `why`
    shed,     ///< not executed and not to be: `why`
    stopped,  ///< the log has failed, or the shard: nothing is executed any more
};

struct Executed {
    ExecuteStatus status = ExecuteStatus::stopped;
    ShedReason why = ShedReason::none;
    log::Lsn lsn{};
};

/// One owner thread, the venue's. Nothing is allocated once it was as busy before.
class ShardExecutor {
public:
    /// All outlive it. `sum` and `last` go on with what the log holds of this shard already. An
    /// outbox that cannot hold the largest outcome ends the process.
    ShardExecutor(Venue& venue, log::LogRing& ring, const log::DurableLsn& durable, Outbox& outbox,
                  const ShardSettings& settings, const ShardSum& sum = {}, log::Lsn last = {});

    /// Executes a command, and continuations that it leaves, as many as a turn may. Time never goes
    /// back: a command's is at least that of the one before. Its shard is this one.
    Executed execute(const Command& command);

    /// Goes on with what is pending, before anything else is executed; false if there was nothing
    /// to do or nothing could be done.
    bool turn(TimeNs now);

    /// Whether a continuation or a mark is pending, so that turn() has something to do.
    bool pending() const { return venue_.continuation_pending() || mark_due(); }

    /// Executes nothing any more: the end.
    void stop() { stopped_ = true; }
    bool stopped() const { return stopped_ || durable_.failed(); }
    /// Why the shard stopped by itself; empty if it did not.
    const std::string& fault() const { return fault_; }

    const Venue& venue() const { return venue_; }
    const ShardSum& sum() const { return sum_; }
    /// Of the shard's last record.
    log::Lsn last() const { return last_; }
    /// Any thread.
    ShardCounts counts() const { return counters_.load(); }

private:
    bool has_credit(CommandClass urgency, ShedReason& why);
    const Command& in_time(const Command& command);
    Executed run(const Command& command);
    Executed run(const Command& command, log::SerialPoint& point);
    Executed record(const Command& command, log::SerialPoint& point);
    bool mark_due() const { return sum_.records - marked_ >= settings_.mark_every; }
    void settle();
    void go_on();
    bool continue_once();
    void write_mark();
    Executed fail(std::string fault);
    Executed not_now(ExecuteStatus status, ShedReason why);

    Venue& venue_;
    log::LogRing& ring_;
    const log::DurableLsn& durable_;
    Outbox& outbox_;
    ShardSettings settings_;
    std::size_t events_most_;
    std::size_t levels_most_;
    log::LogRing::Credit credit_;
    bool keeps_credit_;  // from record to record; not in a ring so small that others would miss it
    ShardSum sum_;
    std::uint64_t marked_;  // sum_.records at the last mark
    log::Lsn last_;
    TimeNs time_{};  // of the last command
    Command command_;
    Outcome outcome_;
    bool stopped_ = false;
    std::string fault_;
    std::optional<log::LogRing::Reservation> open_place_;  // after a fault; the log ends before it
    ShardCounters counters_;
};

/// What one command may say at most: it has so many effects, which fill, cancel or expire orders.
std::size_t events_most(const VenueSettings& settings);
std::size_t levels_most(const VenueSettings& settings);

}  // namespace tickweir::txn
