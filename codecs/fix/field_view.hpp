// Fields of a message by tag, as typed values: of a whole message, or of one entry of a group.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "codecs/fix/fields.hpp"
#include "codecs/fix/values.hpp"

namespace tickweir::codecs::fix {

/// Where a field's value lies in its message.
struct Field {
    Tag tag = 0;
    std::uint16_t offset = 0;  ///< of the value's first byte
    std::uint16_t length = 0;  ///< of the value; 0 where it is empty

    friend constexpr bool operator==(const Field&, const Field&) = default;
};
static_assert(sizeof(Field) == 8);

/// Some consecutive fields of a message, which must outlive it. A look-up is linear and gives the
/// first field with the tag: so header and body fields that no group before them holds.
class FieldView {
public:
    FieldView() = default;
    FieldView(const char* message, std::span<const Field> fields)
        : message_{message}, fields_{fields} {}

    std::span<const Field> fields() const { return fields_; }
    const char* message() const { return message_; }

    /// Of a field of this view.
    std::string_view value(const Field& field) const {
        return {message_ + field.offset, field.length};
    }
    /// nullptr where there is none.
    const Field* find_field(Tag tag) const {
        for (const Field& field : fields_)
            if (field.tag == tag) return &field;
        return nullptr;
    }
    std::optional<std::string_view> find(Tag tag) const {
        const Field* const field = find_field(tag);
        return field == nullptr ? std::nullopt : std::optional{value(*field)};
    }
    bool has(Tag tag) const { return find_field(tag) != nullptr; }

    /// Each reads the first field with the tag as values.hpp says of its type.
    FieldResult<std::string_view> get_string(Tag tag) const;
    FieldResult<std::int64_t> get_int(Tag tag) const;
    FieldResult<std::uint64_t> get_uint(Tag tag) const;
    FieldResult<Decimal> get_decimal(Tag tag) const;
    FieldResult<char> get_char(Tag tag) const;
    FieldResult<bool> get_bool(Tag tag) const;
    FieldResult<UtcTime> get_time(Tag tag) const;
    FieldResult<std::chrono::sys_days> get_date(Tag tag) const;
    FieldResult<std::chrono::nanoseconds> get_time_of_day(Tag tag) const;

private:
    const char* message_ = nullptr;
    std::span<const Field> fields_;
};

}  // namespace tickweir::codecs::fix
