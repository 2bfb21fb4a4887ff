// What JsonBooks does with each event of a text. Included by json_books.hpp only.
#pragma once

#include <algorithm>
#include <memory>
#include <string_view>

#include "gateway/feeds/json_books.hpp"

namespace tickweir::gateway {

/// One text and its listener, for the length of a call.
template <class Listener>
struct JsonBooks::Step {
    using Book = codecs::json::BookEvent;
    using Frame = codecs::json::MarketFrame;

    JsonBooks& books;
    Listener& listener;
    Text text;

    static constexpr std::int64_t crossed_max_ns = 1'000'000'000;
    static constexpr std::uint32_t differences_proving = 2;

    // ------------------------------------------------------------------------------- all events

    void take(const Frame& frame) {
        using codecs::json::EventType;
        if (books.rules_.connection_sequence && !take_number(frame)) return;
        for (const codecs::json::EventPlace place : frame.events)
            switch (place.type) {
                case EventType::book:
                    take_book(frame, frame.books[place.index]);
                    break;
                case EventType::trade:
                    take_trade(frame.trades[place.index]);
                    break;
                case EventType::touch:
                    if (books.rules_.touch_is_ordered) take_touch(frame.touches[place.index]);
                    break;
                case EventType::control:
                    take_control(frame.controls[place.index]);
                    break;
                case EventType::definition:
                    if constexpr (requires { listener.on_definition(0U, frame.definitions[0]); })
                        listener.on_definition(text.connection, frame.definitions[place.index]);
                    break;
            }
    }

    /// Whether the frame is a new one of its connection.
    bool take_number(const Frame& frame) {
        using codecs::json::ControlKind;
        if (text.frame.empty() || frame.controls.empty() ||
            frame.controls[0].kind != ControlKind::sequence)
            return true;
        ConnectionSequence& sequence = books.sequences_[text.connection];
        switch (sequence.take(frame.controls[0].number)) {
            case SequenceVerdict::next:
            case SequenceVerdict::restart:
                break;
            case SequenceVerdict::stale:
                ++books.counts_.stale_frames;
                for (const Book& book : frame.books)
                    if (const auto index = instrument(book.symbol)) {
                        note(books.instruments_[*index]);
                        ++books.instruments_[*index].counts.stale_ignored;
                    }
                return false;
            case SequenceVerdict::gap:
                ++books.counts_.connection_gaps;
                lose_connection(text.connection, SyncReason::gap, true);
                break;
        }
        return true;
    }

    void take_control(const codecs::json::ControlEvent& control) {
        using codecs::json::ControlKind;
        if (control.kind == ControlKind::subscribed && books.rules_.cuts_to_depth &&
            is_book_channel(control.channel) && control.number != 0) {
            if (const auto index = instrument(control.symbol))
                books.instruments_[*index].depth =
                    static_cast<std::uint32_t>(std::min<std::uint64_t>(control.number, UINT32_MAX));
        }
        if (control.kind == ControlKind::unsubscribed && is_book_channel(control.channel))
            if (const auto index = books.find(control.symbol)) unsubscribed(*index);
        if (control.kind == ControlKind::sequence) return;
        if constexpr (requires { listener.on_control(0U, control); })
            listener.on_control(text.connection, control);
    }

    static bool is_book_channel(std::string_view channel) {
        return channel.find("ook") != channel.npos || channel.starts_with("level2") ||
               channel == "l2_data";
    }

    void unsubscribed(std::uint32_t index) {
        JsonInstrument& instrument = books.instruments_[index];
        if (!is_owner(instrument)) return;
        drop_waiting(instrument);
        if (instrument.sync.in_sync()) lose(index, SyncReason::unsubscribed, false);
    }

    // -------------------------------------------------------------------------------- instruments

    /// The instrument of a symbol, a new one if need be; nothing beyond the limits.
    std::optional<std::uint32_t> instrument(std::string_view symbol) {
        if (const auto found = books.find(symbol)) [[likely]]
            return found;
        const JsonBooksLimits& limits = books.options_.limits;
        if (symbol.empty() || symbol.size() > limits.symbol_bytes ||
            books.instruments_.size() >= limits.instruments) {
            ++books.counts_.over_limit;
            return std::nullopt;
        }
        const book::LevelBookLimits levels{.levels = std::max(limits.levels, 1U)};
        const std::uint32_t index = books.instruments_.add(
            std::make_unique<JsonInstrument>(symbol, books.rules_, levels, books.options_.budget));
        if constexpr (requires { listener.on_instrument(index); }) listener.on_instrument(index);
        return index;
    }

