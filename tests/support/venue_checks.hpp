// What holds of every venue after every command, whatever it was told: conservation, limits,
// orders' sums, ids, and a public book that its level events rebuild. And: two venues are alike.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "tests/support/any_venue.hpp"
#include "txn/venue/command.hpp"
#include "txn/venue/event.hpp"
#include "txn/venue/settings.hpp"

namespace tickweir::tests {

/// Follows one venue from its start. An answer is what does not hold, or an empty text.
class VenueChecks {
public:
    explicit VenueChecks(const txn::VenueSettings& settings) : settings_{settings} {}

    std::string after(const txn::Command& command, const txn::Outcome& outcome,
                      const AnyVenue& venue);

private:
    struct Sums {
        txn::Quantity taken_back;
    };

    std::string fills(const txn::Outcome& outcome);
    std::string ids(const txn::Outcome& outcome);
    void follow(const txn::Command& command, const txn::Outcome& outcome);
    std::string money(const AnyVenue& venue) const;
    std::string orders(const AnyVenue& venue) const;
    std::string book(const AnyVenue& venue) const;

    const txn::VenueSettings& settings_;
    std::map<txn::AssetId, txn::Int128> deposited_;
    std::map<txn::OrderId, txn::OrderView> open_;
    std::map<txn::OrderId, Sums> sums_;
    std::set<std::pair<txn::AccountId, txn::AssetId>> taken_back_from_;
    std::map<std::pair<txn::InstrumentId, txn::Side>, std::map<txn::Price, book::Level>> levels_;
    std::uint64_t last_order_ = 0;
    std::uint64_t last_trade_ = 0;
};

/// How the second venue differs from the first one, or an empty text.
std::string difference(const AnyVenue& first, const AnyVenue& second,
                       const txn::VenueSettings& settings);

}  // namespace tickweir::tests
