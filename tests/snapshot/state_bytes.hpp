// States as bytes in memory, and venues made of them.
#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "txn/venue/ledger_state.hpp"
#include "txn/venue/venue.hpp"

namespace tickweir::tests {

using StateBytes = std::vector<std::byte>;

/// What `save(writer)` writes, in chunks of that size.
template <class Save>
StateBytes saved_by(Save&& save, std::size_t chunk_bytes = txn::state_chunk_bytes) {
    StateBytes bytes;
    txn::StateWriter writer{[&](txn::io::Bytes chunk) {
                                bytes.insert(bytes.end(), chunk.begin(), chunk.end());
                                return true;
                            },
                            chunk_bytes};
    save(writer);
    (void)writer.finish();
    return bytes;
}

/// Gives bytes in pieces of any size.
class PiecewiseSource final : public txn::StateSource {
public:
    PiecewiseSource(txn::io::Bytes bytes, std::size_t piece) : rest_{bytes}, piece_{piece} {}

    txn::io::Bytes next() override {
        const txn::io::Bytes piece = rest_.first(std::min(piece_, rest_.size()));
        rest_ = rest_.subspan(piece.size());
        return piece;
    }
    std::string fault() const override { return {}; }

private:
    txn::io::Bytes rest_;
    std::size_t piece_;
};

/// A venue's state, the ledger's apart.
struct VenueBytes {
    StateBytes ledger;
    StateBytes venue;
    friend bool operator==(const VenueBytes&, const VenueBytes&) = default;
};

inline VenueBytes saved(const txn::Venue& venue, std::size_t chunk_bytes = 4096) {
    return {saved_by(
                [&](txn::StateWriter& writer) {
                    txn::save_ledger(venue.ledger(), venue.settings(), writer);
                },
                chunk_bytes),
            saved_by([&](txn::StateWriter& writer) { venue.save(writer); }, chunk_bytes)};
}

/// The venue, or nothing and what was wrong.
inline std::unique_ptr<txn::Venue> loaded(const txn::VenueSettings& settings,
                                          const VenueBytes& bytes, std::string& fault,
                                          std::size_t piece = 1000) {
    auto venue = std::make_unique<txn::Venue>(settings);
    PiecewiseSource ledger_source{bytes.ledger, piece};
    txn::StateReader ledger_reader{ledger_source};
    fault = txn::load_ledger(venue->ledger(), settings, ledger_reader);
    if (!fault.empty()) return nullptr;
    PiecewiseSource source{bytes.venue, piece};
    txn::StateReader reader{source};
    fault = venue->load(reader);
    if (!fault.empty()) return nullptr;
    return venue;
}

}  // namespace tickweir::tests
