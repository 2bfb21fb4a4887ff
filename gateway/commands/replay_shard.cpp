#include "gateway/commands/replay_shard.hpp"

#include <algorithm>
#include <utility>

#include "book/order_book.hpp"
#include "codecs/itch/framing.hpp"
#include "codecs/itch/names.hpp"
#include "gateway/book_limits.hpp"

namespace tickweir::gateway {
namespace {

using std::chrono::nanoseconds;

/// The time of the first message of some whole frames; 0 where it is too short for one.
std::uint64_t first_time_ns(codecs::Bytes frames) {
    codecs::itch::FrameCursor cursor{frames};
    codecs::Bytes message;
    codecs::itch::FrameStatus status = cursor.next(message);
    while (status == codecs::itch::FrameStatus::end_marker)
        status = cursor.next(message);
    if (status != codecs::itch::FrameStatus::message) return 0;
    return itch_peek::time(message).value_or(0);
}

}  // namespace

/// What the books tell while they are watched.
struct ReplayShard::Listener {
    ReplayShard& self;

    void on_session() {
        self.tally_.on_books_reset();
        if (self.watchers_.events) self.watchers_.events->on_clear();
    }

    void on_change(const ItchEvent& event, const book::BookChange& change) {
        const ItchInstrument& instrument = instrument_of(event);
        if (self.watchers_.digest && change.touch_changed && !instrument.lost_sync)
            self.digest_.note(event.instrument, instrument.name,
                              book::OrderBook{self.books_.books(), event.instrument}.quote());
        if (self.watchers_.events && self.filter_.shows(instrument.symbol()))
            self.watchers_.events->on_change(event, time_of(event), instrument.symbol(), change);
    }

