#include "txn/occ/transaction.hpp"

#include <algorithm>
#include <thread>

#include "book/ensure.hpp"

namespace tickweir::txn::occ {
namespace {

bool is_before(const Transaction::Changed& one, const Transaction::Changed& other) {
    return std::less<>{}(one.record, other.record);
}

/// Most transactions change a handful: then this is what sorting costs least.
void sort_few(std::vector<Transaction::Changed>& changed) {
    for (std::size_t i = 1; i < changed.size(); ++i)
        for (std::size_t k = i; k > 0 && is_before(changed[k], changed[k - 1]); --k)
            std::swap(changed[k].record, changed[k - 1].record);
}

bool is_beyond(Int128 field) {
    return field > field_max || field < -field_max;
}

/// A field beyond the bound may come back, but not go on.
bool goes_beyond(const Value& before, const Value& after) {
    for (std::size_t i = 0; i < after.fields.size(); ++i) {
        const Int128 change = after.fields[i] - before.fields[i];
        if (is_beyond(after.fields[i]) && (after.fields[i] > 0 ? change > 0 : change < 0))
            return true;
    }
    return false;
}

}  // namespace

void Transaction::begin() {
    reads_.clear();
    writes_.clear();
    adds_.clear();
    requirements_.clear();
    otherwise_ = {};
    watched_ = nullptr;
    conflicted_ = false;
    changed_.clear();
}

bool Transaction::read(const Record& record, Value& value) {
    for (std::size_t i = writes_.size(); i-- > 0;)
        if (writes_[i].record == &record) {
            value = writes_[i].value;
            return true;
        }
    std::uint64_t version = 0;
    if (!record.read(value, version)) {
        conflicted_ = true;
        return false;
    }
    reads_.push_back({&record, version});
    return true;
}

// A change up to that LSN had locked its records before, and is found locked, or else whole; one
// behind it locks after what is read here was read.
bool Transaction::commit_read_only(const log::LogRing& ring, log::Lsn& lsn) const {
    lsn = ring.reserved();
    return reads_hold();
}

Commit Transaction::commit(log::SerialPoint& point, std::size_t effects, bool unconditionally) {
    if (conflicted_) return Commit::lock;
    collect();
    if (!lock_all()) return Commit::lock;
    const Commit decided = evaluate(unconditionally);
    if (decided != Commit::committed && !otherwise_.empty()) {
        put_back();
        apply(otherwise_);
    } else if (decided != Commit::committed) {
        unlock_all();
        return decided;
    }
    point.reserve(effects);
    if (watched_ != nullptr) seen_ = watched_->reserved();
    if (!reads_hold()) {
        unlock_all();
        return Commit::version;
    }
    install();
    return decided;
}

Commit Transaction::commit_sums(SerialLane& lane, log::SerialPoint& point, std::size_t effects,
                                bool unconditionally) {
    for (unsigned i = 0; i < tries; ++i) {
        const Commit result = commit(point, effects, unconditionally);
        if (result != Commit::lock) return result;
        lane.retries.fetch_add(1, std::memory_order_relaxed);
    }
    const std::lock_guard alone{lane.mutex};
    lane.entered.fetch_add(1, std::memory_order_relaxed);
    patient_ = true;
    const Commit result = commit(point, effects, unconditionally);
    patient_ = false;
    return result;
}

/// Every record that is to be locked, once, in order of address.
void Transaction::collect() {
    constexpr std::size_t few = 16;
    changed_.clear();
    const auto touch = [this](Record* record) {
        if (changed_.size() >= few ||
            std::ranges::find(changed_, record, &Changed::record) == changed_.end())
            changed_.push_back({record, {}, {}});
    };
    for (const Write& write : writes_)
        touch(write.record);
    for (const Sum& sum : adds_)
        touch(sum.record);
    for (const Required& required : requirements_)
        touch(required.record);
    for (const Sum& sum : otherwise_)
        touch(sum.record);
    if (changed_.size() <= few) return sort_few(changed_);
    std::ranges::sort(changed_, is_before);
    const auto [first, last] = std::ranges::unique(changed_, {}, &Changed::record);
    changed_.erase(first, last);
}

/// All, or none and false. Everybody locks in the same order, so that nobody waits in a circle.
bool Transaction::lock_all() {
    for (std::size_t i = 0; i < changed_.size(); ++i) {
        Record& record = *changed_[i].record;
        bool locked = record.lock_patiently();
        while (!locked && patient_) {
            std::this_thread::yield();
            locked = record.lock_patiently();
        }
        if (!locked) {
            changed_.resize(i);
            unlock_all();
            return false;
        }
        changed_[i].before = changed_[i].after = record.load();
    }
    return true;
}

void Transaction::unlock_all() {
    for (const Changed& changed : changed_)
        changed.record->unlock_unchanged();
    changed_.clear();
}

/// With everything locked: what the values become.
Commit Transaction::evaluate(bool unconditionally) {
    if (!requirements_hold()) return Commit::refused;
    for (const Write& write : writes_)
        at(write.record).after = write.value;
    apply(adds_);
    if (unconditionally) return Commit::committed;
    const bool fits = std::ranges::none_of(changed_, [](const Changed& changed) {
        return goes_beyond(changed.before, changed.after);
    });
    return fits ? Commit::committed : Commit::overflow;
}

bool Transaction::requirements_hold() {
    for (std::size_t i = 0; i < requirements_.size(); ++i) {
        const auto& [record, requirement] = requirements_[i];
        failed_sum_ = requirement.sum(at(record).before);
        failed_ = i;
        if (failed_sum_ < requirement.at_least) return false;
    }
    return true;
}

void Transaction::apply(std::span<const Sum> sums) {
    for (const Sum& sum : sums)
        at(sum.record).after.fields[sum.field] += sum.amount;
}

void Transaction::put_back() {
    for (Changed& changed : changed_)
        changed.after = changed.before;
}

/// As they were read, and with nobody about to change them but us.
bool Transaction::reads_hold() const {
    return std::ranges::all_of(reads_, [this](const Read& read) {
        const std::uint64_t version = read.record->version();
        if (version == read.version) return true;
        return version == read.version + 1 && find(read.record) != nullptr;
    });
}

void Transaction::install() {
    for (const Changed& changed : changed_) {
        Record& record = *changed.record;
        if (changed.after == changed.before) {
            record.unlock_unchanged();
            continue;
        }
        accumulator_ +=
            hash_of(record.key(), changed.after) - hash_of(record.key(), changed.before);
        record.store(changed.after);
        record.unlock_changed();
    }
}

const Transaction::Changed* Transaction::find(const Record* record) const {
    const auto at = std::ranges::lower_bound(changed_, record, std::less<>{}, [](const auto& one) {
        return static_cast<const Record*>(one.record);
    });
    return at != changed_.end() && at->record == record ? &*at : nullptr;
}

Transaction::Changed& Transaction::at(const Record* record) {
    const Changed* const found = find(record);
    book::ensure(found != nullptr);
    return changed_[static_cast<std::size_t>(found - changed_.data())];
}

}  // namespace tickweir::txn::occ
