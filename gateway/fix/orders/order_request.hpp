// What clients ask of order entry, as values: which request it is, what it names, and why it is
// refused where it is. Views are of the message that was read last.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "codecs/fix/fields.hpp"
#include "gateway/fix/orders/reason_text.hpp"
#include "txn/venue/command.hpp"

namespace tickweir::gateway::fix::orders {

enum class RequestKind : std::uint8_t {
    new_order,    ///< D
    cancel,       ///< F
    replace,      ///< G
    status,       ///< H
    mass_cancel,  ///< q
    mass_status,  ///< AF
};
std::string_view to_string(RequestKind kind);
/// Its MsgType (35).
std::string_view msg_type_of(RequestKind kind);
/// Which request a MsgType is.
std::optional<RequestKind> request_kind_of(std::string_view msg_type);

/// What every request says of itself. Filled as far as the message could be read, also where it is
/// refused, for the answer repeats it. Texts are as the client sent them.
struct RequestHead {
    RequestKind kind = RequestKind::new_order;
    /// A replace's is that of a new order; replace_terms.hpp tells which are less.
    txn::CommandClass urgency = txn::CommandClass::order;
    std::uint64_t sequence = 0;         ///< 34
    txn::ClientOrderId client_id;       ///< 11; empty: none
    txn::ClientOrderId original;        ///< 41; empty: none
    std::optional<txn::OrderId> order;  ///< 37
    bool bad_order = false;             ///< 37 is there and no OrderID of ours: it names nothing
    std::optional<txn::InstrumentId> instrument;  ///< that 55 names
    std::optional<txn::AccountId> account;        ///< that 1 names, or of a D the default
    std::optional<txn::Side> side;                ///< that 54 says
    std::string_view symbol;                      ///< 55
    std::string_view side_text;                   ///< 54
    std::string_view quantity;                    ///< 38
    std::string_view type;                        ///< 40
    std::string_view query_id;                    ///< 584, or 790 of H
    char scope = 0;                               ///< 530 or 585: '1' an instrument, '7' all
    bool possible_resend = false;                 ///< 97=Y
    bool possible_duplicate = false;              ///< 43=Y
};

/// Which message refuses a request.
enum class RefusedBy : std::uint8_t {
    session_reject,      ///< 3: `reason` is 373, `tag` 371
    business_reject,     ///< j: 380
    order_reject,        ///< 8 with 150=8: 103
    cancel_reject,       ///< 9: 102
    mass_cancel_reject,  ///< r with 531=0: 532
};

struct OrderFault {
    RefusedBy by = RefusedBy::order_reject;
    unsigned reason = 0;
    codecs::fix::Tag tag = 0;  ///< what is wrong; 0: no single field
    ReasonText text;           ///< 58
};

/// What a replace says of the order besides what it changes: it has to be so already.
struct ReplaceTerms {
    txn::InstrumentId instrument{};
    txn::Side side = txn::Side::buy;
    txn::OrderType type = txn::OrderType::limit;
    std::optional<txn::TimeInForce> time_in_force;  ///< nothing: as it is
    std::optional<txn::AccountId> account;          ///< likewise
    bool post_only = false;                         ///< said with 18; else as it is
};

}  // namespace tickweir::gateway::fix::orders
