// Where the output stands between data frames, so that control frames go out between two data
// frames and never inside one. Pure.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include <sys/uio.h>

namespace tickweir::gateway {

/// Follows unmasked WebSocket frames (RFC 6455 §5.2) as they are sent piece by piece.
///
///     | 2, 4 or 10 bytes of header | payload | header | payload | ...
///                                      ^ position
class FrameCursor {
public:
    bool between_frames() const { return payload_ == 0 && header_bytes_ == 0; }

    /// A number of bytes that does not lead beyond the frame that has begun; not 0 inside one.
    std::size_t step() const {
        return header_bytes_ > 0 ? header_length() - header_bytes_ : payload_;
    }

    /// What was sent ends with a frame: no need to look into it.
    void finish_frame() {
        payload_ = 0;
        header_bytes_ = 0;
    }

    /// The first `sent` bytes of `pieces`, which begin at the position, went out.
    void advance(std::span<const iovec> pieces, std::size_t sent) {
        for (const iovec& piece : pieces) {
            const std::size_t bytes = std::min(sent, piece.iov_len);
            follow({static_cast<const std::uint8_t*>(piece.iov_base), bytes});
            sent -= bytes;
            if (sent == 0) return;
        }
    }

private:
    void follow(std::span<const std::uint8_t> bytes) {
        while (!bytes.empty()) {
            if (payload_ > 0) {
                const std::size_t skipped = std::min<std::size_t>(payload_, bytes.size());
                payload_ -= skipped;
                bytes = bytes.subspan(skipped);
                continue;
            }
            header_[header_bytes_++] = bytes.front();
            bytes = bytes.subspan(1);
            if (header_bytes_ == header_length()) end_header();
        }
    }

    std::size_t header_length() const {
        if (header_bytes_ < 2) return 2;
        const unsigned length = header_[1] & 0x7fU;
        return length < 126 ? 2 : length == 126 ? 4 : 10;
    }

    void end_header() {
        payload_ = 0;
        for (std::size_t i = 2; i < header_bytes_; ++i)
            payload_ = payload_ << 8U | header_[i];
        if (header_bytes_ == 2) payload_ = header_[1] & 0x7fU;
        header_bytes_ = 0;
    }

    std::uint64_t payload_ = 0;  // bytes missing of it
    std::array<std::uint8_t, 10> header_{};
    std::size_t header_bytes_ = 0;  // seen of a header that is not whole
};

}  // namespace tickweir::gateway
