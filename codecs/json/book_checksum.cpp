#include "codecs/json/book_checksum.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <string_view>

#include "codecs/json/crc32.hpp"

namespace tickweir::codecs::json {
namespace {

constexpr std::uint32_t decimals_max = 18;

constexpr std::array<std::uint64_t, decimals_max + 1> powers = [] {
    std::array<std::uint64_t, decimals_max + 1> table{};
    std::uint64_t power = 1;
    for (std::uint64_t& entry : table) {
        entry = power;
        power *= 10;
    }
    return table;
}();

constexpr std::uint64_t eight_digits = 100'000'000;

/// Below 10^8, as eight digits of a byte each, the first in the lowest byte: four, two and one are
/// split off in all of a word's lanes at once, divisions being multiplications by reciprocals.
std::uint64_t digits_of(std::uint64_t value) {
    const std::uint64_t fours = value / 10'000 | value % 10'000 << 32;
    const std::uint64_t hundreds = (fours * 10'486 >> 20) & 0x0000'007f'0000'007f;
    const std::uint64_t twos = hundreds | (fours - 100 * hundreds) << 16;
    const std::uint64_t tens = (twos * 103 >> 10) & 0x000f'000f'000f'000f;
    return tens | (twos - 10 * tens) << 8;
}

constexpr std::uint64_t as_text = 0x3030'3030'3030'3030;

/// Writes whole words, so that up to seven bytes behind what it answers are overwritten.
char* put_eight(char* to, std::uint64_t value) {
    const std::uint64_t text = digits_of(value) | as_text;
    std::memcpy(to, &text, sizeof text);
    return to + 8;
}

/// The digits without zeros in front; of 0 none. Overwrites likewise.
char* put_digits(char* to, std::uint64_t value) {
    if (value >= eight_digits)
        return put_eight(put_digits(to, value / eight_digits), value % eight_digits);
    if (value == 0) return to;
    const std::uint64_t digits = digits_of(value);
    const unsigned zeros = static_cast<unsigned>(std::countr_zero(digits)) / 8;
    const std::uint64_t text = (digits | as_text) >> 8 * zeros;
    std::memcpy(to, &text, sizeof text);
    return to + (8 - zeros);
}

/// What one number may take with what is overwritten behind it: a sign, 20 digits, "0." and zeros.
constexpr std::size_t number_room = 56;

// -------------------------------------------------------------------------------------- Kraken

class FixedText {
public:
    explicit FixedText(WrittenScale scale) {
        const std::uint32_t held = std::min(scale.held, decimals_max);
        const std::uint32_t written = std::min(scale.written, decimals_max);
        if (written >= held)
            zeros_ = written - held;
        else
            divisor_ = powers[held - written];
    }

    char* put(char* to, std::int64_t number) const {
        auto value = static_cast<std::uint64_t>(number);
        if (value == 0) return to;
        if (divisor_ != 1 && value % divisor_ == 0) [[unlikely]]
            value /= divisor_;
        to = put_digits(to, value);
        std::memset(to, '0', decimals_max);
        return to + zeros_;
    }

private:
    std::uint32_t zeros_ = 0;
    std::uint64_t divisor_ = 1;
};

// ----------------------------------------------------------------------------------------- OKX

/// 24 digits with zeros in front.
struct Digits {
    explicit Digits(std::uint64_t value) {
        constexpr std::uint64_t sixteen_digits = eight_digits * eight_digits;
        if (value >= sixteen_digits) words[0] = digits_of(value / sixteen_digits);
        words[1] = digits_of(value / eight_digits % eight_digits);
        words[2] = digits_of(value % eight_digits);
    }
    /// Where the first digit stands that is not zero; 24 if there is none.
    unsigned begin() const {
        if (words[0] != 0) [[unlikely]]
            return static_cast<unsigned>(std::countr_zero(words[0])) / 8;
        if (words[1] != 0) return 8 + static_cast<unsigned>(std::countr_zero(words[1])) / 8;
        return 16 + static_cast<unsigned>(std::countr_zero(words[2])) / 8;
    }
    /// Behind the last one; 0 if there is none.
    unsigned end() const {
        if (words[2] != 0) return 24 - static_cast<unsigned>(std::countl_zero(words[2])) / 8;
        if (words[1] != 0) return 16 - static_cast<unsigned>(std::countl_zero(words[1])) / 8;
        return 8 - static_cast<unsigned>(std::countl_zero(words[0])) / 8;
    }
    void put(char* to) const {
        for (std::size_t i = 0; i < words.size(); ++i) {
            const std::uint64_t text = words[i] | as_text;
            std::memcpy(to + 8 * i, &text, sizeof text);
        }
    }

    static constexpr unsigned count = 24;
    std::array<std::uint64_t, 3> words{};
};

/// Both parts are copied at full length, for a length that is known is copied at once; what is too
/// much is overwritten.
char* put_normal_form(char* to, std::int64_t number, std::uint32_t decimals) {
    auto value = static_cast<std::uint64_t>(number);
    if (number < 0) [[unlikely]] {
        *to++ = '-';
        value = 0 - value;
    }
    const Digits digits{value};
    const unsigned point = Digits::count - decimals;
    const unsigned begin = std::min(digits.begin(), point - 1);
    const unsigned end = digits.end();
    std::array<char, 2 * Digits::count> text;
    digits.put(text.data());
    std::memcpy(to, text.data() + begin, Digits::count);
    to += point - begin;
    *to = '.';
    std::memcpy(to + 1, text.data() + point, decimals_max);
    return to + (end > point ? 1 + end - point : 0);
}

}  // namespace

std::uint32_t kraken_checksum(std::span<const ScaledLevel> asks, std::span<const ScaledLevel> bids,
                              WrittenScale price, WrittenScale quantity) {
    const FixedText price_text{price};
    const FixedText quantity_text{quantity};
    std::array<char, 2 * 2 * kraken_checksum_levels * number_room> text;
    char* to = text.data();
    for (const std::span<const ScaledLevel> side : {asks, bids})
        for (const ScaledLevel& level : side.first(std::min(side.size(), kraken_checksum_levels))) {
            to = price_text.put(to, level.price);
            to = quantity_text.put(to, level.quantity);
        }
    return crc32({text.data(), static_cast<std::size_t>(to - text.data())});
}

std::uint32_t okx_checksum(std::span<const ScaledLevel> asks, std::span<const ScaledLevel> bids,
                           std::uint32_t price_decimals, std::uint32_t quantity_decimals) {
    price_decimals = std::min(price_decimals, decimals_max);
    quantity_decimals = std::min(quantity_decimals, decimals_max);
    std::array<char, 2 * 2 * okx_checksum_levels * number_room> text;
    char* to = text.data();
    for (std::size_t rank = 0; rank < okx_checksum_levels; ++rank)
        for (const std::span<const ScaledLevel> side : {bids, asks}) {
            if (rank >= side.size()) continue;
            to = put_normal_form(to, side[rank].price, price_decimals);
            *to++ = ':';
            to = put_normal_form(to, side[rank].quantity, quantity_decimals);
            *to++ = ':';
        }
    // The last colon separates nothing.
    const auto length = static_cast<std::size_t>(to - text.data());
    return crc32({text.data(), length - (length == 0 ? 0 : 1)});
}

}  // namespace tickweir::codecs::json
