// What one match does to the money of both sides, worked out before anything changes.
#pragma once

#include "txn/venue/vocabulary.hpp"

namespace tickweir::txn {

/// Amounts in 10^-18 but for `due` (10^-24). The `after` ones are the resting order's.
struct Settled {
    Int128 notional = 0;
    Int128 resting_fee = 0;
    Int128 incoming_fee = 0;
    Int128 due_after = 0;
    Int128 held_before = 0;
    Int128 held_after = 0;
    Quantity leaves_after;
};

}  // namespace tickweir::txn
