// The whole state that a log tells of: the venue's shards with their accounts, and how far each has
// come. There is the one that lives, and the one that a replayer keeps behind it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "txn/engine/mark.hpp"
#include "txn/log/lsn.hpp"
#include "txn/venue/venue.hpp"

namespace tickweir::txn {

/// Shards of one ledger. Rows of it and venues keep their place.
class EngineState {
public:
    /// Before the first record. Throws what Venue's constructor throws.
    EngineState(const VenueSettings& settings, std::uint16_t shards)
        : ledger_{settings}, sums_(shards) {
        VenueSettings of_shard = settings;
        for (std::uint16_t i = 0; i < shards; ++i) {
            of_shard.shard = static_cast<std::uint8_t>(i);
            venues_.push_back(std::make_unique<Venue>(of_shard, ledger_));
        }
    }
    EngineState(const EngineState&) = delete;
    EngineState& operator=(const EngineState&) = delete;

    /// See Venue; of each shard.
    void populate(std::size_t orders) {
        for (const auto& venue : venues_)
            venue->populate(orders);
    }

    std::uint16_t shards() const { return static_cast<std::uint16_t>(venues_.size()); }
    Venue& venue(std::uint16_t shard) { return *venues_[shard]; }
    const Venue& venue(std::uint16_t shard) const { return *venues_[shard]; }
    Ledger& ledger() { return ledger_; }
    const Ledger& ledger() const { return ledger_; }
    const VenueSettings& settings() const { return venues_.front()->settings(); }

    ShardSum& sum(std::uint16_t shard) { return sums_[shard]; }
    const ShardSum& sum(std::uint16_t shard) const { return sums_[shard]; }

    /// Of the last record that is in it.
    log::Lsn applied() const { return applied_; }
    void set_applied(log::Lsn lsn) { applied_ = lsn; }

    /// The same on every machine. Linear in the state.
    Uint128 hash() const {
        Uint128 hash = 0;
        for (std::size_t i = 0; i < venues_.size(); ++i)
            hash += venues_[i]->state_hash() * (2 * i + 1);
        return hash;
    }

private:
    Ledger ledger_;
    std::vector<std::unique_ptr<Venue>> venues_;
    std::vector<ShardSum> sums_;
    log::Lsn applied_{};
};

/// An OrderID has eight bits for the shard.
inline constexpr std::uint16_t shards_max = 256;

}  // namespace tickweir::txn
