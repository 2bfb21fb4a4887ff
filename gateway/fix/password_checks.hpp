// Checks passwords on a thread of its own: a check takes tens of milliseconds, which the thread of
// the sessions does not have. Bounded both ways; what was asked is wiped once it is answered.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "gateway/fix/password.hpp"

namespace tickweir::gateway::fix {

/// What a check came to; `ticket` is the asker's.
struct PasswordVerdict {
    std::uint64_t ticket = 0;
    bool matches = false;
    friend bool operator==(const PasswordVerdict&, const PasswordVerdict&) = default;
};

/// One asking thread; one worker of the lowest scheduling class, which sleeps where nothing is
/// asked.
class PasswordChecks {
public:
    /// `wake` is called by the worker after each verdict; it must not throw. At most `waiting_max`
    /// questions and verdicts that were not taken exist at one time.
    explicit PasswordChecks(std::size_t waiting_max, std::function<void()> wake = {});
    /// Waits for the check under way, and drops the others.
    ~PasswordChecks();
    PasswordChecks(const PasswordChecks&) = delete;
    PasswordChecks& operator=(const PasswordChecks&) = delete;

    /// False where too many wait: nothing was taken, and the asker refuses. Never waits for a
    /// check.
    [[nodiscard]] bool ask(std::uint64_t ticket, PasswordHash hash, std::string_view password);

    /// The verdicts so far, in the order of the questions.
    std::vector<PasswordVerdict> take();

    /// Questions turned away for being too many.
    std::uint64_t refused() const { return refused_; }

private:
    struct Question {
        std::uint64_t ticket;
        PasswordHash hash;
        std::string password;
    };

    void work();

    const std::size_t waiting_max_;
    const std::function<void()> wake_;
    std::uint64_t refused_ = 0;  // of the asker
    std::size_t waiting_ = 0;    // of the asker: asked and not taken

    std::mutex mutex_;  // guards what is below; nothing nests in it
    std::condition_variable asked_;
    std::deque<Question> questions_;         // guarded by mutex_
    std::vector<PasswordVerdict> verdicts_;  // guarded by mutex_
    bool stopping_ = false;                  // guarded by mutex_
    std::thread worker_;
};

}  // namespace tickweir::gateway::fix
