// The JSON of market data as HTTP answers have it: values of the store with the decimals that
// each carries, appended to one string.
#pragma once

#include <string>

#include "store/instruments.hpp"
#include "store/values.hpp"

namespace tickweir::gateway {

/// An element of `/v1/instruments`. Assets that are not known are null.
void append_instrument(std::string& out, const store::Instrument& instrument,
                       const store::Scaling& scaling, const store::InstrumentStatus& status);

/// The answer of `/v1/quotes/{symbol}`: sides, last trade and its time are null where there is
/// none.
void append_quote(std::string& out, const store::Instrument& instrument, const store::Quote& quote,
                  const store::Trade& last, const store::InstrumentStatus& status);

/// The venue's id of the trade as a string; null where it gave none.
void append_trade_id(std::string& out, const store::Trade& trade);

/// An element of `/v1/trades/{symbol}`.
void append_trade(std::string& out, const store::Trade& trade);

}  // namespace tickweir::gateway
