#include "codecs/fix/writer.hpp"

#include <algorithm>

namespace tickweir::codecs::fix {

Writer::Writer(std::span<char> buffer)
    : FieldWriter{std::span<char>{}},
      buffer_{buffer.first(std::min(buffer.size(), message_bytes_most))} {
    refuse(WriteStatus::bad_header);
}

WriteStatus Writer::begin(std::string_view begin_string, std::string_view msg_type,
                          std::string_view sender, std::string_view target) {
    restart({});
    if (!detail::is_begin_string(begin_string) || msg_type.empty())
        return refuse(WriteStatus::bad_header);
    body_at_ = detail::head_room(begin_string);
    if (buffer_.size() < body_at_ + detail::trailer_bytes) return refuse(WriteStatus::no_room);
    restart(buffer_.subspan(body_at_, buffer_.size() - body_at_ - detail::trailer_bytes));
    begin_string_ = detail::BeginString{begin_string};
    field(tag::msg_type, msg_type);
    if (!sender.empty()) field(tag::sender_comp_id, sender);
    if (!target.empty()) field(tag::target_comp_id, target);
    return status();
}

Written Writer::finish() {
    if (status() != WriteStatus::ok) return {{}, status()};
    const std::size_t body_bytes = text().size();
    char* const body = buffer_.data() + body_at_;
    const char* const head = detail::put_head_before(body, begin_string_.view(), body_bytes);
    const char* const summed_end = body + body_bytes;
    const std::uint8_t sum = checksum({head, static_cast<std::size_t>(summed_end - head)});
    const char* const end = detail::put_trailer(body + body_bytes, sum);
    return {{head, static_cast<std::size_t>(end - head)}, WriteStatus::ok};
}

}  // namespace tickweir::codecs::fix
