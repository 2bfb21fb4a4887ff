#include "txn/occ/transactor.hpp"

#include <bit>
#include <cstring>

#include "txn/occ/read_together.hpp"

namespace tickweir::txn::occ {
namespace {

// A record: count, then key and fields of each. Little-endian, as the log is.
static_assert(std::endian::native == std::endian::little);
constexpr std::size_t count_bytes = sizeof(std::uint32_t);
constexpr std::size_t change_bytes = sizeof(std::uint64_t) + sizeof(Value);
static_assert(count_bytes + changes_max * change_bytes <= log::payload_bytes_max);

constexpr std::size_t bytes_of(std::size_t changes) {
    return count_bytes + changes * change_bytes;
}
/// What SerialPoint::reserve has to be told for them.
constexpr std::size_t effects_of(std::size_t changes) {
    return (bytes_of(changes) + log::record_effect_bytes - 1) / log::record_effect_bytes;
}

void encode(std::span<std::byte> into, std::span<const Transaction::Changed> changed) {
    const auto count = static_cast<std::uint32_t>(changed.size());
    std::memcpy(into.data(), &count, count_bytes);
    std::byte* at = into.data() + count_bytes;
    for (const Transaction::Changed& change : changed) {
        const std::uint64_t key = change.record->key();
        std::memcpy(at, &key, sizeof key);
        std::memcpy(at + sizeof key, change.after.fields.data(), sizeof(Value));
        at += change_bytes;
    }
}

}  // namespace

bool Transactor::begin(log::RecordClass urgency) {
    transaction_.begin();
    credit_.reset();
    if (ring_ != nullptr)
        if (auto credit = ring_->take_credit(urgency)) credit_.emplace(std::move(*credit));
    return ring_ == nullptr || credit_.has_value();
}

void Transactor::abort() {
    transaction_.abort();
    credit_.reset();
}

Done Transactor::commit() {
    if (transaction_.changes_at_most() > changes_max) {
        abort();
        return ended(Result::too_large);
    }
    log::SerialPoint point{ring_, std::exchange(credit_, std::nullopt)};
    const Commit decided = transaction_.commit(point, effects_of(transaction_.changes_at_most()));
    log::Lsn lsn{};
    if (point.reserved() && decided == Commit::committed) {
        log::LogRing::Reservation& reservation = point.reservation();
        lsn = reservation.lsn();
        encode(reservation.payload(), transaction_.changed());
        reservation.commit(values_record_type, bytes_of(transaction_.changed().size()));
    } else if (point.reserved()) {
        point.reservation().abort();
    }
    if (point.reserved()) ring_->notify();
    switch (decided) {
        case Commit::committed:
            return ended(Result::committed, lsn);
        case Commit::refused:
            return ended(Result::refused);
        case Commit::overflow:
            return ended(Result::overflow);
        case Commit::version:
            counts_.versions.fetch_add(1, std::memory_order_relaxed);
            return {Result::conflict};
        case Commit::lock:
            counts_.locks.fetch_add(1, std::memory_order_relaxed);
            return {Result::conflict};
    }
    return {};
}

Done Transactor::ended(Result result, log::Lsn lsn) {
    counts_.ended[static_cast<std::size_t>(result)].fetch_add(1, std::memory_order_relaxed);
    return {result, lsn};
}

log::Lsn Transactor::snapshot(std::span<const Row> rows, std::span<Value> values) {
    together_.clear();
    for (const Row row : rows)
        together_.push_back(&table_[row]);
    return read_together(transaction_, lane_, ring_, together_, values);
}

std::string apply_values(RecordTable& table, log::Bytes payload) {
    std::uint32_t count = 0;
    if (payload.size() < count_bytes) return "a record of values shorter than its count";
    std::memcpy(&count, payload.data(), count_bytes);
    if (count > changes_max || payload.size() != bytes_of(count))
        return "a record of " + std::to_string(count) + " values in " +
               std::to_string(payload.size()) + " bytes";
    for (std::uint32_t i = 0; i < count; ++i) {
        std::uint64_t key = 0;
        std::memcpy(&key, payload.data() + count_bytes + i * change_bytes, sizeof key);
        if (table.find_or_add(key) == 0)
            return "key " + std::to_string(key) + ": no room, the table is of " +
                   std::to_string(table.limit()) + " records";
    }
    for (std::uint32_t i = 0; i < count; ++i) {
        const std::byte* const at = payload.data() + count_bytes + i * change_bytes;
        std::uint64_t key = 0;
        Value value;
        std::memcpy(&key, at, sizeof key);
        std::memcpy(value.fields.data(), at + sizeof key, sizeof value);
        table[table.find(key)].set(value);
    }
    return {};
}

}  // namespace tickweir::txn::occ
