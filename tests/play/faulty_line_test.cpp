// What lines do to packets: as often as they were told, never further than one place, and the same
// again from the same seed.
#include "gateway/play/faulty_line.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "gateway/play/feed_line.hpp"
#include "gateway/play/stalls.hpp"
#include "tests/play/support.hpp"
#include "tests/support/seed.hpp"

namespace tickweir::gateway {
namespace {

using namespace std::chrono_literals;
using tests::after;

constexpr Probability percent(std::uint32_t value) {
    return {value * (Probability::one / 100)};
}

using Arrivals = std::vector<std::pair<std::uint64_t, Passage>>;

/// What comes of packets 0, 1, 2 and so on.
Arrivals carried(const LineFaults& faults, std::uint64_t seed, std::uint32_t line,
                 std::uint64_t count) {
    Arrivals arrivals;
    FaultyLine<std::uint64_t> faulty{faults, seed, line};
    const auto note = [&](std::uint64_t packet, Passage passage) {
        arrivals.emplace_back(packet, passage);
    };
    for (std::uint64_t packet = 0; packet < count; ++packet)
        faulty.carry(packet, note);
    faulty.drain(note);
    faulty.drain(note);
    return arrivals;
}

std::map<Passage, std::uint64_t> counts_of(const Arrivals& arrivals) {
    std::map<Passage, std::uint64_t> counts;
    for (const auto& [packet, passage] : arrivals)
        ++counts[passage];
    return counts;
}

/// Whether `count` of `n` draws fits a probability: five standard deviations.
void expect_share(std::uint64_t count, std::uint64_t n, double probability) {
    const double mean = static_cast<double>(n) * probability;
    EXPECT_NEAR(static_cast<double>(count), mean, 5 * std::sqrt(mean * (1 - probability)));
}

TEST(FaultyLine, ALineWithoutFaultsCarriesEverything) {
    const Arrivals arrivals = carried({}, 1, 0, 1'000);
    ASSERT_EQ(arrivals.size(), 1'000u);
    for (std::uint64_t i = 0; i < arrivals.size(); ++i)
        EXPECT_EQ(arrivals[i], (std::pair{i, Passage::on_time}));
}

TEST(FaultyLine, SharesAreAsTold) {
    const std::uint64_t seed = tests::test_seed();
    constexpr std::uint64_t n = 400'000;
    auto loss = counts_of(carried({.loss = percent(1)}, seed, 0, n));
    expect_share(loss[Passage::lost], n, 0.01);
    EXPECT_EQ(loss[Passage::on_time] + loss[Passage::lost], n);
    auto twice = counts_of(carried({.duplicate = percent(3)}, seed, 0, n));
    expect_share(twice[Passage::again], n, 0.03);
    EXPECT_EQ(twice[Passage::on_time], n);
    auto late = counts_of(carried({.reorder = percent(2)}, seed, 0, n));
    EXPECT_EQ(late[Passage::held], late[Passage::late]);
    // A packet right behind one that is held is not held itself.
    expect_share(late[Passage::late], n, 0.02 / 1.02);
    EXPECT_EQ(late[Passage::on_time] + late[Passage::late], n);
}

TEST(FaultyLine, NoPacketMovesByMoreThanOnePlace) {
    const Arrivals arrivals =
        carried({percent(10), percent(10), percent(50)}, tests::test_seed(), 0, 100'000);
    std::vector<std::uint64_t> order;
    for (const auto& [packet, passage] : arrivals)
        if (passage == Passage::on_time || passage == Passage::late) order.push_back(packet);
    for (std::size_t i = 1; i < order.size(); ++i) {
        if (order[i] > order[i - 1]) continue;
        ASSERT_TRUE(i < 2 || order[i] > order[i - 2]) << "overtaken by more than one";
    }
    std::ranges::sort(order);
    EXPECT_EQ(std::ranges::adjacent_find(order), order.end()) << "late or on time, never both";
}

TEST(FaultyLine, TheSameSeedGivesTheSameFaultsAndLinesDiffer) {
    const LineFaults faults{percent(5), percent(5), percent(5)};
    const std::uint64_t seed = tests::test_seed();
    EXPECT_EQ(carried(faults, seed, 0, 5'000), carried(faults, seed, 0, 5'000));
    EXPECT_NE(carried(faults, seed, 0, 5'000), carried(faults, seed, 1, 5'000));
    EXPECT_NE(carried(faults, seed, 0, 5'000), carried(faults, seed + 1, 0, 5'000));
}

TEST(FaultyLine, OneFaultDoesNotChangeWhatAnotherDoes) {
    const auto lost_of = [](const Arrivals& arrivals) {
        std::vector<std::uint64_t> lost;
        for (const auto& [packet, passage] : arrivals)
            if (passage == Passage::lost) lost.push_back(packet);
        return lost;
    };
    EXPECT_EQ(lost_of(carried({.loss = percent(5)}, 7, 0, 5'000)),
              lost_of(carried({percent(5), percent(30), percent(30)}, 7, 0, 5'000)));
}

TEST(FeedLine, DelaysEverythingAlikeAndKeepsTheOrder) {
    FeedLine line{{.delay = 300us}};
    for (std::uint64_t i = 1; i <= 5'000; ++i)
        line.carry({.sequence = i, .count = 1}, after(std::chrono::microseconds{i}));
    ASSERT_EQ(line.size(), 5'000u);
    for (std::uint64_t i = 0; i < 5'000; ++i) {
        ASSERT_EQ(line.at(i).packet.sequence, i + 1);
        ASSERT_EQ(line.at(i).due, after(std::chrono::microseconds{i + 301}));
    }
    line.pop(4'000);
    EXPECT_EQ(line.at(0).packet.sequence, 4'001u);
    EXPECT_EQ(line.size(), 1'000u);
}

TEST(FeedLine, TakesAsManyPacketsAsMayWait) {
    FeedLine line{{.faults = {.duplicate = percent(50)}}};
    std::uint64_t sent = 0;
    while (line.has_room())
        line.carry({.sequence = ++sent}, after(0s));
    EXPECT_LE(line.size(), FeedLine::waiting_max);
    EXPECT_GT(line.size(), FeedLine::waiting_max - 3);
    EXPECT_EQ(line.counts().carried, sent);
    line.pop(line.size());
    EXPECT_TRUE(line.has_room());
}

TEST(FeedLine, CountsWhatItDoesAndLetsTheLastPacketGo) {
    FeedLine line{{.faults = {percent(20), percent(20), percent(20)}, .seed = 5}};
    constexpr std::uint64_t n = 10'000;
    for (std::uint64_t i = 1; i <= n; ++i)
        line.carry({.sequence = i}, after(0s));
    line.drain(after(0s));
    const FeedLineCounts& counts = line.counts();
    EXPECT_EQ(counts.carried, n);
    EXPECT_EQ(line.size(), n - counts.lost + counts.doubled);
    EXPECT_GT(counts.lost, 0u);
    EXPECT_GT(counts.doubled, 0u);
    EXPECT_GT(counts.reordered, 0u);
}

TEST(Stalls, ComeEveryTimeAndGoAgain) {
    const Stalls stalls{10s, 300ms, after(0s)};
    EXPECT_EQ(stalls.until(after(0s)), std::nullopt) << "the first one is not at the start";
    EXPECT_EQ(stalls.until(after(10s - 1ns)), std::nullopt);
    EXPECT_EQ(stalls.until(after(10s)), after(10s + 300ms));
    EXPECT_EQ(stalls.until(after(30s + 299ms)), after(30s + 300ms));
    EXPECT_EQ(stalls.until(after(30s + 300ms)), std::nullopt);
    EXPECT_EQ(Stalls{}.until(after(10s)), std::nullopt);
}

}  // namespace
}  // namespace tickweir::gateway
