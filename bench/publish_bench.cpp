// How fast a capture is published to loopback UDP, beside the bare loop that sends the same packets
// again and again: a receiver on another core drains both, and what it got is checked.
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "bench/rounds.hpp"
#include "codecs/mold/packet.hpp"
#include "gateway/play/publisher.hpp"
#include "gateway/runtime/host.hpp"
#include "replay/itch_writer.hpp"
#include "replay/simulator.hpp"

namespace tickweir::bench {
namespace {

using gateway::Descriptor;

struct Options {
    std::uint64_t messages = 4'000'000;
    unsigned rounds = 5;
    unsigned sender_core = 0;
    unsigned receiver_core = 1;
};

[[noreturn]] void fail(const std::string& why) {
    std::fprintf(stderr, "publish_bench: %s\n", why.c_str());
    std::exit(1);
}

/// Processor time of this thread: what a machine shared with others does not change much.
double cpu_ns() {
    timespec time{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) * 1e9 + static_cast<double>(time.tv_nsec);
}

/// Drains a socket on a core of its own and counts the messages that the heads promise.
class Drain {
public:
    explicit Drain(unsigned core) : socket_{::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)} {
        const int buffer = 4 * 1024 * 1024;
        ::setsockopt(socket_.get(), SOL_SOCKET, SO_RCVBUF, &buffer, sizeof buffer);
        sockaddr_in at = gateway::to_sockaddr({gateway::ipv4_loopback, 0});
        socklen_t length = sizeof at;
        if (::bind(socket_.get(), reinterpret_cast<sockaddr*>(&at), sizeof at) != 0 ||
            ::getsockname(socket_.get(), reinterpret_cast<sockaddr*>(&at), &length) != 0)
            fail("cannot bind a receiver");
        address_ = gateway::from_sockaddr(at);
        thread_ = std::thread{[this, core] {
            pin_to(core);
            run();
        }};
    }
    ~Drain() {
        stop_.store(true);
        thread_.join();
    }
    const gateway::UdpAddress& address() const { return address_; }
    std::uint64_t messages() const { return messages_.load(std::memory_order_relaxed); }

private:
    void run() {
        constexpr std::size_t batch = 64;
        std::vector<std::array<std::byte, 2048>> buffers(batch);
        std::array<iovec, batch> parts{};
        std::array<mmsghdr, batch> heads{};
        for (std::size_t i = 0; i < batch; ++i) {
            parts[i] = {buffers[i].data(), buffers[i].size()};
            heads[i].msg_hdr.msg_iov = &parts[i];
            heads[i].msg_hdr.msg_iovlen = 1;
        }
        while (!stop_.load(std::memory_order_relaxed)) {
            const int got = ::recvmmsg(socket_.get(), heads.data(), batch, MSG_DONTWAIT, nullptr);
            if (got <= 0) {
                pollfd ready{socket_.get(), POLLIN, 0};
                ::poll(&ready, 1, 10);
                continue;
            }
            std::uint64_t messages = 0;
            for (std::size_t i = 0; i < static_cast<std::size_t>(got); ++i) {
                const auto head = codecs::read<codecs::mold::Header>(buffers[i].data());
                if (head.count != codecs::mold::end_of_session_count) messages += head.count;
            }
            messages_.fetch_add(messages, std::memory_order_relaxed);
        }
    }

