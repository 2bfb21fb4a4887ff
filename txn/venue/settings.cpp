#include "txn/venue/settings.hpp"

#include <bit>
#include <chrono>
#include <set>

#include "txn/venue/ledger.hpp"

namespace tickweir::txn {
namespace {

constexpr std::int32_t million = 1'000'000;
constexpr std::uint32_t hundredfold = 100'000'000;

std::string fault_of(const InstrumentSettings& instrument, const VenueSettings& settings) {
    const std::string where = "instrument '" + instrument.symbol + "': ";
    const std::size_t assets = settings.assets.size();
    if (static_cast<std::size_t>(instrument.base) >= assets ||
        static_cast<std::size_t>(instrument.quote) >= assets)
        return where + "no such asset";
    if (instrument.base == instrument.quote) return where + "base and quote are the same asset";
    const unsigned decimals = instrument.price_decimals + instrument.quantity_decimals;
    if (decimals > 18)
        return where + "price and quantity have " + std::to_string(decimals) +
               " decimals together, at most 18";
    if (settings.assets[static_cast<std::size_t>(instrument.quote)].decimals < decimals)
        return where + "its quote asset has fewer decimals than price and quantity together";
    if (instrument.tick.ticks <= 0 || instrument.lot.lots <= 0)
        return where + "tick and lot are above zero";
    if (instrument.reference.ticks < 0 || instrument.quantity_max.lots < 0 ||
        instrument.notional_max < 0)
        return where + "a limit below zero";
    if (instrument.collar_millionths > hundredfold || instrument.band_millionths > hundredfold)
        return where + "a collar or band above 10,000 %";
    constexpr std::chrono::nanoseconds longest = std::chrono::days{366};
    for (const std::chrono::nanoseconds time : {instrument.band_window, instrument.pause})
        if (time.count() < 0 || time > longest) return where + "a time below zero or above a year";
    return {};
}

std::string fault_of(const VenueLimits& limits) {
    constexpr std::size_t most = std::size_t{1} << 31;
    if (limits.effects == 0 || limits.effects > 256) return "effects are 1 to 256";
    for (const std::size_t limit :
         {limits.orders, limits.balances, limits.positions, limits.client_ids, limits.trades})
        if (limit == 0 || limit >= most) return "a limit is 0 or above 2^31";
    return {};
}

std::string fault_of_rates(const FeeSettings& fees) {
    // With that, what 256 fills of the largest orders cost still fits 128 bits.
    constexpr std::int32_t most = million / 20;
    for (const std::int32_t rate : {fees.maker_millionths, fees.taker_millionths})
        if (rate < -most || rate > most) return "a fee above 5 %";
    // Else a trade could pay more in rebates than it brings.
    if (fees.maker_millionths + fees.taker_millionths < 0)
        return "rebates above the fees that pay them";
    return {};
}

}  // namespace

std::string fault_of(const VenueSettings& settings) {
    if (settings.log_number == 0) return "log number 0";
    if (settings.sessions.empty()) return "no session: the first one is the operator";
    if (static_cast<std::size_t>(settings.fees.account) >= settings.accounts.size())
        return "the fees go to an account that is not there";
    for (const AssetSettings& asset : settings.assets)
        if (asset.decimals > 18) return "asset '" + asset.name + "': more than 18 decimals";
    for (const InstrumentSettings& instrument : settings.instruments)
        if (std::string fault = fault_of(instrument, settings); !fault.empty()) return fault;
    for (const ShortLimit& limit : settings.short_limits)
        if (static_cast<std::size_t>(limit.account) >= settings.accounts.size() ||
            static_cast<std::size_t>(limit.asset) >= settings.assets.size() || limit.amount < 0 ||
            limit.amount > balance_max)
            return "a short limit of nobody, of nothing, below zero or above 10^19";
    for (const PositionLimit& limit : settings.position_limits)
        if (static_cast<std::size_t>(limit.account) >= settings.accounts.size() ||
            static_cast<std::size_t>(limit.instrument) >= settings.instruments.size() ||
            limit.quantity.lots < 0)
            return "a position limit of nobody, of nothing or below zero";
    if (std::string fault = fault_of_rates(settings.fees); !fault.empty()) return fault;
    return fault_of(settings.limits);
}

}  // namespace tickweir::txn
