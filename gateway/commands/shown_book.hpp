// A book as a result shows it: its best levels, what it holds, and a checksum over all of it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "book/level_book.hpp"
#include "book/order_book.hpp"
#include "book/types.hpp"

namespace tickweir::gateway {

struct ShownBook {
    std::vector<book::Level> bids;  ///< best first, as many as asked for
    std::vector<book::Level> asks;
    std::size_t bid_levels = 0;
    std::size_t ask_levels = 0;
    std::uint64_t open_orders = 0;
    /// CRC-32 of "B <price> <quantity>" for each bid, high to low, then "A ..." for each ask, low
    /// to high, numbers in normal form, each with a line feed behind.
    std::uint32_t crc = 0;
};

/// Of an ITCH instrument's book, with up to `depth` levels a side. Linear in its levels.
ShownBook show_book(const book::OrderBook& book, std::size_t depth);

/// Likewise of a book of levels; its open orders are not known.
ShownBook show_book(const book::LevelBook& book, unsigned price_decimals,
                    unsigned quantity_decimals, std::size_t depth);

}  // namespace tickweir::gateway
