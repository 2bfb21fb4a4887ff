#include "gateway/market/venue_market.hpp"

#include <algorithm>
#include <utility>

#include "gateway/log.hpp"
#include "gateway/market/level_values.hpp"
#include "txn/venue/vocabulary.hpp"

namespace tickweir::gateway {
namespace {

/// None: no such state.
std::optional<store::TradingState> state_of(std::uint32_t word) {
    switch (static_cast<txn::MarketState>(word)) {
        case txn::MarketState::trading:
            return store::TradingState::trading;
        case txn::MarketState::halted:
            return store::TradingState::halted;
        case txn::MarketState::paused:
            return store::TradingState::paused;
    }
    return std::nullopt;
}

}  // namespace

VenueMarket::VenueMarket(VenueMarketOptions options, store::MarketStore& store,
                         MarketOutput& output, MarketJobs& jobs, book::MemoryBudget* budget)
    : options_{std::move(options)},
      writer_{store, output, jobs},
      places_(store.instruments().limit()) {
    listed_.reserve(options_.instruments.size());
    items_.reserve(2 * venue_record_items_max);
    for (const VenueInstrument& instrument : options_.instruments)
        list(instrument, budget);
}

void VenueMarket::list(const VenueInstrument& instrument, book::MemoryBudget* budget) {
    const auto place = static_cast<std::uint32_t>(listed_.size());
    Listed& listed = listed_.emplace_back(book::LevelBook{options_.books, budget});
    listed.scale = {static_cast<std::uint8_t>(instrument.price_decimals),
                    static_cast<std::uint8_t>(instrument.quantity_decimals)};
    store::Instruments& all = writer_.store().instruments();
    const auto id = all.add({.venue = options_.venue,
                             .symbol = instrument.symbol,
                             .base = instrument.base,
                             .quote = instrument.quote,
                             .price_decimals = instrument.price_decimals,
                             .quantity_decimals = instrument.quantity_decimals,
                             .tick = instrument.tick,
                             .lot = instrument.lot,
                             .writer = options_.shard,
                             .has_orders = false});
    // Two that write one instrument's values would contradict each other.
    if (!id || all[*id].writer != options_.shard || writer_.jobs().assigned(*id)) {
        ++counts_.unlisted;
        return log::module("venue").error(
            "{} cannot be shown to clients: {}", instrument.symbol,
            id ? "a feed has the same venue and symbol" : "instruments.max is reached");
    }
    listed.id = static_cast<std::uint32_t>(*id);
    places_[listed.id] = place;
    writer_.jobs().assign(*id, *this);
    writer_.jobs().status_changed(*id);
}

// -------------------------------------------------------------------------------------- records

void VenueMarket::apply(std::span<const std::byte> record) {
    VenueRecordHeader header;
    std::memcpy(&header, record.data(), sizeof header);
    received_ns_ = header.ready_ns;
    const EventTimes times{header.time_ns, header.ready_ns};
    ++counts_.records;
    switch (header.kind) {
        case VenueRecordKind::opening:
            return open(header);
        case VenueRecordKind::levels:
            return take_levels(venue_items<VenueLevelItem>(record), times);
        case VenueRecordKind::trades:
            for (const VenueTradeItem& item : venue_items<VenueTradeItem>(record))
                take_trade(item, times);
            return;
        case VenueRecordKind::states:
            for (const VenueStateItem& item : venue_items<VenueStateItem>(record))
                take_state(item);
            return;
        case VenueRecordKind::ready:
            return all_are(store::SyncReason::none);
        case VenueRecordKind::stopped:
            return all_are(store::SyncReason::venue_stopped);
    }
    ++counts_.refused;
}

/// Empty books, which nobody is to trust.
void VenueMarket::open(const VenueRecordHeader& header) {
    for (std::uint32_t place = 0; place < listed_.size(); ++place) {
        Listed& listed = listed_[place];
        if (listed.id == none) continue;
        const book::InstrumentId id{listed.id};
        listed.book.clear();
        listed.last_event_ns = header.time_ns;
        is(listed, store::SyncReason::awaiting_snapshot);
        // Before the quote, which is part of what begins again.
        writer_.jobs().begin_again(id);
        ++listed.touches;
        const EventTimes times{header.time_ns, header.ready_ns};
        writer_.put_quote(id,
                          quote_of(listed.book, listed.touches, listed.scale,
                                   {times.exchange_ns, times.received_ns}),
                          times);
        mark_depth(place);
    }
}

/// A book that lost a level stays lost until all books are sent again.
void VenueMarket::all_are(store::SyncReason reason) {
    for (Listed& listed : listed_) {
        const bool lost = listed.reason != store::SyncReason::none &&
                          listed.reason != store::SyncReason::awaiting_snapshot;
        if (listed.id != none && (reason != store::SyncReason::none || !lost)) is(listed, reason);
    }
}

void VenueMarket::is(Listed& listed, store::SyncReason reason) {
    const store::SyncReason before = std::exchange(listed.reason, reason);
    if (before == reason) return;
    if (before == store::SyncReason::none) ++counts_.losses;
    writer_.jobs().status_changed(book::InstrumentId{listed.id});
}

VenueMarket::Listed* VenueMarket::find(std::uint32_t place) {
    if (place < listed_.size() && listed_[place].id != none) return &listed_[place];
    // What the store did not take was counted, and told, once.
    if (place >= listed_.size()) ++counts_.refused;
    return nullptr;
}

// --------------------------------------------------------------------------------------- levels

/// Those of one instrument that follow each other are told together.
void VenueMarket::take_levels(std::span<const VenueLevelItem> items, const EventTimes& times) {
    for (std::size_t begin = 0; begin < items.size();) {
        const std::uint32_t place = items[begin].instrument;
        std::size_t end = begin;
        Listed* const listed = find(place);
        for (; end < items.size() && items[end].instrument == place; ++end)
            if (listed != nullptr) take_level(*listed, items[end]);
        begin = end;
        if (listed == nullptr) continue;
        listed->last_event_ns = times.exchange_ns;
        mark_depth(place);
        send_items(*listed, times);
    }
}

void VenueMarket::take_level(Listed& listed, const VenueLevelItem& item) {
    const book::LevelBookChange change =
        listed.book.set(item.side, item.price, item.open, item.order_count);
    listed.touch_dirty |= change.touch_changed;
    if (change.status == book::LevelApplied::over_limit ||
        change.status == book::LevelApplied::negative_quantity) {
        ++counts_.refused;
        is(listed, change.status == book::LevelApplied::over_limit
                       ? store::SyncReason::over_limit
                       : store::SyncReason::refused_message);
    }
    if (!change.changed()) return;
    const LevelItem told = level_item(item.side, change.level);
    // One that changed twice is told once, as it stands in the end.
    const auto same = std::ranges::find_if(items_, [&](const LevelItem& other) {
        return other.side == told.side && other.price == told.price;
    });
    if (same != items_.end())
        *same = told;
    else
        items_.push_back(told);
}

void VenueMarket::send_items(Listed& listed, const EventTimes& times) {
    const book::InstrumentId id{listed.id};
    if (std::exchange(listed.touch_dirty, false)) {
        ++listed.touches;
        writer_.put_quote(id,
                          quote_of(listed.book, listed.touches, listed.scale,
                                   {times.exchange_ns, times.received_ns}),
                          times);
    }
    if (!items_.empty() && writer_.watched(id, Watch::levels))
        writer_.send(Watch::levels, MarketEventKind::levels, id, listed.scale, times,
                     std::span<const LevelItem>{items_});
    items_.clear();
}

void VenueMarket::mark_depth(std::uint32_t place) {
    if (std::exchange(listed_[place].depth_dirty, true)) return;
    depth_dirty_.push_back(place);
}

std::size_t VenueMarket::flush_depths() {
    const std::size_t count = depth_dirty_.size();
    for (const std::uint32_t place : depth_dirty_) {
        Listed& listed = listed_[place];
        listed.depth_dirty = false;
        const std::int64_t levels = levels_in(listed.book);
        counts_.levels += levels - std::exchange(listed.levels, levels);
        writer_.store().put_depth(
            book::InstrumentId{listed.id},
            depth_of(listed.book, listed.scale, {listed.last_event_ns, received_ns_}));
    }
    depth_dirty_.clear();
    return count;
}

// --------------------------------------------------------------------------- trades and states

void VenueMarket::take_trade(const VenueTradeItem& item, const EventTimes& times) {
    Listed* const listed = find(item.instrument);
    if (listed == nullptr) return;
    listed->last_event_ns = times.exchange_ns;
    const bool buys = item.aggressor == book::Side::buy;
    const store::Trade trade{
        .price = item.price,
        .quantity = item.quantity,
        .times = {times.exchange_ns, times.received_ns},
        .trade_id = item.trade,
        .aggressor = buys ? store::Aggressor::buy : store::Aggressor::sell,
        .scale = listed->scale,
        .trade_id_kind = store::TradeIdKind::number,
    };
    writer_.put_trade(book::InstrumentId{listed->id}, trade, times);
}

void VenueMarket::take_state(const VenueStateItem& item) {
    const auto state = state_of(item.state);
    if (!state) {
        ++counts_.refused;
        return;
    }
    Listed* const listed = find(item.instrument);
    if (listed == nullptr || std::exchange(listed->state, *state) == *state) return;
    writer_.jobs().status_changed(book::InstrumentId{listed->id});
}

// ------------------------------------------------------------------------------------ beginnings

Begun VenueMarket::send_levels(std::size_t link, book::InstrumentId instrument, std::size_t from) {
    const Listed& listed = of(instrument);
    return send_levels_of(writer_, listed.book, link, instrument, listed.scale,
                          listed.last_event_ns, from);
}

Begun VenueMarket::send_orders(std::size_t link, book::InstrumentId instrument, std::size_t from) {
    return send_no_orders(writer_, link, instrument, of(instrument).scale, from);
}

store::Quote VenueMarket::quote(book::InstrumentId instrument) const {
    const Listed& listed = of(instrument);
    return quote_of(listed.book, listed.touches, listed.scale,
                    writer_.store().latest_quote(instrument).times);
}

store::InstrumentStatus VenueMarket::status(book::InstrumentId instrument) {
    const Listed& listed = of(instrument);
    // Where nothing is executed any more nothing trades, whatever the book's own state was.
    const bool stopped = listed.reason == store::SyncReason::venue_stopped;
    return {.state = stopped ? store::TradingState::halted : listed.state, .reason = listed.reason};
}

}  // namespace tickweir::gateway
