// A client's conversation with a venue over as many connections as its limits demand: bytes and
// time in, actions out. Knows no books: which of them have to be asked for again it is told. Pure;
// one owner.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "codecs/json/frame_decoder.hpp"
#include "gateway/feeds/venue_session/connection_session.hpp"
#include "gateway/feeds/venue_session/snapshot_requests.hpp"

namespace tickweir::gateway {

struct VenueSessionSettings {
    VenueId venue{};
    std::vector<std::string> symbols;  ///< as is_symbol() wants them, each once, at least one
    std::vector<StreamChannel> channels{StreamChannel::book, StreamChannel::trades};
    std::uint32_t depth = 0;                   ///< levels a side; 0: the venue's usual one
    std::uint32_t streams_per_connection = 0;  ///< 0: the venue's limit
    std::chrono::nanoseconds answer_timeout{10'000'000'000};
    ConnectionTimes times;
    SnapshotLimits snapshots;  ///< its rate is the venue's where that is lower
};

/// How many connections that makes; the symbols are spread over them in order, each with all its
/// streams.
std::size_t connections_of(const VenueSessionSettings& settings);

struct VenueSessionCounts {
    ConnectionCounts connections;  ///< of all together
    SnapshotCounts snapshots;
    std::uint64_t streams = 0;  ///< subscribed to now
    std::uint64_t refused = 0;  ///< of these that are not: refused now
    std::uint64_t open = 0;     ///< connections now
    friend bool operator==(const VenueSessionCounts&, const VenueSessionCounts&) = default;
};

class VenueSession {
public:
    /// `seed` spreads attempts and ages.
    VenueSession(VenueSessionSettings settings, std::uint64_t seed, book::TimeNs now);

    std::size_t connections() const { return connections_.size(); }
    /// The symbols of a connection; valid as long as this.
    const std::vector<std::string>& symbols_of(std::uint32_t connection) const {
        return groups_[connection];
    }

    void on_open(std::uint32_t connection, book::TimeNs now);
    void on_closed(std::uint32_t connection, book::TimeNs now);

    /// The other side lives, though it sent no frame with text.
    void on_alive(std::uint32_t connection, book::TimeNs now) {
        connections_[connection].on_heard(now);
    }
    /// Since the last tick nobody listened: silence until now was ours, and what waits for the
    /// venue may wait so much longer.
    void on_deaf(book::TimeNs now);

    /// A frame; json::text_padding bytes behind it must be readable.
    void on_text(std::uint32_t connection, std::string_view text, book::TimeNs now);

    /// The answer to a question. `taken`: it is for the books, of the symbol's connection.
    SnapshotOutcome on_answer(std::uint64_t question, unsigned http_status,
                              std::optional<std::uint32_t> retry_after, book::TimeNs now);
    void on_question_failed(std::uint64_t question, std::string_view why, book::TimeNs now);
    /// Whose answer it would be; none: nobody waits for it.
    std::optional<std::uint32_t> connection_of(std::uint64_t question) const;

    // What the books need; the symbol or the connection may be none of ours.
    void on_snapshot_wanted(std::string_view symbol, book::TimeNs now);
    void on_resubscribe_wanted(std::string_view symbol, book::TimeNs now);
    void on_reconnect_wanted(std::uint32_t connection, book::TimeNs now);

    void on_tick(book::TimeNs now);
    std::optional<book::TimeNs> next_due() const;

    /// What is to be done, in order; each once.
    SessionActions take_actions() { return std::exchange(actions_, {}); }
    bool has_actions() const { return !actions_.empty(); }

    /// Whether all connections are open and every stream has been answered for.
    bool is_following() const;
    bool is_open(std::uint32_t connection) const { return connections_[connection].is_open(); }
    /// When the connection that is heard of least was heard of; none: one is not open.
    std::optional<book::TimeNs> heard() const;
    VenueSessionCounts counts() const;

private:
    struct Symbol {
        std::uint32_t connection = 0;
        Backoff backoff;                            // of resubscriptions
        std::optional<book::TimeNs> again_at;       // to be subscribed to again
        std::optional<book::TimeNs> subscribed_at;  // again, last
    };

    std::optional<std::uint32_t> index_of_symbol(std::string_view symbol) const;
    void drop_snapshots(std::uint32_t connection);
    void want_snapshots(std::uint32_t connection, book::TimeNs now);
    void tell_refused(std::uint32_t connection);
    void resubscribe_due(book::TimeNs now);
    void ask(book::TimeNs now);
    void warn(std::uint32_t connection, std::string text);

    VenueSessionSettings settings_;
    VenueRates rates_;
    std::vector<std::vector<std::string>> groups_;  // symbols, by connection
    std::deque<ConnectionSession> connections_;     // never moved: they keep references
    std::map<std::string, std::uint32_t, std::less<>> index_;
    std::vector<std::string_view> names_;
    std::vector<Symbol> symbols_;
    std::optional<book::TimeNs> again_due_;  // the earliest of theirs
    SnapshotRequests snapshots_;
    book::TimeNs ticked_;                // last
    std::vector<std::size_t> accepted_;  // streams, by connection: at the last look
    codecs::json::FrameDecoder decoder_;
    codecs::json::MarketFrame frame_;
    SessionActions actions_;
};

}  // namespace tickweir::gateway
