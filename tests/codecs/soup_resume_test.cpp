// Client against server over connections that chop, delay, stall and break at random: every message
// arrives exactly once and in order, and nothing is taken for a fault that is none.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "codecs/soup/client.hpp"
#include "codecs/soup/server.hpp"
#include "tests/codecs/soup_events.hpp"
#include "tests/support/seed.hpp"

namespace tickweir::codecs::soup {
namespace {

using tests::at;
using tests::below;
using tests::Buffer;
using tests::copy_of;
using tests::Random;

const Session session{"DAY1"};

/// One direction: bytes written, and bytes received that were not consumed yet.
struct Pipe {
    Buffer in_flight;
    Buffer received;
};

void move_front(Buffer& from, std::size_t count, Buffer& to) {
    tests::append(to, Bytes{from}.first(count));
    from.erase(from.begin(), from.begin() + static_cast<std::ptrdiff_t>(count));
}

/// A day's messages, the connections to them, and the clock.
class World {
public:
    explicit World(std::uint64_t seed) : random_{seed} {
        for (int i = 0; i < 200; ++i)
            archive_.push_back(tests::random_bytes(random_, below(random_, 60)));
        settings_.limits.output_bytes = 200;
        settings_.limits.send_length = 100;
        connect();
    }

    void run() {
        while (!over_ && !testing::Test::HasFatalFailure()) {
            step();
            if (++steps_ > 200'000) FAIL() << "no end after " << steps_ << " steps";
        }
    }

    // Events of both sides.
    void on_login_accepted(const Session& name, std::uint64_t) { EXPECT_EQ(name, session); }
    void on_missed(std::uint64_t first, std::uint64_t) { FAIL() << "missed from " << first; }
    bool on_sequenced(std::uint64_t sequence, Bytes message) {
        if (below(random_, 10) == 0) return false;
        EXPECT_EQ(sequence, taken_ + 1);
        EXPECT_EQ(copy_of(message), archive_.at(sequence - 1));
        ++taken_;
        return true;
    }
    void on_end_of_session() { over_ = true; }
    void on_login_request(const Alpha<6>&, const Alpha<10>&, const Session& name,
                          std::uint64_t sequence) {
        EXPECT_EQ(name, settings_.session);
        EXPECT_EQ(sequence, taken_ + 1);
        asked_ = sequence;
    }
    bool on_unsequenced(Bytes message) {
        if (below(random_, 5) == 0) return false;
        EXPECT_EQ(copy_of(message), copy_of(as_bytes(be64{++taken_orders_})));
        return true;
    }

    std::uint64_t taken() const { return taken_; }
    std::size_t messages() const { return archive_.size(); }
    int connections() const { return connections_; }

private:
    void connect() {
        client_ = std::make_unique<Client>(settings_, now_);
        server_ = std::make_unique<Server>(settings_.limits, now_);
        to_client_ = {};
        to_server_ = {};
        asked_ = 0;
        // What the last connection lost of these is not sent again.
        taken_orders_ = orders_;
        ++connections_;
    }

    void reconnect() {
        const ClientSettings resumed = client_->resumed();
        EXPECT_EQ(resumed.sequence, taken_ + 1);
        settings_ = resumed;
        connect();
    }

    void step() {
        switch (below(random_, 12)) {
            case 0:
                return tick(std::chrono::milliseconds{below(random_, 400)});
            case 1:
                return write(*client_, to_server_);
            case 2:
            case 3:
                return write(*server_, to_client_);
            case 4:
                return deliver(*server_, to_server_);
            case 5:
            case 6:
                return deliver(*client_, to_client_);
            case 7:
                return decide();
            case 8:
            case 9:
                return publish();
            case 10:
                return order();
            default:
                return rare();
        }
    }

    void rare() {
        const std::size_t what = below(random_, 400);
        if (what < 10) reconnect();
        if (what == 11) tick(std::chrono::seconds{20});
    }

    void tick(std::chrono::nanoseconds by) {
        now_ += by;
        const bool fine = client_->on_tick(now_).ok() && server_->on_tick(now_).ok();
        if (fine) return;
        // A login that is never decided, or written, or heard of, is silence too.
        for (const Status& status : {client_->status(), server_->status()})
            EXPECT_TRUE(status.ok() || status.fault == Fault::silent ||
                        status.fault == Fault::login_timeout);
        reconnect();
    }

    template <class Machine>
    void write(Machine& machine, Pipe& pipe) {
        const Bytes pending = machine.pending_output();
        const std::size_t count = below(random_, pending.size() + 1);
        tests::append(pipe.in_flight, pending.first(count));
        machine.drained(count);
    }

    template <class Machine>
    void deliver(Machine& machine, Pipe& pipe) {
        move_front(pipe.in_flight, below(random_, pipe.in_flight.size() + 1), pipe.received);
        const Buffer given = pipe.received;
        const Consumed consumed = machine.on_bytes(given, now_, *this);
        ASSERT_EQ(consumed.status, Status{});
        Buffer done;
        move_front(pipe.received, consumed.bytes, done);
    }

    void decide() {
        if (server_->state() != ServerState::deciding) return;
        // A server may begin earlier than asked.
        const std::uint64_t earlier = std::min<std::uint64_t>(asked_ - 1, below(random_, 3));
        EXPECT_EQ(server_->accept(session, asked_ - earlier, now_), Sent::ok);
    }

    void publish() {
        if (server_->state() != ServerState::live) return;
        for (std::size_t n = below(random_, 6); n > 0; --n) {
            const std::uint64_t sequence = server_->next_sequence();
            if (sequence > archive_.size()) {
                EXPECT_EQ(server_->end_of_session(now_), Sent::ok);
                return;
            }
            if (!publish(archive_[sequence - 1])) return;
        }
    }

    /// By way of the server's output, or past it.
    bool publish(const Buffer& message) {
        Header header;
        if (below(random_, 2) == 0 &&
            server_->claim_sequenced(message.size(), now_, header) == Sent::ok) {
            tests::append(to_client_.in_flight, as_bytes(header));
            tests::append(to_client_.in_flight, message);
            return true;
        }
        const Sent sent = server_->send_sequenced(message, now_);
        EXPECT_TRUE(sent == Sent::ok || sent == Sent::full);
        return sent == Sent::ok;
    }

    void order() {
        const be64 number{orders_ + 1};
        if (client_->send_unsequenced(as_bytes(number), now_) == Sent::ok) ++orders_;
    }

    Random random_;
    std::vector<Buffer> archive_;
    ClientSettings settings_;
    TimeNs now_ = at(0);
    std::unique_ptr<Client> client_;
    std::unique_ptr<Server> server_;
    Pipe to_client_;
    Pipe to_server_;
    std::uint64_t asked_ = 0;
    std::uint64_t taken_ = 0;
    std::uint64_t orders_ = 0;
    std::uint64_t taken_orders_ = 0;
    int connections_ = 0;
    int steps_ = 0;
    bool over_ = false;
};

TEST(SoupConversation, BringsEveryMessageOnceAndInOrderOverConnectionsThatBreak) {
    const std::uint64_t seed = tests::test_seed();
    int connections = 0;
    for (std::uint64_t i = 0; i < 60; ++i) {
        SCOPED_TRACE(i);
        World world{seed + i};
        world.run();
        ASSERT_FALSE(testing::Test::HasFailure());
        ASSERT_EQ(world.taken(), world.messages());
        connections += world.connections();
    }
    EXPECT_GT(connections, 120) << "nothing ever broke";
}

}  // namespace
}  // namespace tickweir::codecs::soup
