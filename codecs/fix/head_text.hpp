// The parts of a message that depend on all others, as text: the head with BodyLength, and
// CheckSum.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "codecs/fix/head.hpp"
#include "codecs/fix/value_text.hpp"

namespace tickweir::codecs::fix::detail {

/// Whether it is FIX.d.d or FIXT.d.d.
constexpr bool is_begin_string(std::string_view text) {
    if (!text.starts_with("FIX")) return false;
    text.remove_prefix(3);
    if (text.starts_with('T')) text.remove_prefix(1);
    return text.size() == 4 && text[0] == '.' && is_digit(text[1]) && text[2] == '.' &&
           is_digit(text[3]);
}

/// A BeginString of its own.
class BeginString {
public:
    BeginString() = default;
    /// What is_begin_string says.
    explicit BeginString(std::string_view text)
        : length_{static_cast<std::uint8_t>(std::min(text.size(), chars_.size()))} {
        std::copy_n(text.begin(), length_, chars_.begin());
    }
    std::string_view view() const { return {chars_.data(), length_}; }

private:
    std::array<char, 8> chars_{};
    std::uint8_t length_ = 0;
};

/// Bytes of `8=...<SOH>9=...<SOH>` with a BodyLength of five digits, the most there is.
constexpr std::size_t head_room(std::string_view begin_string) {
    return 2 + begin_string.size() + 1 + 2 + 5 + 1;
}

/// Writes `8=...<SOH>9=...<SOH>` so that it ends before `body`; gives its beginning.
inline char* put_head_before(char* body, std::string_view begin_string, std::size_t body_bytes) {
    const NaturalText length{body_bytes};
    const std::size_t length_bytes = length.size();
    char* const head = body - (2 + begin_string.size() + 1 + 2 + length_bytes + 1);
    char* at = put_bytes(head, "8=");
    at = put_bytes(at, begin_string);
    at = put_bytes(at, "\x01");
    at = put_bytes(at, "9=");
    at = length.put(at, length_bytes);
    *at = soh;
    return head;
}

/// Writes the three digits of a checksum.
inline void put_checksum(char* digits, std::uint8_t sum) {
    digits[0] = static_cast<char>('0' + sum / 100);
    digits[1] = static_cast<char>('0' + sum / 10 % 10);
    digits[2] = static_cast<char>('0' + sum % 10);
}

/// Writes `10=ddd<SOH>`; gives what is behind it.
inline char* put_trailer(char* at, std::uint8_t sum) {
    std::memcpy(at, "10=", 3);
    put_checksum(at + 3, sum);
    at[6] = soh;
    return at + trailer_bytes;
}

}  // namespace tickweir::codecs::fix::detail
