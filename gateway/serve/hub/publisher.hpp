// From changed state to queued frames: numbers a stream's updates, encodes each once, and gives it
// to all who are in step; brings the others up to date one by one when they can take it. One owner
// thread; times are passed in.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "book/types.hpp"
#include "gateway/market/market_event.hpp"
#include "gateway/replica/instrument_state.hpp"
#include "gateway/replica/watches.hpp"
#include "gateway/serve/hub.hpp"
#include "gateway/serve/hub/conflation_grid.hpp"
#include "gateway/serve/hub/frame_run.hpp"
#include "gateway/serve/hub/messages.hpp"
#include "gateway/serve/hub/outbox.hpp"
#include "gateway/serve/hub/streams.hpp"
#include "store/market_store.hpp"

namespace tickweir::gateway::hub {

using replica::InstrumentState;
using replica::OrderReplica;
using replica::TouchedRow;
using replica::Watches;

/// Whether what a channel shows is known.
inline bool has_begun(const InstrumentState& state, Channel channel) {
    const std::uint8_t watch = watch_of(channel);
    // A replica of orders is built up in place.
    return (state.begun & watch) == watch &&
           (channel != Channel::l3 || !state.is_loading(Watch::orders));
}

/// What the parts of a hub share.
struct HubParts {
    const HubLimits& limits;
    const store::MarketStore& store;
    std::vector<InstrumentState>& instruments;
    Outbox& outbox;
    Streams& streams;
    Watches& watches;
    HubCounts& counts;
    const std::string& mode;
    book::MemoryBudget* budget;
};

class Publisher {
public:
    /// Recent trades in a snapshot.
    static constexpr std::size_t snapshot_trades = 50;

    explicit Publisher(const HubParts& parts)
        : parts_{parts}, run_{parts.outbox.pool()}, trades_(snapshot_trades) {}

    void set_now(book::TimeNs now) { now_ = now; }
    book::TimeNs now() const { return now_; }

    // ---------------------------------------------------------------- what became of an instrument
    // But for the levels, the state has changed already.

    void quote_changed(std::uint32_t instrument);
    /// Applies the levels to the replica and tells their net effect on each depth. False when the
    /// replica could not grow: then it is of no use, and its subscribers have been told.
    bool change_levels(std::uint32_t instrument, std::span<const LevelItem> items);
    void orders_changed(std::uint32_t instrument, std::span<const OrderItem> items);
    void traded(std::uint32_t instrument, const store::Trade& trade);
    /// Trading state, reason or mode.
    void status_changed(std::uint32_t instrument);
    /// Whether the book can be trusted: told at once, also to those who wait for a tick.
    void sync_changed(std::uint32_t instrument);
    /// What a channel shows is known from now on: for those who start.
    void begun(std::uint32_t instrument, Channel channel);
    /// A whole new state came where there was one: a snapshot for all.
    void replaced(std::uint32_t instrument, Channel channel);
    /// The channel's subscribers of an instrument cannot go on.
    void end_all(std::uint32_t instrument, Channel channel, unsigned code, std::string_view reason);
    void heartbeat(std::uint64_t counter);

    // --------------------------------------------------------------------------------- subscribers
    /// Gives a subscription what it starts with: now, or once it is known and there is room.
    void start(std::uint32_t subscription);
    /// Gives it a snapshot once more. False when its queue is too long for one that must not leave
    /// anything out.
    bool restart(std::uint32_t subscription);
    /// The client's queue has become shorter: what it missed follows.
    void catch_up(std::uint32_t client);
    void unsubscribe(std::uint32_t subscription);
    /// An answer to one client, or a message to it alone.
    void reply(std::uint32_t client, std::string_view text);

    // ---------------------------------------------------------------------------------------- time
    /// Sends what waited for a tick that has come. Whether any had.
    bool run_ticks();
    std::optional<book::TimeNs> next_due() const { return grid_.next_due(); }
    /// Those that run_ticks() last found to have come.
    std::span<const ConflationTick> ticks() const { return grid_.ran(); }

private:
    const InstrumentState& state_of(const Stream& stream) const {
        return parts_.instruments[stream.instrument];
    }
    template <class Visit>
    void for_each_stream(std::uint32_t instrument, Channel channel, Visit&& visit);

    // Encoding, in publisher_text.cpp. The text is that of the message at hand.
    std::int64_t time_of(const Stream& stream) const;
    UpdateHead update_head(const Stream& stream, std::uint64_t prev) const;
    /// The newest state for one who was last sent `prev`: an update, or a snapshot where what
    /// changed since is no longer known.
    void write_state(Stream& stream, std::uint64_t prev);
    void write_snapshot(const Stream& stream, std::uint64_t conflated);
    std::optional<Frame> encoded();

    /// A further update, which consists of the newest state.
    void publish_state(std::uint32_t stream);
    /// Gives text_, the update behind the last, to those in step, and remembers it for the others.
    void publish(std::uint32_t stream);
    void publish_levels(std::uint32_t stream);
    void fan_out(std::uint32_t group, std::uint64_t prev);
    void fan_out_state(Group& group, const Frame& frame, std::uint64_t prev);
    void fan_out_all(Group& group, const Frame& frame);

    /// The member is not sent what its group is sent behind `prev`.
    void leave_behind(Group& group, std::uint32_t client, std::uint64_t prev);
    /// Tells members that their stream ends here, for there was no memory to write to.
    void shut_all(std::span<const std::uint32_t> clients);

    // Ticks, in publisher_ticks.cpp.
    void mark_due(std::uint32_t group);
    void flush(std::uint32_t group);
    void add_to_run(std::uint32_t group);
    void send_run();
    void serve_ready(std::uint32_t group);
    bool start_with(std::uint32_t subscription);
    bool send_state(std::uint32_t subscription);
    void send_one(std::uint32_t subscription, const Frame& frame);
    void settle(std::uint32_t subscription);
    /// The subscription cannot go on; its client is told why.
    void end(std::uint32_t subscription, unsigned code, std::string_view reason);

    HubParts parts_;
    ConflationGrid grid_;
    FrameRun run_;
    book::TimeNs now_{};
    std::string text_;
    std::vector<TouchedRow> touched_;
    std::vector<OrderReplica::Order> orders_;
    std::vector<store::Trade> trades_;
    std::vector<std::uint32_t> subscriptions_;  // that are gone through
    std::vector<std::uint32_t> groups_;         // of a tick, that have members out of step
};

template <class Visit>
void Publisher::for_each_stream(std::uint32_t instrument, Channel channel, Visit&& visit) {
    if (channel != Channel::l2) {
        const std::uint32_t id = parts_.streams.find_stream(channel, 0, instrument);
        if (id != nobody) visit(id);
        return;
    }
    for (std::uint8_t depth = 0; depth < depth_classes.size(); ++depth) {
        const std::uint32_t id = parts_.streams.find_stream(channel, depth, instrument);
        if (id != nobody) visit(id);
    }
}

}  // namespace tickweir::gateway::hub