    void on_trade(const ItchEvent& event, const ItchTrade& trade) {
        const ItchInstrument& instrument = instrument_of(event);
        if (self.watchers_.events && self.filter_.shows(instrument.symbol()))
            self.watchers_.events->on_trade(event, time_of(event), instrument.symbol(), trade);
    }

private:
    const ItchInstrument& instrument_of(const ItchEvent& event) const {
        return self.books_.instruments()[static_cast<std::uint16_t>(event.instrument)];
    }
    book::TimeNs time_of(const ItchEvent& event) const {
        return *self.midnight_ + nanoseconds{event.time_ns};
    }
};

namespace {

/// Listens to what the counts need and nothing else.
struct TallyListener {
    ReplayTally& tally;
    void on_session() { tally.on_books_reset(); }
};

/// Shards share the window out: each sees its part of the ids, so that its own come as rarely.
book::Limits limits_of(const ItchShard& shard) {
    constexpr std::size_t least_window = std::size_t{1} << 16;
    book::Limits limits = unpredictable_book_limits();
    limits.window = std::max(limits.window / shard.count, least_window);
    return limits;
}

}  // namespace

ReplayShard::ReplayShard(const ReplayOptions& options, ItchShard shard, ReplayWatchers watchers)
    : options_{&options},
      filter_{options.symbols},
      books_{limits_of(shard), shard},
      watchers_{std::move(watchers)} {}

// ------------------------------------------------------------------------------------- the stream

bool ReplayShard::apply(const ReplayBatch& batch) {
    begin(batch);
    over_ = !apply_all(batch);
    return !over_;
}

bool ReplayShard::apply_all(const ReplayBatch& batch) {
    std::size_t at = 0;
    while (at < batch.frames.size()) {
        const NextStop next = next_stop();
        // A time before midnight: whatever comes is later.
        if (next.after_ns && *next.after_ns < 0) {
            if (!reached(next.due)) return false;
            continue;
        }
        const ItchProgress progress = apply_frames(batch.frames.subspan(at), next.after_ns);
        at += progress.consumed;
        messages_ += progress.messages;
        switch (progress.stopped) {
            case ItchStopped::need_more:
            case ItchStopped::damaged:
                // The batch was scanned; what is left of it is the end marker of a file.
                at = batch.frames.size();
                break;
            case ItchStopped::at_messages:
                return false;
            case ItchStopped::at_time:
                if (!reached(next.due)) return false;
                // Nothing to show until there are data: those come with the next message.
                if (next.due == Due::sample && !sample_had_rows_)
                    watchers_.sampler->begin(first_time_ns(batch.frames.subspan(at)));
                break;
            case ItchStopped::at_refusal:
                note_refusal(batch, at);
                return false;
        }
    }
    if (batch.lost_after) books_.on_lost();
    return !options_->max_messages || messages_ < *options_->max_messages;
}

ItchProgress ReplayShard::apply_frames(codecs::Bytes frames,
                                       const std::optional<std::int64_t>& after_ns) {
    ItchStop stop;
    if (options_->max_messages) stop.messages = *options_->max_messages - messages_;
    if (after_ns) stop.after_ns = static_cast<std::uint64_t>(*after_ns);
    stop.at_refusal = options_->strict;
    if (watchers_.any()) return books_.apply(frames, Listener{*this}, stop);
    return books_.apply(frames, TallyListener{tally_}, stop);
}

/// What a batch says before its messages.
void ReplayShard::begin(const ReplayBatch& batch) {
    const bool other_day = midnight_ && *midnight_ != batch.midnight;
    if (midnight_ && (batch.system_start || batch.new_session || other_day)) {
        tally_.take(books_, *midnight_);
        sample_to_the_last();
    }
    if (!midnight_) resolve_times(batch.midnight);
    midnight_ = batch.midnight;
    duplicates_ = batch.duplicates;
    if (batch.new_session) {
        books_.begin_session();
        Listener{*this}.on_session();
    }
    if (batch.lost_before != 0) {
        ++gaps_;
        lost_ += batch.lost_before;
        tally_.on_lost(books_);
        books_.on_lost();
        if (watchers_.events) watchers_.events->on_lost(batch.lost_before);
    }
    if (watchers_.sampler && !watchers_.sampler->due_ns() && !batch.frames.empty())
        watchers_.sampler->begin(first_time_ns(batch.frames));
}

// ------------------------------------------------------------------------------ stopping at times

/// A time of day means the first day.
void ReplayShard::resolve_times(book::TimeNs midnight) {
    if (options_->until) until_ = midnight + since_midnight(*options_->until, midnight);
    if (options_->at) at_ = midnight + since_midnight(*options_->at, midnight);
}

std::optional<std::int64_t> ReplayShard::in_day_ns(const std::optional<book::TimeNs>& time) const {
    if (!time) return std::nullopt;
    return (*time - *midnight_).count();
}

/// The first of the times at which something is to be done.
ReplayShard::NextStop ReplayShard::next_stop() const {
    NextStop next{in_day_ns(until_), Due::end};
    const auto sooner = [&](const std::optional<std::int64_t>& time, Due due) {
        if (time && (!next.after_ns || *time <= *next.after_ns)) next = {time, due};
    };
    if (!books_shown_) sooner(in_day_ns(at_), Due::books);
    if (watchers_.sampler)
        if (const auto due = watchers_.sampler->due_ns())
            sooner(static_cast<std::int64_t>(*due), Due::sample);
    return next;
}

/// All messages up to a time are applied and a later one is there; false if the replay ends here.
bool ReplayShard::reached(Due due) {
    switch (due) {
        case Due::end:
            stopped_at_time_ = true;
            return false;
        case Due::sample:
            sample_had_rows_ = sample();
            return true;
        case Due::books:
            show_books();
            return true;
    }
    return false;
}

/// Takes the sample that is due; false if no instrument has data.
bool ReplayShard::sample() {
    TopSampler& sampler = *watchers_.sampler;
    bool rows = false;
    const book::TimeNs time = *midnight_ + nanoseconds{*sampler.due_ns()};
    books_.instruments().for_each([&](std::uint16_t locate, const ItchInstrument& instrument) {
        if (!instrument.has_data || !filter_.shows(instrument.symbol())) return;
        rows = true;
        sampler.row(time, instrument.symbol(), {books_.books(), instrument_id(locate)},
                    ItchInstrument::price_decimals, ItchInstrument::quantity_decimals);
    });
    sampler.advance();
    return rows;
}

/// Takes the samples up to the last data, or to where the replay was to stop, and no more.
void ReplayShard::sample_to_the_last() {
    if (!watchers_.sampler) return;
    const std::optional<std::int64_t> last_ns =
        in_day_ns(stopped_at_time_ ? until_ : tally_.last_time());
    while (last_ns && watchers_.sampler->due_ns() &&
           static_cast<std::int64_t>(*watchers_.sampler->due_ns()) <= *last_ns)
        if (!sample()) break;
    watchers_.sampler->stop();
}

void ReplayShard::finish() {
    if (!midnight_) return;
    tally_.take(books_, *midnight_);
    sample_to_the_last();
    if (!books_shown_) show_books();
}

// --------------------------------------------------------------------------------------- looking

void ReplayShard::show_books() {
    const auto start = std::chrono::steady_clock::now();
    std::map<std::string, std::uint64_t, std::less<>> versions;
    books_.instruments().for_each([&](std::uint16_t locate, const ItchInstrument& instrument) {
        if (!filter_.shows(instrument.symbol())) return;
        // Should two locates claim one symbol, the busier one is it.
        const book::InstrumentId id = instrument_id(locate);
        const std::uint64_t version = book::OrderBook{books_.books(), id}.version();
        const auto [known, fresh] = versions.try_emplace(std::string{instrument.symbol()}, version);
        if (!fresh && known->second >= version) return;
        known->second = version;
        shown_.insert_or_assign(known->first, show_book({books_.books(), id}, options_->depth));
    });
    books_shown_ = true;
    aside_ += std::chrono::steady_clock::now() - start;
}

void ReplayShard::note_refusal(const ReplayBatch& batch, std::size_t end) {
    codecs::itch::FrameCursor cursor{batch.frames};
    codecs::Bytes message;
    std::size_t begin = 0;
    while (cursor.position() < end) {
        begin = cursor.position();
        const auto status = cursor.next(message);
        if (status != codecs::itch::FrameStatus::message &&
            status != codecs::itch::FrameStatus::end_marker)
            break;
    }
    ReplayEnd refusal{replay::CaptureStatus::damaged, false, batch.place(begin), {}};
    refusal.reason = "refused: ";
    if (const auto why = books_.last_refusal())
        refusal.reason += itch_reject_names[static_cast<std::size_t>(*why)];
    refusal.reason += ": ";
    codecs::itch::describe(message, refusal.reason);
    refusal_ = std::move(refusal);
}

// --------------------------------------------------------------------------------------- results

void ReplayShard::add_to(ReplayResult& result) const {
    result.counts.add(books_.counts());
    result.open_orders += books_.books().open_orders();
    result.known_instruments += tally_.totals().size();
    for (const auto& [symbol, totals] : tally_.totals()) {
        if (!filter_.shows(symbol)) continue;
        ReplayInstrument& instrument = result.instruments[symbol];
        instrument.totals.add(totals);
        const auto shown = shown_.find(symbol);
        if (shown != shown_.end()) instrument.book = shown->second;
    }
    books_.instruments().for_each([&](std::uint16_t locate, const ItchInstrument& now) {
        const auto known = result.instruments.find(now.symbol());
        if (known == result.instruments.end()) return;
        known->second.in_sync = !now.lost_sync;
        known->second.state = now.state;
        if (watchers_.digest) known->second.bbo = digest_.value(instrument_id(locate));
    });
}

void ReplayShard::tell_input(ReplayResult& result) const {
    result.gaps = gaps_;
    result.lost_messages = lost_;
    result.duplicate_messages = duplicates_;
}

replay::Result<void> ReplayShard::finish_files() {
    replay::Result<void> done;
    if (watchers_.events) done = watchers_.events->finish();
    if (watchers_.sampler) {
        const replay::Result<void> sampled = watchers_.sampler->finish();
        if (!done.has_error()) done = sampled;
    }
    return done;
}

}  // namespace tickweir::gateway
