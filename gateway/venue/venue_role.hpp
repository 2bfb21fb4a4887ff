// The venue's shard as a role: executes what the clock, sessions and operators have for it, goes on
// with what is pending, and tells outcomes once they are durable.
//
//   waiting ─► (engine handed over) opening: what sessions and the market have to know first, then
//   balances that accounts begin with ─► running ─► stopped
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "gateway/runtime/role.hpp"
#include "gateway/venue/reports_again.hpp"
#include "gateway/venue/venue_clock.hpp"
#include "gateway/venue/venue_service.hpp"
#include "gateway/venue/venue_settings.hpp"
#include "txn/engine/engine.hpp"

namespace tickweir::gateway {

/// What an engine's outcomes were, in words that the role's thread writes and every thread reads.
class OutcomeCounts {
public:
    void count(const txn::ReleasedOutcome& outcome);

    /// Any thread.
    std::uint64_t committed() const { return committed_.load(std::memory_order_relaxed); }
    std::uint64_t refused(txn::Refusal why) const {
        return refused_[static_cast<std::size_t>(why)].load(std::memory_order_relaxed);
    }

private:
    // One writer, relaxed: numbers to be looked at.
    static void add(std::atomic<std::uint64_t>& count) {
        count.store(count.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
    }
    std::atomic<std::uint64_t> committed_{0};
    std::array<std::atomic<std::uint64_t>, txn::refusal_kinds> refused_{};
};

/// What the role is given once the venue is recovered.
struct VenueStart {
    txn::Engine* engine = nullptr;  ///< outlives the role's turns
    VenueClock clock;
    std::vector<OpeningBalance> balances;
    /// What sessions may not have been told, to be put into the reports' ring as it has room,
    /// before `ready`. None: everybody has everything.
    std::unique_ptr<ReportsAgain> again = nullptr;
};

class VenueRole final : public Role {
public:
    enum class Stage : std::uint8_t { waiting, opening, running, stopped };

    explicit VenueRole(const VenueParts& parts = {}) : parts_{parts} {}

    /// Once, from another thread, which wakes the host then.
    void hand_over(VenueStart start);
    /// Tells what only the log's closing made durable; when the host's thread has ended.
    void finish();

    // Role
    std::string_view name() const override { return "venue"; }
    bool turn(book::TimeNs now) override;
    bool has_work() const override;
    std::optional<book::TimeNs> next_due() const override;
    void stop(book::TimeNs now) override;
    bool stopped() const override { return stage() == Stage::stopped; }

    // Any thread.
    Stage stage() const { return stage_.load(std::memory_order_acquire); }
    const OutcomeCounts& outcomes() const { return outcomes_; }
    const VenueGauges& gauges() const { return gauges_; }
    /// Whether the shard stopped by itself, or because the log failed: nothing is executed.
    bool faulted() const { return faulted_.load(std::memory_order_relaxed); }
    /// Up to where days have ended, durably; nothing before the engine is there.
    std::optional<book::TimeNs> ended() const;

private:
    static constexpr std::chrono::milliseconds retry_after{1};
    /// How often the clock is looked at while there is other work: that is linear in instruments.
    static constexpr std::chrono::milliseconds clock_period{1};

    bool take_over(book::TimeNs now);
    bool turn_open(book::TimeNs now);
    bool turn_opening(book::TimeNs now);
    bool turn_running(book::TimeNs now);
    bool run_pending(book::TimeNs now) { return shard().pending() && shard().turn(now); }
    void tell_fault();
    void answer_not_ready();
    bool release();
    bool open_account(book::TimeNs now);
    bool clock_due(book::TimeNs now) const;
    bool run_clock(book::TimeNs now);
    bool end_day(book::TimeNs now, book::TimeNs due);
    /// True once it is done or refused; false: not now.
    bool execute(txn::CommandBody body, book::TimeNs now);
    txn::ShardExecutor& shard() { return start_->engine->shard(0); }
    const txn::ShardExecutor& shard() const { return start_->engine->shard(0); }

    std::optional<VenueStart> handed_;  // written before handed_over_, taken behind it
    std::atomic<bool> handed_over_{false};
    std::atomic<Stage> stage_{Stage::waiting};

    VenueParts parts_;
    VenueGauges gauges_;

    // The role's thread.
    std::optional<VenueStart> start_;
    std::optional<VenueService> service_;
    std::size_t opened_ = 0;                  // of the balances
    txn::log::Lsn released_{};                // durable at the last release
    std::optional<book::TimeNs> not_before_;  // what could not be executed is tried again then
    book::TimeNs clock_looked_{};             // and what was next then
    book::TimeNs clock_next_{};
    std::optional<book::TimeNs> ending_;  // a day's end that is executed, but not durable yet
    txn::log::Lsn ending_lsn_{};
    std::uint64_t sequence_ = 0;
    book::TimeNs now_{};

    OutcomeCounts outcomes_;
    std::atomic<bool> faulted_{false};
    std::atomic<std::int64_t> ended_ns_{0};  // 0: not known
};

}  // namespace tickweir::gateway
