#include "gateway/play/message_archive.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "book/ensure.hpp"

namespace tickweir::gateway {
namespace {

using codecs::be16;

constexpr unsigned group_shift = 6;

constexpr std::uint64_t group_of(std::uint64_t sequence) {
    return sequence >> group_shift;
}

std::size_t frame_bytes(const std::byte* frame) {
    return sizeof(be16) + codecs::read<be16>(frame);
}

}  // namespace

MessageArchive::MessageArchive(const ArchiveLimits& limits)
    : segment_bytes_{std::max(limits.segment_bytes, ArchiveLimits::segment_bytes_min)},
      segments_max_{
          static_cast<std::size_t>(std::max<std::uint64_t>(limits.bytes_max / segment_bytes_, 2))} {
}

void MessageArchive::append(codecs::Bytes message) {
    book::ensure(message.size() <= message_bytes_max);
    const std::size_t bytes = sizeof(be16) + message.size();
    if (segments_.empty() || segment_bytes_ - segments_.back().used < bytes) open_segment();
    Segment& segment = segments_.back();
    std::byte* const to = segment.bytes.get() + segment.used;
    const be16 length{static_cast<std::uint16_t>(message.size())};
    std::memcpy(to, &length, sizeof length);
    if (!message.empty()) std::memcpy(to + sizeof length, message.data(), message.size());
    if (marks_.empty() || next_sequence_ % (std::uint64_t{1} << group_shift) == 0)
        marks_.push_back(end_);
    segment.used += bytes;
    end_ += bytes;
    ++next_sequence_;
}

std::optional<ArchivePlace> MessageArchive::find(std::uint64_t sequence) const {
    if (sequence < first_sequence_ || sequence > next_sequence_) return std::nullopt;
    if (sequence == next_sequence_) return ArchivePlace{sequence, end_};
    const std::uint64_t group = group_of(sequence);
    ArchivePlace place{std::max(group << group_shift, first_sequence_),
                       marks_[group - group_of(first_sequence_)]};
    while (place.sequence < sequence) {
        to_next_segment(place);
        const Segment& segment = segment_at(place.offset);
        place.offset += frame_bytes(segment.bytes.get() + place.offset % segment_bytes_);
        ++place.sequence;
    }
    to_next_segment(place);
    return place;
}

ArchiveRun MessageArchive::run(ArchivePlace& place, std::size_t bytes_max,
                               std::uint64_t count_max) const {
    book::ensure(holds(place) && place.sequence <= next_sequence_);
    if (place.sequence == next_sequence_ || count_max == 0) return {place, 0, {}};
    to_next_segment(place);
    const Segment& segment = segment_at(place.offset);
    const std::size_t begin = place.offset % segment_bytes_;
    const std::byte* const from = segment.bytes.get() + begin;
    const std::size_t there = segment.used - begin;
    std::uint32_t count = 0;
    std::size_t bytes = 0;
    while (bytes < there && count < count_max) {
        const std::size_t next = bytes + frame_bytes(from + bytes);
        if (next > bytes_max && count != 0) break;
        bytes = next;
        ++count;
    }
    return {place, count, {from, bytes}};
}

std::optional<codecs::Bytes> MessageArchive::bytes_at(std::uint64_t offset,
                                                      std::size_t bytes) const {
    if (bytes == 0) return codecs::Bytes{};
    if (offset / segment_bytes_ < first_segment_ || segments_.empty()) return std::nullopt;
    return codecs::Bytes{segment_at(offset).bytes.get() + offset % segment_bytes_, bytes};
}

void MessageArchive::clear() {
    while (!segments_.empty()) {
        spare_.push_back(std::move(segments_.front().bytes));
        segments_.pop_front();
    }
    first_segment_ = 0;
    first_sequence_ = next_sequence_ = 1;
    end_ = 0;
    marks_.clear();
}

const MessageArchive::Segment& MessageArchive::segment_at(std::uint64_t offset) const {
    return segments_[offset / segment_bytes_ - first_segment_];
}

void MessageArchive::open_segment() {
    if (segments_.size() == segments_max_) evict_segment();
    Segment segment;
    if (spare_.empty()) {
        segment.bytes = std::make_unique_for_overwrite<std::byte[]>(segment_bytes_);
    } else {
        segment.bytes = std::move(spare_.front());
        spare_.pop_front();
    }
    segment.first_sequence = next_sequence_;
    segments_.push_back(std::move(segment));
    end_ = (first_segment_ + segments_.size() - 1) * segment_bytes_;
}

void MessageArchive::evict_segment() {
    spare_.push_back(std::move(segments_.front().bytes));
    segments_.pop_front();
    const std::uint64_t group_before = group_of(first_sequence_);
    ++first_segment_;
    first_sequence_ = segments_.front().first_sequence;
    const std::uint64_t groups_gone = group_of(first_sequence_) - group_before;
    marks_.erase(marks_.begin(), marks_.begin() + static_cast<std::ptrdiff_t>(groups_gone));
    marks_.front() = first_segment_ * segment_bytes_;
}

/// Of a place behind a segment's last message: the start of the next segment. `place` is no end.
void MessageArchive::to_next_segment(ArchivePlace& place) const {
    const std::uint64_t number = place.offset / segment_bytes_;
    // The segment may be gone when all that was read of it was its end.
    if (number >= first_segment_ &&
        place.offset % segment_bytes_ < segments_[number - first_segment_].used)
        return;
    place.offset = std::max(number + 1, first_segment_) * segment_bytes_;
}

}  // namespace tickweir::gateway
