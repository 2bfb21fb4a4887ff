// The register of metrics and its text, read by a parser of its own and by promtool.
#include "gateway/metrics/metrics.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "gateway/metrics/prometheus_text.hpp"

namespace tickweir::gateway {
namespace {

namespace fs = std::filesystem;

std::string text_of(const Metrics& metrics) {
    std::string text;
    metrics.render(text);
    return text;
}

/// The format's grammar, read strictly: HELP and TYPE before samples, families in one block,
/// samples of names that belong to their family, values that are numbers.
class PrometheusParser {
public:
    explicit PrometheusParser(const std::string& text) {
        EXPECT_TRUE(text.empty() || text.ends_with('\n'));
        std::size_t at = 0;
        while (at < text.size()) {
            const std::size_t end = text.find('\n', at);
            take(text.substr(at, end - at));
            at = end + 1;
        }
    }

    std::map<std::string, std::string> types;
    std::map<std::string, std::string> samples;  // "name{labels}" to the value as it stands

private:
    void take(const std::string& line) {
        if (line.starts_with("# HELP ")) {
            family_ = line.substr(7, line.find(' ', 7) - 7);
            EXPECT_FALSE(types.contains(family_)) << line;
        } else if (line.starts_with("# TYPE ")) {
            EXPECT_EQ(line.substr(7, line.find(' ', 7) - 7), family_);
            types[family_] = line.substr(line.rfind(' ') + 1);
        } else {
            take_sample(line);
        }
    }

    void take_sample(const std::string& line) {
        const std::size_t end = end_of_name(line);
        ASSERT_LT(end, line.size()) << line;
        ASSERT_EQ(line[end], ' ') << line;
        const std::string name = line.substr(0, std::min(line.find('{'), end));
        const bool is_part =
            types[family_] == "histogram" &&
            (name == family_ + "_bucket" || name == family_ + "_sum" || name == family_ + "_count");
        EXPECT_TRUE(name == family_ || is_part) << line;
        const std::string value = line.substr(end + 1);
        std::size_t used = 0;
        EXPECT_NO_THROW(static_cast<void>(std::stod(value, &used))) << line;
        EXPECT_EQ(used, value.size()) << line;
        EXPECT_TRUE(samples.emplace(line.substr(0, end), value).second) << line;
    }

    /// Behind the closing brace, where there is one outside quotes, else the first blank.
    static std::size_t end_of_name(const std::string& line) {
        const std::size_t open = line.find_first_of("{ ");
        if (open == line.npos || line[open] == ' ') return open;
        bool quoted = false;
        for (std::size_t i = open; i < line.size(); ++i) {
            if (quoted && line[i] == '\\') {
                ++i;
            } else if (line[i] == '"') {
                quoted = !quoted;
            } else if (line[i] == '}' && !quoted) {
                return i + 1;
            }
        }
        return line.npos;
    }

