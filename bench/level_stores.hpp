// The level stores that were measured and not kept, behind the interface of book::SideRows.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <map>

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
    Place find(std::int64_t key) const {
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
};

}  // namespace tickweir::bench
