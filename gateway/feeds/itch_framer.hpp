// From framed bytes to the messages that a set of books has to apply: only those of its shard, and
// none beyond where it was told to stop.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>

#include "codecs/bytes.hpp"
#include "codecs/itch/framing.hpp"
#include "gateway/feeds/itch_peek.hpp"

namespace tickweir::gateway {

/// Which locates a set of books keeps, so that several threads can share a feed.
struct ItchShard {
    std::uint32_t index = 0;
    std::uint32_t count = 1;

    bool owns(std::uint16_t locate) const {
        if (count == 1) return true;
        // Neighbouring locates are alike in activity; a multiplicative hash spreads them.
        return (locate * 0x9e3779b1U >> 16) % count == index;
    }
};

/// Where `apply` has to stop.
struct ItchStop {
    std::uint64_t messages = std::numeric_limits<std::uint64_t>::max();  ///< of all shards
    std::optional<std::uint64_t> after_ns;  ///< last time since midnight that still counts
    bool at_refusal = false;                ///< at the first refused message (one shard only)
};

enum class ItchStopped : std::uint8_t {
    need_more,    ///< all whole frames used; the rest, if any, is the start of one
    at_messages,  ///< the stop's count is used up
    at_time,      ///< the next message is later than the stop's time
    at_refusal,   ///< the message before `consumed` was refused
    damaged,      ///< the framing makes no sense at `consumed`
};

struct ItchProgress {
    ItchStopped stopped = ItchStopped::need_more;
    std::size_t consumed = 0;    ///< bytes of the input that are done with
    std::uint64_t messages = 0;  ///< framed in this call, of all shards
};

/// A framed message that waits to be applied.
struct ItchPending {
    codecs::Bytes message;
    std::size_t end;  ///< offset behind the frame
};

/// Goes over the frames of one `apply`, those of its shard and those that concern all. `progress`
/// tells how far, and why no further.
class ItchFramer {
public:
    ItchFramer(codecs::Bytes frames, const ItchShard& shard, const ItchStop& stop)
        : cursor_{frames}, shard_{shard}, stop_{stop} {}

    /// Sets the next message of the shard; false when none can follow in this call.
    [[gnu::always_inline]] bool next(ItchPending& pending) {
        codecs::Bytes& message = pending.message;
        for (;;) {
            if (progress.messages == stop_.messages) [[unlikely]]
                return stopped(ItchStopped::at_messages);
            const codecs::itch::FrameStatus status = cursor_.next(message);
            if (status == codecs::itch::FrameStatus::end_marker) [[unlikely]] {
                progress.consumed = cursor_.position();
                continue;
            }
            if (status != codecs::itch::FrameStatus::message) [[unlikely]]
                return stopped(status == codecs::itch::FrameStatus::zero_length_damage
                                   ? ItchStopped::damaged
                                   : ItchStopped::need_more);
            if (stop_.after_ns) [[unlikely]]
                if (itch_peek::time(message).value_or(0) > *stop_.after_ns)
                    return stopped(ItchStopped::at_time);
            pending.end = cursor_.position();
            ++progress.messages;
            progress.consumed = pending.end;
            if (shard_.owns(itch_peek::locate(message)) || concerns_all(message)) [[likely]]
                return true;
        }
    }

    ItchProgress progress;

private:
    /// A system event does, and so does a message whose length is not its type's: its locate cannot
    /// be trusted.
    static bool concerns_all(codecs::Bytes message) {
        const auto type = static_cast<char>(message[0]);
        const std::size_t right = codecs::itch::message_length(type);
        return type == 'S' || (right != 0 && message.size() != right);
    }

    bool stopped(ItchStopped why) {
        progress.stopped = why;
        return false;
    }

    codecs::itch::FrameCursor cursor_;
    const ItchShard& shard_;
    const ItchStop& stop_;
};

}  // namespace tickweir::gateway
