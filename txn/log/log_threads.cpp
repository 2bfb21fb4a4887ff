#include "txn/log/log_threads.hpp"

#include <chrono>

namespace tickweir::txn::log {
namespace {

/// Only differences count here, and nobody sets this clock.
TimeNs now() {
    return TimeNs{std::chrono::steady_clock::now().time_since_epoch()};
}

/// Between two steps of filling: 128 MB/s of zeros, more than a log of small batches takes.
constexpr std::chrono::microseconds trickle{500};

}  // namespace

LogThread::LogThread(LogDriver& driver)
    : driver_(driver), thread_([&driver] {
          while (!driver.stopping()) {
              if (!driver.turn(now())) driver.wait(now());
          }
          driver.close(now());
      }) {}

LogThread::~LogThread() {
    driver_.stop();
    thread_.join();
}

StockThread::StockThread(SegmentStock& stock, Duration period)
    : thread_([this, &stock, period] {
          while (stopping_.load(std::memory_order_acquire) == 0) {
              const bool worked = stock.turn();
              // With segments left, zeros trickle, for they meet the log's writes in the disk.
              const bool urgent = worked && stock.ready() < 2;
              if (!urgent) futex_wait(stopping_, 0, worked ? trickle : period);
          }
      }) {}

StockThread::~StockThread() {
    stopping_.store(1, std::memory_order_release);
    futex_wake(stopping_, true);
    thread_.join();
}

}  // namespace tickweir::txn::log
