// Books behind a line that loses, repeats and swaps frames, with snapshots at any time. A model of
// the venue knows its book at every id; whatever happened, a book that says that it is in sync is
// the venue's book as of the id it stands at.
#include <algorithm>
#include <array>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "codecs/json/book_checksum.hpp"
#include "tests/support/seed.hpp"
#include "tests/sync/books_bed.hpp"

namespace tickweir::gateway::tests {
namespace {

/// Bids and asks: price → quantity.
using Book = std::array<std::map<int, int>, 2>;

struct Change {
    std::size_t side;
    int price;
    int quantity;
};

std::string rows_of(const std::vector<Change>& changes, std::size_t side, const char* begin,
                    const char* middle, const char* end) {
    std::string rows;
    for (const Change& change : changes) {
        if (change.side != side) continue;
        if (!rows.empty()) rows += ',';
        rows +=
            begin + std::to_string(change.price) + middle + std::to_string(change.quantity) + end;
    }
    return rows;
}
std::string quoted_rows(const std::vector<Change>& changes, std::size_t side) {
    return rows_of(changes, side, "[\"", "\",\"", "\"]");
}

std::string shown(const Book& book) {
    std::string text;
    for (auto level = book[0].rbegin(); level != book[0].rend(); ++level)
        text += (text.empty() ? "" : " ") + std::to_string(level->first) + "x" +
                std::to_string(level->second);
    text += text.empty() ? "| " : " | ";
    for (const auto& [price, quantity] : book[1])
        text += (text.back() == ' ' ? "" : " ") + std::to_string(price) + "x" +
                std::to_string(quantity);
    return text;
}

/// The venue: its book as it changes, and as it was after each id.
class Venue {
public:
    explicit Venue(std::mt19937_64& random, int depth = 0) : random_{random}, depth_{depth} {
        history_[0] = book_;
    }

    /// Changes the book, an id each or all with one id.
    std::vector<Change> change(bool id_each, std::uint64_t id = 0) {
        std::vector<Change> changes(1 + random_() % 4);
        for (Change& change : changes) {
            const int width = depth_ == 0 ? 30 : 2 * depth_;
            change.side = random_() % 2;
            // Sides overlap: crossed books are none of this test's business.
            change.price = 1 + static_cast<int>(random_() % static_cast<unsigned>(width));
            change.quantity = random_() % 3 == 0 ? 0 : 1 + static_cast<int>(random_() % 9);
            set(change);
            if (id_each) history_[++last_] = book_;
        }
        if (!id_each) {
            cut();
            last_ = id != 0 ? id : last_ + 1;
            history_[last_] = book_;
        }
        return changes;
    }
    /// Another id for the same book.
    void renumber(std::uint64_t id) { history_[last_ = id] = book_; }

    std::uint64_t last() const { return last_; }
    const Book& now() const { return book_; }
    const Book& at(std::uint64_t id) const { return history_.at(id); }
    bool has(std::uint64_t id) const { return history_.contains(id); }

    static std::vector<Change> all_of(const Book& book) {
        std::vector<Change> rows;
        for (std::size_t side = 0; side < 2; ++side)
            for (const auto& [price, quantity] : book[side])
                rows.push_back({side, price, quantity});
        return rows;
    }

private:
    void set(const Change& change) {
        if (change.quantity == 0)
            book_[change.side].erase(change.price);
        else
            book_[change.side][change.price] = change.quantity;
    }
    void cut() {
        if (depth_ == 0) return;
        while (book_[0].size() > static_cast<std::size_t>(depth_))
            book_[0].erase(book_[0].begin());
        while (book_[1].size() > static_cast<std::size_t>(depth_))
            book_[1].erase(std::prev(book_[1].end()));
    }

    std::mt19937_64& random_;
    int depth_;
    Book book_;
    std::uint64_t last_ = 0;
    std::map<std::uint64_t, Book> history_;
};

/// A text on its way; an answer has a target.
struct Sent {
    std::string text;
    bool is_answer = false;
};

/// Delivers what is sent, but for what gets lost, comes twice, or changes places.
class Line {
public:
    Line(std::mt19937_64& random, BooksBed& bed) : random_{random}, bed_{bed} {}

    template <class Check>
    void send(Sent sent, Check&& check, bool faults) {
        if (faults && random_() % 25 == 0) return;
        if (faults && random_() % 40 == 0) held_.push_back(sent);
        if (faults && random_() % 40 == 0) {
            held_.push_back(std::move(sent));
            return;
        }
        deliver(sent, check);
        if (!held_.empty() && random_() % 2 == 0) {
            deliver(held_.front(), check);
            held_.erase(held_.begin());
        }
    }
    void forget() { held_.clear(); }

private:
    template <class Check>
    void deliver(const Sent& sent, Check&& check) {
        const FrameStatus status = sent.is_answer ? bed_.answer("/api/v3/depth?symbol=X", sent.text)
                                                  : bed_.frame(sent.text);
        ASSERT_EQ(status, FrameStatus::ok) << sent.text;
        check();
    }

    std::mt19937_64& random_;
    BooksBed& bed_;
    std::vector<Sent> held_;
};

constexpr int rounds = 40;
constexpr int steps = 120;

class JsonBooksProperty : public testing::Test {
protected:
    std::mt19937_64 random{tickweir::tests::test_seed()};

    /// A book of "X" that says that it is in sync is the venue's as of the id it stands at.
    static void check_book(BooksBed& bed, const Venue& venue) {
        const JsonInstrument& x = bed.of("X");
        if (x.state() != SyncState::in_sync) return;
        ASSERT_EQ(bed.levels("X"), shown(venue.at(x.sync.position().last)));
    }

    static void expect_healed(BooksBed& bed, const std::string& symbol, const Venue& venue) {
        EXPECT_EQ(bed.sync(symbol), "in_sync");
        EXPECT_EQ(bed.levels(symbol), shown(venue.now()));
    }

    static Sent binance_answer(const Venue& venue, std::uint64_t id) {
        const std::vector<Change> all = Venue::all_of(venue.at(id));
        return {R"({"lastUpdateId":)" + std::to_string(id) + R"(,"bids":[)" + quoted_rows(all, 0) +
                    R"(],"asks":[)" + quoted_rows(all, 1) + "]}",
                true};
    }
    /// Of a snapshot of some age, also from the middle of a change.
    std::uint64_t an_old_id(const Venue& venue) {
        return venue.last() - std::min(venue.last() - 1, random() % 12);
    }

    /// Runs sessions: `step(faults)` sends something, `heal()` sends what brings the book back.
    template <class Step, class Heal>
    static void run(Step&& step, Heal&& heal) {
        for (int i = 0; i < steps; ++i)
            step(true);
        heal();
        for (int i = 0; i < 10; ++i)
            step(false);
    }
};

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
                line.send(binance_answer(venue, an_old_id(venue)), check, faults);
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
                line.send(binance_answer(venue, an_old_id(venue)), check, faults);
        };
        run(step, [&] {
            line.forget();
            line.send(binance_answer(venue, venue.last()), check, false);
        });
        expect_healed(bed, "X", venue);
    }
}

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
