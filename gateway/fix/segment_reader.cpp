#include "gateway/fix/segment_reader.hpp"

#include <algorithm>
#include <utility>

namespace tickweir::gateway::fix {

SegmentReader::SegmentReader(std::unique_ptr<txn::io::File> file, std::uint32_t seed)
    : file_{std::move(file)}, seed_{seed} {}

SegmentLook SegmentReader::at(std::uint64_t offset, std::uint64_t end, bool may_read) {
    using Kind = SegmentLook::Kind;
    for (;;) {
        const RecordLook look = look_at_record(seen(offset, end), seed_);
        if (look.kind == RecordLook::Kind::whole)
            return {Kind::record, look.bytes, look.number, look.next_inbound, look.wire};
        if (look.kind == RecordLook::Kind::bad || offset >= end || look.bytes > end - offset)
            return {Kind::bad};
        if (!may_read) return {Kind::unread};
        const std::uint64_t wanted = std::max<std::uint64_t>(look.bytes, window_bytes);
        if (!load(offset, static_cast<std::size_t>(std::min(wanted, end - offset))))
            return {Kind::io_error};
        // A file that is shorter than it has to be.
        if (window_length_ < look.bytes) return {Kind::bad};
    }
}

std::optional<std::uint64_t> SegmentReader::find(std::uint64_t offset, std::uint64_t end,
                                                 std::uint64_t after) {
    for (; offset < end && end - offset >= sizeof(RecordHead); ++offset) {
        const auto bytes = seen(offset, end);
        if (bytes.size() >= sizeof(RecordHead) && !has_record_mark(bytes)) continue;
        const SegmentLook look = at(offset, end, true);
        if (look.kind == SegmentLook::Kind::io_error) return std::nullopt;
        if (look.kind == SegmentLook::Kind::record && look.number > after) return offset;
    }
    return std::nullopt;
}

std::size_t SegmentReader::take_bytes_read() {
    return std::exchange(bytes_read_, 0);
}

/// What of the file from `offset` on is in memory.
std::span<const std::byte> SegmentReader::seen(std::uint64_t offset, std::uint64_t end) const {
    if (offset < window_at_ || offset - window_at_ >= window_length_ || offset >= end) return {};
    const auto skipped = static_cast<std::size_t>(offset - window_at_);
    const std::uint64_t length = std::min<std::uint64_t>(window_length_ - skipped, end - offset);
    return {window_.get() + skipped, static_cast<std::size_t>(length)};
}

bool SegmentReader::load(std::uint64_t offset, std::size_t bytes) {
    if (capacity_ < bytes) {
        capacity_ = std::max(bytes, window_bytes);
        window_ = std::make_unique_for_overwrite<std::byte[]>(capacity_);
    }
    window_at_ = offset;
    window_length_ = 0;
    const auto read = file_->read_at(offset, {window_.get(), bytes});
    if (!read) {
        error_ = read.error();
        return false;
    }
    window_length_ = *read;
    bytes_read_ += *read;
    return true;
}

}  // namespace tickweir::gateway::fix
