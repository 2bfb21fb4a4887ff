// The sequence numbers of all FIX sessions of a capture: who talks to whom, what is missing, what
// came again, where numbering began anew. Pure; judges what was sent, not what should be done.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "codecs/fix/message.hpp"

namespace tickweir::gateway {

/// What a message's number says of its session.
enum class FixSequence : std::uint8_t {
    next,        ///< the one expected, or the first
    gap,         ///< numbers before it are missing
    repeated,    ///< it came before, or says that it may have (43=Y)
    reset,       ///< numbering begins anew
    unnumbered,  ///< it has none
};

/// One direction of a session.
struct FixSession {
    std::uint32_t stream = 0;  ///< of a capture of TCP; of a file 0
    std::string sender;        ///< 49 and, behind a slash, 50; empty where it is not told
    std::string target;        ///< 56, 57
    /// Multicast feeds number messages of an application (1180, 1181) and have no MsgSeqNum.
    std::string application;
    std::uint64_t messages = 0;
    std::optional<std::uint64_t> first_number;
    std::optional<std::uint64_t> last_number;  ///< the highest since numbering began
    std::uint64_t gaps = 0;
    std::uint64_t missing = 0;              ///< numbers in all gaps
    std::uint64_t repeated = 0;             ///< numbers that came before, without 43=Y
    std::uint64_t possible_duplicates = 0;  ///< with it
    std::uint64_t resets = 0;
    std::optional<std::int64_t> first_time_ns;  ///< SendingTime (52), since the epoch
    std::optional<std::int64_t> last_time_ns;
};

/// What a message did.
struct FixSessionStep {
    std::uint32_t session = 0;
    FixSequence sequence = FixSequence::unnumbered;
    std::uint64_t missing = 0;  ///< numbers, of a gap
    std::uint64_t number = 0;
    std::string_view sender;              ///< 49; of the message
    std::optional<std::int64_t> sent_ns;  ///< SendingTime
};

/// One owner thread.
class FixSessions {
public:
    /// Beyond, messages count for the last one.
    static constexpr std::size_t sessions_max = 1'024;
    static constexpr std::size_t id_bytes_max = 128;  ///< of a CompID; what is beyond is cut off

    /// Takes a message of a stream. Allocates only for a new session.
    FixSessionStep on_message(const codecs::fix::Message& message, std::uint32_t stream);

    const std::vector<FixSession>& all() const { return sessions_; }
    /// Messages of sessions beyond the limit.
    std::uint64_t over_limit() const { return over_limit_; }

private:
    struct Head;
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const {
            return std::hash<std::string_view>{}(text);
        }
    };

    static Head head_of(const codecs::fix::Message& message);
    std::uint32_t session_of(const Head& head, std::uint32_t stream);
    static FixSequence judge(FixSession& session, std::optional<std::uint64_t>& expected,
                             const Head& head, const codecs::fix::Message& message,
                             std::uint64_t& missing);

    std::vector<FixSession> sessions_;
    std::vector<std::optional<std::uint64_t>> expected_;  // of each, the next number
    std::unordered_map<std::string, std::uint32_t, Hash, std::equal_to<>> by_key_;
    std::string key_;  // while one is looked up
    std::uint64_t over_limit_ = 0;
};

}  // namespace tickweir::gateway
