// What a venue keeps of an instrument beside its book: whether it trades, at which price it did
// last, and how far from that a price may be.
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

#include "txn/venue/fees.hpp"
#include "txn/venue/order_pool.hpp"
#include "txn/venue/settings.hpp"
#include "txn/venue/vocabulary.hpp"

namespace tickweir::txn {

struct PriceRange {
    Price lowest{std::numeric_limits<std::int64_t>::min()};
    Price highest{std::numeric_limits<std::int64_t>::max()};
};

struct InstrumentState {
    InstrumentState() = default;
    InstrumentState(const InstrumentSettings& settings, const FeeSettings& fees,
                    unsigned quote_decimals);

    /// In 10^-18 of the quote asset.
    Int128 notional(Price price, Quantity quantity) const {
        return Int128{price.ticks} * quantity.lots * notional_unit;
    }
    /// In 10^-18 of the base asset.
    Int128 amount(Quantity quantity) const { return Int128{quantity.lots} * lot_unit; }

    /// The last trade's price or the settings' one; 0: none.
    Price reference() const { return last.ticks != 0 ? last : settings.reference; }
    /// The worst price that an order may trade at which takes `from` for its reference; without a
    /// collar any.
    Price collared(Side side, Price from) const;
    /// What may trade without a volatility pause.
    PriceRange band(TimeNs now) const;
    /// Lets the band's reference follow when its window is over.
    void roll_band(TimeNs now);
    void traded(Price price, TimeNs now);
    /// A new day: the band counts from the last trade.
    void begin_day(TimeNs now);

    bool window_over(TimeNs now) const {
        return band_begin && now - *band_begin >= settings.band_window;
    }

    InstrumentSettings settings;
    FeeRule fees;
    Int128 notional_unit = 1;        ///< of price * quantity, in 10^-18
    Int128 lot_unit = 1;             ///< of a quantity, in 10^-18
    Row fee_row = 0;                 ///< of the fee account's balance; 0: not yet
    std::array<Quantity, 2> open{};  ///< of all open orders, by Side
    MarketState state = MarketState::trading;
    Price last;  ///< 0: nothing traded yet
    Price band_reference;
    std::optional<TimeNs> band_begin;
    TimeNs pause_end;
    /// Triggered stops in the order in which they are to be executed, from `first_waiting` on; 0:
    /// one that is gone.
    std::vector<OrderIndex> waiting;
    std::size_t first_waiting = 0;
};

}  // namespace tickweir::txn
