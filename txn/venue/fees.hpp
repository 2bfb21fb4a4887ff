// What a fill costs. Fees are the only amounts of a venue that are rounded, and only once: what is
// taken for a fill is the rounded fee of all fills of the order so far less what was taken before.
#pragma once

#include <algorithm>
#include <cstdint>

#include "book/exact/rounding.hpp"
#include "book/exact/wide.hpp"
#include "txn/venue/settings.hpp"

namespace tickweir::txn {

/// Rounds fees in units of 10^-24 (an amount times millionths) to a quote asset's decimals.
class FeeRule {
public:
    FeeRule() = default;
    FeeRule(const FeeSettings& settings, unsigned asset_decimals)
        : maker_{settings.maker_millionths},
          taker_{settings.taker_millionths},
          rounding_{settings.rounding},
          unit_{static_cast<Int128>(book::exact::power_of_ten(24 - asset_decimals))},
          scale_{static_cast<Int128>(book::exact::power_of_ten(18 - asset_decimals))} {}

    /// The exact fee of a fill, in 10^-24, of `notional` in 10^-18.
    Int128 due(Int128 notional, bool is_maker) const {
        return notional * (is_maker ? maker_ : taker_);
    }
    /// The largest that a fill of so much can cost.
    Int128 due_at_most(Int128 notional) const {
        return notional * std::max({maker_, taker_, std::int32_t{0}});
    }
    /// In 10^-18, of a fee in 10^-24.
    Int128 rounded(Int128 due) const {
        using namespace book::exact;
        if (due == 0) [[likely]]
            return 0;
        const bool negative = due < 0;
        const auto magnitude = static_cast<Uint128>(negative ? -due : due);
        const auto unit = static_cast<Uint128>(unit_);
        Uint128 kept = magnitude / unit;
        const Uint128 rest = magnitude % unit;
        if (rounds_away(rounding_, negative, kept, cut_off({0, rest}, {0, unit}))) ++kept;
        const auto amount = static_cast<Int128>(kept) * scale_;
        return negative ? -amount : amount;
    }

private:
    std::int32_t maker_ = 0;
    std::int32_t taker_ = 0;
    book::exact::Rounding rounding_ = book::exact::Rounding::half_even;
    Int128 unit_ = 1;
    Int128 scale_ = 1;
};

}  // namespace tickweir::txn
