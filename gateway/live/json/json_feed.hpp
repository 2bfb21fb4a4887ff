// A live feed of a venue's WebSocket JSON: holds the connections that its session asks for, hands
// every frame verbatim to the market shard, and asks the venue again for what the shard's books
// miss. While the shard has no room it reads nothing.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/feeds/feed_health.hpp"
#include "gateway/feeds/venue_session/venue_session.hpp"
#include "gateway/live/json/exchange_socket.hpp"
#include "gateway/live/json/snapshot_get.hpp"
#include "gateway/market/feed.hpp"
#include "gateway/market/json_output.hpp"
#include "gateway/market/resync_wish.hpp"
#include "gateway/record/tap.hpp"
#include "gateway/tls_context.hpp"

namespace tickweir::gateway {

struct JsonFeedOptions {
    std::string name;  ///< of the feed, in status and log
    VenueSessionSettings session;
    Endpoint stream;
    Endpoint rest;                   ///< of venues with snapshots over HTTP
    std::optional<Pem> authorities;  ///< whom to trust; none: the system's
    std::size_t message_bytes_max = std::size_t{32} << 20;
    std::chrono::milliseconds stale_after{5'000};  ///< silence longer than this; 0: never
};

/// What the shard is told:
///
///     the first turn               session
///     a connection is open         connected, and its symbols as expected
///     a frame, an answer           it
///     a connection is gone         connection_lost
///     time has passed              tick
///     silence of any connection    stale, and live when it is heard of again
class JsonFeed final : public Feed, private ExchangeSocketEvents {
public:
    /// Opens nothing yet; throws std::runtime_error where the certificates cannot be read. `wishes`
    /// may be none; `taps`: of each connection, or none at all; `budget`: of messages that come in,
    /// or none. `seed` spreads attempts. Everything given by reference must outlive it.
    JsonFeed(JsonFeedOptions options, MarketInput shard, ResyncRing* wishes, Reactor& reactor,
             std::uint64_t seed, book::TimeNs now, std::vector<RecordTap*> taps = {},
             book::MemoryBudget* budget = nullptr);
    ~JsonFeed() override;

    std::string_view name() const override { return options_.name; }
    bool turn(book::TimeNs now) override;
    bool has_work() const override;
    std::optional<book::TimeNs> next_due() const override;
    void stop(book::TimeNs now) override;
    bool stopped() const override { return stopped_; }

    const FeedReportCell& status() const override { return status_; }

private:
    /// A record that had no room yet.
    struct Waiting {
        JsonRecordKind kind{};
        std::uint16_t connection = 0;
        std::string target;
        std::string text;
        RecordTimes times;
        TextSent sent;
        book::Charge charge;  // of an answer's text
    };
    struct Question {
        std::unique_ptr<SnapshotGet> get;
        book::TimeNs asked;
    };

    void on_exchange_open(std::uint32_t connection) override;
    void on_exchange_text(std::uint32_t connection, std::string_view text) override;
    void on_exchange_pong(std::uint32_t connection) override;

    void pass_time(book::TimeNs now);
    bool turn_sockets();
    bool turn_questions();
    bool take_wishes();
    void perform_actions();
    void perform(SessionAction& action);
    void open(std::uint32_t connection);
    void lose(std::uint32_t connection, const std::string& why);
    void take_answer(std::uint64_t id, Question& question);

    void tell_mark(JsonRecordKind kind, std::uint16_t connection, std::string_view symbol = {});
    bool send(Waiting& record);
    bool settle();
    void block();
    void judge_health();
    void tap(std::uint32_t connection, TapKind kind, std::string_view front,
             std::string_view back = {});
    void hand_over();
    void publish_status();

    JsonFeedOptions options_;
    JsonOutput output_;
    ResyncRing* wishes_;
    TlsContext tls_;
    Resolver resolver_;
    ExchangeParts parts_;
    VenueSession session_;
    FeedHealth health_;
    FeedReportCell status_;
    FeedReport counts_;
    std::vector<RecordTap*> taps_;

    std::vector<std::unique_ptr<ExchangeSocket>> sockets_;  // by connection
    std::map<std::uint64_t, Question> questions_;
    std::vector<bool> connected_told_;  // by connection: the shard takes it for there
    std::uint64_t attempts_ = 0;
    std::deque<Waiting> waiting_;             // for room in the ring, in order
    bool blocked_ = false;                    // the sockets are paused
    std::optional<book::TimeNs> look_again_;  // at a full ring
    std::string padded_;                      // a frame that the session has to look at
    std::string taped_;                       // an answer, for the recorder
    book::TimeNs time_{};                     // of the turn; never goes back
    book::TimeNs seen_{};                     // the clock at the last turn
    std::chrono::nanoseconds ahead_{};        // that our time is of the clock
    book::TimeNs tick_at_{};                  // when the shard is told the time next
    book::TimeNs heard_told_{};               // to the health
    bool begun_ = false;
    bool followed_ = false;    // all connections, at the last look
    bool stale_told_ = false;  // the shard takes the books for old
    bool changed_ = false;     // in this turn
    bool stopped_ = false;
};

}  // namespace tickweir::gateway
