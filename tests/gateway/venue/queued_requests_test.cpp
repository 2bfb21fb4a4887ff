// The index of queued requests beside a list that is searched from end to end.
#include "gateway/venue/queued_requests.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

#include "tests/gateway/venue/requests.hpp"
#include "tests/support/seed.hpp"

namespace tickweir::gateway {
namespace {

using tests::cancel;
using tests::new_order;
using tests::replace;

VenueRequest numbered(VenueRequest request, std::uint64_t arrival) {
    request.arrival = arrival;
    return request;
}

TEST(QueuedRequestsTest, FindsOrdersAndReplacesButNoCancels) {
    QueuedRequests requests{8, 2, 1};
    const auto order = requests.add(numbered(new_order("a"), 1));
    const auto change = requests.add(numbered(replace("b", "a"), 2));
    (void)requests.add(numbered(cancel("c", "a"), 3));
    const auto find = [&requests](const char* id) {
        return requests.find(txn::SessionId{1}, txn::ClientOrderId{id}, 9);
    };
    EXPECT_EQ(find("a"), order);
    EXPECT_EQ(find("b"), change);
    EXPECT_EQ(find("c"), 0u);
    EXPECT_EQ(requests.find(txn::SessionId{0}, txn::ClientOrderId{"a"}, 9), 0u);
    EXPECT_EQ(requests.find(txn::SessionId{1}, txn::ClientOrderId{"b"}, 2), 0u);
    requests.remove(order);
    EXPECT_EQ(find("a"), 0u);
    EXPECT_EQ(requests.size(), 2u);
}

TEST(QueuedRequestsTest, TellsIdsOfEveryKindOfCommand) {
    EXPECT_EQ(request_id_of(replace("b", "a").command.body).view(), "b");
    EXPECT_EQ(original_of(replace("b", "a").command.body).view(), "a");
    EXPECT_EQ(request_id_of(tests::mass_cancel("q").command.body).view(), "q");
    EXPECT_EQ(original_of(new_order("a").command.body).view(), "");
    EXPECT_EQ(request_id_of(txn::CommandBody{txn::Tick{}}).view(), "");
}

TEST(QueuedRequestsTest, AgreesWithASearchThroughAll) {
    std::mt19937_64 random{tests::test_seed()};
    constexpr std::size_t capacity = 50;
    QueuedRequests requests{capacity, 4, random()};
    struct Row {
        std::uint32_t session;
        std::string id;
        std::uint64_t arrival;
        QueuedRequests::Place place;
    };
    std::vector<Row> rows;
    std::uint64_t arrival = 0;
    for (int i = 0; i < 20'000; ++i) {
        const auto session = static_cast<std::uint32_t>(random() % 4);
        const std::string id = std::to_string(random() % 30);  // some of them twice
        if (random() % 2 == 0 && !requests.full()) {
            const VenueRequest request = numbered(new_order(id, session), ++arrival);
            rows.push_back({session, id, arrival, requests.add(request)});
        } else if (!rows.empty()) {
            const std::size_t at = random() % rows.size();
            requests.remove(rows[at].place);
            rows.erase(rows.begin() + static_cast<std::ptrdiff_t>(at));
        }
        ASSERT_EQ(requests.size(), rows.size());
        const std::uint64_t before = 1 + random() % (arrival + 1);
        const auto first = std::ranges::find_if(rows, [&](const Row& row) {
            return row.session == session && row.id == id && row.arrival < before;
        });
        ASSERT_EQ(requests.find(txn::SessionId{session}, txn::ClientOrderId{id}, before),
                  first == rows.end() ? 0 : first->place);
        std::vector<QueuedRequests::Place> of_session;
        requests.for_each_of(txn::SessionId{session},
                             [&](QueuedRequests::Place place) { of_session.push_back(place); });
        std::vector<QueuedRequests::Place> expected;
        for (const Row& row : rows)
            if (row.session == session) expected.push_back(row.place);
        ASSERT_EQ(of_session, expected);
    }
}

}  // namespace
}  // namespace tickweir::gateway
