#include "gateway/fix/orders/order_reader.hpp"

#include "gateway/fix/orders/order_words.hpp"

namespace tickweir::gateway::fix::orders {
namespace {

using codecs::fix::FieldStatus;
using txn::ClientOrderId;
using txn::CommandClass;

// SessionRejectReason (373).
constexpr unsigned tag_missing = 1;
constexpr unsigned without_value = 4;
constexpr unsigned value_incorrect = 5;
constexpr unsigned bad_format = 6;
constexpr unsigned tag_repeated = 13;

// OrdRejReason (103), MassCancelRejectReason (532), BusinessRejectReason (380).
constexpr unsigned unknown_symbol = 1;
constexpr unsigned unsupported_characteristic = 11;
constexpr unsigned unknown_account = 15;
constexpr unsigned invalid_security = 1;
constexpr unsigned unknown_security = 2;

CommandClass urgency_of(RequestKind kind, bool priority) {
    switch (kind) {
        case RequestKind::new_order:
        case RequestKind::replace:
            return priority ? CommandClass::entitled : CommandClass::order;
        case RequestKind::cancel:
        case RequestKind::mass_cancel:
            return CommandClass::risk_reducing;
        case RequestKind::status:
        case RequestKind::mass_status:
            break;
    }
    return CommandClass::query;
}

/// The message that refuses such a request where its own terms are wrong.
RefusedBy refused_by(RequestKind kind) {
    switch (kind) {
        case RequestKind::new_order:
            return RefusedBy::order_reject;
        case RequestKind::cancel:
        case RequestKind::replace:
            return RefusedBy::cancel_reject;
        case RequestKind::mass_cancel:
            return RefusedBy::mass_cancel_reject;
        case RequestKind::status:
        case RequestKind::mass_status:
            break;
    }
    return RefusedBy::business_reject;
}

}  // namespace

// ------------------------------------------------------------------------------------ refusals

OrderFault& OrderReader::refuse(RefusedBy by, unsigned reason, codecs::fix::Tag tag) {
    fault_.by = by;
    fault_.reason = reason;
    fault_.tag = tag;
    fault_.text = {};
    return fault_;
}

bool OrderReader::refuse_field(Slot slot, FieldStatus status) {
    const unsigned reason = status == FieldStatus::missing        ? tag_missing
                            : status == FieldStatus::empty        ? without_value
                            : status == FieldStatus::out_of_range ? value_incorrect
                                                                  : bad_format;
    ReasonText& text = refuse(RefusedBy::session_reject, reason, tag_of(slot)).text;
    if (fields_.has(slot))
        text.field(tag_of(slot), fields_.value(slot));
    else
        text.add(std::uint64_t{tag_of(slot)});
    text.add(" is ").add(to_string(status));
    return false;
}

bool OrderReader::refuse_value(Slot slot, std::string_view why) {
    refuse(RefusedBy::session_reject, value_incorrect, tag_of(slot))
        .text.field(tag_of(slot), fields_.value(slot))
        .add(": ")
        .add(why);
    return false;
}

bool OrderReader::refuse_order(unsigned reason, Slot slot, std::string_view why) {
    refuse_order(reason, tag_of(slot));
    if (fields_.has(slot))
        fault_.text.field(tag_of(slot), fields_.value(slot));
    else
        fault_.text.add(std::uint64_t{tag_of(slot)});
    fault_.text.add(": ").add(why);
    return false;
}

/// The reason is a new order's (103); of other requests their own "other".
OrderFault& OrderReader::refuse_order(unsigned reason, codecs::fix::Tag tag) {
    const RefusedBy by = refused_by(head_.kind);
    const unsigned other = by == RefusedBy::business_reject ? 0 : reason_other;
    return refuse(by, by == RefusedBy::order_reject ? reason : other, tag);
}

// ------------------------------------------------------------------------------------ all of them

const OrderFault* OrderReader::read(const codecs::fix::Message& message, SessionId session) {
    head_ = {};
    instrument_ = nullptr;
    const SessionEntry& entry = directory_.session(session);
    head_.kind = request_kind_of(message.msg_type()).value_or(RequestKind::new_order);
    head_.urgency = urgency_of(head_.kind, entry.entitled.priority());
    fields_.gather(message);
    return read_head() && read_body(entry) ? nullptr : &fault_;
}

bool OrderReader::read_body(const SessionEntry& session) {
    switch (head_.kind) {
        case RequestKind::new_order:
            return read_new(session);
        case RequestKind::cancel:
            return read_cancel();
        case RequestKind::replace:
            return read_replace(session);
        case RequestKind::mass_cancel:
            return read_mass_cancel(session);
        case RequestKind::status:
            return read_instrument(false) && read_query_id(Slot::status_id, false);
        case RequestKind::mass_status:
            return read_mass_status(session);
    }
    return false;
}

/// What can be said of any request, so that even a refusal repeats as much as there is.
bool OrderReader::read_head() {
    head_.symbol = fields_.value(Slot::symbol);
    head_.side_text = fields_.value(Slot::side);
    head_.quantity = fields_.value(Slot::quantity);
    head_.type = fields_.value(Slot::type);
    head_.side = side_of(head_.side_text);
    instrument_ = directory_.find_instrument(head_.symbol);
    if (instrument_ != nullptr) head_.instrument = instrument_->id;
    const auto sequence = codecs::fix::read_uint(fields_.value(Slot::sequence));
    if (!sequence) return refuse_field(Slot::sequence, sequence.status);
    head_.sequence = *sequence;
    if (const auto tag = fields_.empty(); tag != 0) {
        refuse(RefusedBy::session_reject, without_value, tag).text.add(tag).add(" has no value");
        return false;
    }
    if (const auto tag = fields_.repeated(); tag != 0) {
        refuse(RefusedBy::session_reject, tag_repeated, tag).text.add(tag).add(" is there twice");
        return false;
    }
    return read_flag(Slot::poss_dup, head_.possible_duplicate) &&
           read_flag(Slot::poss_resend, head_.possible_resend) && read_ids() && read_time() &&
           read_side();
}

bool OrderReader::read_flag(Slot slot, bool& flag) {
    if (!fields_.has(slot)) return true;
    const auto read = codecs::fix::read_bool(fields_.value(slot));
    flag = read.value_or(false);
    return read ? true : refuse_field(slot, read.status);
}

bool OrderReader::read_ids() {
    const bool is_request =
        head_.kind != RequestKind::status && head_.kind != RequestKind::mass_status;
    if (!read_client_id(Slot::client_id, head_.client_id, is_request)) return false;
    // What we say of an order without an OrderID, and clients repeat.
    const std::string_view order_id = fields_.value(Slot::order_id);
    if (!order_id.empty() && order_id != "NONE") {
        const auto id = codecs::fix::read_uint(order_id);
        if (id && *id != 0)
            head_.order = txn::OrderId{*id};
        else
            head_.bad_order = true;
    }
    const bool names_order =
        head_.kind == RequestKind::cancel || head_.kind == RequestKind::replace;
    return read_client_id(Slot::original, head_.original,
                          names_order && !head_.order && !head_.bad_order);
}

bool OrderReader::read_client_id(Slot slot, ClientOrderId& id, bool required) {
    const std::string_view text = fields_.value(slot);
    if (text.empty()) return required ? refuse_field(slot, FieldStatus::missing) : true;
    if (text.size() > ClientOrderId::bytes_max)
        return refuse_value(slot, "an id has at most 36 bytes");
    id = ClientOrderId{text};
    return true;
}

bool OrderReader::read_query_id(Slot slot, bool required) {
    head_.query_id = fields_.value(slot);
    if (head_.query_id.empty()) return required ? refuse_field(slot, FieldStatus::missing) : true;
    if (head_.query_id.size() <= query_id_bytes_max) return true;
    head_.query_id = {};
    return refuse_value(slot, "an id of a query has at most 64 bytes");
}

/// A client's own time says nothing to the venue, but has to be one.
bool OrderReader::read_time() {
    const bool required =
        head_.kind == RequestKind::new_order || head_.kind == RequestKind::replace;
    if (!fields_.has(Slot::transact_time))
        return required ? refuse_field(Slot::transact_time, FieldStatus::missing) : true;
    const auto time = codecs::fix::read_time(fields_.value(Slot::transact_time));
    return time ? true : refuse_field(Slot::transact_time, time.status);
}

/// A side that the venue does not have is a matter of new orders only.
bool OrderReader::read_side() {
    const bool required =
        head_.kind == RequestKind::new_order || head_.kind == RequestKind::replace;
    if (!fields_.has(Slot::side))
        return required ? refuse_field(Slot::side, FieldStatus::missing) : true;
    if (head_.side) return true;
    if (!is_standard_side(head_.side_text)) return refuse_value(Slot::side, "no side");
    return head_.kind == RequestKind::cancel || head_.kind == RequestKind::status
               ? true
               : refuse_order(unsupported_characteristic, Slot::side, "unsupported side");
}

/// A known symbol, of this venue.
bool OrderReader::read_instrument(bool required) {
    if (!fields_.has(Slot::symbol))
        return required ? refuse_field(Slot::symbol, FieldStatus::missing) : true;
    const bool elsewhere =
        fields_.has(Slot::exchange) && fields_.value(Slot::exchange) != directory_.venue_id();
    if (instrument_ != nullptr && !elsewhere) return true;
    instrument_ = nullptr;
    head_.instrument.reset();
    if (elsewhere)
        refuse_order(unknown_symbol, Slot::exchange, "orders are this venue's");
    else
        refuse_order(unknown_symbol, Slot::symbol, "unknown symbol");
    if (fault_.by == RefusedBy::mass_cancel_reject) fault_.reason = invalid_security;
    if (fault_.by == RefusedBy::business_reject) fault_.reason = unknown_security;
    return false;
}

/// Without one the session's only account is meant, of a new order; else any.
bool OrderReader::read_account(const SessionEntry& session) {
    if (fields_.has(Slot::account)) {
        head_.account = directory_.find_account(fields_.value(Slot::account));
        if (head_.account && session.may_use(*head_.account)) return true;
        head_.account.reset();
        return refuse_order(unknown_account, Slot::account, "not an account of the session");
    }
    if (head_.kind != RequestKind::new_order) return true;
    if (session.accounts.size() != 1)
        return refuse_order(unknown_account, Slot::account,
                            "missing, and the session has several accounts");
    head_.account = session.accounts.front();
    return true;
}

}  // namespace tickweir::gateway::fix::orders
