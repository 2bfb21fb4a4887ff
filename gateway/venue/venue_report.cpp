// What the venue tells about itself: values for /v1/status, samples for /metrics.
#include <algorithm>
#include <array>
#include <utility>

#include "gateway/runtime/host.hpp"
#include "gateway/venue/venue_host.hpp"

namespace tickweir::gateway {
namespace {

using Counts = txn::EngineCounts;

constexpr std::array<VenueStage, 4> venue_stages{VenueStage::recovering, VenueStage::running,
                                                 VenueStage::failed, VenueStage::stopped};
constexpr std::array log_refusals{std::pair{txn::log::Refusal::ring_full, "ring_full"},
                                  std::pair{txn::log::Refusal::cancels_only, "cancels_only"},
                                  std::pair{txn::log::Refusal::no_room, "no_room"}};

/// A reason's words as one.
std::string label_of(txn::Refusal why) {
    std::string text{to_string(why)};
    std::ranges::replace_if(
        text, [](char c) { return (c < 'a' || c > 'z') && (c < '0' || c > '9'); }, '_');
    return text;
}

std::uint64_t per_second(const Counts& period, std::uint64_t count) {
    return static_cast<std::uint64_t>(period.per_second(count) + 0.5);
}

void fill_period(VenueStatus& status, const Counts& period) {
    status.period = period.elapsed;
    if (period.elapsed.count() == 0) return;
    status.in_period = {
        {"commits", period.commits},
        {"commits_per_second", per_second(period, period.commits)},
        {"refusals", period.refusals},
        {"log_batches", period.log.batches},
        {"log_bytes", period.log.bytes},
        {"log_bytes_per_second", per_second(period, period.log.bytes)},
        {"batch_records_p50", txn::quantile(period.batch_records, 500)},
        {"batch_records_p99", txn::quantile(period.batch_records, 990)},
        {"sync_ns_p50", txn::quantile(period.append_ns, 500)},
        {"sync_ns_p99", txn::quantile(period.append_ns, 990)},
    };
}

void collect_commands(SampleSink& sink, const Counts& counts, const OutcomeCounts& outcomes) {
    constexpr Metric metric{"tickweir_txn_commands_total",
                            "Commands by what became of them; committed ones with continuations"};
    sink.counter(metric, {{"result", "committed"}, {"reason", ""}}, counts.commits);
    for (std::size_t i = 1; i < txn::refusal_kinds; ++i) {
        const auto why = static_cast<txn::Refusal>(i);
        sink.counter(metric, {{"result", "refused"}, {"reason", label_of(why)}},
                     outcomes.refused(why));
    }
    for (std::size_t i = 1; i < txn::shed_reasons; ++i)
        sink.counter(metric,
                     {{"result", "shed"},
                      {"reason", std::string{to_string(static_cast<txn::ShedReason>(i))}}},
                     counts.shed[i]);
    sink.counter({"tickweir_txn_continuations_total", "Parts of commands that had more effects"},
                 {}, counts.continuations);
    sink.counter({"tickweir_txn_marks_total", "Marks written for whoever executes again"}, {},
                 counts.marks);
}

void collect_log(SampleSink& sink, const Counts& counts) {
    sink.counter({"tickweir_log_batches_total", "Batches made durable"}, {}, counts.log.batches);
    sink.counter({"tickweir_log_records_total", "Records made durable"}, {}, counts.log.records);
    sink.counter({"tickweir_log_bytes_total", "Bytes of those records"}, {}, counts.log.bytes);
    const auto lsn = [&sink](const char* what, txn::log::Lsn value) {
        sink.gauge({"tickweir_log_lsn", "How far the venue's log is, by what was done"},
                   {{"what", what}}, static_cast<std::int64_t>(number(value)));
    };
    lsn("applied", counts.applied);
    lsn("durable", counts.durable);
    lsn("replayed", counts.replayer.applied);
    lsn("snapshot", counts.replayer.snapshot);
    sink.gauge({"tickweir_log_lag_records", "Records executed that are not durable"}, {},
               static_cast<std::int64_t>(counts.log_lag));
    sink.gauge({"tickweir_log_failed", "1 once the log has failed"}, {}, counts.log_failed);
}

void collect_room(SampleSink& sink, txn::Engine& engine) {
    const txn::log::LogRing& ring = engine.log().ring();
    const txn::log::SegmentStock& stock = engine.log().stock();
    sink.gauge({"tickweir_log_ring_free_bytes", "Room for records that are not written yet"}, {},
               static_cast<std::int64_t>(ring.free_bytes()));
    sink.gauge({"tickweir_log_ring_bytes", "That room as a whole"}, {},
               static_cast<std::int64_t>(ring.capacity_bytes()));
    sink.gauge({"tickweir_log_segments_free", "Files of the log made ahead"}, {}, stock.ready());
    sink.counter({"tickweir_log_segments_trimmed_total", "Files of the log given up"}, {},
                 stock.trimmed());
    sink.counter(
        {"tickweir_log_segment_failures_total", "Files that could not be made or given up"}, {},
        stock.failures());
    for (const auto& [why, name] : log_refusals)
        sink.counter({"tickweir_log_refused_total", "Records that there was no room for"},
                     {{"reason", name}}, ring.refused(why));
    const txn::occ::SerialLane& lane = engine.ledger().lane();
    sink.counter({"tickweir_txn_retries_total", "Transactions tried again"}, {},
                 lane.retries.load(std::memory_order_relaxed));
    sink.counter({"tickweir_txn_serial_lane_total", "Transactions that went one at a time"}, {},
                 lane.entered.load(std::memory_order_relaxed));
}

void collect_class(SampleSink& sink, shield::PriorityClass urgency,
                   const VenueGauges::Class& gauges) {
    const auto load = [](const auto& word) { return word.load(std::memory_order_relaxed); };
    const Labels labels{{"class", std::string{to_string(urgency)}}};
    sink.gauge({"tickweir_queue_depth", "Requests that wait for the venue, by class"}, labels,
               static_cast<std::int64_t>(load(gauges.depth)));
    sink.gauge({"tickweir_queue_depth_most", "The most that ever waited"}, labels,
               static_cast<std::int64_t>(load(gauges.high_water)));
    sink.gauge({"tickweir_queue_delay_seconds", "Least wait of the last interval", 9}, labels,
               load(gauges.delay_ns));
    sink.counter({"tickweir_queue_served_total", "Requests executed, by class"}, labels,
                 load(gauges.served));
    for (std::size_t cause = 1; cause < gauges.shed.size(); ++cause)
        sink.counter({"tickweir_shed_total", "Requests answered instead of executed, by cause"},
                     {{"class", std::string{to_string(urgency)}},
                      {"cause", std::string{shield::shed_cause_names[cause]}}},
                     load(gauges.shed[cause]));
}

void collect_load(SampleSink& sink, const VenueGauges& gauges, LoadMode mode) {
    const auto load = [](const auto& word) { return word.load(std::memory_order_relaxed); };
    for (const shield::PriorityClass urgency : shield::priority_classes)
        collect_class(sink, urgency, gauges.classes[shield::class_index(urgency)]);
    sink.counter({"tickweir_queue_withdrawn_total",
                  "Requests that a cancel, mass cancel or kill took out of their queue"},
                 {}, load(gauges.withdrawn));
    sink.counter({"tickweir_queue_blocked_total", "Times that a ring of requests was left waiting"},
                 {}, load(gauges.blocked));
    sink.gauge(
        {"tickweir_input_delay_seconds",
         "Least wait of sessions that sent more than a turn's share, in the last interval", 9},
        {}, load(gauges.input_delay_ns));
    sink.gauge({"tickweir_log_lag_seconds",
                "Least wait of a record to be durable, as the load modes count it", 9},
               {}, load(gauges.log_lag_ns));
    for (std::size_t i = 0; i < shield::load_mode_names.size(); ++i) {
        const Labels labels{{"mode", std::string{shield::load_mode_names[i]}}};
        sink.gauge({"tickweir_load_mode", "1 for the load mode that the venue is in"}, labels,
                   static_cast<std::size_t>(mode) == i);
        sink.counter({"tickweir_load_mode_entered_total", "Times that a load mode was entered"},
                     labels, load(gauges.entered[i]));
    }
    sink.counter({"tickweir_load_mode_flaps_total", "Modes raised again soon after one was left"},
                 {}, load(gauges.flaps));
}

void collect_replayer(SampleSink& sink, const Counts& counts) {
    const txn::ReplayerStatus& replayer = counts.replayer;
    sink.counter({"tickweir_replayer_mismatches_total",
                  "Whether executing again came to something else; the replayer stops then"},
                 {}, replayer.state == txn::ReplayerState::alarmed);
    sink.counter({"tickweir_replayer_records_total", "Records executed again"}, {},
                 replayer.records);
    sink.counter({"tickweir_replayer_uncompared_total", "Of those, not compared to catch up"}, {},
                 replayer.uncompared);
    sink.gauge({"tickweir_replayer_lag_records", "Records durable and not executed again"}, {},
               static_cast<std::int64_t>(counts.replayer_lag));
    sink.counter({"tickweir_snapshots_total", "Snapshots written"}, {}, replayer.snapshots);
    sink.counter({"tickweir_snapshot_failures_total", "Snapshots that could not be written"}, {},
                 replayer.snapshot_failures);
    if (const auto age = counts.snapshot_age())
        sink.gauge({"tickweir_snapshot_age_seconds", "Since the newest snapshot of this life", 9},
                   {}, age->count());
}

}  // namespace

void VenueHost::fill(VenueStatus& status, txn::Engine& engine, book::TimeNs now) const {
    const Counts counts = engine.counts(now);
    if (counts.log_failed || role_.faulted()) {
        status.stage = VenueStage::failed;
        status.reason = counts.log_failed ? "the log failed" : "the venue stopped by itself";
    } else if (role_.stage() == VenueRole::Stage::running) {
        status.stage = VenueStage::running;
    } else if (role_.stage() == VenueRole::Stage::stopped) {
        status.stage = VenueStage::stopped;
    }
    const txn::ReplayerStatus& replayer = counts.replayer;
    status.lsn = {{"applied", number(counts.applied)},
                  {"durable", number(counts.durable)},
                  {"replayed", number(replayer.applied)},
                  {"snapshot", number(replayer.snapshot)}};
    status.log = {{"lag", counts.log_lag},
                  {"replayer_lag", counts.replayer_lag},
                  {"ring_free_bytes", engine.log().ring().free_bytes()},
                  {"ring_bytes", engine.log().ring().capacity_bytes()},
                  {"segments_free", engine.log().stock().ready()},
                  {"segments_trimmed", engine.log().stock().trimmed()}};
    status.totals = {
        {"commits", counts.commits},
        {"continuations", counts.continuations},
        {"refusals", counts.refusals},
        {"marks", counts.marks},
        {"retries", engine.ledger().lane().retries.load(std::memory_order_relaxed)},
        {"serial_lane", engine.ledger().lane().entered.load(std::memory_order_relaxed)},
        {"compared", replayer.compared},
        {"uncompared", replayer.uncompared},
        {"snapshots", replayer.snapshots},
        {"snapshot_failures", replayer.snapshot_failures}};
    for (std::size_t i = 1; i < txn::shed_reasons; ++i)
        status.shed.push_back({to_string(static_cast<txn::ShedReason>(i)), counts.shed[i]});
    status.replayer = to_string(replayer.state);
    status.alarm = engine.replayer().alarm();
    status.snapshot_age = counts.snapshot_age();
    const std::scoped_lock lock{period_mutex_};
    fill_period(status, period_);
}

VenueStatus VenueHost::status(book::TimeNs now) const {
    VenueStatus status;
    status.id = config_.venue.id;
    status.data = plan_.data;
    status.commit = config_.venue.commit == CommitChoice::durable ? "durable" : "applied (unsafe)";
    if (const auto reason = failure()) {
        status.stage = VenueStage::failed;
        status.reason = *reason;
    } else if (txn::Engine* const engine = ready()) {
        fill(status, *engine, now);
    } else {
        status.lsn = {{"applied", recovered_lsn_.load(std::memory_order_relaxed)}};
        status.totals = {{"recovered", recovered_records_.load(std::memory_order_relaxed)}};
    }
    return status;
}

void VenueHost::collect(SampleSink& sink) const {
    const book::TimeNs now = wall_clock_now();
    const VenueStage stage = status(now).stage;
    for (const VenueStage one : venue_stages)
        sink.gauge({"tickweir_venue_state", "1 for the state the venue is in"},
                   {{"state", std::string{to_string(one)}}}, one == stage);
    txn::Engine* const engine = ready();
    if (engine == nullptr) return;
    const Counts counts = engine->counts(now);
    collect_commands(sink, counts, role_.outcomes());
    collect_log(sink, counts);
    collect_room(sink, *engine);
    collect_replayer(sink, counts);
    collect_load(sink, role_.gauges(), board_.load_mode());
}

}  // namespace tickweir::gateway
