// In which load mode a venue is: raised at once to what its signals demand, lowered step by step
// when they have been calm, within what an operator allows. Time and signals come in.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

#include "book/types.hpp"
#include "gateway/shield/load_limits.hpp"
#include "gateway/shield/vocabulary.hpp"

namespace tickweir::gateway::shield {

/// What one interval came to. Memory and disk in per cent, 0 to 100.
struct LoadSample {
    std::chrono::nanoseconds queue_delay{};  ///< StandingDelay::of_orders
    std::chrono::nanoseconds input_delay{};  ///< before it comes into a queue
    std::uint32_t memory_percent = 0;
    std::chrono::nanoseconds log_lag{};  ///< the least of a window, as of a queue
    std::uint32_t disk_free_percent = 100;
    bool log_failed = false;
};

enum class LoadCause : std::uint8_t {
    queue_delay,
    input_delay,
    memory,
    log_lag,
    disk,
    log_failed,
    operator_,
    calm,  ///< lowered: nothing demanded the mode any more
};
inline constexpr std::array<std::string_view, 8> load_cause_names{
    "queue_delay", "input_delay", "memory", "log_lag", "disk", "log_failed", "operator", "calm"};
constexpr std::string_view to_string(LoadCause cause) {
    return load_cause_names[static_cast<std::size_t>(cause)];
}

struct LoadChange {
    LoadMode from = LoadMode::normal;
    LoadMode to = LoadMode::normal;
    LoadCause cause = LoadCause::calm;
    book::TimeNs at{};
    friend constexpr bool operator==(const LoadChange&, const LoadChange&) = default;
};

struct LoadCounts {
    std::array<std::uint64_t, 6> entered{};  ///< by mode
    std::uint64_t flaps = 0;                 ///< raised within the flap window
    friend constexpr bool operator==(const LoadCounts&, const LoadCounts&) = default;
};

/// One thread; constant time, no allocation.
///
///           demanded for 2 intervals: to the highest such level at once
///     L0 ─────────► L1 ─────────► L2 ─────────► L3 ─────────► L4          any ─(log failed)─► L5
///        ◄───────── L1 ◄───────── L2 ◄───────── L3 ◄─────────
///           not kept for 5 intervals: one level, then 5 intervals again
class LoadModes {
public:
    explicit LoadModes(const LoadLimits& limits = {}) : limits_{limits} {}

    /// One interval is over. A failed log stops everything for good, whatever an operator says.
    std::optional<LoadChange> close_interval(const LoadSample& sample, book::TimeNs now);

    /// The mode stays between the two; equal ones force it. L5 cannot be asked for: counts as L4.
    /// A ceiling below the floor counts as the floor.
    std::optional<LoadChange> set_bounds(LoadMode floor, LoadMode ceiling, book::TimeNs now);

    LoadMode mode() const { return mode_; }
    /// What holds the mode where it is; `calm`: nothing any more, or nothing did.
    LoadCause cause() const;
    /// What a request that the present mode refuses is told.
    ShedCause shed_cause() const;
    /// Without an operator's bounds.
    LoadMode measured() const { return measured_; }
    LoadMode floor() const { return floor_; }
    LoadMode ceiling() const { return ceiling_; }
    /// Nothing would change if no interval were closed for a while and nothing happened.
    bool at_rest() const { return stopped_ || measured_ == LoadMode::normal; }
    const LoadCounts& counts() const { return counts_; }
    void set_limits(const LoadLimits& limits) { limits_ = limits; }

private:
    static constexpr std::size_t level_count = 4;  // L1 to L4

    void measure(const LoadSample& sample, book::TimeNs now);
    void raise(LoadMode to, LoadCause cause, book::TimeNs now);
    std::optional<LoadChange> settle(LoadCause cause, book::TimeNs now);

    LoadLimits limits_;
    LoadMode mode_ = LoadMode::normal;
    LoadMode measured_ = LoadMode::normal;
    LoadMode floor_ = LoadMode::normal;
    LoadMode ceiling_ = LoadMode::cancel_only;
    LoadCause cause_ = LoadCause::calm;  // of the level measured
    bool stopped_ = false;
    std::array<std::uint32_t, level_count> demanded_{};  // intervals in a row
    std::uint32_t calm_ = 0;                             // likewise, of the level measured
    std::uint32_t flap_factor_ = 1;
    std::optional<book::TimeNs> lowered_at_;
    LoadCounts counts_;
};

}  // namespace tickweir::gateway::shield
