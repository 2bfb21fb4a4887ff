#include "txn/occ/read_together.hpp"

#include <cstddef>

#include "book/ensure.hpp"

namespace tickweir::txn::occ {
namespace {

bool try_reading(Transaction& transaction, const log::LogRing* ring,
                 std::span<Record* const> records, std::span<Value> values, log::Lsn& lsn) {
    transaction.begin();
    for (std::size_t i = 0; i < records.size(); ++i)
        if (!transaction.read(*records[i], values[i])) return false;
    if (ring != nullptr) return transaction.commit_read_only(*ring, lsn);
    log::SerialPoint nowhere;
    return transaction.commit(nowhere, 0) == Commit::committed;
}

}  // namespace

log::Lsn read_together(Transaction& transaction, SerialLane& lane, const log::LogRing* ring,
                       std::span<Record* const> records, std::span<Value> values) {
    book::ensure(records.size() == values.size());
    log::Lsn lsn{};
    for (unsigned i = 0; i < tries; ++i)
        if (try_reading(transaction, ring, records, values, lsn)) return lsn;
    transaction.begin();
    for (Record* const record : records)
        transaction.require(*record, {});
    transaction.watch(ring);
    log::SerialPoint nowhere;
    book::ensure(transaction.commit_sums(lane, nowhere, 0) == Commit::committed);
    for (std::size_t i = 0; i < records.size(); ++i)
        values[i] = transaction.value_of(*records[i]);
    return transaction.watched();
}

}  // namespace tickweir::txn::occ
