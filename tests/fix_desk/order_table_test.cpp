#include "gateway/fix/orders/desk/order_table.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace tickweir::tests {
namespace {

using gateway::fix::orders::IdHandle;
using gateway::fix::orders::OrderTable;
using gateway::fix::orders::RequestKind;
using gateway::fix::orders::RowHandle;
using gateway::fix::orders::RowState;
using txn::ClientOrderId;

constexpr txn::SessionId session{1};
constexpr txn::SessionId other{2};

struct OrderTableTest : testing::Test {
    static txn::NewOrder order(const std::string& id) {
        txn::NewOrder order;
        order.client_id = ClientOrderId{id};
        order.price = txn::Price{100};
        order.quantity = txn::Quantity{10};
        return order;
    }
    static txn::OrderView view(const std::string& id, std::uint64_t number,
                               txn::OrderStatus status = txn::OrderStatus::open) {
        txn::OrderView view;
        view.order = txn::OrderId{number};
        view.client_id = ClientOrderId{id};
        view.session = session;
        view.quantity = txn::Quantity{10};
        view.status = status;
        return view;
    }
    RowHandle wait(const std::string& id) { return table.wait(session, order(id), 7, {}); }
    RowHandle find(const std::string& id) { return table.find(session, ClientOrderId{id}); }
    bool known(const std::string& id) { return table.find_id(session, ClientOrderId{id}) != 0; }
    std::vector<std::string> orders() {
        std::vector<std::string> ids;
        for (RowHandle row = table.first(session); row != 0; row = table.next(row))
            ids.emplace_back(table[row].view.client_id.view());
        return ids;
    }
    using Ids = std::vector<std::string>;
    OrderTable table{{.orders = 4, .closed = 2, .requests = 2, .past_ids = 4}, 3};
};

TEST_F(OrderTableTest, MakesAWaitingOrderAnOpenOneUnderBothOfItsNames) {
    const RowHandle row = wait("a");
    EXPECT_EQ(table[row].state, RowState::waiting);
    EXPECT_EQ(find("a"), row);
    EXPECT_EQ(table.tell(view("a", 11)), row);
    EXPECT_EQ(table[row].state, RowState::open);
    EXPECT_EQ(table[row].view, view("a", 11));
    EXPECT_EQ(table.find(txn::OrderId{11}), row);
    EXPECT_EQ(find("a"), row);
    EXPECT_EQ(table.open(), 1U);
}

TEST_F(OrderTableTest, KeepsNoTraceOfAnOrderThatIsDropped) {
    table.drop(wait("a"));
    EXPECT_FALSE(known("a"));
    EXPECT_EQ(table.open(), 0U);
    EXPECT_EQ(orders(), Ids{});
}

TEST_F(OrderTableTest, KeepsTheIdOfAnOrderThatIsRefused) {
    table.refuse(wait("a"));
    EXPECT_TRUE(known("a"));
    EXPECT_EQ(find("a"), 0U);
    EXPECT_EQ(table.open(), 0U);
}

TEST_F(OrderTableTest, RefusesMoreOrdersThanItsLimit) {
    for (const char* id : {"a", "b", "c", "d"})
        EXPECT_NE(wait(id), 0U);
    EXPECT_EQ(wait("e"), 0U);
    EXPECT_FALSE(known("e"));
    EXPECT_EQ(table.tell(view("f", 9)), 0U);
}

TEST_F(OrderTableTest, RemembersClosedOrdersAndForgetsTheOldest) {
    for (std::uint64_t i = 1; i <= 3; ++i) {
        const std::string id(1, static_cast<char>('a' + i));
        wait(id);
        table.tell(view(id, i));
        table.tell(view(id, i, txn::OrderStatus::filled));
    }
    EXPECT_EQ(table.closed(), 2U);
    EXPECT_EQ(table.open(), 0U);
    EXPECT_EQ(find("b"), 0U);
    EXPECT_EQ(table.find(txn::OrderId{1}), 0U);
    EXPECT_TRUE(known("b")) << "its id is not free, though it leads nowhere";
    EXPECT_EQ(table[find("d")].view.status, txn::OrderStatus::filled);
    EXPECT_EQ(table.forgotten(), 1U);
}

TEST_F(OrderTableTest, LeadsFromAllIdsOfAReplacedOrderToIt) {
    const RowHandle row = wait("a");
    table.tell(view("a", 1));
    ASSERT_NE(table.expect(session, ClientOrderId{"b"}, RequestKind::replace, row), 0U);
    EXPECT_EQ(find("b"), row) << "while it is under way, too";
    EXPECT_EQ(table.tell(view("b", 1)), row);
    EXPECT_EQ(find("a"), row);
    EXPECT_EQ(find("b"), row);
    table.tell(view("b", 1, txn::OrderStatus::cancelled));
    EXPECT_EQ(find("a"), row);
    EXPECT_EQ(table[row].state, RowState::closed);
}

TEST_F(OrderTableTest, FreesTheIdOfWhatIsTakenBack) {
    const RowHandle row = wait("a");
    const IdHandle id = table.expect(session, ClientOrderId{"b"}, RequestKind::cancel, row);
    table.take_back(id);
    EXPECT_FALSE(known("b"));
}

TEST_F(OrderTableTest, KeepsRoomForACancelOfEachOrder) {
    for (const char* id : {"x", "y"})
        EXPECT_NE(table.expect(session, ClientOrderId{id}, RequestKind::cancel, 0), 0U);
    EXPECT_EQ(table.expect(session, ClientOrderId{"z"}, RequestKind::mass_cancel, 0), 0U);
    for (const char* id : {"a", "b", "c", "d"})
        EXPECT_NE(table.expect(session, ClientOrderId{std::string{"c"} + id}, RequestKind::cancel,
                               wait(id)),
                  0U);
}

TEST_F(OrderTableTest, GivesRoomBackOnceRequestsAreAnswered) {
    const RowHandle row = wait("a");
    table.tell(view("a", 1));
    for (int i = 0; i < 100; ++i) {
        const ClientOrderId id{"r" + std::to_string(i)};
        const IdHandle handle = table.expect(session, id, RequestKind::replace, row);
        ASSERT_NE(handle, 0U);
        if (i % 3 == 0) {
            table.take_back(handle);
        } else if (i % 3 == 1) {
            table.answered(handle, true);
        } else {
            table.tell(view("r" + std::to_string(i), 1));
        }
    }
    EXPECT_EQ(table.open(), 1U);
}

TEST_F(OrderTableTest, KnowsAfterTheDaysEndOnlyWhatIsOpen) {
    wait("a");
    table.tell(view("a", 1));
    wait("b");
    table.tell(view("b", 2));
    table.tell(view("b", 2, txn::OrderStatus::expired));
    table.refuse(wait("c"));
    table.end_day();
    EXPECT_NE(find("a"), 0U);
    EXPECT_FALSE(known("b"));
    EXPECT_EQ(table.find(txn::OrderId{2}), 0U);
    EXPECT_FALSE(known("c"));
    // The id is another order's, before and after the old one's memory is given back.
    const RowHandle again = wait("b");
    EXPECT_EQ(find("b"), again);
    while (table.sweep(1)) {
    }
    EXPECT_EQ(find("b"), again);
    EXPECT_EQ(table.closed(), 0U);
    EXPECT_EQ(table.ids().past(), 0U);
}

TEST_F(OrderTableTest, MovesAWalkOnWhenItsOrderEnds) {
    for (std::uint64_t i = 1; i <= 3; ++i) {
        const std::string id(1, static_cast<char>('a' + i));
        wait(id);
        table.tell(view(id, i));
    }
    EXPECT_EQ(orders(), (Ids{"b", "c", "d"}));
    table.begin_walk(session);
    table.walk_on(session);
    EXPECT_EQ(table.walked(session), find("c"));
    table.tell(view("c", 2, txn::OrderStatus::filled));
    EXPECT_EQ(table.walked(session), find("d"));
    table.tell(view("d", 3, txn::OrderStatus::filled));
    EXPECT_EQ(table.walked(session), 0U);
    EXPECT_EQ(orders(), (Ids{"b"}));
    EXPECT_EQ(table.open_orders(session), 1U);
    EXPECT_EQ(table.open_orders(other), 0U);
}

}  // namespace
}  // namespace tickweir::tests
