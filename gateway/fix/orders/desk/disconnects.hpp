// Cancel on disconnect: which sessions want their orders cancelled when their connection ends, and
// whose time of grace runs. Time comes in; cancelling is others' business. One owner thread.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "book/types.hpp"
#include "gateway/fix/session_id.hpp"

namespace tickweir::gateway::fix::orders {

///             logon                      logout, wanted or forced            grace over
///     away ─────────► here (wanted?) ────────────────────────► grace ──────────────────► cancelled
///                       ▲                                        │      cancel() said yes   = away
///                       └──────────────── logon ─────────────────┘
class Disconnects {
public:
    struct Settings {
        bool wanted = false;  ///< where the Logon says nothing
        std::chrono::milliseconds grace{0};
    };

    explicit Disconnects(std::vector<Settings> sessions);

    /// `asked`: what the Logon said of it. In time, nothing is cancelled.
    void on_logon(SessionId session, std::optional<bool> asked);
    /// The connection is gone, however it went.
    void on_logout(SessionId session, book::TimeNs now);
    /// Whatever the session wants, and without grace: it is being logged out for what it did.
    void force(SessionId session) { of(session).forced = true; }
    /// Who is not here when the venue opens counts as disconnected at that moment.
    /// `asked(session)` is what the session's last Logon said of it, in whatever process that was.
    template <class Asked>
    void on_opening(book::TimeNs now, Asked&& asked) {
        for (std::uint32_t i = 0; i < sessions_.size(); ++i) {
            Session& session = sessions_[i];
            const bool wanted = asked(SessionId{i}).value_or(session.settings.wanted);
            if (!session.here && !session.due && wanted) session.due = now + session.settings.grace;
        }
        find_next();
    }

    /// Calls `cancel(session)` for those whose time is over; where it answers false, again with the
    /// next call. Whether any was cancelled.
    template <class Cancel>
    bool run(book::TimeNs now, Cancel&& cancel) {
        if (!next_ || now < *next_) return false;
        bool any = false;
        for (std::uint32_t i = 0; i < sessions_.size(); ++i) {
            Session& session = sessions_[i];
            if (!session.due || now < *session.due || !cancel(SessionId{i})) continue;
            session.due.reset();
            any = true;
        }
        find_next();
        return any;
    }

    std::optional<book::TimeNs> next_due() const { return next_; }
    bool wanted(SessionId session) const { return of(session).wanted; }

private:
    struct Session {
        Settings settings;
        bool here = false;
        bool wanted = false;  // of this connection
        bool forced = false;
        std::optional<book::TimeNs> due = std::nullopt;
    };
    Session& of(SessionId session) { return sessions_[static_cast<std::size_t>(session)]; }
    const Session& of(SessionId session) const {
        return sessions_[static_cast<std::size_t>(session)];
    }
    void find_next();

    std::vector<Session> sessions_;
    std::optional<book::TimeNs> next_;  // the earliest of those due
};

}  // namespace tickweir::gateway::fix::orders
