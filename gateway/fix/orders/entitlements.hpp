// What a session may trade: instruments, sides, order types, and how much an order may be. Cancels
// and queries are never held against it. Immutable once made; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "book/exact/decimal.hpp"
#include "gateway/fix/orders/order_request.hpp"
#include "txn/venue/event.hpp"
#include "txn/venue/settings.hpp"

namespace tickweir::gateway::fix::orders {

/// As it is configured.
struct EntitlementSettings {
    std::vector<std::string> instruments;  ///< symbols; empty: all
    bool buy = true;
    bool sell = true;
    std::vector<txn::OrderType> order_types;  ///< empty: all
    book::exact::Decimal quantity_max;        ///< of an order; 0: any
    /// Price times quantity of an order, in its quote asset; of a stop by its stop price; of a
    /// market order, which names no price, by the instrument's reference of the settings; 0: any.
    book::exact::Decimal notional_max;
    bool priority = false;  ///< its orders are P2
};

class Entitlements {
public:
    /// Everything.
    Entitlements() = default;
    /// `settings` name only instruments that `venue` has; see OrderDirectory::fault_of.
    Entitlements(const EntitlementSettings& settings, const txn::VenueSettings& venue);

    /// Why the order is refused (8 with 103). Constant time.
    std::optional<OrderFault> check(const txn::NewOrder& order) const;
    /// Why a replace of this order is refused (9 with 102). One that only lowers the quantity
    /// never is.
    std::optional<OrderFault> check(const txn::ReplaceOrder& replace,
                                    const txn::OrderView& order) const;

    bool priority() const { return priority_; }

private:
    /// Of one instrument. Caps at its scales; 0: any.
    struct Row {
        bool allowed = true;
        txn::Quantity quantity_max;
        txn::Int128 notional_max = 0;  ///< price * quantity
        txn::Price reference;
    };
    struct Asked {
        txn::InstrumentId instrument;
        txn::Side side;
        txn::OrderType type;
        txn::Price price;  ///< 0: none
        txn::Quantity quantity;
    };
    std::optional<OrderFault> check(const Asked& asked) const;
    std::optional<OrderFault> check_caps(const Row& row, const Asked& asked) const;

    std::vector<Row> rows_;  ///< by instrument; empty: everything is allowed
    std::uint8_t sides_ = 3;
    std::uint8_t types_ = 15;
    bool priority_ = false;
};

}  // namespace tickweir::gateway::fix::orders
