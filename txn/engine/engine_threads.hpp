// The threads an engine's roles run on where no other host runs them: the log's two, and one for
// the replayer. Shards are the host's, for it has their commands.
#pragma once

#include <atomic>
#include <chrono>
#include <optional>
#include <thread>

#include "txn/engine/engine.hpp"
#include "txn/log/log_threads.hpp"

namespace tickweir::txn {

/// Turns a replayer until it is told to stop; never spins: with nothing to do it looks again after
/// `period`. The thread's scheduling class is for the host to lower.
class ReplayerThread {
public:
    ReplayerThread(Replayer& replayer, std::chrono::nanoseconds period);
    ReplayerThread(const ReplayerThread&) = delete;
    ReplayerThread& operator=(const ReplayerThread&) = delete;
    ~ReplayerThread();

private:
    std::atomic<std::uint32_t> stopping_{0};
    std::thread thread_;
};

class EngineThreads {
public:
    /// The engine outlives it.
    explicit EngineThreads(Engine& engine,
                           std::chrono::nanoseconds replayer_period = std::chrono::milliseconds{2},
                           std::chrono::nanoseconds stock_period = std::chrono::milliseconds{20});
    EngineThreads(const EngineThreads&) = delete;
    EngineThreads& operator=(const EngineThreads&) = delete;
    ~EngineThreads() { close(); }

    /// Once no shard's thread executes any more: closes the log, lets the replayer follow to the
    /// end, ends the threads. Outcomes may be released afterwards. False if the log has failed.
    bool close();

private:
    Engine& engine_;
    std::optional<log::StockThread> stock_;
    std::optional<ReplayerThread> replayer_;
    std::optional<log::LogThread> log_;
};

}  // namespace tickweir::txn
