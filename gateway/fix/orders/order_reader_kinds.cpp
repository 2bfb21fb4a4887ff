// What cancels, mass cancels and mass status requests ask for.
#include "gateway/fix/orders/order_reader.hpp"
#include "gateway/fix/orders/order_words.hpp"

namespace tickweir::gateway::fix::orders {
namespace {

using codecs::fix::FieldStatus;

// MassCancelRejectReason (532), BusinessRejectReason (380).
constexpr unsigned mass_cancel_unsupported = 0;
constexpr unsigned invalid_security = 1;
constexpr unsigned field_missing = 5;

}  // namespace

/// Nothing of it has to agree with the order but the id: a cancel is not to fail for form's sake.
bool OrderReader::read_cancel() {
    if (head_.bad_order) {
        constexpr unsigned unknown_order = 1;  // 102
        refuse_order(reason_other, Slot::order_id, "no OrderID of this venue");
        fault_.reason = unknown_order;
        return false;
    }
    body_ = txn::CancelOrder{head_.client_id, head_.original, head_.order};
    return true;
}

bool OrderReader::read_mass_cancel(const SessionEntry& session) {
    if (!read_scope(Slot::cancel_scope)) return false;
    const bool by_instrument = head_.scope == '1';
    if (by_instrument && !fields_.has(Slot::symbol)) {
        refuse_order(reason_other, Slot::symbol, "missing");
        fault_.reason = invalid_security;
        return false;
    }
    if (!read_instrument(false)) return false;
    txn::MassCancel body;
    body.client_id = head_.client_id;
    body.session = session.id;
    body.instrument = head_.instrument;
    body.side = head_.side;
    body_ = body;
    return true;
}

bool OrderReader::read_mass_status(const SessionEntry& session) {
    if (!read_query_id(Slot::mass_status_id, true) || !read_scope(Slot::status_scope)) return false;
    if (head_.scope == '1' && !fields_.has(Slot::symbol)) {
        refuse_order(0, Slot::symbol, "missing");
        fault_.reason = field_missing;
        return false;
    }
    return read_instrument(false) && read_account(session);
}

/// '1' an instrument, '7' all; what else the standard has we do not.
bool OrderReader::read_scope(Slot slot) {
    const std::string_view text = fields_.value(slot);
    if (text.empty()) return refuse_field(slot, FieldStatus::missing);
    if (text == "1" || text == "7") {
        head_.scope = text.front();
        return true;
    }
    const char last = slot == Slot::cancel_scope ? '7' : '8';
    if (text.size() != 1 || text.front() < '1' || text.front() > last)
        return refuse_value(slot, "no such request");
    head_.scope = text.front();
    refuse_order(reason_other, slot, "only 1 and 7 are supported");
    if (fault_.by == RefusedBy::mass_cancel_reject) fault_.reason = mass_cancel_unsupported;
    return false;
}

}  // namespace tickweir::gateway::fix::orders
