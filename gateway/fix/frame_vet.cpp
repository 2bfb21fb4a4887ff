#include "gateway/fix/frame_vet.hpp"

#include <algorithm>
#include <array>
#include <bitset>
#include <span>

#include "codecs/fix/field_kinds.hpp"
#include "codecs/fix/fields.hpp"

namespace tickweir::gateway::fix {
namespace {

namespace wire = codecs::fix;
namespace tag = codecs::fix::tag;
using wire::FieldStatus;
using wire::MessageFault;

VetResult rejected(RejectReason reason, std::uint32_t at, std::string_view text) {
    return {.status = VetStatus::reject, .reason = reason, .tag = at, .text = text};
}

/// What the index refused, as a Reject names it.
VetResult refused_index(const wire::Message& message) {
    const wire::Tag at = message.fault_tag();
    const std::string_view text = to_string(message.fault());
    switch (message.fault()) {
        case MessageFault::none:
            return {};
        case MessageFault::not_framed:
            return {.status = VetStatus::ignore};
        case MessageFault::bad_tag:
        case MessageFault::no_equals_sign:
            return rejected(RejectReason::invalid_tag, at, text);
        case MessageFault::bad_data_length:
        case MessageFault::data_beyond_message:
        case MessageFault::data_not_ended:
        case MessageFault::bad_group_count:
            return rejected(RejectReason::data_format, at, text);
        case MessageFault::data_too_long:
            return rejected(RejectReason::value_incorrect, at, text);
        case MessageFault::length_without_data:
            return rejected(RejectReason::required_tag_missing, wire::data_tag_of(at), text);
        case MessageFault::data_without_length:
            return rejected(RejectReason::required_tag_missing, wire::length_tag_of(at), text);
        case MessageFault::too_many_entries:
            return rejected(RejectReason::group_count, at, text);
        case MessageFault::misplaced_framing:
            return rejected(RejectReason::tag_out_of_order, at, text);
        case MessageFault::too_many_fields:
            return rejected(RejectReason::other, at, text);
    }
    return {.status = VetStatus::ignore};
}

/// Fields of the session layer, which groups never hold: twice, and QuickFIX and we might look at
/// different ones.
constexpr std::array single_tags{
    tag::begin_string,   tag::body_length,        tag::msg_type,       tag::msg_seq_num,
    tag::sender_comp_id, tag::target_comp_id,     tag::sending_time,   tag::poss_dup_flag,
    tag::poss_resend,    tag::orig_sending_time,  tag::begin_seq_no,   tag::end_seq_no,
    tag::new_seq_no,     tag::gap_fill_flag,      tag::encrypt_method, tag::heart_bt_int,
    tag::test_req_id,    tag::reset_seq_num_flag, tag::username,       tag::password};
constexpr std::size_t tags_seen = 1'536;

constexpr auto is_single = [] {
    std::array<bool, tags_seen> single{};
    for (const wire::Tag at : single_tags)
        single[at] = true;
    return single;
}();

/// A length that comes twice and says two things: QuickFIX takes the first for both data fields.
bool other_length(const wire::Message& message, const wire::Field& again) {
    return message.find(again.tag).value_or("") != message.value(again);
}

VetResult check_repeats(const wire::Message& message) {
    std::bitset<tags_seen> seen;
    for (const wire::Field& field : message.fields()) {
        if (field.tag >= tags_seen) continue;
        const bool again = seen[field.tag];
        seen[field.tag] = true;
        if (!again) continue;
        if (is_single[field.tag])
            return rejected(RejectReason::repeated_tag, field.tag, "the tag appears twice");
        if (wire::field_kind(field.tag) == wire::FieldKind::data_length &&
            other_length(message, field))
            return rejected(RejectReason::repeated_tag, field.tag,
                            "two data fields of one kind with two lengths");
    }
    return {};
}

/// The groups of messages that we take, and the field that each of their entries begins with.
struct GroupHead {
    wire::Tag count;
    wire::Tag first;
};
constexpr std::array group_heads{GroupHead{tag::no_related_sym, tag::symbol},
                                 GroupHead{tag::no_md_entry_types, tag::md_entry_type}};

/// QuickFIX would count an entry that begins otherwise as none.
VetResult check_groups(const wire::Message& message) {
    const std::span<const wire::Field> fields = message.fields();
    for (std::size_t i = 0; i + 1 < fields.size(); ++i) {
        const auto head = std::ranges::find(group_heads, fields[i].tag, &GroupHead::count);
        if (head == group_heads.end() || fields[i + 1].tag == head->first) continue;
        const auto later = std::ranges::find(fields.subspan(i + 1), head->first, &wire::Field::tag);
        if (later == fields.end() || message.value(fields[i]) == "0") continue;
        return rejected(RejectReason::group_out_of_order, head->count,
                        "an entry of the group does not begin with its first field");
    }
    return {};
}

enum class ValueType : std::uint8_t { number, any_number, flag, time, seconds };
struct TypedTag {
    wire::Tag at;
    ValueType type;
};
/// What the session layer reads as more than text.
constexpr std::array typed_tags{TypedTag{tag::sending_time, ValueType::time},
                                TypedTag{tag::orig_sending_time, ValueType::time},
                                TypedTag{tag::poss_dup_flag, ValueType::flag},
                                TypedTag{tag::poss_resend, ValueType::flag},
                                TypedTag{tag::gap_fill_flag, ValueType::flag},
                                TypedTag{tag::reset_seq_num_flag, ValueType::flag},
                                TypedTag{tag::new_seq_no, ValueType::number},
                                TypedTag{tag::begin_seq_no, ValueType::number},
                                TypedTag{tag::end_seq_no, ValueType::any_number},
                                TypedTag{tag::heart_bt_int, ValueType::seconds},
                                TypedTag{tag::encrypt_method, ValueType::any_number}};

FieldStatus within(wire::FieldResult<std::uint64_t> result, std::uint64_t least,
                   std::uint64_t most) {
    if (!result) return result.status;
    return *result < least || *result > most ? FieldStatus::out_of_range : FieldStatus::ok;
}

FieldStatus status_of(const wire::Message& message, const TypedTag& typed) {
    switch (typed.type) {
        case ValueType::number:
            return within(message.get_uint(typed.at), 1, number_max);
        case ValueType::any_number:
            return within(message.get_uint(typed.at), 0, number_max);
        case ValueType::seconds:
            return within(message.get_uint(typed.at), 0, 86'400);
        case ValueType::flag:
            return message.get_bool(typed.at).status;
        case ValueType::time:
            return message.get_time(typed.at).status;
    }
    return FieldStatus::malformed;
}

VetResult check_values(const wire::Message& message) {
    for (const TypedTag& typed : typed_tags) {
        switch (status_of(message, typed)) {
            case FieldStatus::ok:
                continue;
            case FieldStatus::missing:
                if (typed.at != tag::sending_time) continue;
                return rejected(RejectReason::required_tag_missing, typed.at,
                                "SendingTime is missing");
            case FieldStatus::empty:
                return rejected(RejectReason::tag_without_value, typed.at, "no value");
            case FieldStatus::malformed:
                return rejected(RejectReason::data_format, typed.at,
                                "the value is not of its type");
            case FieldStatus::out_of_range:
                return rejected(RejectReason::value_incorrect, typed.at,
                                "the value is out of range");
        }
    }
    return {};
}

VetResult check(const wire::Message& message) {
    if (message.fault() != MessageFault::none) return refused_index(message);
    if (const wire::Field* const empty = message.first_empty())
        return rejected(RejectReason::tag_without_value, empty->tag, "no value");
    const VetResult repeats = check_repeats(message);
    if (repeats.status != VetStatus::good) return repeats;
    const VetResult groups = check_groups(message);
    return groups.status != VetStatus::good ? groups : check_values(message);
}

}  // namespace

VetResult vet(const wire::Message& message) {
    const auto number = message.get_uint(tag::msg_seq_num);
    const bool numbered = number && *number >= 1 && *number <= number_max;
    VetResult result = check(message);
    if (numbered)
        result.number = *number;
    else if (message.fault() == MessageFault::none)
        result.status = VetStatus::no_number;
    else
        result.status = VetStatus::ignore;
    return result;
}

}  // namespace tickweir::gateway::fix
