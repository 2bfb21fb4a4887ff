#include "gateway/fix/sessions_control.hpp"

namespace tickweir::gateway::fix {

std::string_view to_string(SessionState state) {
    switch (state) {
        case SessionState::disconnected:
            return "disconnected";
        case SessionState::logged_on:
            return "logged_on";
        case SessionState::logging_out:
            return "logging_out";
    }
    return "?";
}

std::string_view to_string(SessionAction action) {
    switch (action) {
        case SessionAction::logout:
            return "logout";
        case SessionAction::enable:
            return "enable";
        case SessionAction::disable:
            return "disable";
        case SessionAction::reset:
            return "reset";
        case SessionAction::breaker:
            return "breaker";
    }
    return "?";
}

void SessionsControl::set_wakers(Waker* fix_thread, Waker* asking_thread) {
    asked_.set_waker(fix_thread);
    asking_waker_ = asking_thread;
}

std::vector<SessionRow> SessionsControl::rows() const {
    const std::lock_guard lock{mutex_};
    return rows_;
}

void SessionsControl::publish(std::span<const SessionRow> rows) {
    std::vector<SessionRow> copy{rows.begin(), rows.end()};
    {
        const std::lock_guard lock{mutex_};
        rows_.swap(copy);
    }
    // What was shown before is freed here, outside of the lock.
}

}  // namespace tickweir::gateway::fix
