// How far ahead one session's outbound numbers are reserved: asked for when half a block is left,
// and in larger blocks while they are used up fast. Pure.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>

#include "book/types.hpp"
#include "gateway/fix/number_reserve.hpp"

namespace tickweir::gateway::fix {

class NumberBlocks {
public:
    static constexpr std::uint64_t least = 1'000;
    static constexpr std::uint64_t most = 64 * least;
    /// A block that is used up sooner is followed by one of twice its size.
    static constexpr std::chrono::seconds fast{1};

    /// Where the session goes on: until it uses a number nothing has to be asked for.
    void resume(book::TimeNs numbering, std::uint64_t next, ReportPlace before) {
        unused_ = {numbering, next, {}};
        before_ = before;
    }
    bool unused(book::TimeNs numbering, std::uint64_t next) const {
        return unused_.numbering == numbering && unused_.bound == next;
    }

    /// What was told under earlier numberings, of the blocks to come.
    void set_before(ReportPlace before) { before_ = before; }
    ReportPlace before() const { return before_; }

    /// What has to be asked for, `next` being the number to be used next; nothing while there is
    /// enough.
    std::optional<NumberBlock> wanted(book::TimeNs numbering, std::uint64_t next,
                                      book::TimeNs now) const {
        const bool same = asked_.numbering == numbering;
        if (same && (next + size_ / 2 <= asked_.bound || asked_.bound == numbers_end))
            return std::nullopt;
        return NumberBlock{numbering, std::min(next + size_for(numbering, now), numbers_end),
                           before_};
    }
    /// It was asked for.
    void asked(const NumberBlock& block, book::TimeNs now) {
        size_ = size_for(block.numbering, now);
        asked_ = block;
        asked_at_ = now;
    }

    /// Below which number of the numbering messages may be sent; looked up where that was too few.
    template <class Bound>
    bool covers(book::TimeNs numbering, std::uint64_t next, Bound&& bound) {
        if (numbering != numbering_ || next > bound_) {
            numbering_ = numbering;
            bound_ = bound();
        }
        return next <= bound_;
    }

private:
    std::uint64_t size_for(book::TimeNs numbering, book::TimeNs now) const {
        if (asked_.numbering != numbering) return least;
        return now - asked_at_ < fast ? std::min(2 * size_, most) : std::max(size_ / 2, least);
    }

    NumberBlock unused_;  // as it was resumed
    NumberBlock asked_;
    book::TimeNs asked_at_{};
    std::uint64_t size_ = least;
    ReportPlace before_;
    book::TimeNs numbering_{};  // that bound_ is of
    std::uint64_t bound_ = 0;
};

}  // namespace tickweir::gateway::fix
