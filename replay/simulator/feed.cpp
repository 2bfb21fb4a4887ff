#include "replay/simulator/feed.hpp"

#include <cstring>

namespace tickweir::replay::simulator {

std::size_t Feed::take(std::span<std::byte> out) {
    std::size_t end = used_;
    if (end - taken_ > out.size()) {
        end = taken_;
        while (end - taken_ + frame_bytes_at(end) <= out.size())
            end += frame_bytes_at(end);
    }
    const std::size_t bytes = end - taken_;
    if (bytes != 0) std::memcpy(out.data(), frames_.data() + taken_, bytes);
    taken_ = end;
    reuse_when_empty();
    return bytes;
}

codecs::Bytes Feed::take_one() {
    const std::size_t frame_bytes = frame_bytes_at(taken_);
    const codecs::Bytes frame{frames_.data() + taken_, frame_bytes};
    taken_ += frame_bytes;
    reuse_when_empty();
    return frame.subspan(sizeof(codecs::be16));
}

}  // namespace tickweir::replay::simulator
