// Random schedules: markets move, clients come, ask, stall, read and go, in any order; after each
// schedule every client that is up to date knows exactly what the market has.
#include <gtest/gtest.h>

#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "tests/serve/hub/hub_bed.hpp"
#include "tests/serve/hub/truth.hpp"
#include "tests/support/seed.hpp"

namespace tickweir::tests {
namespace {

constexpr std::array<const char*, 3> symbols{"ACME", "GLOBEX", "INITECH"};
constexpr std::array<const char*, 5> channels{"l1", "l2", "l3", "trades", "status"};
constexpr std::array<unsigned, 8> depths{1, 5, 10, 25, 50, 100, 500, 1000};

/// Who there is, and what they ask for.
struct Company {
    std::size_t actors = 8;
    std::vector<unsigned> conflations{0, 0, 1, 7, 50};
    std::uint64_t wildcards_of_ten = 2;
};

/// What a client holds, as its requests left it.
struct Held {
    bool on = false;
    unsigned depth = 10;
};

struct Actor {
    std::unique_ptr<Client> client;
    std::array<std::array<Held, channels.size()>, symbols.size()> held{};
    bool stalled = false;
};

class Schedule {
public:
    Schedule(std::uint64_t seed, Company company)
        : company_{std::move(company)}, random_{seed}, bed_{limits(seed)} {
        bed_.market.items_per_record = 1 + random_() % 50;
    }

    void run(int steps) {
        for (int step = 0; step < steps; ++step)
            act();
        settle();
        for (const Actor& actor : actors_)
            check(actor);
    }

private:
    static gateway::HubLimits limits(std::uint64_t seed) {
        gateway::HubLimits limits;
        limits.queue_bytes = 1'000'000;  // nobody is to be closed for what may not be left out
        limits.conflate_after_bytes = 500 + seed % 5'000;
        limits.messages_per_second = 1'000'000;
        limits.events_per_turn = 1 + seed % 40;
        return limits;
    }

    std::uint64_t pick(std::uint64_t n) { return random_() % n; }

