// What a book answers to an event: whether it was taken, and what it changed. Returned by value and
// built in registers; nothing here allocates.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "book/types.hpp"

namespace tickweir::book {

/// What became of an event. Anything but `ok` left no trace in the book.
enum class Applied : std::uint8_t {
    ok,
    unknown_order,       ///< no such order open on that instrument
    duplicate_order,     ///< the order id is open already
    over_reduce,         ///< more than is open
    zero_quantity,       ///< nothing, or less than nothing, asked for
    quantity_overflow,   ///< the level's open quantity would not fit 64 bits
    unknown_instrument,  ///< beyond the set's limit of instruments
    over_limit,          ///< a pool of the set is full, or its memory budget is
};
inline constexpr std::size_t applied_kinds = 8;

/// The name of a status as it stands in reports and metrics.
constexpr std::string_view to_string(Applied applied) {
    switch (applied) {
        case Applied::ok:
            return "ok";
        case Applied::unknown_order:
            return "unknown_order";
        case Applied::duplicate_order:
            return "duplicate_order";
        case Applied::over_reduce:
            return "over_reduce";
        case Applied::zero_quantity:
            return "zero_quantity";
        case Applied::quantity_overflow:
            return "quantity_overflow";
        case Applied::unknown_instrument:
            return "unknown_instrument";
        case Applied::over_limit:
            return "over_limit";
    }
    return "?";
}

/// One level as it stands after the event; `level.order_count == 0` means that it is gone.
struct LevelChange {
    Side side = Side::buy;
    Level level;
    friend constexpr bool operator==(const LevelChange&, const LevelChange&) = default;
};

/// What an applied event changed. A replace to another price moves two levels, old one first;
/// everything else moves one.
struct BookChange {
    Applied status = Applied::ok;
    bool touch_changed = false;  ///< the best price of the side, or what is open there, moved
    std::uint8_t level_count = 0;
    Side side = Side::buy;  ///< of the order
    Price price;            ///< of the order before the event (of an add: its own)
    Quantity quantity;      ///< added, executed or taken away; of a replace: what had been open
    Quantity left;          ///< still open in the order after the event; 0: the order is gone
    std::array<LevelChange, 2> levels{};

    static constexpr BookChange refused(Applied why) {
        BookChange change;
        change.status = why;
        return change;
    }
    constexpr bool ok() const { return status == Applied::ok; }
    friend constexpr bool operator==(const BookChange&, const BookChange&) = default;
};

}  // namespace tickweir::book
