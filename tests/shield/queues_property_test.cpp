// The class queues beside a naive twin, and the bound of what anything waits in them: random
// events, told by their seed.
#include <gtest/gtest.h>

#include <deque>
#include <vector>

#include "gateway/shield/class_queues.hpp"
#include "gateway/shield/shed_policy.hpp"
#include "tests/shield/random.hpp"
#include "tests/support/seed.hpp"

namespace tickweir::gateway::shield {
namespace {

using std::chrono::hours;
using std::chrono::microseconds;

constexpr book::TimeNs start{hours{500'000}};

/// Class queues as they would be written without a pool, lists or handles.
struct NaiveQueues {
    struct Item {
        int value;
        book::TimeNs arrived;
    };
    PerClass<std::deque<Item>> queues;

    bool overdue(const QueueLimits& limits, std::size_t i, book::TimeNs now, LoadMode mode) const {
        if (!admits(mode, priority_classes[i])) return true;
        const ClassLimits& one = limits.classes[i];
        const auto age_max = mode == LoadMode::normal ? one.age_max : one.age_max_loaded;
        return age_max && now - queues[i].front().arrived > *age_max;
    }
};

class QueuesBesideTheirTwin {
public:
    explicit QueuesBesideTheirTwin(Random& random) : random_{random} {
        for (ClassLimits& one : limits_.classes)
            one.capacity = random.number(0, 20);
        queues_.emplace(limits_);
    }

    void step() {
        now_ += microseconds{random_.from(0, 2'000)};
        switch (random_.from(0, 9)) {
            case 0:
                mode_ = static_cast<LoadMode>(random_.from(0, random_.one_in(5) ? 5 : 3));
                break;
            case 1:
                expire();
                break;
            case 2:
                take();
                break;
            case 3:
                take_if();
                break;
            case 4:
            case 5:
            case 6:
                pop();
                break;
            default:
                push();
                break;
        }
        for (std::size_t i = 0; i < 6; ++i)
            ASSERT_EQ(queues_->depth(priority_classes[i]), twin_.queues[i].size());
    }

private:
    void push() {
        const PriorityClass urgency = random_.urgency();
        auto& twin = twin_.queues[class_index(urgency)];
        const bool room = twin.size() < limits_.classes[class_index(urgency)].capacity;
        const auto handle = queues_->push(urgency, now_, ++last_);
        ASSERT_EQ(handle.has_value(), room);
        if (!handle) return;
        twin.push_back({last_, now_});
        handles_.push_back(*handle);
    }

    void pop() {
        const auto next = queues_->pop(now_, mode_);
        if (!next) {
            for (std::size_t i = 0; i < 6; ++i)
                ASSERT_TRUE(twin_.queues[i].empty() || twin_.overdue(limits_, i, now_, mode_));
            return;
        }
        const std::size_t i = class_index(next->urgency);
        ASSERT_FALSE(twin_.queues[i].empty());
        ASSERT_FALSE(twin_.overdue(limits_, i, now_, mode_));
        ASSERT_EQ(next->value, twin_.queues[i].front().value);
        ASSERT_EQ(next->waited, now_ - twin_.queues[i].front().arrived);
        // Nothing overtakes P0, and P1 only P0 and what a burst of P1 gave way to.
        ASSERT_TRUE(i == 0 || twin_.queues[0].empty() || twin_.overdue(limits_, 0, now_, mode_));
        twin_.queues[i].pop_front();
    }

    void expire() {
        std::size_t room = static_cast<std::size_t>(random_.from(0, 10));
        std::vector<int> expected;
        for (std::size_t i = 0; i < 6; ++i) {
            auto& twin = twin_.queues[i];
            for (; room > 0 && !twin.empty() && twin_.overdue(limits_, i, now_, mode_); --room) {
                expected.push_back(twin.front().value);
                twin.pop_front();
            }
        }
        std::vector<int> expired;
        (void)queues_->expire(now_, mode_, room + expected.size(),
                              [&](const auto& taken, ShedCause cause) {
                                  EXPECT_NE(cause, ShedCause::none);
                                  expired.push_back(taken.value);
                              });
        ASSERT_EQ(expired, expected);
    }

    void take() {
        if (handles_.empty()) return;
        const auto at = static_cast<std::size_t>(
            random_.from(0, static_cast<std::int64_t>(handles_.size()) - 1));
        const auto value = queues_->take(handles_[at]);
        handles_.erase(handles_.begin() + static_cast<std::ptrdiff_t>(at));
        if (!value) return;
        std::size_t found = 0;
        for (auto& twin : twin_.queues)
            found += std::erase_if(twin, [&](const auto& item) { return item.value == *value; });
        ASSERT_EQ(found, 1u);
    }

    void take_if() {
        const PriorityClass urgency = random_.urgency();
        const auto odd = [](int value) { return value % 2 == 1; };
        std::vector<int> expected;
        std::erase_if(twin_.queues[class_index(urgency)], [&](const auto& item) {
            if (odd(item.value)) expected.push_back(item.value);
            return odd(item.value);
        });
        std::vector<int> taken;
        (void)queues_->take_if(urgency, 1'000, odd, [&](int value) { taken.push_back(value); });
        ASSERT_EQ(taken, expected);
    }

    Random& random_;
    QueueLimits limits_;
    std::optional<ClassQueues<int>> queues_;
    NaiveQueues twin_;
    std::vector<ClassQueues<int>::Handle> handles_;
    LoadMode mode_ = LoadMode::normal;
    book::TimeNs now_ = start;
    int last_ = 0;
};

TEST(ClassQueuesPropertyTest, QueuesAreWhatANaiveTwinIs) {
    Random random{tests::test_seed()};
    for (int round = 0; round < 100; ++round) {
        QueuesBesideTheirTwin both{random};
        for (int i = 0; i < 1'000; ++i) {
            both.step();
            if (testing::Test::HasFatalFailure()) return;
        }
    }
}

struct Asked {
    PriorityClass urgency = PriorityClass::order;
    std::uint64_t turns_before = 0;  // served when it came
    std::size_t ahead = 0;           // of its class
};

/// A server that is asked too much of for ever.
TEST(ClassQueuesPropertyTest, NothingWaitsWithoutABound) {
    Random random{tests::test_seed()};
    for (int round = 0; round < 20; ++round) {
        QueueLimits limits;
        for (ClassLimits& one : limits.classes)
            one.capacity = random.number(1, 300);
        ClassQueues<Asked> queues{limits};
        book::TimeNs now = start;
        std::uint64_t turns = 0;
        const std::int64_t arrivals = random.from(1, 8);
        for (int i = 0; i < 5'000; ++i) {
            now += microseconds{random.from(1, 200)};
            for (std::int64_t j = random.from(0, arrivals); j > 0; --j) {
                // No P0: it is what may stop everything else.
                const PriorityClass urgency = priority_classes[random.number(1, 5)];
                (void)queues.push(urgency, now, {urgency, turns, queues.depth(urgency)});
            }
            const auto mode = random.one_in(3) ? LoadMode::trim : LoadMode::normal;
            (void)queues.expire(now, mode, 10'000, [](const auto&, ShedCause) {});
            for (const PriorityClass urgency : priority_classes) {
                const ClassLimits& one = limits.classes[class_index(urgency)];
                const auto age_max = mode == LoadMode::normal ? one.age_max : one.age_max_loaded;
                const auto waited = queues.oldest_wait(urgency, now);
                ASSERT_TRUE(!waited || !age_max || *waited <= *age_max) << to_string(urgency);
            }
            const auto next = queues.pop(now, mode);
            if (!next) continue;
            ++turns;
            if (next->urgency != PriorityClass::risk_reducing) continue;
            // Those before it, and at most a batch of 8 for each burst of 64 begun.
            const std::uint64_t bound = next->value.ahead + (next->value.ahead / 64 + 2) * 8 + 1;
            ASSERT_LE(turns - next->value.turns_before, bound);
        }
    }
}

}  // namespace
}  // namespace tickweir::gateway::shield
