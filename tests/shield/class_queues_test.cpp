// What waits in the class queues, in which order it leaves, and how: served, handed back, taken
// out.
#include "gateway/shield/class_queues.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace tickweir::gateway::shield {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;

constexpr book::TimeNs start{hours{500'000}};
constexpr QueueLimits limits{.classes = {{{2, std::nullopt, std::nullopt},
                                          {4, std::nullopt, std::nullopt},
                                          {4, milliseconds{80}, milliseconds{8}},
                                          {4, milliseconds{40}, milliseconds{4}},
                                          {4, milliseconds{100}, milliseconds{10}},
                                          {4, milliseconds{100}, milliseconds{10}}}},
                             .schedule = {}};

using Queues = ClassQueues<int>;

struct Expired {
    int value;
    PriorityClass urgency;
    ShedCause cause;
    friend bool operator==(const Expired&, const Expired&) = default;
};

class ClassQueuesTest : public testing::Test {
protected:
    Queues::Handle push(PriorityClass urgency, int value, book::TimeNs arrived = start) {
        const auto handle = queues.push(urgency, arrived, value);
        EXPECT_TRUE(handle);
        return handle.value_or(Queues::Handle{});
    }
    /// All that is served now, in order.
    std::vector<int> served(book::TimeNs now = start, LoadMode mode = LoadMode::normal) {
        std::vector<int> values;
        while (const auto next = queues.pop(now, mode))
            values.push_back(next->value);
        return values;
    }
    std::vector<Expired> expired(book::TimeNs now, LoadMode mode = LoadMode::normal,
                                 std::size_t most = 1'000) {
        std::vector<Expired> out;
        const std::size_t done =
            queues.expire(now, mode, most, [&](const Queues::Taken& taken, ShedCause cause) {
                out.push_back({taken.value, taken.urgency, cause});
            });
        EXPECT_EQ(done, out.size());
        return out;
    }

    Queues queues{limits};
};

using Values = std::vector<int>;
using AllExpired = std::vector<Expired>;

TEST_F(ClassQueuesTest, ServesByClassAndThenInOrderOfArrival) {
    push(PriorityClass::history, 50);
    push(PriorityClass::order, 30);
    push(PriorityClass::entitled, 20);
    push(PriorityClass::order, 31);
    push(PriorityClass::risk_reducing, 10);
    push(PriorityClass::query, 40);
    push(PriorityClass::control, 0);
    push(PriorityClass::risk_reducing, 11);
    EXPECT_EQ(queues.depth(), 8u);
    EXPECT_EQ(served(), (Values{0, 10, 11, 20, 30, 31, 40, 50}));
    EXPECT_TRUE(queues.empty());
}

TEST_F(ClassQueuesTest, GivesEachClassItsOwnPlaces) {
    for (int i = 0; i < 4; ++i)
        push(PriorityClass::order, i);
    EXPECT_EQ(queues.push(PriorityClass::order, start, 4), std::nullopt);
    EXPECT_EQ(queues.free_places(PriorityClass::order), 0u);
    EXPECT_EQ(queues.counts(PriorityClass::order).full, 1u);
    for (int i = 0; i < 4; ++i)
        push(PriorityClass::risk_reducing, 10 + i);
    EXPECT_EQ(queues.pop(start, LoadMode::normal)->value, 10);
    EXPECT_EQ(queues.push(PriorityClass::order, start, 4), std::nullopt);
    push(PriorityClass::risk_reducing, 14);
    EXPECT_EQ(served(), (Values{11, 12, 13, 14, 0, 1, 2, 3}));
    push(PriorityClass::order, 4);
    EXPECT_EQ(queues.counts(PriorityClass::order).high_water, 4u);
}

TEST_F(ClassQueuesTest, TakesWhatWaitsOutByItsHandle) {
    const auto first = push(PriorityClass::order, 1);
    const auto middle = push(PriorityClass::order, 2);
    const auto last = push(PriorityClass::order, 3);
    ASSERT_NE(queues.find(middle), nullptr);
    *queues.find(middle) = 20;
    EXPECT_EQ(queues.take(middle), 20);
    EXPECT_EQ(queues.take(middle), std::nullopt);
    EXPECT_EQ(queues.find(middle), nullptr);
    push(PriorityClass::order, 4);
    EXPECT_EQ(queues.take(last), 3);
    EXPECT_EQ(queues.take(first), 1);
    EXPECT_EQ(served(), (Values{4}));
    EXPECT_EQ(queues.counts(PriorityClass::order).withdrawn, 3u);
    EXPECT_EQ(queues.counts(PriorityClass::order).served, 1u);
}

TEST_F(ClassQueuesTest, KnowsAHandleWhosePlaceHasAnother) {
    const auto old = push(PriorityClass::order, 1);
    EXPECT_EQ(queues.pop(start, LoadMode::normal)->value, 1);
    EXPECT_EQ(queues.find(old), nullptr);
    const auto fresh = push(PriorityClass::order, 2);
    EXPECT_EQ(fresh.index, old.index);
    EXPECT_EQ(queues.take(old), std::nullopt);
    EXPECT_EQ(queues.find({}), nullptr);
    EXPECT_EQ(queues.find({1'000'000, 1}), nullptr);
    EXPECT_EQ(queues.take(fresh), 2);
}

TEST_F(ClassQueuesTest, NeverServesWhatWaitedTooLong) {
    push(PriorityClass::order, 1);
    push(PriorityClass::order, 2, start + milliseconds{10});
    push(PriorityClass::query, 3);
    const book::TimeNs now = start + milliseconds{40} + nanoseconds{1};
    EXPECT_EQ(served(now), (Values{3}));
    EXPECT_EQ(expired(now), (AllExpired{{1, PriorityClass::order, ShedCause::queue_delay}}));
    EXPECT_EQ(served(now), (Values{2}));
    EXPECT_EQ(queues.counts(PriorityClass::order).aged, 1u);
}

TEST_F(ClassQueuesTest, ServesWhatHasWaitedJustAsLongAsItMay) {
    push(PriorityClass::order, 1);
    EXPECT_EQ(expired(start + milliseconds{40}), AllExpired{});
    EXPECT_EQ(served(start + milliseconds{40}), (Values{1}));
}

TEST_F(ClassQueuesTest, HasLessPatienceUnderLoad) {
    push(PriorityClass::entitled, 1);
    push(PriorityClass::order, 2);
    push(PriorityClass::query, 3);
    const book::TimeNs now = start + milliseconds{9};
    EXPECT_EQ(expired(now), AllExpired{});
    EXPECT_EQ(expired(now, LoadMode::trim),
              (AllExpired{{1, PriorityClass::entitled, ShedCause::queue_delay},
                          {2, PriorityClass::order, ShedCause::queue_delay}}));
    EXPECT_EQ(served(now, LoadMode::trim), (Values{3}));
}

TEST_F(ClassQueuesTest, NeverAgesCancels) {
    push(PriorityClass::control, 1);
    push(PriorityClass::risk_reducing, 2);
    EXPECT_EQ(expired(start + hours{24}, LoadMode::cancel_only), AllExpired{});
    EXPECT_EQ(served(start + hours{24}, LoadMode::cancel_only), (Values{1, 2}));
}

TEST_F(ClassQueuesTest, HandsBackWhatTheModeRefuses) {
    struct Row {
        LoadMode mode;
        Values served;
    };
    const Row rows[] = {{LoadMode::normal, {0, 1, 2, 3, 4, 5}}, {LoadMode::trim, {0, 1, 2, 3, 4}},
                        {LoadMode::shed, {0, 1, 2, 3}},         {LoadMode::protect, {0, 1, 2}},
                        {LoadMode::cancel_only, {0, 1}},        {LoadMode::stopped, {}}};
    for (const Row& row : rows) {
        Values refused;
        for (int i = 0; i < 6; ++i)
            push(priority_classes[static_cast<std::size_t>(i)], i);
        EXPECT_EQ(served(start, row.mode), row.served);
        const ShedCause cause =
            row.mode == LoadMode::stopped ? ShedCause::stopped : ShedCause::mode;
        for (const Expired& one : expired(start, row.mode)) {
            EXPECT_EQ(one.cause, cause);
            refused.push_back(one.value);
        }
        EXPECT_EQ(row.served.size() + refused.size(), 6u);
        EXPECT_TRUE(queues.empty());
    }
    EXPECT_EQ(queues.counts(PriorityClass::history).refused, 5u);
}

TEST_F(ClassQueuesTest, HandsBackNoMoreThanThereIsRoomFor) {
    for (int i = 0; i < 3; ++i) {
        push(PriorityClass::entitled, 20 + i);
        push(PriorityClass::order, 30 + i);
    }
    const auto mode = LoadMode::cancel_only;
    EXPECT_EQ(expired(start, mode, 0), AllExpired{});
    EXPECT_EQ(expired(start, mode, 4).size(), 4u);
    EXPECT_EQ(served(start, mode), Values{});
    EXPECT_EQ(expired(start, mode, 4), (AllExpired{{31, PriorityClass::order, ShedCause::mode},
                                                   {32, PriorityClass::order, ShedCause::mode}}));
}

TEST_F(ClassQueuesTest, TakesOutAllThatMatches) {
    for (int i = 0; i < 4; ++i) {
        push(PriorityClass::order, i);
        push(PriorityClass::entitled, i);
    }
    Values out;
    const auto odd = [](int value) { return value % 2 == 1; };
    const auto keep = [&](int value) { out.push_back(value); };
    EXPECT_EQ(queues.take_if(PriorityClass::order, 1, odd, keep), 1u);
    EXPECT_EQ(queues.take_if(PriorityClass::order, 100, odd, keep), 1u);
    EXPECT_EQ(queues.take_if(PriorityClass::order, 100, odd, keep), 0u);
    EXPECT_EQ(out, (Values{1, 3}));
    EXPECT_EQ(served(), (Values{0, 1, 2, 3, 0, 2}));
    const auto all = [](int) { return true; };
    push(PriorityClass::order, 7);
    EXPECT_EQ(queues.take_if(PriorityClass::order, 100, all, keep), 1u);
    EXPECT_TRUE(queues.empty());
}

TEST_F(ClassQueuesTest, TellsHowLongRequestsWaited) {
    push(PriorityClass::order, 1);
    push(PriorityClass::order, 2, start + milliseconds{2});
    EXPECT_EQ(queues.oldest_wait(PriorityClass::query, start), std::nullopt);
    EXPECT_EQ(queues.oldest_waits(start + milliseconds{3})[class_index(PriorityClass::order)],
              milliseconds{3});
    EXPECT_EQ(queues.pop(start + milliseconds{5}, LoadMode::normal)->waited, milliseconds{5});
    // A clock that was set back makes no wait negative.
    EXPECT_EQ(queues.pop(start, LoadMode::normal)->waited, nanoseconds{0});
    EXPECT_EQ(queues.counts(PriorityClass::order).waited, milliseconds{5});
    EXPECT_EQ(queues.counts(PriorityClass::order).waited_max, milliseconds{5});
}

TEST_F(ClassQueuesTest, FollowsATarget) {
    QueueLimits following;
    following.follow(milliseconds{3});
    EXPECT_EQ(following.classes[1].age_max_loaded, std::nullopt);
    EXPECT_EQ(following.classes[2].age_max_loaded, milliseconds{24});
    EXPECT_EQ(following.classes[3].age_max_loaded, milliseconds{6});
    EXPECT_EQ(following.classes[5].age_max_loaded, milliseconds{30});
}

TEST_F(ClassQueuesTest, WorksWithAClassThatHasNoPlaces) {
    QueueLimits none = limits;
    none.classes[class_index(PriorityClass::history)].capacity = 0;
    Queues tested{none};
    EXPECT_EQ(tested.push(PriorityClass::history, start, 1), std::nullopt);
    EXPECT_TRUE(tested.push(PriorityClass::query, start, 1));
    EXPECT_GT(Queues::bytes_for(limits), Queues::bytes_for(none));
}

}  // namespace
}  // namespace tickweir::gateway::shield
