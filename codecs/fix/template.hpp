// A prebuilt message of which only some values change: they are patched in place, and with them
// BodyLength and CheckSum, so that it is a whole message whenever it is asked for.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "codecs/fix/field_writer.hpp"
#include "codecs/fix/head_text.hpp"

namespace tickweir::codecs::fix {

/// A slot is a field whose value changes, named by its place in the list of tags that the template
/// was made with. A value as long as the one before is written over it; another length moves what
/// follows. A refused set() changes nothing. Allocates when it is made and never again.
class Template {
public:
    /// `message` has to be whole and its fields right, and hold each of `slots`, all different and
    /// none of them a data or length field, a group's count, or 8, 9, 10; else nothing. The first
    /// field with the tag is meant. `capacity`: the most bytes that the message may grow to.
    static std::optional<Template> make(std::string_view message, std::span<const Tag> slots,
                                        std::size_t capacity = 1024);

    WriteStatus set(std::size_t slot, std::string_view value);
    /// As FieldWriter::field has them.
    template <std::integral Integer>
    WriteStatus set(std::size_t slot, Integer value) {
        if constexpr (std::same_as<Integer, bool>)
            return put(slot, CharText{value ? 'Y' : 'N'});
        else if constexpr (std::same_as<Integer, char>)
            return value == soh ? WriteStatus::soh_in_value : put(slot, CharText{value});
        else if constexpr (std::signed_integral<Integer>)
            return put(slot, IntegerText{value});
        else
            return put(slot, NaturalText{value});
    }
    WriteStatus set(std::size_t slot, Decimal value);
    WriteStatus set(std::size_t slot, UtcTime value,
                    TimePrecision precision = TimePrecision::milliseconds);

    std::size_t slot_count() const { return slots_.size(); }
    /// The message with the right BodyLength and CheckSum; lies in the template until the next
    /// call.
    std::string_view text();

private:
    /// Where a value lies in the buffer.
    struct Slot {
        std::size_t at;
        std::size_t bytes;
    };
    Template() = default;

    template <class Text>
    WriteStatus put(std::size_t slot, const Text& value);
    WriteStatus resize(Slot& slot, std::size_t bytes);
    void put_head();

    std::vector<char> buffer_;  ///< room for the longest head, then the body and the trailer
    std::vector<Slot> slots_;
    detail::BeginString begin_string_;
    MinuteMemory minute_memory_;
    std::size_t head_at_ = 0;
    std::size_t body_at_ = 0;
    std::size_t trailer_at_ = 0;
};

/// A text without bytes is one of a value that has none.
template <class Text>
[[gnu::always_inline]] inline WriteStatus Template::put(std::size_t slot, const Text& value) {
    const std::size_t bytes = value.size();
    if (bytes == 0) return WriteStatus::unfit_value;
    if (slot >= slots_.size()) return WriteStatus::no_slot;
    Slot& place = slots_[slot];
    if (bytes != place.bytes) [[unlikely]]
        if (const auto status = resize(place, bytes); status != WriteStatus::ok) return status;
    value.put(buffer_.data() + place.at, bytes);
    return WriteStatus::ok;
}

}  // namespace tickweir::codecs::fix
