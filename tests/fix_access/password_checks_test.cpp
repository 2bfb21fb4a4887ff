// Passwords checked beside the sessions: in order, bounded, and dropped at the end.
#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>
#include <string>
#include <vector>

#include "gateway/fix/password_checks.hpp"

namespace tickweir::gateway::fix {
namespace {

/// What a worker's wake-up is waited for with.
class Bell {
public:
    void ring() {
        {
            const std::scoped_lock lock{mutex_};
            ++rung_;
        }
        changed_.notify_all();
    }
    void wait_for(int times) {
        std::unique_lock lock{mutex_};
        changed_.wait(lock, [&] { return rung_ >= times; });
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    int rung_ = 0;  // guarded by mutex_
};

PasswordHash hash_of(const std::string& password) {
    return PasswordHash::make(password, process_cost).value();
}

TEST(PasswordChecksTest, AnswersInTheOrderOfTheQuestions) {
    Bell bell;
    PasswordChecks checks{8, [&] { bell.ring(); }};
    const PasswordHash hash = hash_of("right");
    ASSERT_TRUE(checks.ask(7, hash, "right"));
    ASSERT_TRUE(checks.ask(8, hash, "wrong"));
    ASSERT_TRUE(checks.ask(9, hash, std::string(1'000'000, 'x')));
    bell.wait_for(3);
    EXPECT_EQ(checks.take(), (std::vector<PasswordVerdict>{{7, true}, {8, false}, {9, false}}));
    EXPECT_TRUE(checks.take().empty());
}

TEST(PasswordChecksTest, TurnsAwayWhatIsTooMany) {
    Bell bell;
    PasswordChecks checks{2, [&] { bell.ring(); }};
    const PasswordHash hash = hash_of("right");
    ASSERT_TRUE(checks.ask(1, hash, "right"));
    ASSERT_TRUE(checks.ask(2, hash, "right"));
    // Also where both are answered: they were not taken.
    EXPECT_FALSE(checks.ask(3, hash, "right"));
    EXPECT_EQ(checks.refused(), 1u);
    bell.wait_for(2);
    EXPECT_FALSE(checks.ask(3, hash, "right"));
    EXPECT_EQ(checks.take().size(), 2u);
    ASSERT_TRUE(checks.ask(3, hash, "right"));
    bell.wait_for(3);
    EXPECT_EQ(checks.take(), (std::vector<PasswordVerdict>{{3, true}}));
}

TEST(PasswordChecksTest, EndsWithQuestionsOpen) {
    const PasswordHash hash = hash_of("right");
    for (int i = 0; i < 5; ++i) {
        PasswordChecks checks{100};
        for (std::uint64_t ticket = 0; ticket < 20; ++ticket)
            ASSERT_TRUE(checks.ask(ticket, hash, "right"));
    }
}

}  // namespace
}  // namespace tickweir::gateway::fix
