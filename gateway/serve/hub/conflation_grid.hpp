// When groups that asked for at most one update in N ms get theirs: at the multiples of N ms since
// the epoch, so that all of the same N are sent together. Times are passed in.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "book/types.hpp"

namespace tickweir::gateway::hub {

class ConflationGrid {
public:
    /// The group is to be sent at the next tick of its grid after `now`. Requires that it is not
    /// waiting already.
    void add(std::uint32_t group, std::uint32_t conflate_ms, book::TimeNs now) {
        Ticks& ticks = grids_[conflate_ms];
        if (ticks.groups.empty()) ticks.at_ns = next_tick(conflate_ms, now);
        ticks.groups.push_back(group);
        next_ns_ = std::min(next_ns_, ticks.at_ns);
    }

    /// Calls `send(group)` for all whose tick has come, in the order in which they were added.
    /// `send` may add groups again: for a later tick.
    template <class Send>
    bool run(book::TimeNs now, Send&& send) {
        const std::int64_t now_ns = now.time_since_epoch().count();
        if (next_ns_ > now_ns) return false;
        taken_.clear();
        next_ns_ = never;
        for (auto& [conflate_ms, ticks] : grids_) {
            if (ticks.groups.empty()) continue;
            if (ticks.at_ns <= now_ns) {
                taken_.insert(taken_.end(), ticks.groups.begin(), ticks.groups.end());
                ticks.groups.clear();
            } else {
                next_ns_ = std::min(next_ns_, ticks.at_ns);
            }
        }
        for (const std::uint32_t group : taken_)
            send(group);
        return true;
    }

    std::optional<book::TimeNs> next_due() const {
        if (next_ns_ == never) return std::nullopt;
        return book::TimeNs{std::chrono::nanoseconds{next_ns_}};
    }

private:
    static constexpr std::int64_t never = INT64_MAX;
    struct Ticks {
        std::int64_t at_ns = 0;
        std::vector<std::uint32_t> groups;
    };

    static std::int64_t next_tick(std::uint32_t conflate_ms, book::TimeNs now) {
        const std::int64_t interval = std::int64_t{conflate_ms} * 1'000'000;
        return (now.time_since_epoch().count() / interval + 1) * interval;
    }

    // At most one grid a permitted interval, so the map is bounded; its nodes stay.
    std::map<std::uint32_t, Ticks> grids_;
    std::vector<std::uint32_t> taken_;
    std::int64_t next_ns_ = never;
};

}  // namespace tickweir::gateway::hub
