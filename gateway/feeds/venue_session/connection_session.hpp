// One connection to a venue: when it is opened and given up, what is sent over it, and whether the
// other side lives. Pure; one owner.
//
//            open                on_open
//   waiting ──────► connecting ──────────► open
//      ▲                │ on_closed, too late  │ on_closed, silence, wish, venue goes down, age
//      └────────────────┴──────────────────────┘
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <random>
#include <span>
#include <string>
#include <string_view>

#include "book/types.hpp"
#include "codecs/json/market_frame.hpp"
#include "codecs/mold/request_rate.hpp"
#include "gateway/feeds/backoff.hpp"
#include "gateway/feeds/venue_session/session_action.hpp"
#include "gateway/feeds/venue_session/subscriptions.hpp"

namespace tickweir::gateway {

struct ConnectionTimes {
    std::chrono::nanoseconds connect{10'000'000'000};        ///< until it is open
    std::chrono::nanoseconds reconnect{100'000'000};         ///< after a failure, doubled ...
    std::chrono::nanoseconds reconnect_max{10'000'000'000};  ///< ... up to this
    std::chrono::nanoseconds silence{15'000'000'000};        ///< of the venue, that ends it
    std::chrono::nanoseconds probe{2'500'000'000};  ///< of silence, after which we ask; 0: never
    /// It is opened anew at this age, less than the venue's own limit of 24 hours, ...
    std::chrono::nanoseconds age{std::chrono::hours{23}};
    std::chrono::nanoseconds age_spread{std::chrono::minutes{45}};  ///< ... or so much later
    /// Wishes that come sooner after it was opened may be about the one before. Where a new
    /// connection does not help either, the next one lives twice as long ...
    std::chrono::nanoseconds wish_guard{1'000'000'000};
    std::chrono::nanoseconds wish_most{60'000'000'000};  ///< ... up to this
    /// A connection without a wish for so long did help.
    std::chrono::nanoseconds wish_calm{10'000'000'000};
};

/// What all connections to a venue share.
struct VenueRates {
    codecs::mold::RequestRate messages;
    codecs::mold::RequestRate connects;
};

struct ConnectionCounts {
    std::uint64_t connects = 0;     ///< attempts
    std::uint64_t disconnects = 0;  ///< of open ones, whoever ended them
    std::uint64_t planned = 0;      ///< of these: for their age, or because the venue said so
    std::uint64_t silences = 0;     ///< of these: for the venue's silence
    std::uint64_t pings = 0;        ///< questions whether the venue lives, and answers to its own
    std::uint64_t resubscribes = 0;
    friend bool operator==(const ConnectionCounts&, const ConnectionCounts&) = default;
};

class ConnectionSession {
public:
    /// `rates` outlive it; `seed` spreads its attempts.
    ConnectionSession(std::uint32_t index, SubscriptionSettings subscriptions,
                      const ConnectionTimes& times, VenueRates& rates, std::uint64_t seed,
                      book::TimeNs now);

    void on_open(book::TimeNs now);
    /// It is gone, or could not be opened.
    void on_closed(book::TimeNs now);
    /// Something came: a frame of whatever kind.
    void on_heard(book::TimeNs now) { heard_ = now; }
    /// Nothing was read for so long.
    void on_deaf(book::TimeNs now, std::chrono::nanoseconds deaf);
    /// What a frame said, if anything but market data.
    void on_controls(std::span<const codecs::json::ControlEvent> controls, book::TimeNs now,
                     SessionActions& out);
    /// The stream of the symbol's book is to begin again.
    void resubscribe(std::string_view symbol) { resubscribes_ += subscriptions_.again(symbol); }
    /// Only a new connection helps.
    void reconnect(book::TimeNs now, SessionActions& out);
    /// Does what is due.
    void on_tick(book::TimeNs now, SessionActions& out);
    std::optional<book::TimeNs> next_due() const;

    bool is_open() const { return state_ == State::open; }
    /// Every stream has been answered for since it was opened.
    bool is_following() const { return is_open() && settled_; }
    book::TimeNs heard() const { return heard_; }
    Subscriptions& subscriptions() { return subscriptions_; }
    const Subscriptions& subscriptions() const { return subscriptions_; }
    ConnectionCounts counts() const;

private:
    enum class State : std::uint8_t { waiting, connecting, open };

    void close(book::TimeNs now, std::string why, SessionActions& out);
    void ping(book::TimeNs now, SessionActions& out);
    void send(std::string text, book::TimeNs now, SessionActions& out);
    void send_due(book::TimeNs now, SessionActions& out);
    void work_open(book::TimeNs now, SessionActions& out);
    std::optional<book::TimeNs> ping_due() const;

    std::uint32_t index_;
    VenueId venue_;
    ConnectionTimes times_;
    VenueRates& rates_;
    Subscriptions subscriptions_;
    Backoff backoff_;
    Backoff wishes_;  // for a new connection
    std::mt19937_64 random_;
    bool has_ping_;
    State state_ = State::waiting;
    book::TimeNs due_;  // waiting: when to open it; connecting: when to give up
    book::TimeNs opened_{};
    book::TimeNs heard_{};
    book::TimeNs pinged_{};
    book::TimeNs ends_at_{};                    // for its age
    std::optional<book::TimeNs> reconnect_at_;  // a wish that waits
    bool settled_ = false;
    bool pong_owed_ = false;
    std::string opening_;  // to be sent first
    std::uint64_t resubscribes_ = 0;
    ConnectionCounts counts_;
};

}  // namespace tickweir::gateway
