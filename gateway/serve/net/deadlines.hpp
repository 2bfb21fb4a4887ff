// When each connection has to be looked at again though nothing came. One number a connection in
// one array: a scan of ten thousand costs a few microseconds, and is made at most every 20 ms.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

#include "book/types.hpp"

namespace tickweir::gateway {

class Deadlines {
public:
    static constexpr std::chrono::nanoseconds grain = std::chrono::milliseconds{20};

    /// None: nothing to wait for.
    void set(std::size_t slot, std::optional<book::TimeNs> when) {
        if (slot >= when_.size()) when_.resize(slot + 1, never);
        when_[slot] = when ? when->time_since_epoch().count() : never;
        // A later deadline leaves the scan where it was: it then finds nothing, and looks ahead.
        next_ = std::min(next_, when_[slot]);
    }

    std::optional<book::TimeNs> next() const {
        if (next_ == never) return std::nullopt;
        return book::TimeNs{std::chrono::nanoseconds{std::max(next_, quiet_until_)}};
    }

    /// Calls `due(slot)` for each slot whose time has come; it may set deadlines.
    template <class Due>
    bool run(book::TimeNs now, Due&& due) {
        const std::int64_t time = now.time_since_epoch().count();
        if (quiet_until_ > time + grain.count()) quiet_until_ = time;  // the clock was set back
        if (time < std::max(next_, quiet_until_) || next_ == never) return false;
        quiet_until_ = time + grain.count();
        next_ = never;
        std::int64_t next = never;
        for (std::size_t slot = 0; slot < when_.size(); ++slot) {
            if (when_[slot] <= time) {
                when_[slot] = never;
                due(slot);
            }
            next = std::min(next, when_[slot]);
        }
        next_ = std::min(next_, next);
        return true;
    }

private:
    // In the array only: absence as a number keeps the scan a plain minimum.
    static constexpr std::int64_t never = std::numeric_limits<std::int64_t>::max();

    std::vector<std::int64_t> when_;
    std::int64_t next_ = never;  // none is earlier
    std::int64_t quiet_until_ = std::numeric_limits<std::int64_t>::min();
};

}  // namespace tickweir::gateway
