// The rows of a side against a sorted map: keys near the touch and far from it, short and long.
#include "book/side_rows.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <iterator>
#include <limits>
#include <map>
#include <random>
#include <vector>

#include "tests/support/seed.hpp"

namespace tickweir::book {
namespace {

constexpr std::int64_t beyond_short = std::int64_t{1} << 31;

/// Rows and a map that are told the same.
class Twins {
public:
    explicit Twins(Side side) : side_{side} {}

    void insert(std::int64_t key) {
        const SideRows::Place place = rows.find(key, levels_.data());
        ASSERT_FALSE(place.found) << key;
        ASSERT_TRUE(rows.ready(arena_));
        const auto handle = static_cast<Handle>(levels_.size());
        const Price price{side_ == Side::buy ? key : ~key};
        levels_.push_back({price, {1}, 1, 0, 0, owner_of(InstrumentId{3}, side_)});
        rows.insert(place, {key, handle});
        map.emplace(key, handle);
    }

    void erase(std::int64_t key) {
        const SideRows::Place place = rows.find(key, levels_.data());
        ASSERT_TRUE(place.found) << key;
        rows.erase(place, arena_);
        map.erase(key);
    }

    void expect_finds(std::int64_t key) const {
        const SideRows::Place place = rows.find(key, levels_.data());
        const auto known = map.find(key);
        ASSERT_EQ(place.found, known != map.end()) << key;
        if (place.found) {
            EXPECT_EQ(rows.at(place), known->second);
            EXPECT_EQ(rows.is_best(place), std::next(known) == map.end());
        }
    }

    void expect_equal() const {
        ASSERT_EQ(rows.size(), map.size());
        EXPECT_EQ(rows.best(), map.empty() ? 0 : map.rbegin()->second);
        std::size_t index = 0;
        for (const auto& [key, handle] : map)
            EXPECT_EQ(rows.level(index++), handle) << key;
    }

    /// The steps of the look-ahead, each after those before it: a level next to the key, or 0.
    Handle guess(std::int64_t key) const {
        if (const Handle near = rows.guess(key); near != 0) return near;
        if (const Handle far = rows.guess_far(key); far != 0) return far;
        return rows.guess_anywhere(key);
    }

    SideRows rows{};
    std::map<std::int64_t, Handle> map;

private:
    Side side_;
    RowArena arena_{std::size_t{1} << 16, 2, nullptr};
    std::vector<LevelSlot> levels_{1};
};

class SideRowsOfASide : public testing::TestWithParam<Side> {};

TEST_P(SideRowsOfASide, AgreesWithAMap) {
    std::mt19937_64 random{tests::test_seed()};
    for (const std::int64_t spread : {20, 400, 3'000})
        for (const std::int64_t middle : {std::int64_t{0}, beyond_short, -beyond_short,
                                          std::numeric_limits<std::int64_t>::max() - 5'000,
                                          std::numeric_limits<std::int64_t>::min() + 5'000}) {
            Twins twins{GetParam()};
            for (int i = 0; i < 2'000; ++i) {
                const std::uint64_t step = random() % static_cast<std::uint64_t>(2 * spread);
                const std::int64_t key = middle + (static_cast<std::int64_t>(step) - spread);
                twins.expect_finds(key);
                if (twins.map.contains(key))
                    twins.erase(key);
                else
                    twins.insert(key);
            }
            twins.expect_equal();
            for (const auto& [key, handle] : twins.map)
                twins.expect_finds(key);
            while (!twins.map.empty())
                twins.erase(twins.map.begin()->first);
            twins.expect_equal();
        }
}

TEST_P(SideRowsOfASide, TellsLongKeysApart) {
    Twins twins{GetParam()};
    const std::vector<std::int64_t> keys{std::numeric_limits<std::int64_t>::min(),
                                         -beyond_short - 1,
                                         -beyond_short,
                                         -beyond_short + 1,
                                         -1,
                                         0,
                                         1,
                                         beyond_short - 2,
                                         beyond_short - 1,
                                         beyond_short,
                                         beyond_short + 1,
                                         std::numeric_limits<std::int64_t>::max()};
    for (std::size_t i = 0; i < keys.size(); ++i)
        twins.insert(keys[i * 5 % keys.size()]);
    twins.expect_equal();
    for (const std::int64_t key : keys)
        twins.expect_finds(key);
    twins.expect_finds(beyond_short + 2);
    twins.expect_finds(-beyond_short - 2);
}

TEST_P(SideRowsOfASide, GuessesTheLevelOfEveryShortKey) {
    for (const std::int64_t count : {0, 1, 7, 8, 9, 16, 47, 48, 49, 200, 3'000}) {
        Twins twins{GetParam()};
        for (std::int64_t key = 0; key < count; ++key)
            twins.insert(3 * key);
        for (const auto& [key, handle] : twins.map) {
            const Handle guessed = twins.guess(key);
            EXPECT_TRUE(guessed == handle || count < 8) << key << " of " << count;
            twins.rows.prefetch_leaving(key, true);
        }
        // Before the first and behind the last there is none, or the nearest.
        (void)twins.guess(-1);
        (void)twins.guess(3 * count + 1);
    }
}

INSTANTIATE_TEST_SUITE_P(Both, SideRowsOfASide, testing::Values(Side::buy, Side::sell),
                         [](const auto& side) { return side.param == Side::buy ? "Buy" : "Sell"; });

}  // namespace
}  // namespace tickweir::book
