// What the WebSocket APIs of Kraken have in common. Private to the venues' files.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

#include "codecs/json/venues/scan.hpp"

namespace tickweir::codecs::json {

/// Digits behind the point, zeros included; the text is that of a number.
inline std::uint8_t written_decimals(std::string_view text) {
    const std::size_t point = text.find('.');
    if (point == text.npos) return 0;
    const std::size_t end = std::min(text.find_first_of("eE"), text.size());
    return static_cast<std::uint8_t>(std::min<std::size_t>(end - point - 1, UINT8_MAX));
}

/// A bare number, and how it is written.
inline bool read_bare_as_written(Scan& scan, Number& out, std::uint8_t& decimals) {
    const Scan::Place place = scan.place();
    if (scan.kind() == ValueKind::number) {
        std::string_view text;
        if (!scan.text(text)) return false;
        decimals = written_decimals(text);
        scan.go_to(place);
    }
    return scan.bare_number(out);
}

/// `[{"price":62807.0,"qty":0.00000000}, ...]`, appended to the frame's levels. `first_row` is
/// where those of the book begin.
inline bool read_priced_rows(Scan& scan, MarketFrame& out, BookEvent& book, std::size_t first_row,
                             RowRange& rows) {
    enum : std::uint32_t { price = 1, quantity = 2 };
    static constexpr std::array<std::string_view, 2> names{"price", "qty"};
    const std::size_t begin = out.levels.size();
    const bool good = scan.array([&] {
        LevelRow row;
        std::uint32_t seen = 0;
        const bool is_first = out.levels.size() == first_row;
        return scan.object([&](std::string_view key) {
            switch (key_code(key)) {
                case key_code("price"):
                    return scan.once(seen, price) &&
                           (is_first ? read_bare_as_written(scan, row.price, book.price_decimals)
                                     : scan.bare_number(row.price));
                case key_code("qty"):
                    return scan.once(seen, quantity) &&
                           (is_first
                                ? read_bare_as_written(scan, row.quantity, book.quantity_decimals)
                                : scan.bare_number(row.quantity));
                default:
                    return scan.pass_over();
            }
        }) && scan.complete(seen, price | quantity, names) &&
               scan.add_level(row);
    });
    rows = {static_cast<std::uint32_t>(begin),
            static_cast<std::uint32_t>(out.levels.size() - begin)};
    return good;
}

/// A CRC-32 of 32 bits.
inline bool fits_checksum(Scan& scan, std::uint64_t value, BookEvent& book) {
    if (value > UINT32_MAX) return scan.refuse(FrameStatus::bad_number);
    book.checksum = static_cast<std::uint32_t>(value);
    book.has_checksum = true;
    return true;
}

}  // namespace tickweir::codecs::json
