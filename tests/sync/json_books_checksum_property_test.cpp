// A venue that numbers nothing and sends a checksum of its book instead.
#include <map>
#include <string>
#include <vector>

#include "codecs/json/book_checksum.hpp"
#include "tests/sync/json_books_model.hpp"

namespace tickweir::gateway::tests {
namespace {

TEST_F(JsonBooksProperty, AKrakenBookInSyncHasTheVenuesChecksum) {
    constexpr int depth = 10;  // all of it is under the checksum
    const auto checksum_of = [](const Book& book) {
        std::vector<codecs::json::ScaledLevel> asks;
        std::vector<codecs::json::ScaledLevel> bids;
        for (const auto& [price, quantity] : book[1])
            asks.push_back({price, quantity});
        for (auto level = book[0].rbegin(); level != book[0].rend(); ++level)
            bids.push_back({level->first, level->second});
        return codecs::json::kraken_checksum(asks, bids, {0, 0}, {0, 0});
    };
    for (int round = 0; round < rounds; ++round) {
        Venue venue{random, depth};
        BooksBed bed{VenueId::kraken_v2};
        Line line{random, bed};
        bed.expect(0, "X", depth);
        std::map<std::string, int> books;  // that the venue ever had
        const auto text = [&](const char* type, const std::vector<Change>& changes) {
            const auto rows = [&](std::size_t side) {
                return rows_of(changes, side, "{\"price\":", ",\"qty\":", "}");
            };
            ++books[shown(venue.now())];
            return Sent{R"({"channel":"book","type":")" + std::string{type} +
                        R"(","data":[{"symbol":"X","bids":[)" + rows(0) + R"(],"asks":[)" +
                        rows(1) + R"(],"checksum":)" + std::to_string(checksum_of(venue.now())) +
                        "}]}"};
        };
        const auto check = [&] {
            if (bed.of("X").state() != SyncState::in_sync) return;
            ASSERT_TRUE(books.contains(bed.levels("X"))) << bed.levels("X");
        };
        venue.change(false);
        const auto step = [&](bool faults) {
            const std::vector<Change> changes = venue.change(false);
            line.send(text("update", changes), check, faults);
            if (faults && random() % 15 == 0)
                line.send(text("snapshot", Venue::all_of(venue.now())), check, faults);
        };
        run(step, [&] {
            line.forget();
            line.send(text("snapshot", Venue::all_of(venue.now())), check, false);
        });
        expect_healed(bed, "X", venue);
    }
}

}  // namespace
}  // namespace tickweir::gateway::tests
