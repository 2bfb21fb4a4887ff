#include "store/trade_id.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <optional>

namespace tickweir::store {
namespace {

constexpr std::size_t short_text_max = 16;
constexpr std::string_view hex = "0123456789abcdef";

/// Of a number written the one way that it would be written again.
std::optional<std::uint64_t> number_of(std::string_view text) {
    if (text.size() > 1 && text.front() == '0') return std::nullopt;
    std::uint64_t number = 0;
    const char* const end = text.data() + text.size();
    const auto [stopped, error] = std::from_chars(text.data(), end, number);
    if (error != std::errc{} || stopped != end) return std::nullopt;
    return number;
}

constexpr bool is_dash_place(std::size_t i) {
    return i == 8 || i == 13 || i == 18 || i == 23;
}

/// `8-4-4-4-12` digits, lower case.
bool take_uuid(std::string_view text, Trade& trade) {
    if (text.size() != trade_id_chars_max) return false;
    std::uint64_t words[2]{};
    std::size_t digits = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (is_dash_place(i)) {
            if (text[i] != '-') return false;
            continue;
        }
        const std::size_t digit = hex.find(text[i]);
        if (digit == hex.npos) return false;
        std::uint64_t& word = words[digits++ / 16];
        word = word << 4 | digit;
    }
    trade.trade_id = words[0];
    trade.trade_id_more = words[1];
    return true;
}

/// Characters only that need no escape in any text format; a NUL ends the text.
bool is_plain(std::string_view text) {
    return std::ranges::all_of(text,
                               [](char c) { return c > ' ' && c <= '~' && c != '"' && c != '\\'; });
}

char text_char(const Trade& trade, std::size_t i) {
    const std::uint64_t word = i < 8 ? trade.trade_id : trade.trade_id_more;
    return static_cast<char>(word >> (i % 8 * 8));
}

}  // namespace

bool set_trade_id(Trade& trade, std::string_view text) {
    trade.trade_id = trade.trade_id_more = 0;
    trade.trade_id_kind = TradeIdKind::none;
    if (text.empty()) return true;
    if (const auto number = number_of(text)) {
        trade.trade_id = *number;
        trade.trade_id_kind = TradeIdKind::number;
        return true;
    }
    if (take_uuid(text, trade)) {
        trade.trade_id_kind = TradeIdKind::uuid;
        return true;
    }
    if (text.size() > short_text_max || !is_plain(text)) return false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        std::uint64_t& word = i < 8 ? trade.trade_id : trade.trade_id_more;
        word |= std::uint64_t{static_cast<unsigned char>(text[i])} << (i % 8 * 8);
    }
    trade.trade_id_kind = TradeIdKind::text;
    return true;
}

std::string_view trade_id_text(const Trade& trade, std::array<char, trade_id_chars_max>& room) {
    std::size_t length = 0;
    switch (trade.trade_id_kind) {
        case TradeIdKind::number:
            length = static_cast<std::size_t>(
                std::to_chars(room.data(), room.data() + room.size(), trade.trade_id).ptr -
                room.data());
            break;
        case TradeIdKind::uuid:
            for (std::size_t digits = 0; length < trade_id_chars_max; ++length) {
                if (is_dash_place(length)) {
                    room[length] = '-';
                    continue;
                }
                const std::uint64_t word = digits < 16 ? trade.trade_id : trade.trade_id_more;
                room[length] = hex[word >> (60 - digits % 16 * 4) & 15];
                ++digits;
            }
            break;
        case TradeIdKind::text:
            while (length < short_text_max && text_char(trade, length) != '\0') {
                room[length] = text_char(trade, length);
                ++length;
            }
            break;
        case TradeIdKind::none:
            break;
    }
    return {room.data(), length};
}

}  // namespace tickweir::store
