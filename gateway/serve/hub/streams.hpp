// Who is subscribed to what, and how far each subscriber is: streams, the groups of their
// subscribers that get the same frames, and the clients' subscriptions. Bookkeeping only: nothing
// here encodes, sends or asks a market. One owner thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "book/types.hpp"
#include "gateway/replica/budget_use.hpp"
#include "gateway/replica/flat_index.hpp"
#include "gateway/replica/level_changes.hpp"
#include "gateway/serve/hub/cadence.hpp"
#include "gateway/serve/hub/channels.hpp"
#include "gateway/serve/hub/member_list.hpp"

namespace tickweir::gateway::hub {

using replica::BudgetUse;
using replica::FlatIndex;
using replica::LevelChanges;

inline constexpr std::uint32_t nobody = ~std::uint32_t{0};

/// How a subscriber stands to its group.
///
///     starting ──snapshot──► in_step ◄──── one update ──── behind
///        ▲ snapshot asked       │  its queue is too long     ▲ │ its queue is short again,
///        └──────────────────────┴────────────────────────────┘ ▼ the next tick is awaited
///                                          ▲                  ready
///                                          └── one update ─────┘
enum class Step : std::uint8_t {
    starting,  ///< needs a snapshot before anything else
    in_step,   ///< was sent what the group was sent
    behind,    ///< was sent less, and its queue is long
    ready,     ///< was sent something else, and gets its own update when the group gets one
};

/// One client's interest in one stream. 64 bytes.
struct Subscription {
    std::uint64_t last_seq = 0;  ///< sent to it; not kept while in step
    std::uint32_t client = nobody;
    std::uint32_t group = nobody;
    std::uint32_t next_of_client = nobody;
    std::uint32_t previous_of_client = nobody;
    std::uint32_t next_waiting = nobody;
    std::uint32_t previous_waiting = nobody;
    Step step = Step::starting;
    bool waiting = false;      ///< for the client's queue to become shorter
    bool by_wildcard = false;  ///< came with "*"
};

/// Subscribers of a stream who get its updates at the same times.
struct Group {
    std::uint32_t stream = nobody;
    Cadence cadence;
    bool due = false;            ///< waits for a tick
    std::uint64_t last_seq = 0;  ///< what those in step were sent last
    MemberList in_step;
    MemberList out;  ///< all others

    bool at_once() const { return cadence.conflate_ms == 0; }
};

struct Stream {
    Channel channel = Channel::l1;
    std::uint8_t depth_class = 0;       ///< of l2
    std::uint32_t instrument = nobody;  ///< none: heartbeat
    std::uint64_t seq = 0;              ///< of the last update
    std::uint64_t sync_seq = 0;         ///< of the update that last told of in_sync
    std::uint32_t members = 0;
    std::uint32_t lagging = 0;  ///< members whose next update may span several
    std::vector<std::uint32_t> groups;
    std::string name;      ///< `"channel":..,"venue":..,"symbol":..,`
    LevelChanges changes;  ///< of l2
};

/// What a client asks for all instruments, also those to come.
struct Wildcard {
    bool on = false;
    std::uint8_t depth_class = 0;
    std::uint32_t conflate_ms = 0;
};

/// The subscriptions of one client.
struct Subscriber {
    std::uint32_t first = nobody;
    std::uint32_t first_waiting = nobody;
    std::uint32_t last_waiting = nobody;
    std::uint32_t named = 0;  ///< subscriptions without those by wildcard
    std::array<Wildcard, channel_count> wildcards{};

    /// As clients count them: a wildcard is one.
    std::size_t count() const {
        std::size_t count = named;
        for (const Wildcard& wildcard : wildcards)
            count += wildcard.on ? 1 : 0;
        return count;
    }
};

/// What subscribe() needs to know.
struct Wish {
    Channel channel = Channel::l1;
    std::uint8_t depth_class = 0;
    std::uint32_t conflate_ms = 0;
    bool by_wildcard = false;
};

class Streams {
public:
    /// Charged for a subscription, with its share of groups and indices.
    static constexpr std::size_t subscription_bytes =
        sizeof(Subscription) + 4 * sizeof(std::uint32_t);
    static constexpr std::size_t stream_bytes = sizeof(Stream) + sizeof(Group) + 256;

    explicit Streams(book::MemoryBudget* budget);

