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
    bad_fields,        ///< told by message().fault()
};

/// The name of a fault as it stands in reports.
std::string_view to_string(LogFault fault);

/// What stood at the beginning of some text.
struct LogEntry {
    LogStatus status = LogStatus::end;
    LogFault fault = LogFault::none;
    std::size_t begin = 0;     ///< of message, damaged: where `8=FIX` stands, behind the prefix
    std::size_t bytes = 0;     ///< how much to pass; of partial: what is no message's, maybe 0
    std::size_t fault_at = 0;  ///< of damaged: where in the text it went wrong
    bool wrong_body_length = false;
    bool wrong_checksum = false;

    friend bool operator==(const LogEntry&, const LogEntry&) = default;
};

/// What was met so far.
struct LogCounts {
    std::uint64_t messages = 0;
    std::uint64_t wrong_body_lengths = 0;  ///< of messages
    std::uint64_t wrong_checksums = 0;     ///< of messages
    std::uint64_t damaged = 0;
};

/// Reads the messages of a log one after the other. Allocates while its buffer grows to the longest
/// message, and then never again.
class LogReader {
public:
    explicit LogReader(const MessageLimits& limits = {}, const FrameLimits& frame_limits = {});

    /// The first message in `text`. `last`: nothing comes after it, so that the answer is never
    /// partial. Linear in what it passes.
    ///
    /// A message ends with field 10, or is damaged where the next one begins. Data is taken by its
    /// length where that leads to a separator. Line breaks within a message stay, unless BodyLength
    /// tells that the log put them there.
    [[nodiscard]] LogEntry next(std::string_view text, bool last = true);

    /// The message of the last answer, over bytes of the reader's own with SOH between the fields;
    /// valid until the next call. 9 and 10 say what they said in the log.
    const Message& message() const { return message_; }

    const LogCounts& counts() const { return counts_; }

private:
    LogEntry damaged(LogFault fault, std::size_t begin, std::size_t bytes, std::size_t fault_at);
    LogEntry finished(std::size_t begin, std::size_t end, bool two_characters);
    bool join_lines(std::size_t declared_body, std::size_t body_at, std::size_t trailer_at);

    FrameLimits frame_limits_;
    Message message_;
    std::vector<char> text_;  ///< as the message would stand on the wire
    LogCounts counts_;
};

}  // namespace tickweir::codecs::fix
