// What a venue's shard does for sessions and operators: takes requests from rings, executes them
// by class in bounded batches, and tells what may be told, as fast as its readers take it.
//
//   opening   books ─► open orders ─► reports that sessions may miss ─► ready
//   a turn    rings ─► queues ─► what is too old ─► operators' commands ─► a batch ─► answers
//   release   outcomes ─► reports, market, whoever asked
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "gateway/market/venue_market_output.hpp"
#include "gateway/metrics/metrics.hpp"
#include "gateway/venue/control_execution.hpp"
#include "gateway/venue/report_output.hpp"
#include "gateway/venue/reports_again.hpp"
#include "gateway/venue/venue_control.hpp"
#include "gateway/venue/venue_gauges.hpp"
#include "gateway/venue/venue_intake.hpp"
#include "gateway/venue/venue_load.hpp"
#include "gateway/venue/venue_timings.hpp"
#include "txn/engine/engine.hpp"

namespace tickweir::gateway {

/// Whom a venue works with; whatever is none is not there. All of it outlives the venue.
struct VenueParts {
    std::optional<VenueInput> input;      ///< without it nobody trades
    VenueMarketOutput* market = nullptr;  ///< without it nobody sees its books
    VenueControl* control = nullptr;
    VenueBoard* board = nullptr;
    Metrics* metrics = nullptr;  ///< with `clock`: times are taken
    const TscClock* clock = nullptr;
    IntakeSettings intake;  ///< sessions and seed are taken from the venue's settings
    VenueLoadSettings load;
    std::uint32_t batch = 32;  ///< requests executed in one turn
    /// Of other threads that act on the load mode, woken when it changes; order entry's is woken
    /// anyway.
    std::vector<Waker*> mode_watchers = {};
};

/// One thread, the venue's. After it was made nothing of it allocates but what operators ask.
class VenueService {
public:
    /// `again`, which may be none, is read before sessions are told that the venue is ready. The
    /// ring of reports holds what one command may say at most. All outlive it.
    VenueService(const VenueParts& parts, txn::Engine& engine, ReportsAgain* again,
                 VenueGauges& gauges);

    /// Before anything else of a turn.
    void begin(book::TimeNs now);

    // Opening: nothing is executed until open() has answered `all`.

    enum class Opened : std::uint8_t {
        all,
        part,   ///< there is more to be told at once
        waits,  ///< for readers
    };
    /// Tells a part of what is to be told first.
    [[nodiscard]] Opened open(book::TimeNs now);
    /// Everything was told and requests are taken; false: no room.
    [[nodiscard]] bool tell_ready();

    // Running.

    /// A bounded part of what there is to do; false if there was nothing.
    bool turn(book::TimeNs now);
    /// An outcome may be told; false where that has to wait.
    [[nodiscard]] bool tell(const txn::ReleasedOutcome& outcome, book::TimeNs now);
    /// All outcomes that are durable up to there have been looked at.
    void released(txn::log::Lsn durable);
    /// Shows readers what was told. At the end of every turn.
    void hand_over() { output_.hand_over(); }

    /// Nothing is executed any more: everything that comes in is answered so. Instead of turn();
    /// false if there was nothing to do. `failed`: for good, as mode L5.
    bool refuse_all(book::TimeNs now, std::string_view why, bool failed);

    /// Whether a turn would find something to do at once.
    bool has_work() const;
    /// When one is due though nothing comes in.
    std::optional<book::TimeNs> next_due() const;

private:
    enum class Opening : std::uint8_t { books, orders, again, over };

    static constexpr std::size_t told_per_turn = 256;
    static constexpr std::size_t expired_per_turn = 1'024;
    static constexpr std::chrono::milliseconds retry_after{1};

    Opened open_orders();
    Opened open_again();
    bool run_control(book::TimeNs now);
    bool run_batch(book::TimeNs now);
    /// False where nothing more can be executed in this turn.
    bool run(VenueRequest& request, book::TimeNs now);
    bool tell_answers();
    void sample(book::TimeNs now);
    void on_change(const shield::LoadChange& change);
    txn::ShardExecutor& shard() { return engine_.shard(0); }
    const txn::ShardExecutor& shard() const { return engine_.shard(0); }

    txn::Engine& engine_;
    VenueParts parts_;
    ReportsAgain* again_;
    VenueGauges& gauges_;
    VenueBoard own_board_;  // where nobody looks
    VenueBoard& board_;
    VenueIntake intake_;
    VenueLoad load_;
    ReportOutput output_;
    std::optional<ControlExecution> control_;
    std::optional<VenueTimings> timings_;

    Opening opening_ = Opening::books;
    txn::Venue::OpenOrdersPlace next_order_;
    std::optional<VenueReport> unsaid_;  // of `again`, for which there was no room
    bool blocked_ = false;  // something waits for a reader or for the log; tried again a bit later
    bool failed_ = false;
    bool told_stopped_ = false;  // to the market
    book::TimeNs now_{};
};

}  // namespace tickweir::gateway
