// The receiver of MoldUDP64 under random schedules: lines and servers that lose, duplicate, delay
// and fall silent, against a plain model of which messages are missing.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <iterator>
#include <queue>
#include <string>
#include <utility>
#include <vector>

#include "codecs/mold/receiver.hpp"
#include "tests/codecs/mold_script.hpp"
#include "tests/support/naive_mold_stream.hpp"
#include "tests/support/seed.hpp"

namespace tickweir::codecs::mold {
namespace {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;
using tests::below;
using tests::Buffer;
using tests::MoldScript;
using tests::Random;

/// How bad the world is; chances in percent.
struct Weather {
    std::size_t loss = 0;
    std::size_t duplicates = 0;
    nanoseconds delay_max{};
    std::size_t server_loss = 0;
    std::size_t wrong_answers = 0;
    std::size_t answer_messages_max = 10;  ///< in a packet
    std::size_t answer_packets_max = 10;   ///< the rest is not answered
    nanoseconds silence{};                 ///< of everything, once in a session

    static Weather any(Random& random) {
        Weather weather;
        weather.loss = below(random, 4) * 8;
        weather.duplicates = below(random, 3) * 10;
        weather.delay_max = nanoseconds{1 + below(random, 3'000'000)};
        weather.server_loss = below(random, 3) * 20;
        weather.wrong_answers = below(random, 3) * 10;
        weather.answer_messages_max = 1 + below(random, 20);
        weather.answer_packets_max = 1 + below(random, 20);
        weather.silence = below(random, 2) * 1ms * below(random, 150);
        return weather;
    }
};

ReceiverLimits any_limits(Random& random) {
    ReceiverLimits limits;
    limits.lines = static_cast<std::uint32_t>(1 + below(random, 2));
    limits.servers = static_cast<std::uint32_t>(below(random, 4));
    limits.reorder_wait = nanoseconds{below(random, 2'000'000)};
    limits.reorder_packets = static_cast<std::uint32_t>(below(random, 12));
    limits.requests_in_flight = static_cast<std::uint32_t>(1 + below(random, 5));
    limits.request_messages = static_cast<std::uint16_t>(1 + below(random, 40));
    limits.give_up_after = nanoseconds{1 + below(random, 50'000'000)};
    return limits;
}

/// Two sessions on all lines, and servers that answer; drives a receiver until all is over.
class World {
public:
    static constexpr std::uint64_t messages = 400;  // of a session

    World(const ReceiverLimits& limits, const Weather& weather, Random& random)
        : limits_{limits}, weather_{weather}, random_{random}, script_{limits} {
        start_ = script_.now();
        script_.on_request = [this](const OutgoingRequest& out) { answer(out); };
        script_.on_event = [this](const Event& event) { check(event); };
        const nanoseconds second = send_session("A", start_);
        over_ = start_ + second + send_session("B", start_ + second);
    }

    /// Compares with the model after each step; without, only what must hold of any buffer.
    void run(bool against_model) {
        against_model_ = against_model;
        // Servers that lose many answers, to requests of a message each, take minutes.
        const TimeNs latest = over_ + 600s;
        while (!ended_ && script_.now() < latest && !testing::Test::HasFailure()) {
            step();
            if (against_model) compare();
            (void)script_.told();
        }
        EXPECT_TRUE(ended_) << "session B was not given whole";
    }

    const ReceiverCounts& counts() const { return script_.counts(); }
    std::uint64_t next_sequence() const { return script_.receiver().next_sequence(); }
    std::uint64_t lost_of_last() const { return lost_of_last_; }
    std::uint64_t frozen_told() const { return frozen_told_; }

private:
    struct Arrival {
        TimeNs time;
        std::uint64_t order;
        bool from_server;
        std::uint32_t from;
        std::string session;
        std::uint64_t sequence;
        std::uint64_t count;
        bool wrong;
        Buffer datagram;
        bool operator<(const Arrival& other) const {
            return std::pair{other.time, other.order} < std::pair{time, order};
        }
    };

    bool chance(std::size_t percent) { return below(random_, 100) < percent; }
    nanoseconds delay() {
        return nanoseconds{below(random_, static_cast<std::size_t>(weather_.delay_max.count()))};
    }

    void arrive(Arrival arrival) {
        arrival.order = order_++;
        if (arrival.datagram.empty())
            arrival.datagram = tests::mold_packet(arrival.session, arrival.sequence, arrival.count);
        arrivals_.push(std::move(arrival));
    }

