// What is wrong with the other side of a SoupBinTCP connection, and what a caller may set: values
// that client and server share.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "codecs/soup/packet.hpp"

namespace tickweir::codecs::soup {

using TimeNs = std::chrono::sys_time<std::chrono::nanoseconds>;

/// Why a connection has to be closed. What `Status::value` holds is said at each.
enum class Fault : std::uint8_t {
    none,
    zero_length,        ///< a packet without a type; 0
    too_long,           ///< a packet beyond Limits::receive_length; its length
    unknown_type,       ///< a type that this side never sends; the byte
    wrong_state,        ///< a type that cannot come now; the byte
    bad_length,         ///< a packet of a fixed length that has another one; the length
    bad_sequence,       ///< not digits, beyond 64 bits, or 0 where there is no message 0; the byte
    sequence_overflow,  ///< a message after the one that has the last number; that number
    silent,             ///< nothing came for Limits::silence; for how many ns nothing came
    login_timeout,      ///< no login, or no answer, in Limits::login; how many ns it took
};

/// The name of a fault as it stands in reports and metrics.
std::string_view to_string(Fault fault);

/// What happened, where, and what stood there. Once it is not ok it stays, and nothing more is
/// consumed: the caller closes the connection.
struct [[nodiscard]] Status {
    Fault fault = Fault::none;
    std::uint64_t offset = 0;  ///< in all the bytes received on this connection, of what is wrong
    std::uint64_t value = 0;   ///< see Fault

    bool ok() const { return fault == Fault::none; }
    friend constexpr bool operator==(const Status&, const Status&) = default;
};

/// What became of the bytes given.
struct [[nodiscard]] Consumed {
    std::size_t bytes = 0;  ///< done with; the rest is to be given again, with what follows it
    Status status;
    bool held = false;  ///< stopped because an event said so, before the packet of that event
};

/// Whether something was put into the output.
enum class [[nodiscard]] Sent : std::uint8_t{
    ok,
    full,          ///< no room: to be tried again when output was drained
    too_long,      ///< beyond Limits::send_length, for ever
    wrong_state,   ///< not logged in, or not any more
    bad_sequence,  ///< the login accepted with number 0; the last number there is was used
};

/// The name of an outcome as it stands in reports.
std::string_view to_string(Sent sent);

/// What one connection may take. Lengths count type and payload, as on the wire; times are taken
/// for at least 1 ms and at most a day.
struct Limits {
    std::size_t receive_length = longest_packet;  ///< at least a login request's 47
    std::size_t send_length = longest_packet;     ///< of messages and debug texts
    /// For messages that wait to be written; one of `send_length` fits in any case. Allocated at
    /// once, when the connection begins.
    std::size_t output_bytes = std::size_t{64} * 1024;
    std::chrono::nanoseconds heartbeat{1'000'000'000};  ///< own silence before one is sent
    std::chrono::nanoseconds silence{15'000'000'000};   ///< of the other side; ends the connection
    std::chrono::nanoseconds login{15'000'000'000};     ///< from the beginning to the answer
};

/// What a server grants its clients, who send little: short packets, and room for bursts to them.
inline constexpr Limits server_limits{.receive_length = std::size_t{4} * 1024,
                                      .output_bytes = std::size_t{256} * 1024};

}  // namespace tickweir::codecs::soup
