// What it costs to put a packet of MoldUDP64 into sequence: in order, of two lines, reordered, and
// with losses that a server answers. Packets lie in memory; the clock has receiving, events and
// requests. The baseline only checks the packets.
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "bench/rounds.hpp"
#include "codecs/mold/receiver.hpp"

namespace tickweir::bench {
namespace {

using namespace codecs::mold;
using codecs::Bytes;

constexpr codecs::Alpha<10> session{"BENCH"};
constexpr std::size_t message_bytes = 32;            // so that 40 fit a datagram
constexpr std::chrono::nanoseconds spacing{10'000};  // of packets

struct Options {
    std::uint64_t packets = 200'000;
    unsigned rounds = 7;
    unsigned core = 0;
};

struct Stream {
    std::uint64_t packet_messages = 0;
    std::vector<std::vector<std::byte>> packets;

    Stream(std::uint64_t packet_count, std::uint64_t messages) : packet_messages{messages} {
        const std::vector<std::byte> message(message_bytes, std::byte{7});
        std::vector<std::byte> out(65'536);
        for (std::uint64_t i = 0; i < packet_count; ++i) {
            PacketWriter writer{out, session, 1 + i * messages};
            for (std::uint64_t n = 0; n < messages; ++n) {
                if (!writer.append(message)) std::abort();
            }
            const Bytes packet = writer.finish();
            packets.emplace_back(packet.begin(), packet.end());
        }
    }
    std::uint64_t messages() const { return packets.size() * packet_messages; }
};

/// Which packet comes when, on which line.
using Schedule = std::vector<std::pair<std::uint32_t, std::uint32_t>>;

struct Schedules {
    Schedule in_order, two_lines, reordered, lossy, lossy_lines;

    explicit Schedules(std::size_t packets) {
        std::mt19937_64 random{7};
        for (std::uint32_t i = 0; i < packets; ++i) {
            in_order.emplace_back(0, i);
            two_lines.emplace_back(0, i);
            two_lines.emplace_back(1, i);
            reordered.emplace_back(0, i);
            if (i > 0 && random() % 100 == 0) std::swap(reordered[i - 1], reordered[i]);
            const bool last = i + 1 == packets;
            for (std::uint32_t line = 0; line < 2; ++line) {
                if (last || i == 0 || random() % 100 != 0) lossy_lines.emplace_back(line, i);
            }
            if (last || i == 0 || random() % 100 != 0) lossy.emplace_back(0, i);
        }
    }
};

class Run {
public:
    Run(const Stream& stream, const Schedule& schedule, std::uint32_t lines)
        : stream_{&stream}, schedule_{&schedule}, lines_{lines} {}

    void prepare() {
        receiver_ = std::make_unique<Receiver>(
            ReceiverLimits{.lines = lines_, .servers = 1, .requests_per_second = 1'000'000});
        given_ = 0;
    }

    void run() {
        TimeNs now{std::chrono::seconds{1}};
        for (const auto& [line, packet] : *schedule_) {
            now += spacing;
            receiver_->on_packet(line, stream_->packets[packet], now);
            take_events();
            take_requests(now);
        }
        // What was lost last waits.
        now += std::chrono::seconds{1};
        receiver_->on_tick(now);
        take_events();
        take_requests(now);
        if (given_ != stream_->messages()) {
            std::fprintf(stderr, "%llu messages of %llu\n", static_cast<unsigned long long>(given_),
                         static_cast<unsigned long long>(stream_->messages()));
            std::abort();
        }
    }

private:
    void take_events() {
        for (; const Event* event = receiver_->front(); receiver_->advance()) {
            if (event->kind == EventKind::messages) given_ += event->count;
        }
    }

    void take_requests(TimeNs now) {
        while (const auto out = receiver_->next_request(now)) {
            answer(*out, now);
        }
    }

    void answer(const OutgoingRequest& out, TimeNs now) {
        const std::uint64_t first = (out.request.sequence - 1) / stream_->packet_messages;
        const std::uint64_t count = out.request.count / stream_->packet_messages;
        for (std::uint64_t i = 0; i < count; ++i) {
            receiver_->on_answer(out.server, stream_->packets[first + i], now);
            take_events();
        }
    }

    const Stream* stream_;
    const Schedule* schedule_;
    std::uint32_t lines_;
    std::unique_ptr<Receiver> receiver_;
    std::uint64_t given_ = 0;
};

void measure_stream(const Options& options, std::uint64_t packet_messages) {
    const Stream stream{options.packets, packet_messages};
    const Schedules schedules{stream.packets.size()};
    std::vector<Contender> contenders;
    std::uint64_t checked = 0;
    contenders.push_back({"checking only", [] {},
                          [&] {
                              for (const auto& packet : stream.packets) {
                                  checked += PacketView{packet}.message_count();
                              }
                          }});
    const auto add = [&](const char* name, const Schedule& schedule, std::uint32_t lines) {
        const auto run = std::make_shared<Run>(stream, schedule, lines);
        contenders.push_back({name, [run] { run->prepare(); }, [run] { run->run(); }});
    };
    add("in order", schedules.in_order, 1);
    add("two lines, each packet twice", schedules.two_lines, 2);
    add("1 % reordered", schedules.reordered, 1);
    add("1 % lost, fetched from a server", schedules.lossy, 1);
    add("two lines, 1 % lost on each", schedules.lossy_lines, 2);
    measure(contenders, stream.packets.size(), options.rounds);
    if (checked != (options.rounds + 1) * stream.messages()) std::abort();

    std::printf("\n%-40s %10s %8s %8s\n",
                ("packets of " + std::to_string(packet_messages) + " messages").c_str(),
                "ns/packet", "min", "max");
    for (const Contender& contender : contenders) {
        const auto [low, high] = std::minmax_element(contender.nanoseconds_per_item.begin(),
                                                     contender.nanoseconds_per_item.end());
        std::printf("%-40s %10.1f %8.1f %8.1f\n", contender.name.c_str(), contender.median(), *low,
                    *high);
    }
}

}  // namespace
}  // namespace tickweir::bench

int main(int argc, char** argv) {
    tickweir::bench::Options options;
    for (int i = 1; i + 1 < argc; i += 2) {
        const std::string name = argv[i];
        if (name == "--packets") options.packets = std::strtoull(argv[i + 1], nullptr, 10);
        if (name == "--rounds") options.rounds = static_cast<unsigned>(std::atoi(argv[i + 1]));
        if (name == "--core") options.core = static_cast<unsigned>(std::atoi(argv[i + 1]));
    }
    tickweir::bench::pin_to(options.core);
    for (const std::uint64_t messages : {1U, 10U, 40U}) {
        tickweir::bench::measure_stream(options, messages);
    }
    return 0;
}
