// Finds SoupBinTCP packets in bytes of a stream that are there; what they mean is not known here.
#pragma once

#include <cstddef>
#include <cstdint>

#include "codecs/bytes.hpp"
#include "codecs/soup/packet.hpp"

namespace tickweir::codecs::soup {

/// What stands at the cursor.
enum class FrameStatus : std::uint8_t {
    packet,       ///< a packet; the cursor went past it
    end,          ///< no bytes left
    partial,      ///< fewer bytes than the packet needs; the cursor stays at its start
    zero_length,  ///< not even a type; the cursor stays at the length
    too_long,     ///< beyond the limit; the cursor stays at the length
};

/// Goes over the packets in a run of bytes, which must outlive it. Constant time a packet.
class PacketCursor {
public:
    /// `length_max`: the largest length that is taken, of type and payload.
    explicit PacketCursor(Bytes input, std::size_t length_max = longest_packet)
        : begin_{input.data()}, at_{begin_}, end_{begin_ + input.size()}, length_max_{length_max} {}

    /// Sets `packet` when the answer is FrameStatus::packet, and leaves it alone otherwise. A
    /// length is judged as soon as it is there, without waiting for what it promises.
    [[nodiscard, gnu::always_inline]] FrameStatus next(Packet& packet) {
        const auto left = static_cast<std::size_t>(end_ - at_);
        if (left < sizeof(be16)) [[unlikely]]
            return left == 0 ? FrameStatus::end : FrameStatus::partial;
        const std::size_t length = read<be16>(at_);
        if (length == 0) [[unlikely]]
            return FrameStatus::zero_length;
        if (length > length_max_) [[unlikely]]
            return FrameStatus::too_long;
        if (left - sizeof(be16) < length) [[unlikely]]
            return FrameStatus::partial;
        packet.type = static_cast<PacketType>(at_[sizeof(be16)]);
        packet.payload = Bytes{at_ + packet_overhead, length - 1};
        at_ += sizeof(be16) + length;
        return FrameStatus::packet;
    }

    /// The offset of the next packet from the start of the bytes.
    std::size_t position() const { return static_cast<std::size_t>(at_ - begin_); }
    /// The length that stands there, after FrameStatus::too_long.
    std::uint16_t length() const { return read<be16>(at_); }

private:
    const std::byte* begin_;
    const std::byte* at_;
    const std::byte* end_;
    std::size_t length_max_;
};

}  // namespace tickweir::codecs::soup
