// What a capture hands to its reader: blocks of framed messages with what is known about them.
// Values only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "book/types.hpp"
#include "codecs/bytes.hpp"

namespace tickweir::replay {

/// A run of messages. `frames` stay valid until the next call of the capture.
struct Block {
    /// Bytes behind `frames` that may be read, so that a decoder's look-ahead needs no bounds
    /// check. What stands there is unspecified.
    static constexpr std::size_t padding = 64;

    /// `[length, 2 bytes big-endian][message]` again and again. A block of an ITCH file may end
    /// inside a frame; one of a packet never does, but may have a frame of length 0, which is an
    /// empty message. Empty where only a loss is reported.
    codecs::Bytes frames;
    /// Of `frames[0]` in the decompressed ITCH file; of the packet's record in the decompressed
    /// pcap. (In pcapng blocks that hold no packet count as part of the record that follows.)
    std::uint64_t offset = 0;
    /// When the packet was received; none in ITCH files.
    std::optional<book::TimeNs> received;
    /// Sequence number of the first message, or of the next one to come if there is none here; none
    /// where messages are not numbered.
    std::optional<std::uint64_t> sequence;
    /// Messages that are known to be missing directly before this block.
    std::uint64_t lost_before = 0;
    /// Which of the capture's sessions this belongs to, counted from 0 by first appearance.
    std::uint32_t session = 0;
    /// The first block of that session.
    bool new_session = false;
    /// Nothing follows: a frame that is cut off here stays so.
    bool complete = false;
};

/// What `next` found.
enum class CaptureStatus : std::uint8_t {
    block,      ///< a block was given
    end,        ///< the capture is whole and over
    truncated,  ///< the file stops inside a frame, record or compressed stream
    damaged,    ///< the container is wrong from here on
    failed,     ///< the operating system refused to read
};

/// Counts over everything read so far. An ITCH file has only `sessions`.
struct CaptureTotals {
    std::uint64_t sessions = 0;
    std::uint64_t packets = 0;       ///< records in the capture, of any kind
    std::uint64_t mold_packets = 0;  ///< among them MoldUDP64, heartbeats included
    std::uint64_t heartbeats =
        0;  ///< among those without messages that only tell a sequence number
    std::uint64_t ends_of_session = 0;     ///< among those that say that the session is over
    std::uint64_t duplicate_packets = 0;   ///< every message seen before; dropped
    std::uint64_t duplicate_messages = 0;  ///< dropped, also from packets that bring new ones too
    std::uint64_t gaps = 0;
    std::uint64_t lost_messages = 0;  ///< in all gaps
    std::uint64_t not_udp = 0;        ///< skipped: ARP, TCP and whatever else is not UDP over IP
    std::uint64_t not_mold = 0;       ///< skipped: UDP whose payload is not a MoldUDP64 packet
    std::uint64_t fragments = 0;      ///< skipped: pieces of fragmented IP datagrams
    std::uint64_t cut_packets = 0;    ///< skipped: recorded shorter than they were (snap length)
    std::uint64_t malformed = 0;      ///< skipped: IP or UDP lengths contradict each other
    friend constexpr bool operator==(const CaptureTotals&, const CaptureTotals&) = default;
};

}  // namespace tickweir::replay
