// SoupBinTCP (NASDAQ, version 3.00): its packets, typed. Bytes to views and back; what may follow
// what is known to the client and the server, not here.
//
//   | length, 2 | type, 1 | payload, length - 1 bytes |
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <optional>
#include <span>
#include <string_view>

#include "codecs/bytes.hpp"
#include "codecs/soup/fields.hpp"

namespace tickweir::codecs::soup {

/// What stands in the type byte.
enum class PacketType : char {
    // From either side (sections 2.1 to 2.3):
    debug = '+',        ///< free text for people
    unsequenced = 'U',  ///< a message without a number, which a lost connection loses
    // From the server (section 2.2):
    login_accepted = 'A',
    login_rejected = 'J',
    sequenced = 'S',  ///< a message; they are numbered by counting, from the login's answer on
    server_heartbeat = 'H',
    end_of_session = 'Z',
    // From the client (section 2.3):
    login_request = 'L',
    client_heartbeat = 'R',
    logout = 'O',
};

/// The letter of a type.
constexpr char letter(PacketType type) {
    return static_cast<char>(type);
}

/// The head of every packet.
struct Header {
    be16 length{};  ///< of type and payload; at least 1
    char type{};
};
static_assert(sizeof(Header) == 3 && alignof(Header) == 1);

/// What a length may be at most: 64 KiB less one byte.
inline constexpr std::size_t longest_packet = std::numeric_limits<std::uint16_t>::max();
/// Bytes of a packet on the wire beyond its payload.
inline constexpr std::size_t packet_overhead = sizeof(Header);

/// Payload of 'A': the login is accepted.
struct LoginAccepted {
    static constexpr PacketType type = PacketType::login_accepted;
    SessionField session;
    SequenceField sequence;  ///< of the next sequenced message that will be sent
};
static_assert(sizeof(LoginAccepted) == 30 && alignof(LoginAccepted) == 1);

/// Why a login is rejected. A letter that is not here may come, too.
enum class RejectReason : char {
    not_authorised = 'A',         ///< username and password are not known together
    session_not_available = 'S',  ///< the session asked for is not current, or not reachable
};

/// Payload of 'J': the login is rejected; the server closes the connection.
struct LoginRejected {
    static constexpr PacketType type = PacketType::login_rejected;
    RejectReason reason{};
};
static_assert(sizeof(LoginRejected) == 1);

/// Payload of 'L': the client's first packet.
struct LoginRequest {
    static constexpr PacketType type = PacketType::login_request;
    Alpha<6> username;       ///< the server tells no capital letters from small ones
    Alpha<10> password;      ///< likewise
    SessionField session;    ///< blank: the current one
    SequenceField sequence;  ///< of the first message wanted; 0: begin with the most recent one
};
static_assert(sizeof(LoginRequest) == 46 && alignof(LoginRequest) == 1);

/// A payload with fields of its own.
template <class T>
concept Payload = WireLayout<T> && requires {
    { T::type } -> std::convertible_to<PacketType>;
};

/// The name of a reason as it stands in reports; "?" of an unknown one.
constexpr std::string_view to_string(RejectReason reason) {
    switch (reason) {
        case RejectReason::not_authorised:
            return "not_authorised";
        case RejectReason::session_not_available:
            return "session_not_available";
    }
    return "?";
}

/// The head of a packet around a payload of so many bytes, at most `longest_packet` - 1. For
/// sending a payload from where it lies: head and payload are two parts of one gathering write.
inline Header header_of(PacketType type, std::size_t payload_bytes) {
    return {static_cast<std::uint16_t>(payload_bytes + 1), letter(type)};
}

/// Writes a whole packet into `out`: its length on the wire, or 0, and nothing written, where it
/// does not fit or the payload is too long for any packet.
[[nodiscard]] inline std::size_t write_packet(std::span<std::byte> out, PacketType type,
                                              Bytes payload) {
    const std::size_t length = packet_overhead + payload.size();
    if (payload.size() >= longest_packet || out.size() < length) return 0;
    const Header header = header_of(type, payload.size());
    std::memcpy(out.data(), &header, sizeof header);
    if (!payload.empty()) std::memcpy(out.data() + sizeof header, payload.data(), payload.size());
    return length;
}

/// Likewise for a payload with fields.
template <Payload T>
[[nodiscard]] std::size_t write_packet(std::span<std::byte> out, const T& payload) {
    return write_packet(out, T::type, as_bytes(payload));
}

/// One packet, as a view of the bytes it was found in.
struct Packet {
    PacketType type{};  ///< any byte
    Bytes payload;

    /// The payload as `T`, when the packet has its type and exactly its length.
    template <Payload T>
    std::optional<T> as() const {
        if (type != T::type || payload.size() != sizeof(T)) return std::nullopt;
        return read<T>(payload.data());
    }
};

}  // namespace tickweir::codecs::soup
