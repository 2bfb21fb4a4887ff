// A live MoldUDP64 feed over loopback UDP into all books of a simulated day: what goes through
// without loss, how soon a packet is a published quote, how soon a lost one is there all the same,
// and what recording costs. Feed and market shard share one thread, the sender has the other core.
#include <pthread.h>
#include <sched.h>
#include <time.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "bench/mold_sender.hpp"
#include "gateway/live/mold_feed.hpp"
#include "gateway/market/market_shard.hpp"
#include "gateway/record/recorder.hpp"
#include "gateway/runtime/host.hpp"
#include "store/market_store.hpp"

namespace tickweir::bench {
namespace {

using namespace gateway;

constexpr std::uint32_t instruments = 8'900;
constexpr std::uint64_t day_messages = 8'000'000;
constexpr std::chrono::seconds patience{20};
constexpr const char* zone = "America/New_York";

std::int64_t midnight_ns() {
    const auto clock = SessionClock::make(zone, std::nullopt, "");
    return clock->to_utc(clock->date_of(wall_clock_now()), 0).time_since_epoch().count();
}

void pin_to(std::size_t cpu) {
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(cpu, &set);
    ::pthread_setaffinity_np(::pthread_self(), sizeof set, &set);
}

LatencySnapshot snapshot_of(const LatencyHistogram& histogram) {
    LatencySnapshot all;
    all.merge(histogram);
    return all;
}

/// Times quotes: from the time in their message, when it was to be sent, and from when the kernel
/// had its packet.
class QuoteTimer final : public store::StoreListener {
public:
    void on_quote(book::InstrumentId, const store::Quote& quote) override {
        if (!on_.load(std::memory_order_relaxed)) return;
        const std::int64_t now = wall_ns();
        intended_.record(now - quote.times.exchange_ns);
        received_.record(now - quote.times.receive_ns);
    }
    void start() { on_.store(true, std::memory_order_relaxed); }
    LatencySnapshot from_intended() const { return snapshot_of(intended_); }
    LatencySnapshot from_received() const { return snapshot_of(received_); }

private:
    std::atomic<bool> on_{false};  // any order will do: some quotes more or less
    LatencyHistogram intended_;
    LatencyHistogram received_;
};

/// What the machine did to a thread: pages that came into being, and times that its core went to
/// others against its will.
struct Disturbance {
    std::uint64_t faults = 0;
    std::uint64_t taken = 0;
};

Disturbance disturbance_of(pid_t thread) {
    const std::string task = "/proc/self/task/" + std::to_string(thread) + "/";
    Disturbance result;
    std::ifstream stat{task + "stat"};
    std::string field;
    constexpr int minor_faults = 10;  // proc(5); our threads' names have no blanks
    for (int i = 0; i < minor_faults && stat >> field; ++i) {
    }
    result.faults = std::strtoull(field.c_str(), nullptr, 10);
    std::ifstream status{task + "status"};
    for (std::string line; std::getline(status, line);)
        if (constexpr std::string_view key = "nonvoluntary_ctxt_switches:"; line.starts_with(key))
            result.taken = std::strtoull(line.c_str() + key.size(), nullptr, 10);
    return result;
}

/// Processor time of threads by name, in nanoseconds.
std::int64_t cpu_ns(pthread_t thread) {
    clockid_t clock{};
    timespec now{};
    if (::pthread_getcpuclockid(thread, &clock) != 0 || ::clock_gettime(clock, &now) != 0) return 0;
    return now.tv_sec * 1'000'000'000 + now.tv_nsec;
}

/// Notes on which thread it is hosted.
class WhoAmI final : public Role {
public:
    std::string_view name() const override { return "who"; }
    bool turn(book::TimeNs) override {
        if (!known_.load(std::memory_order_relaxed)) {
            thread_ = ::pthread_self();
            id_ = ::gettid();
            known_.store(true, std::memory_order_release);
        }
        return false;
    }
    bool has_work() const override { return !known_.load(std::memory_order_relaxed); }
    void stop(book::TimeNs) override {}
    bool stopped() const override { return true; }
    pthread_t thread() const {
        wait();
        return thread_;
    }
    pid_t id() const {
        wait();
        return id_;
    }

private:
    void wait() const {
        while (!known_.load(std::memory_order_acquire))
            std::this_thread::yield();
    }

