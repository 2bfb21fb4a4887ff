// Gives each of n things its turn once a second, spread over that second, so that hundreds of
// sessions do not all want something in one moment.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "book/types.hpp"

namespace tickweir::gateway::fix {

class TickWheel {
public:
    /// How often the wheel is looked at while it is in a hurry.
    static constexpr std::chrono::nanoseconds grain = std::chrono::milliseconds{50};
    static constexpr std::chrono::nanoseconds round = std::chrono::seconds{1};

    explicit TickWheel(std::size_t count) : count_{count} {}

    /// Calls `each(i)` for those whose turn it is. Whether there were any.
    template <class Each>
    bool run(book::TimeNs now, Each&& each) {
        if (!running_ || now < began_) {  // or the clock was set back
            began_ = now;
            done_ = 0;
        } else if (now < began_ + grain && done_ == 0) {
            return false;
        }
        running_ = true;
        const std::chrono::nanoseconds elapsed = std::min(now - began_, round);
        const auto share = static_cast<std::size_t>(
            elapsed.count() * static_cast<std::int64_t>(count_) / round.count());
        const bool any = done_ < share;
        while (done_ < share)
            each(done_++);
        if (done_ < count_) return any;
        done_ = 0;
        began_ = now;
        return any;
    }

    /// `hurry`: in parts of a second; otherwise all of them may wait until it is over.
    std::optional<book::TimeNs> next_due(bool hurry) const {
        if (count_ == 0) return std::nullopt;
        if (!running_) return book::TimeNs{};
        if (!hurry) return began_ + round;
        const auto next =
            std::chrono::nanoseconds{round.count() * static_cast<std::int64_t>(done_ + 1) /
                                     static_cast<std::int64_t>(count_)};
        return began_ + std::min(round, (next / grain + 1) * grain);
    }

private:
    std::size_t count_;
    std::size_t done_ = 0;  // in this round
    bool running_ = false;
    book::TimeNs began_{};  // the round
};

}  // namespace tickweir::gateway::fix
