// Updates at their times, whatever the server does (open loop): how long from then to the end of
// the turn in which all that they gave rise to was given to the sockets.
//
// An update for a client that asked for `conflate_ms` waits because the client wants it to. It is
// late only from the moment it is due under that wish, its client's next tick; both times are told.
//
// The run is cut into slices, in turns with slices in which the thread does nothing: what is late
// there, on the same core in the same seconds, is the machine's doing and not the server's.
#include <algorithm>
#include <cstdio>
#include <map>
#include <vector>

#include "bench/serving/benches.hpp"
#include "bench/serving/world.hpp"

namespace tickweir::bench {
namespace {

constexpr std::size_t clients = 100;
constexpr std::size_t instruments = 500;
constexpr std::int64_t interval_ns = 10'000;  // between two updates
constexpr std::int64_t slice_ns = 100'000'000;
constexpr std::int64_t control_ns = 50'000'000;
constexpr unsigned conflate_ms = 10;

class LatencyRun {
public:
    LatencyRun(World& world, bool conflated) : world_{world}, conflated_{conflated} {}

    void run(double seconds) {
        const auto slices = static_cast<int>(seconds * 1e9 / static_cast<double>(slice_ns));
        for (int i = 0; i < slices; ++i) {
            serve_slice();
            do_nothing(now_ns() + control_ns, interval_ns, control_);
        }
    }

    void print(const StreamTotals& totals) const {
        const double seconds = static_cast<double>(served_ns_) / 1e9;
        const auto& hub = world_.hub.counts();
        const double frames = static_cast<double>(hub.frames - hub_before_.frames);
        std::printf(
            "  %.0f updates/s, %.0f frames/s, %.1f frames a call; %.0f %% of the time in turns "
            "that sent; left out %llu, broken chains %llu, closed %llu, turns with a full socket "
            "%llu\n",
            static_cast<double>(updates_) / seconds, frames / seconds,
            frames / static_cast<double>(world_.server.counts().frame_calls - before_.frame_calls),
            100 * static_cast<double>(working_ns_) / static_cast<double>(took_ns_),
            static_cast<unsigned long long>(hub.conflated - hub_before_.conflated),
            static_cast<unsigned long long>(totals.broken.load()),
            static_cast<unsigned long long>(totals.closed.load()),
            static_cast<unsigned long long>(turns_blocked_));
        if (conflated_) {
            from_tick_.print("due under conflate_ms to write");
            from_feed_.print("feed to write, the wait included");
        } else {
            from_feed_.print("feed to socket write");
        }
        control_.print("control: a loop that does nothing");
    }

private:
    void serve_slice() {
        const std::int64_t begin = now_ns();
        const std::int64_t end = begin + slice_ns;
        std::int64_t due = begin;
        while (due < end) {
            // The time an update was due is the time it was received: a late loop counts as
            // latency.
            const std::int64_t now = now_ns();
            for (; due <= std::min(now, end - 1); due += interval_ns, ++updates_) {
                if (!world_.market.move(updates_ * 7 % instruments, due)) break;
            }
            turn(now);
        }
        // What still waits for a tick is measured, too.
        const std::int64_t last = now_ns() + (conflated_ ? 2'000'000 * conflate_ms : 0);
        for (std::int64_t now = now_ns(); now < last; now = now_ns())
            turn(now);
        world_.send_all();
        served_ns_ += slice_ns;
        took_ns_ += now_ns() - begin;
        from_feed_.end_slice();
        from_tick_.end_slice();
        received_.clear();
        taken_.clear();
    }

    void turn(std::int64_t begun) {
        const std::uint64_t calls = world_.server.counts().frame_calls;
        world_.market.publish();
        world_.poll_and_turn();
        const std::int64_t sent = now_ns();
        if (world_.server.counts().frame_calls != calls) working_ns_ += sent - begun;
        if (world_.unsent() > 0) ++turns_blocked_;
        const auto received = world_.hub.received_this_turn();
        const auto ticks = world_.hub.ticks_this_turn();
        if (conflated_) {
            received_.insert(received_.end(), received.begin(), received.end());
            for (const gateway::ConflationTick& tick : ticks)
                record(tick, sent);
        } else {
            for (const std::int64_t ns : received)
                from_feed_.record(sent - ns);
        }
    }

    /// A tick that comes late counts once for each that should have come meanwhile. Updates wait
    /// for the next tick of each phase, so each phase knows how many it has sent.
    void record(const gateway::ConflationTick& tick, std::int64_t sent) {
        for (std::int64_t due = tick.due_ns; due <= sent; due += tick.interval_ns)
            from_tick_.record(sent - due);
        std::size_t& taken = taken_[tick.due_ns % tick.interval_ns];
        for (; taken < received_.size(); ++taken)
            from_feed_.record(sent - received_[taken]);
    }

    World& world_;
    const bool conflated_;
    const gateway::HubCounts hub_before_ = world_.hub.counts();
    const gateway::ServerCounts before_ = world_.server.counts();
    std::uint64_t updates_ = 0;
    std::uint64_t turns_blocked_ = 0;
    std::int64_t served_ns_ = 0;   // in which updates came
    std::int64_t took_ns_ = 0;     // with the ticks behind them
    std::int64_t working_ns_ = 0;  // turns that sent something
    Latencies from_feed_;
    Latencies from_tick_;
    Latencies control_;
    std::vector<std::int64_t> received_;         // of a slice
    std::map<std::int64_t, std::size_t> taken_;  // of them, by phase
};

void run_latency(double seconds, bool conflated) {
    Shared<StreamTotals> totals;
    World world{instruments};
    StreamLoad load;
    load.port = world.port;
    load.clients = clients;
    load.verify = true;
    load.request = [&](std::size_t client) {
        return conflated ? subscribe_request("l1", {"*"}, conflate_ms)
                         : subscribe_request(
                               "l1", SyntheticMarket::symbols(client * 20, 20, instruments), 0);
    };
    Child child{[&] { run_clients(load, *totals); }};
    world.await_ready(*totals, clients, child);

    const std::uint64_t preempted = times_preempted();
    const std::uint64_t stolen = stolen_ms();
    const auto begin = now_ns();
    LatencyRun run{world, conflated};
    run.run(seconds);
    const double took = static_cast<double>(now_ns() - begin) / 1e9;
    const std::uint64_t preempted_after = times_preempted();
    const std::uint64_t stolen_after = stolen_ms();
    totals->stop = true;
    const double client_cpu = child.wait();
    run.print(*totals);
    std::printf(
        "  clients' core %.0f %%; the server's core went to others %llu times, and for %llu ms to "
        "the hypervisor\n",
        100 * client_cpu / took, static_cast<unsigned long long>(preempted_after - preempted),
        static_cast<unsigned long long>(stolen_after - stolen));
}

}  // namespace

void latency_bench(double seconds) {
    std::printf("latency: 100,000 updates/s over 500 symbols, 100 clients on 20 each\n");
    run_latency(seconds, false);
}

void latency_conflated_bench(double seconds) {
    std::printf(
        "latency_conflated: 100,000 updates/s over 500 symbols, 100 clients on all, "
        "conflate_ms 10\n");
    run_latency(seconds, true);
}

}  // namespace tickweir::bench
