// Where a command takes its place in the one order of all transactions: the number of its record,
// reserved while what it changes is locked, so that the order of the log is one in which the
// commands could have been executed one after another.
#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <utility>

#include "txn/log/log_ring.hpp"

namespace tickweir::txn::log {

/// Bounds of a command's record: of its command and first effects, and of each fill or cancel.
inline constexpr std::size_t record_base_bytes = 1024;
inline constexpr std::size_t record_effect_bytes = 240;
static_assert(record_base_bytes + 256 * record_effect_bytes <= payload_bytes_max);

/// For one command, on one thread. Without a log there is an order, but nobody asks for it.
class SerialPoint {
public:
    SerialPoint() = default;
    /// The credit is for a record of any length.
    SerialPoint(LogRing& ring, LogRing::Credit credit) : ring_{&ring}, credit_{std::move(credit)} {}
    /// Without a credit: as without a log.
    SerialPoint(LogRing* ring, std::optional<LogRing::Credit> credit)
        : ring_{ring}, credit_{std::move(credit)} {}

    /// Takes the place, with room for a record of so many fills and cancels, or the largest there
    /// is, which the credit is for; only the first call counts. Wait-free, so that it may be called
    /// with records locked.
    void reserve(std::size_t effects) {
        if (!credit_ || reservation_) return;
        const std::size_t bytes =
            std::min(payload_bytes_max, record_base_bytes + effects * record_effect_bytes);
        reservation_.emplace(ring_->reserve(*credit_, bytes));
    }
    /// What is left of the credit, for who keeps it; else it is given back.
    std::optional<LogRing::Credit> take_rest() { return std::exchange(credit_, std::nullopt); }
    bool reserved() const { return reservation_.has_value(); }

    /// The record, to be written and committed at once, with nothing locked any more: the log waits
    /// for it.
    LogRing::Reservation& reservation() { return *reservation_; }

private:
    LogRing* ring_ = nullptr;
    std::optional<LogRing::Credit> credit_;
    std::optional<LogRing::Reservation> reservation_;
};

}  // namespace tickweir::txn::log
