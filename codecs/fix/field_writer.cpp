#include "codecs/fix/field_writer.hpp"

#include <algorithm>

#include "codecs/fix/field_kinds.hpp"

namespace tickweir::codecs::fix {
namespace {

constexpr Tag tag_most = 0x7fff'ffff;
constexpr std::size_t count_digits_most = 9;

bool is_tag(Tag tag) {
    return tag != 0 && tag <= tag_most;
}

std::size_t field_bytes(Tag tag, std::size_t value_bytes) {
    return detail::digit_count(tag) + value_bytes + 2;
}

/// `tag=value<SOH>`.
template <class Text>
char* put_field(char* at, Tag tag, const Text& value, std::size_t value_bytes) {
    at = detail::put_digits(at, tag, detail::digit_count(tag));
    *at++ = '=';
    at = value.put(at, value_bytes);
    *at++ = soh;
    return at;
}

}  // namespace

/// A text without bytes is one of a value that has none.
template <class Text>
inline WriteStatus FieldWriter::put(Tag tag, const Text& value) {
    const std::size_t bytes = value.size();
    if (bytes == 0) return refuse(WriteStatus::unfit_value);
    if (!is_tag(tag)) return refuse(WriteStatus::bad_tag);
    if (field_bytes(tag, bytes) > room()) return refuse(WriteStatus::no_room);
    at_ = put_field(at_, tag, value, bytes);
    return WriteStatus::ok;
}

WriteStatus FieldWriter::field(Tag tag, std::string_view value) {
    if (value.empty()) return refuse(WriteStatus::empty_value);
    if (detail::has_soh(value)) return refuse(WriteStatus::soh_in_value);
    return put(tag, PlainText{value});
}

WriteStatus FieldWriter::field(Tag tag, Decimal value) {
    return put(tag, DecimalText{value});
}

WriteStatus FieldWriter::field(Tag tag, UtcTime value, TimePrecision precision) {
    return put(tag, TimeText{value, precision, minute_memory_});
}

WriteStatus FieldWriter::field(Tag tag, std::chrono::sys_days value) {
    return put(tag, DateText{value});
}

WriteStatus FieldWriter::character(Tag tag, char value) {
    if (value == soh) return refuse(WriteStatus::soh_in_value);
    return put(tag, CharText{value});
}

WriteStatus FieldWriter::integer(Tag tag, std::int64_t value) {
    return put(tag, IntegerText{value});
}

WriteStatus FieldWriter::natural(Tag tag, std::uint64_t value) {
    return put(tag, NaturalText{value});
}

WriteStatus FieldWriter::data(Tag length_tag, std::string_view bytes) {
    const Tag data_tag = data_tag_of(length_tag);
    if (data_tag == 0) return refuse(WriteStatus::not_a_pair);
    if (bytes.empty()) return refuse(WriteStatus::empty_value);
    const NaturalText length{bytes.size()};
    if (bytes.size() > room() ||
        field_bytes(length_tag, length.size()) + field_bytes(data_tag, bytes.size()) > room())
        return refuse(WriteStatus::no_room);
    at_ = put_field(at_, length_tag, length, length.size());
    at_ = put_field(at_, data_tag, PlainText{bytes}, bytes.size());
    return WriteStatus::ok;
}

FieldWriter::Count FieldWriter::reserve_count(Tag tag, std::size_t digits) {
    constexpr std::string_view zeros = "000000000";
    static_assert(zeros.size() == count_digits_most);
    if (digits == 0 || digits > count_digits_most) {
        refuse(WriteStatus::unfit_value);
        return {};
    }
    if (put(tag, PlainText{zeros.substr(0, digits)}) != WriteStatus::ok) return {};
    return {text().size() - 1 - digits, digits};
}

WriteStatus FieldWriter::count(const Count& place, std::uint32_t value) {
    if (place.digits == 0 || place.at + place.digits >= text().size())
        return refuse(WriteStatus::no_slot);
    if (detail::digit_count(value) > place.digits) return refuse(WriteStatus::unfit_value);
    detail::put_digits(begin_ + place.at, value, place.digits);
    return WriteStatus::ok;
}

void FieldWriter::back_to(const Mark& mark) {
    at_ = begin_ + std::min(mark.bytes, text().size());
    status_ = mark.status;
}

WriteStatus FieldWriter::refuse(WriteStatus status) {
    if (status_ == WriteStatus::ok) status_ = status;
    return status;
}

void FieldWriter::restart(std::span<char> buffer) {
    begin_ = at_ = buffer.data();
    end_ = begin_ + buffer.size();
    status_ = WriteStatus::ok;
}

std::string_view to_string(WriteStatus status) {
    switch (status) {
        case WriteStatus::ok:
            return "ok";
        case WriteStatus::no_room:
            return "no room";
        case WriteStatus::bad_tag:
            return "bad tag";
        case WriteStatus::empty_value:
            return "empty value";
        case WriteStatus::soh_in_value:
            return "SOH in a value";
        case WriteStatus::not_a_pair:
            return "not a length field";
        case WriteStatus::unfit_value:
            return "a value that has no text";
        case WriteStatus::bad_header:
            return "bad BeginString or MsgType";
        case WriteStatus::no_slot:
            return "no such place";
    }
    return "?";
}

}  // namespace tickweir::codecs::fix
