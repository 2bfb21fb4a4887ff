// Which event of a text goes where; trades, touches, controls and instruments. Included by
// json_books_impl.hpp.
#pragma once

#include <algorithm>
#include <memory>
#include <string_view>

#include "gateway/feeds/json_books.hpp"

namespace tickweir::gateway {

// -------------------------------------------------------------------------------------- all events

template <class Listener>
void JsonBooks::Step<Listener>::take(const Frame& frame) {
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

template <class Listener>
bool JsonBooks::Step<Listener>::take_number(const Frame& frame) {
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

template <class Listener>
void JsonBooks::Step<Listener>::take_control(const codecs::json::ControlEvent& control) {
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

template <class Listener>
bool JsonBooks::Step<Listener>::is_book_channel(std::string_view channel) {
    return channel.find("ook") != channel.npos || channel.starts_with("level2") ||
           channel == "l2_data";
}

template <class Listener>
void JsonBooks::Step<Listener>::unsubscribed(std::uint32_t index) {
    JsonInstrument& instrument = books.instruments_[index];
    if (!is_owner(instrument)) return;
    drop_waiting(instrument);
    if (instrument.sync.in_sync()) lose(index, SyncReason::unsubscribed, false);
}

// ------------------------------------------------------------------------------------- instruments

template <class Listener>
std::optional<std::uint32_t> JsonBooks::Step<Listener>::instrument(std::string_view symbol) {
    if (const auto found = books.find(symbol)) [[likely]]
        return found;
    const JsonBooksLimits& limits = books.options_.limits;
    if (symbol.empty() || symbol.size() > limits.symbol_bytes ||
        books.instruments_.size() >= limits.instruments) {
        ++books.counts_.over_limit;
        return std::nullopt;
    }
    const book::LevelBookLimits levels{.levels = std::clamp(limits.levels, 1U, 1U << 29)};
    const std::uint32_t index = books.instruments_.add(
        std::make_unique<JsonInstrument>(symbol, books.rules_, levels, books.options_.budget));
    if constexpr (requires { listener.on_instrument(index); }) listener.on_instrument(index);
    return index;
}

template <class Listener>
void JsonBooks::Step<Listener>::note(JsonInstrument& instrument) const {
    if (text.again) return;
    if (!instrument.counts.first_time_ns) instrument.counts.first_time_ns = text.received_ns;
    instrument.counts.last_time_ns = text.received_ns;
}

template <class Listener>
bool JsonBooks::Step<Listener>::is_owner(const JsonInstrument& instrument) const {
    return !instrument.has_connection || instrument.connection == text.connection;
}

template <class Listener>
void JsonBooks::Step<Listener>::own(JsonInstrument& instrument, std::uint32_t connection) {
    instrument.connection = connection;
    instrument.has_connection = true;
}

// ------------------------------------------------------------------------------ trades and touches

template <class Listener>
void JsonBooks::Step<Listener>::take_trade(const codecs::json::TradeEvent& event) {
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
    const bool fits = event.quantity.mantissa >= 0 &&
                      books.rows_.read_growing(instrument, {event.price, event.quantity}, row);
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
            JsonTrade{row.price, row.open, aggressor, event.id, {event.time_ns, text.received_ns}});
    }
}

template <class Listener>
void JsonBooks::Step<Listener>::take_touch(const codecs::json::TouchEvent& event) {
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
    judge_touch(*index,
                instrument.oracle.on_touch(event.id, {bid.price, bid.open, ask.price, ask.open}));
}

template <class Listener>
SyncTouch JsonBooks::Step<Listener>::touch_of(const JsonInstrument& instrument) {
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

template <class Listener>
void JsonBooks::Step<Listener>::judge_touch(std::uint32_t index, OracleVerdict verdict) {
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

template <class Listener>
void JsonBooks::Step<Listener>::watch_crossing(std::uint32_t index) {
    JsonInstrument& instrument = books.instruments_[index];
    if (!instrument.sync.is_crossed()) {
        instrument.crossed_since_ns.reset();
    } else if (!instrument.crossed_since_ns) {
        instrument.crossed_since_ns = text.received_ns;
        ++instrument.counts.crossed;
    }
    judge_crossing(index, text.received_ns);
}

template <class Listener>
void JsonBooks::Step<Listener>::judge_crossing(std::uint32_t index, std::int64_t now_ns) {
    const JsonInstrument& instrument = books.instruments_[index];
    if (books.options_.live && instrument.sync.in_sync() && instrument.crossed_since_ns &&
        now_ns - *instrument.crossed_since_ns > crossed_max_ns)
        lose(index, SyncReason::crossed, true);
}

}  // namespace tickweir::gateway
