// The words of a refusal (58), put together without memory: a text of bounded length that is cut
// off where it is full. What strangers wrote goes in with its unprintable bytes replaced.
#pragma once

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace tickweir::gateway::fix::orders {

class ReasonText {
public:
    static constexpr std::size_t bytes_max = 160;
    /// Of one stranger's value.
    static constexpr std::size_t quoted_max = 40;

    ReasonText() = default;
    explicit ReasonText(std::string_view text) { add(text); }

    ReasonText& add(std::string_view text) {
        const std::size_t bytes = std::min(text.size(), bytes_max - size_);
        std::copy_n(text.data(), bytes, text_.data() + size_);
        size_ += static_cast<std::uint32_t>(bytes);
        return *this;
    }
    ReasonText& add(std::uint64_t number) {
        std::array<char, 20> digits;
        const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
        return add({digits.data(), static_cast<std::size_t>(end - digits.data())});
    }
    /// Bytes of strangers: printable ASCII as it is, everything else a question mark.
    ReasonText& quote(std::string_view value) {
        for (const char c : value.substr(0, quoted_max)) {
            const char shown = c >= ' ' && c <= '~' ? c : '?';
            add({&shown, 1});
        }
        return value.size() > quoted_max ? add("...") : *this;
    }
    /// `tag=value`.
    ReasonText& field(std::uint32_t tag, std::string_view value) {
        return add(std::uint64_t{tag}).add("=").quote(value);
    }

    std::string_view view() const { return {text_.data(), size_}; }

private:
    std::uint32_t size_ = 0;
    std::array<char, bytes_max> text_{};
};

}  // namespace tickweir::gateway::fix::orders
