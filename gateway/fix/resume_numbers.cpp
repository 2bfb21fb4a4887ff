// What a session goes on with after a stop of any kind; declared in number_reserve.hpp.
#include <algorithm>

#include "gateway/fix/number_reserve.hpp"

namespace tickweir::gateway::fix {
namespace {

/// Of whom the log has neither numbers nor a request, nothing is to be told. Files that somebody
/// took away are to be begun anew, without a past.
bool begins_anew(const StoredSession& stored, const std::optional<LoggedSession>& logged) {
    return !logged || (stored.created && !stored.crashed);
}

/// The log's numbers where the files have an older numbering, or none; else the higher ones out,
/// and in what follows the last request in the log.
void go_on_at_bound(ResumedSession& resumed, const StoredSession& stored,
                    const LoggedSession& logged) {
    const bool files_know_nothing = stored.created || stored.lost;
    if (files_know_nothing || stored.numbering < logged.block.numbering) {
        resumed.numbering = logged.block.numbering;
        resumed.next_outbound = resumed.next_inbound = 1;
    }
    // Of a numbering that the log does not know no number was sent.
    if (resumed.numbering == logged.block.numbering)
        resumed.next_outbound = std::max(resumed.next_outbound, logged.block.bound);
    const std::uint64_t behind_logged = logged.inbound + 1;
    // What was received behind that waited in memory, and comes again. Without a request in the log
    // nothing tells what did.
    const bool asks_again = resumed.numbering == logged.block.numbering && logged.inbound != 0;
    resumed.next_inbound =
        asks_again ? behind_logged : std::max(resumed.next_inbound, behind_logged);
}

}  // namespace

ResumedSession resume(const StoredSession& stored, const std::optional<LoggedSession>& logged,
                      ReportPlace all_kept) {
    ResumedSession resumed{.numbering = stored.numbering,
                           .next_outbound = stored.next_outbound,
                           .next_inbound = stored.next_inbound,
                           .before = {},
                           .told = all_told};
    if (begins_anew(stored, logged)) return resumed;
    resumed.before = logged->block.before;
    resumed.told = std::max(stored.told.value_or(ReportPlace{}), logged->block.before);
    if (stored.crashed || stored.lost)
        go_on_at_bound(resumed, stored, *logged);
    else
        resumed.told = std::max(resumed.told, all_kept);
    return resumed;
}

}  // namespace tickweir::gateway::fix
