// The calls of json_books.hpp. Included by it only.
#pragma once

#include <type_traits>

#include "gateway/feeds/json_books.hpp"
#include "gateway/feeds/json_books_changes.hpp"
#include "gateway/feeds/json_books_events.hpp"
#include "gateway/feeds/json_books_losses.hpp"

namespace tickweir::gateway {

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
