// Bytes that wait in order, up to a limit; one owner.
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <vector>

#include "book/ensure.hpp"

namespace tickweir::gateway {

/// What an emptied queue keeps of its memory, so that idle sessions are small and busy ones do not
/// allocate.
inline constexpr std::size_t byte_queue_kept_bytes = 32 * 1024;

/// At most `limit` bytes. Memory grows with what waits, by doubling, never beyond the limit.
class ByteQueue {
public:
    explicit ByteQueue(std::size_t limit) : limit_(limit) {}

    std::size_t size() const { return bytes_.size() - head_; }
    std::size_t room() const { return limit_ - size(); }
    /// All of them; valid until the next change.
    std::span<const std::byte> front() const { return std::span{bytes_}.subspan(head_); }

    /// Takes what there is room for.
    std::size_t append(std::span<const std::byte> bytes) {
        const std::size_t count = std::min(bytes.size(), room());
        if (bytes_.size() + count > bytes_.capacity()) make_room(count);
        bytes_.insert(bytes_.end(), bytes.begin(),
                      bytes.begin() + static_cast<std::ptrdiff_t>(count));
        return count;
    }

    /// Forgets the first `count` bytes; there are that many.
    void drain(std::size_t count) {
        book::ensure(count <= size());
        head_ += count;
        if (head_ < bytes_.size()) return;
        head_ = 0;
        if (bytes_.capacity() > byte_queue_kept_bytes) bytes_ = {};
        bytes_.clear();
    }

private:
    void make_room(std::size_t count) {
        bytes_.erase(bytes_.begin(), bytes_.begin() + static_cast<std::ptrdiff_t>(head_));
        head_ = 0;
        const std::size_t needed = bytes_.size() + count;
        if (needed > bytes_.capacity()) {
            bytes_.reserve(std::clamp(2 * bytes_.capacity(), needed, std::max(needed, limit_)));
        }
    }

    std::vector<std::byte> bytes_;
    std::size_t head_ = 0;
    std::size_t limit_;
};

}  // namespace tickweir::gateway
