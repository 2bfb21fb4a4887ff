#include "txn/venue/vocabulary.hpp"

namespace tickweir::txn {

std::string_view to_string(Refusal refusal) {
    switch (refusal) {
        case Refusal::none:
            return "none";
        case Refusal::unknown_session:
            return "unknown session";
        case Refusal::unknown_account:
            return "unknown account";
        case Refusal::unknown_instrument:
            return "unknown instrument";
        case Refusal::unknown_asset:
            return "unknown asset";
        case Refusal::unknown_order:
            return "unknown order";
        case Refusal::unknown_trade:
            return "unknown trade";
        case Refusal::order_closed:
            return "order is closed";
        case Refusal::bad_client_id:
            return "client order id missing";
        case Refusal::duplicate_client_id:
            return "duplicate client order id";
        case Refusal::not_executed:
            return "possdup: not executed";
        case Refusal::late:
            return "beyond its deadline";
        case Refusal::halted:
            return "instrument does not trade";
        case Refusal::bad_price:
            return "price not allowed";
        case Refusal::bad_stop_price:
            return "stop price not allowed";
        case Refusal::off_tick:
            return "price is no multiple of the tick";
        case Refusal::bad_quantity:
            return "quantity not allowed";
        case Refusal::off_lot:
            return "quantity is no multiple of the lot";
        case Refusal::bad_display:
            return "displayed quantity not allowed";
        case Refusal::bad_min_quantity:
            return "minimum quantity not allowed";
        case Refusal::bad_combination:
            return "order type, time in force and instructions do not go together";
        case Refusal::bad_expiry:
            return "expiry not allowed";
        case Refusal::no_reference:
            return "no reference price";
        case Refusal::collar:
            return "price beyond the collar";
        case Refusal::quantity_cap:
            return "quantity above the limit";
        case Refusal::notional_cap:
            return "notional above the limit";
        case Refusal::session_orders:
            return "too many open orders of the session";
        case Refusal::account_orders:
            return "too many open orders of the account";
        case Refusal::position_limit:
            return "position limit";
        case Refusal::insufficient:
            return "insufficient balance";
        case Refusal::risk_reducing:
            return "account is below its limit: only orders that reduce risk";
        case Refusal::would_trade:
            return "post-only order would trade";
        case Refusal::too_many_fills:
            return "too many fills";
        case Refusal::capacity:
            return "venue is full";
        case Refusal::overflow:
            return "number too large";
        case Refusal::negative:
            return "amount not above zero";
        case Refusal::busy:
            return "a continuation comes first";
        case Refusal::nothing_to_do:
            return "nothing to continue";
    }
    return "?";
}

std::string_view to_string(CancelReason reason) {
    switch (reason) {
        case CancelReason::requested:
            return "requested";
        case CancelReason::mass_cancel:
            return "mass cancel";
        case CancelReason::unfilled:
            return "unfilled";
        case CancelReason::self_trade:
            return "self-trade prevention";
        case CancelReason::price_band:
            return "price band";
        case CancelReason::expired:
            return "expired";
        case CancelReason::day_end:
            return "end of day";
        case CancelReason::funds:
            return "hold does not pay for more";
        case CancelReason::collar:
            return "beyond the collar";
    }
    return "?";
}

}  // namespace tickweir::txn
