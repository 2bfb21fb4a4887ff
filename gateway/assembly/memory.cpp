#include "gateway/assembly/memory.hpp"

#include <stdexcept>
#include <string>
#include <utility>

namespace tickweir::gateway {

book::Charge charged(book::MemoryBudget& budget, std::size_t bytes, const char* what) {
    auto charge = budget.charge(bytes);
    if (!charge)
        throw std::runtime_error{std::string{"memory."} + budget.name() + ": no room for " + what +
                                 " of " + std::to_string(bytes) + " bytes"};
    return std::move(*charge);
}

}  // namespace tickweir::gateway
