// What administrators asked other threads for, until its outcome is known: one life for actions on
// sessions, on the venue and on the configuration.
#pragma once

#include <utility>
#include <vector>

#include "book/types.hpp"
#include "gateway/admin/admin_desk.hpp"

namespace tickweir::gateway {

/// After so many timeouts the ticket of an action without an answer is forgotten.
inline constexpr int admin_timeouts_kept = 12;

/// `Action` is what its outcome is told with, `Ticket` what its answer is taken by. One owner
/// thread.
template <class Ticket, class Action>
class WaitingActions {
public:
    void add(Ticket ticket, PendingAnswer pending, book::TimeNs now, Action action) {
        waiting_.push_back({ticket, pending, now, std::move(action)});
    }

    /// Adds the answers that `control` has by now, each as `outcome(action, answer)` has it.
    /// `late(action)` is called once for what has none in time: the transport has told its client
    /// so. One may still come, and is told then.
    template <class Control, class Outcome, class Late>
    void take_answers(AdminDesk& desk, Control& control, book::TimeNs now,
                      std::vector<AdminAnswer>& answers, Outcome&& outcome, Late&& late) {
        std::erase_if(waiting_, [&](Waiting& waiting) {
            if (const auto answer = control.take_answer(waiting.ticket)) {
                answers.push_back({waiting.pending, outcome(waiting.action, *answer)});
                return true;
            }
            const auto waited = now - waiting.since;
            if (waited < desk.limits.answer_timeout) return false;
            if (!std::exchange(waiting.late, true)) {
                ++desk.counts.late;
                late(waiting.action);
            }
            return waited >= admin_timeouts_kept * desk.limits.answer_timeout;
        });
    }

    std::size_t size() const { return waiting_.size(); }

private:
    struct Waiting {
        Ticket ticket{};
        PendingAnswer pending{};
        book::TimeNs since{};
        Action action;
        bool late = false;
    };
    std::vector<Waiting> waiting_;
};

}  // namespace tickweir::gateway
