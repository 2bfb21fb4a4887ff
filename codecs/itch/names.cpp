#include "codecs/itch/names.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <type_traits>

#include "codecs/itch/decoder.hpp"
#include "codecs/itch/layout.hpp"

namespace tickweir::codecs::itch {

namespace {

constexpr std::array<std::string_view, 256> names = [] {
    std::array<std::string_view, 256> by_type{};
    for_each_message_type([&]<class M>(std::type_identity<M>) {
        by_type[static_cast<unsigned char>(type_of<M>)] = layout<M>.name;
    });
    return by_type;
}();

constexpr std::size_t shown_bytes_max = 64;
constexpr std::uint64_t ns_per_s = 1'000'000'000;
constexpr std::uint64_t s_per_day = 86'400;

void append_number(std::uint64_t value, std::string& out) {
    std::array<char, std::numeric_limits<std::uint64_t>::digits10 + 1> digits;
    const auto written = std::to_chars(digits.data(), digits.data() + digits.size(), value);
    out.append(digits.data(), written.ptr);
}

/// With zeros in front, up to `width` digits.
void append_padded(std::uint64_t value, std::size_t width, std::string& out) {
    const std::size_t start = out.size();
    append_number(value, out);
    const std::size_t digits = out.size() - start;
    if (digits < width) out.insert(start, width - digits, '0');
}

/// `units` of 10^-decimals in plain notation, without zeros at the end.
void append_decimal(std::uint64_t units, int decimals, std::string& out) {
    std::uint64_t scale = 1;
    for (int i = 0; i < decimals; ++i) {
        scale *= 10;
    }
    append_number(units / scale, out);
    if (units % scale == 0) return;
    out += '.';
    append_padded(units % scale, static_cast<std::size_t>(decimals), out);
    out.erase(out.find_last_not_of('0') + 1);
}

void append_time_of_day(std::uint64_t ns, std::string& out) {
    const std::uint64_t seconds = ns / ns_per_s;
    append_padded(seconds / 3600, 2, out);
    out += ':';
    append_padded(seconds / 60 % 60, 2, out);
    out += ':';
    append_padded(seconds % 60, 2, out);
    out += '.';
    append_padded(ns % ns_per_s, 9, out);
}

void append_hex(unsigned char byte, std::string& out) {
    constexpr std::string_view digits = "0123456789abcdef";
    out += digits[byte >> 4];
    out += digits[byte & 15];
}

/// Text as it is where it prints, other characters as \xNN, so that output stays one line.
void append_text(std::string_view text, std::string& out) {
    for (const char c : text) {
        if (c >= ' ' && c <= '~' && c != '\\') {
            out += c;
        } else {
            out += "\\x";
            append_hex(static_cast<unsigned char>(c), out);
        }
    }
}

template <std::size_t width>
void append_value(std::string_view, int, const Alpha<width>& value, std::string& out) {
    append_text(value.view(), out);
}

void append_value(std::string_view, int, char value, std::string& out) {
    append_text({&value, value == ' ' ? 0u : 1u}, out);
}

template <class Integer, std::size_t width>
void append_value(std::string_view name, int decimals, const BigEndian<Integer, width>& value,
                  std::string& out) {
    append_number(value, out);
    const bool is_time = name.ends_with("timestamp_ns") && value < s_per_day * ns_per_s;
    if (decimals == 0 && !is_time) return;
    out += " (";
    if (is_time) {
        append_time_of_day(value, out);
    } else {
        append_decimal(value, decimals, out);
    }
    out += ')';
}

void append_damaged(DecodeStatus status, Bytes message, std::string& out) {
    if (status == DecodeStatus::empty) {
        out += "empty message";
        return;
    }
    const char type = static_cast<char>(message.front());
    if (status == DecodeStatus::unknown_type) {
        out += "unknown type '";
        append_text({&type, 1}, out);
        out += "', ";
        append_number(message.size(), out);
        out += " bytes:";
    } else {
        out += message_name(type);
        out += " of ";
        append_number(message.size(), out);
        out += " bytes instead of ";
        append_number(message_length(type), out);
        out += ':';
    }
    for (const std::byte byte : message.first(std::min(message.size(), shown_bytes_max))) {
        out += ' ';
        append_hex(static_cast<unsigned char>(byte), out);
    }
    if (message.size() > shown_bytes_max) out += " ...";
}

}  // namespace

std::string_view message_name(char type) {
    return names[static_cast<unsigned char>(type)];
}

void describe(Bytes message, std::string& out) {
    const DecodeStatus status = decode(message, [&]<Message M>(const M& decoded) {
        out += layout<M>.name;
        for_each_field<M>([&](const auto& field) {
            out += ' ';
            out += field.name;
            out += '=';
            append_value(field.name, field.decimals(), decoded.*field.member, out);
        });
    });
    if (status != DecodeStatus::ok) append_damaged(status, message, out);
}

}  // namespace tickweir::codecs::itch
