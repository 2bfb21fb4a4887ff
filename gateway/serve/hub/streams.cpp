#include "gateway/serve/hub/streams.hpp"

#include <algorithm>

namespace tickweir::gateway::hub {
namespace {

template <class Slot>
std::uint32_t take_slot(std::vector<Slot>& slots, std::vector<std::uint32_t>& free) {
    if (free.empty()) {
        slots.emplace_back();
        return static_cast<std::uint32_t>(slots.size() - 1);
    }
    const std::uint32_t slot = free.back();
    free.pop_back();
    return slot;
}

}  // namespace

Streams::Streams(book::MemoryBudget* budget) : budget_{budget}, by_client_{budget} {}

void Streams::make_room_for_instruments(std::size_t count) {
    std::array<std::uint32_t, streams_per_instrument> none;
    none.fill(nobody);
    if (by_instrument_.size() < count) by_instrument_.resize(count, none);
}

std::uint32_t& Streams::stream_at(std::uint32_t instrument, Channel channel,
                                  std::uint8_t depth_class) {
    if (instrument == nobody) return heartbeat_;
    return by_instrument_[instrument][stream_slot(channel, depth_class)];
}

std::uint32_t Streams::find_stream(Channel channel, std::uint8_t depth_class,
                                   std::uint32_t instrument) const {
    if (instrument == nobody) return heartbeat_;
    return by_instrument_[instrument][stream_slot(channel, depth_class)];
}

const std::array<std::uint32_t, streams_per_instrument>& Streams::streams_of(
    std::uint32_t instrument) const {
    return by_instrument_[instrument];
}

// --------------------------------------------------------------------------------- coming and
// going

std::optional<std::uint32_t> Streams::stream_for(std::uint32_t instrument, const Wish& wish) {
    std::uint32_t& known = stream_at(instrument, wish.channel, wish.depth_class);
    if (known != nobody) return known;
    if (!budget_.try_charge(stream_bytes)) return std::nullopt;
    known = take_slot(streams_, free_streams_);
    Stream& stream = streams_[known];
    stream.channel = wish.channel;
    stream.depth_class = wish.depth_class;
    stream.instrument = instrument;
    return known;
}

std::uint32_t Streams::group_for(std::uint32_t stream, Cadence cadence) {
    for (const std::uint32_t id : streams_[stream].groups)
        if (groups_[id].cadence == cadence) return id;
    const std::uint32_t id = take_slot(groups_, free_groups_);
    Group& group = groups_[id];
    group.stream = stream;
    group.cadence = cadence;
    group.last_seq = streams_[stream].seq;
    streams_[stream].groups.push_back(id);
    return id;
}

std::uint32_t Streams::insert(std::uint32_t client, std::uint32_t stream, const Wish& wish,
                              std::uint64_t key) {
    const std::uint32_t conflate_ms = lossless(wish.channel) ? 0 : wish.conflate_ms;
    const std::uint32_t group = group_for(stream, Cadence::of(client, conflate_ms));
    const std::uint32_t id = take_slot(subscriptions_, free_subscriptions_);
    Subscription& subscription = subscriptions_[id];
    subscription = {.client = client, .group = group, .by_wildcard = wish.by_wildcard};
    Subscriber& subscriber = subscribers_[client];
    subscription.next_of_client = subscriber.first;
    if (subscriber.first != nobody) subscriptions_[subscriber.first].previous_of_client = id;
    subscriber.first = id;
    if (!wish.by_wildcard) ++subscriber.named;
    add_member(id);
    ++streams_[stream].members;
    by_client_.insert(key, id);
    return id;
}

void Streams::unsubscribe(std::uint32_t id) {
    Subscription& subscription = subscriptions_[id];
    const std::uint32_t group = subscription.group;
    const std::uint32_t stream = groups_[group].stream;
    set_waiting(id, false);
    take_member(id);
    Subscriber& subscriber = subscribers_[subscription.client];
    if (subscription.previous_of_client != nobody)
        subscriptions_[subscription.previous_of_client].next_of_client =
            subscription.next_of_client;
    else
        subscriber.first = subscription.next_of_client;
    if (subscription.next_of_client != nobody)
        subscriptions_[subscription.next_of_client].previous_of_client =
            subscription.previous_of_client;
    if (!subscription.by_wildcard) --subscriber.named;
    by_client_.erase(
        key(subscription.client, streams_[stream].channel, streams_[stream].instrument));
    subscription = {};
    free_subscriptions_.push_back(id);
    budget_.release(subscription_bytes);
    if (groups_[group].in_step.empty() && groups_[group].out.empty()) drop_group(group);
    if (--streams_[stream].members == 0) drop_stream(stream);
}

void Streams::make_named(std::uint32_t id) {
    Subscription& subscription = subscriptions_[id];
    if (!subscription.by_wildcard) return;
    subscription.by_wildcard = false;
    ++subscribers_[subscription.client].named;
}

void Streams::drop_group(std::uint32_t id) {
    Group& group = groups_[id];
    std::erase(streams_[group.stream].groups, id);
    group.stream = nobody;
    // A list of due groups still names it; not_due() ends it then.
    if (!group.due) not_due(id);
}

void Streams::not_due(std::uint32_t id) {
    Group& group = groups_[id];
    group.due = false;
    if (group.stream != nobody) return;
    group = {};
    free_groups_.push_back(id);
}

void Streams::drop_stream(std::uint32_t id) {
    Stream& stream = streams_[id];
    stream_at(stream.instrument, stream.channel, stream.depth_class) = nobody;
    stream = {};
    free_streams_.push_back(id);
    budget_.release(stream_bytes);
}

// ------------------------------------------------------------------------------------------ steps

void Streams::add_member(std::uint32_t id) {
    const Subscription& subscription = subscriptions_[id];
    Group& group = groups_[subscription.group];
    MemberList& members = subscription.step == Step::in_step ? group.in_step : group.out;
    members.insert(subscription.client, id);
    if (lags(group, subscription.step)) ++streams_[group.stream].lagging;
}

void Streams::take_member(std::uint32_t id) {
    const Subscription& subscription = subscriptions_[id];
    Group& group = groups_[subscription.group];
    MemberList& members = subscription.step == Step::in_step ? group.in_step : group.out;
    members.erase(subscription.client);
    if (lags(group, subscription.step)) --streams_[group.stream].lagging;
}

void Streams::set_step(std::uint32_t id, Step step) {
    if (subscriptions_[id].step == step) return;
    take_member(id);
    subscriptions_[id].step = step;
    add_member(id);
}

void Streams::set_waiting(std::uint32_t id, bool waiting) {
    Subscription& subscription = subscriptions_[id];
    if (subscription.waiting == waiting) return;
    subscription.waiting = waiting;
    Subscriber& subscriber = subscribers_[subscription.client];
    if (waiting) {
        subscription.previous_waiting = subscriber.last_waiting;
        subscription.next_waiting = nobody;
        if (subscriber.last_waiting != nobody)
            subscriptions_[subscriber.last_waiting].next_waiting = id;
        else
            subscriber.first_waiting = id;
        subscriber.last_waiting = id;
        return;
    }
    if (subscription.previous_waiting != nobody)
        subscriptions_[subscription.previous_waiting].next_waiting = subscription.next_waiting;
    else
        subscriber.first_waiting = subscription.next_waiting;
    if (subscription.next_waiting != nobody)
        subscriptions_[subscription.next_waiting].previous_waiting = subscription.previous_waiting;
    else
        subscriber.last_waiting = subscription.previous_waiting;
}

}  // namespace tickweir::gateway::hub
