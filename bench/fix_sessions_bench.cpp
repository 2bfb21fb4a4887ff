// The FIX port with many sessions: what 500 of them take of a core while they only beat, and how
// long another one's TestRequest waits for its Heartbeat, alone and beside a hundred strangers who
// do their worst. The gateway's FIX part runs in this process, its clients in another.
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "bench/serving/processes.hpp"
#include "codecs/fix/message.hpp"
#include "codecs/fix/writer.hpp"
#include "gateway/fix/dictionary/dictionary.hpp"
#include "gateway/fix/fix_role.hpp"
#include "gateway/fix/open_stores.hpp"
#include "gateway/runtime/host.hpp"
#include "txn/io/posix_files.hpp"

namespace tickweir::bench {
namespace {

namespace wire = codecs::fix;
using Clock = std::chrono::steady_clock;
using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;

constexpr std::size_t beating = 500;
constexpr std::size_t strangers = 100;

std::string stranger_name(std::size_t number) {
    return "BAD" + std::to_string(number);
}

gateway::fix::FixSettings settings() {
    gateway::fix::FixSettings all;
    all.port = 0;
    all.connections_per_address_max = all.connections_max;
    // Strangers are let in again and again: kept out, they would do nothing.
    all.accepts_per_second_max = 100'000;
    all.failures_max = 1'000'000'000;
    const auto add = [&all](std::string comp_id) {
        gateway::fix::SessionSettings& session = all.sessions.emplace_back();
        session.name = session.comp_id = std::move(comp_id);
    };
    for (std::size_t i = 0; i < beating; ++i)
        add("C" + std::to_string(i));
    for (std::size_t i = 0; i < strangers; ++i)
        add(stranger_name(i));
    add("PROBE");
    return all;
}

/// The FIX part of a gateway, on its thread.
class Port {
public:
    Port() : opened_{gateway::fix::open_stores(settings(), files_, gateway::wall_clock_now())} {
        role_ = std::make_unique<gateway::fix::FixRole>(
            gateway::fix::FixParts{.settings = settings(),
                                   .stores = std::move(opened_.stores),
                                   .applications = {},
                                   .dictionary = std::string{gateway::fix::dictionary_xml()},
                                   .reactor = host_.reactor(),
                                   .metrics = metrics_,
                                   .control = control_});
        number = role_->listen();
        control_.set_wakers(&host_.reactor().waker(), nullptr);
        host_.add(*role_);
    }
    ~Port() {
        host_.request_stop(seconds{3});
        host_.join();
    }
    void start() { host_.start(); }

    std::uint16_t number = 0;

private:
    txn::io::PosixFiles files_;
    gateway::fix::OpenedStores opened_;
    gateway::Metrics metrics_;
    gateway::fix::SessionsControl control_;
    gateway::Host host_{{.name = "fix"}};
    std::unique_ptr<gateway::fix::FixRole> role_;
};

int connected(std::uint16_t port) {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
        throw std::runtime_error{"cannot connect"};
    ::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) | O_NONBLOCK);
    return fd;
}

/// Bytes to and from the port, never waiting.
class Client {
public:
    Client(std::uint16_t port, std::string name) : port_{port}, name_{std::move(name)} {
        connect();
    }
    ~Client() { ::close(fd_); }
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    void connect() {
        if (fd_ >= 0) ::close(fd_);
        fd_ = connected(port_);
        input_.clear();
    }
    bool send(std::string_view bytes) const {
        return ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL) ==
               static_cast<ssize_t>(bytes.size());
    }
    /// A message with these fields behind the header.
    template <class Fields>
    bool send(std::string_view type, Fields&& fields) {
        std::array<char, 512> buffer;
        wire::Writer writer{buffer};
        writer.begin(wire::fix_4_4, type, name_, "TICKWEIR");
        writer.field(wire::tag::msg_seq_num, next_++);
        writer.field(wire::tag::sending_time, gateway::wall_clock_now());
        fields(writer);
        const wire::Written written = writer.finish();
        return written && send(written.text);
    }
    bool log_on(std::int64_t heartbeat_s) {
        next_ = 1;
        return send("A", [heartbeat_s](wire::Writer& to) {
            to.field(wire::tag::encrypt_method, 0);
            to.field(wire::tag::heart_bt_int, heartbeat_s);
            to.field(wire::tag::reset_seq_num_flag, true);
        });
    }
    /// visit(const Message&) for what has come. False when the connection has ended.
    template <class Visit>
    bool read(Visit&& visit) {
        std::array<char, 64 * 1024> bytes;
        for (;;) {
            const ssize_t got = ::recv(fd_, bytes.data(), bytes.size(), 0);
            if (got == 0) return false;
            if (got < 0) return true;
            input_.append(bytes.data(), static_cast<std::size_t>(got));
            std::string_view rest = input_;
            for (;;) {
                const wire::Frame frame = message_.read(rest, {});
                if (frame.status == wire::FrameStatus::partial) break;
                if (frame.status == wire::FrameStatus::whole) visit(message_);
                rest.remove_prefix(frame.bytes);
            }
            input_.erase(0, input_.size() - rest.size());
        }
    }
    int fd() const { return fd_; }

