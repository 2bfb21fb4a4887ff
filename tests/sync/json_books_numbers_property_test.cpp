// Venues that number their frames: over a connection, over a book, or each by the one before it.
#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "tests/sync/json_books_model.hpp"

namespace tickweir::gateway::tests {
namespace {

TEST_F(JsonBooksProperty, CoinbaseBooksInSyncAreTheVenues) {
    for (int round = 0; round < rounds; ++round) {
        std::array<Venue, 2> products{Venue{random}, Venue{random}};
        const std::array<std::string, 2> names{"A", "B"};
        std::vector<std::array<std::string, 2>> states;  // of both books, by number
        BooksBed bed{VenueId::coinbase_advanced};
        Line line{random, bed};
        bed.expect(0, "A");
        bed.expect(0, "B");
        std::size_t delivered = 0;  // the highest number
        const auto send = [&](std::size_t product, const char* type,
                              const std::vector<Change>& rows, bool faults) {
            const std::size_t number = states.size();
            states.push_back({shown(products[0].now()), shown(products[1].now())});
            std::string updates;
            for (const Change& change : rows) {
                if (!updates.empty()) updates += ',';
                updates += R"({"side":")" + std::string{change.side == 0 ? "bid" : "offer"} +
                           R"(","event_time":"x","price_level":")" + std::to_string(change.price) +
                           R"(","new_quantity":")" + std::to_string(change.quantity) + R"("})";
            }
            const auto check = [&, number] {
                // What comes late says nothing.
                delivered = std::max(delivered, number);
                for (std::size_t i = 0; i < 2; ++i) {
                    if (bed.of(names[i]).state() != SyncState::in_sync) continue;
                    ASSERT_EQ(bed.levels(names[i]), states[delivered][i]) << delivered;
                }
            };
            line.send(
                {R"({"channel":"l2_data","timestamp":"1970-01-01T00:00:01Z","sequence_num":)" +
                 std::to_string(number) + R"(,"events":[{"type":")" + type + R"(","product_id":")" +
                 names[product] + R"(","updates":[)" + updates + "]}]}"},
                check, faults);
        };
        const auto step = [&](bool faults) {
            const std::size_t product = random() % 2;
            const std::vector<Change> changes = products[product].change(false);
            send(product, "update", changes, faults);
            if (faults && random() % 10 == 0)
                send(product, "snapshot", Venue::all_of(products[product].now()), faults);
        };
        run(step, [&] {
            line.forget();
            for (std::size_t i = 0; i < 2; ++i)
                send(i, "snapshot", Venue::all_of(products[i].now()), false);
        });
        for (std::size_t i = 0; i < 2; ++i)
            expect_healed(bed, names[i], products[i]);
    }
}

TEST_F(JsonBooksProperty, ABybitBookInSyncIsTheVenues) {
    for (int round = 0; round < rounds; ++round) {
        Venue venue{random};
        BooksBed bed{VenueId::bybit};
        Line line{random, bed};
        bed.expect(0, "X");
        const auto text = [&](const char* type, const std::vector<Change>& rows) {
            return Sent{R"({"topic":"orderbook.50.X","type":")" + std::string{type} +
                        R"(","ts":1,"data":{"s":"X","b":[)" + quoted_rows(rows, 0) + R"(],"a":[)" +
                        quoted_rows(rows, 1) + R"(],"u":)" + std::to_string(venue.last()) +
                        R"(,"seq":1},"cts":1})"};
        };
        const auto check = [&] { check_book(bed, venue); };
        venue.change(false, 1'000);
        const auto step = [&](bool faults) {
            const std::vector<Change> changes = venue.change(false);
            line.send(text("delta", changes), check, faults);
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

TEST_F(JsonBooksProperty, AnOkxBookInSyncIsTheVenues) {
    for (int round = 0; round < rounds; ++round) {
        Venue venue{random};
        BooksBed bed{VenueId::okx};
        Line line{random, bed};
        bed.expect(0, "X");
        const auto rows = [](const std::vector<Change>& changes, std::size_t side) {
            return rows_of(changes, side, "[\"", "\",\"", "\",\"0\",\"1\"]");
        };
        const auto text = [&](const char* action, const std::vector<Change>& changes,
                              const std::string& previous) {
            return Sent{R"({"arg":{"channel":"books","instId":"X"},"action":")" +
                        std::string{action} + R"(","data":[{"asks":[)" + rows(changes, 1) +
                        R"(],"bids":[)" + rows(changes, 0) + R"(],"ts":"1","checksum":0,)" +
                        R"("prevSeqId":)" + previous + R"(,"seqId":)" +
                        std::to_string(venue.last()) + "}]}"};
        };
        const auto check = [&] { check_book(bed, venue); };
        venue.change(false, 1'000'000);
        const auto step = [&](bool faults) {
            const std::string previous = std::to_string(venue.last());
            const std::uint64_t kind = random() % 20;
            if (kind == 0) {  // the sign of life
                line.send(text("update", {}, previous), check, faults);
                return;
            }
            std::uint64_t id = venue.last() + 1 + random() % 5;
            if (kind == 1)  // the reset to a smaller id, one that was not used
                while (venue.has(id = 1 + random() % 1'000'000)) {
                }
            const std::vector<Change> changes = venue.change(false, id);
            line.send(text("update", changes, previous), check, faults);
            if (faults && random() % 15 == 0)
                line.send(text("snapshot", Venue::all_of(venue.now()), "-1"), check, faults);
        };
        run(step, [&] {
            line.forget();
            line.send(text("snapshot", Venue::all_of(venue.now()), "-1"), check, false);
        });
        expect_healed(bed, "X", venue);
    }
}

}  // namespace
}  // namespace tickweir::gateway::tests
