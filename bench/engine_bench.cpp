// The order path as a whole: risk, holds, optimistic commit, matching, books, reports, record, log
// ring, told at commit point `applied`, with a log that forgets. Commands lie prepared in memory.
// Ratios within one run: the venue alone, with its log, and two shards that share accounts.
//
//   engine_bench [closed] [open] [shards]      all of them without arguments
#include <sys/prctl.h>
#include <time.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "bench/rounds.hpp"
#include "bench/venue_commands.hpp"
#include "txn/engine/outbox.hpp"
#include "txn/engine/shard.hpp"
#include "txn/log/log_driver.hpp"
#include "txn/log/log_threads.hpp"
#include "txn/log/null_carrier.hpp"

namespace tickweir::bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t ahead = 4;

/// Shards over one ledger and one log that forgets.
class World {
public:
    explicit World(std::uint16_t shards) : ledger_{settings()} {
        for (std::uint16_t i = 0; i < shards; ++i) {
            VenueSettings own = settings();
            own.shard = static_cast<std::uint8_t>(i);
            parts_.push_back(std::make_unique<Part>(own, ledger_, ring_, durable_, i));
        }
        for (const Command& command : deposits())
            execute(0, command);
    }

    std::uint16_t shards() const { return static_cast<std::uint16_t>(parts_.size()); }
    const Venue& venue(std::uint16_t shard) const { return parts_[shard]->venue; }

    /// Executes, and tells what was said.
    void execute(std::uint16_t shard, const Command& command) {
        Part& part = *parts_[shard];
        for (;;) {
            const Executed done = part.executor.execute(command);
            part.outbox.release(log::Lsn{~std::uint64_t{0}}, [&part](const ReleasedOutcome& told) {
                part.events += told.events.size();
            });
            if (done.status != ExecuteStatus::busy && done.status != ExecuteStatus::shed) return;
            ++part.again;
            std::this_thread::yield();
        }
    }
    void execute(std::uint16_t shard, const std::vector<Command>& commands) {
        for (std::size_t i = 0; i < commands.size(); ++i) {
            look_ahead(shard, commands, i);
            execute(shard, commands[i]);
        }
    }
    void look_ahead(std::uint16_t shard, const std::vector<Command>& commands,
                    std::size_t i) const {
        for (unsigned step = 0; step < Venue::look_ahead_steps; ++step)
            if (const std::size_t at = i + ahead * (Venue::look_ahead_steps - step);
                at < commands.size())
                parts_[shard]->venue.look_ahead(commands[at], step);
    }
    std::uint64_t again() const {
        std::uint64_t sum = 0;
        for (const auto& part : parts_)
            sum += part->again;
        return sum;
    }

private:
    struct Part {
        Part(const VenueSettings& own, Ledger& ledger, log::LogRing& ring,
             const log::DurableLsn& durable, std::uint16_t shard)
            : venue{own, ledger},
              outbox{{}, CommitPoint::applied_unlogged},
              executor{venue, ring, durable, outbox, {.shard = shard}} {}
        Venue venue;
        Outbox outbox;
        ShardExecutor executor;
        std::uint64_t events = 0;
        std::uint64_t again = 0;
    };

    Ledger ledger_;
    log::LogRing ring_{{}, log::Lsn{1}};
    log::NullCarrier carrier_;
    log::DurableLsn durable_;
    log::LogDriver driver_{ring_, carrier_, durable_, log::LogId{}, log::Lsn{1}};
    std::vector<std::unique_ptr<Part>> parts_;
    log::LogThread thread_{driver_};
};

/// The venue alone, looked after by nobody.
class Alone {
public:
    Alone() : venue_{settings()} {
        for (const Command& command : deposits())
            venue_.execute(command, outcome_);
    }
    void execute(const std::vector<Command>& commands) {
        for (std::size_t i = 0; i < commands.size(); ++i) {
            for (unsigned step = 0; step < Venue::look_ahead_steps; ++step)
                if (const std::size_t at = i + ahead * (Venue::look_ahead_steps - step);
                    at < commands.size())
                    venue_.look_ahead(commands[at], step);
            venue_.execute(commands[i], outcome_);
            while (venue_.continuation_pending()) {
                Command next;
                next.body = Continue{};
                venue_.execute(next, outcome_);
            }
        }
    }

private:
    Venue venue_;
    Outcome outcome_;
};

struct Orders {
    std::vector<Command> fill;
    std::vector<Command> commands;
};

/// Those of every `shards`-th instrument, cancels with their orders.
Orders part_of(const Trace& trace, std::uint32_t shards, std::uint32_t shard) {
    const auto own = [&](const std::vector<Operation>& all) {
        std::vector<Operation> part;
        for (const Operation& op : all)
            if (op.instrument % shards == shard) part.push_back(op);
        return part;
    };
    return {commands_of(own(trace.fill)), commands_of(own(trace.operations))};
}

