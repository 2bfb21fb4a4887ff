// One instrument's book and whether it can be trusted: takes changes and snapshots in the
// instrument's integers, applies each as a whole or not at all, and keeps the state. Knows no JSON,
// connections or clocks; whoever owns it passes what waits for a snapshot again.
//
//     awaiting_snapshot ──snapshot──► in_sync ──loss──► out_of_sync(reason) ──snapshot──► in_sync
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "book/level_book.hpp"
#include "codecs/json/book_checksum.hpp"
#include "gateway/feeds/sync/sequence.hpp"
#include "gateway/feeds/sync/sync_state.hpp"
#include "gateway/feeds/sync/venue_rules.hpp"

namespace tickweir::gateway {

/// An absolute level; nothing open removes it.
using SyncRow = book::LevelSet;

/// What a change or a snapshot says, but for its place in the sequence.
struct SyncRows {
    std::span<SyncRow> bids;  ///< put in order where they are
    std::span<SyncRow> asks;
    std::optional<std::uint32_t> checksum;
    codecs::json::WrittenScale price;  ///< for the checksum
    codecs::json::WrittenScale quantity;
    std::uint32_t depth = 0;  ///< levels a side that the venue keeps; 0: all
};

/// Changes of one call, and what is needed to take them back; shared by all books of an owner.
using SyncChanges = book::LevelBookChanges;

class BookSync {
public:
    BookSync(const VenueRules& rules, const book::LevelBookLimits& limits,
             book::MemoryBudget* budget)
        : rules_{rules}, book_{limits, budget} {}

    SyncState state() const { return state_; }
    SyncReason reason() const { return reason_; }
    bool in_sync() const { return state_ == SyncState::in_sync; }
    const VenueRules& rules() const { return rules_; }
    /// Of a book that is not in sync: as it was before what showed the loss; or empty, after a
    /// snapshot that came too far.
    const book::LevelBook& book() const { return book_; }
    SequencePosition position() const { return position_; }

    /// What a change is to a book in sync.
    SequenceVerdict judge(const codecs::json::BookEvent& change) const {
        return gateway::judge(rules_.sequence, change, position_);
    }

    /// Applies a change that is the next one, with `id`. Answers `none`, or why it was refused:
    /// then the book is as it was, and out of sync. Where nobody watches, `changes` may only say
    /// whether the touch changed. Linear in the rows.
    SyncReason apply(std::uint64_t id, const SyncRows& rows, SyncChanges& changes,
                     bool watched = true);

    /// The book is this and nothing else, and in sync; or refused likewise. Where the memory budget
    /// does not suffice, or a snapshot of another scale is refused, the book is empty then.
    SyncReason replace(std::uint64_t id, const SyncRows& rows);

    /// Not to be trusted any more. What was never in sync is then `out_of_sync`, too.
    void lose(SyncReason reason) {
        state_ = SyncState::out_of_sync;
        reason_ = reason;
    }

    /// Multiplies all prices and quantities; false, and nothing changed, where one does not fit.
    bool rescale(std::int64_t price_factor, std::int64_t quantity_factor,
                 std::vector<book::Level>& scratch);

    /// Forgets all levels: a snapshot follows that has another scale.
    void empty_book() { book_.clear(); }

    /// Best bid and ask at one price or the wrong way round.
    bool is_crossed() const;

private:
    SyncReason refuse(SyncReason reason);
    bool apply_side(book::Side side, std::span<SyncRow> rows, SyncChanges& changes);
    bool apply_unwatched(const SyncRows& rows, SyncChanges& changes);
    bool apply_row(book::Side side, const SyncRow& row, SyncChanges& changes);
    void cut(book::Side side, std::uint32_t depth, SyncChanges& changes);
    void take_back(const SyncChanges& changes);
    bool checksum_holds(const SyncRows& rows) const;
    bool fill(book::Side side, std::span<const SyncRow> worst_first);

    VenueRules rules_;
    book::LevelBook book_;
    SequencePosition position_;
    SyncState state_ = SyncState::awaiting_snapshot;
    SyncReason reason_ = SyncReason::none;
};

}  // namespace tickweir::gateway
