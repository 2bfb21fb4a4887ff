// Values as the text of a field, in a few bytes of their own: what the writers put into messages.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "codecs/fix/values.hpp"

namespace tickweir::codecs::fix {

/// How many digits a second gets after the point.
enum class TimePrecision : std::uint8_t {
    seconds = 0,
    milliseconds = 3,
    microseconds = 6,
    nanoseconds = 9,
};

/// The text of one value; empty where the value has none.
class ValueText {
public:
    explicit ValueText(std::uint64_t value);
    explicit ValueText(std::int64_t value);
    /// With exactly the decimals that it has; none where those are more than decimals_most.
    explicit ValueText(Decimal value);
    /// Digits of a second beyond the precision are cut off. None outside of 1970 to 2261.
    ValueText(UtcTime value, TimePrecision precision);
    /// `YYYYMMDD`. None outside of 1970 to 2261.
    explicit ValueText(std::chrono::sys_days value);

    std::string_view view() const { return {bytes_.data() + begin_, length_}; }

private:
    void put_date(std::chrono::sys_days date);
    void put_pair(unsigned value);

    /// Longer than `-0.` and 18 digits behind it, or a time with nanoseconds.
    std::array<char, 32> bytes_;
    std::uint8_t begin_ = 0;
    std::uint8_t length_ = 0;
};

}  // namespace tickweir::codecs::fix
