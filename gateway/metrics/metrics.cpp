#include "gateway/metrics/metrics.hpp"

#include <algorithm>

#include "book/ensure.hpp"
#include "gateway/metrics/prometheus_text.hpp"

namespace tickweir::gateway {
namespace {

using book::ensure;

enum class Type : std::uint8_t { counter, gauge, histogram };

constexpr std::string_view to_string(Type type) {
    constexpr std::string_view names[]{"counter", "gauge", "histogram"};
    return names[static_cast<std::size_t>(type)];
}

/// The cells of one combination of labels: those of one type are in use.
struct Series {
    std::vector<const Counter*> counters;
    std::vector<const Gauge*> gauges;
    std::vector<const LatencyHistogram*> histograms;
};

struct Family {
    Type type = Type::counter;
    std::string help;
    unsigned decimals = 0;
    std::map<std::string, Series> series;  // by the text of the labels
};

/// A family of a scrape: the sums of the registered cells and what collectors add.
struct Rendered {
    Type type = Type::counter;
    std::string help;
    unsigned decimals = 0;
    std::map<std::string, std::uint64_t> counts;
    std::map<std::string, std::int64_t> levels;
    std::map<std::string, LatencySnapshot> histograms;
};
using Families = std::map<std::string, Rendered, std::less<>>;

LatencySnapshot sum_of(const Series& series) {
    LatencySnapshot sum;
    for (const LatencyHistogram* cell : series.histograms)
        sum.merge(*cell);
    return sum;
}

Rendered rendered(const Family& family) {
    Rendered out{family.type, family.help, family.decimals, {}, {}, {}};
    for (const auto& [labels, series] : family.series) {
        switch (family.type) {
            case Type::counter:
                for (const Counter* cell : series.counters)
                    out.counts[labels] += cell->value();
                break;
            case Type::gauge:
                for (const Gauge* cell : series.gauges)
                    out.levels[labels] += cell->value();
                break;
            case Type::histogram:
                out.histograms.emplace(labels, sum_of(series));
                break;
        }
    }
    return out;
}

void append_family(std::string& out, std::string_view name, const Rendered& family) {
    append_header(out, name, family.help, to_string(family.type));
    for (const auto& [labels, count] : family.counts)
        append_sample(out, name, labels, count, family.decimals);
    for (const auto& [labels, level] : family.levels)
        append_sample(out, name, labels, level, family.decimals);
    for (const auto& [labels, histogram] : family.histograms)
        append_histogram(out, name, labels, histogram);
}

/// Values as they may stand in a text: cut at the limit, names checked.
Labels checked(Labels labels, std::size_t bytes_max) {
    for (Label& label : labels) {
        ensure(is_metric_name(label.name) && label.name != "le");
        if (label.value.size() <= bytes_max) continue;
        // Not in the middle of a UTF-8 sequence: its further bytes are 10xxxxxx.
        std::size_t length = bytes_max;
        while (length > 0 && (static_cast<unsigned char>(label.value[length]) & 0xC0) == 0x80)
            --length;
        label.value.resize(length);
    }
    std::ranges::sort(labels);
    return labels;
}

/// Puts collected samples beside the registered ones.
class Gathering final : public SampleSink {
public:
    Gathering(Families& families, const Metrics::Limits& limits, std::uint64_t& refused)
        : families_(families), limits_(limits), refused_(refused) {}

    void counter(const Metric& metric, const Labels& labels, std::uint64_t value) override {
        Rendered& family = family_of(metric, Type::counter);
        add(family.counts, labels, value);
    }
    void gauge(const Metric& metric, const Labels& labels, std::int64_t value) override {
        Rendered& family = family_of(metric, Type::gauge);
        add(family.levels, labels, value);
    }

private:
    Rendered& family_of(const Metric& metric, Type type) {
        ensure(is_metric_name(metric.name));
        const auto [place, is_new] = families_.try_emplace(std::string{metric.name});
        Rendered& family = place->second;
        if (is_new) family = {type, std::string{metric.help}, metric.decimals, {}, {}, {}};
        ensure(family.type == type && family.decimals == metric.decimals);
        return family;
    }

    template <class Value>
    void add(std::map<std::string, Value>& values, const Labels& labels, Value value) {
        const auto text = label_text(checked(labels, limits_.label_bytes_max));
        if (const auto found = values.find(text); found != values.end()) {
            found->second += value;
        } else if (values.size() < limits_.labels_per_metric) {
            values.emplace(text, value);
        } else {
            ++refused_;
        }
    }

    Families& families_;
    const Metrics::Limits& limits_;
    std::uint64_t& refused_;
};

constexpr Metric refused_metric{"tickweir_metric_labels_refused_total",
                                "Combinations of labels beyond the limit of their metric."};

}  // namespace

struct Metrics::Register {
    explicit Register(Limits with) : limits(with) {}

