// FIX messages in log files, leniently: any prefix before `8=FIX`, SOH, `|` or `^A` between fields,
// one a line or back to back, BodyLength and CheckSum wrong. For reading what others wrote, never
// for a session.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "codecs/fix/message.hpp"

namespace tickweir::codecs::fix {

enum class LogStatus : std::uint8_t {
    message,  ///< LogReader::message() has it
    damaged,  ///< `8=FIX` stands there, but no message can be made of it; told by `fault`
    partial,  ///< the text ends within a message or prefix, and more may come
    end,      ///< no message in what is left
};

enum class LogFault : std::uint8_t {
    none,
    bad_begin_string,  ///< not FIX.d.d or FIXT.d.d, or no separator that is known after it
    no_checksum,       ///< another message or the end of the text before field 10
    too_long,          ///< beyond FrameLimits::message_bytes
    bad_fields,        ///< MessageFault in message().fault() tells
};

/// The name of a fault as it stands in reports.
std::string_view to_string(LogFault fault);

/// What stood at the beginning of some text.
struct LogEntry {
    LogStatus status = LogStatus::end;
    LogFault fault = LogFault::none;
    std::size_t begin = 0;     ///< where `8=FIX` stands; what is before it is the prefix
    std::size_t bytes = 0;     ///< to go on behind, of message, damaged and end
    std::size_t fault_at = 0;  ///< where in the text it went wrong
    bool wrong_body_length = false;
    bool wrong_checksum = false;
};

/// Reads the messages of a log one after the other. Allocates while its buffer grows to the longest
/// message, and then never again.
class LogReader {
public:
    explicit LogReader(const MessageLimits& limits = {}, const FrameLimits& frame_limits = {});

    /// The first message in `text`. `last`: nothing comes after it, so that the answer is never
    /// partial. Linear in what it passes.
    [[nodiscard]] LogEntry next(std::string_view text, bool last = true);

    /// The message of the last answer, over bytes of the reader's own with SOH between the fields;
    /// valid until the next call. 9 and 10 say what they said in the log.
    const Message& message() const { return message_; }

private:
    FrameLimits frame_limits_;
    Message message_;
    std::vector<char> buffer_;
};

}  // namespace tickweir::codecs::fix
