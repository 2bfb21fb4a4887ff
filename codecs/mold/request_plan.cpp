#include "codecs/mold/request_plan.hpp"

#include <algorithm>

namespace tickweir::codecs::mold {

namespace {

constexpr std::size_t asked_kept_min = 64;

}  // namespace

RequestPlan::RequestPlan(const ReceiverLimits& limits)
    : limits_{limits},
      answer_pause_{std::min(std::max(limits.reorder_wait, limits.request_timeout / 16),
                             limits.request_timeout)},
      rate_{limits.requests_per_second,
            std::max(limits.requests_in_flight, limits.requests_per_second / 100)},
      asked_(std::max<std::size_t>(asked_kept_min, std::size_t{4} * limits.requests_in_flight)),
      silent_until_(limits.servers) {
    claims_.reserve(limits.requests_in_flight);
}

std::optional<RequestPlan::Ask> RequestPlan::next(Holes& holes, std::uint64_t below, TimeNs now,
                                                  ReceiverCounts& counts) {
    expire(now, counts);
    release(holes, below);
    Claim* claim = lowest_due();
    std::optional<Range> fresh;
    if (claim == nullptr && claims_.size() < limits_.requests_in_flight)
        fresh = unclaimed(holes, below);
    if (claim == nullptr && !fresh) {
        held_back_ = false;
        return std::nullopt;
    }
    if (rate_.ready() > now) {
        if (!held_back_) ++counts.throttled;
        held_back_ = true;
        return std::nullopt;
    }
    held_back_ = false;
    if (claim == nullptr) {
        claims_.push_back({.range = *fresh,
                           .server = server_from(turn_, now),
                           .patience = limits_.request_timeout});
        claim = &claims_.back();
    }
    ++counts.requests;
    return send(*claim, holes, now);
}

RequestPlan::Ask RequestPlan::send(Claim& claim, Holes& holes, TimeNs now) {
    // Of a range that was filled in places, what is left behind the first part is claimed anew.
    Hole& hole = *holes.find(claim.range.begin, claim.range.end);
    claim.range.begin = std::max(claim.range.begin, hole.begin);
    claim.range.end = std::min(claim.range.end, hole.end);
    hole.asked = true;
    claim.deadline = now + claim.patience;
    claim.answered = claim.due = false;
    turn_ = (claim.server + 1) % limits_.servers;
    rate_.take(now);
    asked_[asked_next_] = claim.range;
    asked_next_ = (asked_next_ + 1) % asked_.size();
    return {claim.server, claim.range.begin,
            static_cast<std::uint16_t>(claim.range.end - claim.range.begin)};
}

/// Claims of what is there, or could not be kept: they must not bar the way to what is lower.
void RequestPlan::release(Holes& holes, std::uint64_t below) {
    std::erase_if(claims_, [&](const Claim& claim) {
        return (claim.due && claim.range.begin >= below) ||
               holes.find(claim.range.begin, claim.range.end) == nullptr;
    });
}

void RequestPlan::expire(TimeNs now, ReceiverCounts& counts) {
    for (Claim& claim : claims_) {
        if (claim.due || claim.deadline > now) continue;
        claim.due = true;
        if (claim.answered) {
            claim.patience = limits_.request_timeout;
            claim.server = server_from(turn_, now);
            continue;
        }
        ++counts.timeouts;
        silent_until_[claim.server] = now + limits_.request_timeout_max;
        claim.patience = std::min(claim.patience * 2,
                                  std::max(limits_.request_timeout, limits_.request_timeout_max));
        claim.server = server_from((claim.server + 1) % limits_.servers, now);
    }
}

RequestPlan::Claim* RequestPlan::lowest_due() {
    Claim* lowest = nullptr;
    for (Claim& claim : claims_) {
        if (!claim.due) continue;
        if (lowest == nullptr || claim.range.begin < lowest->range.begin) lowest = &claim;
    }
    return lowest;
}

std::optional<RequestPlan::Range> RequestPlan::unclaimed(const Holes& holes,
                                                         std::uint64_t below) const {
    for (std::size_t i = 0; i < holes.count(); ++i) {
        const Hole& hole = holes[i];
        if (!hole.is_gap || hole.begin >= below) break;
        std::uint64_t at = hole.begin;
        while (const Claim* claim = claim_at(at)) {
            at = claim->range.end;
        }
        if (at >= hole.end) continue;
        const std::uint64_t count =
            std::min<std::uint64_t>(hole.end - at, limits_.request_messages);
        Range range{at, at + count};
        for (const Claim& claim : claims_) {
            if (claim.range.begin > at) range.end = std::min(range.end, claim.range.begin);
        }
        return range;
    }
    return std::nullopt;
}

const RequestPlan::Claim* RequestPlan::claim_at(std::uint64_t sequence) const {
    for (const Claim& claim : claims_) {
        if (claim.range.begin <= sequence && sequence < claim.range.end) return &claim;
    }
    return nullptr;
}

/// The first in turn that is not silent, or the first in turn.
std::uint32_t RequestPlan::server_from(std::uint32_t start, TimeNs now) const {
    for (std::uint32_t i = 0; i < limits_.servers; ++i) {
        const std::uint32_t server = (start + i) % limits_.servers;
        if (silent_until_[server] <= now) return server;
    }
    return start;
}

std::optional<TimeNs> RequestPlan::next_due() const {
    std::optional<TimeNs> due;
    if (held_back_) due = rate_.ready();
    for (const Claim& claim : claims_) {
        if (!claim.due && (!due || claim.deadline < *due)) due = claim.deadline;
    }
    return due;
}

bool RequestPlan::was_asked(std::uint64_t begin, std::uint64_t end) const {
    const auto is_it = [&](const Range& range) { return range.overlaps(begin, end); };
    return std::ranges::any_of(claims_, is_it, &Claim::range) || std::ranges::any_of(asked_, is_it);
}

void RequestPlan::on_answer(std::uint32_t server, std::uint64_t begin, std::uint64_t end,
                            TimeNs now) {
    silent_until_[server] = {};
    for (Claim& claim : claims_) {
        if (claim.due || !claim.range.overlaps(begin, end)) continue;
        claim.answered = true;
        claim.deadline = now + answer_pause_;
    }
}

void RequestPlan::rest() {
    claims_.clear();
    held_back_ = false;
}

void RequestPlan::clear() {
    rest();
    std::ranges::fill(asked_, Range{});
}

}  // namespace tickweir::codecs::mold