    /// On each line, as the weather is; how long it takes. The last word comes often enough.
    nanoseconds send_session(const std::string& session, TimeNs begin) {
        TimeNs now = begin;
        const std::uint64_t silent_from = below(random_, messages);
        for (std::uint64_t sequence = 1; sequence <= messages;) {
            const std::uint64_t count =
                std::min<std::uint64_t>(below(random_, 6), messages + 1 - sequence);
            now += nanoseconds{below(random_, 400'000)};
            if (sequence <= silent_from && silent_from < sequence + count) now += weather_.silence;
            for (std::uint32_t line = 0; line < limits_.lines; ++line) {
                for (bool again = true; again; again = chance(weather_.duplicates)) {
                    if (chance(weather_.loss)) continue;
                    arrive({now + delay(), 0, false, line, session, sequence, count, false, {}});
                }
            }
            sequence += count;
        }
        for (int i = 0; i < 3; ++i) {
            now += 5ms;
            arrive({now, 0, false, 0, session, messages + 1, 0, false,
                    tests::mold_end(session, messages + 1)});
        }
        return now - begin + 20ms;
    }

    /// One server's answer, sometimes none or nonsense; after everything was sent, always all.
    void answer(const OutgoingRequest& out) {
        const bool calm = script_.now() > over_;
        const std::string session{out.request.session.view()};
        const TimeNs now = script_.now() + delay();
        if (!calm && chance(weather_.wrong_answers)) {
            arrive({now, 0, true, out.server, "X", out.request.sequence, 1, true, {}});
            arrive({now, 0, true, out.server, session, messages + 100, 3, true, {}});
        }
        if (!calm && chance(weather_.server_loss)) return;
        std::uint64_t sequence = out.request.sequence;
        const std::uint64_t end = sequence + out.request.count;
        EXPECT_LE(end, messages + 1);
        EXPECT_LE(out.request.count, limits_.request_messages);
        for (std::size_t i = 0; i < weather_.answer_packets_max && sequence < end; ++i) {
            const std::uint64_t count = std::min<std::uint64_t>(
                end - sequence, 1 + below(random_, weather_.answer_messages_max));
            if (calm || !chance(weather_.loss))
                arrive({now + delay(), 0, true, out.server, session, sequence, count, false, {}});
            sequence += count;
        }
    }

    /// Either the next arrival or what the receiver wants to be told in time.
    void step() {
        const auto due = script_.receiver().next_due();
        if (due && (arrivals_.empty() || *due <= arrivals_.top().time)) {
            script_.after(*due - script_.now());
            return;
        }
        ASSERT_FALSE(arrivals_.empty()) << "nothing will ever happen";
        const Arrival arrival = arrivals_.top();
        arrivals_.pop();
        script_.set_now(arrival.time);
        if (arrival.from_server) {
            if (!arrival.wrong) model_.on_answer(arrival.session, arrival.sequence, arrival.count);
            script_.raw_answer(arrival.from, arrival.datagram);
        } else {
            model_.on_line(arrival.session, arrival.sequence, arrival.count, script_.now());
            script_.raw_line(arrival.from, arrival.datagram);
        }
    }

    void check(const Event& event) {
        if (event.kind == EventKind::session) lost_of_last_ = 0;
        if (event.kind == EventKind::ended) ended_ = event.session == "B";
        if (event.kind == EventKind::frozen) {
            ++frozen_told_;
            EXPECT_GT(limits_.servers, 0U);
            EXPECT_GT(script_.receiver().missing(), 0U);
        }
        if (event.kind == EventKind::live) {
            EXPECT_EQ(script_.receiver().missing(), 0U);
        }
        if (event.kind != EventKind::lost) return;
        EXPECT_EQ(limits_.servers, 0U);
        lost_of_last_ += event.count;
        for (std::uint64_t i = 0; against_model_ && i < event.count; ++i) {
            ASSERT_TRUE(model_.is_missing(event.sequence + i)) << event.sequence + i;
        }
        model_.lose(event.sequence, event.count);
    }

    void compare() {
        const Receiver& receiver = script_.receiver();
        ASSERT_EQ(receiver.next_sequence(), model_.next());
        ASSERT_EQ(receiver.missing(), model_.missing());
        if (receiver.missing() == 0) {
            EXPECT_FALSE(receiver.frozen());
            EXPECT_EQ(receiver.next_due(), std::nullopt);
        } else if (!receiver.frozen()) {
            EXPECT_GT(model_.missing_since() + limits_.give_up_after, script_.now());
        }
    }

    ReceiverLimits limits_;
    Weather weather_;
    Random& random_;
    MoldScript script_;
    tests::NaiveMoldStream model_;
    std::priority_queue<Arrival> arrivals_;
    std::uint64_t order_ = 0;
    TimeNs start_{};
    TimeNs over_{};
    bool against_model_ = false;
    bool ended_ = false;
    std::uint64_t frozen_told_ = 0;
    std::uint64_t lost_of_last_ = 0;
};

TEST(ReceiverModel, GivesWhatThePlainModelGives) {
    Random random{tests::test_seed()};
    for (int i = 0; i < 150 && !HasFailure(); ++i) {
        SCOPED_TRACE(i);
        World world{any_limits(random), Weather::any(random), random};
        world.run(true);
        EXPECT_EQ(world.next_sequence(), World::messages + 1);
        EXPECT_EQ(world.counts().frozen, world.frozen_told());
    }
}

TEST(ReceiverModel, GivesEverythingThroughAnyBufferOnceServersAnswer) {
    Random random{tests::test_seed()};
    for (int i = 0; i < 150 && !HasFailure(); ++i) {
        SCOPED_TRACE(i);
        ReceiverLimits limits = any_limits(random);
        limits.servers = std::max(limits.servers, 1U);
        limits.buffer_packets = static_cast<std::uint32_t>(1 + below(random, 10));
        limits.buffer_packet_bytes = static_cast<std::uint32_t>(20 + below(random, 200));
        World world{limits, Weather::any(random), random};
        world.run(false);
        EXPECT_EQ(world.next_sequence(), World::messages + 1);
        EXPECT_EQ(world.lost_of_last(), 0U);
    }
}

TEST(ReceiverModel, GivesOrLosesEveryMessageWithoutServers) {
    Random random{tests::test_seed()};
    for (int i = 0; i < 150 && !HasFailure(); ++i) {
        SCOPED_TRACE(i);
        ReceiverLimits limits = any_limits(random);
        limits.servers = 0;
        limits.buffer_packets = static_cast<std::uint32_t>(1 + below(random, 10));
        World world{limits, Weather::any(random), random};
        world.run(false);
        EXPECT_EQ(world.next_sequence(), World::messages + 1);
        EXPECT_EQ(world.counts().frozen, 0U);
        EXPECT_EQ(world.counts().requests, 0U);
    }
}

TEST(ReceiverModel, NeedsNoServerWhereLinesOnlyReorder) {
    Random random{tests::test_seed()};
    for (int i = 0; i < 50 && !HasFailure(); ++i) {
        SCOPED_TRACE(i);
        ReceiverLimits limits = any_limits(random);
        limits.servers = 1;
        limits.reorder_wait = 20ms;
        limits.reorder_packets = 1'000;
        limits.give_up_after = 30ms;
        Weather weather;
        weather.duplicates = 20;
        weather.delay_max = 4ms;
        World world{limits, weather, random};
        world.run(true);
        EXPECT_LE(world.counts().gaps, 2U) << "only beginnings are not waited for";
    }
}

// ---------------------------------------------------------------- any bytes

TEST(ReceiverModel, KeepsItsOrderWhateverBytesCome) {
    Random random{tests::test_seed()};
    Receiver receiver{{.lines = 2, .servers = 2, .buffer_packets = 4, .buffer_packet_bytes = 64}};
    TimeNs now{1s};
    std::uint64_t next = 0;
    for (int i = 0; i < 100'000; ++i) {
        now += nanoseconds{below(random, 2'000'000)};
        Buffer datagram =
            tests::mold_packet(std::string(1, static_cast<char>('A' + below(random, 2))),
                               below(random, 60), below(random, 4));
        for (std::size_t flips = below(random, 3); flips > 0; --flips) {
            datagram[below(random, datagram.size())] = static_cast<std::byte>(below(random, 3));
        }
        if (below(random, 20) == 0) datagram.resize(below(random, datagram.size()));
        const auto from = static_cast<std::uint32_t>(below(random, 2));
        if (below(random, 3) == 0) {
            receiver.on_answer(from, datagram, now);
        } else {
            receiver.on_packet(from, datagram, now);
        }
        for (; const Event* event = receiver.front(); receiver.advance()) {
            if (event->kind == EventKind::session) next = 1;
            if (event->kind != EventKind::messages) continue;
            ASSERT_EQ(event->sequence, next);
            const Blocks blocks{event->frames};
            ASSERT_EQ(static_cast<std::uint64_t>(std::distance(blocks.begin(), blocks.end())),
                      event->count);
            next += event->count;
        }
        while (receiver.next_request(now)) {
        }
        if (const auto due = receiver.next_due()) {
            ASSERT_GT(*due, now);
        }
    }
}

}  // namespace
}  // namespace tickweir::codecs::mold
