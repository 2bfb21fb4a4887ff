// The gateway's named memory budgets: everything that grows is charged to one of them from the
// start, and they are shown in /v1/status and /metrics.
#pragma once

#include <array>

#include "book/budget.hpp"
#include "gateway/config/config.hpp"

namespace tickweir::gateway {

struct Memory {
    explicit Memory(const MemoryConfig& config)
        : books{"books", config.books},
          store{"store", config.store},
          rings{"rings", config.rings},
          clients{"clients", config.clients} {}

    book::MemoryBudget books;    ///< orders, levels and indices of feeds' books
    book::MemoryBudget store;    ///< latest values, recent trades and quotes
    book::MemoryBudget rings;    ///< between threads
    book::MemoryBudget clients;  ///< what is queued for clients, and what they subscribed to

    std::array<const book::MemoryBudget*, 4> all() const {
        return {&books, &store, &rings, &clients};
    }
};

/// Throws std::runtime_error, which names the budget and what of how many bytes it has no room for.
book::Charge charged(book::MemoryBudget& budget, std::size_t bytes, const char* what);

}  // namespace tickweir::gateway
