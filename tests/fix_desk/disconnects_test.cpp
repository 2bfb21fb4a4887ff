#include "gateway/fix/orders/desk/disconnects.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace tickweir::tests {
namespace {

using namespace std::chrono_literals;
using gateway::fix::SessionId;
using gateway::fix::orders::Disconnects;

constexpr SessionId wants{0};
constexpr SessionId does_not{1};
constexpr book::TimeNs start{1'000s};

struct DisconnectsTest : testing::Test {
    std::vector<SessionId> cancelled(book::TimeNs now, bool possible = true) {
        std::vector<SessionId> all;
        (void)disconnects.run(now, [&](SessionId id) {
            all.push_back(id);
            return possible;
        });
        return all;
    }
    using Ids = std::vector<SessionId>;
    Disconnects disconnects{{{.wanted = true, .grace = 500ms}, {.wanted = false, .grace = 0ms}}};
};

TEST_F(DisconnectsTest, CancelsOnceGraceIsOver) {
    disconnects.on_logon(wants, std::nullopt);
    disconnects.on_logout(wants, start);
    EXPECT_EQ(disconnects.next_due(), start + 500ms);
    EXPECT_EQ(cancelled(start + 499ms), Ids{});
    EXPECT_EQ(cancelled(start + 500ms), Ids{wants});
    EXPECT_EQ(cancelled(start + 10s), Ids{});
    EXPECT_EQ(disconnects.next_due(), std::nullopt);
}

TEST_F(DisconnectsTest, CancelsNothingOfWhoComesBackInTime) {
    disconnects.on_logon(wants, std::nullopt);
    disconnects.on_logout(wants, start);
    disconnects.on_logon(wants, std::nullopt);
    EXPECT_EQ(cancelled(start + 10s), Ids{});
}

TEST_F(DisconnectsTest, DoesWhatTheLogonSaysRatherThanTheSettings) {
    disconnects.on_logon(wants, false);
    disconnects.on_logout(wants, start);
    disconnects.on_logon(does_not, true);
    disconnects.on_logout(does_not, start);
    EXPECT_EQ(cancelled(start + 10s), Ids{does_not});
}

TEST_F(DisconnectsTest, ForgetsWithTheNextLogonWhatTheLastOneSaid) {
    disconnects.on_logon(does_not, true);
    disconnects.on_logout(does_not, start);
    disconnects.on_logon(does_not, std::nullopt);
    disconnects.on_logout(does_not, start + 1s);
    EXPECT_EQ(cancelled(start + 10s), Ids{});
}

TEST_F(DisconnectsTest, ForcesWhateverTheSessionWantsAndWithoutGrace) {
    disconnects.on_logon(does_not, std::nullopt);
    disconnects.force(does_not);
    disconnects.on_logon(wants, std::nullopt);
    disconnects.force(wants);
    disconnects.on_logout(does_not, start);
    disconnects.on_logout(wants, start);
    EXPECT_EQ(cancelled(start), (Ids{wants, does_not}));
}

TEST_F(DisconnectsTest, TriesAgainWhereCancellingIsNotPossibleNow) {
    disconnects.on_logon(wants, std::nullopt);
    disconnects.on_logout(wants, start);
    EXPECT_EQ(cancelled(start + 1s, false), Ids{wants});
    EXPECT_EQ(cancelled(start + 1s, true), Ids{wants});
    EXPECT_EQ(cancelled(start + 1s, true), Ids{});
}

TEST_F(DisconnectsTest, TakesWhoIsAwayAtTheOpeningForDisconnectedThen) {
    disconnects.on_opening(start, [](SessionId) { return std::optional<bool>{}; });
    EXPECT_EQ(cancelled(start + 499ms), Ids{});
    EXPECT_EQ(cancelled(start + 500ms), Ids{wants});
}

TEST_F(DisconnectsTest, KnowsAtTheOpeningWhatLogonsBeforeItAskedFor) {
    disconnects.on_opening(start, [](SessionId id) { return std::optional{id == does_not}; });
    EXPECT_EQ(cancelled(start + 1h), Ids{does_not});
}

}  // namespace
}  // namespace tickweir::tests
