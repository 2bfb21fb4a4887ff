// What a MoldUDP64 feed sends, and when: messages packed as they come, heartbeats in silence, the
// end of the session again and again. Pure: takes the time, gives packets, owns no socket.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "book/types.hpp"
#include "codecs/mold/packet.hpp"
#include "gateway/play/message_archive.hpp"

namespace tickweir::gateway {

/// A packet whose messages lie in the archive: `bytes` of them at `offset`, behind a head with
/// `sequence` and `count`.
struct FeedPacket {
    std::uint64_t sequence = 0;
    std::uint64_t offset = 0;
    std::uint32_t bytes = 0;
    std::uint16_t count = 0;  ///< 0: heartbeat; 0xFFFF: end of the session
    friend constexpr bool operator==(const FeedPacket&, const FeedPacket&) = default;
};

/// The packet that carries a run of messages.
constexpr FeedPacket packet_of(const ArchiveRun& run) {
    return {run.place.sequence, run.place.offset, static_cast<std::uint32_t>(run.frames.size()),
            static_cast<std::uint16_t>(run.count)};
}

/// Bytes of messages, lengths included, that a full packet carries at most; a longer message has
/// one of its own. With all heads it fits an Ethernet frame.
inline constexpr std::size_t packet_frames_bytes_max = 1'400 - sizeof(codecs::mold::Header);

/// The sender's side of one session after another. One owner thread.
class MoldStream {
public:
    /// How long a message waits for others to share its packet.
    static constexpr std::chrono::microseconds gathering{10};
    /// Silence after which a heartbeat tells the next sequence number.
    static constexpr std::chrono::seconds heartbeat_after{1};
    /// Between the packets that end a session.
    static constexpr std::chrono::milliseconds end_again_after{200};

    explicit MoldStream(book::TimeNs now) : last_sent_{now} {}

    /// The packet that is due, if one is; to be asked until there is none. Every message of
    /// `archive` is sent once, in order. Linear in the messages of the packet.
    std::optional<FeedPacket> next(const MessageArchive& archive, book::TimeNs now);

    /// No messages follow. What is left is sent, and then for `linger` that the session is over, at
    /// least once. A second call can only shorten it.
    void end(book::TimeNs now, std::chrono::nanoseconds linger);
    /// Whether it was told so, and `linger` is over.
    bool over(book::TimeNs now) const { return end_told_ && now >= *end_until_; }

    /// The next session begins, with an archive that was cleared.
    void begin(book::TimeNs now) { *this = MoldStream{now}; }

    /// When next() will have something even if no message comes; of messages that are there, when
    /// they have waited long enough.
    book::TimeNs next_due() const;

    /// Of the first message that was not sent yet.
    const ArchivePlace& place() const { return place_; }

private:
    std::optional<FeedPacket> messages(const MessageArchive& archive, book::TimeNs now);
    FeedPacket mark(std::uint16_t count, book::TimeNs now);

    ArchivePlace place_;
    book::TimeNs last_sent_;
    std::optional<book::TimeNs> waiting_since_;  // messages for others
    std::optional<book::TimeNs> end_until_;
    bool end_told_ = false;
};

}  // namespace tickweir::gateway
