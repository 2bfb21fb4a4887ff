// Random schedules: markets move, sessions come, ask, stall, read and go, in any order; after each
// schedule every client that is up to date holds exactly what the market has.
#include <array>
#include <random>
#include <set>

#include "tests/fix_market_data/desk_bed.hpp"
#include "tests/support/seed.hpp"

namespace tickweir::tests {
namespace {

struct Asked {
    std::string id;
    std::string types;
    std::size_t depth = 0;
    std::set<std::uint32_t> instruments;
    std::array<std::uint64_t, 3> first_trade{};  ///< index of the last one before
    bool incremental = true;
};

struct Actor {
    SessionId id{};
    bool on = false;
    std::vector<Asked> asked;
};

class Schedule {
public:
    explicit Schedule(std::uint64_t seed) : random_{seed}, bed_{limits(seed)} {
        bed_.market.items_per_record = 1 + random_() % 50;
        for (std::size_t i = 0; i < actors_.size(); ++i)
            actors_[i].id = SessionId{static_cast<std::uint32_t>(10 + i)};
    }

    void run(int steps) {
        for (int step = 0; step < steps; ++step)
            act();
        settle();
        for (Actor& actor : actors_)
            if (actor.on) check(actor);
    }

private:
    static gateway::fix::MarketDataLimits limits(std::uint64_t seed) {
        gateway::fix::MarketDataLimits limits;
        limits.conflate_after_bytes = 200 + seed % 5'000;
        limits.events_per_turn = 1 + seed % 40;
        return limits;
    }
    static constexpr std::array<const char*, 3> names{"ACME", "GLOBEX", "ACME|207=nasdaq"};

    std::uint64_t pick(std::uint64_t n) { return random_() % n; }

    void act() {
        const std::uint64_t what = pick(100);
        Actor& actor = actors_[pick(actors_.size())];
        if (what < 55) {
            bed_.market.random_event(book::InstrumentId{static_cast<std::uint32_t>(pick(3))},
                                     random_, 60);
        } else if (what < 70) {
            bed_.desk->turn(bed_.now, bed_.output);
        } else if (what < 77) {
            bed_.market.serve();
        } else if (what < 80) {
            bed_.now += std::chrono::milliseconds{pick(200)};
        } else if (what == 80) {
            bed_.now += std::chrono::seconds{pick(7)};
        } else if (what < 84) {
            bed_.session(actor.id).reads = false;
        } else if (what < 90) {
            bed_.read_all(actor.id);
        } else if (what == 90) {
            come_or_go(actor);
        } else {
            request(actor);
        }
    }

    void come_or_go(Actor& actor) {
        if (actor.on)
            bed_.desk->on_logout(actor.id, bed_.now);
        else
            bed_.desk->on_logon(actor.id, bed_.now, bed_.output);
        actor.on = !actor.on;
        actor.asked.clear();
    }

    void request(Actor& actor) {
        if (!actor.on) return;
        if (!actor.asked.empty() && (pick(3) == 0 || actor.asked.size() > 4)) {
            const std::size_t which = pick(actor.asked.size());
            bed_.ask(actor.id, "V", "262=" + actor.asked[which].id + "|263=2|");
            actor.asked.erase(actor.asked.begin() + static_cast<std::ptrdiff_t>(which));
            return;
        }
        Asked asked;
        asked.id = "r" + std::to_string(++ids_);
        asked.depth = std::array<std::size_t, 5>{0, 1, 2, 5, 20}[pick(5)];
        asked.types = std::array<const char*, 5>{"01", "0", "1", "012", "2"}[pick(5)];
        asked.incremental = pick(4) != 0;
        const bool once = pick(6) == 0;
        const bool drops = asked.incremental && pick(3) == 0;
        std::vector<std::string> symbols;
        // ACME of two venues would be one book to the twin, which goes by symbol.
        const std::uint32_t first = static_cast<std::uint32_t>(pick(3));
        asked.instruments.insert(first);
        if (pick(2) == 0) asked.instruments.insert(first == 1 ? 2 : 1);
        for (const std::uint32_t instrument : asked.instruments) {
            symbols.emplace_back(names[instrument]);
            asked.first_trade[instrument] = bed_.market.trades(book::InstrumentId{instrument});
        }
        bed_.session(actor.id).twin.expect(asked.id, asked.depth, drops);
        bed_.ask(
            actor.id, "V",
            md_request(asked.id, once ? 0 : 1, static_cast<int>(asked.depth),
                       asked.incremental ? 1 : 0, asked.types, symbols, drops ? "547=Y|" : ""));
        if (!once) actor.asked.push_back(asked);
    }

    void settle() {
        for (Actor& actor : actors_)
            bed_.read_all(actor.id);
        do
            bed_.turn();
        while (bed_.desk->has_work());
        // Full refreshes wait for their interval, and slow sessions for a look at them.
        for (int i = 0; i < 10; ++i)
            bed_.pass(100ms);
    }

    void check(Actor& actor) {
        FixTwin& twin = bed_.session(actor.id).twin;
        expect_no_complaints(twin);
        for (const Asked& asked : actor.asked)
            for (const std::uint32_t instrument : asked.instruments)
                check(twin, asked, book::InstrumentId{instrument});
    }

    void check(FixTwin& twin, const Asked& asked, book::InstrumentId id) {
        const std::string symbol = id == DeskBed::globex ? "GLOBEX" : "ACME";
        const FixTwin::Book& book = twin.book(asked.id, symbol);
        const bool shown = bed_.market.status(id).in_sync();
        const FixTwin::Side none;
        for (const auto side : {book::Side::buy, book::Side::sell}) {
            const bool wanted =
                asked.types.find(side == book::Side::buy ? '0' : '1') != std::string::npos;
            EXPECT_EQ(side == book::Side::buy ? book.bids : book.offers,
                      shown && wanted ? true_side(bed_.market, id, side, asked.depth) : none)
                << asked.id << " " << symbol << " types " << asked.types;
        }
        if (asked.types.find('2') == std::string::npos || !asked.incremental) return;
        // The one before the request comes first, where it is remembered.
        const std::uint64_t since =
            bed_.market.trades(id) - asked.first_trade[static_cast<std::size_t>(id)];
        EXPECT_GE(book.trades.size(), since);
        EXPECT_LE(book.trades.size(), since + 1);
        const std::set<std::string> ids{book.trade_ids.begin(), book.trade_ids.end()};
        EXPECT_EQ(ids.size(), book.trade_ids.size());
    }

    std::mt19937_64 random_;
    DeskBed bed_;
    std::array<Actor, 5> actors_;
    std::size_t ids_ = 0;
};

TEST(MarketDataDesk, KeepsEveryClientTrueUnderRandomSchedules) {
    const std::uint64_t seed = test_seed();
    for (std::uint64_t run = 0; run < 60; ++run) {
        SCOPED_TRACE("run " + std::to_string(run));
        Schedule{seed + run * 7'919}.run(1'500);
        if (HasFailure()) return;
    }
}

}  // namespace
}  // namespace tickweir::tests
