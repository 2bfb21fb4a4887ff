// The keys of [venue], [accounts.NAME] and [instruments.SYMBOL].
#include "gateway/config/schema_ranges.hpp"

namespace tickweir::gateway {
namespace {

constexpr std::int64_t orders_most = std::int64_t{1} << 30;
/// What one balance holds.
constexpr Allowed amount = between(0, 1'000'000'000'000'000'000);
constexpr Allowed share_of_price = between(0, 100'000'000);

constexpr Key venue[]{
    {"data",
     "The directory of the venue's log and snapshots, for one process at a time; empty: there is\n"
     "no venue.",
     field<&VenueConfig::data>(), path_text},
    {"id", "What the venue's instruments are named by, as in tickweir:ACME.",
     field<&VenueConfig::id>(), text(1, 32)},
    {"timezone", "Of day_end: a name of the system's database.", field<&VenueConfig::timezone>(),
     text(1, 64)},
    {"day_end",
     "The time of day at which Day orders expire and names of orders are free again. Where clocks "
     "are\n"
     "set forward over it, it is the moment of that; where they pass it twice, the first time.",
     field<&VenueConfig::day_end>()},
    {"maker_fee",
     "Of who was in the book: the share of a trade's price times quantity; below zero: a rebate.\n"
     "Fixed once the data directory is made.",
     field<&VenueConfig::maker_fee>(), between(-50'000, 50'000)},
    {"taker_fee", "Of who came to it, likewise. Both together are at least 0. Fixed likewise.",
     field<&VenueConfig::taker_fee>(), between(-50'000, 50'000)},
    {"commit",
     "When outcomes are told: \"durable\": once they are safe on disk; \"applied\": at once, for "
     "measuring\n"
     "only, for a crash takes back what was told.",
     field<&VenueConfig::commit>()},
    {"log_number",
     "Part of every OrderID and ExecID; of a new data directory. No two venues share one.",
     field<&VenueConfig::log_number>(), between(1, 65'535)},
    {"tick_ms", "Milliseconds between two looks at whether orders expire or pauses end.",
     field<&VenueConfig::tick_ms>(), between(1, 10'000)},
    {"orders_ready",
     "Open orders for which memory is there from the start, together with all that a day "
     "remembers\n"
     "(ClOrdIDs, closed orders, trades): nothing waits for it then, and it does not grow with "
     "load.\n"
     "0.9 KB each, and with the limits below as they are 0.4 GB; 0: it comes as it is needed.",
     field<&VenueConfig::orders_ready>(), between(0, orders_most)},
    {"orders_max", "Open orders at one time. This limit and those below may grow, not shrink.",
     field<&VenueConfig::orders_max>(), between(16, orders_most)},
    {"balances_max", "Pairs of account and asset.", field<&VenueConfig::balances_max>(),
     between(16, orders_most)},
    {"positions_max", "Pairs of account and instrument.", field<&VenueConfig::positions_max>(),
     between(16, orders_most)},
    {"client_ids_max", "ClOrdIDs of a day.", field<&VenueConfig::client_ids_max>(),
     between(16, orders_most)},
    {"trades_max", "Trades of a day that can be taken back: the newest.",
     field<&VenueConfig::trades_max>(), between(16, orders_most)},
};

constexpr Key accounts[]{
    {"balances",
     "What it is given once, when the venue first knows it: assets and amounts, as in\n"
     "{ USD = \"1000000\" }.",
     field<&VenueAccountConfig::balances>(), amount},
    {"short_limit", "How far below zero what it has of an asset may go; others: not at all.",
     field<&VenueAccountConfig::short_limit>(), amount},
    {"position_limit",
     "Quantities that position and open orders of a side stay within, by instrument; others: any.",
     field<&VenueAccountConfig::position_limit>(), between(0, 1'000'000'000'000)},
    {"orders_max", "Open orders at one time.", field<&VenueAccountConfig::orders_max>(),
     between(1, orders_most)},
    {"notional_max", "Price times quantity of an order, in what it is quoted in; 0: any.",
     field<&VenueAccountConfig::notional_max>(), between(0, 10'000'000'000'000)},
    {"key",
     "What its owner shows over HTTP (Authorization: Bearer KEY) to see it: \"env:NAME\",\n"
     "\"file:PATH\" or the key itself, which is never printed. None: nobody sees it there.",
     field<&VenueAccountConfig::key>(), text(1, 4'096), reloadable},
};

constexpr Key instruments[]{
    {"base", "The asset that is bought and sold; empty: the symbol.",
     field<&VenueInstrumentConfig::base>(), text(0, 64)},
    {"quote", "The asset that prices are in.", field<&VenueInstrumentConfig::quote>(), text(1, 64)},
    {"price_decimals",
     "Digits of prices behind the point; with quantity_decimals at most 18. This and the four "
     "keys\n"
     "below are fixed once the venue knows the instrument.",
     field<&VenueInstrumentConfig::price_decimals>(), between(0, 18)},
    {"quantity_decimals", "Digits of quantities behind the point.",
     field<&VenueInstrumentConfig::quantity_decimals>(), between(0, 18)},
    {"tick", "Prices are multiples of it; 0: one unit of the last decimal.",
     field<&VenueInstrumentConfig::tick>(), between(0, 1'000'000'000)},
    {"lot", "Quantities are multiples of it; 0: one unit of the last decimal.",
     field<&VenueInstrumentConfig::lot>(), between(0, 1'000'000'000)},
    {"reference", "The price that counts before the first trade; 0: none.",
     field<&VenueInstrumentConfig::reference>(), between(0, 1'000'000'000'000)},
    {"collar", "How far from the reference an order's price may be, as a share of it; 0: any.",
     field<&VenueInstrumentConfig::collar>(), share_of_price},
    {"price_band",
     "How far from the band's reference a trade may be before trading pauses; 0: any.",
     field<&VenueInstrumentConfig::price_band>(), share_of_price},
    {"band_window_s", "Seconds after which the band's reference is the last trade's price.",
     field<&VenueInstrumentConfig::band_window_s>(), between(1, 86'400)},
    {"pause_s", "Seconds that a pause lasts.", field<&VenueInstrumentConfig::pause_s>(),
     between(1, 86'400)},
    {"quantity_max", "Of an order; 0: any.", field<&VenueInstrumentConfig::quantity_max>(),
     between(0, 1'000'000'000'000)},
    {"notional_max", "Price times quantity of an order; 0: any.",
     field<&VenueInstrumentConfig::notional_max>(), between(0, 10'000'000'000'000)},
};

}  // namespace

std::span<const Key> venue_keys() {
    return venue;
}
std::span<const Key> account_keys() {
    return accounts;
}
std::span<const Key> venue_instrument_keys() {
    return instruments;
}

}  // namespace tickweir::gateway
