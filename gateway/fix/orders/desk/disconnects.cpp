#include "gateway/fix/orders/desk/disconnects.hpp"

#include <utility>

namespace tickweir::gateway::fix::orders {

Disconnects::Disconnects(std::vector<Settings> sessions) {
    for (const Settings& settings : sessions)
        sessions_.push_back({.settings = settings});
}

void Disconnects::on_logon(SessionId id, std::optional<bool> asked) {
    Session& session = of(id);
    session.here = true;
    session.wanted = asked.value_or(session.settings.wanted);
    session.forced = false;
    if (std::exchange(session.due, std::nullopt)) find_next();
}

void Disconnects::on_logout(SessionId id, book::TimeNs now) {
    Session& session = of(id);
    session.here = false;
    const bool forced = std::exchange(session.forced, false);
    if (!session.wanted && !forced) return;
    session.due = forced ? now : now + session.settings.grace;
    find_next();
}

void Disconnects::find_next() {
    next_.reset();
    for (const Session& session : sessions_)
        if (session.due && (!next_ || *session.due < *next_)) next_ = session.due;
}

}  // namespace tickweir::gateway::fix::orders
