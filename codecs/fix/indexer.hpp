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
        Tag tag = 0;           ///< of a fault
        std::size_t next = 0;  ///< the next field's beginning
        std::size_t count = 0;
    };
    /// The field in [begin, soh_at), the `count`th; data may take it beyond that SOH, and two
    /// places.
    [[gnu::noinline]] Answer read(std::size_t begin, std::size_t soh_at, std::size_t count) const;

private:
    Answer read_data(Tag length_tag, std::size_t value_at, std::size_t soh_at,
                     std::size_t count) const;
    MessageFault group_count_fault(std::string_view value) const;
    bool is_in_place(Tag framing, std::size_t soh_at, std::size_t count) const;

    const char* text_;
    const Extent& extent_;
    std::span<Field> fields_;
    const MessageLimits& limits_;
};

/// A tag from the eight bytes at its beginning.
struct QuickTag {
    Tag tag;
    unsigned digits;
    bool good;  ///< 1 to 7 digits, no zero in front, `=` behind

    [[gnu::always_inline]] explicit QuickTag(std::uint64_t word) {
        const std::uint64_t values = word ^ eight_times('0');
        // Up to the first byte that is no digit no addition carries.
        const std::uint64_t others =
            ((values + eight_times(0x80 - 10)) | values) & eight_times(0x80);
        digits = static_cast<unsigned>(std::countr_zero(others)) / 8;
        good = (digits - 1 < 7) & ((values & 0xff) != 0) &
               (((word >> ((digits * 8) & 63)) & 0xff) == '=');
        std::uint64_t value = values << ((64 - digits * 8) & 63);
        value = value * 10 + (value >> 8);
        value = ((value & 0x0000'00ff'0000'00ffU) * (100 + (std::uint64_t{1'000'000} << 32)) +
                 ((value >> 16) & 0x0000'00ff'0000'00ffU) * (1 + (std::uint64_t{10'000} << 32))) >>
                32;
        tag = static_cast<Tag>(value);
    }
};

/// The bits from `place` on.
constexpr std::uint64_t bits_from(std::size_t place) {
    return place < 64 ? ~std::uint64_t{0} << place : 0;
}

/// Indexes the fields of `extent` into `fields`, which has room for `before` of them at least.
template <class Blocks>
[[gnu::always_inline]] inline Indexed index_fields(const char* text, const Extent& extent,
                                                   std::span<Field> fields,
                                                   const MessageLimits& limits) {
    const SpecialFields special{text, extent, fields, limits};
    Blocks blocks{std::string_view{text, extent.end}};
    std::size_t begin = extent.from;
    std::size_t count = extent.before;
    bool has_empty_value = false;
    for (std::size_t block = 0; block < extent.end; block += block_bytes) {
        std::uint64_t sohs = blocks.sohs(block);
        if (begin > block) sohs &= bits_from(begin - block);
        while (sohs != 0) {
            const std::size_t soh_at = block + static_cast<std::size_t>(std::countr_zero(sohs));
            sohs &= sohs - 1;
            if (count == fields.size()) [[unlikely]]
                return {count, MessageFault::too_many_fields, begin};
            const QuickTag quick{load_eight(text + begin)};
            if (!quick.good || field_kind(quick.tag) != FieldKind::plain) [[unlikely]] {
                const auto answer = special.read(begin, soh_at, count);
                if (answer.fault != MessageFault::none)
                    return {count, answer.fault, begin, answer.tag};
                for (; count < answer.count; ++count)
                    has_empty_value |= fields[count].length == 0;
                begin = answer.next;
                sohs &= bits_from(begin - block);
                continue;
            }
            const std::size_t value_at = begin + quick.digits + 1;
            fields[count++] = {quick.tag, static_cast<std::uint16_t>(value_at),
                               static_cast<std::uint16_t>(soh_at - value_at)};
            has_empty_value |= value_at == soh_at;
            begin = soh_at + 1;
        }
    }
    return {count, MessageFault::none, 0, 0, has_empty_value, blocks.sum()};
}

}  // namespace tickweir::codecs::fix::detail
