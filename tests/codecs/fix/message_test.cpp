// The index of a message: what it holds, what it refuses and where, and that vector instructions
// and a naive twin see the same.
#include "codecs/fix/message.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <random>
#include <string>
#include <tuple>
#include <vector>

#include "codecs/fix/field_kinds.hpp"
#include "tests/codecs/fix/wire.hpp"
#include "tests/support/naive_fix.hpp"
#include "tests/support/seed.hpp"

namespace tickweir::codecs::fix {
namespace {

using Told = std::tuple<MessageFault, std::size_t, Tag>;

Told told(const Message& message) {
    return {message.fault(), message.fault_offset(), message.fault_tag()};
}

/// What is said of a message with this body; both ways of reading have to agree.
Told fault_of(std::string_view body, const MessageLimits& limits = {}) {
    const std::string bytes = framed(body);
    Message message{limits};
    Message plain{limits};
    EXPECT_EQ(message.read(bytes).status, FrameStatus::whole) << body;
    EXPECT_EQ(plain.read_plainly(bytes).status, FrameStatus::whole) << body;
    EXPECT_EQ(told(message), told(plain)) << body;
    EXPECT_EQ(fields_of(message), fields_of(plain)) << body;
    return told(message);
}

/// Where in a message with that body the field at `place` of the body begins.
std::size_t in_message(std::string_view body, std::size_t place) {
    return framed(body).find("35=") + place;
}

void expect_fault(std::string_view body, std::string_view field, MessageFault fault, Tag tag) {
    EXPECT_EQ(fault_of(body), (Told{fault, in_message(body, body.find(field)), tag})) << body;
}

TEST(MessageTest, HoldsAllFieldsInTheirOrder) {
    Message message;
    EXPECT_EQ(message.read(with_data),
              (Frame{FrameStatus::whole, FrameFault::none, with_data.size(), 0}));
    EXPECT_EQ(message.fault(), MessageFault::none);
    EXPECT_EQ(message.msg_type(), "B");
    EXPECT_EQ(message.begin_string(), "FIX.4.4");
    EXPECT_EQ(message.text(), with_data);
    EXPECT_EQ(fields_of(message), (Fields{{8, "FIX.4.4"},
                                          {9, "72"},
                                          {35, "B"},
                                          {49, "A"},
                                          {56, "B"},
                                          {34, "8"},
                                          {52, "20261121-14:03:07"},
                                          {148, "x"},
                                          {95, "9"},
                                          {96, wire("a|b=c|8=F")},
                                          {58, "end"},
                                          {10, with_data.substr(with_data.size() - 4, 3)}}));
    EXPECT_EQ(message.index(with_data), MessageFault::none);
    EXPECT_EQ(fields_of(message).size(), 12u);
}

TEST(MessageTest, TakesTagsOfAnyLengthThatFitAnInt) {
    Message message;
    const std::string bytes =
        framed("35=D|1=a|22=b|333=c|4444=d|55555=e|666666=f|7777777=g|88888888=h|2147483647=i|");
    ASSERT_EQ(message.read(bytes).status, FrameStatus::whole);
    EXPECT_EQ(told(message), (Told{MessageFault::none, 0, 0}));
    EXPECT_EQ(message.find(4444), "d");
    EXPECT_EQ(message.find(55555), "e");
    EXPECT_EQ(message.find(666666), "f");
    EXPECT_EQ(message.find(7777777), "g");
    EXPECT_EQ(message.find(88888888), "h");
    EXPECT_EQ(message.find(2147483647), "i");
}

TEST(MessageTest, TellsWhichFieldIsWrong) {
    expect_fault("35=D|x=1|", "x=1", MessageFault::bad_tag, 0);
    expect_fault("35=D|=1|", "=1", MessageFault::bad_tag, 0);
    expect_fault("35=D|011=1|", "011", MessageFault::bad_tag, 0);
    expect_fault("35=D|0=1|", "0=1", MessageFault::bad_tag, 0);
    expect_fault("35=D|-11=1|", "-11", MessageFault::bad_tag, 0);
    expect_fault("35=D|1x=1|", "1x", MessageFault::bad_tag, 0);
    expect_fault("35=D|2147483648=1|", "2147483648", MessageFault::bad_tag, 0);
    expect_fault("35=D|99999999999999999999=1|", "9999", MessageFault::bad_tag, 0);
    expect_fault("35=D||11=1|", "|11", MessageFault::bad_tag, 0);
    EXPECT_EQ(fault_of("35=D||11=1|"),
              (Told{MessageFault::bad_tag, in_message("35=D||11=1|", 5), 0}));
    expect_fault("35=D|11|", "11|", MessageFault::no_equals_sign, 11);
    expect_fault("35=D|11=a|9=5|", "9=5", MessageFault::misplaced_framing, 9);
    expect_fault("35=D|11=a|8=FIX.4.4|", "8=FIX", MessageFault::misplaced_framing, 8);
    expect_fault("35=D|11=a|10=000|", "10=000", MessageFault::misplaced_framing, 10);
}

TEST(MessageTest, BoundsDataByTheMessage) {
    for (const DataPair& pair : data_pairs) {
        const auto both = [&](std::string_view length, std::string_view data) {
            return "35=B|" + std::to_string(pair.length) + '=' + std::string{length} + '|' +
                   std::to_string(pair.data) + '=' + std::string{data} + '|';
        };
        EXPECT_EQ(fault_of(both("3", "a|b")), (Told{MessageFault::none, 0, 0}));
        EXPECT_EQ(fault_of(both("00003", "a|b") + "58=x|"), (Told{MessageFault::none, 0, 0}));
        expect_fault(both("4", "a|b"), both("4", "a|b").substr(5),
                     MessageFault::data_beyond_message, pair.length);
        expect_fault(both("2147483647", "x"), both("2147483647", "x").substr(5),
                     MessageFault::data_too_long, pair.length);
    }
}

TEST(MessageTest, TellsWhatIsWrongWithData) {
    expect_fault("35=B|95=2|96=abc|58=x|", "95=2", MessageFault::data_not_ended, 95);
    expect_fault("35=B|95=-1|96=abc|", "95=-1", MessageFault::bad_data_length, 95);
    expect_fault("35=B|95=|96=abc|", "95=", MessageFault::bad_data_length, 95);
    expect_fault("35=B|95=3|58=abc|", "95=3", MessageFault::length_without_data, 95);
    expect_fault("35=B|95=3|", "95=3", MessageFault::length_without_data, 95);
    expect_fault("35=B|96=abc|", "96=abc", MessageFault::data_without_length, 96);
    expect_fault("35=B|95=3|355=abc|", "95=3", MessageFault::length_without_data, 95);
    EXPECT_EQ(std::get<0>(fault_of("35=B|95=3|96=abc|", {.data_bytes = 2})),
              MessageFault::data_too_long);
    EXPECT_EQ(std::get<0>(fault_of("35=B|95=99999999999999999999|96=abc|")),
              MessageFault::data_too_long);
}

TEST(MessageTest, BoundsFieldsAndGroupEntries) {
    EXPECT_EQ(fault_of("35=D|11=1|55=2|54=1|", {.fields = 7}), (Told{MessageFault::none, 0, 0}));
    const std::string_view body = "35=D|11=1|55=2|54=1|40=1|";
    EXPECT_EQ(fault_of(body, {.fields = 6}),
              (Told{MessageFault::too_many_fields, in_message(body, body.find("40=1")), 40}));
    EXPECT_EQ(std::get<0>(fault_of("35=D|11=1|55=2|54=1|", {.fields = 6})),
              MessageFault::too_many_fields);
    EXPECT_EQ(fault_of("35=X|268=1024|"), (Told{MessageFault::none, 0, 0}));
    expect_fault("35=X|268=1025|", "268", MessageFault::too_many_entries, 268);
    expect_fault("35=X|268=99999999999999999999999|", "268", MessageFault::too_many_entries, 268);
    expect_fault("35=X|268=-1|", "268", MessageFault::bad_group_count, 268);
    expect_fault("35=X|453=x|", "453", MessageFault::bad_group_count, 453);
}

TEST(MessageTest, KeepsTheFieldsBeforeAFault) {
    Message message;
    const std::string bytes = framed("35=D|49=A|34=17|x=1|55=B|");
    ASSERT_EQ(message.read(bytes).status, FrameStatus::whole);
    EXPECT_EQ(message.get_uint(tag::msg_seq_num),
              (FieldResult<std::uint64_t>{17, FieldStatus::ok}));
    EXPECT_FALSE(message.has(tag::symbol));
}

TEST(MessageTest, ReportsEmptyValues) {
    Message message;
    const std::string bytes = framed("35=D|49=A|58=|55=|");
    ASSERT_EQ(message.read(bytes).status, FrameStatus::whole);
    EXPECT_EQ(message.fault(), MessageFault::none);
    EXPECT_TRUE(message.has_empty_value());
    ASSERT_NE(message.first_empty(), nullptr);
    EXPECT_EQ(message.first_empty()->tag, 58u);
    EXPECT_EQ(message.get_string(58).status, FieldStatus::empty);
    ASSERT_EQ(message.read(order).status, FrameStatus::whole);
    EXPECT_FALSE(message.has_empty_value());
    EXPECT_EQ(message.first_empty(), nullptr);
}

TEST(MessageTest, IsEmptyWhereNoMessageIs) {
    Message message;
    ASSERT_EQ(message.read(order).status, FrameStatus::whole);
    EXPECT_EQ(message.read("garbage").status, FrameStatus::garbled);
    EXPECT_EQ(fields_of(message), Fields{});
    EXPECT_EQ(message.msg_type(), "");
    EXPECT_EQ(message.text(), "");
}

TEST(MessageTest, IndexesOnlyWhatIsFramed) {
    Message message;
    for (const std::string_view text :
         {"", "|", "10=000|", "8=FIX.4.4|9=5|10=000|", "8=FIX.4.4|35=0|9=5|10=000|",
          "9=5|8=FIX.4.4|35=0|10=000|", "8=FIX.4.4|9=5|35=0|10=00|", "8=FIX.4.4|9=5|35=0|"})
        EXPECT_NE(message.index(wire(text)), MessageFault::none) << text;
    EXPECT_EQ(message.index(wire("8=FIX.4.4|9=999|35=0|10=000|")), MessageFault::none);
}

TEST(MessageTest, FramesAsFindFrameDoes) {
    std::mt19937_64 random{tests::test_seed()};
    Message message;
    Message plain;
    for (int round = 0; round < 20'000; ++round) {
        std::string bytes = std::vector{heartbeat, order, with_data, refresh}[random() % 4];
        for (auto changes = random() % 3; changes > 0; --changes)
            bytes[random() % bytes.size()] = static_cast<char>(random());
        bytes.resize(bytes.size() - (random() % 4 == 0 ? random() % bytes.size() : 0));
        const std::vector<char> exact(bytes.begin(), bytes.end());
        const std::string_view input{exact.data(), exact.size()};
        const Frame frame = find_frame(input);
        EXPECT_EQ(message.read(input), frame);
        EXPECT_EQ(plain.read_plainly(input), frame);
        EXPECT_EQ(told(message), told(plain));
        EXPECT_EQ(fields_of(message), fields_of(plain));
    }
}

/// What the naive twin says has to be what is read, of any bytes in the place of a message.
void expect_like_the_twin(Message& message, const std::string& bytes) {
    const auto expected = tests::naive_message(bytes);
    const Frame frame = message.read(bytes);
    const bool taken = frame.status == FrameStatus::whole && frame.bytes == bytes.size() &&
                       message.fault() == MessageFault::none;
    ASSERT_EQ(taken, expected.has_value()) << bytes;
    if (taken) {
        ASSERT_EQ(fields_of(message), *expected);
    }
}

TEST(MessageTest, ReadsEveryMutationAsTheNaiveTwinDoes) {
    Message message;
    for (const std::string& original : {heartbeat, order, with_data, refresh}) {
        const std::string_view body = std::string_view{original}.substr(original.find("35="));
        for (std::size_t at = 0; at + 7 < body.size(); ++at) {
            for (const char c : {'\x01', '=', '0', '1', '9', 'x', '-', '\0', '\x7f', '\xff'}) {
                std::string changed{body.substr(0, body.size() - 7)};
                changed[at] = c;
                expect_like_the_twin(message, framed(changed));
                std::string shorter{body.substr(0, body.size() - 7)};
                shorter.erase(at, 1);
                expect_like_the_twin(message, framed(shorter));
            }
        }
    }
}

TEST(MessageTest, ReadsRandomFieldsAsTheNaiveTwinDoes) {
    std::mt19937_64 random{tests::test_seed()};
    const std::vector<std::string> tags{
        "1",  "58", "44", "268", "453", "95", "96", "93",    "89",      "212",        "213",
        "10", "9",  "8",  "0",   "012", "",   "x",  "12345", "7654321", "99999999999"};
    Message message;
    Message plain;
    for (int round = 0; round < 20'000; ++round) {
        std::string body = "35=D|";
        for (auto fields = random() % 9; fields > 0; --fields) {
            const auto place = random() % (tags.size() + 20);
            const std::string& tag = tags[place < tags.size() ? place : random() % 3];
            std::string value = std::to_string(random() % 4);
            if (random() % 8 == 0) value.clear();
            if (random() % 4 == 0) value += std::string(random() % 90, 'v');
            if (random() % 16 == 0) value += '|';
            body += tag + '=' + value + '|';
            if (tag == "95") body += "96=" + std::string(random() % 4, '|') + '|';
        }
        const std::string bytes = framed(body);
        expect_like_the_twin(message, bytes);
        (void)plain.read_plainly(bytes);
        ASSERT_EQ(told(message), told(plain));
        ASSERT_EQ(fields_of(message), fields_of(plain));
    }
}

}  // namespace
}  // namespace tickweir::codecs::fix
