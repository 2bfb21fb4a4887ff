// The fields of a message's text into an index: one pass over blocks of 64 bytes, a field a SOH.
// What is plain takes no branch that depends on the message; what is not goes through special().
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "codecs/fix/block_scan.hpp"
#include "codecs/fix/field_kinds.hpp"
#include "codecs/fix/field_view.hpp"
#include "codecs/fix/head.hpp"
#include "codecs/fix/message.hpp"

namespace tickweir::codecs::fix::detail {

/// What indexing gives.
struct Indexed {
    std::size_t count = 0;
    MessageFault fault = MessageFault::none;
    std::size_t fault_offset = 0;
    Tag fault_tag = 0;
    bool has_empty_value = false;
    std::uint8_t sum = 0;  ///< of the fields' bytes; only without a fault
};

/// Where the fields lie.
struct Extent {
    std::size_t from = 0;      ///< the first field's tag
    std::size_t end = 0;       ///< behind the last field's SOH; 7 bytes from there are readable
    std::size_t before = 0;    ///< how many fields stand before and are indexed already
    bool has_trailer = false;  ///< the last field is CheckSum
};

/// Reads special fields, one at a time: those of which a tag means something to the reader, that
/// are wrong, or that have long tags.
class SpecialFields {
public:
    SpecialFields(const char* text, const Extent& extent, std::span<Field> fields,
                  const MessageLimits& limits)
        : text_{text}, extent_{extent}, fields_{fields}, limits_{limits} {}

    struct Answer {
        MessageFault fault = MessageFault::none;
        Tag tag = 0;                  ///< of a fault
        std::size_t next = 0;         ///< the next field's beginning
        Field* next_field = nullptr;  ///< its place in the index
    };
    /// The field in [begin, soh_at), to be put at `place`; data may take it beyond that SOH, and
    /// two places.
    [[gnu::noinline]] Answer read(std::size_t begin, std::size_t soh_at, Field* place) const;
    /// What to say of a fault in the field at `begin`, with the index filled up to `place`.
    Indexed stopped(const Field* place, std::size_t limit, std::size_t begin,
                    const Answer& answer) const;

private:
    Answer read_data(Tag length_tag, std::size_t value_at, std::size_t soh_at, Field* place) const;
    MessageFault group_count_fault(std::string_view value) const;
    bool is_in_place(Tag framing, std::size_t soh_at, const Field* place) const;

    const char* text_;
    const Extent& extent_;
    std::span<Field> fields_;
    const MessageLimits& limits_;
};

/// A tag of at most 7 digits from the eight bytes at its beginning.
struct QuickTag {
    Tag tag;
    unsigned digits;
    bool good;  ///< digits, no zero in front, `=` behind

    [[gnu::always_inline]] explicit QuickTag(std::uint64_t word) {
        const std::uint64_t values = word ^ eight_times('0');
        // Up to the first byte that is no digit no addition carries; its top bit is the lowest one.
        const std::uint64_t others =
            ((values + eight_times(0x80 - 10)) | values) & eight_times(0x80);
        const auto top_bit = static_cast<unsigned>(std::countr_zero(others));
        digits = top_bit / 8;
        // Of eight digits the first one takes the place of what is behind them.
        const auto behind = static_cast<std::uint8_t>(word >> ((digits * 8) & 63));
        // One branch for both: neither is expected to fail.
        good = (behind == '=') & (static_cast<std::uint8_t>(values - 1) < 9);
        if (digits <= 4) [[likely]]
            tag = four_digits(values, digits);
        else
            tag = seven_digits(values, digits);
    }

private:
    [[gnu::always_inline]] static Tag four_digits(std::uint64_t values, unsigned digits) {
        auto value = static_cast<std::uint32_t>(values) << ((32 - digits * 8) & 31);
        value = value * 10 + (value >> 8);
        return ((value & 0x00ff'00ffU) * (1 + (100U << 16))) >> 16;
    }
    [[gnu::always_inline]] static Tag seven_digits(std::uint64_t values, unsigned digits) {
        std::uint64_t value = values << ((64 - digits * 8) & 63);
        value = value * 10 + (value >> 8);
        value = (value & 0x0000'00ff'0000'00ffU) * (100 + (std::uint64_t{1'000'000} << 32)) +
                ((value >> 16) & 0x0000'00ff'0000'00ffU) * (1 + (std::uint64_t{10'000} << 32));
        return static_cast<Tag>(value >> 32);
    }
};

/// The bits from `place` on.
constexpr std::uint64_t bits_from(std::size_t place) {
    return place < 64 ? ~std::uint64_t{0} << place : 0;
}

/// A block may hold as many fields more than the limit, and a data field.
inline constexpr std::size_t spare_fields = block_bytes + 2;

/// What to say when there are more fields than the limit.
Indexed too_many_fields(std::span<const Field> fields, std::size_t limit);

/// Indexes the fields of `extent` into `fields`: as many as the limit, and spare_fields.
template <class Blocks>
[[gnu::always_inline]] inline Indexed index_fields(const char* text, const Extent& extent,
                                                   std::span<Field> fields,
                                                   const MessageLimits& limits) {
    const SpecialFields special{text, extent, fields, limits};
    const std::size_t limit = fields.size() - spare_fields;
    Blocks blocks{std::string_view{text, extent.end}};
    std::size_t begin = extent.from;
    Field* next = fields.data() + extent.before;
    bool has_empty_value = false;
    for (std::size_t block = 0; block < extent.end; block += block_bytes) {
        std::uint64_t sohs = blocks.sohs(block);
        if (begin > block) sohs &= bits_from(begin - block);
        while (sohs != 0) {
            const std::size_t soh_at = block + static_cast<std::size_t>(std::countr_zero(sohs));
            sohs &= sohs - 1;
            const QuickTag quick{load_eight(text + begin)};
            if (!quick.good || field_kind(quick.tag) != FieldKind::plain) [[unlikely]] {
                const auto answer = special.read(begin, soh_at, next);
                if (answer.fault != MessageFault::none) [[unlikely]]
                    return special.stopped(next, limit, begin, answer);
                for (; next != answer.next_field; ++next)
                    has_empty_value |= next->length == 0;
                begin = answer.next;
                sohs &= bits_from(begin - block);
                continue;
            }
            const std::size_t value_at = begin + quick.digits + 1;
            *next++ = {quick.tag, static_cast<std::uint16_t>(value_at),
                       static_cast<std::uint16_t>(soh_at - value_at)};
            has_empty_value |= value_at == soh_at;
            begin = soh_at + 1;
        }
        if (next > fields.data() + limit) [[unlikely]]
            return too_many_fields(fields, limit);
    }
    return {static_cast<std::size_t>(next - fields.data()),
            MessageFault::none,
            0,
            0,
            has_empty_value,
            blocks.sum()};
}

}  // namespace tickweir::codecs::fix::detail
