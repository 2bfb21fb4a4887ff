#include "store/values.hpp"

namespace tickweir::store {

std::string_view to_string(Aggressor aggressor) {
    switch (aggressor) {
        case Aggressor::unknown:
            return "unknown";
        case Aggressor::buy:
            return "buy";
        case Aggressor::sell:
            return "sell";
    }
    return "?";
}

std::string_view to_string(TradingState state) {
    switch (state) {
        case TradingState::unknown:
            return "unknown";
        case TradingState::trading:
            return "trading";
        case TradingState::halted:
            return "halted";
        case TradingState::paused:
            return "paused";
        case TradingState::closed:
            return "closed";
    }
    return "?";
}

std::string_view to_string(SyncReason reason) {
    switch (reason) {
        case SyncReason::none:
            return "";
        case SyncReason::awaiting_snapshot:
            return "awaiting_snapshot";
        case SyncReason::gap:
            return "gap";
        case SyncReason::refused_message:
            return "refused_message";
        case SyncReason::feed_stale:
            return "feed_stale";
        case SyncReason::feed_ended:
            return "feed_ended";
        case SyncReason::overload:
            return "overload";
        case SyncReason::checksum:
            return "checksum";
        case SyncReason::crossed:
            return "crossed";
        case SyncReason::venue_disagrees:
            return "venue_disagrees";
        case SyncReason::connection_lost:
            return "connection_lost";
        case SyncReason::unsubscribed:
            return "unsubscribed";
        case SyncReason::over_limit:
            return "over_limit";
        case SyncReason::venue_stopped:
            return "venue_stopped";
    }
    return "?";
}

}  // namespace tickweir::store
