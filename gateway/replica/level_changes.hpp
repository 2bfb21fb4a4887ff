// Which rows of an l2 stream's window changed: by the event at hand, and by the last ones, so that
// whoever missed some can be brought up to date with one update. Bounded. One owner thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "book/budget.hpp"
#include "book/depth_window.hpp"
#include "book/level_book.hpp"
#include "book/types.hpp"

namespace tickweir::gateway::replica {

/// A price at which the window changed; what stands there now is looked up in the book.
struct TouchedRow {
    book::Price price;
    book::Side side = book::Side::buy;
    bool was_absent = false;  ///< from the window, before the first of the changes meant
    std::uint32_t order = 0;  ///< among the touches that are sorted together
    friend constexpr bool operator==(const TouchedRow&, const TouchedRow&) = default;
};

class LevelChanges {
public:
    // ----------------------------------------------------------------------------- the event at
    // hand
    void begin_event() {
        event_.clear();
        event_is_long_ = false;
    }
    /// Notes what `change`, the last one of `book`, did to the window.
    void note(const book::DepthWindow& window, const book::LevelBook& book,
              const book::LevelBookChange& change);
    /// Each price once.
    std::span<const TouchedRow> event();

    // -------------------------------------------------------------------------------- the last
    // ones
    /// Notes event() under its number. Remembers from here on, if it did not yet; the oldest are
    /// forgotten at the limit of four times the window's rows, or when the budget refuses more.
    void record(std::uint64_t seq, const book::DepthWindow& window, book::MemoryBudget* budget);
    /// Everything before `seq`, and `seq` itself, is no longer of use.
    void restart(std::uint64_t seq);
    /// Nobody needs the past any more.
    void forget();

    /// Whether all changes after `seq` are remembered.
    bool covers(std::uint64_t seq) const { return remembers_ && seq >= complete_after_; }
    /// The rows touched after `seq`, each price once: bids from the best, then asks. Requires
    /// covers(seq).
    void collect(std::uint64_t seq, std::vector<TouchedRow>& into) const;

private:
    struct Record {
        std::uint64_t seq = 0;
        TouchedRow row;
    };

    bool grow(std::size_t limit, book::MemoryBudget* budget);

    std::vector<TouchedRow> event_;
    bool event_is_long_ = false;  // and may name a price twice

    std::unique_ptr<Record[]> ring_;
    book::Charge charge_;
    std::size_t capacity_ = 0;  // a power of two, or 0
    std::size_t first_ = 0;
    std::size_t count_ = 0;
    std::uint64_t complete_after_ = 0;
    bool remembers_ = false;
};

}  // namespace tickweir::gateway::replica
