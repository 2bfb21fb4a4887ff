// Finds FIX messages in bytes of a stream: whole, not there yet, or garbled with the bytes to drop.
// Judges BeginString, BodyLength and CheckSum as early as they can be judged; fields are
// message.hpp's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace tickweir::codecs::fix {

/// What ends every field.
inline constexpr char soh = '\x01';

/// The longest message that can be indexed: a Field holds offsets of 16 bits.
inline constexpr std::size_t message_bytes_most = 64 * 1024;

struct FrameLimits {
    /// Of a whole message, from `8=` to the SOH after CheckSum; above message_bytes_most is the
    /// same as that.
    std::size_t message_bytes = message_bytes_most;
};

enum class FrameStatus : std::uint8_t {
    whole,    ///< a message with the right length and checksum
    partial,  ///< what is there may become a message; never said of more than the limit
    garbled,  ///< no message can begin here: drop `bytes` and ask again
};

enum class FrameFault : std::uint8_t {
    none,
    no_begin,          ///< not `8=FIX`
    bad_begin_string,  ///< `8=FIX`, but not FIX.d.d or FIXT.d.d
    no_body_length,    ///< the second field is not 9
    bad_body_length,   ///< no digits, too many of them, or too few bytes for a MsgType
    body_too_long,     ///< BodyLength says more than the limit
    no_msg_type,       ///< the third field is not 35, or its value is empty
    bad_trailer,       ///< no `<SOH>10=ddd<SOH>` where BodyLength says
    bad_checksum,      ///< framed as it should be, but the sum is another one
};

/// The name of a fault as it stands in reports and metrics.
std::string_view to_string(FrameFault fault);

/// What stands at the beginning of some bytes.
struct Frame {
    FrameStatus status = FrameStatus::partial;
    FrameFault fault = FrameFault::none;
    /// whole: the message's length; partial: 0; garbled: what to drop, at least 1.
    std::size_t bytes = 0;
    /// garbled: where in the input it went wrong.
    std::size_t fault_at = 0;

    friend bool operator==(const Frame&, const Frame&) = default;
};

/// Looks at the beginning of `input`, which has to be the beginning of the stream or what is left
/// after `bytes` of the answer before. However a stream is cut into pieces, the same messages come
/// out. A length is judged as soon as a digit of it is too much, without waiting for what it
/// promises. Linear in the message, or in what is dropped.
///
/// A message with a wrong checksum is dropped whole. Any other damage is dropped up to the next
/// `8=FIX` that begins a message: that no digit (it would be another tag) and no `=` (it would be a
/// value) stands before. One byte of garbage stays until its successor is known, for that reason.
[[nodiscard]] Frame find_frame(std::string_view input, const FrameLimits& limits = {});

/// The sum of the bytes modulo 256, as CheckSum has it. Linear.
[[nodiscard]] std::uint8_t checksum(std::string_view bytes);

}  // namespace tickweir::codecs::fix
