#include "gateway/feeds/venue_session/connection_session.hpp"

#include <algorithm>
#include <utility>

#include "gateway/feeds/due_time.hpp"

namespace tickweir::gateway {
namespace {

using codecs::json::ControlEvent;
using codecs::json::ControlKind;
using Kind = SessionAction::Kind;

bool venue_takes_pings(VenueId venue) {
    std::string text;
    write_ping(venue, 0, text);
    return !text.empty() || dialect_of(venue).takes_ping_frames;
}

/// "15 s", "0.1 s"
std::string seconds_text(std::chrono::nanoseconds time) {
    const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(time).count();
    std::string text = std::to_string(ms / 1'000);
    if (ms % 1'000 != 0) {
        text += '.' + std::to_string(1'000 + ms % 1'000).substr(1);
        while (text.ends_with('0'))
            text.pop_back();
    }
    return text + " s";
}

}  // namespace

ConnectionSession::ConnectionSession(std::uint32_t index, SubscriptionSettings subscriptions,
                                     const ConnectionTimes& times, VenueRates& rates,
                                     std::uint64_t seed, book::TimeNs now)
    : index_{index},
      venue_{subscriptions.venue},
      times_{times},
      rates_{rates},
      subscriptions_{std::move(subscriptions)},
      backoff_{times.reconnect, times.reconnect_max, seed},
      wishes_{2 * times.wish_guard, std::max(2 * times.wish_guard, times.wish_most), seed},
      random_{seed},
      has_ping_{venue_takes_pings(venue_)},
      due_{now} {}

void ConnectionSession::on_open(book::TimeNs now) {
    state_ = State::open;
    opened_ = heard_ = pinged_ = now;
    std::uniform_int_distribution<std::int64_t> spread{0, times_.age_spread.count()};
    ends_at_ = now + times_.age + std::chrono::nanoseconds{spread(random_)};
    settled_ = pong_owed_ = false;
    reconnect_at_.reset();
    opening_.clear();
    write_opening(venue_, opening_);
    subscriptions_.begin();
}

void ConnectionSession::on_closed(book::TimeNs now) {
    if (state_ == State::open) ++counts_.disconnects;
    state_ = State::waiting;
    subscriptions_.forget();
    reconnect_at_.reset();
    due_ = now + backoff_.next();
}

void ConnectionSession::on_deaf(book::TimeNs now, std::chrono::nanoseconds deaf) {
    heard_ = now;
    if (state_ == State::connecting) due_ += deaf;
    subscriptions_.on_deaf(deaf);
}

void ConnectionSession::close(book::TimeNs now, std::string why, SessionActions& out) {
    out.push_back({Kind::close, index_, 0, std::move(why)});
    on_closed(now);
}

void ConnectionSession::reconnect(book::TimeNs now, SessionActions& out) {
    if (state_ != State::open) return;
    if (!reconnect_at_) {
        if (now >= opened_ + times_.wish_calm) wishes_.reset();
        reconnect_at_ = opened_ + wishes_.next();
    }
    if (now >= *reconnect_at_) close(now, "only a new connection brings the books back", out);
}

void ConnectionSession::on_controls(std::span<const ControlEvent> controls, book::TimeNs now,
                                    SessionActions& out) {
    if (state_ != State::open) return;
    subscriptions_.on_controls(controls, now);
    for (const ControlEvent& control : controls) {
        if (control.kind == ControlKind::ping) pong_owed_ = true;
        if (control.kind != ControlKind::going_down) continue;
        ++counts_.planned;
        return close(now, "the venue says that it is about to close the connection", out);
    }
}

void ConnectionSession::send(std::string text, book::TimeNs now, SessionActions& out) {
    rates_.messages.take(now);
    out.push_back({Kind::send, index_, 0, std::move(text)});
}

void ConnectionSession::ping(book::TimeNs now, SessionActions& out) {
    std::string text;
    if (std::exchange(pong_owed_, false))
        write_pong(venue_, subscriptions_.take_id(), text);
    else
        write_ping(venue_, subscriptions_.take_id(), text);
    pinged_ = now;
    ++counts_.pings;
    if (!text.empty()) return send(std::move(text), now, out);
    rates_.messages.take(now);
    out.push_back({Kind::ping, index_, 0, {}});
}

/// As often as the venue wants, and sooner when nothing is heard of it.
std::optional<book::TimeNs> ConnectionSession::ping_due() const {
    if (pong_owed_) return book::TimeNs{};
    if (!has_ping_) return std::nullopt;
    std::optional<book::TimeNs> due;
    const std::chrono::nanoseconds every = dialect_of(venue_).ping_every;
    if (every.count() != 0) due = pinged_ + every;
    if (times_.probe.count() != 0) due = earlier(due, std::max(heard_, pinged_) + times_.probe);
    return due;
}

/// What the rate lets through. A venue's own question comes first, ours whether it lives last:
/// requests are answered, too.
void ConnectionSession::send_due(book::TimeNs now, SessionActions& out) {
    const auto may_send = [&] { return now >= rates_.messages.ready(); };
    if (!opening_.empty() && may_send()) send(std::exchange(opening_, {}), now, out);
    if (pong_owed_ && may_send()) ping(now, out);
    if (opening_.empty() && subscriptions_.has_next() && may_send()) {
        std::string text;
        subscriptions_.write_next(now, text);
        send(std::move(text), now, out);
    }
    if (const auto due = ping_due(); due && now >= *due && may_send()) ping(now, out);
}

void ConnectionSession::work_open(book::TimeNs now, SessionActions& out) {
    if (now >= heard_ + times_.silence) {
        ++counts_.silences;
        return close(now, "nothing came for " + seconds_text(times_.silence), out);
    }
    if (now >= ends_at_) {
        ++counts_.planned;
        return close(now, "it is old enough to be opened anew", out);
    }
    if (reconnect_at_ && now >= *reconnect_at_)
        return close(now, "only a new connection brings the books back", out);
    subscriptions_.on_tick(now);
    send_due(now, out);
    if (settled_ || !subscriptions_.settled()) return;
    settled_ = true;
    backoff_.reset();
}

void ConnectionSession::on_tick(book::TimeNs now, SessionActions& out) {
    switch (state_) {
        case State::waiting:
            if (now < due_ || now < rates_.connects.ready()) return;
            rates_.connects.take(now);
            ++counts_.connects;
            state_ = State::connecting;
            due_ = now + times_.connect;
            out.push_back({Kind::open, index_, 0, {}});
            return;
        case State::connecting:
            if (now >= due_) close(now, "not open after " + seconds_text(times_.connect), out);
            return;
        case State::open:
            return work_open(now, out);
    }
}

std::optional<book::TimeNs> ConnectionSession::next_due() const {
    if (state_ == State::waiting) return std::max(due_, rates_.connects.ready());
    if (state_ == State::connecting) return due_;
    std::optional<book::TimeNs> due = std::min(heard_ + times_.silence, ends_at_);
    due = earlier(due, reconnect_at_);
    due = earlier(due, subscriptions_.next_due());
    const book::TimeNs sendable = rates_.messages.ready();
    if (!opening_.empty() || subscriptions_.has_next()) due = earlier(due, sendable);
    if (const auto ping_at = ping_due()) due = earlier(due, std::max(*ping_at, sendable));
    return due;
}

ConnectionCounts ConnectionSession::counts() const {
    ConnectionCounts counts = counts_;
    counts.resubscribes = resubscribes_;
    return counts;
}

}  // namespace tickweir::gateway
