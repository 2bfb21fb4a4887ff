// One face for the venue and its naive twin, so that streams, scripts and checks are written once.
#pragma once

#include <cstddef>
#include <optional>
#include <tuple>
#include <utility>
#include <vector>

#include "tests/support/naive_venue.hpp"
#include "txn/venue/venue.hpp"

namespace tickweir::tests {

using RestingOrder = std::pair<txn::OrderView, txn::Quantity>;  // with what the book shows of it

class AnyVenue {
public:
    AnyVenue() = default;
    AnyVenue(const AnyVenue&) = delete;
    AnyVenue& operator=(const AnyVenue&) = delete;
    virtual ~AnyVenue() = default;

    virtual void execute(const txn::Command& command, txn::Outcome& outcome) = 0;
    virtual bool continuation_pending() const = 0;
    virtual NaiveBalance balance(txn::AccountId account, txn::AssetId asset) const = 0;
    virtual NaivePosition position(txn::AccountId account, txn::InstrumentId instrument) const = 0;
    virtual txn::Exposure exposure(txn::AccountId account) const = 0;
    virtual txn::MarketState market_state(txn::InstrumentId instrument) const = 0;
    virtual std::optional<txn::OrderView> order(txn::OrderId id) const = 0;
    virtual std::size_t open_orders() const = 0;
    virtual std::vector<RestingOrder> resting(txn::InstrumentId instrument,
                                              txn::Side side) const = 0;
};

template <class Kind>
class VenueOf final : public AnyVenue {
public:
    explicit VenueOf(const txn::VenueSettings& settings) : venue_{settings} {}

    void execute(const txn::Command& command, txn::Outcome& outcome) override {
        venue_.execute(command, outcome);
    }
    bool continuation_pending() const override { return venue_.continuation_pending(); }
    NaiveBalance balance(txn::AccountId account, txn::AssetId asset) const override {
        const auto balance = venue_.balance(account, asset);
        return {balance.total, balance.held};
    }
    NaivePosition position(txn::AccountId account, txn::InstrumentId instrument) const override {
        const auto one = venue_.position(account, instrument);
        return {one.quantity, one.cost, one.realized, one.open_buy, one.open_sell};
    }
    txn::Exposure exposure(txn::AccountId account) const override {
        const auto one = venue_.exposure(account);
        return {one.open_notional, one.unrealized, one.open_orders};
    }
    txn::MarketState market_state(txn::InstrumentId instrument) const override {
        return venue_.market_state(instrument);
    }
    std::optional<txn::OrderView> order(txn::OrderId id) const override { return venue_.order(id); }
    std::size_t open_orders() const override { return venue_.open_orders(); }
    std::vector<RestingOrder> resting(txn::InstrumentId instrument, txn::Side side) const override {
        std::vector<RestingOrder> orders;
        venue_.for_each_resting(instrument, side,
                                [&orders](const txn::OrderView& view, txn::Quantity shown) {
                                    orders.emplace_back(view, shown);
                                });
        return orders;
    }
    const Kind& inner() const { return venue_; }

private:
    Kind venue_;
};

}  // namespace tickweir::tests
