// Framing: what is whole, partial or garbled, and that the same messages come out however the bytes
// of a stream are cut.
#include "codecs/fix/framing.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "tests/codecs/fix/wire.hpp"
#include "tests/support/seed.hpp"

namespace tickweir::codecs::fix {
namespace {

Frame garbled(FrameFault fault, std::size_t bytes, std::size_t fault_at) {
    return {FrameStatus::garbled, fault, bytes, fault_at};
}

/// The messages in `stream`, given in pieces that `next_length` says the lengths of.
template <class NextLength>
std::vector<std::string> messages_of(std::string_view stream, NextLength next_length,
                                     const FrameLimits& limits = {}) {
    std::vector<std::string> messages;
    std::string buffer;
    while (!stream.empty()) {
        const std::size_t length = std::min<std::size_t>(stream.size(), next_length());
        buffer += stream.substr(0, length);
        stream.remove_prefix(length);
        for (;;) {
            // A copy of just the bytes, so that a sanitizer sees a read beyond them.
            const std::vector<char> exact(buffer.begin(), buffer.end());
            const Frame frame = find_frame({exact.data(), exact.size()}, limits);
            if (frame.status == FrameStatus::partial) {
                EXPECT_EQ(frame, Frame{});
                EXPECT_LE(buffer.size(), limits.message_bytes);
                break;
            }
            EXPECT_GE(frame.bytes, 1u);
            if (frame.status == FrameStatus::whole)
                messages.push_back(buffer.substr(0, frame.bytes));
            buffer.erase(0, frame.bytes);
        }
    }
    return messages;
}

TEST(FramingTest, TakesWholeMessagesOfEveryVersion) {
    for (const std::string_view version : {"FIX.4.0", "FIX.4.2", "FIX.4.4", "FIXT.1.1"}) {
        const std::string message = framed("35=0|49=A|56=B|34=1|", version);
        EXPECT_EQ(find_frame(message + "8=FIX"),
                  (Frame{FrameStatus::whole, FrameFault::none, message.size(), 0}));
    }
}

TEST(FramingTest, SaysPartialOfEveryTruncation) {
    for (const std::string& message : {heartbeat, order, with_data})
        for (std::size_t length = 0; length < message.size(); ++length)
            EXPECT_EQ(find_frame({message.data(), length}), Frame{}) << length;
}

TEST(FramingTest, TakesZerosInFrontOfBodyLength) {
    EXPECT_EQ(find_frame(with_checksum(wire("8=FIX.4.4|9=0000000005|35=0|"))).status,
              FrameStatus::whole);
    EXPECT_EQ(find_frame(with_checksum(wire("8=FIX.4.4|9=00000000005|35=0|"))).fault,
              FrameFault::bad_body_length);
}

TEST(FramingTest, NamesWhatIsWrongAndWhere) {
    const auto at = [](std::string_view text) {
        const Frame frame = find_frame(wire(text));
        EXPECT_EQ(frame.status, FrameStatus::garbled) << text;
        return std::pair{frame.fault, frame.fault_at};
    };
    using Fault = std::pair<FrameFault, std::size_t>;
    EXPECT_EQ(at("x8=FIX.4.4|"), (Fault{FrameFault::no_begin, 0}));
    EXPECT_EQ(at("8=FIY.4.4|9="), (Fault{FrameFault::no_begin, 4}));
    EXPECT_EQ(at("8=FIX4.4|9="), (Fault{FrameFault::bad_begin_string, 5}));
    EXPECT_EQ(at("8=FIXCOMP|9="), (Fault{FrameFault::bad_begin_string, 5}));
    EXPECT_EQ(at("8=FIX.4.4SP2|9="), (Fault{FrameFault::bad_begin_string, 9}));
    EXPECT_EQ(at("8=FIX.4.4|35=0|"), (Fault{FrameFault::no_body_length, 10}));
    EXPECT_EQ(at("8=FIX.4.4|9=|35=0|"), (Fault{FrameFault::bad_body_length, 12}));
    EXPECT_EQ(at("8=FIX.4.4|9=-5|35=0|"), (Fault{FrameFault::bad_body_length, 12}));
    EXPECT_EQ(at("8=FIX.4.4|9=5x|35=0|"), (Fault{FrameFault::bad_body_length, 13}));
    EXPECT_EQ(at("8=FIX.4.4|9=4|35=|"), (Fault{FrameFault::bad_body_length, 13}));
    EXPECT_EQ(at("8=FIX.4.4|9=5|34=0|"), (Fault{FrameFault::no_msg_type, 15}));
    EXPECT_EQ(at("8=FIX.4.4|9=5|35=|1|"), (Fault{FrameFault::no_msg_type, 17}));
    EXPECT_EQ(at("8=FIX.4.4|9=6|35=0|10=161|x"), (Fault{FrameFault::bad_trailer, 19}));
    EXPECT_EQ(at("8=FIX.4.4|9=5|35=0|10=16x|"), (Fault{FrameFault::bad_trailer, 18}));
}

TEST(FramingTest, DropsAMessageWithAWrongChecksumWhole) {
    std::string wrong = order;
    wrong[wrong.find("ACME")] = 'B';
    EXPECT_EQ(find_frame(wrong + heartbeat),
              garbled(FrameFault::bad_checksum, wrong.size(), wrong.size() - 7));
}

TEST(FramingTest, RefusesALengthAsSoonAsADigitIsTooMuch) {
    const FrameLimits limits{.message_bytes = 1000};
    EXPECT_EQ(find_frame(wire("8=FIX.4.4|9=977"), limits), Frame{});
    EXPECT_EQ(find_frame(wire("8=FIX.4.4|9=978"), limits).fault, FrameFault::body_too_long);
    EXPECT_EQ(find_frame(wire("8=FIX.4.4|9=1000"), limits).fault, FrameFault::body_too_long);
    EXPECT_EQ(find_frame(wire("8=FIX.4.4|9=2000000000")).fault, FrameFault::body_too_long);
    EXPECT_EQ(find_frame(wire("8=FIX.4.4|9=0000000971"), limits).fault, FrameFault::body_too_long);
}

TEST(FramingTest, TakesAMessageOfExactlyTheLimit) {
    const std::string message = framed("35=B|58=" + std::string(800, 'x') + "|");
    EXPECT_EQ(find_frame(message, {.message_bytes = message.size()}).status, FrameStatus::whole);
    EXPECT_EQ(find_frame(message, {.message_bytes = message.size() - 1}).fault,
              FrameFault::body_too_long);
    const std::string longest = framed("35=B|58=" + std::string(65'502, 'x') + "|");
    ASSERT_EQ(longest.size(), message_bytes_most);
    EXPECT_EQ(find_frame(longest, {.message_bytes = 1'000'000}).status, FrameStatus::whole);
    const std::string too_long = framed("35=B|58=" + std::string(65'503, 'x') + "|");
    EXPECT_EQ(find_frame(too_long, {.message_bytes = 1'000'000}).fault, FrameFault::body_too_long);
}

TEST(FramingTest, FindsTheNextMessageBehindGarbage) {
    for (const std::string_view garbage :
         {"garbage", "\r\n", "8=FIX.4.4", "8=FIX.4.4|9=5|35=0|10=000", "58=FIX.4.4|", "8=O|9=1|",
          "8=FIX8=FIX", "96=8=FIX.4.4|"}) {
        const std::string stream = wire(garbage) + wire("|") + heartbeat + order;
        EXPECT_EQ(messages_of(stream, [&] { return stream.size(); }),
                  (std::vector{heartbeat, order}))
            << garbage;
    }
}

TEST(FramingTest, TakesNeitherAnotherTagNorAValueForABegin) {
    EXPECT_EQ(messages_of("x5" + heartbeat, [] { return 1u; }), std::vector<std::string>{});
    EXPECT_EQ(messages_of("x=" + heartbeat, [] { return 1u; }), std::vector<std::string>{});
    EXPECT_EQ(messages_of("x " + heartbeat, [] { return 1u; }), std::vector{heartbeat});
}

TEST(FramingTest, GivesTheSameMessagesInWhateverPiecesTheyCome) {
    std::mt19937_64 random{tests::test_seed()};
    const std::vector<std::string> parts{heartbeat, order,        with_data, refresh, "8=FIX",
                                         "8",       "18=FIX",     "=",       "junk",  wire("|"),
                                         "8=FIX.4", wire("9=5|"), "\n",      "8=F"};
    const FrameLimits limits{.message_bytes = 400};
    for (int round = 0; round < 400; ++round) {
        std::string stream;
        for (int part = 0; part < 12; ++part) {
            std::string bytes = parts[random() % parts.size()];
            if (random() % 4 == 0) bytes[random() % bytes.size()] = static_cast<char>(random());
            if (random() % 8 == 0) bytes.resize(random() % (bytes.size() + 1));
            stream += bytes;
        }
        const auto whole = messages_of(
            stream, [&] { return stream.size(); }, limits);
        EXPECT_EQ(messages_of(
                      stream, [] { return 1u; }, limits),
                  whole);
        EXPECT_EQ(messages_of(
                      stream, [&] { return 1 + random() % 90; }, limits),
                  whole);
    }
}

TEST(FramingTest, ReadsRandomBytesWithoutHarm) {
    std::mt19937_64 random{tests::test_seed()};
    constexpr std::string_view alphabet =
        "8=FIXT.4.1\x01"
        "9=035=0\x01"
        "10=123\x01";
    for (int round = 0; round < 3'000; ++round) {
        std::string bytes(random() % 120, ' ');
        for (char& c : bytes)
            c = random() % 20 == 0 ? static_cast<char>(random())
                                   : alphabet[random() % alphabet.size()];
        const auto whole = messages_of(bytes, [&] { return bytes.size(); });
        EXPECT_EQ(messages_of(bytes, [&] { return 1 + random() % 9; }), whole);
    }
}

TEST(ChecksumTest, IsTheSumOfAllBytes) {
    std::string bytes;
    unsigned sum = 0;
    for (int length = 0; length < 300; ++length) {
        EXPECT_EQ(checksum(bytes), sum % 256) << length;
        bytes.push_back(static_cast<char>(length * 37 + 200));
        sum += static_cast<unsigned char>(bytes.back());
    }
}

}  // namespace
}  // namespace tickweir::codecs::fix
