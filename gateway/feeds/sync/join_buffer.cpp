#include "gateway/feeds/sync/join_buffer.hpp"

#include <algorithm>
#include <utility>

#include "codecs/json/frame_decoder.hpp"

namespace tickweir::gateway {

bool JoinBuffer::push(std::string_view text, std::int64_t received_ns, std::size_t bytes_max,
                      JoinRoom& room) {
    const std::size_t bytes = text.size() + codecs::json::text_padding;
    if (bytes > bytes_max - bytes_.size() || bytes > room.bytes_max - room.bytes ||
        !reserve(bytes_.size() + bytes, room.budget))
        return false;
    places_.push_back({bytes_.size(), text.size(), received_ns});
    bytes_.insert(bytes_.end(), text.begin(), text.end());
    bytes_.resize(bytes_.size() + codecs::json::text_padding);
    room.bytes += bytes;
    return true;
}

bool JoinBuffer::reserve(std::size_t bytes, book::MemoryBudget* budget) {
    if (bytes <= bytes_.capacity()) return true;
    const std::size_t capacity = std::max(bytes, 2 * bytes_.capacity());
    if (budget != nullptr) {
        auto charged = budget->charge(capacity);  // the old ones are there until they are copied
        if (!charged) return false;
        bytes_.reserve(capacity);
        charge_ = std::move(*charged);
    } else {
        bytes_.reserve(capacity);
    }
    return true;
}

JoinBuffer JoinBuffer::take(JoinRoom& room) {
    room.bytes -= bytes_.size();
    return std::exchange(*this, JoinBuffer{});
}

}  // namespace tickweir::gateway