private:
    std::uint16_t port_;
    std::string name_;
    int fd_ = -1;
    std::uint64_t next_ = 1;
    std::string input_;
    wire::Message message_{wire::MessageLimits{}};
};

/// What both processes see.
struct World {
    std::atomic<int> ready{0};
    std::atomic<bool> stop{false};
    std::atomic<std::uint64_t> messages{0};
};

/// Sessions that beat, each at its own time of the interval.
void beat(std::uint16_t port, std::int64_t interval_s, World& world) {
    std::vector<std::unique_ptr<Client>> clients;
    for (std::size_t i = 0; i < beating; ++i) {
        clients.push_back(std::make_unique<Client>(port, "C" + std::to_string(i)));
        clients.back()->log_on(interval_s);
        std::this_thread::sleep_for(microseconds{200});
    }
    world.ready = 1;
    const auto begin = Clock::now();
    const nanoseconds step = nanoseconds{seconds{interval_s}} / beating;
    for (std::uint64_t sent = 0; !world.stop;) {
        for (; begin + step * static_cast<std::int64_t>(sent) < Clock::now(); ++sent) {
            Client& one = *clients[sent % beating];
            if (!one.read([&world](const wire::Message&) { ++world.messages; }))
                throw std::runtime_error{"a session was cut"};
            one.send("0", [](wire::Writer&) {});
        }
        std::this_thread::sleep_for(milliseconds{1});
    }
}

