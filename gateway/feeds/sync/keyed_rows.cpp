#include "gateway/feeds/sync/keyed_rows.hpp"

#include <utility>

namespace tickweir::gateway {
namespace {

constexpr std::size_t smallest = 64;

std::size_t spread(std::uint64_t id) {
    // Ids of neighbouring prices differ in their lowest digits, by a constant step.
    const std::uint64_t mixed = id * 0x9e37'79b9'7f4a'7c15U;
    return static_cast<std::size_t>(mixed >> 20);
}

}  // namespace

/// Where the id is, or the free place where it would be.
std::size_t KeyedRows::place_of(std::uint64_t id) const {
    const std::size_t mask = rows_.size() - 1;
    std::size_t at = spread(id) & mask;
    while (rows_[at].used && rows_[at].id != id)
        at = (at + 1) & mask;
    return at;
}

bool KeyedRows::put(std::uint64_t id, codecs::json::Number price, book::Side side,
                    std::size_t rows_max) {
    if ((count_ + 1) * 2 > rows_.size() && find(id) == nullptr && (count_ >= rows_max || !grow()))
        return false;
    Row& row = rows_[place_of(id)];
    if (!row.used) {
        if (count_ >= rows_max) return false;
        ++count_;
    }
    row = {id, price, side, true};
    return true;
}

const KeyedRows::Row* KeyedRows::find(std::uint64_t id) const {
    if (rows_.empty()) return nullptr;
    const Row& row = rows_[place_of(id)];
    return row.used ? &row : nullptr;
}

// Moves back what stood behind, so that no search ends too early (Knuth 6.4, algorithm R).
void KeyedRows::remove(std::uint64_t id) {
    if (rows_.empty()) return;
    std::size_t hole = place_of(id);
    if (!rows_[hole].used) return;
    --count_;
    const std::size_t mask = rows_.size() - 1;
    for (std::size_t at = (hole + 1) & mask; rows_[at].used; at = (at + 1) & mask) {
        const std::size_t home = spread(rows_[at].id) & mask;
        if (((at - home) & mask) < ((at - hole) & mask)) continue;
        rows_[hole] = rows_[at];
        hole = at;
    }
    rows_[hole].used = false;
}

void KeyedRows::clear() {
    for (Row& row : rows_)
        row.used = false;
    count_ = 0;
}

/// The old rows are charged until the new ones have them.
bool KeyedRows::grow() {
    const std::size_t size = rows_.empty() ? smallest : rows_.size() * 2;
    book::Charge charge;
    if (budget_ != nullptr) {
        auto charged = budget_->charge(size * sizeof(Row));
        if (!charged) return false;
        charge = std::move(*charged);
    }
    const std::vector<Row> old = std::exchange(rows_, std::vector<Row>(size));
    for (const Row& row : old)
        if (row.used) rows_[place_of(row.id)] = row;
    charge_ = std::move(charge);
    return true;
}

}  // namespace tickweir::gateway