    // ------------------------------------------------------------------------------------ finding
    Stream& stream(std::uint32_t id) { return streams_[id]; }
    Group& group(std::uint32_t id) { return groups_[id]; }
    Subscription& subscription(std::uint32_t id) { return subscriptions_[id]; }
    const Subscription& subscription(std::uint32_t id) const { return subscriptions_[id]; }
    Stream& stream_of(const Subscription& s) { return streams_[groups_[s.group].stream]; }
    Subscriber& subscriber(std::uint32_t client) { return subscribers_[client]; }

    /// A client's subscription to a channel of an instrument, or nobody.
    std::uint32_t find(std::uint32_t client, Channel channel, std::uint32_t instrument) const {
        return by_client_.find(key(client, channel, instrument));
    }
    /// The stream if anybody is subscribed to it, or nobody.
    std::uint32_t find_stream(Channel channel, std::uint8_t depth_class,
                              std::uint32_t instrument) const;
    /// By channel and depth class as stream_slot() has them; nobody where there is no stream.
    const std::array<std::uint32_t, streams_per_instrument>& streams_of(
        std::uint32_t instrument) const;

    // ----------------------------------------------------------------------------------- changing
    void make_room_for_clients(std::uint32_t count) {
        if (subscribers_.size() < count) subscribers_.resize(count);
    }
    void make_room_for_instruments(std::size_t count);

    /// A new subscription, starting. The client has none to that channel of that instrument. None
    /// when the budget refuses. `name` is called for the stream's name if it is new.
    template <class Name>
    std::optional<std::uint32_t> subscribe(std::uint32_t client, std::uint32_t instrument,
                                           const Wish& wish, Name&& name) {
        if (!budget_.try_charge(subscription_bytes)) return std::nullopt;
        const auto stream = by_client_.ready() ? stream_for(instrument, wish) : std::nullopt;
        if (!stream) {
            budget_.release(subscription_bytes);
            return std::nullopt;
        }
        if (streams_[*stream].name.empty()) streams_[*stream].name = name();
        return insert(client, *stream, wish, key(client, wish.channel, instrument));
    }
    void unsubscribe(std::uint32_t subscription);
    /// A subscription that came with a wildcard stays when that goes.
    void make_named(std::uint32_t subscription);

    /// Another step; keeps the group's lists and the count of those that lag.
    void set_step(std::uint32_t subscription, Step step);
    /// In or out of the client's list of those that wait for its queue.
    void set_waiting(std::uint32_t subscription, bool waiting);

    /// A group whose `due` was set has been taken off its list; it is gone if it died meanwhile.
    void not_due(std::uint32_t group);
    /// Streams and subscriptions that there are.
    std::size_t stream_count() const { return streams_.size() - free_streams_.size(); }
    std::size_t subscription_count() const {
        return subscriptions_.size() - free_subscriptions_.size();
    }

private:
    static std::uint64_t key(std::uint32_t client, Channel channel, std::uint32_t instrument) {
        return std::uint64_t{client} << 32 |
               std::uint64_t{static_cast<std::uint8_t>(channel)} << 28 | (instrument & 0xfffffff);
    }
    static bool lags(const Group& group, Step step) {
        return step == Step::behind || step == Step::ready ||
               (step == Step::in_step && !group.at_once());
    }

    std::optional<std::uint32_t> stream_for(std::uint32_t instrument, const Wish& wish);
    std::uint32_t group_for(std::uint32_t stream, Cadence cadence);
    std::uint32_t insert(std::uint32_t client, std::uint32_t stream, const Wish& wish,
                         std::uint64_t key);
    void add_member(std::uint32_t subscription);
    void take_member(std::uint32_t subscription);
    void drop_group(std::uint32_t group);
    void drop_stream(std::uint32_t stream);
    std::uint32_t& stream_at(std::uint32_t instrument, Channel channel, std::uint8_t depth_class);

    BudgetUse budget_;
    FlatIndex by_client_;
    std::vector<Stream> streams_;
    std::vector<Group> groups_;
    std::vector<Subscription> subscriptions_;
    std::vector<Subscriber> subscribers_;  // by client
    std::vector<std::array<std::uint32_t, streams_per_instrument>> by_instrument_;
    std::vector<std::uint32_t> free_streams_;
    std::vector<std::uint32_t> free_groups_;
    std::vector<std::uint32_t> free_subscriptions_;
    std::uint32_t heartbeat_ = nobody;
};

}  // namespace tickweir::gateway::hub
