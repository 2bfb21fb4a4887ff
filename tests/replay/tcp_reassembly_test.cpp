#include "replay/tcp_reassembly.hpp"

#include <algorithm>
#include <chrono>
#include <random>

#include "tests/replay/support.hpp"
#include "tests/support/naive_tcp_stream.hpp"
#include "tests/support/seed.hpp"

namespace tickweir::replay::tests {
namespace {

using namespace std::chrono_literals;

TcpEndpoint endpoint(unsigned host, std::uint16_t port) {
    TcpEndpoint made{{}, port};
    made.address.bytes[0] = static_cast<std::uint8_t>(host);
    return made;
}

const TcpFlow there{endpoint(1, 4000), endpoint(2, 9878)};
const TcpFlow back{endpoint(2, 9878), endpoint(1, 4000)};

/// Feeds segments and writes down what comes out, stream by stream: text, `<n>` for n bytes lost,
/// and a mark for the end.
class TcpReassemblyTest : public testing::Test {
public:
    void restart(const TcpLimits& limits) { reassembly_ = TcpReassembly{limits}; }

    TcpReassemblyTest& send(const TcpFlow& flow, std::uint32_t sequence, std::string_view text,
                            std::string_view flags = "") {
        TcpSegment segment{flow, sequence, false, false, false, to_bytes_of(text)};
        segment.syn = flags.find('S') != flags.npos;
        segment.fin = flags.find('F') != flags.npos;
        segment.rst = flags.find('R') != flags.npos;
        reassembly_.on_segment(segment, offset_++, time_);
        drain();
        return *this;
    }
    TcpReassemblyTest& syn(const TcpFlow& flow, std::uint32_t sequence) {
        return send(flow, sequence, "", "S");
    }
    void finish() {
        reassembly_.finish();
        drain();
        EXPECT_EQ(reassembly_.kept_bytes(), 0U);
    }
    void drain() {
        TcpPiece piece;
        while (reassembly_.next(piece)) {
            std::string& text = streams_[piece.stream];
            if (piece.lost_before != 0) text += '<' + std::to_string(piece.lost_before) + '>';
            text.append(reinterpret_cast<const char*>(piece.data.data()), piece.data.size());
            if (piece.end) text += "|!~."[static_cast<std::size_t>(*piece.end)];
        }
    }
    static codecs::Bytes to_bytes_of(std::string_view text) {
        return std::as_bytes(std::span{text});
    }
    const TcpTotals& totals() const { return reassembly_.totals(); }

