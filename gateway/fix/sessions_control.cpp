#include "gateway/fix/sessions_control.hpp"

#include <algorithm>
#include <utility>

#include "gateway/runtime/reactor.hpp"

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
    }
    return "?";
}

void SessionsControl::set_wakers(Waker* fix_thread, Waker* asking_thread) {
    fix_waker_ = fix_thread;
    asking_waker_ = asking_thread;
}

std::vector<SessionRow> SessionsControl::rows() const {
    const std::lock_guard lock{mutex_};
    return rows_;
}

std::optional<CommandTicket> SessionsControl::request(SessionCommand command) {
    CommandTicket ticket{};
    {
        const std::lock_guard lock{mutex_};
        if (commands_.size() >= commands_max) return std::nullopt;
        ticket = CommandTicket{++last_ticket_};
        commands_.push_back({ticket, std::move(command)});
        waiting_.store(commands_.size(), std::memory_order_release);
    }
    if (fix_waker_ != nullptr) fix_waker_->wake();
    return ticket;
}

std::optional<CommandAnswer> SessionsControl::take_answer(CommandTicket ticket) {
    const std::lock_guard lock{mutex_};
    const auto found =
        std::ranges::find(answers_, ticket, [](const auto& row) { return row.first; });
    if (found == answers_.end()) return std::nullopt;
    CommandAnswer answer = std::move(found->second);
    answers_.erase(found);
    return answer;
}

std::optional<SessionsControl::Taken> SessionsControl::take_command() {
    const std::lock_guard lock{mutex_};
    if (commands_.empty()) return std::nullopt;
    Taken taken = std::move(commands_.front());
    commands_.pop_front();
    waiting_.store(commands_.size(), std::memory_order_release);
    return taken;
}

void SessionsControl::answer(CommandTicket ticket, CommandAnswer answer) {
    {
        const std::lock_guard lock{mutex_};
        if (answers_.size() >= answers_max) answers_.pop_front();
        answers_.emplace_back(ticket, std::move(answer));
    }
    if (asking_waker_ != nullptr) asking_waker_->wake();
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
