// MoldUDP64 (NASDAQ, version 1.00): the packets of a sequenced multicast stream, and the request
// that asks for lost ones. One datagram at a time; what is missing between two is not known here.
//
//   | session, 10 | sequence, 8 | count, 2 | then count times: | length, 2 | message, length bytes
//   |
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <limits>
#include <optional>
#include <span>
#include <string_view>

#include "codecs/bytes.hpp"

namespace tickweir::codecs::mold {

/// A count that says: the session is over, `sequence` is one above its last message.
inline constexpr std::uint16_t end_of_session_count = 0xFFFF;

/// The head of every downstream packet.
struct Header {
    Alpha<10> session;
    be64 sequence{};  ///< of the first message in the packet; of the next one to come if count is 0
    be16 count{};     ///< messages; 0 is a heartbeat, 0xFFFF the end of the session
};
static_assert(sizeof(Header) == 20 && alignof(Header) == 1);

/// A request packet, from a receiver to the re-request server: the same layout, another meaning.
struct Request {
    Alpha<10> session;
    be64 sequence{};  ///< of the first message wanted
    be16 count{};     ///< messages wanted
};
static_assert(sizeof(Request) == 20 && alignof(Request) == 1);

/// Whether a datagram is what its header says.
enum class PacketStatus : std::uint8_t {
    ok,
    truncated_header,  ///< shorter than 20 bytes
    truncated_block,   ///< ends before the last message of `count` does
    trailing_bytes,    ///< goes on after it
};

/// The name of a status as it stands in reports and metrics.
constexpr std::string_view to_string(PacketStatus status) {
    switch (status) {
        case PacketStatus::ok:
            return "ok";
        case PacketStatus::truncated_header:
            return "truncated_header";
        case PacketStatus::truncated_block:
            return "truncated_block";
        case PacketStatus::trailing_bytes:
            return "trailing_bytes";
    }
    return "?";
}

/// The messages of a packet, in order, as views of the datagram. A message may be empty.
class Blocks {
public:
    class Iterator {
    public:
        using value_type = Bytes;
        using difference_type = std::ptrdiff_t;

        Iterator() = default;
        explicit Iterator(const std::byte* at) : at_{at} {}

        Bytes operator*() const { return {at_ + sizeof(be16), read<be16>(at_)}; }
        Iterator& operator++() {
            at_ += sizeof(be16) + read<be16>(at_);
            return *this;
        }
        Iterator operator++(int) {
            const Iterator before = *this;
            ++*this;
            return before;
        }
        friend bool operator==(Iterator, Iterator) = default;

    private:
        const std::byte* at_ = nullptr;
    };

    /// `framed` must hold whole blocks and nothing else.
    explicit Blocks(Bytes framed) : framed_{framed} {}

    Iterator begin() const { return Iterator{framed_.data()}; }
    Iterator end() const { return Iterator{framed_.data() + framed_.size()}; }

private:
    Bytes framed_;
};
static_assert(std::forward_iterator<Blocks::Iterator>);

/// A view of one datagram, checked in whole when it is made; never reads beyond it. Of a damaged
/// packet it shows the whole blocks before the damage; whether to use them is the caller's choice.
class PacketView {
public:
    explicit PacketView(Bytes datagram) {
        if (datagram.size() < sizeof(Header)) {
            status_ = PacketStatus::truncated_header;
            return;
        }
        header_ = read<Header>(datagram.data());
        const Bytes body = datagram.subspan(sizeof(Header));
        std::size_t used = 0;
        const std::uint16_t promised = is_end_of_session() ? std::uint16_t{0} : count();
        for (; message_count_ < promised; ++message_count_) {
            const std::size_t left = body.size() - used;
            if (left < sizeof(be16)) break;
            const std::size_t length = read<be16>(body.data() + used);
            if (left - sizeof(be16) < length) break;
            used += sizeof(be16) + length;
        }
        blocks_ = body.first(used);
        if (message_count_ < promised) {
            status_ = PacketStatus::truncated_block;
        } else if (used < body.size()) {
            status_ = PacketStatus::trailing_bytes;
        }
    }

