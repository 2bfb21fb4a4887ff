// Values of several records as of one moment, and which moment that is.
#pragma once

#include <span>

#include "txn/log/log_ring.hpp"
#include "txn/occ/serial_lane.hpp"
#include "txn/occ/transaction.hpp"

namespace tickweir::txn::occ {

/// Reads them all as they were behind one record of the log, and answers its LSN: everything up to
/// it is in the values, nothing behind it. Without a ring 0. Tries without locks three times; where
/// the records change too often for that they are locked, for as long as copying takes. `values`
/// is as long as `records`. `transaction` is the thread's, and none under way.
log::Lsn read_together(Transaction& transaction, SerialLane& lane, const log::LogRing* ring,
                       std::span<Record* const> records, std::span<Value> values);

}  // namespace tickweir::txn::occ
