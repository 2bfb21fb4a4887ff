#include "replay/pcap.hpp"

#include <chrono>
#include <random>

#include "replay/byte_sink.hpp"
#include "tests/replay/packets.hpp"
#include "tests/support/seed.hpp"

namespace tickweir::replay::tests {
namespace {

using namespace std::chrono_literals;

using Runs = std::vector<Buffer>;

constexpr std::uint32_t micro = 0xa1b2c3d4, nano = 0xa1b23c4d;

/// A pcap file in the making; `Put` writes integers in the file's byte order.
class PcapBytes {
public:
    explicit PcapBytes(std::uint32_t magic = nano, bool big = false, std::uint32_t link = 1)
        : big_{big} {
        put(magic).put(std::uint16_t{2}).put(std::uint16_t{4}).put(std::uint64_t{0});
        put(std::uint32_t{65'535}).put(link);
    }

    PcapBytes& packet(std::uint32_t seconds, std::uint32_t fraction, Bytes bytes,
                      std::size_t cut = 0) {
        offsets.push_back(file.size());
        put(seconds).put(fraction);
        put(static_cast<std::uint32_t>(bytes.size() - cut));
        put(static_cast<std::uint32_t>(bytes.size()));
        append(file, bytes.first(bytes.size() - cut));
        return *this;
    }
    PcapBytes& payload(Bytes payload) { return packet(1, 0, ethernet_udp(payload)); }

    Buffer file;
    std::vector<std::uint64_t> offsets;  // of the records

private:
    template <std::unsigned_integral T>
    PcapBytes& put(T value) {
        big_ ? append_big(file, value) : append_little(file, value);
        return *this;
    }
    bool big_;
};

/// What a capture brought, block by block.
struct Read {
    std::vector<Buffer> frames;
    std::vector<std::uint64_t> offsets;
    std::vector<std::optional<book::TimeNs>> times;
    std::vector<std::uint64_t> lost;
    CaptureStatus status = CaptureStatus::failed;
    CaptureTotals totals;
    Damage damage;
    std::string error;  // of opening
};

Read read_all(ByteSource source) {
    Read read;
    auto file = PcapFile::open(std::move(source));
    if (!file) {
        read.error = file.error();
        return read;
    }
    Block block;
    while ((read.status = file->next(block)) == CaptureStatus::block) {
        read.frames.emplace_back(block.frames.begin(), block.frames.end());
        read.offsets.push_back(block.offset);
        read.times.push_back(block.received);
        read.lost.push_back(block.lost_before);
        EXPECT_FALSE(block.complete);
        std::byte sum{};  // the guaranteed room is readable; sanitizers watch
        for (std::size_t i = 0; i < Block::padding; ++i)
            sum ^= *(block.frames.data() + block.frames.size() + i);
        static_cast<void>(sum);
    }
    EXPECT_EQ(file->next(block), read.status);
    read.totals = file->totals();
    read.damage = file->damage();
    return read;
}

Read read_all(const Buffer& file) {
    return read_all(ByteSource{file});
}

TEST(PcapFile, ReadsBothByteOrdersAndBothPrecisions) {
    for (const bool big : {false, true}) {
        for (const auto magic : {micro, nano}) {
            PcapBytes pcap{magic, big};
            pcap.packet(1'692'710'488, 123'456, ethernet_udp(mold_events("A", 1, 2)));
            pcap.packet(1'692'710'489, 7, ethernet_udp(mold_events("A", 3, 1)));
            const Read read = read_all(pcap.file);
            EXPECT_EQ(read.frames, (Runs{frames(2), frames(1, 3)}));
            EXPECT_EQ(read.offsets, pcap.offsets);
            const auto unit = magic == micro ? 1'000ns : 1ns;
            EXPECT_EQ(read.times[0], book::TimeNs{1'692'710'488s + 123'456 * unit});
            EXPECT_EQ(read.times[1], book::TimeNs{1'692'710'489s + 7 * unit});
            EXPECT_EQ(read.status, CaptureStatus::end);
            EXPECT_EQ(read.damage, Damage{});
        }
    }
}

TEST(PcapFile, ReadsEveryLinkType) {
    const Buffer ip = ipv4(udp(mold_events("A", 1, 1)));
    const auto behind = [&](std::initializer_list<unsigned> header) {
        Buffer bytes = to_bytes(header);
        append(bytes, ip);
        return bytes;
    };
    const std::pair<std::uint32_t, Buffer> links[]{
        {1, ethernet(0x0800, ip)},
        {101, ip},
        {228, ip},
        {113, behind({0, 0, 0, 1, 0, 6, 1, 2, 3, 4, 5, 6, 0, 0, 8, 0})},
        {276, behind({8, 0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 6, 1, 2, 3, 4, 5, 6, 0, 0})},
        {0, behind({2, 0, 0, 0})},
        {108, behind({0, 0, 0, 2})},
    };
    for (const auto& [link, packet] : links) {
        const Read read = read_all(PcapBytes{nano, false, link}.packet(1, 2, packet).file);
        EXPECT_EQ(read.error, "");
        EXPECT_EQ(read.frames, (Runs{frames(1)})) << link;
    }
    EXPECT_EQ(read_all(PcapBytes{nano, false, 105}.file).error,
              "pcap: link type 105 (IEEE802_11) is not supported");
}

TEST(PcapFile, CountsWhatItPassesOver) {
    const Buffer events = mold_events("A", 1, 1);
    PcapBytes pcap;
    pcap.packet(1, 0, ethernet(0x0806, Buffer(46)));
    pcap.packet(1, 0, ethernet(0x0800, ipv4(udp(events), 6)));
    pcap.packet(1, 0, ethernet(0x0800, ipv4(udp(events), 17, 0x2000)));
    pcap.packet(1, 0, ethernet_udp(events), 5);
    pcap.payload(to_bytes("not a MoldUDP64 packet at all"));
    Buffer malformed = ethernet_udp(events);
    malformed[14 + 20 + 5] = std::byte{3};
    pcap.packet(1, 0, malformed);
    pcap.payload(events).payload(events);
    pcap.payload(mold("A", 2, 0)).payload(mold("A", 2, end_of_session));
    const Read read = read_all(pcap.file);
    EXPECT_EQ(read.frames, (Runs{frames(1)}));
    EXPECT_EQ(read.offsets, std::vector{pcap.offsets[6]});
    EXPECT_EQ(read.totals, (CaptureTotals{.sessions = 1,
                                          .packets = 10,
                                          .mold_packets = 4,
                                          .heartbeats = 1,
                                          .ends_of_session = 1,
                                          .duplicate_packets = 1,
                                          .duplicate_messages = 1,
                                          .not_udp = 2,
                                          .not_mold = 1,
                                          .fragments = 1,
                                          .cut_packets = 1,
                                          .malformed = 1}));
}

TEST(PcapFile, TellsLossesAlsoWithoutMessages) {
    PcapBytes pcap;
    pcap.payload(mold_events("A", 1, 1)).payload(mold_events("A", 4, 1)).payload(mold("A", 9, 0));
    const Read read = read_all(pcap.file);
    EXPECT_EQ(read.frames, (Runs{frames(1), frames(1, 4), Buffer{}}));
    EXPECT_EQ(read.lost, (std::vector<std::uint64_t>{0, 2, 4}));
}

TEST(PcapFile, PutsLatePacketsInTheirPlaceWithTheirOwnTimesAndOffsets) {
    PcapBytes pcap;
    const auto add = [&](std::uint32_t second, std::uint64_t sequence, unsigned count) {
        pcap.packet(second, 0, ethernet_udp(mold_events("A", sequence, count)));
    };
    add(1, 1, 1);
    add(2, 4, 2);
    add(3, 3, 1);
    add(4, 2, 1);
    add(5, 7, 1);
    const Read read = read_all(pcap.file);
    EXPECT_EQ(read.frames,
              (Runs{frames(1), frames(1, 2), frames(1, 3), frames(2, 4), frames(1, 7)}));
    const auto& at = pcap.offsets;
    EXPECT_EQ(read.offsets, (std::vector{at[0], at[3], at[2], at[1], at[4]}));
    EXPECT_EQ(read.times[1], book::TimeNs{4s});
    EXPECT_EQ(read.times[3], book::TimeNs{2s});
    EXPECT_EQ(read.lost, (std::vector<std::uint64_t>{0, 0, 0, 0, 1})) << "at the end";
    EXPECT_EQ(read.status, CaptureStatus::end);
}

TEST(PcapFile, GivesWhatItKeptBeforeItTellsOfDamage) {
    PcapBytes pcap;
    pcap.payload(mold_events("A", 1, 1)).payload(mold_events("A", 3, 1));
    pcap.payload(mold_events("A", 2, 1));
    const Read read = read_all(ByteSource{Bytes{pcap.file}.first(pcap.offsets[2] + 20)});
    EXPECT_EQ(read.frames, (Runs{frames(1), frames(1, 3)}));
    EXPECT_EQ(read.lost, (std::vector<std::uint64_t>{0, 1}));
    EXPECT_EQ(read.status, CaptureStatus::truncated);
    EXPECT_EQ(read.damage.offset, pcap.offsets[2]);
}

TEST(PcapFile, TakesTheGreatestPacket) {
    Buffer big;
    for (int i = 0; i < 1'087; ++i)
        append(big, frame(Buffer(58, std::byte{7})));
    const Read read = read_all(PcapBytes{}.payload(mold("A", 1, 1'087, big)).file);
    EXPECT_EQ(read.frames, (Runs{big}));
}

TEST(PcapFile, EveryTruncationGivesThePacketsBeforeItAndSaysWhere) {
    PcapBytes pcap;
    for (unsigned i = 0; i < 3; ++i)
        pcap.payload(mold_events("A", 1 + i, 1));
    pcap.offsets.push_back(pcap.file.size());
    for (std::size_t size = 4; size < 24; ++size) {
        const Read read = read_all(ByteSource{Bytes{pcap.file}.first(size)});
        EXPECT_THAT(read.error, testing::StartsWith("pcap: truncated")) << size;
    }
    for (std::size_t size = 24; size < pcap.file.size(); ++size) {
        const Read read = read_all(ByteSource{Bytes{pcap.file}.first(size)});
        const auto whole = static_cast<std::size_t>(std::ranges::upper_bound(pcap.offsets, size) -
                                                    pcap.offsets.begin() - 1);
        EXPECT_EQ(read.frames.size(), whole);
        const bool at_record = pcap.offsets[whole] == size;
        EXPECT_EQ(read.status, at_record ? CaptureStatus::end : CaptureStatus::truncated) << size;
        EXPECT_EQ(read.damage.offset, at_record ? 0 : pcap.offsets[whole]);
        EXPECT_EQ(read.damage.file_offset, read.damage.offset);
        EXPECT_EQ(read.damage.what.starts_with("pcap: truncated"), !at_record);
    }
}

TEST(PcapFile, SaysWhereARecordIsDamaged) {
    PcapBytes pcap;
    pcap.payload(mold_events("A", 1, 1)).payload(mold_events("A", 2, 1));
    const auto at = static_cast<std::ptrdiff_t>(pcap.offsets[1] + 8);
    std::fill_n(pcap.file.begin() + at, 4, std::byte{0x7f});
    const Read read = read_all(pcap.file);
    EXPECT_EQ(read.frames, (Runs{frames(1)}));
    EXPECT_EQ(read.status, CaptureStatus::damaged);
    EXPECT_EQ(read.damage.offset, pcap.offsets[1]);
    EXPECT_THAT(read.damage.what, testing::StartsWith("pcap: "));
}

TEST(PcapFile, TruncatedAndDamagedCompressionIsToldAsSuch) {
    const TempDir dir;
    PcapBytes pcap;
    for (unsigned i = 0; i < 200; ++i)
        pcap.packet(i * i, i * i * i, ethernet_udp(mold_events("A", 1 + i, 1)));
    for (const std::string name : {"a.pcap.gz", "a.pcap.zst"}) {
        auto sink = ByteSink::create(dir / name);
        ASSERT_TRUE(sink);
        sink->write(pcap.file);
        ASSERT_TRUE(sink->finish());
        const Buffer packed = read_file(dir / name);
        const Read whole = read_all(packed);
        EXPECT_EQ(whole.frames.size(), 200U);
        EXPECT_EQ(whole.offsets, pcap.offsets);
        const Read cut = read_all(ByteSource{Bytes{packed}.first(packed.size() - 1)});
        EXPECT_EQ(cut.frames.size(), 200U);
        EXPECT_EQ(cut.status, CaptureStatus::truncated);
        EXPECT_EQ(cut.damage.file_offset, packed.size() - 1);
        Buffer flipped = packed;
        flipped[packed.size() - 2] ^= std::byte{1};
        const Read damaged = read_all(flipped);
        EXPECT_EQ(damaged.frames.size(), 200U);
        EXPECT_EQ(damaged.status, CaptureStatus::damaged);
        EXPECT_THAT(damaged.damage.what, testing::HasSubstr(": "));
    }
}

/// A pcapng block (draft-ietf-opsawg-pcapng §3.1), little-endian.
Buffer ng_block(std::uint32_t type, Buffer body) {
    body.resize((body.size() + 3) / 4 * 4);
    const auto length = static_cast<std::uint32_t>(body.size() + 12);
    Buffer block;
    append_little(block, type);
    append_little(block, length);
    append(block, body);
    append_little(block, length);
    return block;
}

Buffer ng_section() {
    Buffer body;
    append_little(body, 0x1a2b3c4dU);
    append_little(body, std::uint16_t{1});
    append_little(body, std::uint16_t{0});
    append_little(body, ~std::uint64_t{0});
    return ng_block(0x0a0d0d0a, body);
}

/// `resolution` is the power of ten of if_tsresol.
Buffer ng_interface(unsigned resolution) {
    Buffer body;
    append_little(body, std::uint32_t{1});
    append_little(body, std::uint32_t{65'535});
    append(body, to_bytes({9, 0, 1, 0, resolution, 0, 0, 0, 0, 0, 0, 0}));
    return ng_block(1, body);
}

Buffer ng_packet(std::uint64_t time, Bytes packet) {
    Buffer body;
    append_little(body, std::uint32_t{0});
    append_little(body, static_cast<std::uint32_t>(time >> 32));
    append_little(body, static_cast<std::uint32_t>(time));
    append_little(body, static_cast<std::uint32_t>(packet.size()));
    append_little(body, static_cast<std::uint32_t>(packet.size()));
    append(body, packet);
    return ng_block(6, body);
}

TEST(PcapFile, ReadsPcapng) {
    Buffer file = ng_section();
    append(file, ng_interface(9));
    std::vector<std::uint64_t> offsets{file.size()};
    append(file, ng_packet(1'692'710'488'123'456'789, ethernet_udp(mold_events("A", 1, 2))));
    offsets.push_back(file.size());
    append(file, ng_packet(1'692'710'488'123'456'790, ethernet_udp(mold_events("A", 3, 1))));
    const Read read = read_all(file);
    EXPECT_EQ(read.error, "");
    EXPECT_EQ(read.frames, (Runs{frames(2), frames(1, 3)}));
    EXPECT_EQ(read.times[0], book::TimeNs{1'692'710'488'123'456'789ns});
    EXPECT_EQ(read.times[1], book::TimeNs{1'692'710'488'123'456'790ns});
    // libpcap reads up to the first interface when it opens.
    EXPECT_EQ(read.offsets, offsets);
    EXPECT_EQ(read.status, CaptureStatus::end);

    for (std::size_t size = offsets[1] + 1; size < file.size(); ++size) {
        const Read cut = read_all(ByteSource{Bytes{file}.first(size)});
        EXPECT_EQ(cut.frames.size(), 1U);
        EXPECT_EQ(cut.status, CaptureStatus::truncated) << size;
        EXPECT_EQ(cut.damage.offset, offsets[1]);
    }
}

TEST(PcapFile, GivesNoTimeWhereNanosecondsDoNotHoldIt) {
    Buffer file = ng_section();
    append(file, ng_interface(0));
    append(file, ng_packet(~std::uint64_t{0} >> 1, ethernet_udp(mold_events("A", 1, 1))));
    append(file, ng_packet(~std::uint64_t{0}, ethernet_udp(mold_events("A", 2, 1))));
    append(file, ng_packet(5, ethernet_udp(mold_events("A", 3, 1))));
    const Read read = read_all(file);
    ASSERT_EQ(read.times.size(), 3U);
    EXPECT_EQ(read.times[0], std::nullopt);
    EXPECT_EQ(read.times[1], std::nullopt);
    EXPECT_EQ(read.times[2], book::TimeNs{5s});
}

TEST(PcapFile, RandomDamageNeverGoesWrong) {
    std::mt19937_64 random{tickweir::tests::test_seed()};
    PcapBytes pcap;
    for (unsigned i = 0; i < 5; ++i)
        pcap.payload(mold_events("A", 1 + i, 1));
    Buffer ng = ng_section();
    append(ng, ng_interface(9));
    append(ng, ng_packet(5, ethernet_udp(mold_events("A", 1, 2))));
    for (int round = 0; round < 3'000; ++round) {
        Buffer file = round % 2 == 0 ? pcap.file : ng;
        for (int flips = 0; flips < 4; ++flips)
            file[4 + random() % (file.size() - 4)] = static_cast<std::byte>(random());
        static_cast<void>(read_all(file));
    }
}

}  // namespace
}  // namespace tickweir::replay::tests
