// What the tests of recordings share: a recorder with rings, hosted by the test itself.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "gateway/record/recorder.hpp"
#include "gateway/record/tap.hpp"
#include "replay/capture.hpp"
#include "tests/replay/support.hpp"

namespace tickweir::gateway::tests {

using namespace std::chrono_literals;
using replay::CaptureStatus;
using replay::tests::Buffer;
using replay::tests::TempDir;
namespace fs = std::filesystem;

/// 2024-01-02 09:30:00 in New York.
inline constexpr book::TimeNs opening{1'704'205'800s};

inline std::vector<std::string> names_in(const fs::path& directory) {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator{directory})
        names.push_back(entry.path().filename().string());
    std::ranges::sort(names);
    return names;
}

/// What a capture holds.
struct Recorded {
    Buffer frames;
    std::vector<std::optional<book::TimeNs>> times;  // of blocks
    std::uint64_t lost = 0;
    CaptureStatus status{};
    replay::CaptureTotals totals;
};

inline Recorded read_recording(const fs::path& path) {
    Recorded recorded;
    auto capture = replay::Capture::open(path);
    if (!capture) {
        ADD_FAILURE() << capture.error();
        return recorded;
    }
    replay::Block block;
    while ((recorded.status = capture->next(block)) == CaptureStatus::block) {
        replay::tests::append(recorded.frames, block.frames);
        recorded.times.push_back(block.received);
        recorded.lost += block.lost_before;
        capture->consumed(block.frames.size());
    }
    recorded.totals = capture->totals();
    return recorded;
}

/// A recorder of some feeds, and their taps.
class Rig {
public:
    explicit Rig(RecordConfig config, std::vector<std::string> feeds = {"line"},
                 std::size_t ring_bytes = 1 << 20)
        : config_{std::move(config)} {
        std::vector<RecordedFeed> recorded;
        for (const std::string& name : feeds) {
            rings_.push_back(std::make_unique<book::ByteRing>(ring_bytes));
            const auto number = static_cast<std::uint32_t>(rings_.size() - 1);
            taps.emplace_back(number, *rings_.back(), nullptr, config_.format);
            recorded.push_back({.name = name, .ring = rings_.back().get()});
        }
        recorder.emplace(config_, std::move(recorded), metrics, now);
    }

    /// A datagram from 10.0.0.2:7000 to 239.1.2.3:8000, received now.
    void datagram(codecs::Bytes payload, std::size_t feed = 0) {
        TapHeader header;
        header.destination_port = 8'000;
        header.source_port = 7'000;
        header.destination_address = 0xef010203;
        header.source_address = 0x0a000002;
        header.received_ns = now.time_since_epoch().count();
        put(header, payload, feed);
    }

    /// `count` system events in sequence, received now.
    void messages(std::string_view session, std::uint64_t sequence, unsigned count,
                  std::size_t feed = 0) {
        TapHeader header;
        header.received_ns = now.time_since_epoch().count();
        header.session = codecs::Alpha<10>{session};
        header.sequence = sequence;
        header.count = count;
        put(header, replay::tests::frames(count, static_cast<unsigned>(sequence)), feed);
    }

    void put(const TapHeader& header, codecs::Bytes bytes, std::size_t feed = 0) {
        taps[feed].put(header, bytes);
        taps[feed].publish();
    }

    /// Lets time pass, and the recorder do all it has to do by then.
    void pass(std::chrono::nanoseconds time = 100ms) {
        now += time;
        while (recorder->turn(now)) {
        }
    }

    void stop() {
        recorder->stop(now);
        pass(0ns);
        EXPECT_TRUE(recorder->stopped());
    }

    RecordingCounts counts(std::size_t feed = 0) const { return recorder->counts(feed); }
    std::string metrics_text() const {
        std::string text;
        metrics.render(text);
        return text;
    }

    book::TimeNs now = opening;
    std::vector<RecordTap> taps;
    Metrics metrics;
    std::optional<Recorder> recorder;

private:
    RecordConfig config_;
    std::vector<std::unique_ptr<book::ByteRing>> rings_;
};

inline RecordConfig config_for(const TempDir& dir, RecordFormat format = RecordFormat::pcap,
                               RecordCompression compression = RecordCompression::none) {
    RecordConfig config;
    config.directory = dir.path().string();
    config.format = format;
    config.compression = compression;
    return config;
}

}  // namespace tickweir::gateway::tests
