#include "gateway/venue/venue_host.hpp"

#include <exception>
#include <stdexcept>
#include <utility>

#include "gateway/log.hpp"
#include "gateway/progress.hpp"
#include "gateway/runtime/host.hpp"
#include "gateway/venue/recovery_lines.hpp"
#include "gateway/venue/session_history.hpp"

namespace tickweir::gateway {
namespace {

log::Logger logger() {
    return log::module("venue");
}

replay::TimeZone load_zone(const std::string& name) {
    auto zone = replay::TimeZone::load(name);
    if (!zone) throw std::runtime_error{"venue.timezone: " + zone.error()};
    return *std::move(zone);
}

/// How far recovery is: a line on a terminal that is written again and again, else a line of the
/// log every second.
class RecoveryProgress {
public:
    void tell(const txn::RecoveryProgress& at) {
        line_.update({.items = at.records, .position = 0, .whole = std::nullopt});
        if (line_.shown()) return;
        if (const auto text = lines_.at(RecoveryLines::Clock::now(), at))
            logger().info("recovering: {}", *text);
    }

private:
    Progress line_{"records recovered"};
    RecoveryLines lines_{RecoveryLines::Clock::now()};
};

}  // namespace

// -------------------------------------------------------------------------------------- the log's

VenueLogListener::VenueLogListener(Metrics& metrics, Waker* waker)
    : sync_{metrics.latency(
          {"tickweir_log_sync_seconds", "From a batch's write until it is durable"})},
      waker_{waker} {}

void VenueLogListener::on_durable(txn::log::Lsn) {
    waker_->wake();
}

void VenueLogListener::on_failed(const txn::io::IoError& error) {
    logger().error(
        "THE LOG FAILED: {}. Nothing is executed or acknowledged any more (mode L5); what "
        "was acknowledged is safe. Start again once the disk is well",
        txn::io::to_string(error));
    waker_->wake();
}

void VenueLogListener::on_batch(const txn::log::BatchReport& batch) {
    sync_.record(batch.took.count());
}

// ------------------------------------------------------------------------------------- life

VenueHost::VenueHost(const Config& config, txn::io::Files& files, Metrics& metrics, Waker& waker,
                     VenueParts parts)
    : config_{config},
      zone_{load_zone(config.venue.timezone)},
      files_{files},
      plan_{plan_venue(files_, config)},
      waker_{waker},
      listener_{metrics, &waker},
      role_{own_parts(std::move(parts))} {
    control_.set_waker(&waker);
}

VenueParts VenueHost::own_parts(VenueParts parts) {
    parts.board = &board_;
    parts.control = &control_;
    return parts;
}

VenueHost::~VenueHost() {
    close();
}

void VenueHost::start() {
    for (const std::string& note : plan_.settings.notes)
        logger().warning("{}", note);
    if (config_.venue.commit == CommitChoice::applied)
        logger().warning(
            "venue.commit is \"applied\": what is told is NOT SAFE, a crash takes it back");
    recovery_ = std::thread{[this] { recover(); }};
}

void VenueHost::recover() {
    try {
        RecoveryProgress told;
        open([this, &told](const txn::RecoveryProgress& at) {
            recovered_records_.store(at.records, std::memory_order_relaxed);
            recovered_lsn_.store(number(at.applied), std::memory_order_relaxed);
            told.tell(at);
            if (stopping_.load(std::memory_order_relaxed)) throw OpeningStopped{};
        });
    } catch (const OpeningStopped&) {
        logger().info("recovery was given up, for the gateway stops");
    } catch (const std::exception& error) {
        reason_ = error.what();
        // Release: the reason is there.
        refused_.store(true, std::memory_order_release);
        logger().error("the venue cannot be opened: {}", reason_);
    }
    waker_.wake();
}

void VenueHost::open(const txn::Progress& progress) {
    OpenedVenue opened = open_venue(files_, config_, plan_, &listener_, progress);
    tell_recovered(opened.report);
    if (opened.engine == nullptr) throw std::runtime_error{opened.report.refused};
    engine_ = std::move(opened.engine);
    VenueClock clock = make_clock(engine_->identity().id);
    auto balances = missing_balances(config_, engine_->ledger(), engine_->state().settings());
    auto again = resume_sessions(opened.report);
    threads_.emplace(*engine_);
    role_.hand_over({engine_.get(), std::move(clock), std::move(balances), std::move(again)});
    // Release: all of that is there.
    ready_.store(engine_.get(), std::memory_order_release);
}

void VenueHost::tell_recovered(const txn::EngineRecovery& report) const {
    for (const std::string& bad : report.bad_snapshots)
        logger().error("a snapshot cannot be used: {}", bad);
    if (!report.log.kept_aside.empty())
        logger().warning("the last write was cut off by a crash ({}); it is kept aside in {}",
                         txn::log::to_string(report.log.finding), report.log.kept_aside);
    if (!report.refused.empty()) return;
    logger().info(
        "recovered to LSN {} from {} and {} commands behind it, in {} ms", number(report.log.last),
        report.snapshot_file.empty() ? std::string{"the log's begin"} : report.snapshot_file,
        report.applied.commands,
        std::chrono::duration_cast<std::chrono::milliseconds>(report.took).count());
}

/// What sessions go on with, while nobody writes the log; answers what they are to be told again.
std::unique_ptr<ReportsAgain> VenueHost::resume_sessions(const txn::EngineRecovery& report) {
    if (sessions_.stored().empty()) return nullptr;
    const RecoveredLog log{plan_.data, engine_->identity().id, report.snapshot, report.log.last};
    ReadHistory read =
        read_history(files_, log, sessions_.stored(), engine_->state().settings(), [this] {
            if (stopping_.load(std::memory_order_relaxed)) throw OpeningStopped{};
        });
    if (!read.fault.empty()) throw std::runtime_error{"what sessions were told: " + read.fault};
    if (!read.note.empty()) logger().error("what sessions were told: {}", read.note);
    logger().info("sessions go on as {} records of the log tell", read.records);
    auto again =
        std::make_unique<ReportsAgain>(files_, ReportsAgainOptions{.data = plan_.data,
                                                                   .id = log.id,
                                                                   .first = read.first,
                                                                   .last = log.last,
                                                                   .told = std::move(read.told),
                                                                   .done = keep_log()});
    sessions_.open(engine_->log().ring(), engine_->durable(), engine_->identity().log_number,
                   std::move(read.resumed), std::move(read.blocks));
    return again;
}

/// What is to be told again lies before what snapshots are written of meanwhile: the log is kept
/// until what is returned is called.
std::function<void()> VenueHost::keep_log() {
    constexpr txn::log::Lsn nothing{~std::uint64_t{0}};
    engine_->keep_log_from({});
    keeper_ = std::make_shared<std::atomic<txn::Engine*>>(engine_.get());
    return [keeper = keeper_] {
        if (txn::Engine* const engine = keeper->exchange(nullptr)) engine->keep_log_from(nothing);
    };
}

std::optional<std::uint16_t> VenueHost::log_number() const {
    if (!plan_.identity) return std::nullopt;
    return plan_.identity->log_number;
}

/// Where a day's end passed since one was written down, the log tells whether it was carried out.
VenueClock VenueHost::make_clock(const txn::log::LogId& id) {
    const book::TimeNs now = wall_clock_now();
    const std::chrono::seconds day_end{config_.venue.day_end.seconds};
    const auto written = read_day_end(files_, plan_.data);
    VenueClock clock{zone_, day_end, std::chrono::milliseconds{config_.venue.tick_ms}, written,
                     now};
    if (!clock.day_end_due(now)) return clock;
    if (const auto logged = last_logged_day_end(files_, plan_.data, id))
        clock.day_ended(last_instant(zone_, day_end, *logged));
    return clock;
}

void VenueHost::close() {
    request_stop();
    if (recovery_.joinable()) recovery_.join();
    ready_.store(nullptr, std::memory_order_release);
    if (threads_) {
        const bool safe = threads_->close();
        threads_.reset();
        role_.finish();
        const txn::ReplayerStatus replayer = engine_->replayer().status();
        logger().info("the log is closed at LSN {}{}; the newest snapshot is of LSN {}",
                      number(engine_->durable().load()), safe ? "" : ", where it failed",
                      number(replayer.snapshot));
    }
    if (const auto ended = role_.ended(); ended && ended != day_end_written_)
        (void)write_day_end(files_, plan_.data, *ended);
    write_sessions();
    sessions_.close();
    if (keeper_) keeper_->store(nullptr);
    engine_.reset();
}

// ------------------------------------------------------------------------------- keeping house

void VenueHost::housekeep(book::TimeNs now) {
    txn::Engine* const engine = ready();
    if (engine == nullptr) return;
    tell_faults();
    write_sessions();
    if (const auto ended = role_.ended(); ended && ended != day_end_written_) {
        const std::string fault = write_day_end(files_, plan_.data, *ended);
        if (fault.empty())
            day_end_written_ = ended;
        else
            logger().error("the day's end is not written down: {}", fault);
    }
    const txn::EngineCounts counts = engine->counts(now);
    if (!counted_) counts_ = counts;
    counted_ = true;
    if (counts.at - counts_.at < std::chrono::seconds{config_.log.wal.statistics_s}) return;
    const txn::EngineCounts period = counts.since(counts_);
    counts_ = counts;
    if (period.commits != 0 || period.refusals != 0)
        logger().info("{} commits, {} refusals in {} s; log at LSN {}, durable {}, replayed {}",
                      period.commits, period.refusals, config_.log.wal.statistics_s,
                      number(counts.applied), number(counts.durable),
                      number(counts.replayer.applied));
    const std::scoped_lock lock{period_mutex_};
    period_ = period;
}

void VenueHost::write_sessions() {
    const std::string fault = sessions_.write_copy(files_, plan_.data);
    if (!fault.empty())
        logger().error("what is reserved for sessions is not written down: {}", fault);
}

/// Once each: what only looking finds.
void VenueHost::tell_faults() {
    const std::string alarm = ready()->replayer().alarm();
    if (alarm.empty() || alarm_told_) return;
    alarm_told_ = true;
    logger().error("THE REPLAYER DISAGREES with the venue: {}. No snapshot is written any more",
                   alarm);
}

}  // namespace tickweir::gateway
