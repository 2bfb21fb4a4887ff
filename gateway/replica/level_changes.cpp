#include "gateway/replica/level_changes.hpp"

#include <algorithm>
#include <bit>
#include <utility>

namespace tickweir::gateway::replica {
namespace {

constexpr std::size_t short_event = 32;  // rows up to which looking through them is quicker
constexpr std::size_t smallest_ring = 16;

bool same_place(const TouchedRow& a, const TouchedRow& b) {
    return a.side == b.side && a.price == b.price;
}

bool before(const TouchedRow& a, const TouchedRow& b) {
    if (a.side != b.side) return a.side == book::Side::buy;
    if (a.price != b.price) return book::better(a.side, a.price, b.price);
    return a.order < b.order;
}

/// Keeps the first of each price, which knows how the window was at the beginning.
void keep_first_of_each(std::vector<TouchedRow>& rows) {
    std::ranges::sort(rows, before);
    rows.erase(std::unique(rows.begin(), rows.end(), same_place), rows.end());
}

}  // namespace

void LevelChanges::note(const book::DepthWindow& window, const book::LevelBook& book,
                        const book::LevelBookChange& change) {
    const book::DepthRows rows = window.rows(book, change);
    for (const book::Level& level : rows.all()) {
        const bool was_absent =
            change.status != book::LevelApplied::updated && level.open.lots != 0;
        const TouchedRow row{level.price, change.side, was_absent,
                             static_cast<std::uint32_t>(event_.size())};
        if (event_.size() > short_event)
            event_is_long_ = true;
        else if (std::ranges::any_of(event_,
                                     [&](const auto& other) { return same_place(other, row); }))
            continue;
        event_.push_back(row);
    }
}

std::span<const TouchedRow> LevelChanges::event() {
    if (std::exchange(event_is_long_, false)) keep_first_of_each(event_);
    return event_;
}

void LevelChanges::record(std::uint64_t seq, const book::DepthWindow& window,
                          book::MemoryBudget* budget) {
    if (!remembers_) restart(seq - 1);
    const std::size_t limit = std::bit_ceil(std::max<std::size_t>(64, 4 * window.levels));
    for (const TouchedRow& row : event()) {
        if (count_ == capacity_ && !grow(limit, budget)) {
            if (capacity_ == 0) {
                complete_after_ = seq;
                continue;
            }
            complete_after_ = ring_[first_].seq;
            first_ = (first_ + 1) & (capacity_ - 1);
            --count_;
        }
        ring_[(first_ + count_++) & (capacity_ - 1)] = {seq, row};
    }
}

void LevelChanges::restart(std::uint64_t seq) {
    first_ = count_ = 0;
    complete_after_ = seq;
    remembers_ = true;
}

void LevelChanges::forget() {
    first_ = count_ = 0;
    remembers_ = false;
}

void LevelChanges::collect(std::uint64_t seq, std::vector<TouchedRow>& into) const {
    into.clear();
    for (std::size_t i = 0; i < count_; ++i) {
        const Record& record = ring_[(first_ + i) & (capacity_ - 1)];
        if (record.seq <= seq) continue;
        into.push_back(record.row);
        into.back().order = static_cast<std::uint32_t>(i);
    }
    keep_first_of_each(into);
}

bool LevelChanges::grow(std::size_t limit, book::MemoryBudget* budget) {
    const std::size_t capacity = capacity_ == 0 ? smallest_ring : capacity_ * 2;
    if (capacity > limit) return false;
    book::Charge charge;
    if (budget != nullptr) {
        auto granted = budget->charge(capacity * sizeof(Record));
        if (!granted) return false;
        charge = *std::move(granted);
    }
    auto ring = std::make_unique<Record[]>(capacity);
    for (std::size_t i = 0; i < count_; ++i)
        ring[i] = ring_[(first_ + i) & (capacity_ - 1)];
    ring_ = std::move(ring);
    charge_ = std::move(charge);
    capacity_ = capacity;
    first_ = 0;
    return true;
}

}  // namespace tickweir::gateway::replica
