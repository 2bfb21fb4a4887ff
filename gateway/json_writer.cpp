#include "gateway/json_writer.hpp"

#include <array>
#include <charconv>
#include <cstddef>
#include <cstdio>

#include "book/decimal.hpp"

namespace tickweir::gateway {
namespace {

unsigned char byte_at(std::string_view text, std::size_t at) {
    return static_cast<unsigned char>(text[at]);
}

/// The length of the UTF-8 sequence at the front of `text` (Unicode 15, table 3-7); 0 where none
/// is.
std::size_t utf8_length(std::string_view text) {
    const unsigned char first = byte_at(text, 0);
    if (first < 0x80) return 1;
    std::size_t length = 0;
    unsigned char low = 0x80;  // bounds of the second byte
    unsigned char high = 0xbf;
    if (first >= 0xc2 && first <= 0xdf) length = 2;
    if (first >= 0xe0 && first <= 0xef) length = 3;
    if (first >= 0xf0 && first <= 0xf4) length = 4;
    if (first == 0xe0) low = 0xa0;
    if (first == 0xed) high = 0x9f;
    if (first == 0xf0) low = 0x90;
    if (first == 0xf4) high = 0x8f;
    if (length == 0 || text.size() < length) return 0;
    for (std::size_t i = 1; i < length; ++i) {
        const unsigned char next = byte_at(text, i);
        if (next < low || next > high) return 0;
        low = 0x80;
        high = 0xbf;
    }
    return length;
}

void append_escaped(std::string& out, unsigned char c) {
    switch (c) {
        case '"':
            out += "\\\"";
            return;
        case '\\':
            out += "\\\\";
            return;
        case '\n':
            out += "\\n";
            return;
        case '\r':
            out += "\\r";
            return;
        case '\t':
            out += "\\t";
            return;
        default:
            break;
    }
    std::array<char, 8> text{};
    std::snprintf(text.data(), text.size(), "\\u%04x", c);
    out += text.data();
}

template <class Number>
void append_number(std::string& out, Number value) {
    std::array<char, 24> text;
    const auto [end, error] = std::to_chars(text.data(), text.data() + text.size(), value);
    (void)error;  // 24 characters hold any 64-bit number
    out.append(text.data(), end);
}

}  // namespace

void JsonWriter::separate() {
    if (comma_) *out_ += ',';
    if (break_)
        *out_ += "\n ";
    else if (comma_)
        *out_ += ' ';
    comma_ = true;
    break_ = false;
}

void JsonWriter::open(char bracket) {
    separate();
    *out_ += bracket;
    comma_ = false;
}

void JsonWriter::close(char bracket) {
    *out_ += bracket;
    comma_ = true;
    break_ = false;
}

void JsonWriter::quoted(std::string_view text) {
    *out_ += '"';
    while (!text.empty()) {
        const std::size_t length = utf8_length(text);
        const unsigned char first = byte_at(text, 0);
        if (length == 0 || first < 0x20 || first == 0x7f || first == '"' || first == '\\')
            append_escaped(*out_, first);
        else
            *out_ += text.substr(0, length);
        text.remove_prefix(length == 0 ? 1 : length);
    }
    *out_ += '"';
}

void JsonWriter::key(std::string_view name) {
    separate();
    quoted(name);
    *out_ += ": ";
    comma_ = false;
}

void JsonWriter::string(std::string_view text) {
    separate();
    quoted(text);
}

void JsonWriter::unsigned_number(std::uint64_t value) {
    separate();
    append_number(*out_, value);
}

void JsonWriter::signed_number(std::int64_t value) {
    separate();
    append_number(*out_, value);
}

void JsonWriter::seconds(double value) {
    separate();
    std::array<char, 64> text{};
    std::snprintf(text.data(), text.size(), "%.6f", value);
    *out_ += text.data();
}

void JsonWriter::boolean(bool value) {
    separate();
    *out_ += value ? "true" : "false";
}

void JsonWriter::null() {
    separate();
    *out_ += "null";
}

void JsonWriter::decimal(std::int64_t coefficient, unsigned decimals) {
    separate();
    std::array<char, book::decimal_text_max> text;
    *out_ += '"';
    out_->append(text.data(), book::write_decimal(coefficient, decimals, text.data()));
    *out_ += '"';
}

void JsonWriter::price(book::Price price, unsigned decimals) {
    decimal(price.ticks, decimals);
}

void JsonWriter::quantity(book::Quantity quantity, unsigned decimals) {
    decimal(quantity.lots, decimals);
}

}  // namespace tickweir::gateway
