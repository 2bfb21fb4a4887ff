// The newest trades as they were told: what a bust or correction refers to (19), and what it takes
// back from an order that is closed. Bounded; older trades are forgotten. One thread.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <vector>

#include "gateway/fix/orders/exec_id.hpp"
#include "txn/venue/event.hpp"

namespace tickweir::gateway::fix::orders {

class TradeMemory {
public:
    /// What is known of one side of a trade.
    struct Fill {
        ExecPlace place;  ///< of its report, or of its last correction
        txn::Price price;
        txn::Quantity quantity;
        friend bool operator==(const Fill&, const Fill&) = default;
    };

    /// Keeps the newest `trades`, at most; allocates here and never again.
    explicit TradeMemory(std::size_t trades = std::size_t{1} << 16);

    /// Notes `filled` and `corrected` events, forgets a busted trade's; others pass by. After what
    /// find() and order_after() are asked about them. Constant time.
    void note(const txn::Event& event, const ExecPlace& place);

    /// The fill that a busted or corrected event is about.
    std::optional<Fill> find(const txn::Event& event) const;

private:
    struct Row {
        txn::TradeId trade{};       ///< 0: none
        std::array<Fill, 2> sides;  ///< by side; a quantity of 0: none
    };
    Row& row(txn::TradeId trade);
    const Row& row(txn::TradeId trade) const;

    std::vector<Row> rows_;  ///< by TradeId modulo their number
};

/// The order of a busted or corrected event as it is afterwards. The event has all of it where the
/// order is open; where it is closed, it is worked out from `known`, as the session was last told,
/// and the fill before. Without these only what the event has.
txn::OrderView order_after(const txn::Event& event, const txn::OrderView* known,
                           const std::optional<TradeMemory::Fill>& before);

}  // namespace tickweir::gateway::fix::orders