    PacketStatus status() const { return status_; }

    /// A copy of the packet's head; of a truncated one: blank session, sequence and count 0.
    const Header& header() const { return header_; }
    const Alpha<10>& session() const { return header_.session; }
    std::uint64_t sequence() const { return header_.sequence; }
    std::uint16_t count() const { return header_.count; }

    bool is_heartbeat() const {
        return status_ != PacketStatus::truncated_header && header_.count == 0;
    }
    bool is_end_of_session() const { return header_.count == end_of_session_count; }

    /// A session of NULs with sequence 0: recorded without its stream, to be passed through.
    bool is_unsequenced() const {
        return header_.sequence == 0 &&
               header_.session.raw() == std::string_view{"\0\0\0\0\0\0\0\0\0\0", 10};
    }

    /// The blocks that are whole; equal to count() unless the packet is cut or ends a session.
    std::uint16_t message_count() const { return message_count_; }
    /// Those blocks, to go over.
    Blocks messages() const { return Blocks{blocks_}; }
    /// Those blocks as raw bytes, each message with its length before it.
    Bytes blocks() const { return blocks_; }
    /// Where the damage is, counted from the start of the datagram; nothing when there is none.
    std::optional<std::size_t> damage_offset() const {
        if (status_ == PacketStatus::ok) return std::nullopt;
        if (status_ == PacketStatus::truncated_header) return 0;
        return sizeof(Header) + blocks_.size();
    }

private:
    PacketStatus status_ = PacketStatus::ok;
    std::uint16_t message_count_ = 0;
    Header header_;
    Bytes blocks_;
};

/// Builds one packet in a buffer of the caller's, which bounds its length. A packet without
/// messages is a heartbeat.
class PacketWriter {
public:
    /// A buffer below 20 bytes takes nothing and gives an empty packet.
    PacketWriter(std::span<std::byte> out, const Alpha<10>& session, std::uint64_t sequence)
        : out_{out}, header_{session, sequence, 0} {}

    /// False, and nothing changed, where the message does not fit the buffer, its length does not
    /// fit two bytes, or the count would be that of an end of session.
    [[nodiscard]] bool append(Bytes message) {
        if (out_.size() < used_ || out_.size() - used_ < sizeof(be16) ||
            out_.size() - used_ - sizeof(be16) < message.size() ||
            message.size() > std::numeric_limits<std::uint16_t>::max() ||
            header_.count == end_of_session_count - 1)
            return false;
        const be16 length{static_cast<std::uint16_t>(message.size())};
        std::memcpy(out_.data() + used_, &length, sizeof length);
        if (!message.empty()) {
            std::memcpy(out_.data() + used_ + sizeof length, message.data(), message.size());
        }
        used_ += sizeof length + message.size();
        header_.count = static_cast<std::uint16_t>(header_.count + 1);
        return true;
    }

    std::uint16_t count() const { return header_.count; }

    /// Writes the head and gives the packet; more may be appended, and finished again.
    [[nodiscard]] Bytes finish() { return stamped(header_); }

    /// The packet that ends the session instead; messages appended before are not part of it.
    [[nodiscard]] Bytes finish_session() {
        used_ = sizeof(Header);
        header_.count = 0;
        return stamped({header_.session, header_.sequence, end_of_session_count});
    }

private:
    Bytes stamped(const Header& header) {
        if (out_.size() < sizeof header) return {};
        std::memcpy(out_.data(), &header, sizeof header);
        return out_.first(used_);
    }

    std::span<std::byte> out_;
    std::size_t used_ = sizeof(Header);
    Header header_;
};

/// A request out of a datagram, which must be exactly its 20 bytes; the way back is as_bytes().
[[nodiscard]] inline std::optional<Request> read_request(Bytes datagram) {
    if (datagram.size() != sizeof(Request)) return std::nullopt;
    return read<Request>(datagram.data());
}

}  // namespace tickweir::codecs::mold
