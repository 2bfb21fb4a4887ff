// What counting through blocks notes: sessions, types, times, instruments, gaps, oddities.
#include "gateway/commands/inspect_counter.hpp"

#include <gtest/gtest.h>

#include <string_view>
#include <vector>

#include "codecs/itch/encoder.hpp"
#include "tests/replay/support.hpp"

namespace tickweir::gateway {
namespace {

namespace itch = codecs::itch;
using namespace std::chrono_literals;
using replay::tests::append;
using replay::tests::Buffer;

template <class Message>
Buffer framed(std::uint16_t locate, std::uint64_t time_ns, Message message = {}) {
    message.stock_locate = locate;
    message.timestamp_ns = time_ns;
    Buffer frame(itch::frame_length<Message>);
    EXPECT_EQ(itch::write_frame(std::span{frame}, message), frame.size());
    return frame;
}

Buffer event(char code, std::uint64_t time_ns) {
    itch::SystemEvent message;
    message.event_code = code;
    return framed(0, time_ns, message);
}

Buffer directory(std::uint16_t locate, std::string_view symbol, std::uint64_t time_ns = 1) {
    itch::StockDirectory message;
    message.stock = codecs::Alpha<8>{symbol};
    return framed(locate, time_ns, message);
}

Buffer add(std::uint16_t locate, std::string_view symbol, std::uint64_t time_ns = 2) {
    itch::AddOrder message;
    message.stock = codecs::Alpha<8>{symbol};
    return framed(locate, time_ns, message);
}

Buffer joined(std::initializer_list<Buffer> frames) {
    Buffer all;
    for (const Buffer& frame : frames)
        append(all, frame);
    return all;
}

/// The whole of an ITCH file.
replay::Block file(const Buffer& frames) {
    replay::Block block;
    block.frames = frames;
    block.complete = true;
    return block;
}

replay::Block packet(const Buffer& frames, std::uint32_t session, std::uint64_t sequence) {
    replay::Block block;
    block.frames = frames;
    block.session = session;
    block.sequence = sequence;
    block.received = book::TimeNs{1'000ns * sequence};
    block.offset = 100 * sequence;
    return block;
}

std::vector<std::string> symbols(const InspectReport& report) {
    std::vector<std::string> all;
    for (const InspectInstrument& instrument : report.instruments)
        all.push_back(std::to_string(instrument.session) + ':' + std::to_string(instrument.locate) +
                      ' ' + std::string{instrument.symbol()} + ' ' +
                      std::to_string(instrument.messages));
    return all;
}

TEST(InspectCounter, CountsTypesBytesAndTimes) {
    const Buffer frames = joined({event('O', 10), directory(1, "AAPL", 20), add(1, "AAPL", 50),
                                  framed<itch::OrderDelete>(1, 40), event('C', 60)});
    InspectCounter counter;
    EXPECT_EQ(counter.on_block(file(frames)), frames.size());
    EXPECT_EQ(counter.messages(), 5u);
    const InspectReport& report = counter.report();
    ASSERT_EQ(report.sessions.size(), 1u);
    const InspectSession& session = report.sessions[0];
    EXPECT_EQ(session.messages, 5u);
    EXPECT_EQ(session.bytes, frames.size() - 2 * 5);
    EXPECT_EQ(session.by_type['S'], 2u);
    EXPECT_EQ(session.by_type['D'], 1u);
    EXPECT_EQ(session.first_ns, 10u);
    EXPECT_EQ(session.last_ns, 60u);
    EXPECT_EQ(session.steps_back, 1u);
    EXPECT_FALSE(session.first_received);
    EXPECT_EQ(symbols(report), std::vector<std::string>{"0:1 AAPL 3"});
    EXPECT_EQ(report.unknown_locates, 0u);
    EXPECT_FALSE(report.damage);
}

TEST(InspectCounter, LeavesAFrameThatIsNotWholeYet) {
    Buffer frames = joined({event('O', 10), event('S', 20)});
    frames.pop_back();
    replay::Block block = file(frames);
    block.complete = false;
    InspectCounter counter;
    EXPECT_EQ(counter.on_block(block), itch::frame_length<itch::SystemEvent>);
    EXPECT_EQ(counter.messages(), 1u);
    EXPECT_FALSE(counter.report().damage);
}

TEST(InspectCounter, StopsAtALengthOfZeroBeforeAMessage) {
    Buffer frames = event('O', 10);
    append(frames, Buffer{std::byte{0}, std::byte{0}});
    append(frames, Buffer{std::byte{'A'}});
    replay::Block block = file(frames);
    block.offset = 1000;
    InspectCounter counter;
    EXPECT_EQ(counter.on_block(block), 14u);
    ASSERT_TRUE(counter.report().damage);
    EXPECT_EQ(counter.report().damage->offset, 1014u);
    EXPECT_EQ(counter.messages(), 1u);
}

TEST(InspectCounter, TakesALengthOfZeroAtTheEndAsItsMark) {
    Buffer frames = event('O', 10);
    append(frames, Buffer{std::byte{0}, std::byte{0}});
    InspectCounter counter;
    EXPECT_EQ(counter.on_block(file(frames)), frames.size());
    EXPECT_EQ(counter.report().end_markers, 1u);
    EXPECT_FALSE(counter.report().damage);
}

TEST(InspectCounter, BeginsAnotherSessionOfAFileAtAStartOfMessages) {
    const Buffer frames = joined({event('O', 10), directory(1, "A"), event('C', 60), event('O', 5),
                                  directory(1, "B"), add(1, "B")});
    InspectCounter counter;
    EXPECT_EQ(counter.on_block(file(frames)), frames.size());
    const InspectReport& report = counter.report();
    ASSERT_EQ(report.sessions.size(), 2u);
    EXPECT_EQ(report.sessions[0].messages, 3u);
    EXPECT_EQ(report.sessions[1].messages, 3u);
    EXPECT_EQ(report.sessions[1].number, 1u);
    EXPECT_EQ(report.sessions[1].first_ns, 5u);
    EXPECT_EQ(report.messages(), 6u);
    EXPECT_EQ(report.by_type()['S'], 3u);
    EXPECT_EQ(report.session_count(), 2u);
    EXPECT_EQ(symbols(report), (std::vector<std::string>{"0:1 A 1", "1:1 B 2"}));
}

TEST(InspectCounter, KeepsTheSessionsOfPacketsApart) {
    InspectCounter counter;
    const Buffer a = joined({directory(1, "A"), add(1, "A", 7)});
    const Buffer b = directory(1, "B");
    const Buffer more = add(1, "?", 9);
    EXPECT_EQ(counter.on_block(packet(a, 0, 1)), a.size());
    EXPECT_EQ(counter.on_block(packet(b, 1, 2)), b.size());
    EXPECT_EQ(counter.on_block(packet(more, 0, 3)), more.size());
    const InspectReport& report = counter.report();
    ASSERT_EQ(report.sessions.size(), 2u);
    EXPECT_EQ(report.sessions[0].messages, 3u);
    EXPECT_EQ(report.sessions[0].first_received, book::TimeNs{1'000ns});
    EXPECT_EQ(report.sessions[0].last_received, book::TimeNs{3'000ns});
    EXPECT_EQ(report.sessions[0].last_ns, 9u);
    EXPECT_EQ(report.sessions[1].messages, 1u);
    EXPECT_EQ(symbols(report), (std::vector<std::string>{"0:1 A 3", "1:1 B 1"}));
}

TEST(InspectCounter, CountsSessionsBeyondTheLimitIntoTheLastOne) {
    InspectCounter counter;
    const Buffer frames = event('S', 1);
    for (std::uint32_t session = 0; session < InspectReport::sessions_max + 10; ++session)
        (void)counter.on_block(packet(frames, session, session + 1));
    const InspectReport& report = counter.report();
    ASSERT_EQ(report.sessions.size(), InspectReport::sessions_max);
    EXPECT_EQ(report.sessions.back().messages, 11u);
    EXPECT_EQ(report.messages(), InspectReport::sessions_max + 10);
}

TEST(InspectCounter, NotesGapsWithWhatIsMissing) {
    InspectCounter counter;
    const Buffer frames = event('S', 1);
    replay::Block block = packet(frames, 0, 12);
    block.lost_before = 3;
    (void)counter.on_block(block);
    ASSERT_EQ(counter.report().gaps.size(), 1u);
    const InspectGap& gap = counter.report().gaps[0];
    EXPECT_EQ(gap.first_missing, 9u);
    EXPECT_EQ(gap.messages, 3u);
    EXPECT_EQ(gap.offset, 1200u);
}

TEST(InspectCounter, ListsNoMoreGapsThanTheLimit) {
    InspectCounter counter;
    const Buffer frames = event('S', 1);
    for (std::uint64_t i = 0; i < InspectReport::gaps_max + 5; ++i) {
        replay::Block block = packet(frames, 0, 10 + 2 * i);
        block.lost_before = 1;
        (void)counter.on_block(block);
    }
    EXPECT_EQ(counter.report().gaps.size(), InspectReport::gaps_max);
}

TEST(InspectCounter, LearnsLocatesFromTheMessagesThatNameThem) {
    itch::Trade trade;
    trade.stock = codecs::Alpha<8>{"P"};
    itch::CrossTrade cross;
    cross.stock = codecs::Alpha<8>{"Q"};
    itch::AddOrderWithMpid attributed;
    attributed.stock = codecs::Alpha<8>{"F"};
    itch::StockTradingAction action;
    action.stock = codecs::Alpha<8>{"H"};
    const Buffer frames = joined(
        {add(1, "A"), framed(2, 1, attributed), framed(3, 1, trade), framed(4, 1, cross),
         framed(5, 1, action), framed<itch::OrderExecuted>(6, 1), add(1, "B"), directory(3, "R")});
    InspectCounter counter;
    (void)counter.on_block(file(frames));
    EXPECT_EQ(symbols(counter.report()),
              (std::vector<std::string>{"0:1 A 2", "0:2 F 1", "0:3 P 1", "0:4 Q 1", "0:3 R 1"}));
    EXPECT_EQ(counter.report().unknown_locates, 2u);
}

TEST(InspectCounter, NotesMessagesThatADecoderRefuses) {
    const auto odd = [](char type, std::size_t length) {
        return replay::tests::frame(replay::tests::message(type, length));
    };
    const Buffer frames = joined({event('O', 10), odd('z', 4), odd('A', 35), odd('D', 1)});
    InspectCounter counter;
    EXPECT_EQ(counter.on_block(file(frames)), frames.size());
    const InspectReport& report = counter.report();
    EXPECT_EQ(report.unknown_types, 1u);
    EXPECT_EQ(report.bad_lengths, 2u);
    ASSERT_EQ(report.oddities.size(), 3u);
    EXPECT_EQ(report.oddities[0].offset, 14u);
    EXPECT_EQ(report.oddities[0].type, 'z');
    EXPECT_EQ(report.oddities[1].offset, 20u);
    EXPECT_EQ(report.oddities[1].length, 35u);
    EXPECT_EQ(report.messages(), 4u);
    EXPECT_FALSE(report.damage);
}

TEST(InspectCounter, ListsNoMoreInstrumentsThanTheLimit) {
    InspectCounter counter;
    const auto count = static_cast<std::uint32_t>(InspectReport::instruments_max) + 3;
    for (std::uint32_t i = 0; i < count; ++i) {
        const Buffer frames =
            directory(static_cast<std::uint16_t>(1 + i % 60'000), "S" + std::to_string(i));
        (void)counter.on_block(packet(frames, 0, i + 1));
    }
    EXPECT_EQ(counter.report().instruments.size(), InspectReport::instruments_max);
    EXPECT_EQ(counter.report().unlisted_instruments, 3u);
}

}  // namespace
}  // namespace tickweir::gateway
