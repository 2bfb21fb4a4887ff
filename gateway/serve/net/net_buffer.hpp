// The memory of messages that come in, charged to a budget as it grows. Included by web_socket.cpp
// only.
#pragma once

#include <boost/beast/core/flat_buffer.hpp>

#include <cstddef>
#include <memory>
#include <stdexcept>

#include "book/budget.hpp"

namespace tickweir::gateway {

/// Allocates within a budget. Where that says no it throws std::length_error, which Beast's reads
/// answer with error::buffer_overflow: an exception goes no further than that.
template <class T>
class BudgetAllocator {
public:
    using value_type = T;

    explicit BudgetAllocator(book::MemoryBudget* budget) : budget_{budget} {}
    template <class U>
    BudgetAllocator(const BudgetAllocator<U>& other) : budget_{other.budget()} {}

    T* allocate(std::size_t count) {
        if (budget_ != nullptr && !budget_->try_charge(count * sizeof(T))) {
            throw std::length_error{"over the budget"};
        }
        try {
            return std::allocator<T>{}.allocate(count);
        } catch (...) {
            if (budget_ != nullptr) budget_->release(count * sizeof(T));
            throw;
        }
    }
    void deallocate(T* memory, std::size_t count) {
        std::allocator<T>{}.deallocate(memory, count);
        if (budget_ != nullptr) budget_->release(count * sizeof(T));
    }

    book::MemoryBudget* budget() const { return budget_; }
    friend bool operator==(const BudgetAllocator&, const BudgetAllocator&) = default;

private:
    book::MemoryBudget* budget_;
};

using MessageBuffer = boost::beast::basic_flat_buffer<BudgetAllocator<char>>;

}  // namespace tickweir::gateway
