// Sessions whose outbound numbers are reserved in a log: what they go on with, and that no number
// leaves before it is reserved.
#include <algorithm>
#include <limits>

#include "gateway/fix/sessions.hpp"
#include "gateway/fix/stored_session.hpp"
#include "gateway/log.hpp"

namespace tickweir::gateway::fix {
namespace {

/// Numbers; a client may begin anew often. Where the last report lies further back, it may be told
/// again after a crash.
constexpr std::uint64_t looked_at_when_beginning = 4'096;

}  // namespace

bool Sessions::resume_if_open() {
    if (resumed_ || reserve_ == nullptr || !reserve_->open()) return false;
    resumed_ = true;
    for (std::uint32_t i = 0; i < rows_.size(); ++i)
        resume(touch_all(SessionId{i}), reserve_->resumed(SessionId{i}));
    return true;
}

/// Logouts that refused logons meanwhile have used numbers, too.
void Sessions::resume(ClientSession& session, const ResumedSession& resumed) {
    MessageStore& store = *session.store;
    session.told_reports = resumed.told;
    const std::uint64_t outbound = store.next_outbound();
    if (store.created() != resumed.numbering) store.reset(resumed.numbering);
    store.set_next_outbound(std::max(store.next_outbound(), resumed.next_outbound));
    store.set_next_inbound(resumed.next_inbound);
    session.blocks.resume(store.created(), store.next_outbound(), resumed.before);
    if (store.next_outbound() != outbound)
        log::module("fix").warning(
            "session {}: after a crash its numbers go on at {} (before: {}), and {} is expected",
            session.settings.name, store.next_outbound(), outbound, store.next_inbound());
}

/// Numbers begin at 1 again. What the session was told under the old ones is kept for the log:
/// the messages that say so are gone.
void Sessions::begin_numbers(ClientSession& session, book::TimeNs now) {
    if (reserve_ != nullptr && resumed_) {
        const auto last =
            last_report(*session.store, reserve_->log_number(),
                        std::numeric_limits<std::uint64_t>::max(), looked_at_when_beginning);
        session.blocks.set_before(std::max(session.blocks.before(), last.value_or(ReportPlace{})));
    }
    // A numbering is named by when it began: it is no older than the one before.
    session.store->reset(std::max(now, session.store->created() + std::chrono::nanoseconds{1}));
}

/// False where the log has no room for it now.
bool Sessions::reserve_numbers(SessionId id) {
    if (reserve_ == nullptr || !resumed_) return true;
    ClientSession& session = row(id);
    const book::TimeNs numbering = session.store->created();
    const std::uint64_t next = session.store->next_outbound();
    if (session.line == nullptr && session.blocks.unused(numbering, next)) return true;
    const auto block = session.blocks.wanted(numbering, next, now_);
    if (!block) return true;
    if (!reserve_->reserve(id, *block)) return false;
    session.blocks.asked(*block, now_);
    return true;
}

/// What is said before the log is there refuses logons: no number is known to be right then.
bool Sessions::may_send(SessionId id) {
    if (reserve_ == nullptr || !resumed_) return true;
    ClientSession& session = row(id);
    const book::TimeNs numbering = session.store->created();
    return session.blocks.covers(numbering, session.store->next_outbound(),
                                 [&] { return reserve_->bound(id, numbering); });
}

}  // namespace tickweir::gateway::fix
