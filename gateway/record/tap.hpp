// Where a feed hands what it received to the recorder: records of a ByteRing, never waited for. A
// recorder that falls behind loses records, which are counted, and costs the feed nothing more.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include "book/byte_ring.hpp"
#include "codecs/bytes.hpp"
#include "gateway/config/config.hpp"
#include "gateway/runtime/reactor.hpp"

namespace tickweir::gateway {

/// What the bytes of a record are.
enum class TapKind : std::uint8_t {
    packets,  ///< a datagram, or framed messages in sequence
    frame,    ///< a frame of JSON that was received
    answer,   ///< `count` bytes of a target (path and query), then the body of the answer
    sent,     ///< a frame that was sent
    lost,     ///< none: the connection was lost; what follows is of another
};

/// What is in front of the bytes of each record: a datagram with where it came from and went to,
/// framed messages in sequence, or a text.
struct TapHeader {
    std::uint32_t feed = 0;                 ///< as the recorder numbers them; put() fills it in
    std::uint16_t destination_port = 0;     ///< of a datagram; 0: the bytes are framed messages
    std::uint16_t source_port = 0;          ///< of a datagram
    std::uint32_t destination_address = 0;  ///< IPv4, first octet in the high byte
    std::uint32_t source_address = 0;
    std::int64_t received_ns = 0;
    std::uint64_t lost_before = 0;  ///< records that found no room since the one before; as `feed`
    std::uint64_t sequence = 0;     ///< of the first framed message
    std::uint32_t count = 0;        ///< framed messages; see TapKind::answer
    codecs::Alpha<10> session;      ///< of framed messages
    TapKind kind = TapKind::packets;
};

/// How full a ring of so many bytes gets before the recorder is woken: it looks for records a few
/// times a second by itself, so that a feed seldom pays for the system call.
constexpr std::size_t record_wake_bytes(std::size_t capacity) {
    return capacity / 4;
}

/// A feed's end of the ring to the recorder. The feed's thread only.
class RecordTap {
public:
    RecordTap(std::uint32_t feed, book::ByteRing& ring, Waker* recorder,
              RecordFormat format = RecordFormat::pcap)
        : feed_{feed}, ring_{ring}, recorder_{recorder}, format_{format} {}

    /// Whether a feed of datagrams is to hand these over, or the messages once they are in
    /// sequence. A feed without datagrams always hands over messages.
    bool wants_datagrams() const { return format_ == RecordFormat::pcap; }

    /// Hands over a copy of the bytes, if there is room. Seen after publish().
    void put(TapHeader header, codecs::Bytes bytes) {
        const std::size_t wanted = sizeof header + bytes.size();
        const std::span<std::byte> room =
            wanted <= ring_.record_bytes_max() ? ring_.reserve(wanted) : std::span<std::byte>{};
        if (room.data() == nullptr) {
            ++lost_;
            ++lost_total_;
            return;
        }
        header.feed = feed_;
        header.lost_before = lost_;
        lost_ = 0;
        std::memcpy(room.data(), &header, sizeof header);
        if (!bytes.empty()) std::memcpy(room.data() + sizeof header, bytes.data(), bytes.size());
        ring_.commit(wanted);
        written_ = true;
    }

    /// Shows the recorder what was put; once a turn.
    void publish() {
        if (!written_) return;
        written_ = false;
        ring_.publish();
        if (recorder_ != nullptr && ring_.bytes_approx() >= record_wake_bytes(ring_.capacity()))
            recorder_->wake();
    }

    /// Records that found no room, those included that no record could tell of yet.
    std::uint64_t lost() const { return lost_total_; }

private:
    std::uint32_t feed_;
    book::ByteRing& ring_;
    Waker* recorder_;
    RecordFormat format_;
    std::uint64_t lost_ = 0;  // not told yet
    std::uint64_t lost_total_ = 0;
    bool written_ = false;
};

}  // namespace tickweir::gateway
