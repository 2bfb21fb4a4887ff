// A recorder on its thread, and a feed on another.
#include "gateway/runtime/host.hpp"
#include "tests/record/support.hpp"

namespace tickweir::gateway::tests {
namespace {

using replay::tests::mold_events;

TEST(Recorder, OnItsThreadWritesOrCountsEveryRecord) {
    const TempDir dir;
    book::ByteRing ring{1 << 18};
    Metrics metrics;
    Host host{{.name = "record"}};
    Recorder recorder{config_for(dir, RecordFormat::pcap, RecordCompression::zstd),
                      {{.name = "line", .ring = &ring}},
                      metrics,
                      wall_clock_now()};
    host.add(recorder);
    RecordTap tap{0, ring, &host.reactor().waker()};
    ASSERT_TRUE(host.start());
    constexpr unsigned packets = 5'000;
    for (unsigned i = 0; i < packets; ++i) {
        TapHeader header;
        header.destination_port = 1;
        header.received_ns = wall_clock_now().time_since_epoch().count();
        tap.put(header, mold_events("A", 1 + 20 * i, 20));
        if (i % 8 == 0) tap.publish();
    }
    tap.publish();
    host.request_stop(30s);
    host.join();
    EXPECT_EQ(host.failure(), nullptr);
    EXPECT_EQ(recorder.counts(0).records + tap.lost(), packets);
    ASSERT_EQ(names_in(dir.path()).size(), 1U);
    const Recorded got = read_recording(dir / names_in(dir.path())[0]);
    EXPECT_EQ(got.status, CaptureStatus::end);
    EXPECT_EQ(got.totals.packets, recorder.counts(0).records);
}

}  // namespace
}  // namespace tickweir::gateway::tests
