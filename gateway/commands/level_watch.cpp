#include "gateway/commands/level_watch.hpp"

namespace tickweir::gateway {

WatchedLevels& LevelWatch::at(std::uint32_t index) {
    if (index >= watched_.size()) watched_.resize(std::size_t{index} + 1);
    return watched_[index];
}

void LevelWatch::touch(std::uint32_t index) {
    WatchedLevels& instrument = at(index);
    if (!instrument.changed) changed_.push_back(index);
    instrument.changed = true;
}

void LevelWatch::Listener::on_levels(std::uint32_t index,
                                     std::span<const book::LevelBookChange> changes,
                                     JsonTimes times, bool touch_changed) const {
    watch.touch(index);
    if (watch.events_ != nullptr)
        watch.events_->on_levels(watch.venue_, instruments[index], times, changes, touch_changed);
}

void LevelWatch::Listener::on_snapshot(std::uint32_t index, JsonTimes times) const {
    watch.touch(index);
    if (watch.events_ != nullptr)
        watch.events_->on_snapshot(watch.venue_, instruments[index], times);
}

void LevelWatch::Listener::on_trade(std::uint32_t index, const JsonTrade& trade) const {
    WatchedLevels& instrument = watch.at(index);
    const JsonInstrument& now = instruments[index];
    using book::exact::Decimal;
    instrument.last_trade_price = Decimal{trade.price.ticks, now.price_decimals};
    if (instrument.volume) {
        const auto sum = book::exact::add(*instrument.volume,
                                          Decimal{trade.quantity.lots, now.quantity_decimals});
        if (sum.ok())
            instrument.volume = sum.value;
        else
            instrument.volume.reset();
    }
    if (watch.events_ != nullptr) watch.events_->on_trade(watch.venue_, now, trade);
}

void LevelWatch::Listener::on_sync(std::uint32_t index, SyncState, SyncReason) const {
    if (watch.events_ != nullptr)
        watch.events_->on_sync(watch.venue_, instruments[index], received_ns);
}

void LevelWatch::note_touches(const JsonInstruments& instruments) {
    for (const std::uint32_t index : changed_) {
        watched_[index].changed = false;
        const JsonInstrument& now = instruments[index];
        if (now.state() == SyncState::in_sync)
            watched_[index].digest.note(now.book(), now.price_decimals, now.quantity_decimals);
    }
    changed_.clear();
}

void LevelWatch::show(const JsonInstruments& instruments, std::size_t depth) {
    if (instruments.size() != 0) at(static_cast<std::uint32_t>(instruments.size() - 1));
    for (std::uint32_t index = 0; index < instruments.size(); ++index) {
        const JsonInstrument& now = instruments[index];
        WatchedLevels& kept = watched_[index];
        kept.shown = show_book(now.book(), now.price_decimals, now.quantity_decimals, depth);
        kept.shown_price_decimals = now.price_decimals;
        kept.shown_quantity_decimals = now.quantity_decimals;
    }
}

bool LevelWatch::sample(const JsonInstruments& instruments, TopSampler& sampler, book::TimeNs time,
                        const SymbolFilter& filter) {
    bool rows = false;
    for (std::size_t index = 0; index < instruments.size(); ++index) {
        const JsonInstrument& now = instruments[index];
        const bool has_book = now.counts.snapshots + now.counts.book_updates != 0;
        if (!has_book || !filter.shows(now.symbol)) continue;
        rows = true;
        sampler.row(time, now.symbol, now.book(), now.price_decimals, now.quantity_decimals);
    }
    return rows;
}

}  // namespace tickweir::gateway
