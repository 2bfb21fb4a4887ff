#include "gateway/log_repeats.hpp"

namespace tickweir::gateway::log {

RepeatLimiter::Window& RepeatLimiter::window_of(const MessageId& id) {
    if (const auto found = windows_.find(id); found != windows_.end()) return found->second;
    return windows_.size() < messages_max_ ? windows_[id] : shared_;
}

RepeatLimiter::Verdict RepeatLimiter::admit(const MessageId& id, book::TimeNs now) {
    Window& window = window_of(id);
    Verdict verdict;
    if (is_over(window, now)) {
        verdict.repeated = window.held_back;
        window = Window{now, 0, 0};
    }
    verdict.admitted = window.admitted < per_second_;
    ++(verdict.admitted ? window.admitted : window.held_back);
    return verdict;
}

}  // namespace tickweir::gateway::log
