// How far recovery is, for a log that nobody watches: a line a second. Owns no clock.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "txn/engine/recovery.hpp"

namespace tickweir::gateway {

class RecoveryLines {
public:
    using Clock = std::chrono::steady_clock;

    explicit RecoveryLines(Clock::time_point start) : due_{start + interval} {}

    /// The line, if one is due at `now`.
    std::optional<std::string> at(Clock::time_point now, const txn::RecoveryProgress& progress) {
        if (now < due_) return std::nullopt;
        due_ = now + interval;
        return std::to_string(progress.records) + " records behind LSN " +
               std::to_string(number(progress.snapshot)) + ", at LSN " +
               std::to_string(number(progress.applied));
    }

private:
    static constexpr std::chrono::seconds interval{1};

    Clock::time_point due_;
};

}  // namespace tickweir::gateway
