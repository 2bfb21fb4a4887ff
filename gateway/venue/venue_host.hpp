// The venue in a running gateway: recovers on a thread of its own while the gateway serves already,
// hands the engine to the role, and tells how it is. Made, started, kept and closed by one thread.
//
//   start: recovery thread ─► engine ─► VenueThreads (log, segments, replayer) ─► VenueRole's host
//   close: role has stopped ─► log closed ─► replayer at its end, last snapshot
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "gateway/config/config.hpp"
#include "gateway/metrics/metrics.hpp"
#include "gateway/runtime/reactor.hpp"
#include "gateway/serve/api/venue_status.hpp"
#include "gateway/venue/open_venue.hpp"
#include "gateway/venue/session_log.hpp"
#include "gateway/venue/venue_role.hpp"
#include "gateway/venue/venue_threads.hpp"
#include "txn/io/files.hpp"

namespace tickweir::gateway {

/// What the log's thread hears: wakes the shard, times the writes, and is loud when the log fails.
class VenueLogListener final : public txn::log::LogListener {
public:
    VenueLogListener(Metrics& metrics, Waker* waker);

    void on_durable(txn::log::Lsn) override;
    void on_failed(const txn::io::IoError& error) override;
    void on_batch(const txn::log::BatchReport& batch) override;

private:
    LatencyHistogram& sync_;
    Waker* waker_;
};

class VenueHost {
public:
    /// Looks at the data directory; throws std::runtime_error as plan_venue does, or with what is
    /// wrong with the time zone. `waker` is of the thread that hosts the role. Board and control of
    /// `parts` are its own. All outlive it.
    VenueHost(const Config& config, txn::io::Files& files, Metrics& metrics, Waker& waker,
              VenueParts parts = {});
    VenueHost(const VenueHost&) = delete;
    VenueHost& operator=(const VenueHost&) = delete;
    /// Closes it.
    ~VenueHost();

    Role& role() { return role_; }
    /// What it runs with, from the start on.
    const txn::VenueSettings& settings() const { return plan_.settings.settings.venue; }
    /// What everybody may know of it, and ask.
    const VenueBoard& board() const { return board_; }
    VenueControl& control() { return control_; }

    /// Of the log, where there is one yet.
    std::optional<std::uint16_t> log_number() const;
    /// The FIX sessions as their stores were found; before start(). Throws std::runtime_error.
    void set_sessions(std::vector<fix::StoredSession> stored) {
        sessions_.set_sessions(std::move(stored));
    }
    /// Where their numbers are reserved; for the FIX thread, which ends before close().
    fix::NumberReserve& numbers() { return sessions_; }

    /// Begins to recover. A directory that is refused ends in the log, in the status and in
    /// failure().
    void start();
    /// Recovery gives up.
    void request_stop() { stopping_.store(true, std::memory_order_relaxed); }
    /// About once a second: rates, what has to be told, the day's end written down.
    void housekeep(book::TimeNs now);
    /// Why the venue could not be opened; nothing while it could.
    std::optional<std::string> failure() const {
        if (!refused_.load(std::memory_order_acquire)) return std::nullopt;
        return reason_;
    }
    /// When the role's turns are over. Waits for the log, the replayer and the last snapshot.
    void close();

    // Any thread, until close().
    VenueStatus status(book::TimeNs now) const;
    void collect(SampleSink& sink) const;

private:
    void recover();
    void open(const txn::Progress& progress);
    void tell_recovered(const txn::EngineRecovery& report) const;
    VenueParts own_parts(VenueParts parts);
    std::unique_ptr<ReportsAgain> resume_sessions(const txn::EngineRecovery& report);
    std::function<void()> keep_log();
    void write_sessions();
    VenueClock make_clock(const txn::log::LogId& id);
    void tell_faults();
    /// The engine once it runs; else none.
    txn::Engine* ready() const { return ready_.load(std::memory_order_acquire); }
    void fill(VenueStatus& status, txn::Engine& engine, book::TimeNs now) const;

    Config config_;
    replay::TimeZone zone_;
    txn::io::Files& files_;
    VenuePlan plan_;
    Waker& waker_;
    VenueLogListener listener_;
    VenueBoard board_;
    VenueControl control_;
    VenueRole role_;
    SessionLog sessions_{role_};

    std::thread recovery_;
    std::unique_ptr<txn::Engine> engine_;  // the recovery thread's until ready_ is set
    std::optional<VenueThreads> threads_;  // likewise
    std::shared_ptr<std::atomic<txn::Engine*>> keeper_;  // of the log; none once nobody reads it
    std::atomic<txn::Engine*> ready_{nullptr};
    std::atomic<bool> stopping_{false};
    std::string reason_;  // written before refused_ is set
    std::atomic<bool> refused_{false};
    // Relaxed: numbers to be looked at.
    std::atomic<std::uint64_t> recovered_records_{0};
    std::atomic<std::uint64_t> recovered_lsn_{0};

    // The thread that keeps house.
    std::optional<book::TimeNs> day_end_written_;
    bool alarm_told_ = false;
    bool counted_ = false;
    txn::EngineCounts counts_;  // at the begin of the period

    mutable std::mutex period_mutex_;  // held for moments; nothing nests in it
    txn::EngineCounts period_;         // guarded by period_mutex_; the last whole one
};

}  // namespace tickweir::gateway