    std::atomic<bool> known_{false};
    pthread_t thread_{};
    pid_t id_ = 0;
};

struct Setup {
    bool ask = false;                 // for what is lost
    std::uint32_t spin_us = 50;       // before the feed's thread sleeps
    std::filesystem::path directory;  // of recordings; empty: none
};

/// Feed, shard and store, as the gateway puts them together, without clients.
class Pipeline {
public:
    explicit Pipeline(const Setup& setup)
        : store_{{.instruments = 10'000, .active_instruments = 10'000}, nullptr, nullptr},
          records_{4U << 20},
          tap_ring_{16U << 20},
          host_{{.name = "feed", .cpu = 0, .spin_us = setup.spin_us}},
          record_host_{{.name = "record", .cpu = std::nullopt, .spin_us = 0}} {
        store_.listen(timer);
        MoldFeedOptions options;
        options.name = "bench";
        options.lines = {{{ipv4_loopback, 0}, {}}};
        if (setup.ask) options.servers = {sender.requests()};
        if (!setup.directory.empty()) {
            RecordConfig config;
            config.directory = setup.directory.string();
            config.compression = RecordCompression::none;
            recorder_ = std::make_unique<Recorder>(
                config, std::vector<RecordedFeed>{{.name = "bench", .ring = &tap_ring_}}, metrics_,
                wall_clock_now());
            tap_ = std::make_unique<RecordTap>(0, tap_ring_, &record_host_.reactor().waker());
        }
        feed_ = std::make_unique<MoldFeed>(options, inputs(), host_.reactor(), metrics_,
                                           wall_clock_now(), tap_.get());
        sender.connect(feed_->line_address(0));
        market_ = std::make_unique<MarketShard>(
            "market",
            std::vector<MarketFeed>{
                {ItchMarketOptions{.venue = "bench", .shard = {}, .books = {}}, &records_}},
            std::vector<ServingLink>{}, store_, nullptr, metrics_, clock_);
        host_.add(who_);
        host_.add(*feed_);
        host_.add(*market_);
        host_.start();
        if (recorder_) {
            record_host_.add(*recorder_);
            record_host_.start();
        }
    }
    ~Pipeline() {
        host_.request_stop(std::chrono::seconds{2});
        host_.join();
        if (!recorder_) return;
        record_host_.request_stop(std::chrono::seconds{10});
        record_host_.join();
    }

    /// Waits until so many messages went through or are given up; whether all did.
    bool until(std::uint64_t messages, PackedDay& day, std::size_t sent) {
        const auto deadline = std::chrono::steady_clock::now() + patience;
        while (std::chrono::steady_clock::now() < deadline) {
            const FeedReport report = feed_->status().load();
            if (report.messages + report.lost >= messages) return report.lost == 0;
            sender.answer(day, sent);
            std::this_thread::sleep_for(std::chrono::microseconds{200});
        }
        return false;
    }

    FeedReport report() const { return feed_->status().load(); }
    std::int64_t feed_cpu_ns() const { return cpu_ns(who_.thread()); }
    Disturbance disturbance() const { return disturbance_of(who_.id()); }
    LatencySnapshot recoveries() const {
        return metrics_.latency_of("tickweir_feed_recovery_seconds", {{"feed", "bench"}})
            .value_or(LatencySnapshot{});
    }
    std::uint64_t records_lost() const { return tap_ ? tap_->lost() : 0; }

    QuoteTimer timer;
    MoldSender sender;

private:
    std::vector<MarketInput> inputs() { return {{&records_, nullptr}}; }

