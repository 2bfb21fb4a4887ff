// The threads a log runs on where no other host runs its parts: one that writes, and one that makes
// segments ahead.
#pragma once

#include <atomic>
#include <memory>
#include <thread>

#include "txn/log/log_driver.hpp"
#include "txn/log/segment_stock.hpp"

namespace tickweir::txn::log {

/// Runs a log's driver until it goes; then the log is closed. Never spins: it sleeps in the write
/// and in the ring's doorbell.
class LogThread {
public:
    explicit LogThread(LogDriver& driver);
    LogThread(const LogThread&) = delete;
    LogThread& operator=(const LogThread&) = delete;
    ~LogThread();

private:
    LogDriver& driver_;
    std::thread thread_;
};

/// Keeps a stock filled until it goes; looks every `period` whether there is something to do.
class StockThread {
public:
    StockThread(SegmentStock& stock, Duration period);
    StockThread(const StockThread&) = delete;
    StockThread& operator=(const StockThread&) = delete;
    ~StockThread();

private:
    std::atomic<std::uint32_t> stopping_{0};
    std::thread thread_;
};

}  // namespace tickweir::txn::log