double cpu_seconds() {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    return static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
           static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

void await(const World& world, int ready) {
    for (int i = 0; i < 20'000 && world.ready < ready; ++i)
        std::this_thread::sleep_for(milliseconds{1});
    if (world.ready < ready) throw std::runtime_error{"the clients were never ready"};
}

void measure_beats(std::int64_t interval_s) {
    constexpr double measured_s = 10;
    Shared<World> world;
    Port port;  // before the clients' process: it is told the number
    Child clients{[&] { beat(port.number, interval_s, *world); }};
    port.start();
    await(*world, 1);
    std::this_thread::sleep_for(seconds{1});
    const double before = cpu_seconds();
    const std::uint64_t heard = world->messages;
    std::this_thread::sleep_for(std::chrono::duration<double>(measured_s));
    const double share = (cpu_seconds() - before) / measured_s;
    std::printf(
        "%zu sessions, a heartbeat each %lld s either way: %.2f %% of a core (asked: 3), "
        "%.0f heartbeats/s heard\n",
        beating, static_cast<long long>(interval_s), 100 * share,
        static_cast<double>(world->messages - heard) / measured_s);
    world->stop = true;
    clients.wait();
}

/// One stranger's worst, by its number; each pass does a little of it.
void harass(Client& one, std::size_t number, std::uint64_t pass) {
    static const std::string logon =
        "8=FIX.4.4\x01"
        "9=70\x01"
        "35=A\x01"
        "49=PROBE\x01";
    switch (number % 5) {
        case 0:  // a byte at a time
            if (!one.send(std::string_view{logon}.substr(pass % logon.size(), 1))) one.connect();
            break;
        case 1:  // a length that is never reached
            if (!one.send("8=FIX.4.4\x01"
                          "9=2000000000\x01" +
                          std::string(2'000, 'x')))
                one.connect();
            break;
        case 2:  // a data field beyond its message
            if (!one.send("8=FIX.4.4\x01"
                          "9=29\x01"
                          "35=A\x01"
                          "95=2147483647\x01"
                          "96=x\x01"
                          "10=000\x01"))
                one.connect();
            break;
        case 3:  // garbage, and away
            one.send(std::string(4'000, '8'));
            one.connect();
            break;
        default:  // everything again, and nothing read
            if (!one.send("2", [](wire::Writer& to) {
                    to.field(wire::tag::begin_seq_no, 1);
                    to.field(wire::tag::end_seq_no, 0);
                })) {
                one.connect();
                one.log_on(1);
            }
    }
}

void harass_all(std::uint16_t port, World& world) {
    std::vector<std::unique_ptr<Client>> all;
    for (std::size_t i = 0; i < strangers; ++i)
        all.push_back(std::make_unique<Client>(port, stranger_name(i)));
    world.ready = 1;
    // Each a hundred times a second: more, and the clients' core is what is measured.
    for (std::uint64_t pass = 0; !world.stop; ++pass) {
        for (std::size_t i = pass % 10; i < strangers; i += 10)
            harass(*all[i], i, pass);
        std::this_thread::sleep_for(milliseconds{1});
    }
}

struct Waits {
    double p50 = 0;
    double p99 = 0;
    double most = 0;
};

/// TestRequests of one session, 200 a second from their intended times; in milliseconds.
Waits probe(std::uint16_t port) {
    static constexpr std::uint64_t count = 2'000;
    static constexpr nanoseconds gap{5'000'000};
    Client client{port, "PROBE"};
    client.log_on(60);
    std::vector<double> waited;
    std::uint64_t sent = 0;
    const auto begin = Clock::now() + milliseconds{200};
    const auto due = [begin](std::uint64_t number) {
        return begin + gap * static_cast<std::int64_t>(number);
    };
    while (waited.size() < count) {
        const auto now = Clock::now();
        if (now > begin + seconds{60}) throw std::runtime_error{"heartbeats did not come"};
        for (; sent < count && due(sent) <= now; ++sent)
            client.send("1", [sent](wire::Writer& to) { to.field(wire::tag::test_req_id, sent); });
        const nanoseconds left = std::max(nanoseconds{0}, nanoseconds{due(sent) - Clock::now()});
        const timespec most{0, left.count()};  // less than a gap
        pollfd ready{client.fd(), POLLIN, 0};
        ::ppoll(&ready, 1, &most, nullptr);
        const bool open = client.read([&](const wire::Message& message) {
            const auto id = message.get_uint(wire::tag::test_req_id);
            if (message.msg_type() != "0" || !id) return;
            waited.push_back(
                std::chrono::duration<double, std::milli>(Clock::now() - due(*id)).count());
        });
        if (!open) throw std::runtime_error{"the probe was cut"};
    }
    std::ranges::sort(waited);
    return {waited[count / 2], waited[count * 99 / 100], waited.back()};
}

void show(const char* what, const Waits& waits) {
    std::printf("TestRequest to Heartbeat, %s: p50 %.3f, p99 %.3f, most %.3f ms (asked: p99 1)\n",
                what, waits.p50, waits.p99, waits.most);
}

void measure_waits() {
    Shared<World> world;
    Shared<Waits> found;
    Port port;
    Child bad{[&] {
        while (world->ready == 0 && !world->stop)
            std::this_thread::sleep_for(milliseconds{1});
        world->ready = 0;
        harass_all(port.number, *world);
    }};
    Child good{[&] {
        *found = probe(port.number);
        show("alone", *found);
        world->ready = 1;
        std::this_thread::sleep_for(seconds{1});
        *found = probe(port.number);
        show("beside 100 strangers", *found);
        world->stop = true;
    }};
    port.start();
    good.wait();
    bad.wait();
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    std::printf("the gateway's memory at most: %.1f MB\n",
                static_cast<double>(usage.ru_maxrss) / 1'024);
}

}  // namespace
}  // namespace tickweir::bench

int main(int argc, char** argv) {
    using namespace tickweir::bench;
    const std::string_view wanted = argc > 1 ? argv[1] : "";
    try {
        if (wanted.empty() || wanted == "beats")
            for (const int interval_s : {30, 1})
                measure_beats(interval_s);
        if (wanted.empty() || wanted == "waits") measure_waits();
    } catch (const std::exception& error) {
        std::fprintf(stderr, "fix_sessions_bench: %s\n", error.what());
        return EXIT_FAILURE;
    }
    return EXIT_SUCCESS;
}