    void note(JsonInstrument& instrument) const {
        if (text.again) return;
        if (!instrument.counts.first_time_ns) instrument.counts.first_time_ns = text.received_ns;
        instrument.counts.last_time_ns = text.received_ns;
    }

    bool is_owner(const JsonInstrument& instrument) const {
        return !instrument.has_connection || instrument.connection == text.connection;
    }

    static void own(JsonInstrument& instrument, std::uint32_t connection) {
        instrument.connection = connection;
        instrument.has_connection = true;
    }

    // -------------------------------------------------------------------------------------- books

    void take_book(const Frame& frame, const Book& event) {
        using codecs::json::BookKind;
        const auto index = instrument(event.symbol);
        if (!index) return;
        JsonInstrument& instrument = books.instruments_[*index];
        note(instrument);
        const bool whole =
            event.kind == BookKind::snapshot || event.kind == BookKind::keyed_snapshot;
        if (!whole)
            take_change(*index, frame, event);
        else if (books.rules_.joins())
            join(*index, frame, event);
        else
            take_snapshot(*index, frame, event);
    }

    void take_change(std::uint32_t index, const Frame& frame, const Book& event) {
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
                keep(index);
                return lose(index, SyncReason::gap, true);
        }
    }

    /// A change of a book that is not in sync waits for the snapshot, or is lost.
    void keep(std::uint32_t index) {
        JsonInstrument& instrument = books.instruments_[index];
        if (!books.rules_.joins() || text.frame.empty()) {
            ++instrument.counts.unapplied;
            return;
        }
        if (!instrument.has_connection) own(instrument, text.connection);
        const std::size_t most = books.options_.limits.join_bytes;
        if (!instrument.waiting.push(text.frame, text.received_ns, most, books.join_room_)) {
            ++instrument.counts.unapplied;
            ++instrument.counts.join_overflows;
            drop_waiting(instrument);
            lose(index, SyncReason::join_overflow, true);
        } else if (instrument.state() == SyncState::awaiting_snapshot) {
            want_resync(index);
        }
    }

    void drop_waiting(JsonInstrument& instrument) {
        instrument.counts.unapplied += instrument.waiting.size();
        instrument.waiting.clear(books.join_room_);
    }

    void apply(std::uint32_t index, const Frame& frame, const Book& event) {
        JsonInstrument& instrument = books.instruments_[index];
        const bool equal_id = instrument.sync.position().joining &&
                              books.rules_.sequence == SequenceStyle::futures_chain &&
                              event.last_id == instrument.sync.position().last;
        SyncRows rows;
        SyncReason reason = read_rows(index, frame, event, rows);
        if (reason == SyncReason::none)
            reason = instrument.sync.apply(event.last_id, rows, books.changes_);
        count_checksum(instrument, rows, reason);
        if (reason != SyncReason::none) {
            ++instrument.counts.unapplied;
            return refuse(index, reason);
        }
        ++instrument.counts.book_updates;
        if (equal_id) ++instrument.counts.join_equal_id;
        const bool touch_changed = books.changes_.touch_changed;
        if (!books.changes_.made.empty()) {
            if constexpr (requires {
                              listener.on_levels(index, books.changes_.made, times(event), true);
                          })
                listener.on_levels(index,
                                   std::span<const book::LevelBookChange>{books.changes_.made},
                                   times(event), touch_changed);
        }
        if (touch_changed) watch_crossing(index);
        if (books.rules_.touch_is_ordered)
            judge_touch(index, instrument.oracle.on_book(event.last_id, touch_of(instrument)));
    }

