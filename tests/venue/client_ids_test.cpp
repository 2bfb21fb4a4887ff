// Used ClOrdIDs, against a plain map.
#include "txn/venue/client_ids.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>

#include "tests/support/seed.hpp"

namespace tickweir::txn {
namespace {

constexpr SessionId first{1};
constexpr SessionId second{2};

ClientOrderId id(std::string_view text) {
    return ClientOrderId{text};
}

TEST(ClientOrderIdTest, KeepsUpToItsLimit) {
    EXPECT_EQ(id("A-1").view(), "A-1");
    EXPECT_TRUE(id("").empty());
    EXPECT_EQ(id(std::string(50, 'x')).view(), std::string(36, 'x'));
    EXPECT_NE(id("a"), id("b"));
}

TEST(ClientIdsTest, SessionsDoNotKnowEachOther) {
    ClientIds ids{10, 1};
    ids.add(first, id("A"), 7);
    EXPECT_EQ(ids.find(first, id("A")), 7U);
    EXPECT_EQ(ids.find(second, id("A")), std::nullopt);
    EXPECT_EQ(ids.find(first, id("B")), std::nullopt);
}

TEST(ClientIdsTest, IsFullAtItsLimit) {
    ClientIds ids{2, 1};
    ids.add(first, id("A"), 1);
    EXPECT_FALSE(ids.full());
    ids.add(first, id("B"), ClientIds::no_order);
    EXPECT_TRUE(ids.full());
    EXPECT_EQ(ids.find(first, id("B")), ClientIds::no_order);
}

TEST(ClientIdsTest, KeepsWhatItIsToldTo) {
    ClientIds ids{10, 1};
    ids.add(first, id("A"), 1);
    ids.add(first, id("B"), 2);
    ids.add(first, id("C"), 1);
    ids.keep_only([](std::uint64_t number) { return number == 1; });
    EXPECT_EQ(ids.size(), 2U);
    EXPECT_EQ(ids.find(first, id("A")), 1U);
    EXPECT_EQ(ids.find(first, id("B")), std::nullopt);
    EXPECT_EQ(ids.find(first, id("C")), 1U);
}

TEST(ClientIdsTest, AgreesWithAMap) {
    std::mt19937_64 random{tests::test_seed()};
    ClientIds ids{5'000, random()};
    std::map<std::pair<SessionId, std::string>, std::uint64_t> expected;
    for (std::uint64_t number = 1; number <= 5'000; ++number) {
        const SessionId session{static_cast<std::uint32_t>(random() % 3)};
        const std::string text = std::to_string(random() % 20'000);
        const auto known = expected.find({session, text});
        const auto found = ids.find(session, id(text));
        ASSERT_EQ(found.has_value(), known != expected.end());
        if (found) {
            ASSERT_EQ(*found, known->second);
            continue;
        }
        ids.add(session, id(text), number);
        expected[{session, text}] = number;
    }
}

}  // namespace
}  // namespace tickweir::txn
