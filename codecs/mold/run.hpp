// Messages that follow each other, as they lie in one packet, and a part of them.
#pragma once

#include <cstddef>
#include <cstdint>

#include "codecs/mold/packet.hpp"
#include "codecs/mold/receiver_types.hpp"

namespace tickweir::codecs::mold {

struct Run {
    std::uint64_t sequence = 0;  ///< of the first
    std::uint64_t count = 0;
    Bytes frames;  ///< `[length, 2 bytes][message]...`
    TimeNs received{};

    std::uint64_t end() const { return sequence + count; }
};

/// The frames behind the first `count`, of which there are at least so many. Linear in `count`.
inline Bytes frames_behind(Bytes frames, std::uint64_t count) {
    std::size_t at = 0;
    for (; count > 0; --count) {
        at += sizeof(be16) + read<be16>(frames.data() + at);
    }
    return frames.subspan(at);
}

/// Those with a sequence number in [begin, end), which must lie within the run's.
inline Run part_of(const Run& run, std::uint64_t begin, std::uint64_t end) {
    Run part{begin, end - begin, frames_behind(run.frames, begin - run.sequence), run.received};
    if (end != run.end()) {
        part.frames =
            part.frames.first(part.frames.size() - frames_behind(part.frames, part.count).size());
    }
    return part;
}

}  // namespace tickweir::codecs::mold
