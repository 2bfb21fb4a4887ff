// One GET against a server of one answer on loopback, both in one thread: what the answer's memory
// is charged to.
#include "gateway/live/json/snapshot_get.hpp"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace tickweir::gateway {
namespace {

using namespace std::chrono_literals;

/// Listens on a free port of loopback; gives one caller an answer as it is called.
class OneAnswer {
public:
    explicit OneAnswer(std::string answer)
        : answer_{std::move(answer)},
          listener_{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)} {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t length = sizeof address;
        auto* const plain = reinterpret_cast<sockaddr*>(&address);
        EXPECT_EQ(::bind(listener_.get(), plain, length), 0);
        EXPECT_EQ(::listen(listener_.get(), 1), 0);
        EXPECT_EQ(::getsockname(listener_.get(), plain, &length), 0);
        port = ntohs(address.sin_port);
    }

    void turn() {
        if (!client_.open())
            client_ = Descriptor{::accept4(listener_.get(), nullptr, nullptr, SOCK_NONBLOCK)};
        if (!client_.open() || sent_ == answer_.size()) return;
        const ssize_t sent =
            ::send(client_.get(), answer_.data() + sent_, answer_.size() - sent_, MSG_NOSIGNAL);
        if (sent > 0) sent_ += static_cast<std::size_t>(sent);
    }

    std::uint16_t port = 0;

private:
    std::string answer_;
    Descriptor listener_;
    Descriptor client_;
    std::size_t sent_ = 0;
};

struct Bed {
    explicit Bed(std::size_t body_bytes, std::size_t budget_bytes)
        : budget{"test", budget_bytes},
          server{"HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body_bytes) + "\r\n\r\n" +
                 std::string(body_bytes, 'x')} {
        get.emplace(Endpoint{false, "127.0.0.1", server.port, "/"}, "/depth", 0,
                    ExchangeParts{.resolver = resolver, .reactor = reactor, .budget = &budget});
    }

    SnapshotGet::State run() {
        const auto deadline = std::chrono::steady_clock::now() + 20s;
        SnapshotGet::State state = SnapshotGet::State::under_way;
        while (state == SnapshotGet::State::under_way &&
               std::chrono::steady_clock::now() < deadline) {
            server.turn();
            reactor.poll();
            state = get->turn();
        }
        return state;
    }

    book::MemoryBudget budget;
    Reactor reactor;
    Resolver resolver{reactor.waker()};
    OneAnswer server;
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
