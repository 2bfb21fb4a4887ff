// The level stores that were measured and not kept, behind the interface of book::SideRows.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <map>

#include "book/prefetch.hpp"
#include "book/side_rows.hpp"

namespace tickweir::bench {

/// A balanced tree a side. All zero bytes are an empty side; the tree is made at first use.
struct TreeSide {
    struct Arena {
        Arena(std::size_t, std::size_t, book::MemoryBudget*) {}
        std::size_t committed_bytes() const { return 0; }
    };
    using Tree = std::map<std::int64_t, book::Handle>;
    struct Place {
        Tree::iterator at;
        bool found;
    };

    mutable Tree* tree;
    std::uint64_t unused;

    /// Like every operation here, needs a tree; a side that never had one is given it.
    Place find(std::int64_t key, const book::LevelSlot*) const {
        if (tree == nullptr) tree = new Tree;  // lives as long as the process: a benchmark's
        const Tree::iterator at = tree->find(key);
        return {at, at != tree->end()};
    }
    bool ready(Arena&) { return true; }
    void insert(Place& place, book::LevelRow row) {
        place.at = tree->emplace(row.key, row.level).first;
    }
    void erase(const Place& place, Arena&) { tree->erase(place.at); }
    book::Handle at(Place place) const { return place.at->second; }
    bool is_best(Place place) const { return std::next(place.at) == tree->end(); }
    bool empty() const { return tree == nullptr || tree->empty(); }
    void clear() {
        if (tree != nullptr) tree->clear();
    }
    book::Handle best() const { return empty() ? 0 : tree->rbegin()->second; }
    void prefetch(bool = true) const {}
    book::Handle guess(std::int64_t) const { return 0; }
    book::Handle guess_far(std::int64_t) const { return 0; }
    book::Handle guess_anywhere(std::int64_t) const { return 0; }
    void prefetch_leaving(std::int64_t, bool) const {}
};

/// A ladder a side: an array of handles by price, one a cent, 1,024 cents wide around the first
/// price seen, with a bitmap of those in use; a tree for the prices that are not on it. No search,
/// and no rows to move, but 4 KiB a side. All zero bytes are an empty side.
class LadderSide {
public:
    struct Arena {
        Arena(std::size_t, std::size_t, book::MemoryBudget*) {}
        std::size_t committed_bytes() const { return 0; }
    };
    struct Place {
        std::int64_t key;
        std::uint32_t rung;  ///< `rungs`: not on the ladder
        bool found;
    };

    Place find(std::int64_t key, const book::LevelSlot*) const {
        if (ladder_ == nullptr)
            ladder_ = new Ladder;  // lives as long as the process: a benchmark's
        if (count_ == 0) ladder_->lowest = key - rungs / 2 * cent;
        const std::int64_t above = key - ladder_->lowest;
        if (above >= 0 && above < rungs * cent && above % cent == 0) {
            const auto rung = static_cast<std::uint32_t>(above / cent);
            return {key, rung, ladder_->levels[rung] != 0};
        }
        return {key, rungs, ladder_->beyond.contains(key)};
    }
    bool ready(Arena&) { return true; }
    void insert(const Place& place, book::LevelRow row) {
        if (place.rung == rungs) {
            ladder_->beyond.emplace(row.key, row.level);
        } else {
            ladder_->levels[place.rung] = row.level;
            ladder_->in_use[place.rung / 64] |= std::uint64_t{1} << (place.rung % 64);
            ++ladder_->used;
        }
        if (count_++ == 0 || row.key > best_key_) {
            best_key_ = row.key;
            best_ = row.level;
        }
    }
    void erase(const Place& place, Arena&) {
        if (place.rung == rungs) {
            ladder_->beyond.erase(place.key);
        } else {
            ladder_->levels[place.rung] = 0;
            ladder_->in_use[place.rung / 64] &= ~(std::uint64_t{1} << (place.rung % 64));
            --ladder_->used;
        }
        --count_;
        if (place.key == best_key_) find_best();
    }
    book::Handle at(const Place& place) const {
        return place.rung == rungs ? ladder_->beyond.at(place.key) : ladder_->levels[place.rung];
    }
    bool is_best(const Place& place) const { return place.key == best_key_; }
    bool empty() const { return count_ == 0; }
    void clear() {
        if (ladder_ != nullptr) *ladder_ = {};
        count_ = 0;
        best_ = 0;
    }
    book::Handle best() const { return best_; }
    void prefetch(bool = true) const { book::prefetch(ladder_); }
    book::Handle guess(std::int64_t key) const {
        if (ladder_ == nullptr) return 0;
        const std::int64_t above = key - ladder_->lowest;
        if (above < 0 || above >= rungs * cent) return 0;
        return ladder_->levels[static_cast<std::size_t>(above / cent)];
    }
    book::Handle guess_far(std::int64_t) const { return 0; }
    book::Handle guess_anywhere(std::int64_t) const { return 0; }
    void prefetch_leaving(std::int64_t, bool) const {}

private:
    static constexpr std::int64_t cent = 100;
    static constexpr std::uint32_t rungs = 1024;
    struct Ladder {
        std::int64_t lowest = 0;
        std::uint32_t used = 0;
        std::array<std::uint64_t, rungs / 64> in_use{};
        std::array<book::Handle, rungs> levels{};
        std::map<std::int64_t, book::Handle> beyond;
    };

    void find_best() {
        best_ = 0;
        if (ladder_->used != 0) {
            std::size_t word = ladder_->in_use.size() - 1;
            while (ladder_->in_use[word] == 0)
                --word;
            const std::size_t rung =
                word * 64 + 63 - static_cast<std::size_t>(std::countl_zero(ladder_->in_use[word]));
            best_key_ = ladder_->lowest + static_cast<std::int64_t>(rung) * cent;
            best_ = ladder_->levels[rung];
        }
        if (ladder_->beyond.empty()) return;
        const auto& [key, level] = *ladder_->beyond.rbegin();
        if (best_ != 0 && key < best_key_) return;
        best_key_ = key;
        best_ = level;
    }

    mutable Ladder* ladder_;
    std::int64_t best_key_;
    std::uint32_t count_;
    book::Handle best_;
};

}  // namespace tickweir::bench
