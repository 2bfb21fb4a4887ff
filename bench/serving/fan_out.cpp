#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <stdexcept>
#include <vector>

#include "bench/load/raw_send.hpp"
#include "bench/serving/benches.hpp"
#include "bench/serving/world.hpp"

namespace tickweir::bench {
namespace {

struct FanOut {
    double frames_per_second = 0;
    double frames_per_call = 0;
    double bytes_per_frame = 0;
};

/// `batch` instruments move a turn, as soon as the clients have taken what came before.
FanOut fan_out(std::size_t clients, std::size_t batch, double seconds) {
    constexpr std::size_t instruments = 20;
    constexpr std::size_t ahead_bytes = 256 * 1024;
    Shared<StreamTotals> totals;
    World world{instruments};
    StreamLoad load;
    load.port = world.port;
    load.clients = clients;
    load.request = [](std::size_t) {
        return subscribe_request("l1", SyntheticMarket::symbols(0, instruments, instruments), 0);
    };
    Child child{[&] { run_clients(load, *totals); }};
    world.await_ready(*totals, clients, child);

    const gateway::HubCounts hub_before = world.hub.counts();
    const gateway::ServerCounts before = world.server.counts();
    const std::uint64_t received_before = totals->frames.load();
    const auto begin = std::chrono::steady_clock::now();
    const double cpu_before = cpu_seconds();
    std::chrono::duration<double> took{};
    std::size_t next = 0;
    while (took.count() < seconds) {
        if (world.unsent() < ahead_bytes) {
            const std::int64_t now = now_ns();
            for (std::size_t i = 0; i < batch; ++i)
                world.market.move(next++ % instruments, now);
            world.market.publish();
        }
        world.poll_and_turn();
        took = std::chrono::steady_clock::now() - begin;
    }
    const double cpu = cpu_seconds() - cpu_before;
    world.send_all();
    const auto& hub = world.hub.counts();
    const auto& server = world.server.counts();
    const double frames = static_cast<double>(hub.frames - hub_before.frames);
    const FanOut result{frames / took.count(),
                        frames / static_cast<double>(server.frame_calls - before.frame_calls),
                        static_cast<double>(server.frame_bytes - before.frame_bytes) / frames};
    while (totals->frames.load() - received_before < hub.frames - hub_before.frames) {
        if (child.ended()) break;
    }
    totals->stop = true;
    const double client_cpu = child.wait();
    std::printf(
        "  server: %.0f frames/s, %.1f frames a call, %.1f bytes a frame; core %.0f %%, "
        "clients' %.0f %%; conflated %llu, lost %lld\n",
        result.frames_per_second, result.frames_per_call, result.bytes_per_frame,
        100 * cpu / took.count(), 100 * client_cpu / took.count(),
        static_cast<unsigned long long>(hub.conflated - hub_before.conflated),
        static_cast<long long>(hub.frames - hub_before.frames -
                               (totals->frames.load() - received_before)));
    return result;
}

double raw_rate(std::size_t clients, std::size_t frame_bytes, std::size_t frames_per_call,
                double seconds) {
    const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    if (::bind(listener, reinterpret_cast<const sockaddr*>(&address), length) != 0 ||
        ::listen(listener, 1'024) != 0 ||
        ::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &length) != 0) {
        throw std::runtime_error{"cannot listen"};
    }
    Shared<StreamTotals> totals;
    StreamLoad load;
    load.port = ntohs(address.sin_port);
    load.clients = clients;
    load.handshake = false;
    Child child{[&] { run_clients(load, *totals); }};
    const std::vector<int> sockets = accept_all(listener, clients, send_buffer_bytes);
    const RawSend raw = send_raw(sockets, frame_bytes, frames_per_call, seconds);
    totals->stop = true;
    for (const int fd : sockets)
        ::close(fd);
    ::close(listener);
    child.wait();
    std::printf("  raw:    %.0f frames/s with %zu frames of %zu bytes a call\n",
                raw.frames_per_second(), frames_per_call, frame_bytes);
    return raw.frames_per_second();
}

}  // namespace

void fan_out_bench(double seconds) {
    constexpr std::size_t clients = 1'000;
    for (const std::size_t batch : {1U, 4U, 16U}) {
        std::printf("fan_out: %zu clients x 20 symbols, %zu updates a turn\n", clients, batch);
        const FanOut served = fan_out(clients, batch, seconds);
        const auto frame_bytes = static_cast<std::size_t>(served.bytes_per_frame + 0.5);
        const auto per_call = static_cast<std::size_t>(served.frames_per_call + 0.5);
        const double raw =
            raw_rate(clients, frame_bytes, std::max<std::size_t>(per_call, 1), seconds);
        std::printf("  share of the raw loop: %.0f %%\n", 100 * served.frames_per_second / raw);
    }
}

}  // namespace tickweir::bench
