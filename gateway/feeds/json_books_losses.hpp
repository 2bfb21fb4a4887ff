// What takes a book out of sync, and who is told. Included by json_books_impl.hpp.
#pragma once

#include <utility>

#include "gateway/feeds/json_books.hpp"

namespace tickweir::gateway {

// ------------------------------------------------------------------------------------------ losses

template <class Listener>
void JsonBooks::Step<Listener>::refuse(std::uint32_t index, SyncReason reason) {
    JsonInstrument& instrument = books.instruments_[index];
    if (reason == SyncReason::bad_number) {
        ++instrument.counts.bad_numbers;
        text.bad_number = true;
    }
    if (reason == SyncReason::too_many_levels) ++instrument.counts.too_many_levels;
    if (reason == SyncReason::gap) ++instrument.counts.gaps;
    lose(index, reason, true);
}

template <class Listener>
void JsonBooks::Step<Listener>::lose(std::uint32_t index, SyncReason reason, bool resync) {
    JsonInstrument& instrument = books.instruments_[index];
    instrument.sync.lose(reason);
    instrument.lost_ns = text.received_ns;
    instrument.crossed_since_ns.reset();
    instrument.oracle.forget_book();
    instrument.resync_wanted = false;
    tell_sync(index);
    if (resync) want_resync(index);
}

template <class Listener>
void JsonBooks::Step<Listener>::tell_sync(std::uint32_t index) {
    const JsonInstrument& instrument = books.instruments_[index];
    if constexpr (requires { listener.on_sync(index, instrument.state(), instrument.reason()); })
        listener.on_sync(index, instrument.state(), instrument.reason());
}

template <class Listener>
void JsonBooks::Step<Listener>::want_resync(std::uint32_t index) {
    JsonInstrument& instrument = books.instruments_[index];
    if (std::exchange(instrument.resync_wanted, true)) return;
    if constexpr (requires { listener.on_resync_wanted(index, 0U, books.rules_.resync); })
        listener.on_resync_wanted(index, instrument.connection, books.rules_.resync);
}

template <class Listener>
void JsonBooks::Step<Listener>::lose_connection(std::uint32_t connection, SyncReason reason,
                                                bool resync) {
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

template <class Listener>
void JsonBooks::Step<Listener>::refused() {
    if (books.rules_.loss_is_silent)
        lose_connection(text.connection, SyncReason::refused_frame, true);
    if (!books.rules_.touch_is_ordered) return;
    for (std::uint32_t index = 0; index < books.instruments_.size(); ++index)
        books.instruments_[index].oracle.reset();
}

}  // namespace tickweir::gateway
