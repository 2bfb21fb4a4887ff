// What is known of a capture after counting through it. Values; lists are bounded, and say how much
// there was beyond.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "book/types.hpp"
#include "replay/block.hpp"
#include "replay/byte_source.hpp"

namespace tickweir::gateway {

/// Messages by type letter.
using TypeCounts = std::array<std::uint64_t, 256>;

/// One session: a numbered stream of a pcap, or a day of an ITCH file.
struct InspectSession {
    std::uint32_t number = 0;  ///< counted from 0 by first appearance
    std::uint64_t messages = 0;
    std::uint64_t bytes = 0;  ///< of the messages, without framing
    TypeCounts by_type{};
    /// Exchange times of the first and the last message that has one, nanoseconds since midnight.
    std::optional<std::uint64_t> first_ns;
    std::optional<std::uint64_t> last_ns;
    std::uint64_t steps_back = 0;  ///< messages with a time before that of the one in front of them
    std::optional<book::TimeNs> first_received;
    std::optional<book::TimeNs> last_received;
};

/// Messages missing in a session.
struct InspectGap {
    std::uint32_t session = 0;
    std::uint64_t offset = 0;         ///< of the packet that showed it, in the decompressed file
    std::uint64_t first_missing = 0;  ///< sequence number
    std::uint64_t messages = 0;
};

struct InspectInstrument {
    std::uint32_t session = 0;
    std::uint16_t locate = 0;
    std::array<char, 8> name{};  ///< padded with blanks as on the wire
    std::uint64_t messages = 0;  ///< with its locate, the announcement included

    std::string_view symbol() const {
        const std::string_view text{name.data(), name.size()};
        return text.substr(0, text.find_last_not_of(' ') + 1);
    }
};

/// A message whose type or length the protocol does not know; a decoder refuses it and goes on.
struct InspectOddity {
    std::uint64_t offset = 0;  ///< of its frame, or of the packet it came in
    std::uint8_t type = 0;
    std::uint16_t length = 0;
};

struct InspectReport {
    /// Limits of the lists below; what comes beyond is only counted.
    static constexpr std::size_t sessions_max = 64;
    static constexpr std::size_t gaps_max = 10'000;
    static constexpr std::size_t instruments_max = 262'144;
    static constexpr std::size_t oddities_max = 1'000;

    std::vector<InspectSession> sessions;  ///< the last one stands for all beyond the limit
    std::vector<InspectGap> gaps;
    std::vector<InspectInstrument> instruments;  ///< by first appearance
    std::vector<InspectOddity> oddities;
    std::uint64_t unlisted_instruments = 0;  ///< announcements beyond the limit
    std::uint64_t unknown_types = 0;
    std::uint64_t bad_lengths = 0;
    std::uint64_t unknown_locates = 0;  ///< messages of a locate that nothing had named
    std::uint64_t end_markers = 0;      ///< frames of length zero that no message follows
    replay::CaptureTotals totals;
    /// Why counting stopped before the end, if it did.
    std::optional<replay::Damage> damage;

    std::uint64_t messages() const {
        std::uint64_t sum = 0;
        for (const InspectSession& session : sessions)
            sum += session.messages;
        return sum;
    }
    std::uint64_t bytes() const {
        std::uint64_t sum = 0;
        for (const InspectSession& session : sessions)
            sum += session.bytes;
        return sum;
    }
    /// A pcap may have more than are listed; an ITCH file's are told apart here only.
    std::uint64_t session_count() const {
        return std::max<std::uint64_t>(totals.sessions, sessions.size());
    }
    TypeCounts by_type() const {
        TypeCounts sum{};
        for (const InspectSession& session : sessions)
            for (std::size_t type = 0; type < sum.size(); ++type)
                sum[type] += session.by_type[type];
        return sum;
    }
};

}  // namespace tickweir::gateway
