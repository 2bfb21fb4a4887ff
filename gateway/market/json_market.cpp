#include "gateway/market/json_market.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "gateway/log.hpp"
#include "store/trade_id.hpp"

namespace tickweir::gateway {
namespace {

constexpr std::int64_t log_interval_ns = 1'000'000'000;
constexpr std::size_t excerpt_bytes = 120;
/// Stands for a text that was too long to be put together: a parser refuses it like one.
constexpr std::array<char, codecs::json::text_padding + 1> no_text{};

book::TimeNs time_at(std::int64_t ns) {
    return book::TimeNs{std::chrono::nanoseconds{ns}};
}

store::SyncReason stored(SyncState state, SyncReason reason) {
    if (state == SyncState::in_sync) return store::SyncReason::none;
    switch (reason) {
        case SyncReason::none:
            return store::SyncReason::awaiting_snapshot;
        case SyncReason::gap:
        case SyncReason::snapshot_too_old:
            return store::SyncReason::gap;
        case SyncReason::checksum:
            return store::SyncReason::checksum;
        case SyncReason::connection_lost:
            return store::SyncReason::connection_lost;
        case SyncReason::refused_frame:
        case SyncReason::bad_number:
            return store::SyncReason::refused_message;
        case SyncReason::too_many_levels:
        case SyncReason::join_overflow:
            return store::SyncReason::over_limit;
        case SyncReason::crossed:
            return store::SyncReason::crossed;
        case SyncReason::oracle:
            return store::SyncReason::venue_disagrees;
        case SyncReason::unsubscribed:
            return store::SyncReason::unsubscribed;
    }
    return store::SyncReason::gap;
}

store::Aggressor aggressor_of(const JsonTrade& trade) {
    if (!trade.aggressor) return store::Aggressor::unknown;
    return *trade.aggressor == book::Side::buy ? store::Aggressor::buy : store::Aggressor::sell;
}

/// What a text of unknown contents may put into the log.
std::string excerpt(std::string_view text) {
    std::string shown{text.substr(0, excerpt_bytes)};
    for (char& c : shown)
        if (c < ' ' || c > '~') c = '.';
    if (text.size() > excerpt_bytes) shown += "...";
    return shown;
}

}  // namespace

/// What the books tell while a record is applied.
struct JsonMarket::Listener {
    JsonMarket& self;

    void on_instrument(std::uint32_t index) { self.register_instrument(index); }

    /// Who watches its levels has them in the old scale: they begin anew. Quotes and trades tell
    /// their scale one by one.
    void on_rescaled(std::uint32_t index) {
        const Known& known = self.known_[index];
        if (known.id == none) return;
        const book::InstrumentId id{known.id};
        self.writer_.store().instruments().refine(id, self.scale_of(index));
        self.writer_.jobs().begin_again(id, static_cast<std::uint8_t>(Watch::levels));
        self.mark_depth(index);
    }

    void on_levels(std::uint32_t index, std::span<const book::LevelBookChange> changes,
                   const JsonTimes& given, bool touch_changed) {
        Known& known = self.known_[index];
        if (known.id == none) return;
        const EventTimes times = self.times_of(given);
        known.last_event_ns = times.exchange_ns;
        self.mark_depth(index);
        if (touch_changed) self.put_quote(index, times);
        const book::InstrumentId id{known.id};
        if (!self.writer_.watched(id, Watch::levels)) return;
        self.items_.clear();
        for (const book::LevelBookChange& change : changes) {
            self.items_.push_back(level_item(change.side, change.level));
            if (!change.edge) continue;
            LevelItem edge = level_item(change.side, *change.edge);
            // At the other end a level came back for one that went, or went for one that came.
            if (change.status != book::LevelApplied::removed) edge.open = {};
            self.items_.push_back(edge);
        }
        self.writer_.send(Watch::levels, MarketEventKind::levels, id, self.scale_of(index), times,
                          std::span<const LevelItem>{self.items_});
    }

    void on_snapshot(std::uint32_t index, const JsonTimes& times) {
        ++self.counts_.snapshots;
        self.replaced(index, self.times_of(times));
    }

