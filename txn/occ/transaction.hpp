// Optimistic transactions over records: what was read is checked, and what is to change is changed,
// at one moment at the end. Serializable, in the order of the log.
//
//   begin ─► read, write, add, require ─► commit:  lock what changes, in order of address
//                                                  requirements and sums hold? else refused
//                                                  reserve the LSN
//                                                  what was read is as it was? else conflict
//                                                  install, unlock
//
// This is Silo's commit protocol (Tu et al., SOSP 2013, section 4.4) without epochs: the log's
// number is the place in the order. Two transactions of which one reads what the other writes: if
// the writer reserves first, it has locked before, so the reader, checking after it has reserved
// itself, finds the record locked or changed; if the reader reserves first, it may have read the
// old value, and stands first. That needs one order of locks, reservations and checks: all are
// sequentially consistent.
//
// Sums (`add`) are not read: two that add to one record do not disturb each other.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "txn/log/serial_point.hpp"
#include "txn/occ/record.hpp"
#include "txn/occ/serial_lane.hpp"

namespace tickweir::txn::occ {

enum class Commit : std::uint8_t {
    committed,
    version,   ///< what was read has changed since: to be tried again
    lock,      ///< another transaction holds a record: likewise
    refused,   ///< a requirement does not hold: an answer
    overflow,  ///< a sum goes beyond field_max: an answer
};

/// A weighted sum of a record's fields has to be at least so much before the transaction.
struct Requirement {
    std::array<std::int8_t, 3> weights{};
    Int128 at_least = 0;

    Int128 sum(const Value& value) const {
        Int128 sum = 0;
        for (std::size_t i = 0; i < weights.size(); ++i)
            sum += weights[i] * value.fields[i];
        return sum;
    }
};

/// One thread's, used again and again: nothing is allocated once it was as large before. Costs a
/// sort of the records that change.
class Transaction {
public:
    /// A record that a commit locked: in order of address.
    struct Changed {
        Record* record = nullptr;
        Value before;
        Value after;
    };

    /// Forgets everything before.
    void begin();
    void abort() { begin(); }

    /// The value now, or as written here before; false if another holds it too long: a conflict,
    /// which commit will say.
    [[nodiscard]] bool read(const Record& record, Value& value);
    bool conflicted() const { return conflicted_; }

    /// What is read only belongs to a moment, too: the LSN up to which everything, and nothing
    /// behind it, is in what was read; false: a conflict.
    [[nodiscard]] bool commit_read_only(const log::LogRing& ring, log::Lsn& lsn) const;

    /// Replaces the whole value.
    void write(Record& record, const Value& value) { writes_.push_back({&record, value}); }
    /// At the end, whatever the field is then, after writes.
    void add(Record& record, std::size_t field, Int128 amount) {
        adds_.push_back({&record, field, amount});
    }
    /// Of the value before this transaction.
    void require(Record& record, const Requirement& requirement) {
        requirements_.push_back({&record, requirement});
    }

    /// Decides. Unless committed nothing has changed; after `version` the reservation at `point`,
    /// if there is one, stands for nothing and is to be aborted. `effects` sizes the log's record.
    /// `unconditionally`: bounds do not count, for what was promised or has to be.
    [[nodiscard]] Commit commit(log::SerialPoint& point, std::size_t effects,
                                bool unconditionally = false);
    /// The same for transactions that read nothing: tries again, at last alone, so that no lock is
    /// an answer.
    [[nodiscard]] Commit commit_sums(SerialLane& lane, log::SerialPoint& point, std::size_t effects,
                                     bool unconditionally = false);
    /// Where `refused` and `overflow` are answers that need a place in the order: with everything
    /// else as it was, this is added and nothing else.
    struct Sum {
        Record* record = nullptr;
        std::size_t field = 0;
        Int128 amount = 0;
    };
    void otherwise(std::span<const Sum> sums) { otherwise_ = sums; }

    /// With what is required locked, what may change or not: where the ring stood. Null: nowhere.
    void watch(const log::LogRing* ring) { watched_ = ring; }
    log::Lsn watched() const { return seen_; }

    /// After a commit.
    std::span<const Changed> changed() const { return changed_; }
    /// Of a record that was to change or was required, after a commit.
    const Value& value_of(const Record& record) { return at(&record).after; }
    /// Of records that commit will lock; more than it will where one is named twice.
    std::size_t changes_at_most() const {
        return writes_.size() + adds_.size() + requirements_.size();
    }
    /// After `refused`: the number of the requirement that did not hold, and its sum.
    std::size_t failed_requirement() const { return failed_; }
    Int128 failed_sum() const { return failed_sum_; }

    /// Sum of hash_of(key, after) - hash_of(key, before) of everything committed here, mod 2^128.
    Uint128 accumulator() const { return accumulator_; }
    void restore_accumulator(Uint128 sum) { accumulator_ = sum; }

private:
    struct Read {
        const Record* record;
        std::uint64_t version;
    };
    struct Write {
        Record* record;
        Value value;
    };
    struct Required {
        Record* record;
        Requirement requirement;
    };

    void collect();
    bool lock_all();
    void unlock_all();
    bool requirements_hold();
    Commit evaluate(bool unconditionally);
    bool reads_hold() const;
    void install();
    void put_back();
    void apply(std::span<const Sum> sums);
    const Changed* find(const Record* record) const;
    Changed& at(const Record* record);

    std::vector<Read> reads_;
    std::vector<Write> writes_;
    std::vector<Sum> adds_;
    std::vector<Required> requirements_;
    std::span<const Sum> otherwise_;
    std::vector<Changed> changed_;
    const log::LogRing* watched_ = nullptr;
    log::Lsn seen_{};
    bool conflicted_ = false;
    bool patient_ = false;  // in the serial lane: yields for locks instead of giving up
    std::size_t failed_ = 0;
    Int128 failed_sum_ = 0;
    Uint128 accumulator_ = 0;
};

}  // namespace tickweir::txn::occ
