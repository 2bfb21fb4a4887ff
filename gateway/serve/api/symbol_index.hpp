// Finds instruments by the names that clients use. A copy of its own of the registry's names, so
// that asking takes no lock; one owner thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "book/types.hpp"
#include "store/instruments.hpp"

namespace tickweir::gateway {

class SymbolIndex {
public:
    /// `instruments` must outlive the index.
    explicit SymbolIndex(const store::Instruments& instruments);

    /// Takes in what was added since. Two loads if nothing was.
    void refresh();

    /// All that `name` may mean, in the order they were added: the one that is `venue:symbol`, else
    /// those with that symbol at any venue. Constant time beside the number of venues.
    std::vector<book::InstrumentId> find_all(std::string_view name) const;

    /// The one that find_all() gives if it is just one; no allocation.
    std::optional<book::InstrumentId> find_only(std::string_view name) const;

    /// How many are known by now.
    std::size_t count() const { return next_.size(); }

private:
    static constexpr std::uint32_t none = UINT32_MAX;

    struct Chain {
        std::uint32_t first = none;
        std::uint32_t last = none;
    };
    /// A name as the symbol to look under and, if it has one, its venue.
    struct Wanted {
        std::uint32_t first = none;
        std::optional<std::string_view> venue;
    };

    Wanted wanted(std::string_view name) const;
    /// The next at or behind `at` of the same symbol and the wanted venue.
    std::uint32_t matching(std::uint32_t at, const Wanted& wanted) const;
    std::uint32_t first_of(std::string_view symbol) const;

    const store::Instruments& instruments_;
    // The keys are views of the registry's entries, which neither move nor change.
    std::unordered_map<std::string_view, Chain> by_symbol_;
    std::vector<std::uint32_t> next_;  // by instrument: the next with the same symbol
};

}  // namespace tickweir::gateway
