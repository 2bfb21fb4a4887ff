// From what a venue's thread sees to its load mode: each signal by itself, and how long it counts.
#include "gateway/venue/venue_load.hpp"

#include <gtest/gtest.h>

#include "tests/gateway/venue/requests.hpp"

namespace tickweir::gateway {
namespace {

using namespace std::chrono_literals;
using shield::LoadCause;
using shield::PriorityClass;
using tests::request_time;
using txn::log::FreeSpace;
using txn::log::Lsn;

class VenueLoadTest : public testing::Test {
protected:
    /// So many intervals of the same.
    void pass(int intervals, const LogLook& log = {}, std::chrono::nanoseconds waited = 0ns) {
        for (int i = 0; i < intervals; ++i) {
            now_ += 5ms;
            if (waited != 0ns) load_.left_queue(PriorityClass::order, waited);
            load_.look(log, now_);
            if (const auto change = load_.turn(queues_, now_)) changes_.push_back(*change);
        }
    }
    VenueLoadSettings settings() {
        VenueLoadSettings settings;
        settings.budgets = {&small_, &large_};
        settings.input = &input_;
        return settings;
    }

    book::MemoryBudget small_{"small", 100};
    book::MemoryBudget large_{"large", 1'000};
    VenueBoard board_;
    InputDelay input_;
    VenueLoad load_{settings(), board_};
    VenueLoad::Queues queues_{{}};
    book::TimeNs now_ = request_time;
    std::vector<shield::LoadChange> changes_;
    std::uint64_t lsn_ = 0;

    /// For so long, records of which each takes so long to be durable, one behind the other.
    void log(std::chrono::nanoseconds how_long, std::chrono::nanoseconds each) {
        constexpr std::chrono::nanoseconds step = 100us;
        for (const book::TimeNs end = now_ + how_long; now_ < end;) {
            ++lsn_;
            for (const book::TimeNs durable = now_ + each; now_ < durable; now_ += step)
                look({.last = Lsn{lsn_}, .durable = Lsn{lsn_ - 1}});
            look({.last = Lsn{lsn_ + 1}, .durable = Lsn{lsn_}});
        }
    }
    void look(const LogLook& log) {
        load_.look(log, now_);
        if (const auto change = load_.turn(queues_, now_)) changes_.push_back(*change);
    }
};

TEST_F(VenueLoadTest, LooksNowAndThenWhileNothingHappens) {
    EXPECT_EQ(load_.next_due(), std::nullopt);
    pass(20);
    EXPECT_EQ(load_.mode(), LoadMode::normal);
    EXPECT_EQ(load_.next_due(), now_ + 105ms);
    EXPECT_TRUE(changes_.empty());
}

TEST_F(VenueLoadTest, EntersModesForMemoryThoughNobodyTrades) {
    pass(1);
    ASSERT_TRUE(small_.try_charge(90));
    for (int looks = 0; looks < 2; ++looks) {
        now_ = load_.next_due().value_or(now_);
        load_.look({}, now_);
        (void)load_.turn(queues_, now_);
    }
    EXPECT_EQ(load_.mode(), LoadMode::protect);
    EXPECT_EQ(load_.next_due(), now_ + 5ms) << "to leave it again";
}

TEST_F(VenueLoadTest, WatchesARecordThatDoesNotGetToTheDiskThoughNothingFollows) {
    pass(1);
    pass(1, {.last = Lsn{7}, .durable = Lsn{6}});
    EXPECT_EQ(load_.mode(), LoadMode::normal);
    EXPECT_EQ(load_.next_due(), now_ + 5ms);
}

TEST_F(VenueLoadTest, ShowsWhatOrdersWaitOnTheBoard) {
    pass(1);
    pass(1, {}, 700us);
    EXPECT_EQ(board_.queue_ns.load(), 700'000);
    pass(1);
    EXPECT_EQ(board_.queue_ns.load(), 0);
}

TEST_F(VenueLoadTest, EntersModesWhenOrdersWaitAndLeavesThemByItself) {
    pass(1);
    pass(2, {}, 5ms);  // beyond twice the target
    EXPECT_EQ(load_.mode(), LoadMode::shed);
    EXPECT_EQ(board_.load_mode(), LoadMode::shed);
    EXPECT_EQ(load_.refused_as(), ShedCause::mode);
    ASSERT_EQ(changes_.size(), 1u);
    EXPECT_EQ(changes_[0].cause, LoadCause::queue_delay);
    EXPECT_TRUE(load_.next_due());
    pass(20);
    EXPECT_EQ(load_.mode(), LoadMode::normal);
    EXPECT_EQ(board_.load_mode(), LoadMode::normal);
    EXPECT_EQ(load_.next_due(), now_ + 105ms);
}

TEST_F(VenueLoadTest, SeesWhatStillWaitsWhereNothingIsServed) {
    pass(1);
    ASSERT_TRUE(queues_.push(PriorityClass::order, now_, 1));
    now_ += 40ms;
    pass(2);
    EXPECT_EQ(load_.mode(), LoadMode::protect);
}

TEST_F(VenueLoadTest, GoesByTheFullestBudget) {
    ASSERT_TRUE(large_.try_charge(500));
    ASSERT_TRUE(small_.try_charge(90));
    pass(3);
    EXPECT_EQ(load_.mode(), LoadMode::protect);
    EXPECT_EQ(changes_.back().cause, LoadCause::memory);
    ASSERT_TRUE(small_.try_charge(5));
    pass(3);
    EXPECT_EQ(load_.mode(), LoadMode::cancel_only);
    small_.release(95);
    pass(40);
    EXPECT_EQ(load_.mode(), LoadMode::normal);
}

TEST_F(VenueLoadTest, TakesALogThatFallsBehindForLoad) {
    pass(1);
    pass(19, {.last = Lsn{7}, .durable = Lsn{6}});  // one record, for 95 ms
    EXPECT_EQ(load_.mode(), LoadMode::normal);
    pass(4, {.last = Lsn{7}, .durable = Lsn{6}});
    EXPECT_EQ(load_.mode(), LoadMode::shed);
    EXPECT_EQ(changes_.back().cause, LoadCause::log_lag);
    EXPECT_EQ(load_.refused_as(), ShedCause::log_behind);
    pass(30, {.last = Lsn{7}, .durable = Lsn{7}});
    EXPECT_EQ(load_.mode(), LoadMode::normal);
}

TEST_F(VenueLoadTest, TakesNoSingleSlowWriteForLoad) {
    for (int i = 0; i < 20; ++i) {
        log(10ms, 500us);
        log(60ms, 60ms);
    }
    EXPECT_TRUE(changes_.empty());
}

TEST_F(VenueLoadTest, TakesALogForBehindOnceNoRecordIsQuickAndNoLongerOnceOneIs) {
    struct Row {
        std::chrono::nanoseconds each;
        LoadMode mode;
    };
    for (const Row& row : {Row{900us, LoadMode::normal}, Row{2ms, LoadMode::trim},
                           Row{6ms, LoadMode::shed}, Row{40ms, LoadMode::shed}}) {
        log(200ms, 500us);
        ASSERT_EQ(load_.mode(), LoadMode::normal);
        log(80ms, row.each);
        EXPECT_EQ(load_.mode(), LoadMode::normal) << row.each.count();
        log(100ms, row.each);
        EXPECT_EQ(load_.mode(), row.mode) << row.each.count();
        // 5 intervals a level, and one that was under way.
        log(60ms, 500us);
        EXPECT_EQ(load_.mode(), LoadMode::normal) << row.each.count();
        now_ += 2s;  // and no flapping
    }
}

TEST_F(VenueLoadTest, TakesNoPauseBetweenRecordsForAWait) {
    for (int i = 0; i < 20; ++i) {
        ++lsn_;
        pass(1, {.last = Lsn{lsn_}, .durable = Lsn{lsn_}});
        now_ += 1s;
        log(40ms, 40ms);
    }
    EXPECT_TRUE(changes_.empty());
}

TEST_F(VenueLoadTest, TakesABacklogOfInputForLoadWithinThreeIntervals) {
    pass(3);
    input_.show_first(now_ + 2ms);
    pass(1);
    input_.note(3ms);
    input_.show_first(now_);
    pass(1);
    EXPECT_EQ(load_.mode(), LoadMode::trim);
    EXPECT_EQ(changes_.back().cause, LoadCause::input_delay);
    for (int i = 0; i < 2; ++i) {
        input_.note(12ms);
        input_.note(10ms);
        pass(1);
    }
    EXPECT_EQ(load_.mode(), LoadMode::shed);
    EXPECT_EQ(load_.input_delay(), 10ms);
    EXPECT_EQ(load_.refused_as(), ShedCause::mode);
    input_.show_first(std::nullopt);
    pass(10);
    EXPECT_EQ(load_.mode(), LoadMode::normal);
}

TEST_F(VenueLoadTest, TakesABurstOfInputThatIsWorkedOffForNone) {
    pass(1);
    for (int i = 0; i < 100; ++i) {
        input_.note(20ms);
        input_.note(1ms);
        pass(1);
    }
    EXPECT_TRUE(changes_.empty());
}

TEST_F(VenueLoadTest, SeesInputThatNobodyReads) {
    pass(1);
    input_.show_first(now_);
    pass(4);
    EXPECT_EQ(load_.mode(), LoadMode::shed);
    EXPECT_EQ(load_.input_delay(), 20ms);
}

TEST_F(VenueLoadTest, KeepsAnInputDelayOfAClockThatWasSetBackAtNothing) {
    pass(1);
    input_.note(-5s);
    input_.show_first(now_ + 1h);
    pass(1);
    EXPECT_EQ(load_.input_delay(), 0ns);
    pass(3);
    EXPECT_EQ(load_.input_delay(), 0ns);
    EXPECT_TRUE(changes_.empty());
}

TEST_F(VenueLoadTest, TakesCancelsOnlyWhileTheDiskIsNearlyFull) {
    pass(1);
    pass(3, {.space = FreeSpace::trim_wanted});
    EXPECT_EQ(load_.mode(), LoadMode::normal);
    pass(3, {.space = FreeSpace::nearly_none});
    EXPECT_EQ(load_.mode(), LoadMode::cancel_only);
    EXPECT_EQ(load_.refused_as(), ShedCause::disk_full);
    pass(40);
    EXPECT_EQ(load_.mode(), LoadMode::normal);
}

TEST_F(VenueLoadTest, ProtectsADiskThatFillsBeforeItIsFull) {
    pass(1);
    pass(3, {.free_percent = 10});
    EXPECT_EQ(load_.mode(), LoadMode::normal);
    pass(3, {.free_percent = 9});
    EXPECT_EQ(load_.mode(), LoadMode::protect);
    EXPECT_EQ(changes_.back().cause, LoadCause::disk);
    EXPECT_EQ(load_.refused_as(), ShedCause::disk_full);
    pass(3, {.free_percent = 2});
    EXPECT_EQ(load_.mode(), LoadMode::cancel_only);
    pass(10, {.free_percent = 6});
    EXPECT_EQ(load_.mode(), LoadMode::protect) << "more than the mark, less than the one above it";
    pass(40, {.free_percent = 13});
    EXPECT_EQ(load_.mode(), LoadMode::normal);
}

TEST_F(VenueLoadTest, StopsForGoodWhenTheLogFails) {
    pass(1);
    pass(1, {.failed = true});
    EXPECT_EQ(load_.mode(), LoadMode::stopped);
    EXPECT_EQ(board_.load_mode(), LoadMode::stopped);
    pass(40);
    EXPECT_EQ(load_.mode(), LoadMode::stopped);
    EXPECT_FALSE(load_.set_bounds(LoadMode::normal, LoadMode::normal, now_));
    EXPECT_EQ(load_.mode(), LoadMode::stopped);
    EXPECT_EQ(load_.next_due(), std::nullopt);
}

TEST_F(VenueLoadTest, StaysWithinAnOperatorsBounds) {
    const auto up = load_.set_bounds(LoadMode::cancel_only, std::nullopt, now_);
    ASSERT_TRUE(up);
    EXPECT_EQ(up->cause, LoadCause::operator_);
    EXPECT_EQ(board_.load_mode(), LoadMode::cancel_only);
    pass(30);
    EXPECT_EQ(load_.mode(), LoadMode::cancel_only);
    ASSERT_TRUE(load_.set_bounds(std::nullopt, LoadMode::trim, now_));
    pass(5, {}, 100ms);
    EXPECT_EQ(load_.mode(), LoadMode::trim);
    ASSERT_TRUE(load_.set_bounds(std::nullopt, std::nullopt, now_));
    EXPECT_EQ(load_.mode(), LoadMode::protect);
}

}  // namespace
}  // namespace tickweir::gateway
