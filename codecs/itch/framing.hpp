// BinaryFILE framing, as in NASDAQ's files: each message preceded by its length, two bytes, most
// significant first. Finds the messages in bytes that are there; reads no file and decodes nothing.
//
//   | len hi | len lo | message, len bytes | len hi | len lo | ...
#pragma once

#include <cstddef>
#include <cstdint>

#include "codecs/bytes.hpp"
#include "codecs/itch/messages.hpp"

namespace tickweir::codecs::itch {

/// What stands at the cursor.
enum class FrameStatus : std::uint8_t {
    message,             ///< a message; the cursor went past it
    end,                 ///< no bytes left
    partial,             ///< fewer bytes than the frame needs; the cursor stays at its start
    zero_length_damage,  ///< length zero before a known type; the cursor stays at the length
    end_marker,          ///< length zero otherwise: end of session; the cursor went past it
};

/// Whether bytes may follow the ones that are there. It decides about a zero length that ends
/// them: while more may follow it is `partial`, for its meaning hangs on the next byte.
enum class Input : std::uint8_t { growing, complete };

/// Goes over the messages in a run of framed bytes, which must outlive it. Constant time a message.
class FrameCursor {
public:
    explicit FrameCursor(Bytes framed, Input input = Input::growing)
        : begin_{framed.data()}, at_{begin_}, end_{begin_ + framed.size()}, input_{input} {}

    /// Sets `message` when the answer is FrameStatus::message, and leaves it alone otherwise.
    [[nodiscard, gnu::always_inline]] FrameStatus next(Bytes& message) {
        const auto left = static_cast<std::size_t>(end_ - at_);
        if (left < sizeof(be16)) [[unlikely]]
            return left == 0 ? FrameStatus::end : FrameStatus::partial;
        const std::size_t length = read<be16>(at_);
        if (length == 0) [[unlikely]]
            return zero_length(left);
        if (left - sizeof(be16) < length) [[unlikely]]
            return FrameStatus::partial;
        message = Bytes{at_ + sizeof(be16), length};
        at_ += sizeof(be16) + length;
        return FrameStatus::message;
    }

    /// The offset of the next frame from the start of the bytes.
    std::size_t position() const { return static_cast<std::size_t>(at_ - begin_); }

private:
    FrameStatus zero_length(std::size_t left) {
        if (left == sizeof(be16) && input_ == Input::growing) return FrameStatus::partial;
        if (left > sizeof(be16) && message_length(static_cast<char>(at_[sizeof(be16)])) != 0)
            return FrameStatus::zero_length_damage;
        at_ += sizeof(be16);
        return FrameStatus::end_marker;
    }

    const std::byte* begin_;
    const std::byte* at_;
    const std::byte* end_;
    Input input_;
};

}  // namespace tickweir::codecs::itch
