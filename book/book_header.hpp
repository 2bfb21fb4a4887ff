// What a BookSet keeps of each book beside its orders and levels.
#pragma once

#include <array>
#include <cstdint>

#include "book/side_rows.hpp"

namespace tickweir::book {

/// The state of one book that every event touches: one cache line, empty when all zero.
template <class SideLevels>
struct alignas(64) BasicBookHeader {
    std::array<SideLevels, 2> sides;  ///< by Side
    std::uint64_t version;            ///< applied events
    std::uint64_t touch_version;      ///< events that moved a touch

    SideLevels& side(Side of) { return sides[static_cast<unsigned>(of)]; }
    const SideLevels& side(Side of) const { return sides[static_cast<unsigned>(of)]; }
};
static_assert(sizeof(BasicBookHeader<SideRows>) == 64);

}  // namespace tickweir::book
