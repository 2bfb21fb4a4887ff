#include "gateway/feeds/feed_health.hpp"

#include <algorithm>

namespace tickweir::gateway {

std::string_view to_string(FeedState state) {
    switch (state) {
        case FeedState::connecting:
            return "connecting";
        case FeedState::live:
            return "live";
        case FeedState::gap:
            return "gap";
        case FeedState::recovering:
            return "recovering";
        case FeedState::stale:
            return "stale";
        case FeedState::ended:
            return "ended";
    }
    return "?";
}

std::string_view to_string(FeedReason reason) {
    switch (reason) {
        case FeedReason::none:
            return "";
        case FeedReason::not_connected:
            return "not_connected";
        case FeedReason::awaiting_data:
            return "awaiting_data";
        case FeedReason::awaiting_snapshot:
            return "awaiting_snapshot";
        case FeedReason::lost_messages:
            return "lost_messages";
        case FeedReason::recovering:
            return "recovering";
        case FeedReason::silent:
            return "silent";
        case FeedReason::disconnected:
            return "disconnected";
        case FeedReason::ended:
            return "ended";
    }
    return "?";
}

FeedHealth::FeedHealth(const FeedHealthSettings& settings, book::TimeNs now)
    : settings_{settings}, since_{now}, last_alive_{now} {}

SyncChange FeedHealth::on_connected(book::TimeNs now) {
    if (connected_) return illegal();
    if (state_ == FeedState::ended) missing_ = Missing::nothing;
    connected_ = true;
    alive(now);
    return go(FeedState::connecting, FeedReason::awaiting_data, now);
}

SyncChange FeedHealth::data_while_not_live(book::TimeNs now) {
    if (!connected_) return illegal();
    heard(now);
    if (state_ != FeedState::connecting && state_ != FeedState::stale) return SyncChange::none;
    switch (missing_) {
        case Missing::nothing:
            return settings_.sequence_proves
                       ? go(FeedState::live, FeedReason::none, now)
                       : go(FeedState::recovering, FeedReason::awaiting_snapshot, now);
        case Missing::messages:
            return go(FeedState::gap, FeedReason::lost_messages, now);
        case Missing::recovery_under_way:
            return go(FeedState::recovering, FeedReason::recovering, now);
    }
    return SyncChange::none;
}

SyncChange FeedHealth::on_gap(book::TimeNs now) {
    if (!connected_) return illegal();
    ++counts_.gaps;
    alive(now);
    missing_ = Missing::messages;
    return go(FeedState::gap, FeedReason::lost_messages, now);
}

SyncChange FeedHealth::on_recovering(book::TimeNs now) {
    if (!connected_ || state_ == FeedState::live) return illegal();
    alive(now);
    missing_ = Missing::recovery_under_way;
    return go(FeedState::recovering, FeedReason::recovering, now);
}

SyncChange FeedHealth::on_recovered(book::TimeNs now) {
    if (!connected_ || state_ == FeedState::live) return illegal();
    alive(now);
    missing_ = Missing::nothing;
    return go(FeedState::live, FeedReason::none, now);
}

SyncChange FeedHealth::on_ended(book::TimeNs now) {
    connected_ = false;
    return go(FeedState::ended, FeedReason::ended, now);
}

SyncChange FeedHealth::on_disconnected(book::TimeNs now) {
    // A transport may well be closed after the feed has said that it is over.
    if (state_ == FeedState::ended) return SyncChange::none;
    connected_ = false;
    // What had been asked for over this connection will not come.
    if (missing_ == Missing::recovery_under_way) missing_ = Missing::messages;
    return go(FeedState::connecting, FeedReason::disconnected, now);
}

SyncChange FeedHealth::on_tick(book::TimeNs now) {
    if (!silence_matters() || now - last_alive_ <= settings_.stale_after) return SyncChange::none;
    return go(FeedState::stale, FeedReason::silent, now);
}

bool FeedHealth::silence_matters() const {
    return connected_ && state_ != FeedState::stale;
}

std::optional<book::TimeNs> FeedHealth::next_due() const {
    if (!silence_matters()) return std::nullopt;
    return last_alive_ + settings_.stale_after + std::chrono::nanoseconds{1};
}

SyncChange FeedHealth::go(FeedState to, FeedReason reason, book::TimeNs now) {
    const bool was_in_sync = in_sync();
    const bool says_more = reason != reason_;
    reason_ = reason;
    if (to != state_) {
        transitions_[transition_count_++ % transitions_kept] = {state_, to, reason, now};
        ++counts_.entered[static_cast<std::size_t>(to)];
        state_ = to;
        since_ = now;
    }
    if (was_in_sync) return in_sync() ? SyncChange::none : SyncChange::lost;
    if (in_sync()) return SyncChange::restored;
    return says_more ? SyncChange::new_reason : SyncChange::none;
}

SyncChange FeedHealth::illegal() {
    ++counts_.illegal;
    return SyncChange::none;
}

std::vector<FeedTransition> FeedHealth::transitions() const {
    std::vector<FeedTransition> kept;
    const std::uint64_t count = std::min<std::uint64_t>(transition_count_, transitions_kept);
    kept.reserve(count);
    for (std::uint64_t i = transition_count_ - count; i < transition_count_; ++i)
        kept.push_back(transitions_[i % transitions_kept]);
    return kept;
}

}  // namespace tickweir::gateway
