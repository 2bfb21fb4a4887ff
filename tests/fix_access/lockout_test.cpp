// Who is locked out after how many failures, for how long, and whom it does not concern.
#include <gtest/gtest.h>

#include <string>

#include "gateway/fix/lockout.hpp"

namespace tickweir::gateway::fix {
namespace {

using std::chrono::seconds;

constexpr book::TimeNs start{seconds{1'000'000}};
constexpr LockoutRules limits{.failures_max = 3,
                              .window = seconds{60},
                              .lock = seconds{100},
                              .lock_max = seconds{300},
                              .entries_max = 8};

IpAddress at(const std::string& text) {
    return IpAddress::parse(text).value();
}

/// Fails until something is locked; how often that took.
int fail_until_locked(Lockout& lockout, const std::string& client, const IpAddress& address,
                      book::TimeNs now) {
    for (int times = 1; times < 100; ++times) {
        if (lockout.failed(client, address, now)) return times;
    }
    return 0;
}

TEST(LockoutTest, LocksAClientWhereverItComesFrom) {
    Lockout lockout{limits};
    EXPECT_FALSE(lockout.failed("A", at("10.0.0.1"), start));
    EXPECT_FALSE(lockout.failed("A", at("10.0.0.2"), start));
    EXPECT_FALSE(lockout.failed("A", at("10.0.0.3"), start));
    EXPECT_FALSE(lockout.refuses("A", at("10.0.0.9"), start));
    EXPECT_TRUE(lockout.failed("A", at("10.0.0.4"), start));
    EXPECT_TRUE(lockout.refuses("A", at("10.0.0.9"), start));
    EXPECT_FALSE(lockout.refuses("B", at("10.0.0.1"), start));
    EXPECT_EQ(lockout.counts().locks, 1u);
    EXPECT_EQ(lockout.counts().failures, 4u);
    EXPECT_EQ(lockout.counts().refused, 1u);
}

TEST(LockoutTest, LocksAnAddressWhoeverItNames) {
    Lockout lockout{limits};
    EXPECT_EQ(fail_until_locked(lockout, "", at("10.0.0.1"), start), 4);
    EXPECT_TRUE(lockout.refuses(at("10.0.0.1"), start));
    EXPECT_TRUE(lockout.refuses("A", at("10.0.0.1"), start));
    EXPECT_FALSE(lockout.refuses(at("10.0.0.2"), start));
    EXPECT_FALSE(lockout.refuses("A", at("10.0.0.2"), start));
}

TEST(LockoutTest, TakesTheAddressesOfOneHostOfIpv6ForOne) {
    Lockout lockout{limits};
    for (int i = 0; i < 4; ++i)
        (void)lockout.failed("", at("2001:db8::" + std::to_string(i)), start);
    EXPECT_TRUE(lockout.refuses(at("2001:db8::99"), start));
    EXPECT_FALSE(lockout.refuses(at("2001:db8:0:1::99"), start));
}

TEST(LockoutTest, ForgetsFailuresAfterTheWindowAndAfterALogon) {
    Lockout lockout{limits};
    for (int i = 0; i < 3; ++i)
        EXPECT_FALSE(lockout.failed("A", at("10.0.0.1"), start));
    EXPECT_FALSE(lockout.failed("A", at("10.0.0.1"), start + seconds{60}));
    lockout.succeeded("A", at("10.0.0.1"));
    EXPECT_EQ(fail_until_locked(lockout, "A", at("10.0.0.1"), start + seconds{61}), 4);
}

TEST(LockoutTest, LocksTwiceAsLongEachTimeInARowUpToALimit) {
    Lockout lockout{limits};
    book::TimeNs now = start;
    for (const int lasts : {100, 200, 300, 300}) {
        ASSERT_EQ(fail_until_locked(lockout, "A", at("10.0.0.1"), now), 4);
        EXPECT_TRUE(lockout.refuses("A", at("10.0.0.2"), now + seconds{lasts - 1}));
        now += seconds{lasts};
        EXPECT_FALSE(lockout.refuses("A", at("10.0.0.2"), now));
    }
    // As long again without a failure, and it is forgotten.
    now += seconds{300};
    ASSERT_EQ(fail_until_locked(lockout, "A", at("10.0.0.1"), now), 4);
    EXPECT_FALSE(lockout.refuses("A", at("10.0.0.2"), now + seconds{100}));
}

TEST(LockoutTest, KeepsABoundedNumberOfStrangers) {
    LockoutCounts counts;
    FailureTable<std::string> table{limits};
    for (int i = 0; i < 4; ++i)
        (void)table.failed("locked", start, counts);
    for (int i = 0; i < 100; ++i) {
        (void)table.failed(std::to_string(i), start + seconds{1}, counts);
        EXPECT_LE(table.size(), limits.entries_max);
    }
    // The lock outlives what ends before it.
    EXPECT_TRUE(table.is_locked("locked", start + seconds{50}));
    EXPECT_EQ(counts.evicted, 93u);
    (void)table.failed("new", start + seconds{500}, counts);
    EXPECT_EQ(table.size(), 1u);
}

TEST(LockoutTest, SurvivesAClockThatIsSetBack) {
    Lockout lockout{limits};
    for (int i = 0; i < 3; ++i)
        (void)lockout.failed("A", at("10.0.0.1"), start);
    EXPECT_FALSE(lockout.failed("A", at("10.0.0.1"), start - seconds{10'000}));
    EXPECT_FALSE(lockout.refuses("A", at("10.0.0.1"), start));
}

}  // namespace
}  // namespace tickweir::gateway::fix
