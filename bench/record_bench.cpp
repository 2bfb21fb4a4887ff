// What recording costs: the feed for handing a packet to the recorder, and the recorder for writing
// a feed at full rate. Packets of 40 messages, 1,420 bytes, as full as NASDAQ's.
//
//     record_bench [SECONDS]
//
// Files go to a directory below TMPDIR (or /tmp), which is removed. Every file is read back.
#include <sys/resource.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "bench/rounds.hpp"
#include "codecs/mold/packet.hpp"
#include "gateway/record/recorder.hpp"
#include "gateway/record/tap.hpp"
#include "gateway/runtime/host.hpp"
#include "replay/capture.hpp"
#include "replay/simulator.hpp"

namespace tickweir::bench {
namespace {

namespace fs = std::filesystem;
using namespace gateway;

constexpr std::uint64_t packets_per_second = 37'500;
constexpr std::uint64_t batch = 16;  // packets a turn of a feed
constexpr unsigned feed_core = 0;
constexpr int recorder_core = 1;

using Packet = std::vector<std::byte>;

/// A market's messages in packets of 40.
std::vector<Packet> make_packets(std::uint64_t count) {
    constexpr std::uint64_t messages_each = 40;
    replay::SimulatorOptions options;
    options.messages = count * messages_each;
    auto market = replay::Simulator::create(options);
    if (!market) return {};
    std::vector<Packet> packets;
    std::array<std::byte, 2'048> out;
    for (std::uint64_t first = 1; packets.size() < count; first += messages_each) {
        codecs::mold::PacketWriter writer{out, codecs::Alpha<10>{"BENCH"}, first};
        for (std::uint64_t i = 0; i < messages_each; ++i)
            static_cast<void>(writer.append(market->next()));
        const codecs::Bytes whole = writer.finish();
        packets.emplace_back(whole.begin(), whole.end());
    }
    return packets;
}

std::int64_t now_ns() {
    return wall_clock_now().time_since_epoch().count();
}

double cpu_seconds(int who) {
    rusage usage{};
    getrusage(who, &usage);
    const auto seconds = [](const timeval& t) {
        return static_cast<double>(t.tv_sec) + 1e-6 * static_cast<double>(t.tv_usec);
    };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

/// A recorder on its thread, and the tap of its feed.
class Recording {
public:
    Recording(const fs::path& directory, RecordCompression compression)
        : ring_{std::size_t{16} << 20}, host_{{.name = "record", .cpu = recorder_core}} {
        RecordConfig config;
        config.directory = directory.string();
        config.compression = compression;
        recorder_ = std::make_unique<Recorder>(
            config, std::vector<RecordedFeed>{{.name = "bench", .ring = &ring_}}, metrics_,
            wall_clock_now());
        host_.add(*recorder_);
        tap_ = std::make_unique<RecordTap>(0, ring_, &host_.reactor().waker());
        host_.start();
    }
    ~Recording() { stop(); }

    RecordTap& tap() { return *tap_; }
    void stop() {
        host_.request_stop(std::chrono::minutes{1});
        host_.join();
    }
    void wait_empty() {
        while (!ring_.empty_approx())
            std::this_thread::sleep_for(std::chrono::milliseconds{1});
    }
    RecordingCounts counts() const { return recorder_->counts(0); }

private:
    book::ByteRing ring_;
    Metrics metrics_;
    Host host_;
    std::unique_ptr<Recorder> recorder_;
    std::unique_ptr<RecordTap> tap_;
};

TapHeader header_at(std::int64_t received_ns) {
    TapHeader header;
    header.destination_port = 26'477;
    header.source_port = 26'477;
    header.destination_address = 0xefff0001;
    header.source_address = 0x0a000001;
    header.received_ns = received_ns;
    return header;
}

/// What a feed surely does with a packet: goes over its messages.
std::uint64_t go_over(const Packet& packet) {
    std::uint64_t sum = 0;
    const codecs::mold::PacketView view{packet};
    for (const codecs::Bytes message : view.messages())
        sum += std::to_integer<std::uint64_t>(message[0]);
    return sum;
}

void measure_tap(const fs::path& directory, const std::vector<Packet>& packets) {
    Recording recording{directory, RecordCompression::none};
    std::uint64_t sum = 0;
    const std::int64_t received_ns = now_ns();
    const std::size_t count = std::min<std::size_t>(packets.size(), 5'000);  // fits the ring
    const auto run = [&](bool tapped) {
        for (std::size_t i = 0; i < count; ++i) {
            sum += go_over(packets[i]);
            if (!tapped) continue;
            recording.tap().put(header_at(received_ns), packets[i]);
            if (i % batch == 0) recording.tap().publish();
        }
        recording.tap().publish();
    };
    std::vector<Contender> contenders{
        {"going over the messages", [] {}, [&] { run(false); }},
        {"the same and the tap", [&] { recording.wait_empty(); }, [&] { run(true); }}};
    measure(contenders, count, 21);
    std::printf("per packet:\n");
    print(contenders, 0);
    std::printf("lost %llu (checksum %llu)\n",
                static_cast<unsigned long long>(recording.tap().lost()),
                static_cast<unsigned long long>(sum));
}

/// A feed at its full rate for so long, and whether all of it arrived in files.
void measure_rate(const fs::path& directory, const std::vector<Packet>& packets,
                  RecordCompression compression, double seconds) {
    fs::create_directories(directory);
    Recording recording{directory, compression};
    const double process_before = cpu_seconds(RUSAGE_SELF);
    const double feed_before = cpu_seconds(RUSAGE_THREAD);
    const auto start = std::chrono::steady_clock::now();
    const auto wanted =
        static_cast<std::uint64_t>(seconds * static_cast<double>(packets_per_second));
    for (std::uint64_t sent = 0; sent < wanted; ++sent) {
        recording.tap().put(header_at(now_ns()), packets[sent % packets.size()]);
        if (sent % batch != 0) continue;
        recording.tap().publish();
        std::this_thread::sleep_until(
            start + std::chrono::nanoseconds{sent * 1'000'000'000 / packets_per_second});
    }
    recording.tap().publish();
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    recording.stop();
    const double feed = cpu_seconds(RUSAGE_THREAD) - feed_before;
    const double recorder = cpu_seconds(RUSAGE_SELF) - process_before - feed;
    std::uint64_t read = 0;
    for (const auto& entry : fs::directory_iterator{directory}) {
        auto capture = replay::Capture::open(entry.path());
        replay::Block block;
        while (capture && capture->next(block) == replay::CaptureStatus::block) {
        }
        if (capture) read += capture->totals().packets;
    }
    const RecordingCounts counts = recording.counts();
    std::printf(
        "%-5s %8.0f packets/s, recorder busy %5.1f %%, lost %llu, %s\n",
        std::string{record_compression_names[static_cast<std::size_t>(compression)]}.c_str(),
        static_cast<double>(wanted) / took.count(), 100 * recorder / took.count(),
        static_cast<unsigned long long>(recording.tap().lost() + counts.lost),
        read == counts.records && read + recording.tap().lost() == wanted ? "read back whole"
                                                                          : "NOT WHOLE");
}

int run(double seconds) {
    std::string name = (fs::temp_directory_path() / "tickweir-record-bench-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) return 1;
    const fs::path directory = name;
    pin_to(feed_core);
    const std::vector<Packet> packets = make_packets(50'000);
    measure_tap(directory / "tap", packets);
    for (const auto compression :
         {RecordCompression::none, RecordCompression::gzip, RecordCompression::zstd}) {
        const fs::path own = directory / std::to_string(static_cast<int>(compression));
        measure_rate(own, packets, compression, seconds);
        fs::remove_all(own);
    }
    fs::remove_all(directory);
    return 0;
}

}  // namespace
}  // namespace tickweir::bench

int main(int argc, char** argv) {
    return tickweir::bench::run(argc > 1 ? std::atof(argv[1]) : 3);
}
