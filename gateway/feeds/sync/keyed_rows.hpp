// A book whose rows are named by ids: which price and side an id stands for. Later changes of a row
// tell the id only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "book/budget.hpp"
#include "book/types.hpp"
#include "codecs/json/market_frame.hpp"

namespace tickweir::gateway {

/// Ids in an open hash table with linear probing, at most half full. Prices are kept as the venue
/// wrote them, so that they outlive a change of scale. One owner thread.
class KeyedRows {
public:
    struct Row {
        std::uint64_t id = 0;
        codecs::json::Number price;
        book::Side side = book::Side::buy;
        bool used = false;
    };

    /// The budget, if given, is charged with what the rows take, and outlives them.
    explicit KeyedRows(book::MemoryBudget* budget = nullptr) : budget_{budget} {}

    /// Adds or replaces; false where it would be more than `rows_max`, or the budget is used up.
    /// Amortised constant.
    bool put(std::uint64_t id, codecs::json::Number price, book::Side side, std::size_t rows_max);
    const Row* find(std::uint64_t id) const;
    void remove(std::uint64_t id);
    /// Keeps the memory.
    void clear();
    std::size_t size() const { return count_; }

private:
    std::size_t place_of(std::uint64_t id) const;
    bool grow();

    book::MemoryBudget* budget_;
    book::Charge charge_;
    std::vector<Row> rows_;  // a power of two, or none
    std::size_t count_ = 0;
};

}  // namespace tickweir::gateway
