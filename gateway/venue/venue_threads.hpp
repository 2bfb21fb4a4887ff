// The threads of a venue beside its shard's: the log's two, and the replayer's, which runs only
// when nobody else wants the processor.
#pragma once

#include <atomic>
#include <chrono>
#include <optional>
#include <thread>

#include "txn/engine/engine.hpp"
#include "txn/log/log_threads.hpp"

namespace tickweir::gateway {

class VenueThreads {
public:
    /// The engine outlives it.
    explicit VenueThreads(txn::Engine& engine);
    VenueThreads(const VenueThreads&) = delete;
    VenueThreads& operator=(const VenueThreads&) = delete;
    ~VenueThreads() { close(); }

    /// Once no shard executes any more: the log is written to its end and closed, the replayer
    /// follows to it, unless it is far behind, and writes the last snapshot. False if the log has
    /// failed.
    bool close();

private:
    void run_replayer();

    txn::Engine& engine_;
    std::atomic<std::uint32_t> stopping_{0};
    std::optional<txn::log::StockThread> stock_;
    std::optional<txn::log::LogThread> log_;
    std::thread replayer_;
};

}  // namespace tickweir::gateway
