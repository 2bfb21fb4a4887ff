// Questions of any thread to one, and its answers: named by tickets, bounded both ways. Knows
// nothing of what is asked.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <utility>

#include "gateway/runtime/reactor.hpp"

namespace tickweir::gateway {

/// Any number of asking threads, one that answers. `Ticket` is an enum of 64 bits. A lock guards
/// short lists only, and nobody waits for it longer than for a command or an answer to be moved.
template <class Command, class Answer, class Ticket, std::size_t commands_most,
          std::size_t answers_most>
class Inquiries {
public:
    static constexpr std::size_t commands_max = commands_most;  ///< waiting to be taken
    static constexpr std::size_t answers_max = answers_most;    ///< not taken yet; the oldest goes

    /// Before the threads start: whom a command wakes; none: nobody sleeps.
    void set_waker(Waker* answering_thread) { waker_ = answering_thread; }

    // Any thread.

    /// Nothing where too many wait: try again later. `asker`, if any, is woken when the answer is
    /// there, and outlives the answering thread.
    [[nodiscard]] std::optional<Ticket> request(Command command, Waker* asker = nullptr) {
        Ticket ticket{};
        {
            const std::lock_guard lock{mutex_};
            if (commands_.size() >= commands_max) {
                refused_.fetch_add(1, std::memory_order_relaxed);
                return std::nullopt;
            }
            ticket = Ticket{++last_ticket_};
            commands_.push_back({ticket, asker, std::move(command)});
            waiting_.store(commands_.size(), std::memory_order_release);
        }
        if (waker_ != nullptr) waker_->wake();
        return ticket;
    }
    /// Once: takes the answer away. Nothing while there is none.
    std::optional<Answer> take_answer(Ticket ticket) {
        const std::lock_guard lock{mutex_};
        const auto found =
            std::ranges::find(answers_, ticket, [](const auto& row) { return row.first; });
        if (found == answers_.end()) return std::nullopt;
        Answer answer = std::move(found->second);
        answers_.erase(found);
        return answer;
    }
    /// Commands that were not accepted, for too many waited.
    std::uint64_t refused() const { return refused_.load(std::memory_order_relaxed); }

    // The answering thread.

    struct Taken {
        Ticket ticket{};
        Waker* asker = nullptr;
        Command command;
    };
    bool has_commands() const { return waiting_.load(std::memory_order_acquire) != 0; }
    std::optional<Taken> take_command() {
        const std::lock_guard lock{mutex_};
        if (commands_.empty()) return std::nullopt;
        Taken taken = std::move(commands_.front());
        commands_.pop_front();
        waiting_.store(commands_.size(), std::memory_order_release);
        return taken;
    }
    void answer(Ticket ticket, Waker* asker, Answer answer) {
        std::pair<Ticket, Answer> oldest;  // freed outside of the lock
        {
            const std::lock_guard lock{mutex_};
            if (answers_.size() >= answers_max) {
                oldest = std::move(answers_.front());
                answers_.pop_front();
            }
            answers_.emplace_back(ticket, std::move(answer));
        }
        if (asker != nullptr) asker->wake();
    }

private:
    std::mutex mutex_;                               // never held together with another
    std::deque<Taken> commands_;                     // guarded by mutex_
    std::deque<std::pair<Ticket, Answer>> answers_;  // guarded by mutex_
    std::uint64_t last_ticket_ = 0;                  // guarded by mutex_
    // How many commands wait. Release by request() behind the command, acquire by who answers: it
    // then finds the command under the lock.
    std::atomic<std::size_t> waiting_{0};
    std::atomic<std::uint64_t> refused_{0};  // relaxed: a number to be looked at
    Waker* waker_ = nullptr;
};

}  // namespace tickweir::gateway
