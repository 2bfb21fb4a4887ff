// The states of a feed: every event in every state, and what the instruments hear of it.
#include "gateway/feeds/feed_health.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "tests/support/seed.hpp"

namespace tickweir::gateway {
namespace {

using namespace std::chrono_literals;

constexpr book::TimeNs start{std::chrono::seconds{1'000}};
constexpr FeedHealthSettings proven{.stale_after = 5s, .sequence_proves = true};
constexpr FeedHealthSettings unproven{.stale_after = 5s, .sequence_proves = false};

std::string_view name(SyncChange change) {
    switch (change) {
        case SyncChange::none:
            return "none";
        case SyncChange::lost:
            return "lost";
        case SyncChange::new_reason:
            return "new_reason";
        case SyncChange::restored:
            return "restored";
    }
    return "?";
}

/// A feed that is driven by words; each step takes a second, `silence` longer than stale_after.
class Driven {
public:
    explicit Driven(const FeedHealthSettings& settings) : health{settings, start} {}

    SyncChange step(std::string_view event) {
        now += event == "silence" ? 6s : 1s;
        if (event == "connected") return health.on_connected(now);
        if (event == "data") return health.on_data(now);
        if (event == "gap") return health.on_gap(now);
        if (event == "recovering") return health.on_recovering(now);
        if (event == "recovered") return health.on_recovered(now);
        if (event == "ended") return health.on_ended(now);
        if (event == "disconnected") return health.on_disconnected(now);
        EXPECT_TRUE(event == "tick" || event == "silence") << event;
        return health.on_tick(now);
    }

    /// Steps through all the words; what the last one did, as `state reason change`.
    std::string after(const std::vector<std::string_view>& events) {
        SyncChange change = SyncChange::none;
        for (const std::string_view event : events)
            change = step(event);
        std::string text{to_string(health.state())};
        text += ' ';
        text += health.reason() == FeedReason::none ? "-" : to_string(health.reason());
        text += ' ';
        text += name(change);
        return health.counts().illegal == 0 ? text : text + " illegal";
    }

    FeedHealth health;
    book::TimeNs now = start;
};

using Events = std::vector<std::string_view>;

std::string after(const Events& events, const FeedHealthSettings& settings = proven) {
    return Driven{settings}.after(events);
}

std::string after(Events events, std::string_view last,
                  const FeedHealthSettings& settings = proven) {
    events.push_back(last);
    return after(events, settings);
}

TEST(FeedHealth, BeginsUnconnectedAndOutOfSync) {
    const FeedHealth health{proven, start};
    EXPECT_EQ(health.state(), FeedState::connecting);
    EXPECT_EQ(health.reason(), FeedReason::not_connected);
    EXPECT_FALSE(health.in_sync());
    EXPECT_EQ(health.since(), start);
    EXPECT_EQ(health.next_due(), std::nullopt);
    EXPECT_EQ(health.last_data(), std::nullopt);
    EXPECT_TRUE(health.transitions().empty());
}

TEST(FeedHealth, TakesEveryEventBeforeItIsConnected) {
    EXPECT_EQ(after({}, "connected"), "connecting awaiting_data new_reason");
    EXPECT_EQ(after({}, "data"), "connecting not_connected none illegal");
    EXPECT_EQ(after({}, "gap"), "connecting not_connected none illegal");
    EXPECT_EQ(after({}, "recovering"), "connecting not_connected none illegal");
    EXPECT_EQ(after({}, "recovered"), "connecting not_connected none illegal");
    EXPECT_EQ(after({}, "ended"), "ended ended new_reason");
    EXPECT_EQ(after({}, "disconnected"), "connecting disconnected new_reason");
    EXPECT_EQ(after({}, "tick"), "connecting not_connected none");
    EXPECT_EQ(after({}, "silence"), "connecting not_connected none");
}

TEST(FeedHealth, TakesEveryEventWhileItAwaitsData) {
    const Events connected{"connected"};
    EXPECT_EQ(after(connected, "connected"), "connecting awaiting_data none illegal");
    EXPECT_EQ(after(connected, "data"), "live - restored");
    EXPECT_EQ(after(connected, "gap"), "gap lost_messages new_reason");
    EXPECT_EQ(after(connected, "recovering"), "recovering recovering new_reason");
    EXPECT_EQ(after(connected, "recovered"), "live - restored");
    EXPECT_EQ(after(connected, "ended"), "ended ended new_reason");
    EXPECT_EQ(after(connected, "disconnected"), "connecting disconnected new_reason");
    EXPECT_EQ(after(connected, "tick"), "connecting awaiting_data none");
    EXPECT_EQ(after(connected, "silence"), "stale silent new_reason");
}

TEST(FeedHealth, TakesEveryEventWhileItIsLive) {
    const Events live{"connected", "data"};
    EXPECT_EQ(after(live, "connected"), "live - none illegal");
    EXPECT_EQ(after(live, "data"), "live - none");
    EXPECT_EQ(after(live, "gap"), "gap lost_messages lost");
    EXPECT_EQ(after(live, "recovering"), "live - none illegal");
    EXPECT_EQ(after(live, "recovered"), "live - none illegal");
    EXPECT_EQ(after(live, "ended"), "ended ended lost");
    EXPECT_EQ(after(live, "disconnected"), "connecting disconnected lost");
    EXPECT_EQ(after(live, "tick"), "live - none");
    EXPECT_EQ(after(live, "silence"), "stale silent lost");
}

TEST(FeedHealth, TakesEveryEventInAGap) {
    const Events gap{"connected", "data", "gap"};
    EXPECT_EQ(after(gap, "connected"), "gap lost_messages none illegal");
    EXPECT_EQ(after(gap, "data"), "gap lost_messages none");
    EXPECT_EQ(after(gap, "gap"), "gap lost_messages none");
    EXPECT_EQ(after(gap, "recovering"), "recovering recovering new_reason");
    EXPECT_EQ(after(gap, "recovered"), "live - restored");
    EXPECT_EQ(after(gap, "ended"), "ended ended new_reason");
    EXPECT_EQ(after(gap, "disconnected"), "connecting disconnected new_reason");
    EXPECT_EQ(after(gap, "tick"), "gap lost_messages none");
    EXPECT_EQ(after(gap, "silence"), "stale silent new_reason");
}

TEST(FeedHealth, TakesEveryEventWhileItRecovers) {
    const Events recovering{"connected", "data", "gap", "recovering"};
    EXPECT_EQ(after(recovering, "connected"), "recovering recovering none illegal");
    EXPECT_EQ(after(recovering, "data"), "recovering recovering none");
    EXPECT_EQ(after(recovering, "gap"), "gap lost_messages new_reason");
    EXPECT_EQ(after(recovering, "recovering"), "recovering recovering none");
    EXPECT_EQ(after(recovering, "recovered"), "live - restored");
    EXPECT_EQ(after(recovering, "ended"), "ended ended new_reason");
    EXPECT_EQ(after(recovering, "disconnected"), "connecting disconnected new_reason");
    EXPECT_EQ(after(recovering, "tick"), "recovering recovering none");
    EXPECT_EQ(after(recovering, "silence"), "stale silent new_reason");
}

TEST(FeedHealth, TakesEveryEventWhileItIsStale) {
    const Events stale{"connected", "data", "silence"};
    EXPECT_EQ(after(stale, "connected"), "stale silent none illegal");
    EXPECT_EQ(after(stale, "data"), "live - restored");
    EXPECT_EQ(after(stale, "gap"), "gap lost_messages new_reason");
    EXPECT_EQ(after(stale, "recovering"), "recovering recovering new_reason");
    EXPECT_EQ(after(stale, "recovered"), "live - restored");
    EXPECT_EQ(after(stale, "ended"), "ended ended new_reason");
    EXPECT_EQ(after(stale, "disconnected"), "connecting disconnected new_reason");
    EXPECT_EQ(after(stale, "tick"), "stale silent none");
    EXPECT_EQ(after(stale, "silence"), "stale silent none");
}

TEST(FeedHealth, TakesEveryEventAfterItsEnd) {
    const Events ended{"connected", "data", "ended"};
    EXPECT_EQ(after(ended, "connected"), "connecting awaiting_data new_reason");
    EXPECT_EQ(after(ended, "data"), "ended ended none illegal");
    EXPECT_EQ(after(ended, "gap"), "ended ended none illegal");
    EXPECT_EQ(after(ended, "recovering"), "ended ended none illegal");
    EXPECT_EQ(after(ended, "recovered"), "ended ended none illegal");
    EXPECT_EQ(after(ended, "ended"), "ended ended none");
    EXPECT_EQ(after(ended, "disconnected"), "ended ended none");
    EXPECT_EQ(after(ended, "tick"), "ended ended none");
    EXPECT_EQ(after(ended, "silence"), "ended ended none");
}

TEST(FeedHealth, ReturnsFromSilenceToWhatItStillMisses) {
    EXPECT_EQ(after({"connected", "data", "gap", "silence", "data"}),
              "gap lost_messages new_reason");
    EXPECT_EQ(after({"connected", "data", "gap", "recovering", "silence", "data"}),
              "recovering recovering new_reason");
    EXPECT_EQ(after({"connected", "data", "gap", "silence", "recovered"}), "live - restored");
}

TEST(FeedHealth, ForgetsARecoveryWithItsConnection) {
    EXPECT_EQ(
        after({"connected", "data", "gap", "recovering", "disconnected", "connected", "data"}),
        "gap lost_messages new_reason");
    EXPECT_EQ(after({"connected", "data", "disconnected", "connected", "data"}), "live - restored");
}

TEST(FeedHealth, MissesNothingInANewSession) {
    EXPECT_EQ(after({"connected", "data", "gap", "ended", "connected", "data"}), "live - restored");
}

TEST(FeedHealth, AwaitsASnapshotWhereSequenceProvesNothing) {
    const Events fresh{"connected", "data"};
    EXPECT_EQ(after(fresh, unproven), "recovering awaiting_snapshot new_reason");
    EXPECT_EQ(after(fresh, "data", unproven), "recovering awaiting_snapshot none");
    EXPECT_EQ(after(fresh, "recovering", unproven), "recovering recovering new_reason");
    EXPECT_EQ(after(fresh, "recovered", unproven), "live - restored");
    const Events silent{"connected", "recovered", "silence"};
    EXPECT_EQ(after(silent, unproven), "stale silent lost");
    EXPECT_EQ(after(silent, "data", unproven), "recovering awaiting_snapshot new_reason");
    EXPECT_EQ(after(silent, "recovered", unproven), "live - restored");
    EXPECT_EQ(after({"connected", "recovered", "disconnected", "connected", "data"}, unproven),
              "recovering awaiting_snapshot new_reason");
}

TEST(FeedHealth, CallsSilenceStaleOnlyWhenLongerThanAllowed) {
    FeedHealth health{proven, start};
    static_cast<void>(health.on_connected(start));
    EXPECT_EQ(health.next_due(), start + 5s + 1ns);
    static_cast<void>(health.on_data(start + 2s));
    EXPECT_EQ(health.last_data(), start + 2s);
    EXPECT_EQ(health.next_due(), start + 7s + 1ns);
    EXPECT_EQ(health.on_tick(start + 7s), SyncChange::none);
    EXPECT_EQ(health.on_tick(start + 7s + 1ns), SyncChange::lost);
    EXPECT_EQ(health.next_due(), std::nullopt);
}

TEST(FeedHealth, IsNotMadeStaleByAClockThatStepsBack) {
    FeedHealth health{proven, start};
    static_cast<void>(health.on_connected(start + 10s));
    static_cast<void>(health.on_data(start));
    EXPECT_EQ(health.on_tick(start + 14s), SyncChange::none);
}

TEST(FeedHealth, CountsAndListsItsTransitions) {
    Driven driven{proven};
    static_cast<void>(driven.after({"connected", "data", "gap", "gap", "recovered", "connected"}));
    const auto at = [](int seconds) { return start + std::chrono::seconds{seconds}; };
    EXPECT_EQ(driven.health.transitions(),
              (std::vector<FeedTransition>{
                  {FeedState::connecting, FeedState::live, FeedReason::none, at(2)},
                  {FeedState::live, FeedState::gap, FeedReason::lost_messages, at(3)},
                  {FeedState::gap, FeedState::live, FeedReason::none, at(5)}}));
    EXPECT_EQ(driven.health.since(), at(5));
    EXPECT_EQ(driven.health.counts(), (FeedHealthCounts{{0, 2, 1, 0, 0, 0}, 2, 1}));
}

TEST(FeedHealth, KeepsABoundedListOfTransitions) {
    Driven driven{proven};
    static_cast<void>(driven.after({"connected", "data"}));
    for (int i = 0; i < 100; ++i)
        static_cast<void>(driven.after({"gap", "recovered"}));
    const auto kept = driven.health.transitions();
    ASSERT_EQ(kept.size(), FeedHealth::transitions_kept);
    EXPECT_EQ(kept.back().to, FeedState::live);
    EXPECT_EQ(kept.back().time, driven.now);
    for (std::size_t i = 1; i < kept.size(); ++i)
        EXPECT_EQ(kept[i].from, kept[i - 1].to);
}

TEST(FeedHealth, TellsInstrumentsEveryChangeOfSyncWhateverHappens) {
    std::mt19937_64 random{tests::test_seed()};
    const Events events{"connected", "data",  "data",         "data", "gap",    "recovering",
                        "recovered", "ended", "disconnected", "tick", "silence"};
    for (const FeedHealthSettings& settings : {proven, unproven}) {
        Driven driven{settings};
        bool told = false;  // what instruments believe
        for (int i = 0; i < 20'000; ++i) {
            const FeedReason before = driven.health.reason();
            const std::uint64_t illegal = driven.health.counts().illegal;
            const SyncChange change = driven.step(events[random() % events.size()]);
            if (change == SyncChange::restored) told = true;
            if (change == SyncChange::lost) told = false;
            ASSERT_EQ(told, driven.health.in_sync());
            ASSERT_EQ(driven.health.in_sync(), driven.health.reason() == FeedReason::none);
            ASSERT_EQ(change != SyncChange::none, before != driven.health.reason());
            if (driven.health.counts().illegal != illegal) {
                ASSERT_EQ(change, SyncChange::none);
            }
        }
    }
}

TEST(FeedHealth, NamesItsStatesAndReasons) {
    EXPECT_EQ(to_string(FeedState::connecting), "connecting");
    EXPECT_EQ(to_string(FeedState::ended), "ended");
    EXPECT_EQ(to_string(FeedReason::none), "");
    EXPECT_EQ(to_string(FeedReason::silent), "silent");
}

}  // namespace
}  // namespace tickweir::gateway
