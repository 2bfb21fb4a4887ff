#include "gateway/serve/api/symbol_index.hpp"

namespace tickweir::gateway {

SymbolIndex::SymbolIndex(const store::Instruments& instruments) : instruments_{instruments} {
    refresh();
}

void SymbolIndex::refresh() {
    const std::size_t count = instruments_.count();
    for (std::size_t i = next_.size(); i < count; ++i) {
        const auto id = static_cast<std::uint32_t>(i);
        Chain& chain = by_symbol_[instruments_[book::InstrumentId{id}].symbol];
        next_.push_back(none);
        (chain.first == none ? chain.first : next_[chain.last]) = id;
        chain.last = id;
    }
}

std::uint32_t SymbolIndex::first_of(std::string_view symbol) const {
    const auto found = by_symbol_.find(symbol);
    return found == by_symbol_.end() ? none : found->second.first;
}

std::uint32_t SymbolIndex::matching(std::uint32_t at, const Wanted& wanted) const {
    while (at != none && wanted.venue &&
           instruments_[book::InstrumentId{at}].venue != *wanted.venue)
        at = next_[at];
    return at;
}

SymbolIndex::Wanted SymbolIndex::wanted(std::string_view name) const {
    // A venue's id has no colon; a symbol may.
    if (const std::size_t colon = name.find(':'); colon != name.npos) {
        const Wanted of_venue{first_of(name.substr(colon + 1)), name.substr(0, colon)};
        if (matching(of_venue.first, of_venue) != none) return of_venue;
    }
    return {first_of(name), std::nullopt};
}

std::vector<book::InstrumentId> SymbolIndex::find_all(std::string_view name) const {
    std::vector<book::InstrumentId> found;
    const Wanted what = wanted(name);
    for (std::uint32_t at = matching(what.first, what); at != none; at = matching(next_[at], what))
        found.push_back(book::InstrumentId{at});
    return found;
}

std::optional<book::InstrumentId> SymbolIndex::find_only(std::string_view name) const {
    const Wanted what = wanted(name);
    const std::uint32_t first = matching(what.first, what);
    if (first == none || matching(next_[first], what) != none) return std::nullopt;
    return book::InstrumentId{first};
}

}  // namespace tickweir::gateway
