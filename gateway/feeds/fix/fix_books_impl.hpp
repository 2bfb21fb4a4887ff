// The calls of fix_books.hpp. Included by it only.
#pragma once

#include <algorithm>
#include <type_traits>

#include "gateway/feeds/fix/fix_books.hpp"

namespace tickweir::gateway {

/// One message and its listener, for the length of a call.
template <class Listener>
struct FixBooks::Step {
    enum class Verdict : std::uint8_t { next, gap, nothing };

    FixBooks& books;
    Listener& listener;
    std::uint32_t session;
    JsonTimes times;
    bool repeated = false;
    bool bad_number = false;

    void take(std::uint32_t index, bool is_snapshot);
    bool belongs(std::uint32_t index, bool is_snapshot);
    bool follows(std::uint32_t index);
    bool is_numbered(std::uint32_t index) const;
    Verdict judge(std::uint32_t index);
    bool is_newer(std::uint32_t index);
    void begin_empty(std::uint32_t index);
    void take_trades(std::uint32_t index);
    SyncReason collect(std::uint32_t index);
    void apply_rows(std::uint32_t index);
    void tell_snapshot(std::uint32_t index, bool count);
    void lose(std::uint32_t index, SyncReason reason);
    void tell_sync(std::uint32_t index);
    void tell_scale(std::uint32_t index, std::uint32_t version_before);
    void watch_crossing(JsonInstrument& instrument) const;
};

template <class Listener>
MdStatus FixBooks::apply(const codecs::fix::Message& message, const FixOrigin& origin,
                         Listener&& listener) {
    namespace fix = codecs::fix;
    const bool is_snapshot = message.msg_type() == fix::msg_type::market_data_snapshot;
    ++(is_snapshot ? counts_.snapshots : counts_.increments);
    const auto sent = message.get_time(fix::tag::sending_time);
    Step<std::remove_reference_t<Listener>> step{
        *this,
        listener,
        origin.session,
        {sent ? sent.value.time_since_epoch().count() : 0, origin.received_ns}};
    fix::Tag tag = 0;
    MdStatus status = read_entries(message, entries_, tag);
    if (status == MdStatus::ok) status = identify(message);
    if (status == MdStatus::ok) {
        step.repeated = origin.possible_duplicate;
        if (step.repeated) ++counts_.repeated;
        counts_.entries += entries_.size();
        for (const std::uint32_t index : touched_)
            step.take(index, is_snapshot);
        if (step.bad_number) status = MdStatus::bad_number;
    } else {
        on_loss([&](std::uint32_t session) { return session == origin.session; },
                SyncReason::refused_frame, origin.received_ns, listener);
    }
    ++counts_.by_status[static_cast<std::size_t>(status)];
    if (status != MdStatus::ok) refusal_ = {status, tag};
    return status;
}

template <class Concerns, class Listener>
void FixBooks::on_loss(Concerns&& concerns, SyncReason reason, std::int64_t now_ns,
                       Listener&& listener) {
    Step<std::remove_reference_t<Listener>> step{*this, listener, 0, {0, now_ns}};
    for (std::uint32_t index = 0; index < instruments_.size(); ++index) {
        const JsonInstrument& instrument = instruments_[index];
        if (!instrument.sync.in_sync() || !concerns(instrument.connection)) continue;
        if (states_[index].numbered) {
            states_[index].session_lost = true;  // its next number tells
            continue;
        }
        if (reason == SyncReason::gap) ++instruments_[index].counts.gaps;
        step.lose(index, reason);
    }
}

// ------------------------------------------------------------------------------------------
// sequence

template <class Listener>
void FixBooks::Step<Listener>::take(std::uint32_t index, bool is_snapshot) {
    JsonInstrument& instrument = books.instruments_[index];
    if (!belongs(index, is_snapshot)) return;
    instrument.connection = session;
    instrument.has_connection = true;
    if (!instrument.counts.first_time_ns) instrument.counts.first_time_ns = times.received_ns;
    instrument.counts.last_time_ns = times.received_ns;
    if (is_snapshot ? !is_newer(index) : !follows(index)) return;
    books.entries_rows_.begin(instrument, books.states_[index].ids, is_snapshot);
    const SyncReason reason = collect(index);
    if (!books.entries_rows_.is_whole() && !instrument.sync.in_sync()) {
        if (books.entries_rows_.has_rows() || reason != SyncReason::none)
            ++instrument.counts.unapplied;
        return;
    }
    if (reason == SyncReason::none) return apply_rows(index);
    ++instrument.counts.unapplied;
    if (reason == SyncReason::gap) ++instrument.counts.gaps;
    lose(index, reason);
}

/// False, and counted: it came before, or is of another session than the book.
template <class Listener>
bool FixBooks::Step<Listener>::belongs(std::uint32_t index, bool is_snapshot) {
    JsonInstrument& instrument = books.instruments_[index];
    const bool numbered = is_numbered(index);
    // What came before is known by its RptSeq, else by the session's number.
    if (repeated && !numbered) {
        ++instrument.counts.stale_ignored;
        return false;
    }
    // Where nothing numbers an instrument's changes, those of another session belong to that one's
    // snapshot.
    if (!is_snapshot && instrument.has_connection && instrument.connection != session &&
        !numbered) {
        ++instrument.counts.unapplied;
        return false;
    }
    return true;
}

/// Tells the trades of an increment; false, and counted, where it is not the next one.
template <class Listener>
bool FixBooks::Step<Listener>::follows(std::uint32_t index) {
    JsonInstrument& instrument = books.instruments_[index];
    const Verdict verdict = judge(index);
    take_trades(index);
    switch (verdict) {
        case Verdict::next:
            return true;
        case Verdict::nothing:
            ++instrument.counts.stale_ignored;
            return false;
        case Verdict::gap:
            break;
    }
    ++instrument.counts.unapplied;
    if (!instrument.sync.in_sync()) return false;
    ++instrument.counts.gaps;
    lose(index, SyncReason::gap);
    return false;
}

template <class Listener>
bool FixBooks::Step<Listener>::is_numbered(std::uint32_t index) const {
    return books.message_number_ ||
           std::ranges::any_of(books.entries_, [index](const MdEntry& entry) {
               return entry.instrument == index && entry.number;
           });
}

/// By RptSeq. Entries of one message may have numbers of their own, or share one.
template <class Listener>
auto FixBooks::Step<Listener>::judge(std::uint32_t index) -> Verdict {
    State& state = books.states_[index];
    const std::optional<std::uint64_t> before = state.number;
    bool any_new = false;
    bool gap = false;
    for (MdEntry& entry : books.entries_) {
        if (entry.instrument != index) continue;
        const bool is_level = entry.type == MdType::bid || entry.type == MdType::offer ||
                              entry.type == MdType::empty_book;
        if (!entry.number) {
            any_new = true;
            if (!is_level) continue;
            // Only a snapshot or trades had numbers: what the session lost may have been of it.
            state.numbered = false;
            gap = std::exchange(state.session_lost, false) || gap;
            continue;
        }
        if (is_level) {
            state.numbered = true;
            state.session_lost = false;
        }
        const std::uint64_t number = *entry.number;
        const bool begins = number == 1 && state.may_restart && before != 1U;
        if (begins && state.number != 1U) begin_empty(index);
        const bool next = !state.number || begins || number == *state.number + 1 ||
                          (number == *state.number && number != before.value_or(0));
        entry.is_stale = !next && number <= *state.number;
        if (entry.is_stale) continue;
        gap = gap || !next;
        any_new = true;
        state.may_restart = false;
        state.number = number;
    }
    return gap ? Verdict::gap : any_new ? Verdict::next : Verdict::nothing;
}

/// Of a snapshot; false, and counted: the book has newer changes.
template <class Listener>
bool FixBooks::Step<Listener>::is_newer(std::uint32_t index) {
    State& state = books.states_[index];
    std::optional<std::uint64_t> number = books.message_number_;
    for (const MdEntry& entry : books.entries_)
        if (entry.number) number = std::max(number.value_or(0), *entry.number);
    if (number && state.number && *number < *state.number && !state.may_restart &&
        books.instruments_[index].sync.in_sync()) {
        ++books.instruments_[index].counts.snapshots_too_old;
        return false;
    }
    state.number = number;
    state.numbered = number.has_value();
    state.session_lost = false;
    state.may_restart = false;
    return true;
}

/// The first of all changes follows: nothing was before it.
template <class Listener>
void FixBooks::Step<Listener>::begin_empty(std::uint32_t index) {
    books.states_[index].ids.clear();
    if (books.instruments_[index].sync.replace(0, {}) == SyncReason::none)
        tell_snapshot(index, false);
}

// -------------------------------------------------------------------------------------------
// entries

template <class Listener>
void FixBooks::Step<Listener>::take_trades(std::uint32_t index) {
    JsonInstrument& instrument = books.instruments_[index];
    for (const MdEntry& entry : books.entries_) {
        if (entry.instrument != index || entry.type != MdType::trade ||
            entry.action != MdAction::add || !entry.has_price || entry.is_stale)
            continue;
        SyncRow row;
        const std::uint32_t version = instrument.scale_version;
        const bool fits = books.rows_.read_growing(instrument, {entry.price, entry.quantity}, row);
        tell_scale(index, version);
        if (!fits) {
            ++instrument.counts.bad_numbers;
            bad_number = true;
            continue;
        }
        ++instrument.counts.trades;
        if constexpr (requires { listener.on_trade(index, JsonTrade{}); })
            listener.on_trade(
                index, JsonTrade{row.price, row.open, entry.aggressor, entry.trade_id, times});
    }
}

template <class Listener>
SyncReason FixBooks::Step<Listener>::collect(std::uint32_t index) {
    for (const MdEntry& entry : books.entries_) {
        if (entry.instrument != index || entry.is_stale) continue;
        switch (entry.type) {
            case MdType::trade:
                // That of a snapshot was told when it happened.
                if (entry.action != MdAction::add || books.entries_rows_.is_whole())
                    ++books.counts_.other_entries;
                continue;
            case MdType::other:
                ++books.counts_.other_entries;
                continue;
            case MdType::empty_book:
                books.entries_rows_.empty();
                continue;
            case MdType::bid:
            case MdType::offer:
            case MdType::missing:
                break;
        }
        const SyncReason reason = books.entries_rows_.take(entry);
        if (reason != SyncReason::none) return reason;
    }
    return SyncReason::none;
}

template <class Listener>
void FixBooks::Step<Listener>::apply_rows(std::uint32_t index) {
    JsonInstrument& instrument = books.instruments_[index];
    const bool whole = books.entries_rows_.is_whole();
    if (!whole && !books.entries_rows_.has_rows()) return;
    codecs::json::BookEvent event;
    SyncRows rows;
    const std::uint32_t version = instrument.scale_version;
    SyncReason reason = books.entries_rows_.finish(books.frame_, event)
                            ? books.rows_.read(instrument, books.frame_, event, rows)
                            : SyncReason::bad_number;
    tell_scale(index, version);
    constexpr bool watched = requires {
        listener.on_levels(index, books.changes_.made, times, true);
    };
    if (reason == SyncReason::none)
        reason = whole ? instrument.sync.replace(0, rows)
                       : instrument.sync.apply(0, rows, books.changes_, watched);
    if (reason != SyncReason::none) {
        ++instrument.counts.unapplied;
        return lose(index, reason);
    }
    if (whole) {
        tell_snapshot(index, true);
    } else {
        ++instrument.counts.book_updates;
        if constexpr (watched)
            if (!books.changes_.made.empty())
                listener.on_levels(index,
                                   std::span<const book::LevelBookChange>{books.changes_.made},
                                   times, books.changes_.touch_changed);
    }
    watch_crossing(instrument);
}

// -------------------------------------------------------------------------------------------
// telling

template <class Listener>
void FixBooks::Step<Listener>::tell_snapshot(std::uint32_t index, bool count) {
    if (count) ++books.instruments_[index].counts.snapshots;
    if constexpr (requires { listener.on_snapshot(index, times); })
        listener.on_snapshot(index, times);
    tell_sync(index);
}

template <class Listener>
void FixBooks::Step<Listener>::lose(std::uint32_t index, SyncReason reason) {
    JsonInstrument& instrument = books.instruments_[index];
    if (reason == SyncReason::bad_number) {
        ++instrument.counts.bad_numbers;
        bad_number = true;
    }
    if (reason == SyncReason::too_many_levels) ++instrument.counts.too_many_levels;
    instrument.sync.lose(reason);
    instrument.lost_ns = times.received_ns;
    instrument.crossed_since_ns.reset();
    books.states_[index].ids.clear();
    tell_sync(index);
}

template <class Listener>
void FixBooks::Step<Listener>::tell_sync(std::uint32_t index) {
    const JsonInstrument& instrument = books.instruments_[index];
    if constexpr (requires { listener.on_sync(index, instrument.state(), instrument.reason()); })
        listener.on_sync(index, instrument.state(), instrument.reason());
}

template <class Listener>
void FixBooks::Step<Listener>::tell_scale(std::uint32_t index, std::uint32_t version_before) {
    if (books.instruments_[index].scale_version == version_before) return;
    if constexpr (requires { listener.on_rescaled(index); }) listener.on_rescaled(index);
}

template <class Listener>
void FixBooks::Step<Listener>::watch_crossing(JsonInstrument& instrument) const {
    if (!instrument.sync.is_crossed()) {
        instrument.crossed_since_ns.reset();
    } else if (!instrument.crossed_since_ns) {
        instrument.crossed_since_ns = times.received_ns;
        ++instrument.counts.crossed;
    }
}

}  // namespace tickweir::gateway
