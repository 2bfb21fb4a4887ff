// The log's role: everything that has gathered in the ring goes to the carrier as one batch, and
// what became durable is told. One thread hosts it; the call that writes is where it mostly waits.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>

#include "txn/log/carrier.hpp"
#include "txn/log/durable_lsn.hpp"
#include "txn/log/log_ring.hpp"

namespace tickweir::txn::log {

/// One batch, as the carrier took it.
struct BatchReport {
    std::uint32_t records = 0;
    std::uint32_t bytes = 0;  ///< of the records as encoded
    Duration took{};          ///< in the carrier's append: with files, until it was durable
};

/// Hears of the log, on the log's thread; returns quickly.
class LogListener {
public:
    LogListener() = default;
    LogListener(const LogListener&) = delete;
    LogListener& operator=(const LogListener&) = delete;
    virtual ~LogListener() = default;

    /// All records up to here are durable; DurableLsn says so already. To wake who sleeps.
    virtual void on_durable(Lsn durable) = 0;
    /// The log has failed, for good: nothing more may be acknowledged or executed.
    virtual void on_failed(const io::IoError& error) = 0;
    /// For histograms.
    virtual void on_batch(const BatchReport&) {}
};

/// Of the log's life so far. Any thread reads it; the numbers are each exact, but of moments that
/// may differ.
struct LogCounts {
    std::uint64_t batches = 0;
    std::uint64_t records = 0;
    std::uint64_t bytes = 0;      ///< of records as encoded, without headers and padding
    std::uint64_t append_ns = 0;  ///< spent in the carrier's append
    std::uint64_t append_ns_max = 0;
};

class LogDriver {
public:
    /// All outlive it. The ring begins at the LSN after `durable`'s, and so does the carrier.
    LogDriver(LogRing& ring, Carrier& carrier, DurableLsn& durable, const LogId& id, Lsn next,
              LogListener* listener = nullptr);

    /// Does what there is to do; false if there was nothing.
    bool turn(TimeNs now);

    /// Sleeps until there may be something to do, or `stop`. Not after a failure, which never ends.
    void wait(TimeNs now);

    /// Grants no more credits, writes what is finished, and marks the log closed. What was reserved
    /// has been committed or aborted by now.
    void close(TimeNs now);

    /// Any thread: ends a wait, now and from now on.
    void stop();
    bool stopping() const { return stopping_.load(std::memory_order_seq_cst); }

    /// The log's thread. Why nothing becomes durable any more; none while it does.
    const std::optional<io::IoError>& failure() const { return failure_; }

    LogCounts counts() const;

private:
    bool append(TimeNs now);
    void fail(const io::IoError& error);
    void tell();

    LogRing& ring_;
    Carrier& carrier_;
    DurableLsn& durable_;
    LogListener* listener_;
    BatchBuffer batch_;
    Lsn next_;
    Lsn told_;
    std::optional<io::IoError> failure_;
    std::atomic<bool> stopping_{false};

    // Written by the log's thread. Relaxed: numbers to be looked at.
    std::atomic<std::uint64_t> batches_{0};
    std::atomic<std::uint64_t> records_{0};
    std::atomic<std::uint64_t> bytes_{0};
    std::atomic<std::uint64_t> append_ns_{0};
    std::atomic<std::uint64_t> append_ns_max_{0};
};

}  // namespace tickweir::txn::log
