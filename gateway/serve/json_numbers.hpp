// Pieces of JSON (RFC 8259) appended to a caller's string, quickly: numbers, exact decimals, text.
// For frames and answers whose shape the caller writes itself; JsonWriter is for whole documents.
#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

#include "book/types.hpp"

namespace tickweir::gateway {

/// A whole number.
template <std::unsigned_integral Number>
void append_number(std::string& out, Number value);
template <std::signed_integral Number>
void append_number(std::string& out, Number value);

/// coefficient * 10^-decimals as a JSON string, exact, without trailing zeros: `"234.1"`. At most
/// book::decimals_max decimals. No allocation where `out` has room.
void append_decimal(std::string& out, std::int64_t coefficient, unsigned decimals);
inline void append_price(std::string& out, book::Price price, unsigned decimals) {
    append_decimal(out, price.ticks, decimals);
}
inline void append_quantity(std::string& out, book::Quantity quantity, unsigned decimals) {
    append_decimal(out, quantity.lots, decimals);
}

/// Any bytes as a JSON string with its quotes, as JsonWriter::string writes them: bytes that are no
/// UTF-8 become the characters of the same number.
void append_json_string(std::string& out, std::string_view text);

void append_unsigned(std::string& out, std::uint64_t value);
void append_signed(std::string& out, std::int64_t value);

template <std::unsigned_integral Number>
void append_number(std::string& out, Number value) {
    append_unsigned(out, value);
}
template <std::signed_integral Number>
void append_number(std::string& out, Number value) {
    append_signed(out, value);
}

}  // namespace tickweir::gateway
