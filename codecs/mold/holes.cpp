#include "codecs/mold/holes.hpp"

#include <algorithm>
#include <iterator>

namespace tickweir::codecs::mold {

Holes::Holes(std::size_t most, std::chrono::nanoseconds give_up_after)
    : give_up_after_{give_up_after} {
    holes_.reserve(most);
    closed_.reserve(most);
}

std::vector<Hole>::iterator Holes::first_behind(std::uint64_t sequence) {
    return std::ranges::partition_point(holes_,
                                        [&](const Hole& hole) { return hole.end <= sequence; });
}

Hole* Holes::find(std::uint64_t begin, std::uint64_t end) {
    if (begin >= end) return nullptr;
    const auto hole = first_behind(begin);
    return hole == holes_.end() || hole->begin >= end ? nullptr : &*hole;
}

Hole& Holes::reveal(std::uint64_t begin, std::uint64_t end, TimeNs now) {
    missing_ += end - begin;
    if (holes_.empty() || holes_.back().end != begin) {
        holes_.push_back(
            {.begin = begin, .seen_begin = begin, .seen = now, .give_up = now + give_up_after_});
    }
    Hole& last = holes_.back();
    last.end = end;
    last.seen_end = std::max(last.seen_end, end);
    return last;
}

void Holes::reopen(std::uint64_t begin, std::uint64_t end, TimeNs now) {
    if (holes_.empty() || holes_.back().begin != end) {
        reveal(begin, end, now);
        return;
    }
    missing_ += end - begin;
    Hole& above = holes_.back();
    above.begin = begin;
    above.seen_begin = std::min(above.seen_begin, begin);
    if (holes_.size() == 1) return;
    Hole& below = holes_[holes_.size() - 2];
    if (below.end != begin) return;
    below.end = above.end;
    below.seen_end = std::max(below.seen_end, above.seen_end);
    below.asked = below.asked || above.asked;
    holes_.pop_back();
}

std::uint64_t Holes::fill(std::uint64_t begin, std::uint64_t end) {
    std::uint64_t filled = 0;
    auto hole = first_behind(begin);
    while (hole != holes_.end() && hole->begin < end) {
        const std::uint64_t from = std::max(begin, hole->begin);
        const std::uint64_t until = std::min(end, hole->end);
        filled += until - from;
        if (from == hole->begin && until == hole->end) {
            if (hole->asked) closed_.push_back(*hole);
            hole = holes_.erase(hole);
            continue;
        }
        if (from == hole->begin) {
            hole->begin = until;
        } else if (until == hole->end) {
            hole->end = from;
        } else {
            // Each message is told as filled once: those in between go with the lower part.
            Hole above = *hole;
            above.begin = above.seen_begin = until;
            hole->end = from;
            hole->seen_end = until;
            hole = holes_.insert(std::next(hole), above);
        }
        ++hole;
    }
    missing_ -= filled;
    return filled;
}

void Holes::clear() {
    holes_.clear();
    closed_.clear();
    missing_ = 0;
}

}  // namespace tickweir::codecs::mold
