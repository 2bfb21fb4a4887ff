// The limit of repeated messages, on a clock of our own.
#include "gateway/log_repeats.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace tickweir::gateway::log {
namespace {

using namespace std::chrono_literals;

constexpr book::TimeNs start{1'000'000'000s};
const int module_a = 0;
const int module_b = 0;
constexpr std::string_view text = "cannot read {}";
constexpr std::string_view other_text = "cannot write {}";

std::vector<std::uint64_t> ended(RepeatLimiter& limiter, book::TimeNs now) {
    std::vector<std::uint64_t> counts;
    limiter.take_ended(now, [&](const MessageId&, std::uint64_t n) { counts.push_back(n); });
    return counts;
}

TEST(RepeatLimiter, AdmitsSoManyASecond) {
    RepeatLimiter limiter{2};
    const MessageId id{&module_a, text};
    EXPECT_TRUE(limiter.admit(id, start).admitted);
    EXPECT_TRUE(limiter.admit(id, start + 1ms).admitted);
    for (int i = 0; i < 5; ++i)
        EXPECT_FALSE(limiter.admit(id, start + 999ms).admitted);
    const auto next = limiter.admit(id, start + 1s);
    EXPECT_TRUE(next.admitted);
    EXPECT_EQ(next.repeated, 5u);
    EXPECT_EQ(limiter.admit(id, start + 1s).repeated, 0u);
}

TEST(RepeatLimiter, TellsMessagesAndModulesApart) {
    RepeatLimiter limiter{1};
    EXPECT_TRUE(limiter.admit({&module_a, text}, start).admitted);
    EXPECT_TRUE(limiter.admit({&module_b, text}, start).admitted);
    EXPECT_TRUE(limiter.admit({&module_a, other_text}, start).admitted);
    EXPECT_FALSE(limiter.admit({&module_a, text}, start).admitted);
}

TEST(RepeatLimiter, TellsWhatWentQuiet) {
    RepeatLimiter limiter{1};
    const MessageId id{&module_a, text};
    for (int i = 0; i < 4; ++i)
        static_cast<void>(limiter.admit(id, start));
    EXPECT_TRUE(ended(limiter, start + 999ms).empty());
    EXPECT_EQ(ended(limiter, start + 1s), std::vector<std::uint64_t>{3});
    EXPECT_TRUE(ended(limiter, start + 5s).empty());
}

TEST(RepeatLimiter, GoesOnWhenTheClockIsSetBack) {
    RepeatLimiter limiter{1};
    const MessageId id{&module_a, text};
    EXPECT_TRUE(limiter.admit(id, start).admitted);
    EXPECT_TRUE(limiter.admit(id, start - 1h).admitted);
    EXPECT_FALSE(limiter.admit(id, start - 1h).admitted);
}

TEST(RepeatLimiter, SharesOneWindowBeyondItsTable) {
    RepeatLimiter limiter{1, 2};
    EXPECT_TRUE(limiter.admit({&module_a, text}, start).admitted);
    EXPECT_TRUE(limiter.admit({&module_b, text}, start).admitted);
    EXPECT_TRUE(limiter.admit({&module_a, other_text}, start).admitted);
    EXPECT_FALSE(limiter.admit({&module_b, other_text}, start).admitted);
    EXPECT_EQ(ended(limiter, start + 1s), std::vector<std::uint64_t>{1});
}

TEST(RepeatLimiter, TakesOverAnotherLimit) {
    RepeatLimiter limiter{1};
    const MessageId id{&module_a, text};
    EXPECT_TRUE(limiter.admit(id, start).admitted);
    limiter.set_per_second(2);
    EXPECT_TRUE(limiter.admit(id, start).admitted);
    EXPECT_FALSE(limiter.admit(id, start).admitted);
}

}  // namespace
}  // namespace tickweir::gateway::log
