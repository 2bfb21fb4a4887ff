#include "gateway/commands/json_replay_books.hpp"

#include <utility>

namespace tickweir::gateway {

using codecs::json::FrameStatus;

struct JsonReplayBooks::Listener {
    JsonReplayBooks& self;
    std::int64_t received_ns;

    const JsonInstrument& of(std::uint32_t index) const { return self.books_.instruments()[index]; }

    void touch(std::uint32_t index) const {
        JsonReplayInstrument& instrument = self.instrument(index);
        if (!instrument.changed) self.changed_.push_back(index);
        instrument.changed = true;
    }
    void on_levels(std::uint32_t index, std::span<const book::LevelBookChange> changes,
                   JsonTimes times, bool touch_changed) const {
        touch(index);
        if (self.events_ != nullptr)
            self.events_->on_levels(self.venue(), of(index), times, changes, touch_changed);
    }
    void on_snapshot(std::uint32_t index, JsonTimes times) const {
        touch(index);
        if (self.events_ != nullptr) self.events_->on_snapshot(self.venue(), of(index), times);
    }
    void on_trade(std::uint32_t index, const JsonTrade& trade) const {
        JsonReplayInstrument& instrument = self.instrument(index);
        const JsonInstrument& now = of(index);
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
        if (self.events_ != nullptr) self.events_->on_trade(self.venue(), of(index), trade);
    }
    void on_sync(std::uint32_t index, SyncState, SyncReason) const {
        if (self.events_ != nullptr) self.events_->on_sync(self.venue(), of(index), received_ns);
    }
};

JsonReplayInstrument& JsonReplayBooks::instrument(std::uint32_t index) {
    if (index >= instruments_.size()) instruments_.resize(std::size_t{index} + 1);
    return instruments_[index];
}

FrameStatus JsonReplayBooks::apply(const replay::JsonLine& line) {
    FrameStatus status = FrameStatus::ok;
    const auto take = [&](auto&& listener) {
        switch (line.kind) {
            case replay::JsonLineKind::frame:
                ++lines_.frames;
                status = books_.apply_frame(0, line.text, line.time, listener);
                break;
            case replay::JsonLineKind::answer:
                ++lines_.answers;
                status = books_.apply_answer(0, line.target, line.text, line.time, listener);
                break;
            case replay::JsonLineKind::sent:
                ++lines_.sends;
                break;
        }
    };
    if (!watched_) {
        take(NoJsonListener{});
        return status;
    }
    take(Listener{*this, line.time.time_since_epoch().count()});
    note_touches();
    return status;
}

void JsonReplayBooks::note_touches() {
    for (const std::uint32_t index : changed_) {
        instruments_[index].changed = false;
        const JsonInstrument& now = books_.instruments()[index];
        if (now.state() == SyncState::in_sync)
            instruments_[index].digest.note(now.book(), now.price_decimals, now.quantity_decimals);
    }
    changed_.clear();
}

void JsonReplayBooks::begin_capture(book::TimeNs first) {
    if (std::exchange(began_, true))
        books_.on_other_recording(0, first, Listener{*this, first.time_since_epoch().count()});
}

void JsonReplayBooks::show(std::size_t depth) {
    if (books_.instruments().size() != 0)
        instrument(static_cast<std::uint32_t>(books_.instruments().size() - 1));
    for (std::uint32_t index = 0; index < books_.instruments().size(); ++index) {
        const JsonInstrument& now = books_.instruments()[index];
        JsonReplayInstrument& kept = instruments_[index];
        kept.shown = show_book(now.book(), now.price_decimals, now.quantity_decimals, depth);
        kept.shown_price_decimals = now.price_decimals;
        kept.shown_quantity_decimals = now.quantity_decimals;
    }
}

bool JsonReplayBooks::sample(TopSampler& sampler, book::TimeNs time,
                             const SymbolFilter& filter) const {
    bool rows = false;
    for (std::size_t index = 0; index < books_.instruments().size(); ++index) {
        const JsonInstrument& now = books_.instruments()[index];
        if (now.counts.snapshots == 0 || !filter.shows(now.symbol)) continue;
        rows = true;
        sampler.row(time, now.symbol, now.book(), now.price_decimals, now.quantity_decimals);
    }
    return rows;
}

}  // namespace tickweir::gateway
