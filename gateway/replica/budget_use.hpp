// Charges to a budget that may be absent, for memory that lives in ordinary containers.
#pragma once

#include <cstddef>

#include "book/budget.hpp"

namespace tickweir::gateway::replica {

/// What one owner holds of a budget; given back when it goes.
class BudgetUse {
public:
    explicit BudgetUse(book::MemoryBudget* budget) : budget_{budget} {}
    BudgetUse(const BudgetUse&) = delete;
    BudgetUse& operator=(const BudgetUse&) = delete;
    ~BudgetUse() { release(held_); }

    [[nodiscard]] bool try_charge(std::size_t bytes) {
        if (budget_ != nullptr && !budget_->try_charge(bytes)) return false;
        held_ += bytes;
        return true;
    }
    void release(std::size_t bytes) {
        if (budget_ != nullptr && bytes != 0) budget_->release(bytes);
        held_ -= bytes;
    }
    book::MemoryBudget* budget() const { return budget_; }

private:
    book::MemoryBudget* budget_;
    std::size_t held_ = 0;
};

}  // namespace tickweir::gateway::replica
