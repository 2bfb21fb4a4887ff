#include "codecs/mold/reorder_buffer.hpp"

#include <algorithm>
#include <cstring>

namespace tickweir::codecs::mold {

ReorderBuffer::ReorderBuffer(std::uint32_t packets, std::uint32_t packet_bytes)
    : slot_bytes_{packet_bytes - sizeof(Header)},
      memory_{std::make_unique_for_overwrite<std::byte[]>(packets * slot_bytes_)},
      kept_(std::size_t{2} * packets) {
    free_.reserve(packets);
    for (std::uint32_t number = packets; number > 0; --number) {
        free_.push_back(number - 1);
    }
}

void ReorderBuffer::put(const Run& run) {
    if (last_ == kept_.size()) {
        std::copy(kept_.data() + first_, kept_.data() + last_, kept_.data());
        last_ -= first_;
        first_ = 0;
    }
    const Kept kept{run.sequence, run.count, run.received,
                    static_cast<std::uint32_t>(run.frames.size()), free_.back()};
    free_.pop_back();
    std::memcpy(slot(kept.slot), run.frames.data(), run.frames.size());
    std::size_t at = last_++;
    for (; at > first_ && kept_[at - 1].sequence > run.sequence; --at) {
        kept_[at] = kept_[at - 1];
    }
    kept_[at] = kept;
    messages_ += run.count;
}

void ReorderBuffer::release(const Kept& kept) {
    messages_ -= kept.count;
    free_.push_back(kept.slot);
}

void ReorderBuffer::pop_front() {
    release(kept_[first_++]);
    if (empty()) first_ = last_ = 0;
}

void ReorderBuffer::pop_back() {
    release(kept_[--last_]);
}

void ReorderBuffer::clear() {
    while (!empty()) {
        pop_back();
    }
    first_ = last_ = 0;
}

}  // namespace tickweir::codecs::mold
