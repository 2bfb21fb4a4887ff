// Orders until they are durable: the venue with its log on files, beside the barest logger of
// log_bench in the same run. One thread has the commands, prepared in memory, executes them and
// tells what is durable; the log has a thread of its own. Recovery of a long log, and what a
// replayer that writes snapshots all the time costs the orders.
//
//   durable_bench [latency] [saturated] [recovery] [snapshots] [--directory D] [--records N]
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "bench/log_load.hpp"
#include "bench/log_loggers.hpp"
#include "bench/rounds.hpp"
#include "bench/venue_commands.hpp"
#include "txn/engine/engine.hpp"
#include "txn/engine/engine_threads.hpp"
#include "txn/io/posix_files.hpp"

namespace tickweir::bench {
namespace {

txn::io::PosixFiles files;

/// A directory of our own in the one given.
class Scratch {
public:
    explicit Scratch(const std::string& parent) : path_{parent + "/tickweir-durable-bench"} {
        std::filesystem::remove_all(path_);
        std::filesystem::create_directories(path_);
    }
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;
    ~Scratch() { std::filesystem::remove_all(path_); }
    const std::string& path() const { return path_; }

private:
    std::string path_;
};

/// Each command with its number.
std::vector<Command> numbered(std::vector<Command> commands) {
    for (std::size_t i = 0; i < commands.size(); ++i)
        commands[i].envelope.sequence = i + 1;
    return commands;
}

/// The whole trace, from empty books on.
std::vector<Command> numbered(const Trace& trace) {
    std::vector<Command> all = commands_of(trace.fill);
    const std::vector<Command> rest = commands_of(trace.operations);
    all.insert(all.end(), rest.begin(), rest.end());
    return numbered(std::move(all));
}

/// Executes the next command wherever a logger would take a record; tells which were told.
class Orders {
public:
    explicit Orders(const std::vector<Command>& commands) : commands_{commands} {}

