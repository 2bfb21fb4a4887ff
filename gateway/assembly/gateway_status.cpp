#include "gateway/assembly/gateway_status.hpp"

#include <algorithm>
#include <array>

#include "gateway/assembly/feed_counts.hpp"
#include "gateway/config/key_values.hpp"

namespace tickweir::gateway {
namespace {

constexpr std::array<std::string_view, feed_states> state_names{"connecting", "live",  "gap",
                                                                "recovering", "stale", "ended"};

std::chrono::nanoseconds quantile(const LatencySnapshot& latency, double share) {
    return std::chrono::nanoseconds{static_cast<std::int64_t>(latency.quantile_ns(share))};
}

}  // namespace

GatewayStatusSource::GatewayStatusSource(const Memory& memory, Metrics& metrics,
                                         const store::MarketStore& store, book::TimeNs started)
    : memory_{memory}, metrics_{metrics}, store_{store}, started_{started} {
    collecting_ = metrics.collect([this](SampleSink& sink) { collect(sink); });
}

void GatewayStatusSource::set_venue(const VenueHost& venue) {
    venue_ = &venue;
    collecting_venue_ = metrics_.collect([&venue](SampleSink& sink) { venue.collect(sink); });
}

FeedStatus GatewayStatusSource::feed_status(const ReportedFeed& feed, book::TimeNs now) const {
    const FeedReport report = feed.report->load();
    FeedStatus status;
    status.name = feed.name;
    status.kind = name_of(feed.kind);
    status.venue = feed.venue;
    status.state = static_cast<FeedState>(report.state);
    status.reason = static_cast<FeedReason>(report.reason);
    status.messages = report.messages;
    status.gaps = report.gaps;
    status.lost = report.lost;
    if (report.last_data_ns != 0)
        status.age =
            std::max(std::chrono::nanoseconds{0},
                     now.time_since_epoch() - std::chrono::nanoseconds{report.last_data_ns});
    status.session = report.session();
    status.next_sequence = report.next_sequence;
    for (const auto& count : counts_of(feed.kind))
        status.counts.push_back({count.name, count.value(report)});
    for (std::size_t line = 0; line < feed.lines.size(); ++line) {
        FeedLineStatus& shown = status.lines.emplace_back();
        shown.address = feed.lines[line];
        for (const auto& count : line_counts())
            shown.counts.push_back({count.name, count.value(report.mold.lines[line])});
    }
    const store::Instruments& instruments = store_.instruments();
    for (std::uint32_t i = 0; i < instruments.count(); ++i)
        status.instruments += instruments[book::InstrumentId{i}].venue == feed.venue;
    return status;
}

GatewayStatus GatewayStatusSource::status(book::TimeNs now) {
    GatewayStatus status;
    status.name = name_;
    status.version = TICKWEIR_VERSION;
    status.uptime = now - started_;
    if (venue_ != nullptr) {
        status.venue = venue_->status(now);
        const bool failed = status.venue->stage == VenueStage::failed;
        status.mode = to_string(failed ? shield::LoadMode::stopped : venue_->board().load_mode());
    }
    if (fix_ != nullptr) status.fix = fix_->status();
    for (const ReportedFeed& feed : feeds_)
        status.feeds.push_back(feed_status(feed, now));
    for (const book::MemoryBudget* budget : memory_.all())
        status.budgets.push_back({budget->name(), budget->used(), budget->high_water(),
                                  budget->limit(), budget->refusals()});
    if (connections_ != nullptr)
        status.connections = static_cast<std::size_t>(connections_->value());
    if (subscriptions_ != nullptr)
        status.subscriptions = static_cast<std::size_t>(subscriptions_->value());
    status.http_address = http_address_;
    status.http_port = http_port_;
    for (const ReportedThread& thread : threads_)
        status.threads.push_back(thread.status);
    status.idle_instrument_bytes = store::MarketStore::idle_instrument_bytes();
    for (const Stage stage : stages) {
        const LatencySnapshot latency = stage_snapshot(metrics_, stage);
        status.latencies.push_back(
            {std::string{to_string(stage)}, latency.count(), quantile(latency, 0.5),
             quantile(latency, 0.99), quantile(latency, 0.999),
             std::chrono::nanoseconds{static_cast<std::int64_t>(latency.most_ns())}});
    }
    return status;
}

std::string GatewayStatusSource::metrics_text(book::TimeNs) {
    std::string text;
    metrics_.render(text);
    return text;
}

void GatewayStatusSource::collect_feed(const ReportedFeed& feed, SampleSink& sink) {
    const FeedReport report = feed.report->load();
    const auto give = [&](const auto& count, const auto& from, const Labels& labels) {
        if (count.is_gauge)
            sink.gauge(count.metric, labels, static_cast<std::int64_t>(count.value(from)));
        else
            sink.counter(count.metric, labels, count.value(from));
    };
    const Labels labels{{"feed", feed.name}};
    for (const auto& count : common_counts())
        give(count, report, labels);
    for (const auto& count : counts_of(feed.kind))
        give(count, report, labels);
    for (std::size_t line = 0; line < feed.lines.size(); ++line)
        for (const auto& count : line_counts())
            give(count, report.mold.lines[line],
                 {{"feed", feed.name}, {"line", std::string{line_name(line)}}});
    for (std::size_t state = 0; state < state_names.size(); ++state)
        sink.gauge({"tickweir_feed_state", "1 for the state a feed is in"},
                   {{"feed", feed.name}, {"state", std::string{state_names[state]}}},
                   report.state == state);
    for (std::size_t shard = 0; shard < feed.rings.size(); ++shard)
        sink.gauge({"tickweir_feed_ring_used_bytes", "Records that a market shard has not taken"},
                   {{"feed", feed.name}, {"shard", std::to_string(shard)}},
                   static_cast<std::int64_t>(feed.rings[shard]->bytes_approx()));
}

void GatewayStatusSource::collect(SampleSink& sink) const {
    for (const book::MemoryBudget* budget : memory_.all()) {
        const Labels labels{{"budget", budget->name()}};
        const auto bytes = [](std::size_t n) { return static_cast<std::int64_t>(n); };
        sink.gauge({"tickweir_memory_used_bytes", "Bytes charged to a budget"}, labels,
                   bytes(budget->used()));
        sink.gauge({"tickweir_memory_high_water_bytes", "Most bytes ever charged to a budget"},
                   labels, bytes(budget->high_water()));
        sink.gauge({"tickweir_memory_limit_bytes", "Bytes a budget allows"}, labels,
                   bytes(budget->limit()));
        sink.counter({"tickweir_memory_refused_total", "Charges a budget refused"}, labels,
                     budget->refusals());
    }
    for (const ReportedFeed& feed : feeds_)
        collect_feed(feed, sink);
    for (const ReportedThread& thread : threads_)
        sink.counter({"tickweir_thread_asleep_seconds_total", "Time a thread slept", 9},
                     {{"thread", thread.status.name}}, thread.host->asleep_ns());
    sink.gauge({"tickweir_instruments", "Instruments known"}, {},
               static_cast<std::int64_t>(store_.instruments().count()));
    sink.counter({"tickweir_instruments_refused_total", "Instruments beyond the limit"}, {},
                 store_.instruments().refused());
    sink.counter({"tickweir_store_rings_refused_total",
                  "Instruments without recent trades and quotes for lack of memory"},
                 {}, store_.rings_refused());
}

}  // namespace tickweir::gateway
