// Bytes that wait to be sent, in order, in a ring of a fixed capacity; one owner.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <vector>

#include "codecs/bytes.hpp"

namespace tickweir::codecs::soup {

/// Allocates its capacity when made, and never again.
class OutputRing {
public:
    explicit OutputRing(std::size_t capacity) : ring_(capacity) {}

    std::size_t pending() const { return pending_; }
    std::size_t room() const { return ring_.size() - pending_; }

    /// The first of what waits, as far as it lies in one piece: all of it, or what is before the
    /// ring's seam. Valid until the next change.
    Bytes front() const {
        return Bytes{ring_}.subspan(head_, std::min(pending_, ring_.size() - head_));
    }

    /// There has to be room.
    void append(Bytes bytes) {
        const std::size_t tail = wrapped(head_ + pending_);
        const std::size_t before_seam = std::min(bytes.size(), ring_.size() - tail);
        copy(tail, bytes.first(before_seam));
        copy(0, bytes.subspan(before_seam));
        pending_ += bytes.size();
    }

    /// Forgets the first `count` bytes, or all of them where there are fewer.
    void drain(std::size_t count) {
        count = std::min(count, pending_);
        pending_ -= count;
        // An emptied ring starts over, so that what comes next lies in one piece and in cache.
        head_ = pending_ == 0 ? 0 : wrapped(head_ + count);
    }

private:
    std::size_t wrapped(std::size_t at) const { return at < ring_.size() ? at : at - ring_.size(); }
    void copy(std::size_t at, Bytes bytes) {
        if (!bytes.empty()) std::memcpy(ring_.data() + at, bytes.data(), bytes.size());
    }

    std::vector<std::byte> ring_;
    std::size_t head_ = 0;
    std::size_t pending_ = 0;
};

}  // namespace tickweir::codecs::soup
