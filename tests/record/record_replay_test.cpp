// A receiver among lines that lose, repeat and reorder, and servers that do too; its recording must
// give a replay exactly what the receiver gave its feed.
#include <map>
#include <random>

#include "codecs/mold/receiver.hpp"
#include "gateway/commands/replay_input.hpp"
#include "gateway/record/taken.hpp"
#include "tests/record/support.hpp"
#include "tests/support/seed.hpp"

namespace tickweir::gateway::tests {
namespace {

using codecs::Bytes;
using codecs::mold::EventKind;
using replay::tests::append;
using replay::tests::append_big;
using replay::tests::end_of_session;
using replay::tests::mold;

struct World {
    std::uint64_t messages = 20'000;
    std::uint32_t lines = 1;
    std::uint32_t servers = 1;
    double loss = 0.02;
    double repeat = 0.02;
    double late = 0.05;
    std::uint64_t join = 1;  ///< the receiver begins when this message is sent
    std::uint32_t buffer_packets = 4'096;
    std::uint16_t request_messages = 4'000;
    std::chrono::nanoseconds server_down_until{0};  ///< from the beginning
    std::chrono::nanoseconds packet_every{20us};
    std::uint64_t rotate_bytes = std::uint64_t{1} << 30;
};

/// `count` add orders, each numbered with its sequence.
Buffer orders(std::uint64_t sequence, std::uint64_t count) {
    Buffer frames;
    for (std::uint64_t at = sequence; at < sequence + count; ++at) {
        Buffer message = replay::tests::message('A', 11);
        append_big(message, at);
        message.resize(36, std::byte{' '});
        append(frames, replay::tests::frame(message));
    }
    return frames;
}

Buffer packet(std::uint64_t sequence, std::uint64_t count) {
    return mold("SESSION", sequence, static_cast<unsigned>(count), orders(sequence, count));
}

/// Publisher, lines, servers, receiver and recorder in one simulated time.
class Scene {
public:
    Scene(const World& world, const TempDir& dir, std::uint64_t seed)
        : world_{world},
          rig_{config(world, dir), {"line"}, 64 << 20},
          random_{seed},
          receiver_{{.lines = world.lines,
                     .servers = world.servers,
                     .request_messages = world.request_messages,
                     .buffer_packets = world.buffer_packets}} {}

    void run() {
        while (rig_.now < opening + 600s && !(ended_ && on_the_way_.empty()))
            step();
        EXPECT_TRUE(ended_) << receiver_.missing() << " missing";
        rig_.stop();
    }

    const Buffer& given() const { return given_; }
    const codecs::mold::ReceiverCounts& counts() const { return receiver_.counts(); }
    std::uint64_t not_recorded() const { return not_recorded_; }

private:
    struct Datagram {
        std::int32_t line = 0;  // below 0: an answer
        Buffer payload;
    };

    static RecordConfig config(const World& world, const TempDir& dir) {
        RecordConfig made = config_for(dir);
        made.rotate_bytes = world.rotate_bytes;
        return made;
    }

    bool chance(double of) { return std::uniform_real_distribution{0.0, 1.0}(random_) < of; }

    /// Sends a datagram over a way that loses, repeats and delays.
    void send(std::int32_t line, const Buffer& payload, std::chrono::nanoseconds delay) {
        for (int copies = chance(world_.repeat) ? 2 : 1; copies > 0; --copies) {
            if (chance(world_.loss)) continue;
            if (chance(world_.late)) delay += 20us * (random_() % 40);
            on_the_way_.emplace(rig_.now + delay, Datagram{line, payload});
        }
    }

    void step() {
        const auto tick = receiver_.next_due().value_or(book::TimeNs::max());
        const auto arrival = on_the_way_.empty() ? book::TimeNs::max() : on_the_way_.begin()->first;
        rig_.now = std::max(rig_.now, std::min({tick, arrival, publish_at_}));
        if (rig_.now >= publish_at_) publish();
        if (!on_the_way_.empty() && on_the_way_.begin()->first <= rig_.now) {
            const Datagram datagram = on_the_way_.extract(on_the_way_.begin()).mapped();
            receive(datagram);
        } else {
            receiver_.on_tick(rig_.now);
            take_events();
        }
        ask();
        rig_.pass(0ns);
        if (rig_.recorder->next_due() <= rig_.now) rig_.pass(0ns);
    }

    void publish() {
        const bool over = sent_ == world_.messages;
        const std::uint64_t count = std::min(world_.messages - sent_, 1 + random_() % 8);
        const Buffer payload =
            over ? mold("SESSION", sent_ + 1, end_of_session) : packet(sent_ + 1, count);
        sent_ += count;
        for (std::uint32_t line = 0; line < world_.lines && sent_ >= world_.join; ++line)
            send(static_cast<std::int32_t>(line), payload, 10us * line);
        publish_at_ += over ? 1ms : world_.packet_every;
    }

