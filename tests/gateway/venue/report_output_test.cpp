// Outcomes on their way into two rings, of which either may be full in the middle of a batch: each
// arrives whole, in order and once, however often it had to stop.
#include "gateway/venue/report_output.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <random>
#include <utility>
#include <vector>

#include "tests/support/seed.hpp"

namespace tickweir::gateway {
namespace {

using txn::log::Lsn;
using Place = std::pair<std::uint64_t, std::uint32_t>;  // LSN, and the event's in its record

constexpr book::TimeNs noon{std::chrono::hours{500'000}};
constexpr std::size_t reports_capacity = 16;

txn::Outcome outcome_of(std::uint64_t number, std::size_t events, std::size_t levels) {
    txn::Outcome outcome;
    for (std::size_t i = 0; i < events; ++i)
        outcome.events.emplace_back().sequence = number;
    for (std::size_t i = 0; i < levels; ++i)
        outcome.levels.emplace_back().level.price.ticks =
            static_cast<std::int64_t>(number * 10'000 + i);
    return outcome;
}

class ReportOutputTest : public testing::Test {
protected:
    /// What the venue's turn does; how many outcomes have gone.
    std::size_t release() {
        const std::size_t told = outbox_.release(
            Lsn{1'000'000},
            [this](const txn::ReleasedOutcome& outcome) { return output_.tell(outcome, noon); });
        output_.hand_over();
        return told;
    }
    void read_reports(std::size_t most) {
        for (std::size_t i = 0; i < most; ++i) {
            const auto report = reports_.try_pop();
            if (!report) return;
            EXPECT_TRUE(report->place == 0 || report->event.sequence == number(report->lsn));
            told_.emplace_back(number(report->lsn), report->place);
        }
    }
    void read_market(std::size_t most) {
        for (std::size_t i = 0; i < most; ++i) {
            const std::span<const std::byte> record = records_.front();
            if (record.data() == nullptr) break;
            for (const VenueLevelItem& item : venue_items<VenueLevelItem>(record))
                shown_.push_back(item.price.ticks);
            records_.advance();
        }
        records_.release();
    }

    txn::Outbox outbox_{{.outcomes = 8, .events = 64, .levels = 16'384}};
    book::SpscRing<VenueReport> reports_{reports_capacity};
    book::ByteRing records_{VenueMarketOutput::ring_bytes_min};
    VenueMarketOutput market_{{&records_, nullptr}};
    ReportOutput output_{&reports_, nullptr, &market_};
    std::vector<Place> told_;
    std::vector<std::int64_t> shown_;
};

TEST_F(ReportOutputTest, TellsNothingOfAnOutcomeThatReportsHaveNoRoomForAllOf) {
    ASSERT_TRUE(outbox_.push(Lsn{1}, true, outcome_of(1, 14, 1)));
    ASSERT_TRUE(outbox_.push(Lsn{2}, true, outcome_of(2, 3, 1)));
    EXPECT_EQ(release(), 1u);
    EXPECT_EQ(release(), 0u);
    read_reports(1);
    read_market(100);
    EXPECT_EQ(shown_, std::vector<std::int64_t>{10'000}) << "the market neither";
    EXPECT_EQ(release(), 1u);
    read_reports(100);
    read_market(100);
    ASSERT_EQ(told_.size(), 17u);
    EXPECT_EQ(told_[13], (Place{1, 14}));
    EXPECT_EQ(told_[14], (Place{2, 1}));
    EXPECT_EQ(shown_, (std::vector<std::int64_t>{10'000, 20'000}));
}

TEST_F(ReportOutputTest, GoesOnWhereTheMarketsRingWasFullInsideAnOutcome) {
    constexpr std::size_t levels = 5'000;  // of which a ring holds two fifths
    ASSERT_TRUE(outbox_.push(Lsn{1}, true, outcome_of(1, 2, levels)));
    std::size_t stops = 0;
    while (release() == 0) {
        ASSERT_LT(++stops, 100u);
        read_reports(100);
        EXPECT_TRUE(told_.empty()) << "before the market has all of it";
        read_market(3);
    }
    EXPECT_GT(stops, 2u);
    read_reports(100);
    read_market(100);
    EXPECT_EQ(told_, (std::vector<Place>{{1, 1}, {1, 2}}));
    ASSERT_EQ(shown_.size(), levels);
    for (std::size_t i = 0; i < levels; ++i)
        ASSERT_EQ(shown_[i], static_cast<std::int64_t>(10'000 + i));
}

TEST_F(ReportOutputTest, LosesAndRepeatsNothingWhicheverRingIsFull) {
    std::mt19937_64 random{tests::test_seed()};
    std::vector<Place> expected_told;
    std::vector<std::int64_t> expected_shown;
    std::size_t stops = 0;
    for (std::uint64_t lsn = 1; lsn < 3'000;) {
        const std::size_t events = random() % (reports_capacity + 1);
        const std::size_t levels = random() % 8 == 0 ? random() % 4'000 : random() % 3;
        const bool logged = random() % 4 != 0;
        const txn::Outcome outcome = outcome_of(lsn, events, logged ? levels : 0);
        if (outbox_.has_room(events, levels)) {
            ASSERT_TRUE(outbox_.push(Lsn{lsn}, logged, outcome));
            for (std::uint32_t i = 1; i <= events; ++i)
                expected_told.emplace_back(logged ? lsn : 0, logged ? i : 0);
            for (const txn::LevelEvent& level : outcome.levels)
                expected_shown.push_back(level.level.price.ticks);
            ++lsn;
        }
        release();
        stops += outbox_.waiting() != 0;
        read_reports(random() % 20);
        read_market(random() % 6);
    }
    for (int i = 0; i < 1'000 && outbox_.waiting() != 0; ++i) {
        release();
        read_reports(100);
        read_market(100);
    }
    read_reports(100);
    read_market(100);
    EXPECT_GT(stops, 100u);
    EXPECT_EQ(told_, expected_told);
    EXPECT_EQ(shown_, expected_shown);
}

}  // namespace
}  // namespace tickweir::gateway
