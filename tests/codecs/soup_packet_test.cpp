// SoupBinTCP packets as bytes: what each looks like, and that it is read back as it was written.
#include <gtest/gtest.h>

#include <limits>

#include "codecs/soup/packet.hpp"
#include "tests/codecs/wire.hpp"
#include "tests/support/seed.hpp"

namespace tickweir::codecs::soup {
namespace {

using tests::Buffer;
using tests::copy_of;
using tests::hex_bytes;
using tests::text_bytes;
using tests::untouched;

Buffer written(PacketType type, Bytes payload) {
    Buffer out = untouched(packet_overhead + payload.size());
    EXPECT_EQ(write_packet(out, type, payload), out.size());
    return out;
}

template <Payload T>
Buffer written(const T& payload) {
    Buffer out = untouched(packet_overhead + sizeof payload);
    EXPECT_EQ(write_packet(out, payload), out.size());
    return out;
}

Packet packet_in(const Buffer& wire) {
    return {static_cast<PacketType>(wire[2]), Bytes{wire}.subspan(packet_overhead)};
}

TEST(SoupPacket, HasItsBytesWhateverItsType) {
    EXPECT_EQ(written(PacketType::debug, text_bytes("hi")), hex_bytes("0003 2b 6869"));
    EXPECT_EQ(written(PacketType::sequenced, text_bytes("abc")), hex_bytes("0004 53 616263"));
    EXPECT_EQ(written(PacketType::unsequenced, text_bytes("abc")), hex_bytes("0004 55 616263"));
    EXPECT_EQ(written(PacketType::sequenced, {}), hex_bytes("0001 53"));
    EXPECT_EQ(written(PacketType::server_heartbeat, {}), hex_bytes("0001 48"));
    EXPECT_EQ(written(PacketType::end_of_session, {}), hex_bytes("0001 5a"));
    EXPECT_EQ(written(PacketType::client_heartbeat, {}), hex_bytes("0001 52"));
    EXPECT_EQ(written(PacketType::logout, {}), hex_bytes("0001 4f"));
    EXPECT_EQ(written(LoginRejected{RejectReason::not_authorised}), hex_bytes("0002 4a 41"));
    EXPECT_EQ(written(LoginRejected{RejectReason::session_not_available}), hex_bytes("0002 4a 53"));
}

TEST(SoupPacket, PadsTheLoginAnswerOnTheLeft) {
    EXPECT_EQ(written(LoginAccepted{Session{"S1"}, 42}),
              text_bytes(std::string_view{"\0\x1f"
                                          "A        S1                  42",
                                          33}));
}

TEST(SoupPacket, PadsNamesOfALoginRequestOnTheRightAndTheRestOnTheLeft) {
    EXPECT_EQ(written(LoginRequest{"USER", "SECRET", Session{"0000042A"}, 1'000}),
              text_bytes(std::string_view{"\0\x2f"
                                          "LUSER  SECRET      0000042A                1000",
                                          49}));
    EXPECT_EQ(written(LoginRequest{"USER", "SECRET", {}, 0}),
              text_bytes(std::string_view{"\0\x2f"
                                          "LUSER  SECRET                                 0",
                                          49}));
}

TEST(SoupPacket, IsReadBackAsItWasWritten) {
    tests::Random random{tests::test_seed()};
    for (int i = 0; i < 2'000; ++i) {
        const std::uint64_t sequence = random() >> tests::below(random, 64);
        const Session session{std::to_string(random())};

        const Buffer request = written(LoginRequest{"someon", "password12", session, sequence});
        const auto asked = packet_in(request).as<LoginRequest>();
        ASSERT_TRUE(asked.has_value());
        EXPECT_EQ(asked->username, "someon");
        EXPECT_EQ(asked->password, "password12");
        EXPECT_EQ(static_cast<Session>(asked->session), session);
        EXPECT_EQ(asked->sequence.number(), sequence);

        const Buffer answer = written(LoginAccepted{session, sequence});
        const auto accepted = packet_in(answer).as<LoginAccepted>();
        ASSERT_TRUE(accepted.has_value());
        EXPECT_EQ(static_cast<Session>(accepted->session), session);
        EXPECT_EQ(accepted->sequence.number(), sequence);
    }
}

TEST(SoupPacket, IsOnlyReadAsATypeThatItIsInFull) {
    Buffer wire = written(LoginAccepted{Session{"S1"}, 42});
    EXPECT_FALSE(packet_in(wire).as<LoginRequest>().has_value()) << "another type";
    wire.push_back(std::byte{' '});
    EXPECT_FALSE(packet_in(wire).as<LoginAccepted>().has_value()) << "longer";
    wire.pop_back();
    wire.pop_back();
    EXPECT_FALSE(packet_in(wire).as<LoginAccepted>().has_value()) << "shorter";
}

TEST(SoupPacket, IsNotWrittenWhereItDoesNotFit) {
    Buffer out = untouched(5);
    EXPECT_EQ(write_packet(out, PacketType::sequenced, text_bytes("abc")), 0u);
    EXPECT_EQ(out, untouched(5));
    EXPECT_EQ(write_packet(out, LoginRejected{RejectReason::not_authorised}), 4u);
    EXPECT_EQ(out, hex_bytes("0002 4a 41 ee"));
}

TEST(SoupPacket, IsAtMostAsLongAsItsLengthCanTell) {
    Buffer out = untouched(70'000);
    EXPECT_EQ(write_packet(out, PacketType::sequenced, Buffer(65'535)), 0u);
    EXPECT_EQ(out, untouched(70'000));
    EXPECT_EQ(write_packet(out, PacketType::sequenced, Buffer(65'534)), 65'537u);
    EXPECT_EQ(copy_of(Bytes{out}.first(3)), hex_bytes("ffff 53"));
    EXPECT_EQ(copy_of(as_bytes(header_of(PacketType::sequenced, 65'534))), hex_bytes("ffff 53"));
}

TEST(SessionField, TakesPaddingOnEitherSide) {
    for (const std::string_view wire : {"        S1", "S1        ", "    S1    "}) {
        const auto field = read<SessionField>(text_bytes(wire).data());
        EXPECT_EQ(static_cast<Session>(field), Session{"S1"}) << wire;
    }
    EXPECT_EQ(static_cast<Session>(SessionField{}), Session{});
    EXPECT_EQ(LeftPadded<10>{}.view(), "");
    EXPECT_EQ(LeftPadded<10>{"longer than it"}.raw(), "longer tha");
    EXPECT_EQ(LeftPadded<10>{"a b"}, LeftPadded<10>{"       a b"});
}

struct SequenceCase {
    std::string_view text;
    std::optional<std::uint64_t> number;
    std::size_t first_wrong;
};

TEST(SequenceField, IsDigitsAfterBlanks) {
    const SequenceCase cases[]{
        {"                   0", 0, 19},
        {"                   1", 1, 19},
        {"00000000000000000042", 42, 0},
        {"42                  ", 42, 0},
        {"18446744073709551615", std::numeric_limits<std::uint64_t>::max(), 0},
        {"18446744073709551616", std::nullopt, 0},
        {"99999999999999999999", std::nullopt, 0},
        {"                    ", std::nullopt, 0},
        {"                  -1", std::nullopt, 18},
        {"                  +1", std::nullopt, 18},
        {"                 1 2", std::nullopt, 18},
        {"                0x10", std::nullopt, 17},
        {"                 12a", std::nullopt, 19},
        {std::string_view{"                  1\0", 20}, std::nullopt, 19},
    };
    for (const SequenceCase& expected : cases) {
        const auto field = read<SequenceField>(text_bytes(expected.text).data());
        EXPECT_EQ(field.number(), expected.number) << expected.text;
        EXPECT_EQ(field.first_wrong(), expected.first_wrong) << expected.text;
        EXPECT_EQ(field.raw(), expected.text);
    }
}

TEST(SequenceField, IsWrittenRightJustified) {
    EXPECT_EQ(SequenceField{0}.raw(), "                   0");
    EXPECT_EQ(SequenceField{std::numeric_limits<std::uint64_t>::max()}.raw(),
              "18446744073709551615");
}

TEST(SoupRejectReason, HasANameForReports) {
    EXPECT_EQ(to_string(RejectReason::not_authorised), "not_authorised");
    EXPECT_EQ(to_string(RejectReason::session_not_available), "session_not_available");
    EXPECT_EQ(to_string(RejectReason{'X'}), "?");
}

}  // namespace
}  // namespace tickweir::codecs::soup
