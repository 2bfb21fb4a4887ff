#include "gateway/serve/json_numbers.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "book/decimal.hpp"
#include "gateway/json_writer.hpp"

namespace tickweir::gateway {
namespace {

template <class Number>
void append_digits(std::string& out, Number value) {
    std::array<char, 24> text;
    const auto [end, error] = std::to_chars(text.data(), text.data() + text.size(), value);
    static_cast<void>(error);  // 24 characters hold any 64-bit number
    out.append(text.data(), end);
}

/// Printable ASCII that stands for itself between quotes.
constexpr bool plain(char c) {
    return c >= ' ' && c <= '~' && c != '"' && c != '\\';
}

}  // namespace

void append_unsigned(std::string& out, std::uint64_t value) {
    append_digits(out, value);
}

void append_signed(std::string& out, std::int64_t value) {
    append_digits(out, value);
}

void append_decimal(std::string& out, std::int64_t coefficient, unsigned decimals) {
    std::array<char, book::decimal_text_max + 2> text;
    text[0] = '"';
    const std::size_t length = book::write_decimal(coefficient, decimals, text.data() + 1);
    text[length + 1] = '"';
    out.append(text.data(), length + 2);
}

void append_json_string(std::string& out, std::string_view text) {
    if (!std::ranges::all_of(text, plain)) {
        JsonWriter{out}.string(text);
        return;
    }
    out += '"';
    out += text;
    out += '"';
}

}  // namespace tickweir::gateway
