// One pair of functions a venue: a WebSocket frame, and the answer to `GET target`. They read the
// one value that stands at the beginning of the text, add its events and return whether it was as
// the venue documents it; where not, the scan has the reason. What follows the value is judged by
// the caller, who also takes back what a refused text has added.
#pragma once

#include <string_view>

#include "codecs/json/market_frame.hpp"
#include "codecs/json/venue_id.hpp"
#include "codecs/json/venues/scan.hpp"

namespace tickweir::codecs::json {

bool decode_binance(VenueId venue, Scan& scan, MarketFrame& out);
bool decode_binance_answer(VenueId venue, std::string_view target, Scan& scan, MarketFrame& out);
bool decode_bitmex(Scan& scan, MarketFrame& out);
bool decode_bitstamp(Scan& scan, MarketFrame& out);
bool decode_bitstamp_answer(std::string_view target, Scan& scan, MarketFrame& out);
bool decode_bybit(Scan& scan, MarketFrame& out);
bool decode_coinbase_advanced(Scan& scan, MarketFrame& out);
bool decode_coinbase_exchange(Scan& scan, MarketFrame& out);
bool decode_deribit(Scan& scan, MarketFrame& out);
bool decode_kraken_futures(Scan& scan, MarketFrame& out);
bool decode_kraken_v1(Scan& scan, MarketFrame& out);
bool decode_kraken_v2(Scan& scan, MarketFrame& out);
bool decode_okx(Scan& scan, MarketFrame& out);

}  // namespace tickweir::codecs::json
