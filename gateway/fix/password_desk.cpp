#include "gateway/fix/password_desk.hpp"

#include <pthread.h>
#include <string.h>

#include <utility>

namespace tickweir::gateway::fix {

PasswordDesk::PasswordDesk(Waker& waker) : waker_{waker}, thread_{[this] { run(); }} {
    pthread_setname_np(thread_.native_handle(), "fix.passwords");
}

PasswordDesk::~PasswordDesk() {
    {
        const std::lock_guard lock{mutex_};
        ending_ = true;
    }
    wanted_.notify_one();
    thread_.join();
}

bool PasswordDesk::ask(std::uint64_t ticket, const PasswordHash& hash, std::string_view password) {
    if (under_way_ >= waiting_max) return false;
    {
        const std::lock_guard lock{mutex_};
        questions_.push_back({ticket, &hash, std::string{password}});
    }
    ++under_way_;
    wanted_.notify_one();
    return true;
}

std::optional<PasswordDesk::Answer> PasswordDesk::take() {
    if (under_way_ == 0) return std::nullopt;
    const std::lock_guard lock{mutex_};
    if (answers_.empty()) return std::nullopt;
    const Answer answer = answers_.front();
    answers_.pop_front();
    --under_way_;
    return answer;
}

void PasswordDesk::run() {
    for (;;) {
        Question question;
        {
            std::unique_lock lock{mutex_};
            wanted_.wait(lock, [this] { return ending_ || !questions_.empty(); });
            if (ending_) return;
            question = std::move(questions_.front());
            questions_.pop_front();
        }
        const bool matches = question.hash->matches(question.password);
        explicit_bzero(question.password.data(), question.password.size());
        {
            const std::lock_guard lock{mutex_};
            answers_.push_back({question.ticket, matches});
        }
        waker_.wake();
    }
}

}  // namespace tickweir::gateway::fix
