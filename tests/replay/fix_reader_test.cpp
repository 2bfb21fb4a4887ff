#include "replay/fix_reader.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

#include "tests/replay/fix_texts.hpp"
#include "tests/support/seed.hpp"

namespace tickweir::replay::tests {
namespace {

/// Reads pieces of one stream and writes down what was found: `TYPE@OFFSET`,
/// `!reason@OFFSET+BYTES`.
struct Reading {
    explicit Reading(FixFraming framing = FixFraming::automatic, bool packets = false)
        : reader{framing}, in_packets{packets} {}

    Reading& block(std::string_view text, bool ends = false, std::uint64_t lost = 0) {
        FixBlock block;
        block.text = text;
        block.offset = offset;
        block.in_packet = in_packets;
        block.lost_before = lost;
        block.ends = ends;
        offset += in_packets ? 1 : text.size();
        reader.begin(block);
        FixItem item;
        while (reader.next(item))
            note(item);
        return *this;
    }
    void note(const FixItem& item) {
        if (!found.empty()) found += ' ';
        switch (item.kind) {
            case FixItemKind::message:
                found += std::string{item.message->msg_type()} + '@' + std::to_string(item.offset);
                if (item.wrong_body_length) found += "[9]";
                if (item.wrong_checksum) found += "[10]";
                texts.emplace_back(item.message->text());
                return;
            case FixItemKind::damage:
                if (item.continues) found += '+';
                found += '!' + std::string{item.reason} + '@' + std::to_string(item.offset) + '+' +
                         std::to_string(item.bytes);
                return;
            case FixItemKind::loss:
                found += "<" + std::to_string(item.bytes) + ">";
                return;
        }
    }

    FixReader reader;
    bool in_packets;
    std::uint64_t offset = 0;
    std::string found;
    std::vector<std::string> texts;
};

const std::string heartbeat = fix("35=0|49=A|56=B|34=1|52=20240102-00:00:00|");
const std::string order = fix("35=D|49=A|56=B|34=2|52=20240102-00:00:01|11=x|");
const std::string logout = fix("35=5|49=A|56=B|34=3|52=20240102-00:00:02|");

std::string at(std::size_t offset) {
    return "@" + std::to_string(offset);
}

TEST(FixReader, ReadsMessagesBackToBack) {
    Reading reading;
    reading.block(heartbeat + order + logout, true);
    EXPECT_EQ(reading.found,
              "0@0 D" + at(heartbeat.size()) + " 5" + at(heartbeat.size() + order.size()));
    EXPECT_TRUE(reading.reader.is_strict());
}

TEST(FixReader, TellsWhatIsWrongAndFindsTheNextMessage) {
    std::string wrong = order;
    wrong[wrong.find("11=x") + 3] = 'y';
    Reading reading{FixFraming::strict};
    reading.block(heartbeat + wrong + "junk" + logout + heartbeat.substr(0, 20), true);
    const std::size_t junk = heartbeat.size() + wrong.size();
    EXPECT_EQ(reading.found, "0@0 !bad CheckSum" + at(heartbeat.size()) + "+" +
                                 std::to_string(wrong.size()) + " +!no begin" + at(junk) + "+4 5" +
                                 at(junk + 4) + " !cut off" + at(junk + 4 + logout.size()) + "+20");
}

TEST(FixReader, TellsTheTagOfAFieldThatIsWrong) {
    const std::string twice = fix("35=D|49=A|95=5|96=abc|");
    FixReader reader;
    FixBlock block;
    block.text = twice;
    block.ends = true;
    reader.begin(block);
    FixItem item;
    ASSERT_TRUE(reader.next(item));
    EXPECT_EQ(item.kind, FixItemKind::damage);
    EXPECT_EQ(item.tag, 95U);
    EXPECT_EQ(item.bytes, twice.size());
}

TEST(FixReader, LogsMayHaveAnythingBeforeAMessage) {
    const std::string text = "2024 IN  " + with_bars(heartbeat) +
                             "\nout: " + with_bars(order, "^A") + "\r\n" + logout +
                             "\n8=FIX nothing\n";
    Reading reading;
    reading.block(text, true);
    EXPECT_FALSE(reading.reader.is_strict());
    EXPECT_EQ(reading.texts, (std::vector{heartbeat, order, logout}));
}

TEST(FixReader, LogsWithWrongTrailersAreReadAndTold) {
    const std::string wrong = "8=FIX.4.2|9=0|35=D|49=A|56=B|34=7|10=0|\n";
    Reading log;
    log.block(wrong + wrong, true);
    EXPECT_EQ(log.found, "D@0[9][10] D" + at(wrong.size()) + "[9][10]");
    Reading strict{FixFraming::strict};
    strict.block(
        "8=FIX.4.2\x01"
        "9=0\x01"
        "35=D\x01"
        "10=0\x01",
        true);
    EXPECT_TRUE(strict.texts.empty());
    EXPECT_EQ(strict.found.substr(0, 18), "!bad BodyLength@0+");
}

TEST(FixReader, AStreamOfPacketsBeginsAtItsFirstMessage) {
    Reading reading{FixFraming::automatic, true};
    reading.block("end of something\x01" + heartbeat + order.substr(0, 10));
    reading.block(order.substr(10) + logout, true);
    EXPECT_EQ(reading.found, "0@0 D@0 5@1");
    EXPECT_EQ(reading.reader.others().streams, 0U);
    EXPECT_EQ(reading.reader.others().bytes, 17U);
}

TEST(FixReader, WhatIsNotFixIsLeftAlone) {
    Reading reading{FixFraming::automatic, true};
    for (int i = 0; i < 20; ++i)
        reading.block(std::string(5'000, 'x'));
    reading.block(heartbeat, true);
    EXPECT_EQ(reading.found, "");
    EXPECT_EQ(reading.reader.others().streams, 1U);
}

TEST(FixReader, BytesThatAreMissingAreToldWithWhatTheyTore) {
    Reading reading{FixFraming::automatic, true};
    reading.block(heartbeat + order.substr(0, 30));
    reading.block(order.substr(50) + logout, true, 20);
    EXPECT_EQ(reading.found,
              "0@0 !cut off@0+30 <20> !no begin@1+" + std::to_string(order.size() - 50) + " 5@1");
}

TEST(FixReader, HoweverAStreamIsCutTheSameMessagesComeOut) {
    std::mt19937_64 random{tickweir::tests::test_seed()};
    for (int round = 0; round < 200; ++round) {
        const bool log = round % 2 == 1;
        std::string text;
        for (int i = 0; i < 40; ++i) {
            std::string message = i % 3 == 0 ? heartbeat : i % 3 == 1 ? order : logout;
            if (random() % 8 == 0) message[random() % message.size()] = '?';
            if (log) message = "prefix " + with_bars(message) + "\n";
            text += message;
        }
        const FixFraming framing = log ? FixFraming::log : FixFraming::strict;
        Reading whole{framing}, cut{framing};
        whole.block(text, true);
        for (std::size_t i = 0; i < text.size();) {
            const std::size_t size = 1 + random() % (round % 5 == 0 ? 3 : 300);
            cut.block(std::string_view{text}.substr(i, size));
            i += size;
        }
        cut.block("", true);
        ASSERT_EQ(cut.texts, whole.texts);
    }
}

}  // namespace
}  // namespace tickweir::replay::tests
