// Looks over framed ITCH messages without decoding them, to cut them where books must be looked at
// from outside between two messages.
#pragma once

#include <cstddef>

#include "codecs/bytes.hpp"
#include "codecs/itch/framing.hpp"
#include "codecs/itch/messages.hpp"

namespace tickweir::gateway {

/// A run of whole frames at the front of some bytes.
struct FrameScan {
    std::size_t end = 0;        ///< behind the run
    bool system_start = false;  ///< it begins with the system event that starts a day's messages
    bool wrong_length = false;  ///< it ends with a message that is not as long as its type
    bool damaged = false;       ///< the framing makes no sense at `end`
    bool exhausted = false;     ///< behind it there is no whole frame
};

/// The run up to the next start of a day or wrong length. Linear in its messages.
inline FrameScan scan_frames(codecs::Bytes frames, codecs::itch::Input input) {
    using codecs::itch::FrameStatus;
    FrameScan scan;
    codecs::itch::FrameCursor cursor{frames, input};
    codecs::Bytes message;
    for (;;) {
        scan.end = cursor.position();
        const FrameStatus status = cursor.next(message);
        if (status == FrameStatus::end_marker) continue;
        if (status != FrameStatus::message) {
            scan.damaged = status == FrameStatus::zero_length_damage;
            scan.exhausted = !scan.damaged;
            return scan;
        }
        const auto type = static_cast<char>(message[0]);
        const std::size_t right = codecs::itch::message_length(type);
        if (type == 'S' && message.size() == right &&
            message[offsetof(codecs::itch::SystemEvent, event_code)] == std::byte{'O'}) {
            if (scan.end != 0) return scan;
            scan.system_start = true;
        }
        if (right != 0 && message.size() != right) [[unlikely]] {
            scan.end = cursor.position();
            scan.wrong_length = true;
            return scan;
        }
    }
}

}  // namespace tickweir::gateway
