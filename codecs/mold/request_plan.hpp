// What to ask which re-request server for, and when again: gaps in chunks that do not overlap, so
// many in flight, retried with growing patience. Knows holes, not messages.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "codecs/mold/holes.hpp"
#include "codecs/mold/receiver_types.hpp"
#include "codecs/mold/request_rate.hpp"

namespace tickweir::codecs::mold {

class RequestPlan {
public:
    /// Allocates what it will need.
    explicit RequestPlan(const ReceiverLimits& limits);

    /// `count` messages from `sequence` on, at most 65,535, of one server.
    struct Ask {
        std::uint32_t server = 0;
        std::uint64_t sequence = 0;
        std::uint16_t count = 0;
    };
    /// The next one that is due, marked as sent; none if nothing is, or the rate is used up. Gaps
    /// from `below` on are left alone. Counts requests, timeouts and throttled.
    std::optional<Ask> next(Holes& holes, std::uint64_t below, TimeNs now, ReceiverCounts& counts);

    /// When next() has something to give, or give up on, unless an answer comes before.
    std::optional<TimeNs> next_due() const;

    /// Whether something of [begin, end) was asked for, now or not long ago.
    bool was_asked(std::uint64_t begin, std::uint64_t end) const;
    /// A server brought something of [begin, end) that was missing.
    void on_answer(std::uint32_t server, std::uint64_t begin, std::uint64_t end, TimeNs now);

    /// Nothing is missing: what is in flight is not waited for.
    void rest();
    /// Another session: answers to what was asked before are wrong.
    void clear();

private:
    struct Range {
        std::uint64_t begin = 0;
        std::uint64_t end = 0;
        bool overlaps(std::uint64_t from, std::uint64_t until) const {
            return begin < until && from < end;
        }
    };
    /// A range that one request at a time is made for, until all of it is there.
    struct Claim {
        Range range;
        std::uint32_t server = 0;
        std::chrono::nanoseconds patience{};
        TimeNs deadline{};
        bool answered = false;  // in part, since it was sent
        bool due = false;       // to be sent, again
    };

    void expire(TimeNs now, ReceiverCounts& counts);
    void release(Holes& holes, std::uint64_t below);
    Claim* lowest_due();
    std::optional<Range> unclaimed(const Holes& holes, std::uint64_t below) const;
    const Claim* claim_at(std::uint64_t sequence) const;
    std::uint32_t server_from(std::uint32_t start, TimeNs now) const;
    Ask send(Claim& claim, Holes& holes, TimeNs now);

    ReceiverLimits limits_;
    std::chrono::nanoseconds answer_pause_;
    RequestRate rate_;
    bool held_back_ = false;            // by the rate
    std::vector<Claim> claims_;         // disjoint, in no order; at most requests_in_flight
    std::vector<Range> asked_;          // lately; a ring
    std::size_t asked_next_ = 0;        // its oldest
    std::vector<TimeNs> silent_until_;  // of each server: not asked before while others are left
    std::uint32_t turn_ = 0;            // the server that is next
};

}  // namespace tickweir::codecs::mold
