// One GET against a server of one answer on loopback, both in one thread: what the answer's memory
// is charged to.
#include "gateway/live/json/snapshot_get.hpp"

#include <gtest/gtest.h>

#include "tests/live/one_client.hpp"

namespace tickweir::gateway {
namespace {

using namespace std::chrono_literals;

struct Bed {
    explicit Bed(std::size_t body_bytes, std::size_t budget_bytes)
        : budget{"test", budget_bytes},
          answer{"HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body_bytes) + "\r\n\r\n" +
                 std::string(body_bytes, 'x')} {
        get.emplace(Endpoint{false, "127.0.0.1", server.port, "/"}, "/depth", 0,
                    ExchangeParts{.resolver = resolver, .reactor = reactor, .budget = &budget});
    }

    void send_answer() {
        const std::string_view left = std::string_view{answer}.substr(sent);
        if (server.client() < 0 || left.empty()) return;
        const ssize_t taken = ::send(server.client(), left.data(), left.size(), MSG_NOSIGNAL);
        if (taken > 0) sent += static_cast<std::size_t>(taken);
    }
    SnapshotGet::State run() {
        const auto deadline = std::chrono::steady_clock::now() + 20s;
        SnapshotGet::State state = SnapshotGet::State::under_way;
        while (state == SnapshotGet::State::under_way &&
               std::chrono::steady_clock::now() < deadline) {
            send_answer();
            reactor.poll();
            state = get->turn();
        }
        return state;
    }

    book::MemoryBudget budget;
    Reactor reactor;
    Resolver resolver{reactor.waker()};
    tests::OneClient server;
    std::string answer;
    std::size_t sent = 0;
    std::optional<SnapshotGet> get;
};

TEST(SnapshotGet, ChargesItsAnswerUntilThatIsHandedOn) {
    Bed bed{500'000, 4'000'000};
    ASSERT_EQ(bed.run(), SnapshotGet::State::answered) << bed.get->error();
    EXPECT_GE(bed.budget.used(), 500'000U);
    {
        const book::Charge charge = bed.get->take_charge();
        EXPECT_EQ(bed.get->take_body(), std::string(500'000, 'x'));
        bed.get.reset();
        EXPECT_GE(bed.budget.used(), 500'000U) << "it goes with the body";
    }
    EXPECT_EQ(bed.budget.used(), 0U);
}

TEST(SnapshotGet, FailsWhereThereIsNoMemoryForItsAnswer) {
    Bed bed{500'000, 200'000};
    EXPECT_EQ(bed.run(), SnapshotGet::State::failed);
    EXPECT_EQ(bed.get->error(), "there is no memory for the answer of 127.0.0.1");
    bed.get.reset();
    EXPECT_EQ(bed.budget.used(), 0U);
}

}  // namespace
}  // namespace tickweir::gateway