void measure_closed(const Trace& trace) {
    const Orders orders = part_of(trace, 1, 0);
    std::unique_ptr<Alone> alone;
    std::unique_ptr<World> world;
    std::uint64_t again = 0;
    std::vector<Contender> contenders;
    contenders.push_back({"venue alone",
                          [&] {
                              world.reset();
                              alone = std::make_unique<Alone>();
                              alone->execute(orders.fill);
                          },
                          [&] { alone->execute(orders.commands); }});
    contenders.push_back({"with record, log ring, outbox and a log that forgets",
                          [&] {
                              alone.reset();
                              world = std::make_unique<World>(1);
                              world->execute(0, orders.fill);
                          },
                          [&] { world->execute(0, orders.commands); }});
    measure(contenders, orders.commands.size(), 5);
    again = world->again();
    print(contenders, 0);
    std::printf("%.2f M commands/s; %llu were told to come again\n", 1e3 / contenders[1].median(),
                static_cast<unsigned long long>(again));
}

void sleep_until(Clock::time_point due) {
    const auto left = due - Clock::now();
    if (left < std::chrono::microseconds{60}) return;
    const auto nanoseconds = std::chrono::nanoseconds{left - std::chrono::microseconds{55}}.count();
    const timespec time{nanoseconds / 1'000'000'000, nanoseconds % 1'000'000'000};
    (void)::clock_nanosleep(CLOCK_MONOTONIC, 0, &time, nullptr);
}

/// From the intended send to the outcome told, at so many a second.
void measure_open(const Trace& trace, double rate) {
    const Orders orders = part_of(trace, 1, 0);
    for (int round = 0; round < 3; ++round) {
        World world{1};
        world.execute(0, orders.fill);
        std::vector<float> waited;
        waited.reserve(orders.commands.size());
        const auto gap = std::chrono::nanoseconds{static_cast<std::int64_t>(1e9 / rate)};
        const auto begin = Clock::now();
        for (std::size_t i = 0; i < orders.commands.size(); ++i) {
            const auto due = begin + gap * static_cast<std::int64_t>(i);
            sleep_until(due);
            while (Clock::now() < due) {
            }
            world.look_ahead(0, orders.commands, i);
            world.execute(0, orders.commands[i]);
            waited.push_back(std::chrono::duration<float, std::micro>(Clock::now() - due).count());
        }
        std::ranges::sort(waited);
        const auto at = [&](double part) {
            const auto last = static_cast<double>(waited.size() - 1);
            return static_cast<double>(waited[static_cast<std::size_t>(part * last)]);
        };
        std::printf("open loop, %.0f/s: p50 %.2f us, p90 %.2f, p99 %.2f, p99.9 %.2f\n", rate,
                    at(0.5), at(0.9), at(0.99), at(0.999));
    }
}

double seconds_of(World& world, const std::vector<Orders>& orders) {
    std::atomic<unsigned> ready{0};
    std::vector<std::thread> threads;
    std::vector<Clock::time_point> ends(orders.size());
    for (std::uint16_t i = 0; i < orders.size(); ++i)
        threads.emplace_back([&, i] {
            pin_to(i);
            world.execute(i, orders[i].fill);
            ready.fetch_add(1);
            while (ready.load() != orders.size())
                std::this_thread::yield();
            world.execute(i, orders[i].commands);
            ends[i] = Clock::now();
        });
    while (ready.load() != orders.size())
        std::this_thread::yield();
    const auto begin = Clock::now();
    for (std::thread& thread : threads)
        thread.join();
    return std::chrono::duration<double>(*std::ranges::max_element(ends) - begin).count();
}

void measure_shards(const Trace& trace) {
    const std::vector<Orders> one{part_of(trace, 1, 0)};
    const std::vector<Orders> two{part_of(trace, 2, 0), part_of(trace, 2, 1)};
    std::vector<double> ratios;
    for (int round = 0; round < 5; ++round) {
        double alone = 0;
        double together = 0;
        {
            World world{1};
            alone = seconds_of(world, one);
        }
        {
            World world{2};
            together = seconds_of(world, two);
        }
        ratios.push_back(alone / together);
        const auto commands = static_cast<double>(one[0].commands.size());
        std::printf("one shard %.2f M/s, two %.2f M/s: %.2f times\n", commands / alone / 1e6,
                    commands / together / 1e6, ratios.back());
    }
    std::ranges::sort(ratios);
    std::printf("two shards on two cores: %.2f times one\n", ratios[ratios.size() / 2]);
}

}  // namespace
}  // namespace tickweir::bench

int main(int argc, char** argv) {
    using namespace tickweir::bench;
    const auto wanted = [&](const char* what) {
        return argc == 1 || std::any_of(argv + 1, argv + argc, [what](const char* given) {
                   return std::strcmp(given, what) == 0;
               });
    };
    const Trace trace = TraceMaker{{instruments, 100'000, operations}}.make();
    if (wanted("shards")) measure_shards(trace);
    if (wanted("closed")) measure_closed(trace);
    if (wanted("open")) measure_open(trace, 200'000);
    return EXIT_SUCCESS;
}
