#include <chrono>
#include <cstdio>

#include "bench/serving/benches.hpp"
#include "bench/serving/world.hpp"

namespace tickweir::bench {

void idle_bench(double seconds) {
    constexpr std::size_t clients = 1'000;
    std::printf("idle: %zu clients with 20 subscriptions each, nothing happens\n", clients);
    Shared<StreamTotals> totals;
    World world{500};
    world.poll_and_turn();
    const std::size_t before = resident_bytes();
    StreamLoad load;
    load.port = world.port;
    load.clients = clients;
    load.request = [](std::size_t client) {
        return subscribe_request("l1", SyntheticMarket::symbols(client * 20, 20, 500), 0);
    };
    Child child{[&] { run_clients(load, *totals); }};
    world.await_ready(*totals, clients, child);
    const std::size_t after = resident_bytes();
    const double cpu_before = cpu_seconds();
    const auto end = std::chrono::steady_clock::now() + std::chrono::duration<double>(seconds);
    std::uint64_t turns = 0;
    while (std::chrono::steady_clock::now() < end) {
        world.wait_and_turn();
        ++turns;
    }
    std::printf("  %.2f %% of a core, %.0f turns/s; %.1f KB resident a connection\n",
                100 * (cpu_seconds() - cpu_before) / seconds, static_cast<double>(turns) / seconds,
                static_cast<double>(after - before) / clients / 1'024);
    totals->stop = true;
    child.wait();
}

}  // namespace tickweir::bench
