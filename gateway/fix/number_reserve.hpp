// What a session's sequence numbers rest on beside its own files, which a power failure may set
// back: a log in which outbound numbers are reserved, a block at a time, before they are used.
//
//   used ───────► next        bound (durable)          bound (asked for)
//   ──────────────┼─────────────────┼─────────────────────────┼──────►  outbound numbers
//                 └─ may be sent ───┘    waits until durable
//
// A numbering is all numbers from 1 until they begin anew; it is named by when it began.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "book/types.hpp"
#include "gateway/fix/report_place.hpp"
#include "gateway/fix/session_id.hpp"

namespace tickweir::gateway::fix {

/// Behind the highest number that messages may have here.
inline constexpr std::uint64_t numbers_end = 1'000'000'000;

/// Outbound numbers below `bound` are a session's, durably.
struct NumberBlock {
    book::TimeNs numbering{};
    std::uint64_t bound = 0;
    /// What was told under earlier numberings: its messages are gone, and are not told again.
    ReportPlace before;
    friend bool operator==(const NumberBlock&, const NumberBlock&) = default;
};

/// What a session's own files say when they are opened.
struct StoredSession {
    std::string name;
    std::vector<std::string> copies_of;  ///< sessions whose reports it gets, too
    book::TimeNs numbering{};
    std::uint64_t next_outbound = 1;
    std::uint64_t next_inbound = 1;
    bool created = false;  ///< there was nothing
    bool lost = false;     ///< the numbers could not be read
    bool crashed = false;  ///< the process before did not close them: their end may be missing
    /// The last report that is kept, all those before it being kept too; none: no report is.
    std::optional<ReportPlace> told;
};

/// What a log says of a session.
struct LoggedSession {
    NumberBlock block;  ///< the newest
    /// The highest number of a logged request of that numbering, or of the files' where that is
    /// newer; 0: there is none.
    std::uint64_t inbound = 0;
    friend bool operator==(const LoggedSession&, const LoggedSession&) = default;
};

/// What a session goes on with.
struct ResumedSession {
    book::TimeNs numbering{};  ///< another one than the files': they begin anew with it
    std::uint64_t next_outbound = 1;
    std::uint64_t next_inbound = 1;
    ReportPlace before;  ///< of the blocks to come
    ReportPlace told;    ///< what is behind it is told again
    friend bool operator==(const ResumedSession&, const ResumedSession&) = default;
};

/// Files that were closed are believed; others go on at the log's bound, which no number sent is
/// above. `all_kept`: up to where every report is in its session's closed files. Pure.
ResumedSession resume(const StoredSession& stored, const std::optional<LoggedSession>& logged,
                      ReportPlace all_kept);

/// Called by the FIX thread.
class NumberReserve {
public:
    /// Whether the log is there: only then is it known what sessions go on with. Stays so. Acquire:
    /// whoever hears of the venue hears of this first.
    virtual bool open() const = 0;
    /// Whether logons are taken.
    virtual bool ready() const = 0;
    // Once it is open.

    /// Of the venue's log: reports' ExecIDs begin with it.
    virtual std::uint16_t log_number() const = 0;
    virtual ResumedSession resumed(SessionId session) const = 0;

    /// Asks for a block. Never waits; false: not now, ask again.
    [[nodiscard]] virtual bool reserve(SessionId session, const NumberBlock& block) = 0;
    /// Below which of a numbering's numbers may be sent by now. Of a log that has failed: all.
    virtual std::uint64_t bound(SessionId session, book::TimeNs numbering) = 0;

protected:
    ~NumberReserve() = default;
};

}  // namespace tickweir::gateway::fix
