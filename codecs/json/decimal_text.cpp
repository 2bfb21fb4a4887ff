#include "codecs/json/decimal_text.hpp"

#include <array>
#include <charconv>
#include <cstddef>
#include <string_view>

namespace tickweir::codecs::json {

void append_fixed(std::string& out, std::int64_t coefficient, unsigned held, unsigned written) {
    const std::uint64_t magnitude = coefficient < 0 ? 0 - static_cast<std::uint64_t>(coefficient)
                                                    : static_cast<std::uint64_t>(coefficient);
    std::array<char, 24> digits;
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), magnitude).ptr;
    std::string_view text{digits.data(), static_cast<std::size_t>(end - digits.data())};
    std::string padded;
    if (text.size() <= held) {
        padded.assign(held + 1 - text.size(), '0');
        padded += text;
        text = padded;
    }
    std::string_view fraction = text.substr(text.size() - held);
    if (coefficient < 0) out += '-';
    out += text.substr(0, text.size() - held);
    while (fraction.size() > written && fraction.back() == '0')
        fraction.remove_suffix(1);
    if (fraction.empty() && written == 0) return;
    out += '.';
    out += fraction;
    if (fraction.size() < written) out.append(written - fraction.size(), '0');
}

}  // namespace tickweir::codecs::json
