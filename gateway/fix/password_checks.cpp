#include "gateway/fix/password_checks.hpp"

#include <openssl/crypto.h>
#include <sched.h>

#include <utility>

namespace tickweir::gateway::fix {

PasswordChecks::PasswordChecks(std::size_t waiting_max, std::function<void()> wake)
    : waiting_max_{waiting_max}, wake_{std::move(wake)} {
    verdicts_.reserve(waiting_max);
    worker_ = std::thread{[this] { work(); }};
}

PasswordChecks::~PasswordChecks() {
    {
        const std::scoped_lock lock{mutex_};
        stopping_ = true;
        for (Question& question : questions_)
            OPENSSL_cleanse(question.password.data(), question.password.size());
        questions_.clear();
    }
    asked_.notify_one();
    worker_.join();
}

bool PasswordChecks::ask(std::uint64_t ticket, PasswordHash hash, std::string_view password) {
    if (waiting_ >= waiting_max_) {
        ++refused_;
        return false;
    }
    ++waiting_;
    {
        // One byte more than is looked at tells a password that is too long.
        const std::scoped_lock lock{mutex_};
        questions_.push_back(
            {ticket, std::move(hash), std::string{password.substr(0, password_bytes_max + 1)}});
    }
    asked_.notify_one();
    return true;
}

std::vector<PasswordVerdict> PasswordChecks::take() {
    std::vector<PasswordVerdict> taken;
    if (waiting_ == 0) return taken;
    {
        const std::scoped_lock lock{mutex_};
        taken.assign(verdicts_.begin(), verdicts_.end());
        verdicts_.clear();
    }
    waiting_ -= taken.size();
    return taken;
}

void PasswordChecks::work() {
    // Sessions go before logons; where the system refuses, it shares the processors as any other.
    const sched_param lowest{};
    (void)::sched_setscheduler(0, SCHED_BATCH, &lowest);
    for (std::unique_lock lock{mutex_};;) {
        asked_.wait(lock, [this] { return stopping_ || !questions_.empty(); });
        if (stopping_) return;
        Question question = std::move(questions_.front());
        questions_.pop_front();
        lock.unlock();
        const bool matches = question.hash.matches(question.password);
        OPENSSL_cleanse(question.password.data(), question.password.size());
        lock.lock();
        verdicts_.push_back({question.ticket, matches});
        if (!wake_) continue;
        lock.unlock();
        wake_();
        lock.lock();
    }
}

}  // namespace tickweir::gateway::fix
