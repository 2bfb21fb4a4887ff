// Messages in logs: any prefix and separator, wrong lengths and sums counted, damage told with
// place.
#include "codecs/fix/log_text.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "tests/codecs/fix/wire.hpp"
#include "tests/support/seed.hpp"

namespace tickweir::codecs::fix {
namespace {

std::string separated_by(std::string_view separator, std::string_view message) {
    std::string text;
    for (const char c : message)
        c == soh ? text += separator : text += c;
    return text;
}

struct Read {
    std::vector<std::string> messages;
    std::vector<LogEntry> damage;
    LogCounts counts;
};

/// All of a log; a message is told as it would stand on the wire.
Read read(std::string_view log, const FrameLimits& limits = {}) {
    Read result;
    LogReader reader{{}, limits};
    for (std::size_t at = 0;;) {
        const LogEntry entry = reader.next(log.substr(at));
        if (entry.status == LogStatus::end) break;
        EXPECT_NE(entry.status, LogStatus::partial);
        EXPECT_GE(entry.bytes, 1u);
        if (entry.status == LogStatus::message)
            result.messages.emplace_back(reader.message().text());
        else
            result.damage.push_back(entry);
        at += entry.bytes;
    }
    result.counts = reader.counts();
    return result;
}

using Texts = std::vector<std::string>;

TEST(LogReaderTest, TakesEverySeparator) {
    for (const std::string_view separator : {"\x01", "|", "^A"}) {
        const std::string log = separated_by(separator, order) + separated_by(separator, heartbeat);
        const Read result = read(log);
        EXPECT_EQ(result.messages, (Texts{order, heartbeat})) << separator;
        EXPECT_EQ(result.counts.wrong_body_lengths + result.counts.wrong_checksums, 0u);
        EXPECT_TRUE(result.damage.empty());
    }
}

TEST(LogReaderTest, TakesAnyPrefixAndWhateverIsBehind) {
    const std::string text = separated_by("|", order);
    EXPECT_EQ(read("2026-11-21 14:03:07.123 : " + text + "\n20261121-14:03:07 [in] \"" +
                   text.substr(0, text.size() - 1) + "\" ok\r\n(" + text + ")\nmessage=" + text)
                  .messages,
              (Texts{order, order, order, order}));
}

TEST(LogReaderTest, CountsWrongLengthsAndSums) {
    const std::string wrong = wire("8=FIX.4.2|9=0|35=D|49=A|11=x|10=0|");
    LogReader reader;
    const LogEntry entry = reader.next(wrong + "\n");
    EXPECT_EQ(entry, (LogEntry{.status = LogStatus::message,
                               .begin = 0,
                               .bytes = wrong.size(),
                               .wrong_body_length = true,
                               .wrong_checksum = true}));
    EXPECT_EQ(reader.message().text(), wrong);
    EXPECT_EQ(reader.message().find(11), "x");
    EXPECT_EQ(reader.counts().wrong_body_lengths, 1u);
    EXPECT_EQ(reader.counts().wrong_checksums, 1u);
}

TEST(LogReaderTest, TakesDataByItsLength) {
    EXPECT_EQ(read(with_data).messages, Texts{with_data});
    EXPECT_EQ(read(separated_by("^A", with_data)).messages, Texts{with_data});
    const Read bars = read(separated_by("|", with_data));
    ASSERT_EQ(bars.messages.size(), 1u);
    EXPECT_NE(bars.messages[0].find("96=a|b=c|8=F\x01"), std::string::npos);
}

TEST(LogReaderTest, TellsWhereADataLengthIsWrong) {
    const std::string log = "8=FIX.4.4|9=0|35=B|95=7|96=abc|58=x|10=0|";
    const Read result = read(log);
    ASSERT_EQ(result.damage.size(), 1u);
    EXPECT_EQ(result.damage[0].fault, LogFault::bad_fields);
    EXPECT_EQ(result.damage[0].fault_at, log.find("95="));
}

TEST(LogReaderTest, TellsWhereAFieldIsWrong) {
    for (const std::string_view separator : {"|", "^A"}) {
        const std::string log =
            separated_by(separator, wire("8=FIX.4.4|9=0|35=B|oops|58=x|10=0|")) + order;
        const Read result = read("at " + log);
        ASSERT_EQ(result.damage.size(), 1u);
        EXPECT_EQ(result.damage[0].fault, LogFault::bad_fields);
        EXPECT_EQ(result.damage[0].fault_at, 3 + log.find("oops"));
        EXPECT_EQ(result.messages, Texts{order});
    }
}

TEST(LogReaderTest, GoesOnBehindAMessageThatBreaksOff) {
    const std::string text = separated_by("|", order);
    const std::string cut = text.substr(0, 60);
    for (const std::string& log :
         {cut + "\n" + text + "\n", cut + "\nnoise " + text, text.substr(0, 50) + "58=|" + text}) {
        const Read result = read(log);
        EXPECT_EQ(result.messages, Texts{order}) << log;
        ASSERT_EQ(result.damage.size(), 1u) << log;
        EXPECT_EQ(result.damage[0].fault, LogFault::no_checksum);
    }
    EXPECT_EQ(read(cut).damage.at(0).fault, LogFault::no_checksum);
}

TEST(LogReaderTest, JoinsLinesOnlyWhereBodyLengthSaysSo) {
    std::string folded = separated_by("|", order);
    folded.insert(80, "\n");
    folded.insert(40, "\r\n");
    EXPECT_EQ(read(folded).messages, Texts{order});
    const std::string lines = framed("35=B|58=one\ntwo|");
    EXPECT_EQ(read(separated_by("|", lines)).messages, Texts{lines});
}

TEST(LogReaderTest, NamesOtherBeginnings) {
    for (const std::string_view text : {"8=FIXCOMP|9=5|", "8=FIX.4.4;9=5;", "8=FIX.4|9=5|"}) {
        const Read result = read(std::string{text} + order);
        EXPECT_EQ(result.messages, Texts{order});
        EXPECT_EQ(result.damage.at(0).fault, LogFault::bad_begin_string) << text;
    }
    EXPECT_EQ(read("no messages, 58=FIX.4.4|").messages, Texts{});
}

TEST(LogReaderTest, BoundsAMessage) {
    const std::string log = "8=FIX.4.4|9=0|35=B|58=" + std::string(5'000, 'x') + "|10=0|" + order;
    const Read result = read(log, {.message_bytes = 1000});
    EXPECT_EQ(result.messages, Texts{order});
    ASSERT_EQ(result.damage.size(), 1u);
    EXPECT_EQ(result.damage[0].fault, LogFault::too_long);
}

TEST(LogReaderTest, GivesTheSameInWhateverPiecesALogComes) {
    std::mt19937_64 random{tests::test_seed()};
    const std::string log = "prefix " + separated_by("|", order) + "\n12:00 " +
                            separated_by("^A", heartbeat) + order + "\n8=FIX.4.4|9=x|cut\n" +
                            separated_by("|", refresh);
    const Read whole = read(log);
    ASSERT_EQ(whole.messages.size(), 4u);
    for (int round = 0; round < 300; ++round) {
        LogReader reader;
        Texts messages;
        std::string held;
        for (std::size_t at = 0; at < log.size() || !held.empty();) {
            const bool last = at == log.size();
            const LogEntry entry = reader.next(held, last);
            if (entry.status == LogStatus::message) messages.emplace_back(reader.message().text());
            held.erase(0, entry.bytes);
            if (entry.status == LogStatus::end) break;
            if (entry.status != LogStatus::partial) continue;
            const std::size_t length = std::min<std::size_t>(log.size() - at, 1 + random() % 40);
            held += log.substr(at, length);
            at += length;
        }
        EXPECT_EQ(messages, whole.messages);
        EXPECT_EQ(reader.counts().damaged, whole.counts.damaged);
    }
}

TEST(LogReaderTest, ReadsRandomTextWithoutHarm) {
    std::mt19937_64 random{tests::test_seed()};
    constexpr std::string_view alphabet =
        "8=FIX.4.4|9=1|35=D|95=3|96=^A\x01"
        "10=\n|";
    for (int round = 0; round < 3'000; ++round) {
        std::string text = random() % 2 == 0 ? "8=FIX.4.4|9=5|35=0|" : "";
        for (auto length = random() % 120; length > 0; --length)
            text += alphabet[random() % alphabet.size()];
        const std::vector<char> exact(text.begin(), text.end());
        (void)read({exact.data(), exact.size()});
    }
}

}  // namespace
}  // namespace tickweir::codecs::fix
