// Serving measured end to end over loopback: a server with its hub and a synthetic market on one
// core, native clients in another process on the other.
//
//     serving_bench [--seconds S] [FILTER]
//
// FILTER is a regular expression on the names: fan_out, latency, latency_conflated, idle, http.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <functional>
#include <memory>
#include <new>
#include <regex>
#include <stdexcept>
#include <string>
#include <vector>

#include "bench/load/http_load.hpp"
#include "bench/load/raw_send.hpp"
#include "bench/load/stream_clients.hpp"
#include "bench/rounds.hpp"
#include "bench/synthetic_market.hpp"
#include "gateway/runtime/reactor.hpp"
#include "gateway/serve/api/hub_books.hpp"
#include "gateway/serve/api/market_api.hpp"
#include "gateway/serve/hub.hpp"
#include "gateway/serve/net/server.hpp"

namespace tickweir::bench {
namespace {

constexpr unsigned server_core = 0;
constexpr unsigned client_core = 1;
constexpr int send_buffer_bytes = 256 * 1024;

double seconds_per_run = 3;

std::int64_t now_ns() {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(
               std::chrono::system_clock::now().time_since_epoch())
        .count();
}

double cpu_seconds() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    const auto seconds = [](const timeval& t) {
        return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
    };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

std::size_t resident_bytes() {
    std::ifstream file{"/proc/self/statm"};
    std::size_t pages = 0;
    std::size_t resident = 0;
    file >> pages >> resident;
    return resident * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

class NoStatus final : public gateway::StatusSource {
public:
    gateway::GatewayStatus status(book::TimeNs) override { return {}; }
    std::string metrics_text(book::TimeNs) override { return {}; }
};

/// The serving thread with its market.
class World {
public:
    explicit World(std::size_t instruments)
        : market{instruments},
          hub{{.connections = 2'000}, market.store(), market.links(), nullptr},
          books{hub},
          api{{}, market.store(), books, status, gateway::AccessKeys{{}}, {}},
          server{options(), reactor, api, hub},
          port{server.listen("127.0.0.1", 0)} {}

    static gateway::ServerOptions options() {
        gateway::ServerOptions options;
        options.limits.connections = 2'000;
        options.limits.connections_per_address = 2'000;
        options.limits.send_buffer_bytes = send_buffer_bytes;
        options.limits.requests_per_second = 100'000;
        return options;
    }

    void turn() {
        const book::TimeNs now{std::chrono::nanoseconds{now_ns()}};
        market.answer_requests();
        hub.turn(now);
        for (auto& answer : hub.take_answers()) {
            gateway::HttpResponse response;
            response.body = std::move(answer.body);
            server.answer(answer.pending, std::move(response), now);
        }
        server.turn(now);
    }
    void poll_and_turn() {
        reactor.poll();
        turn();
    }
    /// As the gateway's thread sleeps.
    void wait_and_turn() {
        const auto a = hub.next_due();
        const auto b = server.next_due();
        std::int64_t until = now_ns() + 100'000'000;
        for (const auto& due : {a, b}) {
            if (due) until = std::min(until, due->time_since_epoch().count());
        }
        reactor.wait(std::max<std::int64_t>(until - now_ns(), 0),
                     [&] { return hub.has_work() || server.has_work(); });
        turn();
    }

    std::uint64_t unsent() const { return hub.counts().frame_bytes - server.counts().frame_bytes; }

    gateway::Reactor reactor;
    SyntheticMarket market;
    gateway::Hub hub;
    gateway::HubBooks books;
    NoStatus status;
    gateway::MarketApi api;
    gateway::Server server;
    std::uint16_t port;
};

/// Memory that parent and child see.
template <class T>
class Shared {
public:
    Shared()
        : memory_{::mmap(nullptr, sizeof(T), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
                         0)} {
        if (memory_ == MAP_FAILED) throw std::bad_alloc{};
        new (memory_) T;
    }
    Shared(const Shared&) = delete;
    Shared& operator=(const Shared&) = delete;
    ~Shared() { ::munmap(memory_, sizeof(T)); }
    T& operator*() const { return *static_cast<T*>(memory_); }
    T* operator->() const { return static_cast<T*>(memory_); }

private:
    void* memory_;
};

/// What is printed is printed once.
pid_t fork_flushed() {
    std::fflush(stdout);
    return ::fork();
}

/// Runs a function in a process of its own on the clients' core.
class Child {
public:
    explicit Child(const std::function<void()>& work) : pid_{fork_flushed()} {
        if (pid_ < 0) throw std::runtime_error{"fork failed"};
        if (pid_ > 0) return;
        // Whatever ends the bench ends its clients.
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        pin_to(client_core);
        int status = 0;
        try {
            work();
        } catch (const std::exception& error) {
            std::fprintf(stderr, "clients: %s\n", error.what());
            status = 1;
        }
        std::fflush(stdout);
        ::_exit(status);
    }
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;
    ~Child() {
        if (pid_ <= 0) return;
        ::kill(pid_, SIGKILL);  // its work was not waited for: an error is on its way out
        ::waitpid(pid_, nullptr, 0);
    }

    /// The processor seconds it took; throws when it failed.
    double wait() {
        if (pid_ <= 0) return cpu_;
        rusage usage{};
        int status = 0;
        ::wait4(pid_, &status, 0, &usage);
        pid_ = -1;
        if (status != 0) throw std::runtime_error{"the clients failed"};
        cpu_ = static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
               static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
        return cpu_;
    }
    bool ended() {
        if (pid_ <= 0) return true;
        siginfo_t info{};
        return ::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG | WNOWAIT) != 0 ||
               info.si_pid != 0;
    }

private:
    pid_t pid_;
    double cpu_ = 0;
};

std::vector<std::string> symbols_from(std::size_t first, std::size_t count, std::size_t modulus) {
    std::vector<std::string> symbols;
    for (std::size_t i = 0; i < count; ++i) {
        symbols.push_back(SyntheticMarket::symbol((first + i) % modulus));
    }
    return symbols;
}

void run_clients(const StreamLoad& load, StreamTotals& totals) {
    StreamClients clients{load, totals};
    clients.run();
}

/// Turns the world until the clients have what they asked for.
void await_ready(World& world, const StreamTotals& totals, std::size_t clients, Child& child) {
    const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds{60};
    while (totals.ready.load() < clients) {
        if (std::chrono::steady_clock::now() > give_up) {
            throw std::runtime_error{"the clients were not ready within a minute"};
        }
        if (child.ended()) throw std::runtime_error{"the clients ended early"};
        world.poll_and_turn();
    }
    while (world.unsent() > 0)
        world.poll_and_turn();
}

struct FanOut {
    double frames_per_second = 0;
    double frames_per_call = 0;
    double bytes_per_frame = 0;
};

/// `batch` instruments move a turn, as soon as the clients have taken what came before.
FanOut fan_out(std::size_t clients, std::size_t batch) {
    constexpr std::size_t instruments = 20;
    constexpr std::size_t ahead_bytes = 256 * 1024;
    Shared<StreamTotals> totals;
    World world{instruments};
    StreamLoad load;
    load.port = world.port;
    load.clients = clients;
    load.request = [](std::size_t) {
        return subscribe_request("l1", symbols_from(0, instruments, instruments), 0);
    };
    Child child{[&] { run_clients(load, *totals); }};
    await_ready(world, *totals, clients, child);

    const gateway::HubCounts hub_before = world.hub.counts();
    const gateway::ServerCounts before = world.server.counts();
    const std::uint64_t received_before = totals->frames.load();
    const auto begin = std::chrono::steady_clock::now();
    const double cpu_before = cpu_seconds();
    std::chrono::duration<double> took{};
    std::size_t next = 0;
    while (took.count() < seconds_per_run) {
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
    while (world.unsent() > 0)
        world.poll_and_turn();
    const auto& hub = world.hub.counts();
    const auto& server = world.server.counts();
    const double frames = static_cast<double>(hub.frames - hub_before.frames);
    FanOut result{frames / took.count(),
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

double raw_rate(std::size_t clients, std::size_t frame_bytes, std::size_t frames_per_call) {
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
    const RawSend raw = send_raw(sockets, frame_bytes, frames_per_call, seconds_per_run);
    totals->stop = true;
    for (const int fd : sockets)
        ::close(fd);
    ::close(listener);
    child.wait();
    std::printf("  raw:    %.0f frames/s with %zu frames of %zu bytes a call\n",
                raw.frames_per_second(), frames_per_call, frame_bytes);
    return raw.frames_per_second();
}

void fan_out_bench() {
    constexpr std::size_t clients = 1'000;
    for (const std::size_t batch : {1U, 4U, 16U}) {
        std::printf("fan_out: %zu clients x 20 symbols, %zu updates a turn\n", clients, batch);
        const FanOut served = fan_out(clients, batch);
        const auto frame_bytes = static_cast<std::size_t>(served.bytes_per_frame + 0.5);
        const auto per_call = static_cast<std::size_t>(served.frames_per_call + 0.5);
        const double raw = raw_rate(clients, frame_bytes, std::max<std::size_t>(per_call, 1));
        std::printf("  share of the raw loop: %.0f %%\n", 100 * served.frames_per_second / raw);
    }
}

void print_latencies(const char* what, std::vector<std::int64_t>& ns) {
    std::ranges::sort(ns);
    const auto at = [&](double share) {
        const auto last = static_cast<double>(ns.size() - 1);
        return static_cast<double>(ns[static_cast<std::size_t>(share * last)]) / 1'000;
    };
    if (ns.empty()) return;
    std::printf("  %s: p50 %.1f us, p99 %.1f us, p99.9 %.1f us, highest %.1f us (%zu)\n", what,
                at(0.5), at(0.99), at(0.999), at(1), ns.size());
}

/// 100,000 updates a second at their times, over 500 instruments.
void latency_bench(bool everything) {
    constexpr std::size_t clients = 100;
    constexpr std::size_t instruments = 500;
    constexpr std::int64_t interval_ns = 10'000;
    std::printf("%s: 100,000 updates/s over 500 symbols, 100 clients on %s\n",
                everything ? "latency_conflated" : "latency",
                everything ? "all, conflate_ms 10" : "20 each");
    Shared<StreamTotals> totals;
    World world{instruments};
    StreamLoad load;
    load.port = world.port;
    load.clients = clients;
    load.verify = true;
    load.request = [&](std::size_t client) {
        return everything ? subscribe_request("l1", {"*"}, 10)
                          : subscribe_request("l1", symbols_from(client * 20, 20, instruments), 0);
    };
    Child child{[&] { run_clients(load, *totals); }};
    await_ready(world, *totals, clients, child);

    const gateway::HubCounts hub_before = world.hub.counts();
    const gateway::ServerCounts before = world.server.counts();
    std::vector<std::int64_t> latencies;
    latencies.reserve(static_cast<std::size_t>(seconds_per_run * 1.1e5));
    const double cpu_before = cpu_seconds();
    const std::int64_t begin = now_ns();
    const std::int64_t end = begin + static_cast<std::int64_t>(seconds_per_run * 1e9);
    std::int64_t due = begin;
    std::uint64_t updates = 0;
    for (std::int64_t now = begin; now < end; now = now_ns()) {
        // The time an update was due is the time it was received: a late loop counts as latency.
        for (; due <= now; due += interval_ns, ++updates) {
            if (!world.market.move(updates * 7 % instruments, due)) break;
        }
        world.market.publish();
        world.poll_and_turn();
        const std::int64_t sent = now_ns();
        for (const std::int64_t received : world.hub.received_this_turn()) {
            if (received != 0) latencies.push_back(sent - received);
        }
    }
    const double cpu = cpu_seconds() - cpu_before;
    while (world.unsent() > 0)
        world.poll_and_turn();
    totals->stop = true;
    child.wait();
    const auto& hub = world.hub.counts();
    const double frames = static_cast<double>(hub.frames - hub_before.frames);
    std::printf(
        "  %.0f updates/s, %.0f frames/s, %.1f frames a call; core %.0f %% (it spins); "
        "conflated %llu, broken chains %llu, closed %llu\n",
        static_cast<double>(updates) / seconds_per_run, frames / seconds_per_run,
        frames / static_cast<double>(world.server.counts().frame_calls - before.frame_calls),
        100 * cpu / seconds_per_run,
        static_cast<unsigned long long>(hub.conflated - hub_before.conflated),
        static_cast<unsigned long long>(totals->broken.load()),
        static_cast<unsigned long long>(totals->closed.load()));
    print_latencies("feed to socket write", latencies);
}

void idle_bench() {
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
        return subscribe_request("l1", symbols_from(client * 20, 20, 500), 0);
    };
    Child child{[&] { run_clients(load, *totals); }};
    await_ready(world, *totals, clients, child);
    const std::size_t after = resident_bytes();
    const double cpu_before = cpu_seconds();
    const auto end =
        std::chrono::steady_clock::now() + std::chrono::duration<double>(seconds_per_run);
    std::uint64_t turns = 0;
    while (std::chrono::steady_clock::now() < end) {
        world.wait_and_turn();
        ++turns;
    }
    std::printf("  %.2f %% of a core, %.0f turns/s; %.1f KB resident a connection\n",
                100 * (cpu_seconds() - cpu_before) / seconds_per_run,
                static_cast<double>(turns) / seconds_per_run,
                static_cast<double>(after - before) / clients / 1'024);
    totals->stop = true;
    child.wait();
}

void http_bench() {
    std::printf("http: quote and book in turn at 1,000 requests/s over 16 connections\n");
    World world{500};
    HttpLoad load;
    load.port = world.port;
    load.seconds = seconds_per_run;
    for (std::size_t i = 0; i < 100; ++i) {
        load.targets.push_back("/v1/quotes/" + SyntheticMarket::symbol(i));
        load.targets.push_back("/v1/books/" + SyntheticMarket::symbol(i));
    }
    Child child{[&] {
        HttpLoadResult result = run_http_load(load);
        print_latencies("request due to answer read", result.latencies_ns);
        std::printf("  not answered with 200: %llu\n",
                    static_cast<unsigned long long>(result.failed));
    }};
    while (!child.ended())
        world.wait_and_turn();
    child.wait();
}

/// Each in a process of its own, so that none finds the memory that another left behind. Whether it
/// went well.
bool run_apart(const std::function<void()>& bench) {
    const pid_t pid = fork_flushed();
    if (pid < 0) throw std::runtime_error{"fork failed"};
    if (pid > 0) {
        int status = 0;
        ::waitpid(pid, &status, 0);
        return status == 0;
    }
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    pin_to(server_core);
    int status = 0;
    try {
        bench();
    } catch (const std::exception& error) {
        std::fprintf(stderr, "serving_bench: %s\n", error.what());
        status = 1;
    }
    std::fflush(stdout);
    ::_exit(status);
}

int run(const std::string& filter) {
    const std::regex wanted{filter};
    const std::vector<std::pair<std::string, std::function<void()>>> all{
        {"fan_out", fan_out_bench},
        {"latency", [] { latency_bench(false); }},
        {"latency_conflated", [] { latency_bench(true); }},
        {"idle", idle_bench},
        {"http", http_bench}};
    bool good = true;
    for (const auto& [name, bench] : all) {
        if (std::regex_search(name, wanted)) good &= run_apart(bench);
    }
    return good ? 0 : 1;
}

}  // namespace
}  // namespace tickweir::bench

int main(int count, char** values) {
    std::string filter = ".";
    for (int i = 1; i < count; ++i) {
        const std::string_view value{values[i]};
        constexpr std::string_view option = "--benchmark_filter=";
        if (value == "--seconds" && i + 1 < count) {
            tickweir::bench::seconds_per_run = std::atof(values[++i]);
        } else {
            filter = value.starts_with(option) ? value.substr(option.size()) : value;
        }
    }
    try {
        return tickweir::bench::run(filter);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "serving_bench: %s\n", error.what());
        return 1;
    }
}