    store::MarketStore store_;
    book::ByteRing records_;
    book::ByteRing tap_ring_;
    Metrics metrics_;
    TscClock clock_;
    Host host_;
    Host record_host_;
    std::unique_ptr<Recorder> recorder_;
    std::unique_ptr<RecordTap> tap_;
    std::unique_ptr<MoldFeed> feed_;
    std::unique_ptr<MarketShard> market_;
    WhoAmI who_;
};

void show_losses(const FeedReport& report, std::uint64_t sent) {
    std::printf(
        "  sent %llu, through %llu, lost %llu, gaps %llu, kernel drops %llu, ring waits %llu\n",
        static_cast<unsigned long long>(sent), static_cast<unsigned long long>(report.messages),
        static_cast<unsigned long long>(report.lost), static_cast<unsigned long long>(report.gaps),
        static_cast<unsigned long long>(report.mold.lines[0].kernel_drops),
        static_cast<unsigned long long>(report.waits));
}

void throughput(std::uint64_t rate, unsigned per_packet) {
    PackedDay day{day_messages, instruments, per_packet};
    Pipeline pipeline{{}};
    const SendReport sent =
        pipeline.sender.send(day, {.first = 0, .last = day.packets(), .messages_per_second = rate});
    const bool all = pipeline.until(day.messages(), day, day.packets());
    std::printf("throughput at %.2f M messages/s, %u a packet: %s; sent at %.2f M/s, %llu late\n",
                static_cast<double>(rate) * 1e-6, per_packet, all ? "no loss" : "LOSS",
                static_cast<double>(day.messages()) / sent.seconds * 1e-6,
                static_cast<unsigned long long>(sent.late));
    show_losses(pipeline.report(), day.messages());
}

void burst() {
    constexpr unsigned per_packet = 40;
    PackedDay day{2'100'000, instruments, per_packet};
    Pipeline pipeline{{}};
    const std::size_t warm = 2'000'000 / per_packet;
    pipeline.sender.send(day, {.first = 0, .last = warm, .messages_per_second = 500'000});
    pipeline.until(std::uint64_t{warm} * per_packet, day, warm);
    const SendReport sent = pipeline.sender.send(
        day, {.first = warm, .last = day.packets(), .messages_per_second = 10'000'000});
    const bool all = pipeline.until(day.messages(), day, day.packets());
    std::printf("burst of 100,000 messages in %.1f ms: %s\n", sent.seconds * 1e3,
                all ? "no loss" : "LOSS");
    show_losses(pipeline.report(), day.messages());
}

void show_times(const char* what, const LatencySnapshot& times) {
    const auto us = [&](double share) {
        return static_cast<double>(times.quantile_ns(share)) * 1e-3;
    };
    std::printf("  %-26s p50 %.1f us, p90 %.1f, p98 %.1f, p99 %.1f, p99.9 %.1f (%llu)\n", what,
                us(0.5), us(0.9), us(0.98), us(0.99), us(0.999),
                static_cast<unsigned long long>(times.count()));
}

/// What a loop that does nothing on the feed's core has of things due at such a rate: the
/// machine's doing.
void control(std::uint64_t due_per_second) {
    constexpr std::int64_t second = 1'000'000'000;
    LatencyHistogram late;
    std::thread loop{[&] {
        pin_to(0);
        const std::int64_t step = second / static_cast<std::int64_t>(due_per_second);
        std::int64_t due = wall_ns();
        for (const std::int64_t end = due + 3 * second; due < end; due += step) {
            std::int64_t now = wall_ns();
            while (now < due)
                now = wall_ns();
            late.record(now - due);
        }
    }};
    loop.join();
    show_times("control: nothing to do", snapshot_of(late));
}

void latency(std::uint64_t rate, unsigned per_packet) {
    PackedDay day{3'000'000, instruments, per_packet};
    Pipeline pipeline{{}};
    const std::size_t warm = 2'000'000 / per_packet;
    pipeline.sender.send(day, {.first = 0, .last = warm, .messages_per_second = 500'000});
    pipeline.until(std::uint64_t{warm} * per_packet, day, warm);
    const Disturbance before = pipeline.disturbance();
    pipeline.timer.start();
    const SendReport sent = pipeline.sender.send(day, {.first = warm,
                                                       .last = day.packets(),
                                                       .messages_per_second = rate,
                                                       .stamp_midnight_ns = midnight_ns()});
    pipeline.until(day.messages(), day, day.packets());
    const Disturbance after = pipeline.disturbance();
    std::printf("packet to quote at %llu messages/s, %u a packet; %llu packets sent late\n",
                static_cast<unsigned long long>(rate), per_packet,
                static_cast<unsigned long long>(sent.late));
    show_times("from the intended send", pipeline.timer.from_intended());
    show_times("from the kernel's receipt", pipeline.timer.from_received());
    std::printf("  the feed's thread: %llu page faults, its core went to others %llu times\n",
                static_cast<unsigned long long>(after.faults - before.faults),
                static_cast<unsigned long long>(after.taken - before.taken));
    show_losses(pipeline.report(), day.messages());
    control(rate / per_packet);
}

void recovery(std::uint64_t rate) {
    PackedDay day{2'000'000, instruments, 40};
    Pipeline pipeline{{.ask = true, .spin_us = 50, .directory = {}}};
    const SendReport sent = pipeline.sender.send(
        day, {.first = 0, .last = day.packets(), .messages_per_second = rate, .drop_one_in = 100});
    const bool all = pipeline.until(day.messages(), day, day.packets());
    const LatencySnapshot times = pipeline.recoveries();
    std::printf(
        "recovery of 1 %% lost packets at %llu messages/s: %s; from the hole seen to filled p50 "
        "%.2f ms, p99 %.2f ms, most %.2f ms; %llu holes, %llu packets dropped\n",
        static_cast<unsigned long long>(rate), all ? "all recovered" : "LOSS",
        static_cast<double>(times.quantile_ns(0.5)) * 1e-6,
        static_cast<double>(times.quantile_ns(0.99)) * 1e-6,
        static_cast<double>(times.most_ns()) * 1e-6, static_cast<unsigned long long>(times.count()),
        static_cast<unsigned long long>(sent.dropped));
    show_losses(pipeline.report(), day.messages());
}

double ns_a_message(const Setup& setup, std::uint64_t& lost) {
    PackedDay day{3'000'000, instruments, 40};
    Pipeline pipeline{setup};
    const std::int64_t before = pipeline.feed_cpu_ns();
    pipeline.sender.send(day,
                         {.first = 0, .last = day.packets(), .messages_per_second = 1'000'000});
    pipeline.until(day.messages(), day, day.packets());
    const auto spent = static_cast<double>(pipeline.feed_cpu_ns() - before);
    lost += pipeline.records_lost();
    return spent / static_cast<double>(day.messages());
}

void recording() {
    std::string name = (std::filesystem::temp_directory_path() / "tickweir-bench-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) return;
    std::uint64_t lost = 0;
    for (int round = 0; round < 3; ++round) {
        const double without = ns_a_message({.ask = false, .spin_us = 0, .directory = {}}, lost);
        const double with = ns_a_message({.ask = false, .spin_us = 0, .directory = name}, lost);
        std::printf(
            "recording at 1 M messages/s: the feed's thread %.1f ns a message, %.1f without: "
            "%+.1f %%; records lost %llu\n",
            with, without, (with / without - 1) * 100, static_cast<unsigned long long>(lost));
    }
    std::filesystem::remove_all(name);
}

}  // namespace
}  // namespace tickweir::bench

int main(int argc, char** argv) {
    using namespace tickweir::bench;
    pin_to(1);
    const std::string what = argc > 1 ? argv[1] : "all";
    const auto wanted = [&](const char* name) { return what == "all" || what == name; };
    if (wanted("throughput"))
        for (const std::uint64_t rate : {1'500'000U, 2'000'000U, 3'000'000U, 4'000'000U})
            throughput(rate, 40);
    if (wanted("burst")) burst();
    if (wanted("latency")) {
        latency(200'000, 4);
        latency(200'000, 40);
    }
    if (wanted("recovery")) recovery(200'000);
    if (wanted("recording")) recording();
    return 0;
}
