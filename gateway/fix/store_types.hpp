// What a session's message store is limited by, answers and counts: values only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

namespace tickweir::gateway::fix {

struct StoreLimits {
    /// Of files on disk, per session; the oldest messages beyond it are gone. At least 8 times what
    /// one message takes.
    std::uint64_t retained_bytes = 16 << 20;
    std::size_t message_bytes = 64 << 10;  ///< of one message
};

/// What becomes of a message.
enum class Appended : std::uint8_t {
    stored,        ///< it can be read back; on disk with the next flush
    not_kept,      ///< there is no directory, or the disk refuses: a resend has a gap there
    too_long,      ///< likewise, for being beyond `message_bytes`
    out_of_order,  ///< refused: the number is 0, or not above the last one given
};

enum class ReadStatus : std::uint8_t {
    done,  ///< everything there is of the range was given
    more,  ///< the budget is used up; go on from `next`
};

/// What one call of read came to.
struct RangeRead {
    ReadStatus status = ReadStatus::done;
    std::uint64_t next = 0;      ///< the first number not looked at yet; behind the range when done
    std::uint64_t messages = 0;  ///< given by this call
    std::uint64_t damaged = 0;   ///< places that could not be read; what they held is missing
    std::size_t bytes = 0;       ///< read from disk
};

/// Since the store was opened.
struct StoreCounts {
    std::uint64_t appended = 0;        ///< messages stored
    std::uint64_t appended_bytes = 0;  ///< of them, on the wire
    std::uint64_t not_kept = 0;        ///< messages that the disk did not take
    std::uint64_t too_long = 0;
    std::uint64_t out_of_order = 0;
    std::uint64_t expired = 0;    ///< messages dropped for `retained_bytes`
    std::uint64_t read = 0;       ///< messages given back
    std::uint64_t damaged = 0;    ///< places that could not be read as messages
    std::uint64_t io_errors = 0;  ///< operations of the disk that failed
    std::uint64_t resets = 0;     ///< by `reset`, and by numbers set back below a stored one
};

/// What was found when a store was opened.
struct StoreFound {
    bool created = false;              ///< there was none
    bool closed = false;               ///< the process before closed it: nothing is missing
    std::uint64_t messages = 0;        ///< that can be read
    std::uint64_t torn_bytes = 0;      ///< cut off behind the last whole message
    std::uint64_t damaged_places = 0;  ///< between messages; what they held is missing
    /// The number up to which no such place was found; what is cut off at the end is none.
    std::uint64_t whole_to = std::numeric_limits<std::uint64_t>::max();
    /// Neither copy of the numbers could be read: both begin at 1, and no message is left.
    bool numbers_lost = false;
    std::string text;  ///< what was damaged or torn, with file and offset, for the log; or empty
};

// --------------------------------------------------------------------------- names of files

inline constexpr std::string_view messages_suffix = ".messages";

/// `GENERATION-SEGMENT.messages`.
struct MessagesName {
    std::uint64_t generation = 0;
    std::uint32_t segment = 0;
    friend bool operator==(const MessagesName&, const MessagesName&) = default;
};
/// Nothing where a file's name is no such one.
std::optional<MessagesName> messages_name(std::string_view name);

}  // namespace tickweir::gateway::fix
