// Venues whose frames span ranges of ids, and whose snapshots are fetched and joined to them.
#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "tests/sync/json_books_model.hpp"

namespace tickweir::gateway::tests {
namespace {

Sent binance_answer(const Venue& venue, std::uint64_t id) {
    const std::vector<Change> all = Venue::all_of(venue.at(id));
    return {R"({"lastUpdateId":)" + std::to_string(id) + R"(,"bids":[)" + quoted_rows(all, 0) +
                R"(],"asks":[)" + quoted_rows(all, 1) + "]}",
            true};
}
/// Of a snapshot of some age, also from the middle of a change.
std::uint64_t an_old_id(const Venue& venue, std::mt19937_64& random) {
    return venue.last() - std::min(venue.last() - 1, random() % 12);
}

TEST_F(JsonBooksProperty, ABinanceBookInSyncIsTheVenues) {
    std::uint64_t gaps = 0;
    for (int round = 0; round < rounds; ++round) {
        Venue venue{random};
        BooksBed bed{VenueId::binance_spot};
        Line line{random, bed};
        bed.expect(0, "X");
        const auto check = [&] { check_book(bed, venue); };
        const auto step = [&](bool faults) {
            const std::uint64_t first = venue.last() + 1;
            const std::vector<Change> changes = venue.change(true);
            line.send({R"({"e":"depthUpdate","E":1,"s":"X","U":)" + std::to_string(first) +
                       R"(,"u":)" + std::to_string(venue.last()) + R"(,"b":[)" +
                       quoted_rows(changes, 0) + R"(],"a":[)" + quoted_rows(changes, 1) + "]}"},
                      check, faults);
            if (faults && random() % 10 == 0)
                line.send(binance_answer(venue, an_old_id(venue, random)), check, faults);
        };
        run(step, [&] {
            line.forget();
            line.send(binance_answer(venue, venue.last()), check, false);
        });
        expect_healed(bed, "X", venue);
        const JsonBookCounts counts = bed.counts("X");
        EXPECT_EQ(counts.unapplied, 0U) << "what waited was applied or stale";
        gaps += counts.gaps;
    }
    EXPECT_GT(gaps, 0U) << "nearly every round has some";
}

TEST_F(JsonBooksProperty, ABinanceFuturesBookInSyncIsTheVenues) {
    for (int round = 0; round < rounds; ++round) {
        Venue venue{random};
        BooksBed bed{VenueId::binance_usdm};
        Line line{random, bed};
        bed.expect(0, "X");
        const auto check = [&] { check_book(bed, venue); };
        std::uint64_t previous = 0;
        const auto step = [&](bool faults) {
            // Ids that no change has lie between: the next begins anywhere behind them.
            for (std::uint64_t skipped = random() % 3; skipped > 0; --skipped)
                venue.renumber(venue.last() + 1);
            const std::uint64_t first = venue.last() + 1;
            const std::vector<Change> changes = venue.change(true);
            line.send({R"({"e":"depthUpdate","E":1,"T":1,"s":"X","U":)" + std::to_string(first) +
                       R"(,"u":)" + std::to_string(venue.last()) + R"(,"pu":)" +
                       std::to_string(previous) + R"(,"b":[)" + quoted_rows(changes, 0) +
                       R"(],"a":[)" + quoted_rows(changes, 1) + "]}"},
                      check, faults);
            previous = venue.last();
            if (faults && random() % 10 == 0)
                line.send(binance_answer(venue, an_old_id(venue, random)), check, faults);
        };
        run(step, [&] {
            line.forget();
            line.send(binance_answer(venue, venue.last()), check, false);
        });
        expect_healed(bed, "X", venue);
    }
}

}  // namespace
}  // namespace tickweir::gateway::tests
