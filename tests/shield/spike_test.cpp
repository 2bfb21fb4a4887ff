// All of the shield before one simulated server: 0.3 of what it can do, ten times that, and back.
// Time is simulated, so that what must hold holds on any machine.
#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <queue>
#include <random>
#include <vector>

#include "gateway/shield/class_queues.hpp"
#include "gateway/shield/load_mode.hpp"
#include "gateway/shield/queue_delay.hpp"
#include "gateway/shield/session_shield.hpp"
#include "tests/support/seed.hpp"

namespace tickweir::gateway::shield {
namespace {

using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;

constexpr book::TimeNs start{hours{500'000}};
constexpr std::size_t session_count = 100;
constexpr std::size_t noisy_session = 0;
constexpr nanoseconds service = microseconds{50};  // 20,000 requests a second
constexpr nanoseconds refusal = nanoseconds{500};  // to read a frame, and to answer one
constexpr seconds onset{1};
constexpr seconds end{3};

struct Request {
    std::size_t session = 0;
    std::uint64_t sequence = 0;
    PriorityClass urgency = PriorityClass::order;
    book::TimeNs arrived{};
    int retries = 0;
};

struct Phase {
    std::uint64_t served = 0;
    std::uint64_t shed = 0;
    std::uint64_t refused = 0;  // throttled, breaker, logout
    nanoseconds cancel_wait_max{};
    std::uint64_t entitled_shed = 0;
    std::uint64_t quiet_refused = 0;  // of all sessions but the noisy one, P2 and P3
};

struct Scenario {
    bool only_one_session_floods = false;
    int retries = 0;  // of what is shed, each a millisecond later
};

/// One thread that reads all sessions, executes in batches and samples its load.
class Spike {
public:
    explicit Spike(Scenario scenario) : scenario_{scenario}, random_{tests::test_seed()} {
        SessionShieldLimits limits;
        limits.throttle.orders = Rate{2'000, 100};
        limits.escalation.reset();
        shields_.assign(session_count, SessionShield{limits});
        schedule_next();
    }

    void run_until(seconds until) {
        while (now_ < start + until) {
            read();
            answered += queues_.expire(now_, modes_.mode(), 1'000, [&](const auto& taken, auto) {
                delay_.note(taken.urgency, taken.waited);
                shed(taken.value);
            });
            execute();
            sample();
            if (!queues_.empty()) continue;
            now_ = std::max(now_, ended_ ? *delay_.due() : std::min(next_, *delay_.due()));
        }
    }

    /// Lets everything that waits be answered.
    void drain() {
        ended_ = true;
        while (!queues_.empty() || !again_.empty())
            run_until(std::chrono::duration_cast<seconds>(now_ - start) + seconds{1});
    }

    Phase phases[3];  // before, during and after
    std::vector<LoadChange> changes;
    std::uint64_t asked = 0;
    std::uint64_t answered = 0;
    LoadMode mode() const { return modes_.mode(); }

private:
    Phase& phase(book::TimeNs at) {
        return phases[at < start + onset ? 0 : at < start + end ? 1 : 2];
    }

    void schedule_next() {
        const double scale = next_ >= start + onset && next_ < start + end ? 3.0 : 0.3;
        const double rate = scale * 1e9 / static_cast<double>(service.count());
        const double pause = std::exponential_distribution<double>{rate}(random_)*1e9;
        next_ += nanoseconds{static_cast<std::int64_t>(pause) + 1};
    }

    Request draw() {
        const auto percent = std::uniform_int_distribution<int>{0, 99}(random_);
        const PriorityClass urgency = percent < 10   ? PriorityClass::risk_reducing
                                      : percent < 15 ? PriorityClass::entitled
                                      : percent < 98 ? PriorityClass::order
                                                     : PriorityClass::query;
        std::size_t session =
            std::uniform_int_distribution<std::size_t>{0, session_count - 1}(random_);
        // Nine of ten requests of the spike are the flood.
        const bool floods = next_ >= start + onset && next_ < start + end &&
                            std::uniform_int_distribution<int>{0, 9}(random_) > 0;
        if (scenario_.only_one_session_floods && floods)
            return {noisy_session, 0, PriorityClass::order, next_, 0};
        return {session, 0, urgency, next_, 0};
    }

    /// What has come, and what is to come again: a bounded number of frames of each.
    void read() {
        for (int i = 0; !ended_ && next_ <= now_ && i < 256; schedule_next(), ++i) {
            ++asked;
            take(draw());
        }
        for (int i = 0; !again_.empty() && again_.front().arrived <= now_ && i < 256; ++i) {
            Request request = again_.front();
            again_.pop_front();
            ++asked;
            take(request);
        }
    }

    void take(Request request) {
        request.sequence = ++sequence_;
        now_ += refusal;
        const Verdict verdict =
            shields_[request.session].admit(request.urgency, modes_.mode(), request.sequence, now_);
        if (verdict && queues_.push(request.urgency, request.arrived, request)) return;
        EXPECT_FALSE(is_urgent(request.urgency));
        ++answered;
        if (verdict || verdict.admission == Admission::shed)
            shed(request);
        else
            ++phase(now_).refused;
        if (verdict) shields_[request.session].breaker().unanswered(request.sequence);
    }

    void shed(const Request& request) {
        EXPECT_FALSE(is_urgent(request.urgency));
        now_ += refusal;
        ++phase(now_).shed;
        if (request.urgency == PriorityClass::entitled) ++phase(now_).entitled_shed;
        if (request.session != noisy_session && request.urgency <= PriorityClass::order)
            ++phase(now_).quiet_refused;
        if (request.retries >= scenario_.retries || ended_) return;
        Request again = request;
        again.arrived = now_ + milliseconds{1};
        ++again.retries;
        again_.push_back(again);
    }

    void execute() {
        for (int i = 0; i < 16; ++i) {
            const auto next = queues_.pop(now_, modes_.mode());
            if (!next) return;
            delay_.note(next->urgency, next->waited);
            now_ += service;
            ++answered;
            Phase& in = phase(now_);
            ++in.served;
            if (is_urgent(next->urgency))
                in.cancel_wait_max = std::max(in.cancel_wait_max, next->waited);
            else
                shields_[next->value.session].breaker().answered(next->value.sequence, false,
                                                                 next->waited, now_);
        }
    }

    void sample() {
        const auto standing = delay_.close(now_, queues_.oldest_waits(now_));
        if (!standing) return;
        if (const auto change = modes_.close_interval({.queue_delay = standing->of_orders}, now_))
            changes.push_back(*change);
    }

    Scenario scenario_;
    std::mt19937_64 random_;
    book::TimeNs now_ = start;
    book::TimeNs next_ = start;
    bool ended_ = false;
    std::uint64_t sequence_ = 0;
    std::vector<SessionShield> shields_;
    ClassQueues<Request> queues_{QueueLimits{}};
    QueueDelay delay_;
    LoadModes modes_;
    std::deque<Request> again_;
};

/// What every spike must satisfy.
void check(Spike& spike) {
    spike.run_until(seconds{5});
    const LoadMode at_the_end = spike.mode();
    spike.drain();
    EXPECT_EQ(spike.asked, spike.answered);
    EXPECT_EQ(at_the_end, LoadMode::normal);

    const Phase& before = spike.phases[0];
    const Phase& during = spike.phases[1];
    EXPECT_EQ(before.shed + before.refused, 0u);
    EXPECT_EQ(during.entitled_shed, 0u);
    // A batch, and what is read and answered between two.
    EXPECT_LE(during.cancel_wait_max, milliseconds{3});
}

TEST(SpikeTest, ServesTheMostItCanAndIsBackToNormalWithinASecond) {
    Spike spike{{}};
    check(spike);
    // 90 % of 20,000 a second, for two seconds.
    EXPECT_GE(spike.phases[1].served, 36'000u);
    EXPECT_GT(spike.phases[1].shed, 50'000u);
    ASSERT_FALSE(spike.changes.empty());
    EXPECT_GE(spike.changes.front().at, start + onset);
    EXPECT_LE(spike.changes.front().at, start + onset + milliseconds{20});
    EXPECT_EQ(spike.changes.front().cause, LoadCause::queue_delay);
    EXPECT_EQ(spike.changes.back().to, LoadMode::normal);
    EXPECT_LE(spike.changes.back().at, start + end + seconds{1});
}

TEST(SpikeTest, KeepsTheQuietSessionsFromWhoFloods) {
    Spike spike{{.only_one_session_floods = true}};
    check(spike);
    EXPECT_EQ(spike.phases[1].quiet_refused, 0u);
    EXPECT_GT(spike.phases[1].refused, 10'000u);
}

TEST(SpikeTest, LeavesARetryStormByItself) {
    Spike spike{{.retries = 2}};
    check(spike);
    // A part of the time goes to what it has read and refused before.
    EXPECT_GE(spike.phases[1].served, 32'000u);
    EXPECT_GT(spike.phases[1].shed + spike.phases[1].refused, 50'000u);
    EXPECT_EQ(spike.changes.back().to, LoadMode::normal);
    EXPECT_LE(spike.changes.back().at, start + end + seconds{1});
}

}  // namespace
}  // namespace tickweir::gateway::shield
