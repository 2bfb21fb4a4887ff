// How often one message may be logged: at most so many times a second, the rest is counted and told
// in one line. Pure: time is an argument.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>
#include <unordered_map>

#include "book/types.hpp"

namespace tickweir::gateway::log {

/// One place that logs: the module and the text of its message, both of static life. Compared by
/// address: a text is a literal.
struct MessageId {
    const void* module = nullptr;
    std::string_view text;

    friend bool operator==(const MessageId& a, const MessageId& b) {
        return a.module == b.module && a.text.data() == b.text.data();
    }
};

/// Counts windows of one second, each begun by the first message behind the last one's end.
class RepeatLimiter {
public:
    /// Beyond `messages_max` different messages all further ones share one window.
    explicit RepeatLimiter(std::uint64_t per_second, std::size_t messages_max = 1'024)
        : per_second_(per_second), messages_max_(messages_max) {}

    struct Verdict {
        bool admitted = false;
        std::uint64_t repeated = 0;  ///< held back in the window that has just ended
    };
    Verdict admit(const MessageId& id, book::TimeNs now);

    /// Calls `told(id, repeated)` for every message with lines held back in a window that is over
    /// at `now`, and starts them afresh. Of the shared window the id is empty.
    template <class Told>
    void take_ended(book::TimeNs now, Told&& told) {
        const auto take = [&](const MessageId& id, Window& window) {
            if (window.held_back == 0 || !is_over(window, now)) return;
            told(id, window.held_back);
            window = Window{now, 0, 0};
        };
        for (auto& [id, window] : windows_)
            take(id, window);
        take(MessageId{}, shared_);
    }

    void set_per_second(std::uint64_t per_second) { per_second_ = per_second; }

private:
    struct Window {
        book::TimeNs start{};
        std::uint64_t admitted = 0;
        std::uint64_t held_back = 0;
    };
    struct Hash {
        std::size_t operator()(const MessageId& id) const {
            return std::hash<const void*>{}(id.text.data()) ^
                   (std::hash<const void*>{}(id.module) << 1);
        }
    };

    static bool is_over(const Window& window, book::TimeNs now) {
        // A clock that was set back must not silence a message until it has caught up.
        return now < window.start || now - window.start >= std::chrono::seconds{1};
    }
    Window& window_of(const MessageId& id);

    std::uint64_t per_second_;
    std::size_t messages_max_;
    std::unordered_map<MessageId, Window, Hash> windows_;
    Window shared_;
};

}  // namespace tickweir::gateway::log
