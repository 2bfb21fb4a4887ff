// A log, whole: recovered from its directory and ready for records. The parts are to be had one by
// one; here they are put together in the one order that loses nothing.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "txn/log/file_carrier.hpp"
#include "txn/log/log_driver.hpp"
#include "txn/log/log_reader.hpp"
#include "txn/log/log_ring.hpp"
#include "txn/log/segment_stock.hpp"

namespace tickweir::txn::log {

struct LogOptions {
    StockOptions stock;
    FileCarrierOptions carrier;  ///< with a margin of twice the ring, if it says less
    RingLimits ring;
};

/// What has to be known of a log before it can be recovered.
struct RecoverFrom {
    Lsn next{1};           ///< the first record the state lacks: all before it are in a snapshot
    Lsn known_durable{};   ///< highest LSN that anyone was told of, as far as is known
    std::uint64_t term{};  ///< of this run; 0: one more than the last
};

/// What recovery did.
struct RecoveryReport {
    ReadOutcome outcome = ReadOutcome::corrupt;  ///< end: as it was left, torn_tail: mended
    Finding finding;                             ///< what was torn or is wrong
    std::string kept_aside;                      ///< the copy of what was torn
    Lsn last{};
    std::uint64_t term = 0;  ///< that it goes on in
    ReadCounts counts;
};

/// Who a log's records are for.
struct Recipient {
    /// Each record in turn; false to refuse it, which refuses the log.
    std::function<bool(const RecordView&)> apply;
    /// Records before their turn: see RecordsAhead. None: nothing.
    std::function<void(const RecordView&, unsigned step)> look_ahead;
};

class Log {
public:
    /// Makes durable what is there, applies it, mends a torn tail, makes segments ahead, and goes
    /// on behind it. Nothing, with the report saying why, if anything is not as it should be; then
    /// nothing was changed, unless the disk failed or was full. `files` and `listener` outlive the
    /// log, whoever holds the directory's lock too.
    [[nodiscard]] static std::unique_ptr<Log> open(io::Files& files, const std::string& directory,
                                                   const LogId& id, const RecoverFrom& from,
                                                   const LogOptions& options,
                                                   const Recipient& recipient,
                                                   LogListener* listener, RecoveryReport& report);

    /// For the threads with transactions.
    LogRing& ring() { return ring_; }
    /// For all threads.
    const DurableLsn& durable() const { return durable_; }
    /// For the log's thread.
    LogDriver& driver() { return driver_; }
    /// For the thread that has time.
    SegmentStock& stock() { return *stock_; }
    /// Any thread: see Carrier.
    void trim(Lsn behind) { carrier_->trim(behind); }
    std::unique_ptr<RecordSource> read_from(Lsn from) {
        return carrier_->read_from(from, durable_.load());
    }
    /// Whether batches go past the page cache. For the log's thread.
    bool direct() const { return carrier_->direct(); }

private:
    Log(std::unique_ptr<SegmentStock> stock, std::unique_ptr<FileCarrier> carrier, const LogId& id,
        const RingLimits& ring, LogListener* listener);

    std::unique_ptr<SegmentStock> stock_;
    std::unique_ptr<FileCarrier> carrier_;
    DurableLsn durable_;
    LogRing ring_;
    LogDriver driver_;
};

}  // namespace tickweir::txn::log
