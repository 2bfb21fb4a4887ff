#include "gateway/play/feed_line.hpp"

#include <algorithm>

#include "book/ensure.hpp"

namespace tickweir::gateway {

void FeedLine::carry(const FeedPacket& packet, book::TimeNs now) {
    book::ensure(has_room());
    ++counts_.carried;
    faults_.carry(packet, [this, now](const FeedPacket& passed, Passage passage) {
        pass(passed, passage, now);
    });
}

void FeedLine::drain(book::TimeNs now) {
    faults_.drain(
        [this, now](const FeedPacket& passed, Passage passage) { pass(passed, passage, now); });
}

void FeedLine::pass(const FeedPacket& packet, Passage passage, book::TimeNs now) {
    switch (passage) {
        case Passage::on_time:
            break;
        case Passage::again:
            ++counts_.doubled;
            break;
        case Passage::late:
            ++counts_.reordered;
            break;
        case Passage::held:
            return;
        case Passage::lost:
            ++counts_.lost;
            return;
    }
    push(packet, now + delay_);
}

void FeedLine::push(const FeedPacket& packet, book::TimeNs due) {
    if (size_ == ring_.size()) {
        constexpr std::size_t first = 1024;
        std::vector<Waiting> larger(std::max(first, 2 * ring_.size()));
        for (std::size_t i = 0; i < size_; ++i)
            larger[i] = at(i);
        ring_ = std::move(larger);
        head_ = 0;
    }
    ring_[(head_ + size_) & (ring_.size() - 1)] = {packet, due};
    ++size_;
}

}  // namespace tickweir::gateway