    std::string family_;
};

constexpr Metric packets{"tickweir_packets_total", "Packets that came in."};
constexpr Metric clients{"tickweir_clients", "Clients that are connected."};
constexpr Metric delay{"tickweir_delay_seconds", "Time between\ntwo \\ things."};
constexpr Metric busy{"tickweir_busy_seconds_total", "Time spent working.", 9};

TEST(Metrics, WritesFamiliesInOrder) {
    Metrics metrics;
    metrics.counter(packets, {{"feed", "a"}}).add(3);
    metrics.counter(packets, {{"feed", "b"}}).add();
    metrics.gauge(clients).set(-2);
    metrics.counter(busy).add(1'500'000'000);
    EXPECT_EQ(text_of(metrics),
              "# HELP tickweir_busy_seconds_total Time spent working.\n"
              "# TYPE tickweir_busy_seconds_total counter\n"
              "tickweir_busy_seconds_total 1.5\n"
              "# HELP tickweir_clients Clients that are connected.\n"
              "# TYPE tickweir_clients gauge\n"
              "tickweir_clients -2\n"
              "# HELP tickweir_metric_labels_refused_total Combinations of labels beyond the limit "
              "of their metric.\n"
              "# TYPE tickweir_metric_labels_refused_total counter\n"
              "tickweir_metric_labels_refused_total 0\n"
              "# HELP tickweir_packets_total Packets that came in.\n"
              "# TYPE tickweir_packets_total counter\n"
              "tickweir_packets_total{feed=\"a\"} 3\n"
              "tickweir_packets_total{feed=\"b\"} 1\n");
}

TEST(Metrics, SumsTheCellsOfThreads) {
    Metrics metrics;
    const auto work = [&metrics] {
        Counter& counter = metrics.counter(packets);
        Gauge& gauge = metrics.gauge(clients);
        LatencyHistogram& latency = stage_latency(metrics, Stage::book);
        for (int i = 0; i < 1'000; ++i) {
            counter.add();
            gauge.add(i % 2 == 0 ? 1 : -1);
            latency.record(i);
        }
        gauge.add(1);
    };
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i)
        threads.emplace_back(work);
    for (int i = 0; i < 20; ++i)
        PrometheusParser{text_of(metrics)};
    for (std::thread& thread : threads)
        thread.join();
    const PrometheusParser parsed{text_of(metrics)};
    EXPECT_EQ(parsed.samples.at("tickweir_packets_total"), "4000");
    EXPECT_EQ(parsed.samples.at("tickweir_clients"), "4");
    EXPECT_EQ(parsed.samples.at("tickweir_stage_latency_seconds_count{stage=\"book\"}"), "4000");
    EXPECT_EQ(stage_snapshot(metrics, Stage::book).count(), 4'000u);
    EXPECT_EQ(stage_snapshot(metrics, Stage::publish).count(), 0u);
}

TEST(Metrics, WritesHistogramsInSecondsFromAMicrosecondToASecond) {
    Metrics metrics;
    LatencyHistogram& histogram = metrics.latency(delay, {{"way", "in"}});
    for (const std::int64_t ns : {500, 1'500, 1'000'000, 2'000'000'000})
        histogram.record(ns);
    const PrometheusParser parsed{text_of(metrics)};
    const auto bucket = [&](const std::string& bound) {
        return parsed.samples.at("tickweir_delay_seconds_bucket{way=\"in\",le=\"" + bound + "\"}");
    };
    EXPECT_EQ(parsed.types.at("tickweir_delay_seconds"), "histogram");
    EXPECT_EQ(bucket("0.000001"), "1");
    EXPECT_EQ(bucket("0.000002"), "2");
    EXPECT_EQ(bucket("0.0005"), "2");
    EXPECT_EQ(bucket("0.002"), "3");
    EXPECT_EQ(bucket("1"), "3");
    EXPECT_EQ(bucket("+Inf"), "4");
    EXPECT_EQ(parsed.samples.at("tickweir_delay_seconds_count{way=\"in\"}"), "4");
    EXPECT_EQ(parsed.samples.at("tickweir_delay_seconds_sum{way=\"in\"}"), "2.001002");
    EXPECT_NE(
        text_of(metrics).find("# HELP tickweir_delay_seconds Time between\\ntwo \\\\ things.\n"),
        std::string::npos);
}

TEST(Metrics, EscapesAndBoundsLabelValues) {
    Metrics metrics{{.labels_per_metric = 2, .label_bytes_max = 8}};
    metrics.counter(packets, {{"b", "x"}, {"a", "\"\\\n}"}}).add(1);
    metrics.counter(packets, {{"a", "1234567\xC3\xA9"}}).add(2);  // cut in the middle of a letter
    metrics.counter(packets, {{"a", "third"}}).add(3);
    metrics.gauge(clients, {{"a", "x"}});
    metrics.gauge(clients, {{"a", "y"}});
    metrics.gauge(clients, {{"a", "z"}}).set(1);
    metrics.latency(delay, {{"a", "x"}});
    metrics.latency(delay, {{"a", "y"}});
    metrics.latency(delay, {{"a", "z"}}).record(1);
    const PrometheusParser parsed{text_of(metrics)};
    EXPECT_EQ(parsed.samples.at("tickweir_packets_total{a=\"\\\"\\\\\\n}\",b=\"x\"}"), "1");
    EXPECT_EQ(parsed.samples.at("tickweir_packets_total{a=\"1234567\"}"), "2");
    EXPECT_EQ(parsed.samples.at("tickweir_metric_labels_refused_total"), "3");
    EXPECT_FALSE(parsed.samples.contains("tickweir_packets_total{a=\"third\"}"));
    EXPECT_FALSE(metrics.latency_of(delay.name, {{"a", "z"}}).has_value());
    EXPECT_FALSE(metrics.latency_of(packets.name, {{"a", "1234567"}}).has_value());
    EXPECT_FALSE(metrics.latency_of("unknown").has_value());
    EXPECT_TRUE(metrics.latency_of(delay.name, {{"a", "x"}}).has_value());
}

TEST(Metrics, AsksCollectorsWhileTheyLive) {
    Metrics metrics{{.labels_per_metric = 2}};
    metrics.counter(packets, {{"feed", "a"}}).add(1);
    Collecting moved;
    {
        Collecting collecting = metrics.collect([](SampleSink& sink) {
            sink.counter(packets, {{"feed", "a"}}, 10);
            sink.counter(packets, {{"feed", "b"}}, 20);
            sink.counter(packets, {{"feed", "c"}}, 30);
            sink.gauge({"tickweir_budget_bytes", "Bytes.", 0}, {{"budget", "books"}}, 7);
        });
        moved = std::move(collecting);
    }
    const PrometheusParser with{text_of(metrics)};
    EXPECT_EQ(with.samples.at("tickweir_packets_total{feed=\"a\"}"), "11");
    EXPECT_EQ(with.samples.at("tickweir_packets_total{feed=\"b\"}"), "20");
    EXPECT_EQ(with.samples.at("tickweir_budget_bytes{budget=\"books\"}"), "7");
    EXPECT_EQ(with.samples.at("tickweir_metric_labels_refused_total"), "1");
    EXPECT_EQ(with.types.at("tickweir_budget_bytes"), "gauge");

    const Collecting last = std::move(moved);
    moved = Collecting{};
    EXPECT_TRUE(PrometheusParser{text_of(metrics)}.samples.contains(
        "tickweir_budget_bytes{budget=\"books\"}"));
    {
        Collecting gone = metrics.collect([](SampleSink& sink) { sink.gauge(clients, {}, 1); });
        EXPECT_TRUE(PrometheusParser{text_of(metrics)}.samples.contains("tickweir_clients"));
    }
    EXPECT_FALSE(PrometheusParser{text_of(metrics)}.samples.contains("tickweir_clients"));
}

TEST(MetricsDeathTest, AbortsOnNamesThatAreNone) {
    EXPECT_FALSE(is_metric_name(""));
    EXPECT_FALSE(is_metric_name("1a"));
    EXPECT_FALSE(is_metric_name("a b"));
    EXPECT_TRUE(is_metric_name("_a1"));
    Metrics metrics;
    metrics.counter(packets);
    EXPECT_DEATH(metrics.gauge(packets), "invariant");
    EXPECT_DEATH(metrics.counter({"a-b", ""}), "invariant");
    EXPECT_DEATH(metrics.counter(packets, {{"le", "1"}}), "invariant");
    EXPECT_DEATH(metrics.latency(clients), "invariant");
}

TEST(PrometheusText, WritesNumbersExactly) {
    const auto sample = [](auto value, unsigned decimals) {
        std::string out;
        append_sample(out, "x", "", value, decimals);
        return out;
    };
    EXPECT_EQ(sample(std::uint64_t{0}, 9), "x 0\n");
    EXPECT_EQ(sample(std::uint64_t{1}, 9), "x 0.000000001\n");
    EXPECT_EQ(sample(std::uint64_t{1'000'000'000}, 9), "x 1\n");
    EXPECT_EQ(sample(~std::uint64_t{0}, 0), "x 18446744073709551615\n");
    EXPECT_EQ(sample(~std::uint64_t{0}, 18), "x 18.446744073709551615\n");
    EXPECT_EQ(sample(std::int64_t{-25}, 1), "x -2.5\n");
}

TEST(PrometheusText, PassesPromtool) {
    if (std::system("command -v promtool >/dev/null 2>&1") != 0)
        GTEST_SKIP() << "promtool is missing: apt-get install prometheus";
    Metrics metrics;
    metrics.counter(packets, {{"feed", "a \"quoted\" \\ name\n"}}).add(3);
    metrics.counter(busy).add(1'500'000'001);
    metrics.gauge(clients).set(-2);
    stage_latency(metrics, Stage::decode).record(1'234);
    stage_latency(metrics, Stage::publish).record(123'456'789);

    std::string folder = (fs::temp_directory_path() / "tickweir-metrics-XXXXXX").string();
    ASSERT_NE(::mkdtemp(folder.data()), nullptr);
    std::ofstream{fs::path{folder} / "text"} << text_of(metrics);
    const std::string command =
        "promtool check metrics <" + folder + "/text >" + folder + "/said 2>&1";
    const int status = std::system(command.c_str());
    std::ifstream file{fs::path{folder} / "said"};
    const std::string said{std::istreambuf_iterator<char>{file}, {}};
    fs::remove_all(folder);
    EXPECT_EQ(status, 0) << said;
    EXPECT_EQ(said, "");
}

}  // namespace
}  // namespace tickweir::gateway
