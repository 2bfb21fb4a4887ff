#include "txn/engine/engine_threads.hpp"

#include "txn/log/futex.hpp"

namespace tickweir::txn {
namespace {

/// Only differences count, and nobody sets this clock.
log::TimeNs now() {
    return log::TimeNs{std::chrono::steady_clock::now().time_since_epoch()};
}

}  // namespace

ReplayerThread::ReplayerThread(Replayer& replayer, std::chrono::nanoseconds period)
    : thread_([this, &replayer, period] {
          while (stopping_.load(std::memory_order_acquire) == 0)
              if (!replayer.turn(now())) log::futex_wait(stopping_, 0, period);
      }) {}

ReplayerThread::~ReplayerThread() {
    stopping_.store(1, std::memory_order_release);
    log::futex_wake(stopping_, true);
    thread_.join();
}

EngineThreads::EngineThreads(Engine& engine, std::chrono::nanoseconds replayer_period,
                             std::chrono::nanoseconds stock_period)
    : engine_{engine} {
    stock_.emplace(engine.log().stock(), stock_period);
    replayer_.emplace(engine.replayer(), replayer_period);
    log_.emplace(engine.log().driver());
}

bool EngineThreads::close() {
    if (!log_) return !engine_.durable().failed();
    for (std::uint16_t i = 0; i < engine_.shards(); ++i)
        engine_.shard(i).stop();
    log_.reset();  // writes what is left, and the closing batch
    replayer_.reset();
    engine_.finish_replayer(now());
    stock_.reset();
    return !engine_.durable().failed();
}

}  // namespace tickweir::txn
