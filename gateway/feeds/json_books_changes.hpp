// Changes and snapshots of books, and how what waited joins a snapshot. Included by
// json_books_impl.hpp.
#pragma once

#include <span>
#include <utility>

#include "gateway/feeds/json_books.hpp"

namespace tickweir::gateway {

// ------------------------------------------------------------------------------------------- books

template <class Listener>
void JsonBooks::Step<Listener>::take_book(const Frame& frame, const Book& event) {
    using codecs::json::BookKind;
    const auto index = instrument(event.symbol);
    if (!index) return;
    JsonInstrument& instrument = books.instruments_[*index];
    note(instrument);
    const bool whole = event.kind == BookKind::snapshot || event.kind == BookKind::keyed_snapshot;
    if (!whole)
        take_change(*index, frame, event);
    else if (books.rules_.joins())
        join(*index, frame, event);
    else
        take_snapshot(*index, frame, event);
}

template <class Listener>
void JsonBooks::Step<Listener>::take_change(std::uint32_t index, const Frame& frame,
                                            const Book& event) {
    JsonInstrument& instrument = books.instruments_[index];
    // Where ids are compared with a snapshot's, it does not matter which connection they came
    // over; elsewhere another connection's changes belong to another snapshot.
    if (!books.rules_.joins() && !is_owner(instrument)) {
        ++instrument.counts.unapplied;
        return;
    }
    const SequenceVerdict verdict = instrument.sync.judge(event);
    if (verdict == SequenceVerdict::restart) return take_snapshot(index, frame, event);
    if (!instrument.sync.in_sync()) return keep(index);
    switch (verdict) {
        case SequenceVerdict::next:
        case SequenceVerdict::restart:
            return apply(index, frame, event);
        case SequenceVerdict::stale:
            ++instrument.counts.stale_ignored;
            return;
        case SequenceVerdict::gap:
            ++instrument.counts.gaps;
            static_cast<void>(put_aside(index));
            return lose(index, SyncReason::gap, true);
    }
}

template <class Listener>
void JsonBooks::Step<Listener>::keep(std::uint32_t index) {
    const JsonInstrument& instrument = books.instruments_[index];
    if (!put_aside(index))
        lose(index, SyncReason::join_overflow, true);
    else if (books.rules_.joins() && instrument.state() == SyncState::awaiting_snapshot)
        want_resync(index);
}

template <class Listener>
bool JsonBooks::Step<Listener>::put_aside(std::uint32_t index) {
    JsonInstrument& instrument = books.instruments_[index];
    if (!books.rules_.joins() || text.frame.empty()) {
        ++instrument.counts.unapplied;
        return true;
    }
    if (!instrument.has_connection) own(instrument, text.connection);
    const std::size_t most = books.options_.limits.join_bytes;
    if (instrument.waiting.push(text.frame, text.received_ns, most, books.join_room_)) return true;
    ++instrument.counts.unapplied;
    ++instrument.counts.join_overflows;
    drop_waiting(instrument);
    return false;
}

template <class Listener>
void JsonBooks::Step<Listener>::drop_waiting(JsonInstrument& instrument) {
    instrument.counts.unapplied += instrument.waiting.size();
    instrument.waiting.clear(books.join_room_);
}

template <class Listener>
void JsonBooks::Step<Listener>::apply(std::uint32_t index, const Frame& frame, const Book& event) {
    JsonInstrument& instrument = books.instruments_[index];
    const bool equal_id = instrument.sync.position().joining &&
                          books.rules_.sequence == SequenceStyle::futures_chain &&
                          event.last_id == instrument.sync.position().last;
    SyncRows rows;
    SyncReason reason = read_rows(index, frame, event, rows);
    constexpr bool watched = requires {
        listener.on_levels(index, books.changes_.made, times(event), true);
    };
    if (reason == SyncReason::none)
        reason = instrument.sync.apply(event.last_id, rows, books.changes_, watched);
    count_checksum(instrument, rows, reason);
    if (reason != SyncReason::none) {
        ++instrument.counts.unapplied;
        return refuse(index, reason);
    }
    ++instrument.counts.book_updates;
    if (equal_id) ++instrument.counts.join_equal_id;
    const bool touch_changed = books.changes_.touch_changed;
    if constexpr (watched)
        if (!books.changes_.made.empty())
            listener.on_levels(index, std::span<const book::LevelBookChange>{books.changes_.made},
                               times(event), touch_changed);
    if (touch_changed) watch_crossing(index);
    if (books.rules_.touch_is_ordered)
        judge_touch(index, instrument.oracle.on_book(event.last_id, touch_of(instrument)));
}

template <class Listener>
void JsonBooks::Step<Listener>::take_snapshot(std::uint32_t index, const Frame& frame,
                                              const Book& event) {
    JsonInstrument& instrument = books.instruments_[index];
    SyncRows rows;
    SyncReason reason = read_rows(index, frame, event, rows);
    if (reason == SyncReason::none) {
        reason = instrument.sync.replace(event.last_id, rows);
        count_checksum(instrument, rows, reason);
    }
    own(instrument, text.connection);
    if (reason != SyncReason::none) return refuse(index, reason);
    ++instrument.counts.snapshots;
    instrument.resync_wanted = false;
    instrument.oracle.forget_book();
    instrument.touches_differ_in_row = 0;
    instrument.crossed_since_ns.reset();
    if constexpr (requires { listener.on_snapshot(index, times(event)); })
        listener.on_snapshot(index, times(event));
    tell_sync(index);
    watch_crossing(index);
}

template <class Listener>
JsonTimes JsonBooks::Step<Listener>::times(const Book& event) const {
    return {event.time_ns, text.received_ns};
}

template <class Listener>
void JsonBooks::Step<Listener>::count_checksum(JsonInstrument& instrument, const SyncRows& rows,
                                               SyncReason reason) {
    if (!rows.checksum) return;
    if (reason == SyncReason::none)
        ++instrument.counts.checksums_verified;
    else if (reason == SyncReason::checksum)
        ++instrument.counts.checksums_failed;
}

// ----------------------------------------------------------------------------------------- joining

template <class Listener>
void JsonBooks::Step<Listener>::join(std::uint32_t index, const Frame& frame, const Book& event) {
    JsonInstrument& instrument = books.instruments_[index];
    const bool behind =
        instrument.sync.in_sync() && event.last_id < instrument.sync.position().last;
    const bool before_loss = text.asked_ns != 0 && !instrument.sync.in_sync() &&
                             instrument.lost_ns != 0 && text.asked_ns <= instrument.lost_ns;
    if (behind || before_loss || !fits_waiting(index, event.last_id)) {
        ++instrument.counts.snapshots_too_old;
        instrument.resync_wanted = false;
        if (!instrument.sync.in_sync()) want_resync(index);
        return;
    }
    take_snapshot(index, frame, event);
    if (instrument.sync.in_sync()) read_waiting(index);
}

template <class Listener>
bool JsonBooks::Step<Listener>::fits_waiting(std::uint32_t index, std::uint64_t snapshot_id) {
    const JsonInstrument& instrument = books.instruments_[index];
    for (std::size_t i = 0; i < instrument.waiting.size(); ++i) {
        if (books.decoder_.decode_frame(instrument.waiting.at(i).text, books.joined_) !=
            codecs::json::FrameStatus::ok)
            continue;
        for (const Book& change : books.joined_.books) {
            if (change.symbol != instrument.symbol) continue;
            const SequenceVerdict verdict =
                judge(books.rules_.sequence, change, {snapshot_id, true});
            if (verdict != SequenceVerdict::stale) return verdict == SequenceVerdict::next;
        }
    }
    return true;
}

template <class Listener>
void JsonBooks::Step<Listener>::read_waiting(std::uint32_t index) {
    JsonInstrument& instrument = books.instruments_[index];
    if (instrument.waiting.empty()) return;
    const JoinBuffer before = instrument.waiting.take(books.join_room_);
    const Text now = text;
    for (std::size_t i = 0; i < before.size(); ++i) {
        const JoinBuffer::Waiting frame = before.at(i);
        text.frame = frame.text;
        text.received_ns = frame.received_ns;
        text.again = true;
        if (books.decoder_.decode_frame(frame.text, books.joined_) != codecs::json::FrameStatus::ok)
            continue;  // it was understood before
        for (const Book& change : books.joined_.books)
            if (change.symbol == instrument.symbol) take_change(index, books.joined_, change);
    }
    const bool bad_number = text.bad_number;
    text = now;
    text.bad_number = text.bad_number || bad_number;
}

// -------------------------------------------------------------------------------------------- rows

template <class Listener>
SyncReason JsonBooks::Step<Listener>::read_rows(std::uint32_t index, const Frame& frame,
                                                const Book& event, SyncRows& out) {
    JsonInstrument& instrument = books.instruments_[index];
    const std::uint32_t version = instrument.scale_version;
    const SyncReason reason = books.rows_.read(instrument, frame, event, out);
    tell_scale(index, version);
    return reason;
}

template <class Listener>
void JsonBooks::Step<Listener>::tell_scale(std::uint32_t index, std::uint32_t version_before) {
    if (books.instruments_[index].scale_version == version_before) return;
    if constexpr (requires { listener.on_rescaled(index); }) listener.on_rescaled(index);
}

}  // namespace tickweir::gateway