    TcpReassembly reassembly_;
    std::map<std::uint32_t, std::string> streams_;
    std::optional<book::TimeNs> time_;
    std::uint64_t offset_ = 0;
};

TEST_F(TcpReassemblyTest, GivesBothDirectionsInOrder) {
    syn(there, 99).syn(back, 499);
    send(there, 100, "abc").send(back, 500, "xyz").send(there, 103, "def", "F");
    EXPECT_EQ(streams_[0], "abcdef|");
    EXPECT_EQ(streams_[1], "xyz");
    finish();
    EXPECT_EQ(streams_[1], "xyz.");
    EXPECT_EQ(totals().connections, 1U);
    EXPECT_EQ(totals().bytes, 9U);
}

TEST_F(TcpReassemblyTest, PutsEarlySegmentsInTheirPlace) {
    syn(there, 99).send(there, 106, "ghi").send(there, 103, "def");
    EXPECT_EQ(streams_[0], "");
    send(there, 100, "abc");
    EXPECT_EQ(streams_[0], "abcdefghi");
    EXPECT_EQ(totals().early_segments, 2U);
    EXPECT_EQ(totals().holes, 0U);
}

TEST_F(TcpReassemblyTest, DropsWhatItSawAndTellsWhereACopyDiffers) {
    syn(there, 99).send(there, 100, "abcdef");
    send(there, 100, "abc").send(there, 102, "cXefgh");
    EXPECT_EQ(streams_[0], "abcdefgh");
    EXPECT_EQ(totals().repeated_bytes, 7U);
    EXPECT_EQ(totals().conflicting_bytes, 1U);
}

TEST_F(TcpReassemblyTest, TheFirstCopyWinsAlsoWhileItWaits) {
    syn(there, 99).send(there, 104, "EF").send(there, 102, "cdefgh").send(there, 100, "ab");
    EXPECT_EQ(streams_[0], "abcdEFgh");
    EXPECT_EQ(totals().conflicting_bytes, 2U);
}

TEST_F(TcpReassemblyTest, AKeepAliveDiffersFromNothing) {
    syn(there, 99).send(there, 100, "abc").send(there, 102, std::string_view{"\0", 1});
    EXPECT_EQ(totals().conflicting_bytes, 0U);
    EXPECT_EQ(streams_[0], "abc");
}

TEST_F(TcpReassemblyTest, SequenceNumbersWrap) {
    syn(there, 0xffff'fffc).send(there, 3, "ghi").send(there, 0xffff'fffd, "abcdef");
    send(there, 0xffff'ffff, "cdefghijk");
    EXPECT_EQ(streams_[0], "abcdefghijk");
}

TEST_F(TcpReassemblyTest, BeginsInTheMiddleWhereNoSynWasRecorded) {
    send(there, 1'000, "def").send(there, 997, "abc").send(there, 1'003, "ghi");
    EXPECT_EQ(streams_[0], "defghi");
    syn(there, 990);  // late, but its own
    send(there, 1'006, "jkl");
    EXPECT_EQ(streams_[0], "defghijkl");
    EXPECT_EQ(totals().connections, 1U);
}

TEST_F(TcpReassemblyTest, AnotherConnectionOfTheSameEndpointsIsAnotherStream) {
    syn(there, 99).send(there, 100, "abc", "F").syn(back, 9).send(back, 10, "x", "F");
    syn(there, 7'000).syn(back, 8'000).send(there, 7'001, "new").send(back, 8'001, "old");
    finish();
    EXPECT_EQ(streams_[0], "abc|");
    EXPECT_EQ(streams_[1], "x|");
    EXPECT_EQ(streams_[2], "new.");
    EXPECT_EQ(streams_[3], "old.");
}

TEST_F(TcpReassemblyTest, AStraySynEndsNothingUntilWhatFollowsItComes) {
    syn(there, 99).syn(back, 499).send(there, 100, "abc");
    syn(there, 5'000'000).send(there, 103, "def");
    EXPECT_EQ(streams_[0], "abcdef");
    send(back, 500, "xyz").syn(there, 9'000'000).syn(back, 6'000).send(there, 9'000'001, "new");
    send(back, 6'001, "NEW");
    EXPECT_EQ(streams_[0], "abcdef!");
    EXPECT_EQ(streams_[1], "xyz!");
    EXPECT_EQ(streams_[2], "new");
    EXPECT_EQ(streams_[3], "NEW");
}

TEST_F(TcpReassemblyTest, AResetCutsNothingThatGoesOn) {
    syn(there, 99).send(there, 100, "abc").send(back, 1, "no", "R").send(there, 103, "def");
    EXPECT_EQ(streams_[0], "abcdef");
    EXPECT_EQ(totals().resets, 1U);
    syn(there, 5'000).send(there, 5'001, "new");
    EXPECT_EQ(streams_[0], "abcdef!");
    EXPECT_EQ(streams_[1], "new");
}

TEST_F(TcpReassemblyTest, NothingStandsBehindTheEnd) {
    syn(there, 99).send(there, 106, "ghiXX").send(there, 112, "YY").send(there, 109, "", "F");
    send(there, 100, "abcdef").send(there, 109, "ZZ");
    EXPECT_EQ(streams_[0], "abcdefghi|");
    EXPECT_EQ(totals().beyond_end_bytes, 6U);
}

TEST_F(TcpReassemblyTest, AHoleIsGivenUpWhenTooMuchWaits) {
    restart({.kept_bytes = 1'000});
    syn(there, 99).send(there, 100, "abc").send(there, 113, "hij");
    EXPECT_EQ(streams_[0], "abc");
    send(there, 116, std::string(900, 'k'));
    EXPECT_EQ(streams_[0], "abc<10>hij" + std::string(900, 'k'));
    EXPECT_EQ(totals().holes, 1U);
    EXPECT_EQ(totals().lost_bytes, 10U);
}

TEST_F(TcpReassemblyTest, AHoleIsGivenUpWhenItWaitsTooLong) {
    time_ = book::TimeNs{1s};
    syn(there, 99).send(there, 101, "bc");
    time_ = book::TimeNs{59s};
    syn(back, 9);
    EXPECT_EQ(streams_[0], "");
    time_ = book::TimeNs{90s};
    send(back, 10, "x");
    EXPECT_EQ(streams_[0], "<1>bc");
}

TEST_F(TcpReassemblyTest, WhatIsMissingAtTheEndIsLost) {
    syn(there, 99).send(there, 101, "bc").send(there, 109, "", "F");
    finish();
    EXPECT_EQ(streams_[0], "<1>bc<6>.");
    EXPECT_EQ(totals().holes, 2U);
    EXPECT_EQ(totals().lost_bytes, 7U);
}

TEST_F(TcpReassemblyTest, ForgetsClosedConnectionsFirstThenTheOldest) {
    restart({.connections = 2});
    const auto flow = [](unsigned host) { return TcpFlow{endpoint(host, 1), endpoint(9, 2)}; };
    send(flow(1), 1, "a").send(flow(2), 1, "b", "F");
    send({flow(2).destination, flow(2).source}, 1, "B", "F").send(flow(3), 1, "c");
    EXPECT_EQ(totals().forgotten, 0U);
    send(flow(4), 1, "d");
    EXPECT_EQ(totals().forgotten, 1U);
    EXPECT_EQ(streams_[0], "a~");
    send(flow(1), 2, "A");
    finish();
    EXPECT_EQ(streams_[3], "c~");
    EXPECT_EQ(streams_[4], "d.");
    EXPECT_EQ(streams_[5], "A.");
}

/// Some bytes of a stream that were sent as one segment.
struct Sent {
    std::int64_t at;
    std::string text;
};

/// The stream cut into segments, some of them twice, some with other bytes, some not at all, and
/// out of order.
std::vector<Sent> cut_up(const std::string& text, std::mt19937_64& random, bool lossy) {
    const auto below = [&](std::size_t n) { return static_cast<std::size_t>(random() % n); };
    std::vector<Sent> sent;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t size = 1 + below(40);
        if (!lossy || below(20) != 0)
            sent.push_back({static_cast<std::int64_t>(at), text.substr(at, size)});
        at += size;
    }
    for (std::size_t i = 0, copies = sent.size() / 2; i < copies; ++i) {
        const std::size_t at = below(text.size());
        Sent copy{static_cast<std::int64_t>(at), text.substr(at, 2 + below(60))};
        if (copy.text.size() < 2) continue;  // one byte, whatever it is, may be a keep-alive
        if (lossy && below(3) == 0) copy.text[below(copy.text.size())] ^= 0x20;
        sent.push_back(std::move(copy));
    }
    for (std::size_t i = 0; i < sent.size(); ++i)
        std::swap(sent[i], sent[i + below(std::min<std::size_t>(30, sent.size() - i))]);
    return sent;
}

TEST_F(TcpReassemblyTest, AgreesWithItsNaiveTwinHoweverSegmentsCome) {
    std::mt19937_64 random{tickweir::tests::test_seed()};
    for (int round = 0; round < 300; ++round) {
        restart({.history_bytes = 65'536});
        streams_.clear();
        std::string text(1 + random() % 3'000, '?');
        for (char& c : text)
            c = static_cast<char>('a' + random() % 26);
        const bool lossy = round % 2 == 1;
        const auto first = static_cast<std::uint32_t>(random() % 4'000) - 2'000;
        tickweir::tests::NaiveTcpStream twin;
        syn(there, first - 1);
        for (const Sent& sent : cut_up(text, random, lossy)) {
            twin.take(sent.at, to_bytes_of(sent.text));
            send(there, first + static_cast<std::uint32_t>(sent.at), sent.text);
        }
        finish();
        ASSERT_EQ(streams_[0], twin.text() + ".");
        if (!lossy) {
            ASSERT_EQ(streams_[0], text + ".");
        }
        ASSERT_EQ(totals().repeated_bytes, twin.repeated);
        ASSERT_EQ(totals().conflicting_bytes, twin.conflicting);
    }
}

}  // namespace
}  // namespace tickweir::replay::tests
