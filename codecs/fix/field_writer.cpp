#include "codecs/fix/field_writer.hpp"

#include <algorithm>
#include <cstring>

#include "codecs/fix/field_kinds.hpp"

namespace tickweir::codecs::fix {
namespace {

constexpr Tag tag_most = 0x7fff'ffff;
constexpr std::size_t count_digits_most = 9;

bool is_tag(Tag tag) {
    return tag != 0 && tag <= tag_most;
}

char* put_bytes(char* at, std::string_view bytes) {
    std::memcpy(at, bytes.data(), bytes.size());
    return at + bytes.size();
}

/// `tag=value<SOH>`.
char* put_field(char* at, std::string_view tag, std::string_view value) {
    at = put_bytes(at, tag);
    *at++ = '=';
    at = put_bytes(at, value);
    *at++ = soh;
    return at;
}

std::size_t field_bytes(std::string_view tag, std::string_view value) {
    return tag.size() + value.size() + 2;
}

}  // namespace

WriteStatus FieldWriter::field(Tag tag, std::string_view value) {
    if (value.empty()) return refuse(WriteStatus::empty_value);
    if (value.find(soh) != value.npos) return refuse(WriteStatus::soh_in_value);
    return put(tag, value);
}

WriteStatus FieldWriter::character(Tag tag, char value) {
    if (value == soh) return refuse(WriteStatus::soh_in_value);
    return put(tag, {&value, 1});
}

WriteStatus FieldWriter::computed(Tag tag, const ValueText& value) {
    if (value.view().empty()) return refuse(WriteStatus::unfit_value);
    return put(tag, value.view());
}

WriteStatus FieldWriter::put(Tag tag, std::string_view value) {
    if (!is_tag(tag)) return refuse(WriteStatus::bad_tag);
    const ValueText digits{std::uint64_t{tag}};
    if (field_bytes(digits.view(), value) > static_cast<std::size_t>(end_ - at_))
        return refuse(WriteStatus::no_room);
    at_ = put_field(at_, digits.view(), value);
    return WriteStatus::ok;
}

WriteStatus FieldWriter::data(Tag length_tag, std::string_view bytes) {
    const Tag data_tag = data_tag_of(length_tag);
    if (data_tag == 0) return refuse(WriteStatus::not_a_pair);
    if (bytes.empty()) return refuse(WriteStatus::empty_value);
    const ValueText first{std::uint64_t{length_tag}};
    const ValueText length{std::uint64_t{bytes.size()}};
    const ValueText second{std::uint64_t{data_tag}};
    if (field_bytes(first.view(), length.view()) + field_bytes(second.view(), bytes) >
        static_cast<std::size_t>(end_ - at_))
        return refuse(WriteStatus::no_room);
    at_ = put_field(at_, first.view(), length.view());
    at_ = put_field(at_, second.view(), bytes);
    return WriteStatus::ok;
}

FieldWriter::Count FieldWriter::reserve_count(Tag tag, std::size_t digits) {
    constexpr std::string_view zeros = "000000000";
    static_assert(zeros.size() == count_digits_most);
    if (digits == 0 || digits > count_digits_most) {
        refuse(WriteStatus::unfit_value);
        return {};
    }
    if (put(tag, zeros.substr(0, digits)) != WriteStatus::ok) return {};
    return {text().size() - 1 - digits, digits};
}

WriteStatus FieldWriter::count(const Count& place, std::uint32_t value) {
    if (place.digits == 0 || place.at + place.digits >= text().size())
        return refuse(WriteStatus::no_slot);
    const ValueText digits{std::uint64_t{value}};
    if (digits.view().size() > place.digits) return refuse(WriteStatus::unfit_value);
    char* const begin = begin_ + place.at;
    char* const first = begin + (place.digits - digits.view().size());
    std::fill(begin, first, '0');
    put_bytes(first, digits.view());
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
    *this = FieldWriter{buffer};
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
