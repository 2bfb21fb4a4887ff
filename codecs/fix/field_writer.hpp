// Writes fields `tag=value<SOH>` into a caller's buffer: those of a whole message (writer.hpp), or
// of a body that somebody else puts a header and trailer around. Never allocates.
#pragma once

#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "codecs/fix/fields.hpp"
#include "codecs/fix/framing.hpp"
#include "codecs/fix/value_text.hpp"
#include "codecs/fix/values.hpp"

namespace tickweir::codecs::fix {

enum class WriteStatus : std::uint8_t {
    ok,
    no_room,       ///< the buffer, or what a message may be long, is full
    bad_tag,       ///< 0 or beyond 2^31 - 1
    empty_value,   ///< FIX has no fields without a value
    soh_in_value,  ///< outside of a data field
    not_a_pair,    ///< data() with a tag that is no length field's
    unfit_value,   ///< more than 18 decimals, a year outside of 1970 to 2261, a count too wide
    bad_header,    ///< not a BeginString or MsgType
    no_slot,       ///< a place that there is not
};

/// The name of a status as it stands in reports.
std::string_view to_string(WriteStatus status);

/// Appends fields. A refused call writes nothing, and the first refusal stays in status(), so that
/// a caller may look once, at the end.
class FieldWriter {
public:
    /// The buffer must outlive it.
    explicit FieldWriter(std::span<char> buffer)
        : begin_{buffer.data()}, at_{begin_}, end_{begin_ + buffer.size()} {}

    WriteStatus field(Tag tag, std::string_view value);
    /// A bool is `Y` or `N`, a char itself, any other integer decimal digits.
    template <std::integral Integer>
    WriteStatus field(Tag tag, Integer value) {
        if constexpr (std::same_as<Integer, bool>)
            return character(tag, value ? 'Y' : 'N');
        else if constexpr (std::same_as<Integer, char>)
            return character(tag, value);
        else if constexpr (std::signed_integral<Integer>)
            return integer(tag, value);
        else
            return natural(tag, value);
    }
    /// With exactly the decimals that it has.
    WriteStatus field(Tag tag, Decimal value);
    WriteStatus field(Tag tag, UtcTime value,
                      TimePrecision precision = TimePrecision::milliseconds);
    /// `YYYYMMDD`.
    WriteStatus field(Tag tag, std::chrono::sys_days value);
    /// A length field and its data field; any bytes, SOH among them, but at least one.
    WriteStatus data(Tag length_tag, std::string_view bytes);

    /// A count that is not known yet, such as of entries of which not all may fit: `digits` zeros,
    /// 1 to 9, that count() fills in. Zeros in front are legal in FIX.
    struct Count {
        std::size_t at = 0;
        std::size_t digits = 0;
    };
    Count reserve_count(Tag tag, std::size_t digits);
    WriteStatus count(const Count& place, std::uint32_t value);

    /// What is written so far.
    std::string_view text() const { return {begin_, static_cast<std::size_t>(at_ - begin_)}; }
    /// The first refusal, or ok.
    WriteStatus status() const { return status_; }

    /// A place to go back to: what was written since, and refusals since, are forgotten. For
    /// entries of a group of which only whole ones may stay.
    struct Mark {
        std::size_t bytes = 0;
        WriteStatus status = WriteStatus::ok;
    };
    Mark mark() const { return {text().size(), status_}; }
    void back_to(const Mark& mark);

protected:
    WriteStatus refuse(WriteStatus status);
    void restart(std::span<char> buffer);

private:
    WriteStatus character(Tag tag, char value);
    WriteStatus integer(Tag tag, std::int64_t value);
    WriteStatus natural(Tag tag, std::uint64_t value);
    template <class Text>
    WriteStatus put(Tag tag, const Text& value);
    std::size_t room() const { return static_cast<std::size_t>(end_ - at_); }

    char* begin_;
    char* at_;
    char* end_;
    WriteStatus status_ = WriteStatus::ok;
    MinuteMemory minute_memory_;
};

}  // namespace tickweir::codecs::fix
