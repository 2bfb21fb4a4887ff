// Checks passwords on a thread of its own, because a check takes tens of milliseconds by design and
// every other session would wait for it. Few may wait; whoever is one too many is turned away.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

#include "gateway/fix/password.hpp"
#include "gateway/runtime/reactor.hpp"

namespace tickweir::gateway::fix {

class PasswordDesk {
public:
    static constexpr std::size_t waiting_max = 32;

    struct Answer {
        std::uint64_t ticket = 0;
        bool matches = false;
    };

    /// `waker`: of the thread that asks. Starts the thread.
    explicit PasswordDesk(Waker& waker);
    PasswordDesk(const PasswordDesk&) = delete;
    PasswordDesk& operator=(const PasswordDesk&) = delete;
    ~PasswordDesk();  ///< Waits for the check under way.

    /// `hash` outlives the desk. False: too many wait.
    [[nodiscard]] bool ask(std::uint64_t ticket, const PasswordHash& hash,
                           std::string_view password);
    std::optional<Answer> take();
    /// How many answers and questions there are; the asking thread's view.
    std::size_t under_way() const { return under_way_; }

private:
    struct Question {
        std::uint64_t ticket = 0;
        const PasswordHash* hash = nullptr;
        std::string password;
    };
    void run();

    Waker& waker_;
    std::size_t under_way_ = 0;  // the asking thread's
    // Held for moving one element; never with another lock.
    std::mutex mutex_;
    std::condition_variable wanted_;
    std::deque<Question> questions_;  // guarded by mutex_
    std::deque<Answer> answers_;      // guarded by mutex_
    bool ending_ = false;             // guarded by mutex_
    std::thread thread_;
};

}  // namespace tickweir::gateway::fix
