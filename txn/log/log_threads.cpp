#include "txn/log/log_threads.hpp"

#include <chrono>

namespace tickweir::txn::log {
namespace {

/// Only differences count here, and nobody sets this clock.
TimeNs now() {
    return TimeNs{std::chrono::steady_clock::now().time_since_epoch()};
}

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
              if (!stock.turn()) futex_wait(stopping_, 0, period);
          }
      }) {}

StockThread::~StockThread() {
    stopping_.store(1, std::memory_order_release);
    futex_wake(stopping_, true);
    thread_.join();
}

}  // namespace tickweir::txn::log
