// The groups that wait for the next tick of their cadence, and the ticks in order of time. Nothing
// is allocated once as many cadences have waited at a time as ever will. Times are passed in.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "book/types.hpp"
#include "gateway/serve/hub.hpp"
#include "gateway/serve/hub/cadence.hpp"

namespace tickweir::gateway::hub {

class ConflationGrid {
public:
    /// The group is to be sent at the next tick of its cadence after `now`. Requires that it is not
    /// waiting already.
    void add(std::uint32_t group, Cadence cadence, book::TimeNs now) {
        auto found = waiting_.find(cadence);
        if (found == waiting_.end()) {
            found = insert(cadence);
            ticks_.push_back({cadence.next_tick_ns(now), found});
            std::ranges::push_heap(ticks_, later);
        }
        found->second.push_back(group);
    }

    /// Calls `send(group)` for all whose tick has come: tick by tick, and in the order in which
    /// they were added. `send` may add groups again: for a later tick. Whether any had come.
    template <class Send>
    bool run(book::TimeNs now, Send&& send) {
        ran_.clear();
        const std::int64_t now_ns = now.time_since_epoch().count();
        while (!ticks_.empty() && ticks_.front().at_ns <= now_ns) {
            std::ranges::pop_heap(ticks_, later);
            const Tick tick = ticks_.back();
            ticks_.pop_back();
            ran_.push_back({tick.at_ns, tick.who->first.interval_ns()});
            Waiting::node_type node = waiting_.extract(tick.who);
            for (const std::uint32_t group : node.mapped())
                send(group);
            node.mapped().clear();
            spare_.push_back(std::move(node));
        }
        return !ran_.empty();
    }

    std::optional<book::TimeNs> next_due() const {
        if (ticks_.empty()) return std::nullopt;
        return book::TimeNs{std::chrono::nanoseconds{ticks_.front().at_ns}};
    }

    /// The ticks of the last run().
    std::span<const ConflationTick> ran() const { return ran_; }

private:
    using Waiting = std::map<Cadence, std::vector<std::uint32_t>>;
    struct Tick {
        std::int64_t at_ns;
        Waiting::iterator who;
    };
    static bool later(const Tick& a, const Tick& b) { return a.at_ns > b.at_ns; }

    Waiting::iterator insert(Cadence cadence) {
        if (spare_.empty()) return waiting_.try_emplace(cadence).first;
        Waiting::node_type node = std::move(spare_.back());
        spare_.pop_back();
        node.key() = cadence;
        return waiting_.insert(std::move(node)).position;
    }

    Waiting waiting_;
    std::vector<Tick> ticks_;                // a heap, the next one in front
    std::vector<Waiting::node_type> spare_;  // with the memory of their lists
    std::vector<ConflationTick> ran_;
};

}  // namespace tickweir::gateway::hub
