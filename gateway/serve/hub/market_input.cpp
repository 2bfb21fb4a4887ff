#include "gateway/serve/hub/market_input.hpp"

#include <algorithm>
#include <utility>

namespace tickweir::gateway::hub {
namespace {

const MarketEventHeader& header_of(std::span<const std::byte> record) {
    return *reinterpret_cast<const MarketEventHeader*>(record.data());
}

/// Where the exchange's time is not known, ours stands in for it.
std::int64_t time_of(const MarketEventHeader& header) {
    return header.exchange_ns != 0 ? header.exchange_ns : header.received_ns;
}

bool asked(const InstrumentState& state, Watch watch) {
    return (state.asked & bit(watch)) != 0;
}

/// Whether a piece of a beginning belongs to one that was seen from its first piece on: the rest of
/// an earlier watch may still be on its way when there is a new one.
bool takes_piece(InstrumentState& state, Watch watch, const MarketEventHeader& header) {
    if (header.first == 0 && !state.is_loading(watch)) return false;
    const auto others = static_cast<std::uint8_t>(state.loading & ~bit(watch));
    state.loading = header.last != 0 ? others : static_cast<std::uint8_t>(others | bit(watch));
    return true;
}

}  // namespace

MarketInput::MarketInput(const HubParts& parts, Publisher& publisher,
                         std::vector<MarketLink>& markets, OrderAllowance& orders)
    : parts_{parts},
      publisher_{publisher},
      markets_{markets},
      loading_(markets.size()),
      orders_{orders} {
    received_.reserve(parts.limits.events_per_turn * markets.size());
}

bool MarketInput::has_work() const {
    return std::ranges::any_of(
        markets_, [](const MarketLink& market) { return !market.events->empty_approx(); });
}

bool MarketInput::take(std::size_t most) {
    received_.clear();
    static_cast<void>(parts_.outbox.take_filled());
    std::size_t taken = 0;
    bool filled = false;
    for (std::size_t i = 0; i < markets_.size() && !filled; ++i) {
        taken += take_from(next_market_, most, filled);
        next_market_ = (next_market_ + 1) % markets_.size();
    }
    parts_.counts.market_events += taken;
    return taken != 0;
}

/// `filled` tells that the rest has to wait until queues have been sent.
std::size_t MarketInput::take_from(std::size_t market, std::size_t most, bool& filled) {
    book::ByteRing& events = *markets_[market].events;
    std::size_t taken = 0;
    while (taken < most && !filled) {
        const std::span<const std::byte> record = events.front();
        if (record.data() == nullptr) break;
        apply(market, record);
        events.advance();
        ++taken;
        filled = parts_.outbox.take_filled();
    }
    if (taken != 0) events.release();
    return taken;
}

void MarketInput::apply(std::size_t market, std::span<const std::byte> record) {
    const MarketEventHeader& header = header_of(record);
    const auto id = static_cast<std::uint32_t>(header.instrument);
    if (id >= parts_.instruments.size()) return;
    InstrumentState& state = parts_.instruments[id];
    if (header.received_ns != 0) received_.push_back(header.received_ns);
    switch (header.kind) {
        case MarketEventKind::quote:
            return on_quote(state, id, header, items_of<store::Quote>(record).front());
        case MarketEventKind::levels:
            return on_levels(state, id, header, items_of<LevelItem>(record));
        case MarketEventKind::levels_snapshot:
            return on_levels_snapshot(market, state, id, header, items_of<LevelItem>(record));
        case MarketEventKind::orders:
            return on_orders(state, id, header, items_of<OrderItem>(record));
        case MarketEventKind::orders_snapshot:
            return on_orders_snapshot(state, id, header, items_of<OrderItem>(record));
        case MarketEventKind::trades_begin:
            return on_trades_begin(state, id, header, items_of<store::Trade>(record).front());
        case MarketEventKind::trade:
            return on_trade(state, id, header, items_of<store::Trade>(record).front());
        case MarketEventKind::status:
            return on_status(state, id, items_of<store::InstrumentStatus>(record).front());
    }
}

void MarketInput::begin(InstrumentState& state, std::uint32_t id, Watch watch, Channel channel) {
    const bool known = state.has_begun(watch);
    state.begun = static_cast<std::uint8_t>(state.begun | bit(watch));
    if (known)
        publisher_.replaced(id, channel);
    else
        publisher_.begun(id, channel);
}

// A kind that is not asked for any more is still on its way for a while; it is passed over.

void MarketInput::on_quote(InstrumentState& state, std::uint32_t id,
                           const MarketEventHeader& header, const store::Quote& quote) {
    if (!asked(state, Watch::quote)) return;
    state.quote = quote;
    state.quote_ns = time_of(header);
    if (state.has_begun(Watch::quote)) [[likely]]
        publisher_.quote_changed(id);
    else
        begin(state, id, Watch::quote, Channel::l1);
}

void MarketInput::on_levels(InstrumentState& state, std::uint32_t id,
                            const MarketEventHeader& header, std::span<const LevelItem> items) {
    if (!state.has_begun(Watch::levels)) return;
    if (header.scale != state.levels_scale) [[unlikely]]
        return parts_.watches.ask_again(id, Watch::levels);
    state.levels_ns = time_of(header);
    if (!publisher_.change_levels(id, items)) lose_levels(state, id);
}

void MarketInput::lose_levels(InstrumentState& state, std::uint32_t id) {
    state.begun = static_cast<std::uint8_t>(state.begun & ~bit(Watch::levels));
    state.broken = static_cast<std::uint8_t>(state.broken | bit(Watch::levels));
    state.levels.reset();
    publisher_.end_all(id, Channel::l2, 503, "no memory for its book");
}

void MarketInput::on_levels_snapshot(std::size_t market, InstrumentState& state, std::uint32_t id,
                                     const MarketEventHeader& header,
                                     std::span<const LevelItem> items) {
    if (!asked(state, Watch::levels)) return;
    if (!takes_piece(state, Watch::levels, header)) return;
    std::vector<LevelItem>& loading = loading_[market];
    if (header.first != 0) loading.clear();
    loading.insert(loading.end(), items.begin(), items.end());
    if (header.last == 0) return;

    if (state.levels)
        state.levels->clear();
    else
        state.levels = std::make_unique<book::LevelBook>(
            book::LevelBookLimits{.levels = levels_max, .truncates = true}, parts_.budget);
    state.levels_scale = header.scale;
    // Worst first: then each is put where the book is quickest to change.
    for (std::size_t i = loading.size(); i-- > 0;) {
        const LevelItem& item = loading[i];
        if (state.levels->set(item.side, item.price, item.open, item.order_count).status !=
            book::LevelApplied::over_limit)
            continue;
        lose_levels(state, id);
        return;
    }
    state.levels_ns = time_of(header);
    begin(state, id, Watch::levels, Channel::l2);
    levels_begun_.push_back(id);
}

void MarketInput::on_orders(InstrumentState& state, std::uint32_t id,
                            const MarketEventHeader& header, std::span<const OrderItem> items) {
    if (!state.has_begun(Watch::orders)) return;
    state.orders_ns = time_of(header);
    const bool whole = state.orders->whole();
    for (const OrderItem& item : items)
        static_cast<void>(state.orders->apply(item));
    publisher_.orders_changed(id, items);
    // Those who have the orders go on without the replica; only who comes later is refused.
    if (whole && !state.orders->whole() && !state.orders->out_of_room())
        parts_.watches.ask_again(id, Watch::orders);
}

void MarketInput::on_orders_snapshot(InstrumentState& state, std::uint32_t id,
                                     const MarketEventHeader& header,
                                     std::span<const OrderItem> items) {
    if (!asked(state, Watch::orders)) return;
    if (!takes_piece(state, Watch::orders, header)) return;
    if (!state.orders) state.orders = std::make_unique<OrderReplica>(orders_, parts_.budget);
    if (header.first != 0) state.orders->clear();
    for (const OrderItem& item : items)
        static_cast<void>(state.orders->apply(item));
    if (header.last == 0) return;
    state.orders_ns = time_of(header);
    state.orders_scale = header.scale;
    if (!state.orders->whole())
        publisher_.end_all(id, Channel::l3, 503, "more orders than can be kept here");
    begin(state, id, Watch::orders, Channel::l3);
}

void MarketInput::on_trades_begin(InstrumentState& state, std::uint32_t id,
                                  const MarketEventHeader& header, const store::Trade& last) {
    if (!asked(state, Watch::trades)) return;
    if (state.has_begun(Watch::trades) && last.index == state.last_trade) return;
    state.last_trade = last.index;
    state.trade_ns = time_of(header);
    begin(state, id, Watch::trades, Channel::trades);
}

void MarketInput::on_trade(InstrumentState& state, std::uint32_t id,
                           const MarketEventHeader& header, const store::Trade& trade) {
    if (!state.has_begun(Watch::trades)) return;
    state.last_trade = trade.index;
    state.trade_ns = time_of(header);
    publisher_.traded(id, trade);
}

void MarketInput::on_status(InstrumentState& state, std::uint32_t id,
                            const store::InstrumentStatus& status) {
    if (status.version < state.status.version) return;  // read from the store at a later moment
    const store::InstrumentStatus before = std::exchange(state.status, status);
    if (before.in_sync() != status.in_sync()) publisher_.sync_changed(id);
    if (before.state != status.state || before.reason != status.reason)
        publisher_.status_changed(id);
}

}  // namespace tickweir::gateway::hub
