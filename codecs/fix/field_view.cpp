#include "codecs/fix/field_view.hpp"

namespace tickweir::codecs::fix {
namespace {

/// What `read` makes of the field with the tag.
template <class Read>
auto read_field(const FieldView& view, Tag tag, Read read) -> decltype(read(std::string_view{})) {
    const Field* const field = view.find_field(tag);
    if (field == nullptr) return {};
    return read(view.value(*field));
}

}  // namespace

FieldResult<std::string_view> FieldView::get_string(Tag tag) const {
    return read_field(*this, tag, [](std::string_view text) {
        return FieldResult<std::string_view>{text,
                                             text.empty() ? FieldStatus::empty : FieldStatus::ok};
    });
}

FieldResult<std::int64_t> FieldView::get_int(Tag tag) const {
    return read_field(*this, tag, read_int);
}

FieldResult<std::uint64_t> FieldView::get_uint(Tag tag) const {
    return read_field(*this, tag, read_uint);
}

FieldResult<Decimal> FieldView::get_decimal(Tag tag) const {
    return read_field(*this, tag, read_decimal);
}

FieldResult<char> FieldView::get_char(Tag tag) const {
    return read_field(*this, tag, read_char);
}

FieldResult<bool> FieldView::get_bool(Tag tag) const {
    return read_field(*this, tag, read_bool);
}

FieldResult<UtcTime> FieldView::get_time(Tag tag) const {
    return read_field(*this, tag, read_time);
}

FieldResult<std::chrono::sys_days> FieldView::get_date(Tag tag) const {
    return read_field(*this, tag, read_date);
}

FieldResult<std::chrono::nanoseconds> FieldView::get_time_of_day(Tag tag) const {
    return read_field(*this, tag, read_time_of_day);
}

}  // namespace tickweir::codecs::fix
