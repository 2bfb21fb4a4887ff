// Messages into framed bytes (BinaryFILE, see framing.hpp), in a buffer of the caller's. The
// structs are the encoding: what is left to do is to frame them and to stamp their type.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <span>

#include "codecs/bytes.hpp"
#include "codecs/itch/messages.hpp"

namespace tickweir::codecs::itch {

/// The bytes a message takes with its length before it.
template <Message M>
inline constexpr std::size_t frame_length = sizeof(be16) + sizeof(M);

/// Writes the frame of `message`, with the type byte its struct stands for whatever `type` holds.
/// Returns the bytes written, or 0 and writes nothing where `out` is too short.
template <Message M>
[[nodiscard]] std::size_t write_frame(std::span<std::byte> out, const M& message) {
    if (out.size() < frame_length<M>) return 0;
    const be16 length{sizeof(M)};
    std::memcpy(out.data(), &length, sizeof length);
    std::memcpy(out.data() + sizeof length, &message, sizeof message);
    out[sizeof length] = static_cast<std::byte>(type_of<M>);
    return frame_length<M>;
}

/// Appends frames to a buffer until it is full. A frame is written whole or not at all.
class FrameWriter {
public:
    explicit FrameWriter(std::span<std::byte> out) : out_{out} {}

    /// False, and nothing written, where the frame does not fit.
    template <Message M>
    [[nodiscard]] bool append(const M& message) {
        const std::size_t length = write_frame(out_.subspan(used_), message);
        used_ += length;
        return length != 0;
    }

    /// Frames bytes as they are, whatever they mean. False where they do not fit, are too many for
    /// a length of two bytes, or none: a length of zero is not a message.
    [[nodiscard]] bool append(Bytes message) {
        if (message.empty() || message.size() > std::numeric_limits<std::uint16_t>::max() ||
            out_.size() - used_ < sizeof(be16) + message.size())
            return false;
        const be16 length{static_cast<std::uint16_t>(message.size())};
        std::memcpy(out_.data() + used_, &length, sizeof length);
        std::memcpy(out_.data() + used_ + sizeof length, message.data(), message.size());
        used_ += sizeof length + message.size();
        return true;
    }

    /// The frames written so far.
    Bytes written() const { return out_.first(used_); }

    /// Starts again at the front of the buffer.
    void clear() { used_ = 0; }

private:
    std::span<std::byte> out_;
    std::size_t used_ = 0;
};

}  // namespace tickweir::codecs::itch
