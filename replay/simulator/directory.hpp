// What a day begins with: the stock directory and what stands beside it.
#pragma once

#include <cstdint>

#include "replay/simulator/feed.hpp"
#include "replay/simulator/instruments.hpp"
#include "replay/simulator/random.hpp"

namespace tickweir::replay::simulator {

/// Tells an instrument's directory entry, and its short sale state.
void tell_stock(Feed& feed, const InstrumentTable& instruments, std::uint32_t place,
                bool listed_today, Random& random);

/// Tells a market maker's standing in an instrument.
void tell_position(Feed& feed, const InstrumentTable& instruments, std::uint32_t place,
                   Random& random);

/// Tells the levels of the market-wide circuit breaker.
void tell_decline_levels(Feed& feed);

/// Tells a phase of the day, by its letter.
void tell_event(Feed& feed, char event);

}  // namespace tickweir::replay::simulator
