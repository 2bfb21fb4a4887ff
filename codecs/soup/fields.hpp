// The text fields of SoupBinTCP packets: sessions and sequence numbers, both padded on the left.
#pragma once

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <system_error>

#include "codecs/bytes.hpp"

namespace tickweir::codecs::soup {

/// Text of a fixed width, padded with blanks on the left. Reading takes them on either side, for
/// there are servers and clients that pad the other way.
template <std::size_t width>
class LeftPadded {
public:
    /// All blanks.
    constexpr LeftPadded() { chars_.fill(' '); }

    /// Text beyond the width is cut off.
    constexpr explicit LeftPadded(std::string_view text) : LeftPadded() {
        text = text.substr(0, width);
        std::copy_n(text.begin(), text.size(), chars_.end() - text.size());
    }

    /// Without the blanks around it.
    constexpr std::string_view view() const {
        std::string_view text{chars_.data(), width};
        text.remove_prefix(std::min(text.find_first_not_of(' '), width));
        return text.substr(0, text.find_last_not_of(' ') + 1);
    }

    /// All of its characters, padding included.
    constexpr std::string_view raw() const { return {chars_.data(), width}; }

    friend constexpr bool operator==(const LeftPadded&, const LeftPadded&) = default;

private:
    std::array<char, width> chars_;
};

/// The name of a session: blanks only ask for the one that is current. However it was padded on the
/// wire, here it is padded on the right, so that names compare.
using Session = Alpha<10>;

/// A session as it goes on the wire.
class SessionField {
public:
    constexpr SessionField() = default;
    constexpr SessionField(const Session& session) : text_{session.view()} {}
    constexpr operator Session() const { return Session{text_.view()}; }

private:
    LeftPadded<10> text_;
};
static_assert(sizeof(SessionField) == 10 && alignof(SessionField) == 1);

/// A sequence number as it goes on the wire: 20 characters, decimal digits after blanks. Holds
/// any 64-bit number.
class SequenceField {
public:
    constexpr SequenceField() = default;
    SequenceField(std::uint64_t sequence) {
        std::array<char, 20> digits;
        const auto [end, error] = std::to_chars(digits.begin(), digits.end(), sequence);
        text_ = LeftPadded<20>{{digits.data(), static_cast<std::size_t>(end - digits.data())}};
    }

    /// Nothing when it is blank, holds anything but digits, or more than 64 bits.
    std::optional<std::uint64_t> number() const {
        const std::string_view digits = text_.view();
        std::uint64_t sequence = 0;
        const auto [end, error] =
            std::from_chars(digits.data(), digits.data() + digits.size(), sequence);
        if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
        return sequence;
    }

    /// Where in the field the first character is that cannot be there; where there is none, the
    /// first digit; of a blank field 0.
    constexpr std::size_t first_wrong() const {
        const std::string_view digits = text_.view();
        if (digits.empty()) return 0;
        const std::size_t wrong = digits.find_first_not_of("0123456789");
        return static_cast<std::size_t>(digits.data() - text_.raw().data()) +
               (wrong == std::string_view::npos ? 0 : wrong);
    }

    constexpr std::string_view raw() const { return text_.raw(); }

private:
    LeftPadded<20> text_;
};
static_assert(sizeof(SequenceField) == 20 && alignof(SequenceField) == 1);

}  // namespace tickweir::codecs::soup
