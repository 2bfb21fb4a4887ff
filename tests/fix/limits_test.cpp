// The small machines that bound what strangers and clients may ask for.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "gateway/fix/accept_gate.hpp"
#include "gateway/fix/ahead_frames.hpp"
#include "gateway/fix/message_types.hpp"
#include "gateway/fix/sessions_control.hpp"
#include "gateway/fix/tick_wheel.hpp"

namespace tickweir::tests {
namespace {

using namespace std::chrono_literals;
using gateway::PeerAddress;
using gateway::fix::AcceptGate;
using gateway::fix::AheadFrames;
using gateway::fix::CommandAnswer;
using gateway::fix::CommandStatus;
using gateway::fix::Refusal;
using gateway::fix::SessionAction;
using gateway::fix::SessionsControl;
using gateway::fix::TickWheel;

constexpr book::TimeNs start{std::chrono::seconds{1'000}};

TEST(AcceptGateTest, BoundsConnectionsInAllAndOfEachAddress) {
    AcceptGate gate{{.connections = 3, .per_address = 2, .per_second = 100}};
    EXPECT_EQ(gate.admit(PeerAddress{1}, start), Refusal::none);
    EXPECT_EQ(gate.admit(PeerAddress{1}, start), Refusal::none);
    EXPECT_EQ(gate.admit(PeerAddress{1}, start), Refusal::per_address);
    EXPECT_EQ(gate.admit(PeerAddress{2}, start), Refusal::none);
    EXPECT_EQ(gate.admit(PeerAddress{3}, start), Refusal::connections);
    gate.leave(PeerAddress{1});
    EXPECT_EQ(gate.admit(PeerAddress{1}, start), Refusal::none);
}

TEST(AcceptGateTest, BoundsHowFastTheyCome) {
    AcceptGate gate{{.connections = 100, .per_address = 100, .per_second = 2}};
    EXPECT_EQ(gate.admit(PeerAddress{1}, start), Refusal::none);
    EXPECT_EQ(gate.admit(PeerAddress{2}, start), Refusal::none);
    EXPECT_EQ(gate.admit(PeerAddress{3}, start), Refusal::accept_rate);
    EXPECT_EQ(gate.admit(PeerAddress{3}, start + 500ms), Refusal::none);
}

TEST(AcceptGateTest, LetsOneAddressNotUseUpTheRateOfAll) {
    AcceptGate gate{{.connections = 100, .per_address = 1, .per_second = 2}};
    EXPECT_EQ(gate.admit(PeerAddress{1}, start), Refusal::none);
    for (int i = 0; i < 5; ++i)
        EXPECT_EQ(gate.admit(PeerAddress{1}, start), Refusal::per_address);
    EXPECT_EQ(gate.admit(PeerAddress{2}, start), Refusal::none);
    EXPECT_EQ(gate.admit(PeerAddress{3}, start), Refusal::accept_rate);
    EXPECT_EQ(gate.admit(PeerAddress{3}, start + 1s), Refusal::none) << "it was not counted";
}

TEST(AheadFramesTest, KeepsSoManyAndGivesEachOnce) {
    AheadFrames ahead{{.messages = 2, .bytes = 10}};
    EXPECT_TRUE(ahead.add(5, "abc"));
    EXPECT_TRUE(ahead.add(5, "abcd"));
    EXPECT_TRUE(ahead.add(7, "xyz"));
    EXPECT_FALSE(ahead.add(8, "q")) << "two are there";
    EXPECT_EQ(ahead.take(5), "abcd");
    EXPECT_EQ(ahead.take(5), std::nullopt);
    EXPECT_FALSE(ahead.add(9, "12345678")) << "too many bytes";
    EXPECT_TRUE(ahead.add(9, "1234567"));
    ahead.clear();
    EXPECT_EQ(ahead.bytes(), 0u);
}

TEST(TickWheelTest, GivesEachItsTurnOnceASecondSpreadOverIt) {
    TickWheel wheel{10};
    std::vector<std::size_t> turns(10, 0);
    std::size_t most = 0;
    (void)wheel.run(start, [&](std::size_t) { FAIL() << "nobody is due at once"; });
    for (auto now = start; now < start + 3s; now += 50ms) {
        std::size_t at_once = 0;
        (void)wheel.run(now, [&](std::size_t i) {
            ++turns[i];
            ++at_once;
        });
        most = std::max(most, at_once);
    }
    EXPECT_EQ(most, 1u);
    for (const std::size_t count : turns)
        EXPECT_NEAR(static_cast<double>(count), 3.0, 1.0);
}

TEST(TickWheelTest, CatchesUpInOneGoWhereNobodyHurries) {
    TickWheel wheel{10};
    std::size_t turns = 0;
    (void)wheel.run(start, [](std::size_t) {});
    EXPECT_EQ(wheel.next_due(false), start + 1s);
    (void)wheel.run(start + 1s, [&](std::size_t) { ++turns; });
    EXPECT_EQ(turns, 10u);
}

TEST(TickWheelTest, GoesOnWhenTheClockIsSetBack) {
    TickWheel wheel{10};
    std::size_t turns = 0;
    const auto count = [&](std::size_t) { ++turns; };
    (void)wheel.run(start, count);
    (void)wheel.run(start - 600s, count);
    (void)wheel.run(start - 599s, count);
    EXPECT_EQ(turns, 10u);
}

TEST(MessageTypesTest, KnowsThoseOfFix44) {
    for (const char* const type : {"8", "D", "j", "z", "AF", "AA", "BH"})
        EXPECT_TRUE(gateway::fix::is_application_type(type)) << type;
    for (const char* const type : {"", "A", "0", "5", "I", "BI", "CA", "ZZ", "AAA", "U1"})
        EXPECT_FALSE(gateway::fix::is_application_type(type)) << type;
}

TEST(SessionsControlTest, TakesCommandsInOrderAndAnswersEachOnce) {
    SessionsControl control;
    EXPECT_FALSE(control.has_commands());
    const auto first = control.request({.action = SessionAction::disable, .session = "a"});
    const auto second = control.request({.action = SessionAction::enable, .session = "b"});
    ASSERT_TRUE(first && second);
    const auto taken = control.take_command();
    ASSERT_TRUE(taken);
    EXPECT_EQ(taken->ticket, *first);
    EXPECT_EQ(taken->command.session, "a");
    EXPECT_EQ(control.take_answer(*first), std::nullopt);
    control.answer(*first, {CommandStatus::refused, "no"});
    EXPECT_EQ(control.take_answer(*first), (CommandAnswer{CommandStatus::refused, "no"}));
    EXPECT_EQ(control.take_answer(*first), std::nullopt);
    EXPECT_TRUE(control.has_commands());
}

TEST(SessionsControlTest, BoundsWhatWaitsBothWays) {
    SessionsControl control;
    for (std::size_t i = 0; i < SessionsControl::commands_max; ++i)
        EXPECT_TRUE(control.request({}));
    EXPECT_FALSE(control.request({}));
    for (std::uint64_t i = 1; i <= SessionsControl::answers_max + 1; ++i)
        control.answer(gateway::fix::CommandTicket{i}, {});
    EXPECT_EQ(control.take_answer(gateway::fix::CommandTicket{1}), std::nullopt);
    EXPECT_TRUE(control.take_answer(gateway::fix::CommandTicket{2}));
}

}  // namespace
}  // namespace tickweir::tests