    bool submit(ShardExecutor& executor, const Venue& venue) {
        constexpr std::size_t ahead = 4;
        const std::size_t at = next_ % commands_.size();
        for (unsigned step = 0; step < Venue::look_ahead_steps; ++step)
            if (const std::size_t then = at + ahead * (Venue::look_ahead_steps - step);
                then < commands_.size())
                venue.look_ahead(commands_[then], step);
        const Executed done = executor.execute(commands_[at]);
        if (done.status == ExecuteStatus::busy || done.status == ExecuteStatus::shed) return false;
        ++next_;
        return true;
    }
    void hear(const ReleasedOutcome& told) {
        // Continuations are nobody's command.
        if (!told.events.empty()) told_ = std::max(told_, told.events.front().sequence);
    }
    std::uint64_t told() const { return told_; }

private:
    const std::vector<Command>& commands_;
    std::size_t next_ = 0;
    std::uint64_t told_ = 0;
};

/// The venue over a log of log_bench.
class VenueLogger final : public Logger {
public:
    /// `fill` lies in the books before anything is measured: memory touched for the first time is.
    VenueLogger(const std::string& directory, unsigned delay_us, const std::vector<Command>& fill,
                const std::vector<Command>& commands)
        : log_{files, directory, true, delay_us, false}, orders_{commands} {
        for (const std::vector<Command>& before : {deposits(), fill})
            for (const Command& command : before)
                while (executor_.execute(command).status == ExecuteStatus::busy)
                    durable();
    }
    bool submit(txn::io::Bytes) override {
        if (orders_.submit(executor_, venue_)) return true;
        durable();  // room is made by hearing what was said
        return false;
    }
    std::uint64_t durable() override {
        outbox_.release(log_.durable_lsn().load(),
                        [this](const ReleasedOutcome& told) { orders_.hear(told); });
        return orders_.told();
    }
    std::uint64_t batches() const override { return log_.batches(); }

private:
    OurLogger log_;
    Venue venue_{settings()};
    Outbox outbox_{{}};
    ShardExecutor executor_{venue_, log_.ring(), log_.durable_lsn(), outbox_, {}};
    Orders orders_;
};

double middle(std::vector<double> values) {
    std::ranges::sort(values);
    return values[values.size() / 2];
}

void show(const char* name, const Latencies& found) {
    double load = 0;
    (void)::getloadavg(&load, 1);
    std::printf("%-22s %8.1f %8.1f %8.1f %8.1f %8.1f %8.2f%s\n", name, found.p50, found.p90,
                found.p99, found.p999, found.mean_batch, load,
                found.refused != 0 ? "  told some to come again" : "");
}

void measure_latency(const Trace& trace, const std::string& parent, unsigned delay_us) {
    constexpr std::uint64_t rate = 100'000;
    const std::vector<Command> fill = commands_of(trace.fill);
    const std::vector<Command> commands = numbered(commands_of(trace.operations));
    std::printf("\n100,000 orders and cancels a second, %u us added to each sync\n", delay_us);
    std::printf("%-22s %8s %8s %8s %8s %8s %8s\n", "", "p50", "p90", "p99", "p99.9", "batch",
                "load");
    std::vector<double> p50;
    std::vector<double> p99;
    for (int round = 0; round < 5; ++round) {
        const Scratch scratch{parent};
        Latencies bare;
        Latencies ours;
        {
            BareLogger logger{files, scratch.path(), true, delay_us, std::uint64_t{256} << 20};
            bare = open_loop(logger, rate, 2);
        }
        {
            VenueLogger logger{scratch.path(), delay_us, fill, commands};
            ours = open_loop(logger, rate, 2);
        }
        show("bare logger", bare);
        show("venue, durable", ours);
        p50.push_back(ours.p50 / bare.p50);
        p99.push_back(ours.p99 / bare.p99);
    }
    std::printf("medians of the ratios: p50 %.2f, p99 %.2f (asked: 1.3)\n", middle(p50),
                middle(p99));
}

void measure_saturated(const Trace& trace, const std::string& parent) {
    const std::vector<Command> fill = commands_of(trace.fill);
    const std::vector<Command> commands = numbered(commands_of(trace.operations));
    for (int round = 0; round < 3; ++round) {
        const Scratch scratch{parent};
        VenueLogger logger{scratch.path(), 0, fill, commands};
        std::printf("saturated: %.3f M durable transactions/s\n", saturated(logger, 1) / 1e6);
    }
}

EngineOptions engine_options() {
    EngineOptions options;
    options.venue = settings();
    log::Identity identity{};
    identity.id.bytes[0] = std::byte{9};
    identity.log_number = 1;
    options.new_identity = identity;
    options.replayer.snapshot_every = std::chrono::hours{1'000};
    options.replayer.snapshot_log_bytes = ~std::uint64_t{0};
    options.trims = false;
    return options;
}

std::unique_ptr<Engine> opened(const std::string& path, const EngineOptions& options,
                               EngineRecovery& report) {
    auto engine = Engine::open(files, path, options, nullptr, {}, report);
    if (engine != nullptr) return engine;
    std::printf("FAILED: %s\n", report.refused.c_str());
    std::exit(EXIT_FAILURE);
}

/// The engine as a logger, for loads.
class EngineLogger final : public Logger {
public:
    EngineLogger(Engine& engine, const std::vector<Command>& commands)
        : engine_{engine}, orders_{commands} {}
    bool submit(txn::io::Bytes) override {
        if (orders_.submit(engine_.shard(0), engine_.shard(0).venue())) return true;
        durable();
        return false;
    }
    std::uint64_t durable() override {
        engine_.release(0, [this](const ReleasedOutcome& told) { orders_.hear(told); });
        return orders_.told();
    }
    std::uint64_t batches() const override { return engine_.log().driver().counts().batches; }

private:
    Engine& engine_;
    Orders orders_;
};

void provide(Engine& engine) {
    for (const Command& command : deposits())
        while (engine.shard(0).execute(command).status != ExecuteStatus::done)
            engine.release(0, [](const ReleasedOutcome&) {});
}

/// The replayer is not turned: it would be measured too.
void measure_recovery(const std::string& parent, std::uint64_t records) {
    const Trace trace = TraceMaker{{instruments, 100'000, records}}.make();
    const std::vector<Command> commands = numbered(trace);
    const Scratch scratch{parent};
    EngineOptions options = engine_options();
    options.venue.limits.client_ids = 2 * records;
    EngineRecovery report;
    {
        const auto engine = opened(scratch.path(), options, report);
        {
            const log::LogThread log{engine->log().driver()};
            const log::StockThread stock{engine->log().stock(), std::chrono::milliseconds{5}};
            provide(*engine);
            EngineLogger logger{*engine, commands};
            while (logger.durable() < commands.size())
                if (!logger.submit({})) sleep_for(microseconds{20});
        }
        std::printf("state hash %016llx\n",
                    static_cast<unsigned long long>(engine->state().hash()));
    }
    for (int round = 0; round < 3; ++round) {
        const auto engine = opened(scratch.path(), options, report);
        const double seconds = std::chrono::duration<double>(report.took).count();
        const auto count = static_cast<double>(report.log.counts.records);
        std::printf("recovered %.2f M records in %.2f s: %.2f s for 5 M; state hash %016llx\n",
                    count / 1e6, seconds, seconds * 5e6 / count,
                    static_cast<unsigned long long>(engine->state().hash()));
    }
}

void measure_snapshots(const Trace& trace, const std::string& parent) {
    const std::vector<Command> commands = numbered(trace);
    std::vector<double> ratios;
    for (int round = 0; round < 5; ++round) {
        double p99[2] = {};
        for (const bool snapshots : {false, true}) {
            const Scratch scratch{parent};
            EngineOptions options = engine_options();
            if (snapshots) options.replayer.snapshot_log_bytes = std::uint64_t{4} << 20;
            EngineRecovery report;
            const auto engine = opened(scratch.path(), options, report);
            EngineThreads threads{*engine};
            provide(*engine);
            EngineLogger logger{*engine, commands};
            const Latencies found = open_loop(logger, 100'000, 4);
            show(snapshots ? "snapshots all the time" : "no snapshots", found);
            p99[snapshots ? 1 : 0] = found.p99;
            if (snapshots)
                std::printf("  %llu snapshots\n",
                            static_cast<unsigned long long>(engine->replayer().status().snapshots));
        }
        ratios.push_back(p99[1] / p99[0]);
    }
    std::printf("p99 with snapshots: %.2f times that without (asked: 1.1)\n", middle(ratios));
}

}  // namespace
}  // namespace tickweir::bench

int main(int argc, char** argv) {
    using namespace tickweir::bench;
    std::vector<std::string> wanted;
    std::string directory = "/tmp";
    std::uint64_t records = 5'000'000;
    for (int i = 1; i < argc; ++i) {
        const std::string word = argv[i];
        if (word == "--directory" && i + 1 < argc)
            directory = argv[++i];
        else if (word == "--records" && i + 1 < argc)
            records = std::strtoull(argv[++i], nullptr, 10);
        else
            wanted.push_back(word);
    }
    const auto is_wanted = [&](const char* what) {
        return wanted.empty() || std::ranges::find(wanted, what) != wanted.end();
    };
    ask_for_no_slack();
    const Trace trace = TraceMaker{{instruments, 100'000, operations}}.make();
    if (is_wanted("latency"))
        for (const unsigned delay_us : {0U, 100U, 1000U})
            measure_latency(trace, directory, delay_us);
    if (is_wanted("saturated")) measure_saturated(trace, directory);
    if (is_wanted("snapshots")) measure_snapshots(trace, directory);
    if (is_wanted("recovery")) measure_recovery(directory, records);
    return EXIT_SUCCESS;
}
