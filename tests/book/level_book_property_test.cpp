// Random changes on the L2 book and on its naive twin: the same answer to each, the same levels
// after each, and the same windows in the hands of those who are told only a window's rows.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "book/depth_window.hpp"
#include "book/level_book.hpp"
#include "tests/support/naive_level_book.hpp"
#include "tests/support/seed.hpp"

namespace tickweir::book {
namespace {

using tests::NaiveLevelBook;

constexpr std::array sides{Side::buy, Side::sell};

std::vector<Level> all(const LevelBook& book, Side side) {
    std::vector<Level> out(book.count(side));
    out.resize(book.top(side, out));
    return out;
}

// One who knows of a side only what a window tells.
class Holder {
public:
    Holder(Side side, std::size_t levels) : side_(side), window_{levels} {}

    void on_change(const LevelBook& book, const LevelBookChange& change) {
        if (change.side != side_) return;
        const DepthRows rows = window_.rows(book, change);
        for (const Level& row : rows.all()) {
            if (row.open.lots == 0)
                missing_ += held_.erase(row.price.ticks) == 0;
            else
                held_[row.price.ticks] = row;
            overfull_ += held_.size() > window_.levels;
        }
    }
    void clear() { held_.clear(); }

    // Removals of what was not held, and moments with more than the window.
    std::size_t mistakes() const { return missing_ + overfull_; }
    std::size_t levels() const { return window_.levels; }

    std::vector<Level> levels_held() const {
        std::vector<Level> best;
        for (const auto& [unused, level] : held_)
            best.push_back(level);
        if (side_ == Side::buy) std::reverse(best.begin(), best.end());
        return best;
    }

private:
    Side side_;
    DepthWindow window_;
    std::map<std::int64_t, Level> held_;
    std::size_t missing_ = 0;
    std::size_t overfull_ = 0;
};

struct Profile {
    std::string name;
    LevelBookLimits limits;
    std::int64_t prices;
    int changes;
    std::size_t levels_reached;  // at least, by one of the sides
    unsigned removals = 3;       // of eight changes
    int compare_every = 1;       // changes; answers are compared at each, windows so often
};

class LevelBookProperty : public testing::TestWithParam<Profile> {
protected:
    // The same change to the book and its twin; both answer alike.
    LevelBookChange change_at_random() {
        const Profile& profile = GetParam();
        const auto side = static_cast<Side>(random_() % 2);
        // Most activity is near the touch, which is at 0.
        std::int64_t depth =
            static_cast<std::int64_t>(random_() % static_cast<std::uint64_t>(profile.prices));
        if (random_() % 2 == 0) depth /= 8;
        const Price price{side == Side::buy ? -depth : depth + 1};
        const bool removal = random_() % 8 < profile.removals;
        const Quantity open{removal ? 0 : 1 + static_cast<std::int64_t>(random_() % 3)};
        const auto orders = static_cast<std::uint32_t>(random_() % 2);
        const LevelBookChange expected = twin_.set(side, price, open, orders);
        const LevelBookChange change = book_.set(side, price, open, orders);
        EXPECT_EQ(change, expected);
        return change;
    }

    void undo() {
        const bool expected = twin_.undo();
        const LevelBookChange change = book_.undo();
        EXPECT_EQ(change.changed(), expected);
        tell(change);
    }

    void clear() {
        book_.clear();
        twin_.clear();
        for (Holder& holder : holders_)
            holder.clear();
    }

    void tell(const LevelBookChange& change) {
        for (Holder& holder : holders_)
            holder.on_change(book_, change);
    }

    void compare() const {
        for (const Side side : sides)
            ASSERT_EQ(all(book_, side), twin_.top(side, book_.count(side) + 1));
        for (const Holder& holder : holders_) {
            const Side side = &holder < &holders_[windows.size()] ? Side::buy : Side::sell;
            ASSERT_EQ(holder.levels_held(), twin_.top(side, holder.levels())) << holder.levels();
            ASSERT_EQ(holder.mistakes(), 0U);
        }
    }

    static constexpr std::array<std::size_t, 8> windows{1, 5, 10, 25, 50, 100, 500, 1000};

    static std::vector<Holder> all_holders() {
        std::vector<Holder> holders;
        for (const Side side : sides)
            for (const std::size_t levels : windows)
                holders.emplace_back(side, levels);
        return holders;
    }

    std::mt19937_64 random_{tests::test_seed()};
    LevelBook book_{GetParam().limits};
    NaiveLevelBook twin_{GetParam().limits.levels, GetParam().limits.truncates};
    std::vector<Holder> holders_ = all_holders();
    std::size_t most_levels_ = 0;
};

TEST_P(LevelBookProperty, EqualsTheNaiveTwinAndSoDoEachWindowsHolders) {
    const Profile& profile = GetParam();
    for (int n = 1; n <= profile.changes && !HasFailure(); ++n) {
        const LevelBookChange change = change_at_random();
        tell(change);
        most_levels_ = std::max(most_levels_, book_.count(change.side));
        if (random_() % 16 == 0) undo();
        // In the first half only, so that the book is full in the end.
        if (2 * n < profile.changes && random_() % 2'000 == 0) clear();
        const bool near_end = n > profile.changes - 1'000;
        if (near_end || n % profile.compare_every == 0) compare();
    }
    EXPECT_GE(most_levels_, profile.levels_reached);
}

INSTANTIATE_TEST_SUITE_P(
    Random, LevelBookProperty,
    testing::Values(Profile{"FewLevels", {}, 20, 4'000, 12},
                    Profile{"SomeLevels", {}, 300, 3'000, 100, 2},
                    Profile{"ManyLevels", {}, 3'000, 20'000, 1'100, 1, 97},
                    Profile{"LimitedLevels", {.levels = 12}, 40, 4'000, 12},
                    Profile{"TruncatedToOne", {.levels = 1, .truncates = true}, 10, 4'000, 1},
                    Profile{"TruncatedToTen", {.levels = 10, .truncates = true}, 40, 4'000, 10, 2},
                    Profile{
                        "TruncatedToSixty", {.levels = 60, .truncates = true}, 300, 4'000, 60, 1},
                    Profile{"TruncatedToAThousand",
                            {.levels = 1'000, .truncates = true},
                            4'000,
                            20'000,
                            1'000,
                            1,
                            97}),
    [](const testing::TestParamInfo<Profile>& profile) { return profile.param.name; });

}  // namespace
}  // namespace tickweir::book
