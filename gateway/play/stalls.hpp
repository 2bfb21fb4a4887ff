// A sender that pauses now and then, and then sends all that has come together. Pure arithmetic.
#pragma once

#include <chrono>
#include <optional>

#include "book/types.hpp"

namespace tickweir::gateway {

/// Every `every` from the start, for `length`, nothing is sent; `every` of 0: never.
class Stalls {
public:
    Stalls() = default;
    Stalls(std::chrono::nanoseconds every, std::chrono::nanoseconds length, book::TimeNs start)
        : every_{every}, length_{length}, start_{start} {}

    /// When the pause that `now` lies in is over; none outside.
    std::optional<book::TimeNs> until(book::TimeNs now) const {
        if (every_.count() == 0 || now < start_ + every_) return std::nullopt;
        const auto into = (now - start_) % every_;
        if (into >= length_) return std::nullopt;
        return now + (length_ - into);
    }

private:
    std::chrono::nanoseconds every_{0};
    std::chrono::nanoseconds length_{0};
    book::TimeNs start_{};
};

}  // namespace tickweir::gateway
