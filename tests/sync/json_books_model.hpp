// Books behind a line that loses, repeats and swaps frames, with snapshots at any time. A model of
// the venue knows its book at every id; whatever happened, a book that says that it is in sync is
// the venue's book as of the id it stands at.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <map>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/seed.hpp"
#include "tests/sync/books_bed.hpp"

namespace tickweir::gateway::tests {

/// Bids and asks: price → quantity.
using Book = std::array<std::map<int, int>, 2>;

struct Change {
    std::size_t side;
    int price;
    int quantity;
};

inline std::string rows_of(const std::vector<Change>& changes, std::size_t side, const char* begin,
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
inline std::string quoted_rows(const std::vector<Change>& changes, std::size_t side) {
    return rows_of(changes, side, "[\"", "\",\"", "\"]");
}

inline std::string shown(const Book& book) {
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

class JsonBooksProperty : public testing::Test {
protected:
    static constexpr int rounds = 40;
    static constexpr int steps = 120;

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

}  // namespace tickweir::gateway::tests
