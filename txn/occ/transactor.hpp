// Transactions for a program that keeps records of its own: begun, tried again and logged. What
// became of the records is the log's record, so that recovery needs no program.
//
//     Transactor transactor{table, lane, &log.ring()};
//     const auto done = transactor.run([&](Transaction& t) {
//         Value from, to;
//         if (!t.read(a, from) || !t.read(b, to)) return true;  // a conflict: run again
//         ...
//         t.write(a, from);
//         return true;                                          // false: abort
//     });
//     // done.lsn durable? then tell
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "txn/log/log_reader.hpp"
#include "txn/log/log_ring.hpp"
#include "txn/occ/record_table.hpp"
#include "txn/occ/serial_lane.hpp"
#include "txn/occ/transaction.hpp"

namespace tickweir::txn::occ {

/// The type of such a record in a log.
inline constexpr std::uint16_t values_record_type = 3;
/// Of records that one transaction may change: that many fit into the log's largest record.
inline constexpr std::size_t changes_max = 1'000;

enum class Result : std::uint8_t {
    committed,
    refused,    ///< a requirement did not hold
    overflow,   ///< a sum went beyond field_max
    aborted,    ///< by the program
    shed,       ///< the log has no room for its record: nothing was tried
    too_large,  ///< more records than changes_max
    conflict,   ///< only of step-by-step use: try again
};
inline constexpr std::size_t results = 7;

struct Done {
    Result result = Result::aborted;
    log::Lsn lsn{};  ///< of the record, once committed; without a log 0
};

/// Any thread reads them; each is exact, but of moments that may differ.
struct TransactorCounts {
    std::array<std::atomic<std::uint64_t>, results> ended{};
    std::atomic<std::uint64_t> versions{0};  ///< tries lost because what was read had changed
    std::atomic<std::uint64_t> locks{0};     ///< because a record was locked
    std::atomic<std::uint64_t> lane{0};      ///< transactions that had to go alone
};

/// One thread's. Allocates nothing once it was as busy before.
class Transactor {
public:
    /// `ring`: none, and nothing is logged. All outlive it.
    Transactor(RecordTable& table, SerialLane& lane, log::LogRing* ring)
        : table_{table}, lane_{lane}, ring_{ring} {}

    // Step by step.

    /// False, and the reason counted by the ring: there is no room in the log.
    [[nodiscard]] bool begin(log::RecordClass urgency = log::RecordClass::ordinary);
    /// To read, write, add and require with; valid until commit or abort.
    Transaction& transaction() { return transaction_; }
    /// Decides, and logs what was decided.
    [[nodiscard]] Done commit();
    void abort();

    // All steps.

    /// Runs `body(Transaction&)` up to three times, then, in the lane, until nothing interferes:
    /// a conflict is no answer. The body answers false to abort; it may be run again and again, so
    /// it changes nothing else.
    template <class Body>
    Done run(Body&& body, log::RecordClass urgency = log::RecordClass::ordinary) {
        for (unsigned i = 0; i < tries; ++i)
            if (const Done done = attempt(body, urgency); done.result != Result::conflict)
                return done;
        const std::lock_guard alone{lane_.mutex};
        lane_.entered.fetch_add(1, std::memory_order_relaxed);
        counts_.lane.fetch_add(1, std::memory_order_relaxed);
        for (;;) {
            if (const Done done = attempt(body, urgency); done.result != Result::conflict)
                return done;
            std::this_thread::yield();
        }
    }

    /// See read_together.
    log::Lsn snapshot(std::span<const Row> rows, std::span<Value> values);

    const TransactorCounts& counts() const { return counts_; }

private:
    template <class Body>
    Done attempt(Body&& body, log::RecordClass urgency) {
        if (!begin(urgency)) return ended(Result::shed);
        if (body(transaction_) || transaction_.conflicted()) return commit();
        abort();
        return ended(Result::aborted);
    }
    Done ended(Result result, log::Lsn lsn = {});

    RecordTable& table_;
    SerialLane& lane_;
    log::LogRing* ring_;
    Transaction transaction_;
    std::optional<log::LogRing::Credit> credit_;
    std::vector<Record*> together_;  // of a snapshot
    TransactorCounts counts_;
};

/// Sets the records of a log's record of values_record_type: recovery, in the order of the log, one
/// thread. An empty text, or what is wrong with it; then nothing was set.
std::string apply_values(RecordTable& table, log::Bytes payload);

}  // namespace tickweir::txn::occ
