#include "gateway/serve/hub/frame_pool.hpp"

#include <algorithm>
#include <array>
#include <cstring>

namespace tickweir::gateway::hub {
namespace {

/// RFC 6455 §5.2: FIN and text; then the length in 7, 16 or 64 bits, big-endian.
std::size_t write_header(std::size_t payload, std::array<unsigned char, 10>& header) {
    header[0] = 0x81;
    if (payload < 126) {
        header[1] = static_cast<unsigned char>(payload);
        return 2;
    }
    const bool wide = payload > 0xffff;
    header[1] = wide ? 127 : 126;
    const std::size_t digits = wide ? 8 : 2;
    for (std::size_t i = 0; i < digits; ++i)
        header[2 + i] = static_cast<unsigned char>(payload >> (8 * (digits - 1 - i)));
    return 2 + digits;
}

}  // namespace

FramePool::FramePool(book::MemoryBudget* budget) : budget_{budget} {}

std::optional<Frame> FramePool::write_text(std::string_view payload) {
    std::array<unsigned char, 10> header;
    const std::size_t header_bytes = write_header(payload.size(), header);
    if (!room_for(header_bytes + payload.size())) return std::nullopt;
    append(header.data(), header_bytes);
    append(payload.data(), payload.size());
    return written(1);
}

std::optional<Frame> FramePool::copy(std::span<const iovec> bytes, std::uint32_t frames) {
    std::size_t total = 0;
    for (const iovec& part : bytes)
        total += part.iov_len;
    if (!room_for(total)) return std::nullopt;
    for (const iovec& part : bytes)
        append(part.iov_base, part.iov_len);
    return written(frames);
}

/// Makes sure that so many bytes can be appended, before any is.
bool FramePool::room_for(std::size_t bytes) {
    for (const std::uint32_t chunk : full_)
        let_go({chunk, 0, 0, 0});
    full_.clear();
    pieces_.clear();
    const std::size_t left = open_ ? chunk_bytes - filled_ : 0;
    if (bytes <= left) [[likely]]
        return true;
    const std::size_t wanted = (bytes - left + chunk_bytes - 1) / chunk_bytes;
    while (free_.size() < wanted) {
        if (!budget_.try_charge(chunk_bytes)) return false;
        if (vacant_.empty()) {
            vacant_.push_back(static_cast<std::uint32_t>(chunks_.size()));
            chunks_.emplace_back();
        }
        chunks_[vacant_.back()].bytes = std::make_unique_for_overwrite<std::byte[]>(chunk_bytes);
        free_.push_back(vacant_.back());
        vacant_.pop_back();
    }
    return true;
}

void FramePool::open_next() {
    if (open_) full_.push_back(*open_);
    open_ = free_.back();
    free_.pop_back();
    chunks_[*open_].references = 1;
    filled_ = 0;
    ++in_use_;
}

void FramePool::append(const void* bytes, std::size_t count) {
    const auto* from = static_cast<const std::byte*>(bytes);
    while (count != 0) {
        if (!open_ || filled_ == chunk_bytes) open_next();
        const auto part =
            static_cast<std::uint32_t>(std::min<std::size_t>(count, chunk_bytes - filled_));
        std::memcpy(chunks_[*open_].bytes.get() + filled_, from, part);
        if (!pieces_.empty() && pieces_.back().chunk == *open_ && pieces_.back().end == filled_)
            pieces_.back().end += part;
        else
            pieces_.push_back({*open_, filled_, filled_ + part, 0});
        filled_ += part;
        from += part;
        count -= part;
    }
}

Frame FramePool::written(std::uint32_t frames) {
    std::size_t bytes = 0;
    for (const Piece& piece : pieces_)
        bytes += piece.bytes();
    if (!pieces_.empty()) pieces_.back().frames = frames;
    return {pieces_, bytes};
}

void FramePool::give_back(std::uint32_t chunk) {
    --in_use_;
    if (free_.size() < spare_chunks) {
        free_.push_back(chunk);
        return;
    }
    chunks_[chunk].bytes.reset();
    vacant_.push_back(chunk);
    budget_.release(chunk_bytes);
}

}  // namespace tickweir::gateway::hub
