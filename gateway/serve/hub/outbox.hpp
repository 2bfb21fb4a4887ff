// All clients' queues, the frames in them, and who has to be told to send or to close. Knows
// nothing of streams. One owner thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include <sys/uio.h>

#include "gateway/replica/budget_use.hpp"
#include "gateway/serve/client_output.hpp"
#include "gateway/serve/hub/client_queue.hpp"
#include "gateway/serve/hub/frame_pool.hpp"

namespace tickweir::gateway::hub {

using replica::BudgetUse;

/// Limits of the queues; HubLimits has them for users.
struct OutboxLimits {
    std::size_t clients = 0;
    std::size_t bytes = 0;       ///< a client's unsent bytes
    std::size_t frames = 0;      ///< and frames
    std::size_t slow_bytes = 0;  ///< above: the client is slow
    std::size_t slow_frames = 0;
    std::size_t client_bytes = 0;  ///< charged for each client, whatever it does
};

class Outbox {
public:
    Outbox(const OutboxLimits& limits, book::MemoryBudget* budget);

    /// From now on; clients that are beyond a lower limit are not ended for it.
    void set_limits(const OutboxLimits& limits);

    // ------------------------------------------------------------------------------------ clients
    /// A place for a client, as small a number as there is; none at the limit or without memory.
    std::optional<std::uint32_t> open();
    void close(std::uint32_t client);
    bool is_open(std::uint32_t client) const { return places_[client].open; }
    ClientId id(std::uint32_t client) const;
    /// The place of a client that is open.
    std::optional<std::uint32_t> find(ClientId id) const;
    std::size_t open_count() const { return open_count_; }

    // ------------------------------------------------------------------------------------- frames
    /// A frame of this payload. Without memory, slow clients are packed and then closed until there
    /// is some; none when nobody is left to take it from.
    std::optional<Frame> write(std::string_view payload);

    /// Whether state for this client should wait until it has caught up.
    bool slow(std::uint32_t client) const {
        const ClientQueue& queue = queues_[client];
        return queue.bytes() > limits_.slow_bytes || queue.frames() > limits_.slow_frames;
    }
    /// Whether a run of frames is so long that it has to be queued before more is added: a client
    /// found quick is not slow by far afterwards.
    bool ends_run(std::size_t bytes, std::size_t frames) const {
        return bytes > limits_.slow_bytes / 4 || frames > limits_.slow_frames / 4;
    }
    /// Whether that many more bytes would pass the limit.
    bool has_room(std::uint32_t client, std::size_t bytes) const {
        return queues_[client].bytes() + bytes <= limits_.bytes;
    }

    /// Queues a frame. A client that is being closed gets nothing; one whose limit it passes is
    /// closed with 1013.
    void send(std::uint32_t client, const Frame& frame) {
        ClientQueue& queue = queues_[client];
        if (queue.shut) [[unlikely]]
            return;
        const bool queued = queue.append(frame, pool_, budget_);
        if (!queue.due) {
            queue.due = true;
            due_.push_back(client);
        }
        if (!queued || queue.bytes() > full_bytes_ || queue.frames() > alarm_frames_) [[unlikely]]
            on_full(client, frame.bytes, queued);
    }
    /// Whether a queue has become so long since the last call that what is in it should be sent
    /// before more is added: a client that reads would be found slow for what one turn brought. A
    /// queue that stays long is no reason, so nobody can shorten the turns of others for ever.
    bool take_filled() { return std::exchange(filled_, false); }
    void prefetch(std::uint32_t client) const { __builtin_prefetch(&queues_[client], 1); }

    const ClientQueue& queue(std::uint32_t client) const { return queues_[client]; }
    std::size_t gather(std::uint32_t client, std::span<iovec> into) const {
        return queues_[client].gather(pool_, into);
    }
    void sent(std::uint32_t client, std::size_t bytes);

    // ------------------------------------------------------------------------------------ closing
    /// The client gets nothing more, and is to be closed once what is queued has gone out.
    void shut(std::uint32_t client, std::uint16_t code, std::string_view reason);
    const std::optional<ClientClose>& closing(std::uint32_t client) const {
        return places_[client].closing;
    }
    /// Clients shut since the last call; whoever keeps their subscriptions takes them off.
    std::vector<std::uint32_t>& newly_shut() { return newly_shut_; }

    // -------------------------------------------------------------------------------------- turns
    /// Warns the clients that have passed half of a limit: once until they have caught up.
    void send_warnings();
    /// Clients to be served since the last call; valid until the next one.
    std::span<const ClientId> take_due();
    /// Packs queues that keep far more memory alive than they need, if that is worth it by now.
    void tidy();

    std::uint64_t slow_closed() const { return slow_closed_; }
    std::size_t chunks_in_use() const { return pool_.chunks_in_use(); }
    BudgetUse& budget() { return budget_; }
    FramePool& pool() { return pool_; }

private:
    struct Place {
        std::uint32_t generation = 0;
        bool open = false;
        bool warned = false;
        std::optional<ClientClose> closing;
    };

    void on_full(std::uint32_t client, std::size_t added, bool queued);
    void on_alarm(std::uint32_t client, bool queued);
    void shut_slow(std::uint32_t client);
    void pack_queues();
    bool shut_fattest();

    OutboxLimits limits_;
    std::size_t full_bytes_;   // half of what is slow
    std::size_t alarm_bytes_;  // half of the limit
    std::size_t alarm_frames_;
    FramePool pool_;
    BudgetUse budget_;
    std::vector<ClientQueue> queues_;
    std::vector<Place> places_;
    std::vector<std::uint32_t> vacant_;
    std::vector<std::uint32_t> due_;
    std::vector<ClientId> taken_due_;
    std::vector<std::uint32_t> newly_shut_;
    std::vector<std::uint32_t> to_warn_;
    std::size_t open_count_ = 0;
    bool filled_ = false;
    std::size_t pack_at_chunks_ = 64;
    std::uint64_t slow_closed_ = 0;
};

}  // namespace tickweir::gateway::hub
