// What a JsonMarket asks its feed for: books that were lost, and books that do not come though they
// were subscribed to.
#include <algorithm>

#include "gateway/market/json_market.hpp"

namespace tickweir::gateway {

void JsonMarket::note_connection(std::uint32_t number, bool is_open) {
    if (number >= options_.limits.connections) return;
    if (number >= connections_.size()) connections_.resize(std::size_t{number} + 1);
    connections_[number] = {.is_open = is_open, .heard_ns = received_ns_};
}

/// Nothing else would show that a snapshot in band is not going to come, or that the answer to a
/// request brought no book. While a connection's subscriptions are still being answered its books
/// are not late.
void JsonMarket::ask_for_overdue() {
    if (options_.resync.wishes == nullptr) return;
    const ResyncKind kind =
        books_->rules().joins() ? ResyncKind::http_snapshot : ResyncKind::resubscribe;
    for (std::uint32_t index = 0; index < known_.size(); ++index) {
        const JsonInstrument& instrument = books_->instruments()[index];
        if (instrument.state() == SyncState::in_sync || !instrument.has_connection ||
            instrument.connection >= connections_.size())
            continue;
        const Connection& connection = connections_[instrument.connection];
        Known& known = known_[index];
        const std::int64_t since = std::max(known.without_ns, connection.heard_ns);
        if (!connection.is_open || received_ns_ - since < options_.snapshot_wait.count()) continue;
        known.without_ns = received_ns_;
        ++counts_.overdue;
        wish(index, instrument.connection, kind);
    }
}

void JsonMarket::wish(std::uint32_t index, std::uint32_t connection, ResyncKind kind) {
    ++counts_.wishes;
    if (options_.resync.wishes == nullptr) {
        ++counts_.wishes_dropped;
        return;
    }
    const ResyncWish made = ResyncWish::make(kind, static_cast<std::uint16_t>(connection),
                                             books_->instruments()[index].symbol);
    // A feed that takes none up is not asked for the same book twice, so these do not pile up.
    if (std::ranges::find(wishes_, made) == wishes_.end()) wishes_.push_back(made);
    send_wishes();
}

void JsonMarket::send_wishes() {
    const std::size_t sent = options_.resync.wishes->push_some(wishes_);
    if (sent == 0) return;
    wishes_.erase(wishes_.begin(), wishes_.begin() + static_cast<std::ptrdiff_t>(sent));
    if (options_.resync.waker != nullptr) options_.resync.waker->wake();
}

}  // namespace tickweir::gateway
