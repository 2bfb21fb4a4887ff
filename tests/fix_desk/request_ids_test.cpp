#include "gateway/fix/orders/desk/request_ids.hpp"

#include <gtest/gtest.h>

#include <string>

namespace tickweir::tests {
namespace {

using gateway::fix::orders::IdHandle;
using gateway::fix::orders::RequestIds;
using gateway::fix::orders::RequestKind;
using txn::ClientOrderId;

constexpr txn::SessionId session{1};
constexpr txn::SessionId other{2};

struct RequestIdsTest : testing::Test {
    IdHandle add(const std::string& id) {
        return ids.add(session, ClientOrderId{id}, RequestKind::cancel, {});
    }
    IdHandle find(const std::string& id) { return ids.find(session, ClientOrderId{id}); }
    RequestIds ids{{.live = 4, .past = 3}, 1, nullptr};
};

TEST_F(RequestIdsTest, FindsWhatItsSessionUsed) {
    const IdHandle a = add("a");
    EXPECT_NE(a, 0U);
    EXPECT_EQ(find("a"), a);
    EXPECT_EQ(find("b"), 0U);
    EXPECT_EQ(ids.find(other, ClientOrderId{"a"}), 0U);
}

TEST_F(RequestIdsTest, RefusesMoreThanItHasRoomFor) {
    for (const char* id : {"a", "b", "c", "d"})
        EXPECT_NE(add(id), 0U);
    EXPECT_EQ(add("e"), 0U);
    ids.remove(find("b"));
    EXPECT_EQ(find("b"), 0U);
    EXPECT_NE(add("e"), 0U);
}

TEST_F(RequestIdsTest, ForgetsTheOldestOfThePastFirst) {
    for (const char* id : {"a", "b", "c", "d"})
        ids.retire(add(id));
    EXPECT_EQ(find("a"), 0U);
    EXPECT_NE(find("b"), 0U);
    EXPECT_NE(find("d"), 0U);
    EXPECT_EQ(ids.past(), 3U);
    EXPECT_EQ(ids.live(), 0U);
    EXPECT_EQ(ids.forgotten(), 1U);
}

TEST_F(RequestIdsTest, KnowsNothingOfThePastDay) {
    ids.retire(add("a"));
    const IdHandle live = add("b");
    ids.end_day();
    EXPECT_EQ(find("a"), 0U);
    EXPECT_EQ(find("b"), live);
    const IdHandle anew = add("a");
    EXPECT_EQ(find("a"), anew);
    EXPECT_TRUE(ids.sweep(10));
    EXPECT_FALSE(ids.sweep(10));
    EXPECT_EQ(find("a"), anew) << "the id of the new day stays";
    EXPECT_EQ(ids.past(), 0U);
}

TEST_F(RequestIdsTest, GivesBackMemoryAsOftenAsItIsUsed) {
    for (int i = 0; i < 100'000; ++i) {
        const IdHandle id = add(std::to_string(i));
        ASSERT_NE(id, 0U);
        if (i % 2 == 0)
            ids.remove(id);
        else
            ids.retire(id);
    }
    EXPECT_EQ(ids.past(), 3U);
    EXPECT_NE(find("99999"), 0U);
    EXPECT_EQ(find("99998"), 0U);
}

}  // namespace
}  // namespace tickweir::tests
