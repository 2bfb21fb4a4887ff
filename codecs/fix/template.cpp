#include "codecs/fix/template.hpp"

#include <algorithm>
#include <cstring>

#include "codecs/fix/field_kinds.hpp"
#include "codecs/fix/message.hpp"

namespace tickweir::codecs::fix {

std::optional<Template> Template::make(std::string_view message, std::span<const Tag> slots,
                                       std::size_t capacity) {
    Message index;
    if (index.read(message).bytes != message.size() || message.empty() ||
        index.fault() != MessageFault::none || index.has_empty_value())
        return std::nullopt;
    Template made;
    made.begin_string_ = detail::BeginString{index.begin_string()};
    made.body_at_ = detail::head_room(index.begin_string());
    const std::size_t body_from = index.fields()[2].offset - std::string_view{"35="}.size();
    const std::string_view body =
        message.substr(body_from, message.size() - body_from - detail::trailer_bytes);
    made.trailer_at_ = made.body_at_ + body.size();
    made.buffer_.resize(std::clamp(capacity, made.trailer_at_ + detail::trailer_bytes,
                                   std::max(message_bytes_most, message.size())));
    std::ranges::copy(body, made.buffer_.begin() + static_cast<std::ptrdiff_t>(made.body_at_));
    for (const Tag tag : slots) {
        const Field* const field = index.find_field(tag);
        if (field == nullptr || field_kind(tag) != FieldKind::plain ||
            std::ranges::count(slots, tag) != 1)
            return std::nullopt;
        made.slots_.push_back({made.body_at_ + field->offset - body_from, field->length});
    }
    made.put_head();
    return made;
}

WriteStatus Template::set(std::size_t slot, std::string_view value) {
    if (value.empty()) return WriteStatus::empty_value;
    if (detail::has_soh(value)) return WriteStatus::soh_in_value;
    return put(slot, PlainText{value});
}

WriteStatus Template::set(std::size_t slot, Decimal value) {
    return put(slot, DecimalText{value});
}

WriteStatus Template::set(std::size_t slot, UtcTime value, TimePrecision precision) {
    return put(slot, TimeText{value, precision, minute_memory_});
}

/// Moves what is behind a slot; its value is then undefined.
WriteStatus Template::resize(Slot& slot, std::size_t bytes) {
    const std::size_t behind = slot.at + slot.bytes;
    const std::size_t trailer_at = trailer_at_ - slot.bytes + bytes;
    // The head counts with as many bytes as it may have.
    if (bytes > message_bytes_most || trailer_at + detail::trailer_bytes > buffer_.size())
        return WriteStatus::no_room;
    std::memmove(buffer_.data() + slot.at + bytes, buffer_.data() + behind, trailer_at_ - behind);
    for (Slot& other : slots_)
        if (other.at > slot.at) other.at = other.at - slot.bytes + bytes;
    slot.bytes = bytes;
    trailer_at_ = trailer_at;
    put_head();
    return WriteStatus::ok;
}

void Template::put_head() {
    const char* const head = detail::put_head_before(buffer_.data() + body_at_,
                                                     begin_string_.view(), trailer_at_ - body_at_);
    head_at_ = static_cast<std::size_t>(head - buffer_.data());
}

std::string_view Template::text() {
    const char* const head = buffer_.data() + head_at_;
    const std::uint8_t sum = checksum({head, trailer_at_ - head_at_});
    const char* const end = detail::put_trailer(buffer_.data() + trailer_at_, sum);
    return {head, static_cast<std::size_t>(end - head)};
}

}  // namespace tickweir::codecs::fix
