// A live ITCH feed over SoupBinTCP: connects, logs in, follows the session, and comes back after
// every loss of the connection to where it was. While a market shard has no room it reads nothing;
// the connection holds what comes, and the server waits.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "codecs/soup/client.hpp"
#include "gateway/commands/session_clock.hpp"
#include "gateway/feeds/backoff.hpp"
#include "gateway/feeds/feed_health.hpp"
#include "gateway/live/tcp_connection.hpp"
#include "gateway/market/feed.hpp"
#include "gateway/market/feed_output.hpp"
#include "gateway/record/tap.hpp"
#include "gateway/runtime/reactor.hpp"

namespace tickweir::gateway {

struct SoupFeedOptions {
    std::string name;  ///< of the feed, in status and log
    UdpAddress server;
    /// Of the first login, and again where another session begins.
    codecs::soup::ClientSettings login;
    std::chrono::nanoseconds reconnect{100'000'000};  ///< before the second attempt, doubled ...
    std::chrono::nanoseconds reconnect_max{10'000'000'000};  ///< ... up to this
    std::string timezone = "America/New_York";               ///< that the messages' midnight is in
    std::chrono::milliseconds stale_after{5'000};            ///< silence longer than this; 0: never
};

/// What the shards are told:
///
///     login, a session begins      session, stale      whole and old: it has to catch up
///     caught up                    live                the server had nothing more at once
///     messages are not to be had   lost
///     connection lost, silence     stale
///     end of session               ended
class SoupFeed final : public Feed, private ReadyHandler {
public:
    /// Opens nothing yet; throws std::runtime_error where there is no such time zone. `seed`
    /// spreads the attempts to connect. Everything given by reference must outlive it.
    SoupFeed(SoupFeedOptions options, std::vector<MarketInput> shards, Reactor& reactor,
             std::uint64_t seed, book::TimeNs now, RecordTap* tap = nullptr);
    ~SoupFeed() override { close(); }

    std::string_view name() const override { return options_.name; }
    bool turn(book::TimeNs now) override;
    bool has_work() const override;
    std::optional<book::TimeNs> next_due() const override;
    void stop(book::TimeNs now) override;
    bool stopped() const override { return stopped_; }

    const FeedReportCell& status() const override { return status_; }

private:
    struct Events;
    /// When the next attempt is made after a connection.
    enum class Retry : std::uint8_t { soon, late };

    bool work(book::TimeNs now);
    void connect();
    void finish_connecting();
    bool follow();
    bool receive();
    bool consume();
    void fail(const codecs::soup::Status& status);
    void keep_alive();
    void write();
    void watch_silence();
    void notice_caught_up();

    void on_login(const codecs::soup::Session& session);
    void on_rejected(codecs::soup::RejectReason reason);
    void on_missed(std::uint64_t count);
    void follow_again();
    bool on_message(std::uint64_t sequence, codecs::Bytes message);
    void on_end();
    void on_data();

    bool settle();
    bool flush();
    void begin_session(const codecs::soup::Session& session);
    void lose(const std::string& why);
    void drop(const std::string& why, Retry retry);
    void close();
    void wait(book::TimeNs now);
    void set_interest();
    bool hand_over();
    void publish_status();

    void on_ready(bool readable, bool writable) override;
    bool logged_in() const {
        return client_ && client_->state() == codecs::soup::ClientState::live;
    }
    bool ended() const { return health_.state() == FeedState::ended; }

    SoupFeedOptions options_;
    FeedOutput output_;
    SessionClock clock_;
    FeedHealth health_;
    FeedReportCell status_;
    FeedReport counts_;
    Reactor& reactor_;
    RecordTap* tap_;
    Backoff backoff_;

    std::optional<TcpConnection> connection_;
    std::optional<codecs::soup::Client> client_;  // while there is a connection
    codecs::soup::ClientSettings login_;          // of the next attempt
    book::TimeNs attempt_;                        // when to make it, or to give it up
    Reactor::Interest interest_;                  // that the reactor knows
    bool readable_ = false;
    bool writable_ = false;

    std::unique_ptr<std::byte[]> bytes_;  // received, from begin_ to end_ not consumed
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
    bool look_ = false;  // there are bytes that the client has not seen, or could not take

    FrameBatch batch_;
    std::uint64_t batch_sequence_ = 0;   // of its first message
    book::TimeNs batch_time_{};          // when that was received
    std::vector<FeedRecordKind> marks_;  // to be told after the batch
    book::TimeNs time_{};                // of the turn
    bool begun_ = false;                 // there is a session
    codecs::soup::Session session_;
    std::uint64_t next_ = 1;      // message of the session that the shards do not have
    std::uint64_t repeated_ = 0;  // messages, of connections before this one
    Retry after_reject_ = Retry::late;
    bool heard_ = false;                      // something came after the login
    bool caught_up_ = false;                  // since the login
    bool doubted_ = false;                    // the shards take the books for old
    bool lost_ = false;                       // messages of this session, for good
    std::optional<book::TimeNs> look_again_;  // at a full ring
    bool changed_ = false;                    // in this turn
    bool stopped_ = false;
};

}  // namespace tickweir::gateway