    void on_trade(std::uint32_t index, const JsonTrade& trade) {
        Known& known = self.known_[index];
        if (known.id == none) return;
        const EventTimes times = self.times_of(trade.times);
        known.last_event_ns = times.exchange_ns;
        store::Trade made{.price = trade.price,
                          .quantity = trade.quantity,
                          .times = {times.exchange_ns, times.received_ns},
                          .aggressor = aggressor_of(trade),
                          .scale = self.scale_of(index)};
        if (!store::set_trade_id(made, trade.id)) ++self.counts_.trade_ids_cut;
        self.writer_.put_trade(book::InstrumentId{known.id}, made, times);
    }

    void on_sync(std::uint32_t index, SyncState state, SyncReason reason) {
        Known& known = self.known_[index];
        known.reason = stored(state, reason);
        known.without_ns = self.received_ns_;
        if (state == SyncState::out_of_sync) ++self.counts_.losses;
        if (known.id != none) self.writer_.jobs().status_changed(book::InstrumentId{known.id});
    }

    void on_control(std::uint32_t connection, const codecs::json::ControlEvent& control) {
        if (control.kind == codecs::json::ControlKind::subscribed)
            self.note_connection(connection, /*is_open=*/true);
    }

    void on_resync_wanted(std::uint32_t index, std::uint32_t connection, ResyncKind kind) {
        self.wish(index, connection, kind);
    }
};

JsonMarket::JsonMarket(JsonMarketOptions options, store::MarketStore& store, MarketOutput& output,
                       MarketJobs& jobs, book::MemoryBudget* budget)
    : options_{std::move(options)},
      writer_{store, output, jobs},
      budget_{budget},
      assembly_{options_.text_bytes_max, budget},
      indices_(store.instruments().limit()) {
    begin_session();
}

// ------------------------------------------------------------------------------------- records

void JsonMarket::apply(const JsonRecordHeader& header, std::span<const std::byte> record) {
    received_ns_ = header.received_ns;
    time_ns_ = header.time_ns;
    shift_ns_ = header.shift_ns;
    const book::TimeNs time = time_at(header.time_ns);
    if (!wishes_.empty()) send_wishes();
    switch (header.kind) {
        case JsonRecordKind::session:
            return begin_session();
        case JsonRecordKind::connected:
            note_connection(header.connection, /*is_open=*/true);
            return books_->on_connected(header.connection);
        case JsonRecordKind::connection_lost:
            note_connection(header.connection, /*is_open=*/false);
            return books_->on_connection_lost(header.connection, time, Listener{*this});
        case JsonRecordKind::expected:
        case JsonRecordKind::frame:
        case JsonRecordKind::answer:
            return take_text(header, record);
        case JsonRecordKind::tick:
            books_->on_tick(time, Listener{*this});
            return ask_for_overdue();
        case JsonRecordKind::stale:
            return feed_is(store::SyncReason::feed_stale);
        case JsonRecordKind::live:
            return feed_is(store::SyncReason::none);
        case JsonRecordKind::ended:
            return feed_is(store::SyncReason::feed_ended);
    }
}

void JsonMarket::take_text(const JsonRecordHeader& header, std::span<const std::byte> record) {
    JsonText text;
    const JsonAssembly::Status taken = assembly_.take(header, record, text);
    if (taken == JsonAssembly::Status::part) return;
    if (taken == JsonAssembly::Status::dropped) text = {{}, {no_text.data(), 0}};
    const book::TimeNs time = time_at(header.time_ns);
    if (header.kind == JsonRecordKind::expected) {
        static_cast<void>(
            books_->expect(header.connection, text.text, Listener{*this}, header.depth));
        return;
    }
    const auto asked =
        header.asked_ns != 0 ? std::optional{time_at(header.asked_ns)} : std::nullopt;
    codecs::json::FrameStatus status =
        header.kind == JsonRecordKind::frame
            ? books_->apply_frame(header.connection, text.text, time, Listener{*this})
            : books_->apply_answer(header.connection, text.target, text.text, time, Listener{*this},
                                   asked);
    if (taken == JsonAssembly::Status::dropped) status = codecs::json::FrameStatus::too_large;
    ++counts_.texts;
    if (status == codecs::json::FrameStatus::ok) [[likely]]
        return;
    ++counts_.refused[static_cast<std::size_t>(status)];
    log_refusal(status, text.text);
}

/// A second's refusals are told by one line, so that a broken feed does not fill the disk.
void JsonMarket::log_refusal(codecs::json::FrameStatus status, std::string_view text) {
    ++unlogged_;
    if (received_ns_ < next_log_ns_) return;
    next_log_ns_ = received_ns_ + log_interval_ns;
    const auto& refusal = books_->last_refusal();
    log::module("feed").warning(
        "{}: refused ({} since the last such line): {} at \"{}\" (byte {}): {}", options_.feed,
        unlogged_, codecs::json::to_string(status),
        refusal ? refusal->error.field : std::string_view{}, refusal ? refusal->error.offset : 0,
        excerpt(text));
    unlogged_ = 0;
}

/// Empty books of the same instruments under the same indices.
void JsonMarket::begin_session() {
    auto fresh = std::make_unique<JsonBooks>(JsonBooksOptions{
        .venue = options_.venue, .live = true, .limits = options_.limits, .budget = budget_});
    for (std::uint32_t index = 0; index < known_.size(); ++index)
        static_cast<void>(fresh->expect(0, books_->instruments()[index].symbol, NoJsonListener{}));
    books_ = std::move(fresh);
    feed_reason_ = store::SyncReason::none;
    wishes_.clear();
    for (std::uint32_t index = 0; index < known_.size(); ++index) {
        known_[index].reason = store::SyncReason::awaiting_snapshot;
        known_[index].without_ns = received_ns_;
        replaced(index, {time_ns_, received_ns_});
        if (known_[index].id != none)
            writer_.jobs().status_changed(book::InstrumentId{known_[index].id});
    }
}

// --------------------------------------------------------------------------------- instruments

void JsonMarket::register_instrument(std::uint32_t index) {
    const JsonInstrument& instrument = books_->instruments()[index];
    Known& known = known_.emplace_back();
    known.without_ns = received_ns_;
    book::ensure(index + 1 == known_.size());
    store::Instruments& all = writer_.store().instruments();
    const auto id = all.add({.venue = std::string{codecs::json::to_string(options_.venue)},
                             .symbol = instrument.symbol,
                             .base = {},
                             .quote = {},
                             .price_decimals = instrument.price_decimals,
                             .quantity_decimals = instrument.quantity_decimals,
                             .writer = options_.shard,
                             .has_orders = false});
    if (!id) return;
    // Two feeds that write one instrument's values would contradict each other.
    const InstrumentSource* const source = writer_.jobs().source(*id);
    if (all[*id].writer != options_.shard || (source != nullptr && source != this)) {
        ++counts_.foreign;
        return log::module("feed").warning("{}: {} of {} is of another feed already", options_.feed,
                                           instrument.symbol, all[*id].venue);
    }
    known.id = static_cast<std::uint32_t>(*id);
    indices_[known.id] = index;
    writer_.jobs().assign(*id, *this);
    writer_.jobs().status_changed(*id);
}

void JsonMarket::replaced(std::uint32_t index, const EventTimes& times) {
    Known& known = known_[index];
    if (known.id == none) return;
    known.last_event_ns = times.exchange_ns;
    // Before the quote, which is part of what begins again.
    writer_.jobs().begin_again(book::InstrumentId{known.id});
    put_quote(index, times);
    mark_depth(index);
}

/// What becomes of the feed concerns all its books alike, and they are no worse for it after.
void JsonMarket::feed_is(store::SyncReason reason) {
    if (std::exchange(feed_reason_, reason) == reason) return;
    for (const Known& known : known_)
        if (known.id != none) writer_.jobs().status_changed(book::InstrumentId{known.id});
}

store::InstrumentStatus JsonMarket::status(book::InstrumentId instrument) {
    const store::SyncReason own = known_[index_of(instrument)].reason;
    // What lasts longer is told.
    return {.state = store::TradingState::trading,
            .reason = own != store::SyncReason::none ? own : feed_reason_};
}

}  // namespace tickweir::gateway
