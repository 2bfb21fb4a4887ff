// The log sequence number: the place of a record in the one order of all transactions.
#pragma once

#include <cstdint>

namespace tickweir::txn::log {

/// Records are numbered from 1 without gaps; 0 is before the first.
enum class Lsn : std::uint64_t {};

constexpr std::uint64_t number(Lsn lsn) {
    return static_cast<std::uint64_t>(lsn);
}

/// The LSN `count` records later.
constexpr Lsn after(Lsn lsn, std::uint64_t count = 1) {
    return Lsn{number(lsn) + count};
}

/// The LSN before this one, which is not 0.
constexpr Lsn before(Lsn lsn) {
    return Lsn{number(lsn) - 1};
}

}  // namespace tickweir::txn::log
