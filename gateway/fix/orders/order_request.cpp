#include "gateway/fix/orders/order_request.hpp"

namespace tickweir::gateway::fix::orders {

std::string_view to_string(RequestKind kind) {
    switch (kind) {
        case RequestKind::new_order:
            return "new order";
        case RequestKind::cancel:
            return "cancel";
        case RequestKind::replace:
            return "replace";
        case RequestKind::status:
            return "status request";
        case RequestKind::mass_cancel:
            return "mass cancel";
        case RequestKind::mass_status:
            return "mass status request";
    }
    return "?";
}

std::string_view msg_type_of(RequestKind kind) {
    namespace type = codecs::fix::msg_type;
    switch (kind) {
        case RequestKind::new_order:
            return type::new_order_single;
        case RequestKind::cancel:
            return type::order_cancel_request;
        case RequestKind::replace:
            return type::order_cancel_replace_request;
        case RequestKind::status:
            return type::order_status_request;
        case RequestKind::mass_cancel:
            return type::order_mass_cancel_request;
        case RequestKind::mass_status:
            return type::order_mass_status_request;
    }
    return "?";
}

std::optional<RequestKind> request_kind_of(std::string_view msg_type) {
    for (const RequestKind kind :
         {RequestKind::new_order, RequestKind::cancel, RequestKind::replace, RequestKind::status,
          RequestKind::mass_cancel, RequestKind::mass_status})
        if (msg_type == msg_type_of(kind)) return kind;
    return std::nullopt;
}

}  // namespace tickweir::gateway::fix::orders
