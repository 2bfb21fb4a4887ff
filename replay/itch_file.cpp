#include "replay/itch_file.hpp"

#include <algorithm>
#include <cstring>
#include <string>
#include <utility>

#include "book/ensure.hpp"

namespace tickweir::replay {

ItchFile::ItchFile(ByteSource source)
    : source_{std::move(source)},
      buffer_{std::make_unique<std::byte[]>(frame_bytes_max + read_bytes + Block::padding)} {}

CaptureStatus ItchFile::next(Block& block) {
    const std::size_t left = end_ - begin_;
    // Whatever could not be a cut frame is given again without reading more.
    const bool read_more = status_ == ReadStatus::ok && left < frame_bytes_max;
    if (read_more) {
        std::byte* const area = buffer_.get() + frame_bytes_max;
        std::memmove(area - left, buffer_.get() + begin_, left);
        begin_ = frame_bytes_max - left;
        const ReadResult got = source_.read({area, read_bytes});
        end_ = frame_bytes_max + got.bytes;
        status_ = got.status;
    }
    const bool complete = status_ != ReadStatus::ok;
    if (begin_ == end_ || untouched_) return stop();
    untouched_ = complete;
    block = Block{};
    block.frames = codecs::Bytes{buffer_.get() + begin_, end_ - begin_};
    block.offset = offset_;
    block.new_session = !std::exchange(started_, true);
    block.complete = complete;
    return CaptureStatus::block;
}

void ItchFile::consumed(std::size_t bytes) {
    book::ensure(bytes <= end_ - begin_);
    if (bytes != 0) untouched_ = false;
    begin_ += bytes;
    offset_ += bytes;
}

CaptureStatus ItchFile::stop() {
    switch (status_) {
        case ReadStatus::truncated:
        case ReadStatus::damaged:
        case ReadStatus::io_error:
            damage_ = source_.damage();
            return status_ == ReadStatus::truncated ? CaptureStatus::truncated
                   : status_ == ReadStatus::damaged ? CaptureStatus::damaged
                                                    : CaptureStatus::failed;
        case ReadStatus::ok:
        case ReadStatus::end:
            break;
    }
    const std::size_t left = end_ - begin_;
    if (left == 0) return CaptureStatus::end;
    damage_.offset = offset_;
    damage_.file_offset =
        source_.compression() == Compression::none ? offset_ : source_.file_position();
    damage_.what = "itch: the last frame is cut off after " + std::to_string(left) + " bytes";
    if (left >= 2) {
        const auto length = std::to_integer<unsigned>(buffer_[begin_]) << 8 |
                            std::to_integer<unsigned>(buffer_[begin_ + 1]);
        damage_.what += " of " + std::to_string(length + 2);
    }
    return CaptureStatus::truncated;
}

CaptureTotals ItchFile::totals() const {
    CaptureTotals totals;
    totals.sessions = started_ ? 1 : 0;
    return totals;
}

}  // namespace tickweir::replay