    void take_snapshot(std::uint32_t index, const Frame& frame, const Book& event) {
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

    JsonTimes times(const Book& event) const { return {event.time_ns, text.received_ns}; }

    static void count_checksum(JsonInstrument& instrument, const SyncRows& rows,
                               SyncReason reason) {
        if (!rows.checksum) return;
        if (reason == SyncReason::none)
            ++instrument.counts.checksums_verified;
        else if (reason == SyncReason::checksum)
            ++instrument.counts.checksums_failed;
    }

    // ----------------------------------------------------------------------------------- joining

    /// The snapshot was asked for: what came before it is read again.
    void join(std::uint32_t index, const Frame& frame, const Book& event) {
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

    /// Whether the first waiting change that the snapshot does not have follows it.
    bool fits_waiting(std::uint32_t index, std::uint64_t snapshot_id) {
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

    /// A gap among them makes the rest wait again.
    void read_waiting(std::uint32_t index) {
        JsonInstrument& instrument = books.instruments_[index];
        if (instrument.waiting.empty()) return;
        JoinBuffer before = std::move(instrument.waiting);
        instrument.waiting = {};
        const Text now = text;
        for (std::size_t i = 0; i < before.size(); ++i) {
            const JoinBuffer::Waiting frame = before.at(i);
            text.frame = frame.text;
            text.received_ns = frame.received_ns;
            text.again = true;
            if (books.decoder_.decode_frame(frame.text, books.joined_) !=
                codecs::json::FrameStatus::ok)
                continue;  // it was understood before
            for (const Book& change : books.joined_.books)
                if (change.symbol == instrument.symbol) take_change(index, books.joined_, change);
        }
        const bool bad_number = text.bad_number;
        text = now;
        text.bad_number = text.bad_number || bad_number;
        before.clear(books.join_room_);
    }

    // --------------------------------------------------------------------------------------- rows

    /// The event's rows; whoever listens hears first that the instrument became finer.
    SyncReason read_rows(std::uint32_t index, const Frame& frame, const Book& event,
                         SyncRows& out) {
        JsonInstrument& instrument = books.instruments_[index];
        const std::uint32_t version = instrument.scale_version;
        const SyncReason reason = books.rows_.read(instrument, frame, event, out);
        tell_scale(index, version);
        return reason;
    }

    void tell_scale(std::uint32_t index, std::uint32_t version_before) {
        if (books.instruments_[index].scale_version == version_before) return;
        if constexpr (requires { listener.on_rescaled(index); }) listener.on_rescaled(index);
    }

    // ------------------------------------------------------------------------- trades and touches

    void take_trade(const codecs::json::TradeEvent& event) {
        if (event.is_history) return;
        if (!books.aggregates_) books.aggregates_ = event.is_aggregate;
        if (event.is_aggregate != *books.aggregates_) {
            ++books.counts_.other_trades;
            return;
        }
        const auto index = instrument(event.symbol);
        if (!index) return;
        JsonInstrument& instrument = books.instruments_[*index];
        note(instrument);
        SyncRow row;
        const std::uint32_t version = instrument.scale_version;
        const bool fits = books.rows_.read_growing(instrument, {event.price, event.quantity}, row);
        tell_scale(*index, version);
        if (!fits) {
            ++instrument.counts.bad_numbers;
            text.bad_number = true;
            return;
        }
        ++instrument.counts.trades;
        if constexpr (requires { listener.on_trade(*index, JsonTrade{}); }) {
            std::optional<book::Side> aggressor;
            if (event.aggressor == codecs::json::TradeSide::buy) aggressor = book::Side::buy;
            if (event.aggressor == codecs::json::TradeSide::sell) aggressor = book::Side::sell;
            listener.on_trade(
                *index,
                JsonTrade{
                    row.price, row.open, aggressor, event.id, {event.time_ns, text.received_ns}});
        }
    }

    void take_touch(const codecs::json::TouchEvent& event) {
        const auto index = instrument(event.symbol);
        if (!index || event.id == 0) return;
        JsonInstrument& instrument = books.instruments_[*index];
        SyncRow bid;
        SyncRow ask;
        if (!read_level(instrument, event.bid, bid) || !read_level(instrument, event.ask, ask)) {
            // Finer than the book: they cannot be compared.
            instrument.oracle.reset();
            return;
        }
        if (bid.open.lots == 0) bid = {};
        if (ask.open.lots == 0) ask = {};
        judge_touch(*index, instrument.oracle.on_touch(event.id,
                                                       {bid.price, bid.open, ask.price, ask.open}));
    }

    static SyncTouch touch_of(const JsonInstrument& instrument) {
        SyncTouch touch;
        if (const auto bid = instrument.book().best(book::Side::buy)) {
            touch.bid = bid->price;
            touch.bid_open = bid->open;
        }
        if (const auto ask = instrument.book().best(book::Side::sell)) {
            touch.ask = ask->price;
            touch.ask_open = ask->open;
        }
        return touch;
    }

    /// One difference proves nothing: venues leave touches out that last for a few ids only, twice
    /// in ten minutes of a recorded session. A book that is wrong stays wrong.
    void judge_touch(std::uint32_t index, OracleVerdict verdict) {
        if (verdict == OracleVerdict::nothing) return;
        JsonInstrument& instrument = books.instruments_[index];
        ++instrument.counts.touches_checked;
        if (verdict == OracleVerdict::agrees) {
            instrument.touches_differ_in_row = 0;
            return;
        }
        ++instrument.counts.touches_differ;
        if (++instrument.touches_differ_in_row >= differences_proving && books.options_.live &&
            instrument.sync.in_sync())
            lose(index, SyncReason::oracle, true);
    }

    void watch_crossing(std::uint32_t index) {
        JsonInstrument& instrument = books.instruments_[index];
        if (!instrument.sync.is_crossed()) {
            instrument.crossed_since_ns.reset();
        } else if (!instrument.crossed_since_ns) {
            instrument.crossed_since_ns = text.received_ns;
            ++instrument.counts.crossed;
        }
        judge_crossing(index, text.received_ns);
    }

    void judge_crossing(std::uint32_t index, std::int64_t now_ns) {
        const JsonInstrument& instrument = books.instruments_[index];
        if (books.options_.live && instrument.sync.in_sync() && instrument.crossed_since_ns &&
            now_ns - *instrument.crossed_since_ns > crossed_max_ns)
            lose(index, SyncReason::crossed, true);
    }

    // -------------------------------------------------------------------------------------- losses

    /// An event that its book does not take.
    void refuse(std::uint32_t index, SyncReason reason) {
        JsonInstrument& instrument = books.instruments_[index];
        if (reason == SyncReason::bad_number) {
            ++instrument.counts.bad_numbers;
            text.bad_number = true;
        }
        if (reason == SyncReason::too_many_levels) ++instrument.counts.too_many_levels;
        if (reason == SyncReason::gap) ++instrument.counts.gaps;
        lose(index, reason, true);
    }

    void lose(std::uint32_t index, SyncReason reason, bool resync) {
        JsonInstrument& instrument = books.instruments_[index];
        instrument.sync.lose(reason);
        instrument.lost_ns = text.received_ns;
        instrument.crossed_since_ns.reset();
        instrument.oracle.forget_book();
        instrument.resync_wanted = false;
        tell_sync(index);
        if (resync) want_resync(index);
    }

    void tell_sync(std::uint32_t index) {
        const JsonInstrument& instrument = books.instruments_[index];
        if constexpr (requires {
                          listener.on_sync(index, instrument.state(), instrument.reason());
                      })
            listener.on_sync(index, instrument.state(), instrument.reason());
    }

    void want_resync(std::uint32_t index) {
        JsonInstrument& instrument = books.instruments_[index];
        if (std::exchange(instrument.resync_wanted, true)) return;
        if constexpr (requires { listener.on_resync_wanted(index, 0U, books.rules_.resync); })
            listener.on_resync_wanted(index, instrument.connection, books.rules_.resync);
    }

    /// Every book in sync that comes over the connection.
    void lose_connection(std::uint32_t connection, SyncReason reason, bool resync) {
        for (std::uint32_t index = 0; index < books.instruments_.size(); ++index) {
            JsonInstrument& instrument = books.instruments_[index];
            if (!instrument.has_connection || instrument.connection != connection) continue;
            instrument.oracle.reset();
            drop_waiting(instrument);
            instrument.lost_ns = text.received_ns;
            instrument.resync_wanted = false;
            if (!instrument.sync.in_sync()) continue;
            if (reason == SyncReason::gap) ++instrument.counts.gaps;
            lose(index, reason, resync);
        }
    }

    /// A frame that says nothing. What it would have said shows later, or never.
    void refused() {
        if (books.rules_.loss_is_silent)
            lose_connection(text.connection, SyncReason::refused_frame, true);
        if (!books.rules_.touch_is_ordered) return;
        for (std::uint32_t index = 0; index < books.instruments_.size(); ++index)
            books.instruments_[index].oracle.reset();
    }
};

// ------------------------------------------------------------------------------------ the calls

template <class Listener>
codecs::json::FrameStatus JsonBooks::apply_frame(std::uint32_t connection, std::string_view text,
                                                 book::TimeNs received, Listener&& listener) {
    using codecs::json::FrameStatus;
    ++counts_.frames;
    counts_.bytes += text.size();
    if (!connection_fits(connection)) return FrameStatus::too_large;
    Step<std::remove_reference_t<Listener>> step{
        *this, listener, {connection, received.time_since_epoch().count(), text}};
    FrameStatus status = decoder_.decode_frame(text, frame_);
    if (status == FrameStatus::ok) [[likely]] {
        step.take(frame_);
        if (step.text.bad_number) status = refuse_number(connection);
    } else {
        refusal_ = {decoder_.error(), connection};
        step.refused();
    }
    count(status);
    if (status != FrameStatus::ok) ++counts_.bad_frames;
    return status;
}

template <class Listener>
codecs::json::FrameStatus JsonBooks::apply_answer(std::uint32_t connection, std::string_view target,
                                                  std::string_view body, book::TimeNs received,
                                                  Listener&& listener,
                                                  std::optional<book::TimeNs> asked) {
    using codecs::json::FrameStatus;
    ++counts_.answers;
    counts_.bytes += body.size();
    if (!connection_fits(connection)) return FrameStatus::too_large;
    Step<std::remove_reference_t<Listener>> step{
        *this, listener, {connection, received.time_since_epoch().count(), {}}};
    if (asked) step.text.asked_ns = asked->time_since_epoch().count();
    FrameStatus status = decoder_.decode_answer(target, body, frame_);
    if (status == FrameStatus::ok) {
        step.take(frame_);
        if (step.text.bad_number) status = refuse_number(connection);
    } else {
        refusal_ = {decoder_.error(), connection};
    }
    count(status);
    if (status != FrameStatus::ok) ++counts_.bad_answers;
    return status;
}

template <class Listener>
void JsonBooks::on_connection_lost(std::uint32_t connection, book::TimeNs now,
                                   Listener&& listener) {
    if (!connection_fits(connection)) return;
    sequences_[connection].restart();
    Step<std::remove_reference_t<Listener>> step{
        *this, listener, {connection, now.time_since_epoch().count(), {}}};
    step.lose_connection(connection, SyncReason::connection_lost, false);
}

template <class Listener>
void JsonBooks::on_other_recording(std::uint32_t connection, book::TimeNs now,
                                   Listener&& listener) {
    if (!connection_fits(connection)) return;
    sequences_[connection].may_restart();
    Step<std::remove_reference_t<Listener>> step{
        *this, listener, {connection, now.time_since_epoch().count(), {}}};
    if (rules_.loss_is_silent) step.lose_connection(connection, SyncReason::connection_lost, false);
}

template <class Listener>
std::optional<std::uint32_t> JsonBooks::expect(std::uint32_t connection, std::string_view symbol,
                                               Listener&& listener, std::uint32_t depth) {
    if (!connection_fits(connection)) return std::nullopt;
    Step<std::remove_reference_t<Listener>> step{*this, listener, {connection, 0, {}}};
    const auto index = step.instrument(symbol);
    if (!index) return std::nullopt;
    JsonInstrument& instrument = instruments_[*index];
    if (rules_.joins() || !instrument.sync.in_sync()) step.own(instrument, connection);
    if (depth != 0) instrument.depth = depth;
    return index;
}

template <class Listener>
void JsonBooks::on_tick(book::TimeNs now, Listener&& listener) {
    if (!options_.live) return;
    Step<std::remove_reference_t<Listener>> step{
        *this, listener, {0, now.time_since_epoch().count(), {}}};
    for (std::uint32_t index = 0; index < instruments_.size(); ++index)
        step.judge_crossing(index, step.text.received_ns);
}

}  // namespace tickweir::gateway
