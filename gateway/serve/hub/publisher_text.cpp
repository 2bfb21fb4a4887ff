// The publisher's messages: which state goes into them, and with which numbers.
#include <algorithm>

#include "gateway/serve/hub/publisher.hpp"

namespace tickweir::gateway::hub {

std::int64_t Publisher::time_of(const Stream& stream) const {
    const InstrumentState& state = state_of(stream);
    switch (stream.channel) {
        case Channel::l1:
            return state.quote_ns;
        case Channel::l2:
            return state.levels_ns;
        case Channel::l3:
            return state.orders_ns;
        case Channel::trades:
            if (state.last_trade != 0) return state.trade_ns;
            // That there were none holds for as long as something is known of the instrument.
            return std::max(
                state.trade_ns,
                parts_.store.latest_quote(book::InstrumentId{stream.instrument}).times.exchange_ns);
        case Channel::status:
            return state.status.time_ns;
        case Channel::heartbeat:
            break;
    }
    return now_.time_since_epoch().count();
}

UpdateHead Publisher::update_head(const Stream& stream, std::uint64_t prev) const {
    UpdateHead head{stream.name, prev, stream.seq, time_of(stream), std::nullopt};
    if (stream.sync_seq > prev || stream.channel == Channel::status)
        head.in_sync = state_of(stream).status.in_sync();
    return head;
}

void Publisher::write_state(Stream& stream, std::uint64_t prev) {
    const InstrumentState& state = state_of(stream);
    text_.clear();
    switch (stream.channel) {
        case Channel::l1:
            append_l1_update(text_, update_head(stream, prev), state.quote);
            return;
        case Channel::l2:
            if (!stream.changes.covers(prev)) break;
            stream.changes.collect(prev, touched_);
            append_l2_update(text_, update_head(stream, prev), state.levels_scale, *state.levels,
                             depth_classes[stream.depth_class], touched_);
            return;
        case Channel::status:
            append_status_update(text_, update_head(stream, prev), state.status, parts_.mode);
            return;
        case Channel::l3:
        case Channel::trades:
        case Channel::heartbeat:
            return;  // these have no state that could stand for several updates
    }
    write_snapshot(stream, stream.seq - prev - 1);
}

void Publisher::write_snapshot(const Stream& stream, std::uint64_t conflated) {
    const InstrumentState& state = state_of(stream);
    const SnapshotHead head{stream.name, stream.seq, time_of(stream), state.status.in_sync(),
                            conflated};
    text_.clear();
    switch (stream.channel) {
        case Channel::l1:
            append_l1_snapshot(text_, head, state.quote);
            return;
        case Channel::l2:
            append_l2_snapshot(text_, head, state.levels_scale, *state.levels,
                               depth_classes[stream.depth_class]);
            return;
        case Channel::l3:
            state.orders->in_priority(orders_);
            append_l3_snapshot(text_, head, state.orders_scale, orders_);
            return;
        case Channel::trades: {
            // The store may be ahead of what the market has told us; that follows as updates.
            const std::size_t count =
                parts_.store.recent_trades(book::InstrumentId{stream.instrument}, trades_);
            const auto later = std::find_if(
                trades_.begin(), trades_.begin() + static_cast<std::ptrdiff_t>(count),
                [&](const store::Trade& trade) { return trade.index > state.last_trade; });
            append_trades_snapshot(text_, head, {trades_.begin(), later});
            return;
        }
        case Channel::status:
            append_status_snapshot(text_, head, state.status, parts_.mode);
            return;
        case Channel::heartbeat:
            return;
    }
}

std::optional<Frame> Publisher::encoded() {
    ++parts_.counts.encoded;
    return parts_.outbox.write(text_);
}

}  // namespace tickweir::gateway::hub
