// The instruments of a simulated day: names, prices and how active each one is. Made from the seed;
// the flow then moves prices and states.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "codecs/bytes.hpp"
#include "replay/simulator/random.hpp"

namespace tickweir::replay::simulator {

using Symbol = codecs::Alpha<8>;

enum class State : std::uint8_t { trading, halted };

/// One instrument; its stock locate is its place in the table plus one.
struct Instrument {
    Symbol symbol;
    std::uint32_t rank = 0;    ///< 0 is the most active one
    std::uint32_t tick4 = 0;   ///< smallest price step; `4`: in 1/10,000 dollars
    std::uint32_t start4 = 0;  ///< bid at the start of the day
    std::uint32_t bid4 = 0;    ///< what a fair bid is now, a multiple of the tick
    std::uint32_t spread_ticks = 1;
    State state = State::trading;
    bool pool = false;  ///< a fund, for the directory

    /// What a fair offer is now.
    std::uint32_t ask4() const { return bid4 + spread_ticks * tick4; }
};

/// The stock locate of an instrument by its place in the table.
constexpr std::uint16_t locate_of(std::uint32_t place) {
    return static_cast<std::uint16_t>(place + 1);
}

/// All instruments, sorted by symbol, and a draw by activity.
class InstrumentTable {
public:
    /// `count` is from 1 to 65,535. The best-known names are the most active ones; the top one of
    /// 8,916 makes 0.5 % of all orders.
    InstrumentTable(std::uint32_t count, Random random);

    std::uint32_t size() const { return static_cast<std::uint32_t>(all_.size()); }
    Instrument& operator[](std::size_t i) { return all_[i]; }
    const Instrument& operator[](std::size_t i) const { return all_[i]; }

    /// The place of an instrument, the more active ones more often. Constant time.
    std::uint32_t draw(Random& random) const;

    /// The place of the instrument with that rank. Linear.
    std::uint32_t place_of_rank(std::uint32_t rank) const;

private:
    /// Walker's alias method: one column an instrument, shared by at most two.
    struct Column {
        std::uint32_t threshold;  ///< of 2^32 that stay with the column's own instrument
        std::uint32_t alias;
    };

    void make_columns();

    std::vector<Instrument> all_;
    std::vector<Column> columns_;
};

}  // namespace tickweir::replay::simulator