    Descriptor socket_;
    gateway::UdpAddress address_;
    std::atomic<bool> stop_{false};
    std::atomic<std::uint64_t> messages_{0};
    std::thread thread_;
};

/// Writes a simulated day, and gives the messages of one full packet of it.
gateway::MessageArchive make_day(const std::filesystem::path& path, std::uint64_t messages) {
    replay::SimulatorOptions market;
    market.seed = 7;
    market.instruments = 1'000;
    market.messages = messages;
    auto simulator = replay::Simulator::create(market);
    auto file = replay::ItchWriter::create(path);
    if (!simulator || !file) fail("cannot make the day");
    gateway::MessageArchive archive{{}};
    std::vector<std::byte> block(std::size_t{1} << 20);
    for (std::size_t bytes = simulator->fill(block); bytes != 0; bytes = simulator->fill(block)) {
        const codecs::Bytes frames = codecs::Bytes{block}.first(bytes);
        file->write_frames(frames);
        for (const codecs::Bytes message : codecs::mold::Blocks{frames})
            archive.append(message);
    }
    if (!file->finish()) fail("cannot write the day");
    return archive;
}

/// Every packet of the day, already packed, without anything between two sends.
void send_bare(const gateway::MessageArchive& archive, const gateway::UdpAddress& to) {
    auto socket = gateway::open_line_socket({.to = to});
    if (!socket) fail(socket.error());
    gateway::DatagramBatch batch;
    gateway::ArchivePlace place{};
    for (bool more = true; more;) {
        batch.clear();
        while (!batch.full()) {
            const gateway::ArchiveRun run =
                archive.run(place, gateway::packet_frames_bytes_max, 65'534);
            more = run.count != 0;
            if (!more) break;
            batch.add({"BARE", place.sequence, static_cast<std::uint16_t>(run.count)}, run.frames,
                      to);
            place = run.end();
        }
        if (batch.send(socket->get()).error != 0) fail("the bare loop cannot send");
    }
}

void publish(gateway::PublisherOptions options, std::uint64_t messages) {
    gateway::Reactor reactor;
    gateway::Publisher publisher{std::move(options), reactor, gateway::wall_clock_now()};
    while (!publisher.stopped()) {
        const bool worked = publisher.turn(gateway::wall_clock_now());
        if (!reactor.poll() && !worked && !publisher.stopped())
            reactor.wait(10'000, [] { return false; });
    }
    if (publisher.report().messages != messages) fail("not everything was published");
}

Options parse(int count, char** values) {
    Options options;
    for (int i = 1; i + 1 < count; i += 2) {
        const std::string name = values[i];
        const auto value = std::strtoull(values[i + 1], nullptr, 10);
        if (name == "--messages")
            options.messages = value;
        else if (name == "--rounds")
            options.rounds = static_cast<unsigned>(value);
        else
            fail("unknown option " + name + "; there are --messages and --rounds");
    }
    return options;
}

void run(const Options& options) {
    const auto path = std::filesystem::temp_directory_path() /
                      ("tickweir-publish-bench-" + std::to_string(::getpid()) + ".itch");
    const gateway::MessageArchive archive = make_day(path, options.messages);
    pin_to(options.sender_core);
    const Drain a{options.receiver_core};
    const Drain b{options.receiver_core};
    gateway::PublisherOptions one;
    one.capture = path;
    one.pace.speed = std::nullopt;
    one.linger = std::chrono::nanoseconds{0};
    one.lines = {{.to = a.address()}};
    one.requests = gateway::UdpAddress{gateway::ipv4_loopback, 0};
    one.soup = gateway::UdpAddress{gateway::ipv4_loopback, 0};
    gateway::PublisherOptions faulty = one;
    faulty.faults = {{10'000'000}, {10'000'000}, {10'000'000}};
    gateway::PublisherOptions two = one;
    two.lines.push_back({.to = b.address()});
    std::array<std::vector<double>, 4> cpu;
    const auto timed = [&cpu](std::size_t contender, auto work) {
        return [&cpu, contender, work] {
            const double start = cpu_ns();
            work();
            cpu.at(contender).push_back(cpu_ns() - start);
        };
    };
    const auto play = [&](std::size_t contender, const gateway::PublisherOptions& how) {
        return timed(contender, [&how, &options] { publish(how, options.messages); });
    };
    std::vector<Contender> contenders{
        {"bare loop: packets of the day, one line", [] {},
         timed(0, [&] { send_bare(archive, a.address()); })},
        {"publish at --speed max, one line", [] {}, play(1, one)},
        {"the same with 1 % loss, duplication, reordering", [] {}, play(2, faulty)},
        {"publish at --speed max, two lines", [] {}, play(3, two)}};
    measure(contenders, options.messages, options.rounds);
    std::filesystem::remove(path);
    print(contenders, 0);
    for (std::size_t i = 0; i < contenders.size(); ++i) {
        std::sort(cpu.at(i).begin(), cpu.at(i).end());
        const double busy =
            cpu.at(i).at(cpu.at(i).size() / 2) / static_cast<double>(options.messages);
        std::printf("%-58s %6.2f M messages/s, %.0f ns of processor time each\n",
                    contenders[i].name.c_str(), 1'000 / contenders[i].median(), busy);
    }
    const double sent = static_cast<double>(options.messages * (options.rounds + 1));
    std::printf("line A's receiver got %.1f %% of what was sent to it\n",
                100 * static_cast<double>(a.messages()) / (4 * sent));
}

}  // namespace
}  // namespace tickweir::bench

int main(int count, char** values) {
    tickweir::bench::run(tickweir::bench::parse(count, values));
}
