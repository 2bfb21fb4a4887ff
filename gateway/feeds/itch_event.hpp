// What the ITCH translation tells whoever listens to it, and the counts of what it refused.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "book/event.hpp"
#include "book/types.hpp"

namespace tickweir::gateway {

/// Why a message was refused. Every message is either applied (or only counted, when it has no
/// effect on books) or refused for exactly one of these.
enum class ItchReject : std::uint8_t {
    unknown_type,
    bad_length,
    unknown_order,
    duplicate_order,
    over_reduce,
    zero_quantity,
    unknown_locate,
    bad_side,
    quantity_overflow,
    over_limit,
};
inline constexpr std::size_t itch_reject_kinds = 10;
inline constexpr std::array<std::string_view, itch_reject_kinds> itch_reject_names{
    "unknown_type",  "bad_length",     "unknown_order", "duplicate_order",   "over_reduce",
    "zero_quantity", "unknown_locate", "bad_side",      "quantity_overflow", "over_limit"};

/// Requires that `applied` is a refusal.
constexpr ItchReject reject_of(book::Applied applied) {
    switch (applied) {
        case book::Applied::ok:
            break;
        case book::Applied::unknown_order:
            return ItchReject::unknown_order;
        case book::Applied::duplicate_order:
            return ItchReject::duplicate_order;
        case book::Applied::over_reduce:
            return ItchReject::over_reduce;
        case book::Applied::zero_quantity:
            return ItchReject::zero_quantity;
        case book::Applied::quantity_overflow:
            return ItchReject::quantity_overflow;
        case book::Applied::unknown_instrument:
            return ItchReject::unknown_locate;
        case book::Applied::over_limit:
            return ItchReject::over_limit;
    }
    return ItchReject::over_limit;
}

/// A trade as the feed prints it. ITCH names the side of the resting order, not of the aggressor;
/// for an order in the book the aggressor is on the other side, for P it is not told.
struct ItchTrade {
    book::Price price;
    book::Quantity quantity;
    std::uint64_t match_number = 0;
    std::optional<book::Side> aggressor;
    friend bool operator==(const ItchTrade&, const ItchTrade&) = default;
};

/// One applied message that changed a book or printed a trade (or both).
struct ItchEvent {
    char type = 0;  ///< message type: A F E C X D U, or P
    book::InstrumentId instrument{};
    std::uint64_t time_ns = 0;  ///< since midnight
    book::OrderId order{};      ///< not of P
    book::OrderId new_order{};  ///< of U
};

}  // namespace tickweir::gateway
