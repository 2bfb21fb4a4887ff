#include "gateway/feeds/sync/join_buffer.hpp"

#include <utility>

#include "codecs/json/frame_decoder.hpp"

namespace tickweir::gateway {

bool JoinBuffer::push(std::string_view text, std::int64_t received_ns, std::size_t bytes_max,
                      JoinRoom& room) {
    const std::size_t bytes = text.size() + codecs::json::text_padding;
    if (bytes > bytes_max - bytes_.size() || bytes > room.bytes_max - room.bytes) return false;
    places_.push_back({bytes_.size(), text.size(), received_ns});
    bytes_.insert(bytes_.end(), text.begin(), text.end());
    bytes_.resize(bytes_.size() + codecs::json::text_padding);
    room.bytes += bytes;
    return true;
}

JoinBuffer JoinBuffer::take(JoinRoom& room) {
    room.bytes -= bytes_.size();
    return std::exchange(*this, JoinBuffer{});
}

}  // namespace tickweir::gateway
