#include "gateway/market/resync_wish.hpp"

namespace tickweir::gateway {

std::string_view to_string(WishKind kind) {
    switch (kind) {
        case WishKind::http_snapshot:
            return "http_snapshot";
        case WishKind::resubscribe:
            return "resubscribe";
        case WishKind::reconnect:
            return "reconnect";
    }
    return "?";
}

}  // namespace tickweir::gateway
