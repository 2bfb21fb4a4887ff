#include "gateway/serve/api/market_json.hpp"

#include "gateway/serve/json_numbers.hpp"

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
                 book::Quantity quantity, const Instrument& instrument) {
    out += ",\"";
    out += name;
    out += "\":";
    if (there)
        append_price(out, price, instrument.price_decimals);
    else
        out += "null";
    out += ",\"";
    out += name;
    out += "_quantity\":";
    if (there)
        append_quantity(out, quantity, instrument.quantity_decimals);
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
                       const InstrumentStatus& status) {
    out += '{';
    append_name(out, instrument);
    out += ",\"price_decimals\":";
    append_number(out, instrument.price_decimals);
    out += ",\"quantity_decimals\":";
    append_number(out, instrument.quantity_decimals);
    out += ",\"tick\":";
    append_price(out, instrument.tick, instrument.price_decimals);
    out += ",\"lot\":";
    append_quantity(out, instrument.lot, instrument.quantity_decimals);
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
    append_pair(out, "bid", quote.has_bid != 0, quote.bid, quote.bid_open, instrument);
    append_pair(out, "ask", quote.has_ask != 0, quote.ask, quote.ask_open, instrument);
    const bool traded = last.index != 0;
    append_pair(out, "last", traded, last.price, last.quantity, instrument);
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

void append_trade(std::string& out, const Instrument& instrument, const store::Trade& trade) {
    out += "{\"time\":";
    append_number(out, trade.times.exchange_ns);
    out += ",\"price\":";
    append_price(out, trade.price, instrument.price_decimals);
    out += ",\"quantity\":";
    append_quantity(out, trade.quantity, instrument.quantity_decimals);
    out += ",\"side\":";
    out += side_json(trade.aggressor);
    out += ",\"trade_id\":\"";
    append_number(out, trade.trade_id);
    out += "\"}";
}

}  // namespace tickweir::gateway
