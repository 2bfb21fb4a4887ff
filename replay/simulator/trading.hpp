// Continuous trading: what one arrival does to an instrument. Prices wander, orders in their way
// leave or trade, others come in, and now and then something rare happens.
#pragma once

#include <cstdint>

#include "replay/simulator/auctions.hpp"
#include "replay/simulator/feed.hpp"
#include "replay/simulator/instruments.hpp"
#include "replay/simulator/orders.hpp"
#include "replay/simulator/profile.hpp"
#include "replay/simulator/random.hpp"
#include "replay/simulator/tables.hpp"

namespace tickweir::replay::simulator {

class Trading {
public:
    Trading(InstrumentTable& instruments, Orders& orders, Auctions& auctions, Feed& feed,
            Profile profile, Random random)
        : instruments_{instruments},
          orders_{orders},
          auctions_{auctions},
          feed_{feed},
          profile_{profile},
          random_{random} {}

    /// The market as it is now, by the share of the feed's messages that are out.
    Mood mood() const { return mood_of(profile_, progress_ppm()); }

    /// Somebody comes to one instrument.
    void arrive();

private:
    std::uint64_t progress_ppm() const { return feed_.count() * 1'000'000 / feed_.limit(); }

    void step(Instrument& instrument, const Mood& mood);
    void clear_way(std::uint32_t place, const Mood& mood);
    void clear_side(std::uint32_t place, book::Side side, const Mood& mood);
    std::uint32_t part_of(std::uint32_t shares);
    void trade(std::uint32_t place, const Mood& mood);
    void aggress(std::uint32_t place, const Mood& mood);
    void take(std::uint32_t place, book::Side hit, std::uint32_t shares, std::uint32_t most);
    void execute_at_midpoint(std::uint32_t place);
    void trade_hidden(std::uint32_t place);
    void enter_orders(std::uint32_t place);
    void tell_rare(std::uint32_t place, const Mood& mood);
    void tell_retail_interest(std::uint32_t place);
    void tell_short_sale_change(std::uint32_t place);
    void break_trade();
    void breach_levels();
    void stop_market();
    /// True at so many arrivals that this share of all messages results.
    bool share(std::uint32_t ppm) {
        return random_.chance(static_cast<std::uint32_t>(
            std::uint64_t{ppm} * orders_per_arrival_permille * 1'000 / entries_ppm));
    }

    InstrumentTable& instruments_;
    Orders& orders_;
    Auctions& auctions_;
    Feed& feed_;
    Profile profile_;
    Random random_;
    std::uint32_t breaches_ = 0;
};

}  // namespace tickweir::replay::simulator
