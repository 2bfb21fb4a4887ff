// Finding SoupBinTCP packets in a stream: whole, cut, empty, too long, and in noise.
#include <gtest/gtest.h>

#include "codecs/soup/framing.hpp"
#include "codecs/soup/output_ring.hpp"
#include "tests/codecs/soup_events.hpp"
#include "tests/support/seed.hpp"

namespace tickweir::codecs::soup {
namespace {

using tests::Buffer;
using tests::copy_of;
using tests::hex_bytes;
using tests::joined;
using tests::soup_packet;
using tests::text_bytes;

TEST(PacketCursor, FindsThePacketsInOrder) {
    const Buffer wire = joined({soup_packet('S', "abc"), soup_packet('H'), soup_packet('?', "x")});
    PacketCursor cursor{wire};
    Packet packet;
    ASSERT_EQ(cursor.next(packet), FrameStatus::packet);
    EXPECT_EQ(packet.type, PacketType::sequenced);
    EXPECT_EQ(copy_of(packet.payload), text_bytes("abc"));
    ASSERT_EQ(cursor.next(packet), FrameStatus::packet);
    EXPECT_EQ(packet.type, PacketType::server_heartbeat);
    EXPECT_TRUE(packet.payload.empty());
    EXPECT_EQ(cursor.position(), 9u);
    ASSERT_EQ(cursor.next(packet), FrameStatus::packet);
    EXPECT_EQ(letter(packet.type), '?') << "what a type means is not its concern";
    EXPECT_EQ(cursor.next(packet), FrameStatus::end);
    EXPECT_EQ(cursor.position(), wire.size());
}

TEST(PacketCursor, StaysBeforeAPacketThatIsCutAnywhere) {
    const Buffer wire = joined({soup_packet('S', "abc"), soup_packet('U', "defgh")});
    for (std::size_t length = 0; length < wire.size(); ++length) {
        const Buffer cut = copy_of(Bytes{wire}.first(length));
        PacketCursor cursor{cut};
        Packet packet;
        if (length >= 6) {
            ASSERT_EQ(cursor.next(packet), FrameStatus::packet);
        }
        const std::size_t whole = length >= 6 ? 6 : 0;
        const bool nothing = length == whole;
        EXPECT_EQ(cursor.next(packet), nothing ? FrameStatus::end : FrameStatus::partial) << length;
        EXPECT_EQ(cursor.position(), whole);
    }
}

TEST(PacketCursor, JudgesALengthAsSoonAsItIsThere) {
    Packet packet;
    const Buffer empty = hex_bytes("0000");
    PacketCursor at_empty{empty};
    EXPECT_EQ(at_empty.next(packet), FrameStatus::zero_length);
    EXPECT_EQ(at_empty.position(), 0u);

    const Buffer longer = hex_bytes("0065");
    PacketCursor at_longer{longer, 100};
    EXPECT_EQ(at_longer.next(packet), FrameStatus::too_long);
    EXPECT_EQ(at_longer.length(), 101);

    const Buffer longest = hex_bytes("0064");
    PacketCursor at_longest{longest, 100};
    EXPECT_EQ(at_longest.next(packet), FrameStatus::partial);
}

TEST(PacketCursor, NeverLeavesTheBytesWhateverTheyAre) {
    tests::Random random{tests::test_seed()};
    for (int i = 0; i < 20'000; ++i) {
        Buffer noise = tests::random_bytes(random, tests::below(random, 100));
        for (std::byte& byte : noise) {
            if (tests::below(random, 2) == 0) byte &= std::byte{7};
        }
        PacketCursor cursor{noise, 1'000};
        Packet packet;
        std::size_t used = 0;
        while (cursor.next(packet) == FrameStatus::packet) {
            used += packet_overhead + copy_of(packet.payload).size();
            ASSERT_EQ(cursor.position(), used);
        }
        ASSERT_LE(used, noise.size());
    }
}

TEST(OutputRing, GivesWhatItTookInOrderAcrossItsSeam) {
    tests::Random random{tests::test_seed()};
    OutputRing ring{37};
    Buffer put;
    Buffer got;
    for (int i = 0; i < 5'000; ++i) {
        const Buffer bytes = tests::random_bytes(
            random, tests::below(random, std::min<std::size_t>(ring.room() + 1, 20)));
        ring.append(bytes);
        tests::append(put, bytes);
        const Bytes front = ring.front();
        ASSERT_EQ(front.empty(), ring.pending() == 0);
        const std::size_t count = tests::below(random, front.size() + 1);
        tests::append(got, front.first(count));
        ring.drain(count);
        ASSERT_EQ(got.size() + ring.pending(), put.size());
        ASSERT_EQ(ring.pending() + ring.room(), 37u);
    }
    while (ring.pending() != 0) {
        tests::append(got, ring.front());
        ring.drain(ring.front().size());
    }
    EXPECT_EQ(got, put);
    ring.append(text_bytes("x"));
    ring.drain(100);
    EXPECT_EQ(ring.pending(), 0u) << "more than there is drains what there is";
}

}  // namespace
}  // namespace tickweir::codecs::soup