    /// The series to add a cell to; nothing beyond the limit of combinations.
    Series* series_of(const Metric& metric, Labels labels, Type type) {
        ensure(is_metric_name(metric.name) && metric.decimals <= 18);
        const auto [place, is_new] = families.try_emplace(std::string{metric.name});
        Family& family = place->second;
        if (is_new) family = {type, std::string{metric.help}, metric.decimals, {}};
        ensure(family.type == type && family.decimals == metric.decimals);
        const auto text = label_text(checked(std::move(labels), limits.label_bytes_max));
        if (!family.series.contains(text) && family.series.size() >= limits.labels_per_metric) {
            ++refused;
            return nullptr;
        }
        return &family.series[text];
    }

    const Limits limits;
    mutable std::mutex mutex;
    // All below: guarded by mutex. The cells themselves are atomic and stay where they are.
    std::map<std::string, Family, std::less<>> families;
    std::deque<Counter> counters;
    std::deque<Gauge> gauges;
    std::deque<LatencyHistogram> histograms;
    std::map<std::uint64_t, Collector> collectors;
    std::uint64_t next_collector = 1;
    std::uint64_t refused = 0;
};

Metrics::Metrics() : Metrics(Limits{}) {}
Metrics::Metrics(Limits limits) : register_(std::make_unique<Register>(limits)) {}
Metrics::~Metrics() = default;

Counter& Metrics::counter(const Metric& metric, Labels labels) {
    const std::lock_guard lock{register_->mutex};
    Series* const series = register_->series_of(metric, std::move(labels), Type::counter);
    Counter& cell = register_->counters.emplace_back();
    if (series != nullptr) series->counters.push_back(&cell);
    return cell;
}

Gauge& Metrics::gauge(const Metric& metric, Labels labels) {
    const std::lock_guard lock{register_->mutex};
    Series* const series = register_->series_of(metric, std::move(labels), Type::gauge);
    Gauge& cell = register_->gauges.emplace_back();
    if (series != nullptr) series->gauges.push_back(&cell);
    return cell;
}

LatencyHistogram& Metrics::latency(const Metric& metric, Labels labels) {
    ensure(metric.name.ends_with("_seconds"));
    const std::lock_guard lock{register_->mutex};
    Series* const series = register_->series_of(metric, std::move(labels), Type::histogram);
    LatencyHistogram& cell = register_->histograms.emplace_back();
    if (series != nullptr) series->histograms.push_back(&cell);
    return cell;
}

Collecting Metrics::collect(Collector collector) {
    const std::lock_guard lock{register_->mutex};
    const std::uint64_t id = register_->next_collector++;
    register_->collectors.emplace(id, std::move(collector));
    return Collecting{*this, id};
}

void Metrics::forget(std::uint64_t id) {
    const std::lock_guard lock{register_->mutex};
    register_->collectors.erase(id);
}

std::optional<LatencySnapshot> Metrics::latency_of(std::string_view name,
                                                   const Labels& labels) const {
    const auto text = label_text(checked(labels, register_->limits.label_bytes_max));
    const std::lock_guard lock{register_->mutex};
    const auto family = register_->families.find(name);
    if (family == register_->families.end() || family->second.type != Type::histogram) return {};
    const auto series = family->second.series.find(text);
    if (series == family->second.series.end()) return {};
    return sum_of(series->second);
}

void Metrics::render(std::string& out) const {
    Families families;
    // Held while collectors run, so that one that is being forgotten is never called afterwards.
    const std::lock_guard lock{register_->mutex};
    for (const auto& [name, family] : register_->families)
        families.emplace(name, rendered(family));
    std::uint64_t refused = register_->refused;
    Gathering gathering{families, register_->limits, refused};
    for (const auto& [id, collector] : register_->collectors)
        collector(gathering);
    gathering.counter(refused_metric, {}, refused);
    for (const auto& [name, family] : families)
        append_family(out, name, family);
}

Collecting::Collecting(Collecting&& other) noexcept
    : metrics_(std::exchange(other.metrics_, nullptr)), id_(other.id_) {}

Collecting& Collecting::operator=(Collecting&& other) noexcept {
    std::swap(metrics_, other.metrics_);
    std::swap(id_, other.id_);
    return *this;
}

Collecting::~Collecting() {
    if (metrics_ != nullptr) metrics_->forget(id_);
}

// --------------------------------------------------------------------------- stages

namespace {

constexpr Metric stage_metric{"tickweir_stage_latency_seconds",
                              "Time that a message spends in a stage of its way."};

Labels labels_of(Stage stage) {
    return {{"stage", std::string{to_string(stage)}}};
}

}  // namespace

LatencyHistogram& stage_latency(Metrics& metrics, Stage stage) {
    return metrics.latency(stage_metric, labels_of(stage));
}

LatencySnapshot stage_snapshot(const Metrics& metrics, Stage stage) {
    return metrics.latency_of(stage_metric.name, labels_of(stage)).value_or(LatencySnapshot{});
}

}  // namespace tickweir::gateway
