#include "codecs/fix/message.hpp"

#include <algorithm>

#include "codecs/fix/block_scan.hpp"
#include "codecs/fix/head.hpp"
#include "codecs/fix/indexer.hpp"

namespace tickweir::codecs::fix {
namespace {

constexpr std::size_t trailer_bytes = detail::trailer_bytes;
/// 8, 9, 35, 10.
constexpr std::size_t fields_least = 4;

/// The fields of `extent` with whatever reads texts that short.
template <class Blocks>
[[gnu::always_inline]] inline detail::Indexed index_with(const char* text,
                                                         const detail::Extent& extent,
                                                         std::span<Field> fields,
                                                         const MessageLimits& limits) {
    if (extent.end < Blocks::text_least) [[unlikely]]
        return detail::index_fields<detail::PlainBlocks>(text, extent, fields, limits);
    return detail::index_fields<Blocks>(text, extent, fields, limits);
}

Field field_at(Tag tag, std::size_t value_at, std::size_t end) {
    return {tag, static_cast<std::uint16_t>(value_at), static_cast<std::uint16_t>(end - value_at)};
}

/// 8, 9 and 35 and nothing less.
bool has_head(std::span<const Field> fields) {
    return fields.size() > 2 && fields[0].tag == tag::begin_string &&
           fields[1].tag == tag::body_length && fields[2].tag == tag::msg_type;
}

}  // namespace

Message::Message(const MessageLimits& limits)
    : limits_{limits},
      fields_(std::clamp(limits.fields, fields_least, message_bytes_most) + detail::spare_fields) {}

Frame Message::read(std::string_view input, const FrameLimits& limits) {
    return read_with<detail::FastBlocks>(input, limits);
}

Frame Message::read_plainly(std::string_view input, const FrameLimits& limits) {
    return read_with<detail::PlainBlocks>(input, limits);
}

template <class Blocks>
inline Frame Message::read_with(std::string_view input, const FrameLimits& limits) {
    count_ = 0;
    const detail::Head head = detail::read_head(input, limits.message_bytes);
    if (head.status != FrameStatus::whole || input.size() < head.total_bytes) [[unlikely]] {
        clear();
        return head.status == FrameStatus::garbled
                   ? detail::resynchronised(input, head.fault, head.fault_at)
                   : Frame{};
    }
    const std::string_view text = input.substr(0, head.total_bytes);
    const std::size_t trailer_at = text.size() - trailer_bytes;
    unsigned sum = 0;
    if (!detail::read_trailer(text, sum)) [[unlikely]] {
        clear();
        return detail::resynchronised(input, FrameFault::bad_trailer, trailer_at - 1);
    }
    fields_[0] = field_at(tag::begin_string, 2, head.body_length_at - 3);
    fields_[1] = field_at(tag::body_length, head.body_length_at, head.body_at - 1);
    detail::Indexed indexed = index_with<Blocks>(
        text.data(), {.from = head.body_at, .end = trailer_at, .before = 2}, fields_, limits_);
    if (indexed.fault != MessageFault::none) [[unlikely]]
        indexed.sum = checksum(text.substr(0, trailer_at));
    if (indexed.sum != sum) [[unlikely]] {
        clear();
        return {FrameStatus::garbled, FrameFault::bad_checksum, text.size(), trailer_at};
    }
    finish(text, indexed, trailer_at);
    return {FrameStatus::whole, FrameFault::none, text.size(), 0};
}

MessageFault Message::index(std::string_view message) {
    unsigned sum = 0;
    if (message.size() <= trailer_bytes || message.size() > message_bytes_most ||
        !detail::read_trailer(message, sum))
        return refuse(message);
    const std::size_t trailer_at = message.size() - trailer_bytes;
    finish(message,
           index_with<detail::FastBlocks>(message.data(), {.end = trailer_at}, fields_, limits_),
           trailer_at);
    return fault_ == MessageFault::none && !has_head(fields()) ? refuse(message) : fault_;
}

MessageFault Message::index_loosely(std::string_view message) {
    if (message.size() > message_bytes_most || !message.ends_with(soh)) return refuse(message);
    const detail::Extent extent{.end = message.size(), .has_trailer = true};
    keep(message, index_with<detail::FastBlocks>(message.data(), extent, fields_, limits_));
    if (fault_ != MessageFault::none) return fault_;
    return has_head(fields()) && fields().back().tag == tag::check_sum ? fault_ : refuse(message);
}

void Message::clear() {
    keep({}, {});
}

const Field* Message::first_empty() const {
    const auto empty = std::ranges::find(fields(), 0, &Field::length);
    return empty == fields().end() ? nullptr : &*empty;
}

void Message::keep(std::string_view text, const detail::Indexed& indexed) {
    text_ = text;
    count_ = indexed.count;
    fault_ = indexed.fault;
    has_empty_value_ = indexed.has_empty_value;
    fault_tag_ = indexed.fault_tag;
    fault_offset_ = indexed.fault_offset;
}

/// With the trailer's field behind the others, where they are right.
void Message::finish(std::string_view text, const detail::Indexed& indexed,
                     std::size_t trailer_at) {
    keep(text, indexed);
    if (fault_ != MessageFault::none) return;
    if (count_ == fields_.size() - detail::spare_fields) {
        fault_ = MessageFault::too_many_fields;
        fault_offset_ = trailer_at;
        return;
    }
    fields_[count_++] = field_at(tag::check_sum, trailer_at + 3, trailer_at + 6);
}

MessageFault Message::refuse(std::string_view message) {
    clear();
    text_ = message;
    return fault_ = MessageFault::not_framed;
}

std::string_view to_string(MessageFault fault) {
    switch (fault) {
        case MessageFault::none:
            return "none";
        case MessageFault::not_framed:
            return "not framed";
        case MessageFault::bad_tag:
            return "bad tag";
        case MessageFault::no_equals_sign:
            return "no '=' after a tag";
        case MessageFault::too_many_fields:
            return "too many fields";
        case MessageFault::bad_data_length:
            return "bad data length";
        case MessageFault::data_too_long:
            return "data too long";
        case MessageFault::data_beyond_message:
            return "data beyond the message";
        case MessageFault::data_not_ended:
            return "no SOH after data";
        case MessageFault::length_without_data:
            return "length without data";
        case MessageFault::data_without_length:
            return "data without length";
        case MessageFault::bad_group_count:
            return "bad group count";
        case MessageFault::too_many_entries:
            return "too many group entries";
        case MessageFault::misplaced_framing:
            return "8, 9 or 10 out of place";
    }
    return "?";
}

}  // namespace tickweir::codecs::fix
