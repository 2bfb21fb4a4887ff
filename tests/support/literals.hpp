// Short spellings of domain values for tests: 100_ticks, 10_lots, 7_order, 1_instrument.
#pragma once

#include "book/types.hpp"

namespace tickweir::tests {

constexpr book::Price operator""_ticks(unsigned long long ticks) {
    return {static_cast<std::int64_t>(ticks)};
}
constexpr book::Quantity operator""_lots(unsigned long long lots) {
    return {static_cast<std::int64_t>(lots)};
}
constexpr book::OrderId operator""_order(unsigned long long id) {
    return book::OrderId{id};
}
constexpr book::InstrumentId operator""_instrument(unsigned long long id) {
    return book::InstrumentId{static_cast<std::uint32_t>(id)};
}

}  // namespace tickweir::tests
