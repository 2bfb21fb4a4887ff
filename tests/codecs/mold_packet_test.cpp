// MoldUDP64 packets: what is whole, what is cut, and what the counts mean.
#include "codecs/mold/packet.hpp"

#include <gtest/gtest.h>

#include <string_view>
#include <vector>

#include "tests/codecs/wire.hpp"
#include "tests/support/seed.hpp"

namespace tickweir::codecs::mold {
namespace {

using tests::Buffer;
using tests::copy_of;
using tests::hex_bytes;
using tests::text_bytes;

const Alpha<10> session{"000000042A"};

Buffer packet_of(std::uint64_t sequence, const std::vector<Buffer>& messages) {
    Buffer out(65'536);
    PacketWriter writer{out, session, sequence};
    for (const Buffer& message : messages) {
        EXPECT_TRUE(writer.append(message));
    }
    return copy_of(writer.finish());
}

std::vector<Buffer> messages_of(const PacketView& packet) {
    std::vector<Buffer> messages;
    for (const Bytes message : packet.messages()) {
        messages.push_back(copy_of(message));
    }
    return messages;
}

TEST(PacketWriter, LaysThePacketOutAsTheSpecificationSays) {
    EXPECT_EQ(packet_of(0x0102030405060708, {text_bytes("abc"), text_bytes("")}),
              hex_bytes("30303030303030343241 0102030405060708 0002 0003 616263 0000"));
}

TEST(PacketView, GivesBackWhatTheWriterTook) {
    const std::vector<Buffer> sent{text_bytes("first"), text_bytes(""), text_bytes("third")};
    const Buffer wire = packet_of(42, sent);
    const PacketView packet{wire};
    EXPECT_EQ(packet.status(), PacketStatus::ok);
    EXPECT_EQ(packet.session(), session);
    EXPECT_EQ(packet.sequence(), 42u);
    EXPECT_EQ(packet.count(), 3);
    EXPECT_EQ(packet.message_count(), 3);
    EXPECT_EQ(messages_of(packet), sent);
    EXPECT_EQ(copy_of(packet.blocks()), copy_of(Bytes{wire}.subspan(20)));
    EXPECT_EQ(packet.damage_offset(), std::nullopt);
    EXPECT_FALSE(packet.is_heartbeat());
    EXPECT_FALSE(packet.is_end_of_session());
    EXPECT_FALSE(packet.is_unsequenced());
}

TEST(PacketView, KnowsAHeartbeatByItsCount) {
    const Buffer wire = packet_of(7, {});
    EXPECT_EQ(wire.size(), 20u);
    const PacketView packet{wire};
    EXPECT_EQ(packet.status(), PacketStatus::ok);
    EXPECT_TRUE(packet.is_heartbeat());
    EXPECT_FALSE(packet.is_end_of_session());
    EXPECT_EQ(packet.sequence(), 7u);
    EXPECT_EQ(messages_of(packet), std::vector<Buffer>{});
}

TEST(PacketView, KnowsTheEndOfASessionByItsCount) {
    Buffer out(100);
    PacketWriter writer{out, session, 9};
    ASSERT_TRUE(writer.append(text_bytes("not part of it")));
    Buffer wire = copy_of(writer.finish_session());
    EXPECT_EQ(wire, hex_bytes("30303030303030343241 0000000000000009 ffff"));
    const PacketView packet{wire};
    EXPECT_EQ(packet.status(), PacketStatus::ok);
    EXPECT_TRUE(packet.is_end_of_session());
    EXPECT_FALSE(packet.is_heartbeat());
    EXPECT_EQ(packet.message_count(), 0);
    wire.push_back(std::byte{0});
    EXPECT_EQ(PacketView{wire}.status(), PacketStatus::trailing_bytes);
}

TEST(PacketView, PassesUnsequencedPacketsThrough) {
    Buffer wire(20 + 2);
    wire[19] = std::byte{1};
    EXPECT_TRUE(PacketView{wire}.is_unsequenced());
    EXPECT_EQ(PacketView{wire}.status(), PacketStatus::ok);
    wire[17] = std::byte{1};
    EXPECT_FALSE(PacketView{wire}.is_unsequenced()) << "a sequence";
    wire[17] = std::byte{0};
    wire[9] = std::byte{' '};
    EXPECT_FALSE(PacketView{wire}.is_unsequenced()) << "a session";
}

TEST(PacketView, TellsWhereItWasCutAtEveryLength) {
    const Buffer wire = packet_of(1, {text_bytes("abc"), text_bytes("defgh")});
    for (std::size_t length = 0; length < wire.size(); ++length) {
        const Buffer cut = copy_of(Bytes{wire}.first(length));
        const PacketView packet{cut};
        if (length < 20) {
            EXPECT_EQ(packet.status(), PacketStatus::truncated_header);
            EXPECT_EQ(packet.damage_offset(), 0u);
            EXPECT_EQ(packet.session(), "");
            EXPECT_EQ(packet.sequence(), 0u);
            EXPECT_EQ(packet.count(), 0);
            EXPECT_FALSE(packet.is_heartbeat());
            EXPECT_FALSE(packet.is_unsequenced());
            EXPECT_EQ(packet.message_count(), 0);
            EXPECT_TRUE(packet.blocks().empty());
        } else {
            const bool first_is_whole = length >= 20 + 5;
            EXPECT_EQ(packet.status(), PacketStatus::truncated_block);
            EXPECT_EQ(packet.damage_offset(), first_is_whole ? 25u : 20u);
            EXPECT_EQ(packet.count(), 2);
            EXPECT_EQ(packet.message_count(), first_is_whole ? 1 : 0);
            EXPECT_EQ(messages_of(packet), std::vector(first_is_whole ? 1 : 0, text_bytes("abc")));
        }
    }
}

TEST(PacketView, TellsOfBytesAfterTheLastMessage) {
    for (const auto& messages :
         {std::vector<Buffer>{}, std::vector{text_bytes("abc"), text_bytes("")}}) {
        Buffer wire = packet_of(1, messages);
        const std::size_t whole = wire.size();
        wire.push_back(std::byte{0});
        const PacketView packet{wire};
        EXPECT_EQ(packet.status(), PacketStatus::trailing_bytes);
        EXPECT_EQ(packet.damage_offset(), whole);
        EXPECT_EQ(messages_of(packet), messages);
    }
}

TEST(PacketView, NeverLeavesTheDatagramWhateverItHolds) {
    tests::Random random{tests::test_seed()};
    for (int i = 0; i < 50'000; ++i) {
        Buffer noise = tests::random_bytes(random, tests::below(random, 120));
        for (std::size_t at = 18; at < noise.size(); ++at) {
            if (tests::below(random, 4) != 0) noise[at] = std::byte{0};
        }
        const PacketView packet{noise};
        std::size_t length = 0;
        std::size_t count = 0;
        for (const Bytes message : packet.messages()) {
            length += 2 + copy_of(message).size();
            ++count;
        }
        ASSERT_EQ(length, packet.blocks().size());
        ASSERT_EQ(count, packet.message_count());
        if (packet.status() != PacketStatus::ok) continue;
        ASSERT_EQ(20 + length, noise.size());
        ASSERT_EQ(count, packet.is_end_of_session() ? 0 : packet.count());
    }
}

TEST(PacketWriter, RefusesWhatDoesNotFitAndChangesNothing) {
    Buffer out(20 + 2 + 3 + 2);
    PacketWriter writer{out, session, 1};
    EXPECT_FALSE(writer.append(text_bytes("too long")));
    ASSERT_TRUE(writer.append(text_bytes("abc")));
    EXPECT_FALSE(writer.append(text_bytes("d")));
    EXPECT_EQ(copy_of(writer.finish()), packet_of(1, {text_bytes("abc")}));
    ASSERT_TRUE(writer.append({})) << "an empty message fits two bytes";
    EXPECT_EQ(copy_of(writer.finish()), packet_of(1, {text_bytes("abc"), {}}));
    EXPECT_FALSE(writer.append({}));
}

TEST(PacketWriter, RefusesAMessageLongerThanItsLengthCanTell) {
    Buffer out(100'000);
    PacketWriter writer{out, session, 1};
    EXPECT_FALSE(writer.append(Buffer(65'536)));
    EXPECT_TRUE(writer.append(Buffer(65'535)));
}

TEST(PacketWriter, LeavesTheCountOfAnEndedSessionAlone) {
    Buffer out(20 + 2 * 0xFFFF);
    PacketWriter writer{out, session, 1};
    for (int i = 0; i < 0xFFFE; ++i) {
        ASSERT_TRUE(writer.append({}));
    }
    EXPECT_FALSE(writer.append({}));
    EXPECT_EQ(writer.count(), 0xFFFE);
    EXPECT_FALSE(PacketView{writer.finish()}.is_end_of_session());
}

TEST(PacketWriter, GivesNothingInABufferBelowAHeader) {
    Buffer out(19);
    PacketWriter writer{out, session, 1};
    EXPECT_FALSE(writer.append({}));
    EXPECT_TRUE(writer.finish().empty());
    EXPECT_TRUE(writer.finish_session().empty());
}

TEST(Request, GoesThereAndBack) {
    const Request request{session, 1'000, 50};
    const Buffer wire = copy_of(as_bytes(request));
    EXPECT_EQ(wire, hex_bytes("30303030303030343241 00000000000003e8 0032"));
    const auto read_back = read_request(wire);
    ASSERT_TRUE(read_back.has_value());
    EXPECT_EQ(read_back->session, session);
    EXPECT_EQ(read_back->sequence, 1'000u);
    EXPECT_EQ(read_back->count, 50);
}

TEST(Request, IsExactlyTwentyBytes) {
    for (std::size_t length = 0; length <= 40; ++length) {
        EXPECT_EQ(read_request(Buffer(length)).has_value(), length == 20) << length;
    }
}

TEST(PacketStatus, HasANameForReports) {
    EXPECT_EQ(to_string(PacketStatus::ok), "ok");
    EXPECT_EQ(to_string(PacketStatus::truncated_header), "truncated_header");
    EXPECT_EQ(to_string(PacketStatus::truncated_block), "truncated_block");
    EXPECT_EQ(to_string(PacketStatus::trailing_bytes), "trailing_bytes");
    EXPECT_EQ(to_string(static_cast<PacketStatus>(99)), "?");
}

}  // namespace
}  // namespace tickweir::codecs::mold