    void act() {
        const std::uint64_t what = pick(100);
        if (what < 50) {
            bed_.market.random_event(book::InstrumentId{static_cast<std::uint32_t>(pick(3))},
                                     random_, 60);
        } else if (what < 65) {
            bed_.hub->turn(bed_.now);
        } else if (what < 72) {
            bed_.market.serve();
        } else if (what < 77) {
            bed_.now += std::chrono::microseconds{pick(20'000)};
        } else if (what == 77) {
            bed_.now += std::chrono::seconds{pick(7)};
        } else if (what < 80 && actors_.size() < company_.actors) {
            actors_.push_back({bed_.open()});
        } else if (actors_.empty()) {
            return;
        } else {
            act_client(actors_[pick(actors_.size())], what);
        }
    }

    void act_client(Actor& actor, std::uint64_t what) {
        if (what == 80) {
            bed_.hub->close(actor.client->id);
            std::swap(actor, actors_.back());
            actors_.pop_back();
        } else if (what < 88) {
            ask(actor, pick(10));
        } else if (what < 90) {
            actor.stalled = !actor.stalled;
        } else if (!actor.stalled) {
            bed_.drain(*actor.client, pick(3) == 0 ? SIZE_MAX : 1 + pick(2'000));
        }
    }

    void ask(Actor& actor, std::uint64_t op) {
        const std::size_t channel = pick(channels.size());
        const std::size_t symbol =  // the last one: all
            pick(10) < company_.wildcards_of_ten ? symbols.size() : pick(symbols.size());
        const unsigned depth = depths[pick(depths.size())];
        std::string text = R"({"channel":")" + std::string{channels[channel]} +
                           R"(","symbols":[")" + (symbol < symbols.size() ? symbols[symbol] : "*") +
                           R"("],"op":")";
        for (std::size_t i = 0; i < symbols.size(); ++i) {
            if (symbol < symbols.size() && i != symbol) continue;
            Held& held = actor.held[i][channel];
            // A wildcard leaves alone what was named before; then the depth is not known here.
            if (op < 6) held = {true, symbol < symbols.size() ? depth : 0};
            if (op >= 6 && op < 8) held = {};
        }
        if (op < 6)
            text += R"(subscribe","depth":)" + std::to_string(depth) + R"(,"conflate_ms":)" +
                    std::to_string(company_.conflations[pick(company_.conflations.size())]) + "}";
        else
            text += op < 8 ? "unsubscribe\"}" : "snapshot\"}";
        bed_.ask(*actor.client, text);
        ASSERT_FALSE(bed_.hub->closing(actor.client->id));
    }

    /// Everybody reads everything, and every tick comes.
    void settle() {
        constexpr int ticks_after_all = 30;
        for (int idle = 0; idle < ticks_after_all; idle = bed_.hub->has_work() ? 0 : idle + 1) {
            bed_.now += std::chrono::milliseconds{10};
            bed_.turn();
            for (Actor& actor : actors_)
                bed_.drain(*actor.client);
        }
    }

    void check(const Actor& actor) {
        expect_no_complaints(actor.client->twin);
        ASSERT_FALSE(bed_.hub->closing(actor.client->id));
        for (std::size_t i = 0; i < symbols.size(); ++i)
            for (std::size_t channel = 0; channel < channels.size(); ++channel)
                if (actor.held[i][channel].on)
                    check_stream(actor, i, channels[channel], actor.held[i][channel].depth);
    }

    void check_stream(const Actor& actor, std::size_t symbol, const std::string& channel,
                      unsigned depth) {
        SCOPED_TRACE(channel + ' ' + symbols[symbol]);
        const book::InstrumentId id{static_cast<std::uint32_t>(symbol)};
        const TwinStream* stream = actor.client->twin.find(channel, symbols[symbol]);
        ASSERT_NE(stream, nullptr);
        const store::InstrumentStatus status = bed_.market.status(id);
        if (channel != "trades") {
            EXPECT_EQ(stream->in_sync, status.in_sync());
        }
        if (channel == "l1") expect_quote(*stream, bed_.market, id);
        if (channel == "l2" && depth != 0) expect_levels(*stream, bed_.market, id, depth);
        if (channel == "l3") expect_orders(*stream, bed_.market, id);
        if (channel == "status") {
            EXPECT_EQ(stream->fields.at("state"), to_string(status.state));
        }
        if (channel == "trades" && !stream->trade_ids.empty()) {
            EXPECT_EQ(stream->trade_ids.back(),
                      std::to_string(bed_.store.latest_trade(id).trade_id));
        }
    }

    Company company_;
    std::mt19937_64 random_;
    HubBed bed_;
    std::vector<Actor> actors_;
};

TEST(HubSchedules, LeaveEveryClientWithWhatTheMarketHas) {
    const std::uint64_t seed = test_seed();
    for (std::uint64_t round = 0; round < 150; ++round) {
        SCOPED_TRACE("round " + std::to_string(round));
        Schedule{seed + round, {}}.run(1'500);
        if (::testing::Test::HasFailure()) return;
    }
}

// Nearly all wait for the same ticks with the same streams, so that long runs of frames are shared
// and clients leave them and come back.
TEST(HubSchedules, LeaveThoseWhoShareTicksWithWhatTheMarketHas) {
    const std::uint64_t seed = test_seed();
    for (std::uint64_t round = 0; round < 60; ++round) {
        SCOPED_TRACE("round " + std::to_string(round));
        Schedule{seed + round,
                 {.actors = 24, .conflations = {1, 1, 1, 2, 3}, .wildcards_of_ten = 8}}
            .run(3'000);
        if (::testing::Test::HasFailure()) return;
    }
}

}  // namespace
}  // namespace tickweir::tests