    void receive(const Datagram& datagram) {
        const codecs::mold::ReceiverCounts before = receiver_.counts();
        if (datagram.line < 0)
            receiver_.on_answer(0, datagram.payload, rig_.now);
        else
            receiver_.on_packet(static_cast<std::uint32_t>(datagram.line), datagram.payload,
                                rig_.now);
        take_events();
        if (taken(before, receiver_.counts(), datagram.payload))
            rig_.datagram(datagram.payload);
        else
            ++not_recorded_;
    }

    void take_events() {
        for (; receiver_.front() != nullptr; receiver_.advance()) {
            const codecs::mold::Event& event = *receiver_.front();
            if (event.kind == EventKind::messages) append(given_, event.frames);
            ended_ |= event.kind == EventKind::ended;
        }
    }

    void ask() {
        while (const auto request = receiver_.next_request(rig_.now)) {
            if (rig_.now < opening + world_.server_down_until) continue;
            std::uint64_t at = request->request.sequence;
            const std::uint64_t end = std::min(at + request->request.count, sent_ + 1);
            for (std::chrono::nanoseconds delay = 200us; at < end; delay += 5us) {
                const std::uint64_t count = std::min<std::uint64_t>(end - at, 30);
                send(-1, packet(at, count), delay);
                at += count;
            }
        }
    }

    World world_;
    Rig rig_;
    std::mt19937_64 random_;
    codecs::mold::Receiver receiver_;
    std::multimap<book::TimeNs, Datagram> on_the_way_;
    book::TimeNs publish_at_ = opening;
    std::uint64_t sent_ = 0;
    std::uint64_t not_recorded_ = 0;
    Buffer given_;
    bool ended_ = false;
};

struct Replayed {
    Buffer frames;
    std::uint64_t lost = 0;
};

Replayed replayed(const TempDir& dir) {
    ReplayOptions options;
    for (const std::string& name : names_in(dir.path()))
        options.captures.push_back(dir / name);
    Replayed got;
    auto input = ReplayInput::open(options);
    if (!input) {
        ADD_FAILURE() << input.error();
        return got;
    }
    ReplayBatch batch;
    while (input->next(batch)) {
        append(got.frames, batch.frames);
        got.lost += batch.lost_before;
    }
    EXPECT_EQ(input->end().reason, "");
    return got;
}

/// What the receiver gave, and what a replay of its recording gives.
void expect_the_same(const World& world, int seeds = 5) {
    const std::uint64_t seed = tickweir::tests::test_seed();
    for (int i = 0; i < seeds; ++i) {
        const TempDir dir;
        Scene scene{world, dir, seed + static_cast<std::uint64_t>(i)};
        scene.run();
        const Replayed got = replayed(dir);
        ASSERT_EQ(got.lost, 0U);
        ASSERT_EQ(got.frames.size(), scene.given().size());
        ASSERT_TRUE(got.frames == scene.given());
        ASSERT_EQ(scene.counts().lost, 0U);
    }
}

TEST(RecordReplay, OneLossyLineWithAServer) {
    expect_the_same({});
}

TEST(RecordReplay, TwoLossyLines) {
    expect_the_same({.lines = 2, .loss = 0.1, .repeat = 0.1, .late = 0.3});
}

TEST(RecordReplay, JoiningLate) {
    expect_the_same({.join = 15'000});
    expect_the_same({.lines = 2, .late = 0.5, .join = 10'000});
}

TEST(RecordReplay, JoiningLateWithLittleRoom) {
    expect_the_same({.join = 5'000, .buffer_packets = 16, .request_messages = 200});
    expect_the_same({.lines = 2,
                     .loss = 0.1,
                     .late = 0.5,
                     .join = 2'000,
                     .buffer_packets = 100,
                     .request_messages = 500});
}

TEST(RecordReplay, AServerThatIsDownForALongTime) {
    expect_the_same({.messages = 5'000,
                     .join = 100,
                     .buffer_packets = 64,
                     .request_messages = 300,
                     .server_down_until = 40s,
                     .packet_every = 30ms},
                    2);
}

TEST(RecordReplay, InManyFiles) {
    expect_the_same({.lines = 2, .loss = 0.05, .late = 0.2, .rotate_bytes = 64 << 10});
    expect_the_same(
        {.join = 5'000, .buffer_packets = 64, .request_messages = 300, .rotate_bytes = 64 << 10});
}

TEST(RecordReplay, WhatWasDroppedIsNotRecorded) {
    const TempDir dir;
    Scene scene{{.join = 5'000, .buffer_packets = 16, .request_messages = 200}, dir, 1};
    scene.run();
    EXPECT_GT(scene.not_recorded(), 100U);
    EXPECT_GT(scene.counts().dropped, 1'000U);
}

}  // namespace
}  // namespace tickweir::gateway::tests
