#include "replay/simulator/json_venue.hpp"

#include "replay/simulator/json_text.hpp"

namespace tickweir::replay::simulator {

using codecs::json::VenueId;

std::unique_ptr<JsonVenue> make_json_venue(VenueId venue, std::uint64_t seed) {
    switch (venue) {
        case VenueId::binance_spot:
        case VenueId::binance_usdm:
        case VenueId::binance_coinm:
            return make_binance(venue);
        case VenueId::coinbase_exchange:
            return make_coinbase_exchange();
        case VenueId::kraken_v1:
            return make_kraken_v1();
        case VenueId::bybit:
            return make_bybit();
        case VenueId::bitstamp:
            return make_bitstamp();
        case VenueId::kraken_v2:
            return make_kraken_v2();
        case VenueId::okx:
            return make_okx(seed);
        case VenueId::coinbase_advanced:
            return make_coinbase_advanced();
        case VenueId::kraken_futures:
            return make_kraken_futures();
        case VenueId::deribit:
            return make_deribit();
        case VenueId::bitmex:
            return make_bitmex();
    }
    return nullptr;
}

std::array<std::vector<codecs::json::ScaledLevel>, 2> best_of(const ToldInstrument& told,
                                                              std::size_t most) {
    std::array<std::vector<codecs::json::ScaledLevel>, 2> sides;
    for (const book::Side side : {book::Side::buy, book::Side::sell}) {
        auto& levels = sides[static_cast<std::size_t>(side)];
        for_sent(told, side, [&](std::int64_t price, std::int64_t shares, bool) {
            if (levels.size() < most) levels.push_back({price, shares});
        });
    }
    return sides;
}

std::string names_of(const std::vector<ToldInstrument>& all) {
    std::string names;
    for (const ToldInstrument& told : all)
        names += (names.empty() ? "\"" : ",\"") + told.symbol + "\"";
    return names;
}

ToldRows rows_of(const ToldInstrument& told, book::Side side) {
    ToldRows rows;
    for_sent(told, side, [&](std::int64_t price, std::int64_t shares, bool) {
        rows.push_back({price, shares, false});
    });
    return rows;
}

void append_rows(std::string& out, const ToldRows& rows, const JsonRowForm& form) {
    out += '[';
    for (const ToldRow& row : rows) {
        if (out.back() != '[') out += ',';
        out += form.before;
        append_fixed(out, row.price, price_decimals, form.price_written);
        out += form.middle;
        append_fixed(out, row.shares, quantity_decimals, form.quantity_written);
        out += form.after;
    }
    out += ']';
}

}  // namespace tickweir::replay::simulator
