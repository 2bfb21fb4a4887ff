// The local exchange without its sockets: clients, what each of them subscribed to, the frames that
// wait for each, and the market of the capture behind them. Time and the capture's lines are passed
// in. One owner thread.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "book/types.hpp"
#include "gateway/play/venue/capture_market.hpp"
#include "gateway/play/venue/catalog.hpp"
#include "gateway/play/venue/dialect.hpp"
#include "gateway/play/venue/frame_label.hpp"
#include "gateway/play/venue/rest_request.hpp"
#include "gateway/serve/api/api.hpp"
#include "gateway/serve/stream_clients.hpp"
#include "replay/json_capture.hpp"

namespace tickweir::gateway::venue {

struct ExchangeLimits {
    std::size_t clients = 256;
    /// Unsent, or late answers that wait; beyond: closed with 1008.
    std::size_t client_bytes = std::size_t{256} << 20;
    std::size_t waiting_answers = 4'096;       ///< over HTTP; beyond: refused
    std::chrono::seconds answer_patience{20};  ///< for a book that is not there yet
    DialectLimits dialect;
};

/// What is done to clients on request.
struct ExchangeFaults {
    std::uint64_t drop_after = 0;        ///< frames of a connection, then silence; 0: never
    std::chrono::milliseconds delay{0};  ///< of answers and snapshots
    /// Every so many book frames of a connection one is left out, but none that is the last of its
    /// book; 0: none.
    std::uint64_t gap_every = 0;
};

struct ExchangeCounts {
    std::uint64_t clients = 0;  ///< connected so far
    std::uint64_t frames = 0;   ///< of the capture, queued to clients
    std::uint64_t said = 0;     ///< answers, greetings and heartbeats
    std::uint64_t snapshots = 0;
    std::uint64_t answers = 0;  ///< over HTTP, refusals included
    std::uint64_t left_out = 0;
    std::uint64_t refused_clients = 0;
    std::uint64_t too_slow = 0;
};

class Exchange final : public StreamClients, public Api {
public:
    /// `catalog` must outlive it.
    Exchange(const Catalog& catalog, const ExchangeFaults& faults,
             const ExchangeLimits& limits = {});
    ~Exchange() override;

    // ---------------------------------------------------------------------------------- the market
    /// Plays a line of the capture: to those who subscribed to it.
    void on_line(const replay::JsonLine& line);
    /// The capture begins again, when somebody asks for something: the market is empty.
    void restart();
    /// Somebody subscribed to something or asked for a book.
    bool started() const { return started_; }
    /// The client that has most to send.
    std::size_t most_unsent() const;

    // ---------------------------------------------------------------------------------------- time
    /// Does what is due by now: late answers and snapshots, heartbeats.
    bool turn(book::TimeNs now);
    std::optional<book::TimeNs> next_due() const;

    // ----------------------------------------------------------------------------------- transport
    bool streams_at(std::string_view target) const override;
    std::optional<ClientId> open(std::string_view target, book::TimeNs now) override;
    void close(ClientId client) override;
    void on_message(ClientId client, std::string_view text, book::TimeNs now) override;
    std::span<const ClientId> due() override;
    std::size_t gather(ClientId client, std::span<iovec> into) const override;
    void sent(ClientId client, std::size_t bytes, book::TimeNs now) override;
    std::optional<ClientClose> closing(ClientId client) const override;
    std::size_t unsent_bytes(ClientId client) const override;

    std::optional<HttpResponse> handle(const HttpRequest& request, PendingAnswer pending,
                                       book::TimeNs now) override;
    std::optional<HttpResponse> authorize(const HttpRequest&) override { return std::nullopt; }

    struct LateAnswer {
        PendingAnswer pending{};
        HttpResponse response;
    };
    /// Answers to what handle() left pending.
    std::vector<LateAnswer> take_answers();

    const ExchangeCounts& counts() const { return counts_; }

private:
    struct Client;
    struct Waiting;
    struct Delivery;

    Client& at(ClientId client) const;
    void react(ClientId id, Client& client, Reaction reaction, book::TimeNs now);
    void postpone(ClientId id, Client& client, Step step, book::TimeNs due);
    void take_step(ClientId id, Client& client, const Step& step);
    void join(ClientId id, Client& client, const Join& joined);
    void send_snapshot(ClientId id, Client& client, const Topic& topic, std::string_view symbol);
    void follow_numbers();
    void deliver(const replay::JsonLine& line, bool is_book);
    void deliver(ClientId id, Client& client, Delivery& delivery);
    const std::string* wanted(const Client& client);
    void say(ClientId id, Client& client, std::string_view text);
    void queue(ClientId id, Client& client, std::shared_ptr<const std::string> frame);
    void close_slow(ClientId id, Client& client);
    void make_due(ClientId id, Client& client);
    bool take_due_steps(book::TimeNs now);
    bool take_due_answers(book::TimeNs now);
    bool tell_seconds(book::TimeNs now);
    HttpResponse answer_of(const BookRequest& request, const BookView& view);

    const Catalog& catalog_;
    codecs::json::VenueId venue_;
    Dialect dialect_;
    ExchangeFaults faults_;
    ExchangeLimits limits_;
    std::unique_ptr<CaptureMarket> market_;
    std::map<ClientId, std::unique_ptr<Client>> clients_;
    std::uint64_t last_client_ = 0;
    std::vector<ClientId> due_;
    std::vector<ClientId> due_given_;
    std::vector<Waiting> waiting_;
    std::vector<LateAnswer> late_;
    FrameLabel label_;
    std::string key_;                      // of a topic, while it is looked for
    std::string text_;                     // of a snapshot, for its memory
    std::optional<std::uint64_t> number_;  // of the capture's last frame, where it has one
    bool repeated_ = false;                // the frame in hand has a number that came before
    bool started_ = false;
    ExchangeCounts counts_;
};

}  // namespace tickweir::gateway::venue
