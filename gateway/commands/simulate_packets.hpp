// The sender of a simulated multicast feed: packs messages into MoldUDP64 packets as they come, and
// ends the session.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "book/types.hpp"
#include "codecs/bytes.hpp"
#include "codecs/mold/packet.hpp"
#include "gateway/commands/simulate_lines.hpp"

namespace tickweir::gateway {

/// Packs messages that come close together into one packet, as exchanges do, and sends it when it
/// is full or its first message has waited long enough. One owner thread.
class PacketSender {
public:
    /// How long a message waits for others to share its packet.
    static constexpr std::chrono::nanoseconds gathering{10'000};

    /// `lines` must outlive this.
    PacketSender(FeedLines& lines, const codecs::Alpha<10>& session)
        : lines_{lines}, session_{session} {}

    /// Takes the next message, made at `time`, not before that of the last one.
    void add(codecs::Bytes message, book::TimeNs time);

    /// Sends what waits, and says that the session is over, three times, a second apart.
    void end();

private:
    void begin(book::TimeNs time);
    void flush();
    void send(codecs::Bytes packet, book::TimeNs time);

    FeedLines& lines_;
    codecs::Alpha<10> session_;
    std::array<std::byte, FeedLines::payload_bytes_max> buffer_{};
    std::optional<codecs::mold::PacketWriter> packet_;
    std::uint64_t sequence_ = 1;  // of the packet's first message
    book::TimeNs first_{};        // of the packet
    book::TimeNs last_{};
    book::TimeNs sent_{};
};

}  // namespace tickweir::gateway
