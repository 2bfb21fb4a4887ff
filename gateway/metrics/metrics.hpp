// The register of everything counted, and its Prometheus text (exposition format 0.0.4). Cells are
// made at the start of a thread and live as long as the register; a scrape sums the cells of all
// threads. Registering and rendering take a lock; counting never meets it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway/metrics/cells.hpp"
#include "gateway/metrics/latency_histogram.hpp"

namespace tickweir::gateway {

/// A metric as `/metrics` shows it: `tickweir_<what>_<unit>[_total]`. A value is counted in units
/// of 10^-decimals of the unit in its name (nanoseconds of a `_seconds`: 9).
struct Metric {
    std::string_view name;
    std::string_view help;
    unsigned decimals = 0;
};

/// One label; names are ours, values may come from configuration.
struct Label {
    std::string name;
    std::string value;
    friend auto operator<=>(const Label&, const Label&) = default;
};
using Labels = std::vector<Label>;

/// Takes the samples of collectors while a scrape is rendered.
class SampleSink {
public:
    virtual void counter(const Metric& metric, const Labels& labels, std::uint64_t value) = 0;
    virtual void gauge(const Metric& metric, const Labels& labels, std::int64_t value) = 0;

protected:
    ~SampleSink() = default;
};

/// Adds the samples of what keeps its own numbers (budgets, rings). Runs on the scraping thread.
using Collector = std::function<void(SampleSink&)>;

/// Keeps a collector registered while it lives; it must not outlive the register.
class Collecting {
public:
    Collecting() = default;
    Collecting(Collecting&& other) noexcept;
    Collecting& operator=(Collecting&& other) noexcept;
    ~Collecting();

private:
    friend class Metrics;
    Collecting(class Metrics& metrics, std::uint64_t id) : metrics_(&metrics), id_(id) {}

    class Metrics* metrics_ = nullptr;
    std::uint64_t id_ = 0;
};

/// Names and labels are ours: a malformed name, or one used for two types, is a broken invariant.
class Metrics {
public:
    struct Limits {
        std::size_t labels_per_metric = 1'024;  ///< combinations of label values
        std::size_t label_bytes_max = 128;      ///< of a value; the rest is cut off
    };

    Metrics();
    explicit Metrics(Limits limits);
    Metrics(const Metrics&) = delete;
    Metrics& operator=(const Metrics&) = delete;
    ~Metrics();

    /// A new cell for the calling thread, valid as long as the register. The cells of one name and
    /// labels are summed. Beyond the limit of combinations a cell counts under no name.
    Counter& counter(const Metric& metric, Labels labels = {});
    Gauge& gauge(const Metric& metric, Labels labels = {});
    /// The name ends in `_seconds`.
    LatencyHistogram& latency(const Metric& metric, Labels labels = {});

    [[nodiscard]] Collecting collect(Collector collector);

    /// What all threads recorded under the name and labels; nothing when there is no such metric.
    std::optional<LatencySnapshot> latency_of(std::string_view name,
                                              const Labels& labels = {}) const;

    /// Appends all metrics, families by name.
    void render(std::string& out) const;

private:
    friend class Collecting;
    struct Register;

    void forget(std::uint64_t id);

    std::unique_ptr<Register> register_;
};

/// The stages of a message's way that are timed.
enum class Stage : std::uint8_t {
    decode,
    book,
    store,
    publish,
    order_parse,  ///< from a frame to a command
    order_queue,  ///< from a frame's arrival until its command is executed
    match,        ///< the execution alone
    commit_wait,  ///< from there until it is as safe as the commit point demands
    order_total,  ///< from a frame's arrival until its reports may be sent
    query,
};
inline constexpr std::array<Stage, 10> stages{
    Stage::decode,      Stage::book,  Stage::store,       Stage::publish,     Stage::order_parse,
    Stage::order_queue, Stage::match, Stage::commit_wait, Stage::order_total, Stage::query};

/// `tickweir_stage_latency_seconds{stage="..."}`, a cell for the calling thread.
LatencyHistogram& stage_latency(Metrics& metrics, Stage stage);
/// The same of all threads together, for `/v1/status`.
LatencySnapshot stage_snapshot(const Metrics& metrics, Stage stage);

constexpr std::string_view to_string(Stage stage) {
    constexpr std::string_view names[]{"decode",      "book",        "store", "publish",
                                       "order_parse", "order_queue", "match", "commit_wait",
                                       "order_total", "query"};
    return names[static_cast<std::size_t>(stage)];
}

}  // namespace tickweir::gateway
