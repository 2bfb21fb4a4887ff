#include "gateway/serve/api/market_json.hpp"

#include <array>

#include "gateway/serve/json_numbers.hpp"
#include "store/trade_id.hpp"

namespace tickweir::gateway {
namespace {

using store::Instrument;
using store::InstrumentStatus;

void append_known(std::string& out, std::string_view text) {
    if (text.empty())
        out += "null";
    else
        append_json_string(out, text);
}

void append_name(std::string& out, const Instrument& instrument) {
    out += "\"venue\":";
    append_json_string(out, instrument.venue);
    out += ",\"symbol\":";
    append_json_string(out, instrument.symbol);
}

void append_sync(std::string& out, const InstrumentStatus& status) {
    out += ",\"state\":\"";
    out += to_string(status.state);
    out += status.in_sync() ? "\",\"in_sync\":true" : "\",\"in_sync\":false";
}

/// `"NAME":"price","NAME_quantity":"quantity"`, or nulls.
void append_pair(std::string& out, std::string_view name, bool there, book::Price price,
                 book::Quantity quantity, store::Scale scale) {
    out += ",\"";
    out += name;
    out += "\":";
    if (there)
        append_price(out, price, scale.price_decimals);
    else
        out += "null";
    out += ",\"";
    out += name;
    out += "_quantity\":";
    if (there)
        append_quantity(out, quantity, scale.quantity_decimals);
    else
        out += "null";
}

std::string_view side_json(store::Aggressor aggressor) {
    switch (aggressor) {
        case store::Aggressor::unknown:
            return "null";
        case store::Aggressor::buy:
            return "\"buy\"";
        case store::Aggressor::sell:
            return "\"sell\"";
    }
    return "null";
}

}  // namespace

void append_instrument(std::string& out, const Instrument& instrument,
                       const store::Scaling& scaling, const InstrumentStatus& status) {
    const unsigned price_decimals = scaling.scale.price_decimals;
    const unsigned quantity_decimals = scaling.scale.quantity_decimals;
    out += '{';
    append_name(out, instrument);
    out += ",\"price_decimals\":";
    append_number(out, price_decimals);
    out += ",\"quantity_decimals\":";
    append_number(out, quantity_decimals);
    // Finer numbers than it began with have shown that least differences are finer, too.
    const bool finer_price = price_decimals != instrument.price_decimals;
    const bool finer_quantity = quantity_decimals != instrument.quantity_decimals;
    out += ",\"tick\":";
    append_price(out, finer_price ? book::Price{1} : instrument.tick, price_decimals);
    out += ",\"lot\":";
    append_quantity(out, finer_quantity ? book::Quantity{1} : instrument.lot, quantity_decimals);
    out += ",\"base\":";
    append_known(out, instrument.base);
    out += ",\"quote\":";
    append_known(out, instrument.quote);
    append_sync(out, status);
    out += '}';
}

void append_quote(std::string& out, const Instrument& instrument, const store::Quote& quote,
                  const store::Trade& last, const InstrumentStatus& status) {
    out += '{';
    append_name(out, instrument);
    out += ",\"time\":";
    append_number(out, quote.times.exchange_ns);
    append_pair(out, "bid", quote.has_bid != 0, quote.bid, quote.bid_open, quote.scale);
    append_pair(out, "ask", quote.has_ask != 0, quote.ask, quote.ask_open, quote.scale);
    const bool traded = last.index != 0;
    append_pair(out, "last", traded, last.price, last.quantity, last.scale);
    out += ",\"last_time\":";
    if (traded)
        append_number(out, last.times.exchange_ns);
    else
        out += "null";
    append_sync(out, status);
    out += ",\"reason\":\"";
    if (!status.in_sync()) out += to_string(status.reason);
    out += "\"}";
}

void append_trade_id(std::string& out, const store::Trade& trade) {
    std::array<char, store::trade_id_chars_max> room;
    const std::string_view id = store::trade_id_text(trade, room);
    if (id.empty()) {
        out += "null";
        return;
    }
    // No kind of id has a character that would have to be escaped.
    out += '"';
    out += id;
    out += '"';
}

void append_trade(std::string& out, const store::Trade& trade) {
    out += "{\"time\":";
    append_number(out, trade.times.exchange_ns);
    out += ",\"price\":";
    append_price(out, trade.price, trade.scale.price_decimals);
    out += ",\"quantity\":";
    append_quantity(out, trade.quantity, trade.scale.quantity_decimals);
    out += ",\"side\":";
    out += side_json(trade.aggressor);
    out += ",\"trade_id\":";
    append_trade_id(out, trade);
    out += '}';
}

}  // namespace tickweir::gateway
