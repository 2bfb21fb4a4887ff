#include "txn/venue/instrument_state.hpp"

namespace tickweir::txn {
namespace {

constexpr std::int64_t million = 1'000'000;

std::int64_t clamped(Int128 ticks) {
    constexpr Int128 most = std::numeric_limits<std::int64_t>::max();
    return static_cast<std::int64_t>(std::min(ticks, most));
}

/// price * millionths, rounded down and up; the price is above zero.
std::int64_t scaled_down(Price price, std::int64_t millionths) {
    return clamped(Int128{price.ticks} * millionths / million);
}
std::int64_t scaled_up(Price price, std::int64_t millionths) {
    return clamped((Int128{price.ticks} * millionths + million - 1) / million);
}

Int128 unit_of(unsigned decimals) {
    return static_cast<Int128>(book::exact::power_of_ten(18 - decimals));
}

}  // namespace

InstrumentState::InstrumentState(const InstrumentSettings& of, const FeeSettings& rates,
                                 unsigned quote_decimals)
    : settings{of},
      fees{rates, quote_decimals},
      notional_unit{unit_of(of.price_decimals + of.quantity_decimals)},
      lot_unit{unit_of(of.quantity_decimals)},
      band_reference{of.reference} {}

Price InstrumentState::collared(Side side, Price from) const {
    const std::int64_t collar = settings.collar_millionths;
    const std::int64_t tick = settings.tick.ticks;
    if (collar == 0) return side == Side::buy ? PriceRange{}.highest : PriceRange{}.lowest;
    if (side == Side::buy) return {scaled_down(from, million + collar) / tick * tick};
    const std::int64_t lowest = scaled_up(from, million - std::min(collar, million));
    return {std::max((lowest + tick - 1) / tick, std::int64_t{1}) * tick};
}

PriceRange InstrumentState::band(TimeNs now) const {
    const std::int64_t band = settings.band_millionths;
    const Price from = window_over(now) && last.ticks != 0 ? last : band_reference;
    if (band == 0 || from.ticks == 0) return {};
    return {{scaled_up(from, million - std::min(band, million))},
            {scaled_down(from, million + band)}};
}

void InstrumentState::roll_band(TimeNs now) {
    if (settings.band_millionths == 0 || band_reference.ticks == 0) return;
    if (!band_begin) {
        band_begin = now;
    } else if (window_over(now)) {
        if (last.ticks != 0) band_reference = last;
        band_begin = now;
    }
}

void InstrumentState::traded(Price price, TimeNs now) {
    last = price;
    if (band_reference.ticks != 0) return;
    band_reference = price;
    band_begin = now;
}

void InstrumentState::begin_day(TimeNs now) {
    if (last.ticks == 0) return;
    band_reference = last;
    band_begin = now;
}

}  // namespace tickweir::txn
