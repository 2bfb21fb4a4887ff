// The marks between which the load modes move, as `[shield]` configures them.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>

namespace tickweir::gateway::shield {

/// A level is demanded beyond `enter`, and kept until the signal is back below `leave`.
template <class T>
struct Marks {
    T enter{};
    T leave{};
    friend constexpr bool operator==(const Marks&, const Marks&) = default;
};

struct LoadLimits {
    std::chrono::nanoseconds target = std::chrono::milliseconds{2};  ///< of P2's and P3's delay
    /// For L1, L2, L3, in targets.
    std::array<Marks<std::uint32_t>, 3> delay_targets{{{1, 1}, {2, 1}, {8, 2}}};
    /// The same of what has not been read yet. No L3: only sessions that send more than their share
    /// of a turn wait there, and it would refuse the orders of all others.
    std::array<Marks<std::uint32_t>, 2> input_targets{{{1, 1}, {2, 1}}};
    /// For L1 to L4: of the memory budget that is fullest.
    std::array<Marks<std::uint32_t>, 4> memory_percent{{{60, 55}, {75, 70}, {85, 80}, {92, 87}}};
    /// For L1, L2: what every record waits at least to be durable.
    std::array<Marks<std::chrono::nanoseconds>, 2> log_lag{
        {{std::chrono::milliseconds{1}, std::chrono::milliseconds{1}},
         {std::chrono::milliseconds{5}, std::chrono::microseconds{2'500}}}};
    /// For L3, L4: demanded below `enter`, kept up to `leave`.
    std::array<Marks<std::uint32_t>, 2> disk_free_percent{{{10, 12}, {3, 5}}};
    std::uint32_t enter_intervals = 2;  ///< in a row
    std::uint32_t leave_intervals = 5;  ///< likewise, for each level down
    /// A mode that is entered again so soon after one was left makes every further leaving take
    /// twice as long, up to so many times as long; one that is entered later, once as long again.
    std::chrono::nanoseconds flap_window = std::chrono::seconds{1};
    std::uint32_t flap_factor_max = 8;
    friend constexpr bool operator==(const LoadLimits&, const LoadLimits&) = default;
};

}  // namespace tickweir::gateway::shield
