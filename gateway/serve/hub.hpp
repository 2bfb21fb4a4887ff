// The heart of serving: who watches what, what a change means for whom, and what is due for each
// client. Pure: takes text and time, gives frames; knows no socket, thread or clock. One owner.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <sys/uio.h>

#include "book/budget.hpp"
#include "book/types.hpp"
#include "gateway/market/market_link.hpp"
#include "gateway/serve/client_output.hpp"
#include "gateway/serve/http_message.hpp"
#include "gateway/serve/stream_clients.hpp"
#include "store/market_store.hpp"

namespace tickweir::gateway {

/// Limits of one serving thread; INTERFACES §4.
struct HubLimits {
    std::size_t connections = 10'000;
    std::size_t subscriptions_per_client = 50'000;
    std::size_t queue_bytes = 4U << 20;   ///< a client's unsent bytes; beyond: conflate or close
    std::size_t queue_messages = 65'536;  ///< likewise, in frames
    std::size_t conflate_after_bytes = 256U
                                       << 10;  ///< unsent bytes from which state channels conflate
    std::size_t malformed_in_a_row = 10;
    std::size_t messages_per_second = 100;  ///< client requests
    std::size_t symbols_per_request = 10'000;
    std::size_t watched_orders = 1U << 20;  ///< orders kept for l3 streams
    std::size_t events_per_turn = 4'096;
};

/// Updates for clients with the same `conflate_ms`, and of the same phase of it, were due at once.
struct ConflationTick {
    std::int64_t due_ns = 0;
    std::int64_t interval_ns = 0;
};

/// Counts of a hub, read by its own thread or after a copy.
struct HubCounts {
    std::uint64_t frames = 0;  ///< queued to clients, of all kinds
    std::uint64_t frame_bytes = 0;
    std::uint64_t encoded = 0;    ///< distinct frames made
    std::uint64_t conflated = 0;  ///< updates that a later one replaced
    std::uint64_t requests = 0;   ///< client messages
    std::uint64_t malformed = 0;
    std::uint64_t refused = 0;      ///< requests answered with an error
    std::uint64_t slow_closed = 0;  ///< clients closed because of their queue
    std::uint64_t market_events = 0;
    std::size_t clients = 0;
    std::size_t subscriptions = 0;  ///< those by "*" one by one
};

/// Serves clients of INTERFACES §4. What it adds to that text is told in hub/messages.hpp and
/// hub/requests.hpp; hub/README.md has the whole picture.
class Hub final : public StreamClients {
public:
    Hub(const HubLimits& limits, const store::MarketStore& store, std::vector<MarketLink> markets,
        book::MemoryBudget* clients_budget);
    ~Hub() override;

    // ------------------------------------------------------------------------------------ clients
    /// None when the limit of connections, or the budget, is reached.
    std::optional<ClientId> open(book::TimeNs now);
    std::optional<ClientId> open(std::string_view, book::TimeNs now) override { return open(now); }
    bool streams_at(std::string_view target) const override;
    void close(ClientId client) override;
    /// One whole text message of a client.
    void on_message(ClientId client, std::string_view text, book::TimeNs now) override;

    // --------------------------------------------------------------------------------------- time
    /// Takes what the markets sent (a bounded number of events), heartbeats, conflation ticks.
    bool turn(book::TimeNs now);
    bool has_work() const;
    std::optional<book::TimeNs> next_due() const;

    // ------------------------------------------------------------------------------ the transport
    /// Clients that have something to send or must be closed since the last call; the span is valid
    /// until the next call of due().
    std::span<const ClientId> due() override;
    /// Up to into.size() pieces of whole WebSocket frames, in order, adjacent ones joined. They are
    /// valid until a member that is not const is called.
    std::size_t gather(ClientId client, std::span<iovec> into) const override;
    /// The first `bytes` of what gather() gave went out. May make room that lets conflated updates
    /// follow.
    void sent(ClientId client, std::size_t bytes, book::TimeNs now) override;
    /// Set once the client has to be closed; what is queued before should still go out.
    std::optional<ClientClose> closing(ClientId client) const override;
    std::size_t unsent_bytes(ClientId client) const override;

    // ---------------------------------------------------------------------------------- questions
    /// The book of an instrument for HTTP, as the JSON of an l2 snapshot of exactly `depth` levels,
    /// whose `seq` counts the book's changes. Either at once, or, if that is none, under `pending`
    /// out of take_answers() within some seconds. Where there is no book to be had the text is
    /// `{"code":503,"reason":".."}`. Requires a known instrument.
    std::optional<std::string> book(book::InstrumentId instrument, unsigned depth,
                                    PendingAnswer pending, book::TimeNs now);
    struct Answer {
        PendingAnswer pending{};
        std::string body;
    };
    std::vector<Answer> take_answers();

    // ---------------------------------------------------------------------------------------- rest
    /// When the packets came in that the last turn's market events are from, where known.
    std::span<const std::int64_t> received_this_turn() const;
    /// The ticks whose updates the last turn queued.
    std::span<const ConflationTick> ticks_this_turn() const;

    /// The mode of DESIGN §8 as the status channel shows it, such as "L0". From "L2" on, to
    /// subscribe is refused (503).
    void set_mode(std::string_view mode, book::TimeNs now);
    /// Limits of a reloaded configuration, from now on. What exists beyond them stays; what was
    /// sized by them at the start (`events_per_turn`, `watched_orders`) does too.
    void set_limits(const HubLimits& limits);
    const HubCounts& counts() const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace tickweir::gateway
