#include "codecs/fix/indexer.hpp"

namespace tickweir::codecs::fix::detail {
namespace {

/// The longest tag that fits an int, and its value.
constexpr std::size_t tag_digits_most = 10;
constexpr std::uint64_t tag_most = 0x7fff'ffff;

struct TagText {
    MessageFault fault = MessageFault::none;
    Tag tag = 0;
    std::size_t value_at = 0;
};

/// The tag at `at` of a field that ends before `end`.
TagText read_tag(const char* text, std::size_t at, std::size_t end) {
    const std::size_t first = at;
    std::uint64_t tag = 0;
    for (; at < end && is_digit(text[at]) && at - first <= tag_digits_most; ++at)
        tag = tag * 10 + static_cast<std::uint64_t>(text[at] - '0');
    const bool is_tag = at != first && text[first] != '0' && tag <= tag_most;
    if (is_tag && at == end) return {MessageFault::no_equals_sign, static_cast<Tag>(tag), at};
    if (!is_tag || text[at] != '=') return {MessageFault::bad_tag, 0, at};
    return {MessageFault::none, static_cast<Tag>(tag), at + 1};
}

Field field_at(Tag tag, std::size_t value_at, std::size_t end) {
    return {tag, static_cast<std::uint16_t>(value_at), static_cast<std::uint16_t>(end - value_at)};
}

}  // namespace

SpecialFields::Answer SpecialFields::read(std::size_t begin, std::size_t soh_at,
                                          Field* place) const {
    const TagText tag = read_tag(text_, begin, soh_at);
    if (tag.fault != MessageFault::none) return {.fault = tag.fault, .tag = tag.tag};
    switch (field_kind(tag.tag)) {
        case FieldKind::plain:
            break;
        case FieldKind::data_length:
            return read_data(tag.tag, tag.value_at, soh_at, place);
        case FieldKind::data:
            return {.fault = MessageFault::data_without_length, .tag = tag.tag};
        case FieldKind::group_count: {
            const MessageFault fault =
                group_count_fault({text_ + tag.value_at, soh_at - tag.value_at});
            if (fault != MessageFault::none) return {.fault = fault, .tag = tag.tag};
            break;
        }
        case FieldKind::framing:
            if (!is_in_place(tag.tag, soh_at, place))
                return {.fault = MessageFault::misplaced_framing, .tag = tag.tag};
            break;
    }
    *place = field_at(tag.tag, tag.value_at, soh_at);
    return {.next = soh_at + 1, .next_field = place + 1};
}

/// The length field whose value lies in [value_at, soh_at), and the data behind it.
SpecialFields::Answer SpecialFields::read_data(Tag length_tag, std::size_t value_at,
                                               std::size_t soh_at, Field* place) const {
    const auto refused = [&](MessageFault fault) {
        return Answer{.fault = fault, .tag = length_tag};
    };
    const auto length = read_uint({text_ + value_at, soh_at - value_at});
    if (!length && length.status != FieldStatus::out_of_range)
        return refused(MessageFault::bad_data_length);
    if (!length || *length > limits_.data_bytes) return refused(MessageFault::data_too_long);
    const TagText data = read_tag(text_, soh_at + 1, extent_.end);
    if (data.fault != MessageFault::none || data.tag != data_tag_of(length_tag))
        return refused(MessageFault::length_without_data);
    if (*length >= extent_.end - data.value_at) return refused(MessageFault::data_beyond_message);
    const std::size_t end = data.value_at + *length;
    if (text_[end] != soh) return refused(MessageFault::data_not_ended);
    place[0] = field_at(length_tag, value_at, soh_at);
    place[1] = field_at(data.tag, data.value_at, end);
    return {.next = end + 1, .next_field = place + 2};
}

/// A count without a value is an empty field, no more.
MessageFault SpecialFields::group_count_fault(std::string_view value) const {
    const auto entries = read_uint(value);
    if (entries ? *entries > limits_.group_entries : entries.status == FieldStatus::out_of_range)
        return MessageFault::too_many_entries;
    return entries.status == FieldStatus::malformed ? MessageFault::bad_group_count
                                                    : MessageFault::none;
}

bool SpecialFields::is_in_place(Tag framing, std::size_t soh_at, const Field* place) const {
    if (framing == tag::begin_string) return place == fields_.data();
    if (framing == tag::body_length) return place == fields_.data() + 1;
    return extent_.has_trailer && soh_at + 1 == extent_.end;
}

Indexed SpecialFields::stopped(const Field* place, std::size_t limit, std::size_t begin,
                               const Answer& answer) const {
    const auto count = static_cast<std::size_t>(place - fields_.data());
    if (count > limit) return too_many_fields(fields_, limit);
    return {count, answer.fault, begin, answer.tag};
}

Indexed too_many_fields(std::span<const Field> fields, std::size_t limit) {
    const Field& field = fields[limit];
    std::size_t begin = field.offset - std::size_t{2};
    for (Tag rest = field.tag; rest >= 10; rest /= 10)
        --begin;
    return {limit, MessageFault::too_many_fields, begin, field.tag};
}

}  // namespace tickweir::codecs::fix::detail
