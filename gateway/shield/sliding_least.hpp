// The least of what was noted within a window of time that slides by a tenth of its length: what
// stands, and not what was slow once. Time comes in.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "book/types.hpp"

namespace tickweir::gateway::shield {

/// The least in the piece of `now` and the nine before it: at least nine tenths of the window, at
/// most all of it. A clock that is set back begins a new window. Constant time, no allocation.
class SlidingLeast {
public:
    static constexpr std::size_t piece_count = 10;

    /// A window of less than 10 ns counts as one of 10 ns.
    explicit SlidingLeast(std::chrono::nanoseconds window);

    void note(std::chrono::nanoseconds value, book::TimeNs now);
    /// Nothing: nothing was noted in the window.
    std::optional<std::chrono::nanoseconds> least(book::TimeNs now);

private:
    void slide_to(book::TimeNs now);

    std::int64_t piece_ns_;
    std::int64_t newest_ = 0;  // number of the piece that counts now
    std::array<std::optional<std::chrono::nanoseconds>, piece_count> pieces_{};
};

}  // namespace tickweir::gateway::shield
