// A prebuilt message of which only some values change: they are patched in place, and with them
// BodyLength and CheckSum, so that at any moment it is a whole message.
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string_view>
#include <vector>

#include "codecs/fix/field_writer.hpp"

namespace tickweir::codecs::fix {

/// A slot is a field by its place in the list that the template was made with. A value as long as
/// the one before is written over it; another length moves what follows. A refused set() changes
/// nothing. Never allocates after it is made.
class Template {
public:
    /// `message` has to be whole and its fields right, and hold each of `slots` (the first field
    /// with the tag is meant; no data fields, nor 8, 9, 10); else nothing. `capacity`: the most
    /// that the message may grow to.
    static std::optional<Template> make(std::string_view message, std::initializer_list<Tag> slots,
                                        std::size_t capacity = 1024);

    WriteStatus set(std::size_t slot, std::string_view value);
    /// As FieldWriter::field has it.
    template <std::integral Integer>
    WriteStatus set(std::size_t slot, Integer value) {
        if constexpr (std::same_as<Integer, bool>)
            return set_char(slot, value ? 'Y' : 'N');
        else if constexpr (std::same_as<Integer, char>)
            return set_char(slot, value);
        else if constexpr (std::signed_integral<Integer>)
            return set_integer(slot, value);
        else
            return set_natural(slot, value);
    }
    WriteStatus set(std::size_t slot, Decimal value);
    WriteStatus set(std::size_t slot, UtcTime value,
                    TimePrecision precision = TimePrecision::milliseconds);

    /// The message with right BodyLength and CheckSum; lies in the template until the next set().
    std::string_view text();

private:
    struct Slot {
        std::uint32_t offset;
        std::uint32_t length;
    };
    Template() = default;

    WriteStatus set_char(std::size_t slot, char value);
    WriteStatus set_integer(std::size_t slot, std::int64_t value);
    WriteStatus set_natural(std::size_t slot, std::uint64_t value);

    std::vector<char> buffer_;
    std::vector<Slot> slots_;
};

}  // namespace tickweir::codecs::fix
