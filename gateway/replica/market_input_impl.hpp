// The definitions of market_input.hpp, which includes this file.
#pragma once

#include <algorithm>
#include <memory>
#include <utility>

#include "book/level_book.hpp"
#include "gateway/replica/market_input.hpp"

namespace tickweir::gateway::replica {
namespace input {

inline const MarketEventHeader& header_of(std::span<const std::byte> record) {
    return *reinterpret_cast<const MarketEventHeader*>(record.data());
}

/// Where the exchange's time is not known, ours stands in for it.
inline std::int64_t time_of(const MarketEventHeader& header) {
    return header.exchange_ns != 0 ? header.exchange_ns : header.received_ns;
}

inline bool asked(const InstrumentState& state, Watch watch) {
    return (state.asked & bit(watch)) != 0;
}

/// Whether a piece of a beginning belongs to one that was seen from its first piece on: the rest of
/// an earlier watch may still be on its way when there is a new one.
inline bool takes_piece(InstrumentState& state, Watch watch, const MarketEventHeader& header) {
    if (header.first == 0 && !state.is_loading(watch)) return false;
    const auto others = static_cast<std::uint8_t>(state.loading & ~bit(watch));
    state.loading = header.last != 0 ? others : static_cast<std::uint8_t>(others | bit(watch));
    return true;
}

}  // namespace input

template <class Listener>
MarketInput<Listener>::MarketInput(const InputParts& parts, Listener& listener, std::size_t most)
    : parts_{parts}, listener_{listener}, loading_(parts.markets.size()) {
    received_.reserve(most * parts.markets.size());
}

template <class Listener>
bool MarketInput<Listener>::has_work() const {
    return std::ranges::any_of(
        parts_.markets, [](const MarketLink& market) { return !market.events->empty_approx(); });
}

template <class Listener>
std::size_t MarketInput<Listener>::take(std::size_t most) {
    received_.clear();
    static_cast<void>(listener_.full());
    std::size_t taken = 0;
    bool full = false;
    for (std::size_t i = 0; i < parts_.markets.size() && !full; ++i) {
        taken += take_from(next_market_, most, full);
        next_market_ = (next_market_ + 1) % parts_.markets.size();
    }
    return taken;
}

/// `full` tells that the rest has to wait.
template <class Listener>
std::size_t MarketInput<Listener>::take_from(std::size_t market, std::size_t most, bool& full) {
    book::ByteRing& events = *parts_.markets[market].events;
    std::size_t taken = 0;
    while (taken < most && !full) {
        const std::span<const std::byte> record = events.front();
        if (record.data() == nullptr) break;
        apply(market, record);
        events.advance();
        ++taken;
        full = listener_.full();
    }
    if (taken != 0) events.release();
    return taken;
}

template <class Listener>
void MarketInput<Listener>::apply(std::size_t market, std::span<const std::byte> record) {
    const MarketEventHeader& header = input::header_of(record);
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

template <class Listener>
void MarketInput<Listener>::begin(InstrumentState& state, std::uint32_t id, Watch watch) {
    const bool known = state.has_begun(watch);
    state.begun = static_cast<std::uint8_t>(state.begun | bit(watch));
    if (known)
        listener_.replaced(id, watch);
    else
        listener_.begun(id, watch);
}

// A kind that is not asked for any more is still on its way for a while; it is passed over.

template <class Listener>
void MarketInput<Listener>::on_quote(InstrumentState& state, std::uint32_t id,
                                     const MarketEventHeader& header, const store::Quote& quote) {
    if (!input::asked(state, Watch::quote)) return;
    state.quote = quote;
    state.quote_ns = input::time_of(header);
    if (state.has_begun(Watch::quote)) [[likely]]
        listener_.quote_changed(id);
    else
        begin(state, id, Watch::quote);
}

template <class Listener>
void MarketInput<Listener>::on_levels(InstrumentState& state, std::uint32_t id,
                                      const MarketEventHeader& header,
                                      std::span<const LevelItem> items) {
    if (!state.has_begun(Watch::levels)) return;
    if (header.scale != state.levels_scale) [[unlikely]]
        return parts_.watches.ask_again(id, Watch::levels);
    state.levels_ns = input::time_of(header);
    if (!listener_.change_levels(id, items)) lose_levels(state, id);
}

template <class Listener>
void MarketInput<Listener>::lose_levels(InstrumentState& state, std::uint32_t id) {
    state.begun = static_cast<std::uint8_t>(state.begun & ~bit(Watch::levels));
    state.broken = static_cast<std::uint8_t>(state.broken | bit(Watch::levels));
    state.levels.reset();
    listener_.levels_lost(id);
}

template <class Listener>
void MarketInput<Listener>::on_levels_snapshot(std::size_t market, InstrumentState& state,
                                               std::uint32_t id, const MarketEventHeader& header,
                                               std::span<const LevelItem> items) {
    if (!input::asked(state, Watch::levels)) return;
    if (!input::takes_piece(state, Watch::levels, header)) return;
    std::vector<LevelItem>& loading = loading_[market];
    if (header.first != 0) loading.clear();
    loading.insert(loading.end(), items.begin(), items.end());
    if (header.last == 0) return;

    if (!load_levels(state, header.scale, loading)) return lose_levels(state, id);
    state.levels_ns = input::time_of(header);
    begin(state, id, Watch::levels);
    levels_begun_.push_back(id);
}

/// Worst first: then each is put where the book is quickest to change.
template <class Listener>
bool MarketInput<Listener>::load_levels(InstrumentState& state, store::Scale scale,
                                        std::span<const LevelItem> best_first) {
    if (state.levels)
        state.levels->clear();
    else
        state.levels = std::make_unique<book::LevelBook>(
            book::LevelBookLimits{.levels = levels_max, .truncates = true}, parts_.budget);
    state.levels_scale = scale;
    for (std::size_t i = best_first.size(); i-- > 0;) {
        const LevelItem& item = best_first[i];
        const auto change = state.levels->set(item.side, item.price, item.open, item.order_count);
        if (change.status == book::LevelApplied::over_limit) return false;
    }
    return true;
}

template <class Listener>
void MarketInput<Listener>::on_orders(InstrumentState& state, std::uint32_t id,
                                      const MarketEventHeader& header,
                                      std::span<const OrderItem> items) {
    if (!state.has_begun(Watch::orders)) return;
    state.orders_ns = input::time_of(header);
    const bool whole = state.orders->whole();
    for (const OrderItem& item : items)
        static_cast<void>(state.orders->apply(item));
    listener_.orders_changed(id, items);
    // Those who have the orders go on without the replica; only who comes later is refused.
    if (whole && !state.orders->whole() && !state.orders->out_of_room())
        parts_.watches.ask_again(id, Watch::orders);
}

template <class Listener>
void MarketInput<Listener>::on_orders_snapshot(InstrumentState& state, std::uint32_t id,
                                               const MarketEventHeader& header,
                                               std::span<const OrderItem> items) {
    if (!input::asked(state, Watch::orders)) return;
    if (!input::takes_piece(state, Watch::orders, header)) return;
    if (!state.orders) state.orders = std::make_unique<OrderReplica>(parts_.orders, parts_.budget);
    if (header.first != 0) state.orders->clear();
    for (const OrderItem& item : items)
        static_cast<void>(state.orders->apply(item));
    if (header.last == 0) return;
    state.orders_ns = input::time_of(header);
    state.orders_scale = header.scale;
    if (!state.orders->whole()) listener_.orders_do_not_fit(id);
    begin(state, id, Watch::orders);
}

template <class Listener>
void MarketInput<Listener>::on_trades_begin(InstrumentState& state, std::uint32_t id,
                                            const MarketEventHeader& header,
                                            const store::Trade& last) {
    if (!input::asked(state, Watch::trades)) return;
    if (state.has_begun(Watch::trades) && last.index == state.last_trade) return;
    state.last_trade = last.index;
    state.trade_ns = input::time_of(header);
    begin(state, id, Watch::trades);
}

template <class Listener>
void MarketInput<Listener>::on_trade(InstrumentState& state, std::uint32_t id,
                                     const MarketEventHeader& header, const store::Trade& trade) {
    if (!state.has_begun(Watch::trades)) return;
    state.last_trade = trade.index;
    state.trade_ns = input::time_of(header);
    listener_.traded(id, trade);
}

template <class Listener>
void MarketInput<Listener>::on_status(InstrumentState& state, std::uint32_t id,
                                      const store::InstrumentStatus& status) {
    if (status.version < state.status.version) return;  // read from the store at a later moment
    const store::InstrumentStatus before = std::exchange(state.status, status);
    if (before.in_sync() != status.in_sync()) listener_.sync_changed(id);
    if (before.state != status.state || before.reason != status.reason)
        listener_.status_changed(id);
}

}  // namespace tickweir::gateway::replica
