// The publisher's care for single subscribers: what they start with, what they missed, and their
// end.
#include <array>
#include <cstdio>

#include "gateway/serve/hub/publisher.hpp"
#include "gateway/serve/json_numbers.hpp"

namespace tickweir::gateway::hub {
namespace {

constexpr std::uint16_t try_again_later = 1013;
constexpr std::string_view no_memory = "no memory for messages";
constexpr std::size_t frame_header_max = 10;

}  // namespace

/// What the subscription has missed, if anything; then it is in step.
bool Publisher::send_state(std::uint32_t id) {
    const Subscription& subscription = parts_.streams.subscription(id);
    Stream& stream = parts_.streams.stream_of(subscription);
    if (subscription.last_seq != stream.seq) {
        write_state(stream, subscription.last_seq);
        const auto frame = encoded();
        if (!frame) {
            parts_.outbox.shut(subscription.client, try_again_later, no_memory);
            return false;
        }
        parts_.counts.conflated += stream.seq - subscription.last_seq - 1;
        send_one(id, *frame);
    }
    settle(id);
    return true;
}

void Publisher::send_one(std::uint32_t id, const Frame& frame) {
    parts_.outbox.send(parts_.streams.subscription(id).client, frame);
    ++parts_.counts.frames;
    parts_.counts.frame_bytes += frame.bytes;
}

/// The subscription was sent the newest state: it is in step if its group was, too.
void Publisher::settle(std::uint32_t id) {
    Subscription& subscription = parts_.streams.subscription(id);
    Group& group = parts_.streams.group(subscription.group);
    const std::uint64_t seq = parts_.streams.stream(group.stream).seq;
    if (group.in_step.empty()) group.last_seq = seq;
    subscription.last_seq = seq;
    parts_.streams.set_step(id, group.last_seq == seq ? Step::in_step : Step::ready);
}

void Publisher::start(std::uint32_t id) {
    const Stream& stream = parts_.streams.stream_of(parts_.streams.subscription(id));
    if (stream.channel == Channel::heartbeat)
        settle(id);
    else if (has_begun(state_of(stream), stream.channel))
        start_with(id);
}

bool Publisher::restart(std::uint32_t id) {
    const Subscription& subscription = parts_.streams.subscription(id);
    const Stream& stream = parts_.streams.stream_of(subscription);
    if (stream.channel == Channel::heartbeat || subscription.step == Step::starting) return true;
    // Orders have a whole state that may come later; of trades it would leave some out.
    if (stream.channel == Channel::trades && parts_.outbox.slow(subscription.client)) return false;
    parts_.streams.set_waiting(id, false);
    parts_.streams.set_step(id, Step::starting);
    start(id);
    return true;
}

/// Sends the snapshot that a subscription starts with. False when it has to wait for its queue.
bool Publisher::start_with(std::uint32_t id) {
    const Subscription& subscription = parts_.streams.subscription(id);
    const std::uint32_t client = subscription.client;
    if (parts_.outbox.slow(client)) {
        parts_.streams.set_waiting(id, true);
        return false;
    }
    const Stream& stream = parts_.streams.stream_of(subscription);
    if (stream.channel == Channel::l3 && !state_of(stream).orders->whole()) {
        end(id, 503, "its orders are not all known here");
        return true;
    }
    write_snapshot(stream, 0);
    const std::size_t bytes = text_.size() + frame_header_max;
    if (bytes > parts_.limits.queue_bytes) {
        std::array<char, 96> reason{};
        std::snprintf(reason.data(), reason.size(),
                      "its snapshot of %zu bytes is more than may be queued", text_.size());
        end(id, 413, reason.data());
        return true;
    }
    if (!parts_.outbox.has_room(client, bytes)) {
        parts_.streams.set_waiting(id, true);
        return false;
    }
    if (const auto frame = encoded()) {
        send_one(id, *frame);
        settle(id);
    } else {
        parts_.outbox.shut(client, try_again_later, no_memory);
    }
    return true;
}

void Publisher::catch_up(std::uint32_t client) {
    Subscriber& subscriber = parts_.streams.subscriber(client);
    while (subscriber.first_waiting != nobody && !parts_.outbox.slow(client) &&
           !parts_.outbox.closing(client)) {
        const std::uint32_t id = subscriber.first_waiting;
        parts_.streams.set_waiting(id, false);
        const Subscription& subscription = parts_.streams.subscription(id);
        if (subscription.step == Step::starting) {
            const Stream& stream = parts_.streams.stream_of(subscription);
            if (has_begun(state_of(stream), stream.channel) && !start_with(id)) return;
        } else if (!parts_.streams.group(subscription.group).at_once()) {
            parts_.streams.set_step(id, Step::ready);
            mark_due(subscription.group);
        } else {
            send_state(id);
        }
    }
}

void Publisher::end(std::uint32_t id, unsigned code, std::string_view reason) {
    const Subscription& subscription = parts_.streams.subscription(id);
    const std::uint32_t client = subscription.client;
    std::string text = "{\"type\":\"error\",";
    text += parts_.streams.stream_of(subscription).name;
    text += "\"code\":";
    append_number(text, code);
    text += ",\"reason\":";
    append_json_string(text, reason);
    text += '}';
    unsubscribe(id);
    reply(client, text);
}

void Publisher::end_all(std::uint32_t instrument, Channel channel, unsigned code,
                        std::string_view reason) {
    for_each_stream(instrument, channel, [&](std::uint32_t id) {
        std::vector<std::uint32_t> all;
        for (const std::uint32_t group : parts_.streams.stream(id).groups) {
            for (const MemberList* members :
                 {&parts_.streams.group(group).in_step, &parts_.streams.group(group).out})
                all.insert(all.end(), members->subscriptions().begin(),
                           members->subscriptions().end());
        }
        for (const std::uint32_t subscription : all)
            end(subscription, code, reason);
    });
}

void Publisher::unsubscribe(std::uint32_t id) {
    const Stream& stream = parts_.streams.stream_of(parts_.streams.subscription(id));
    parts_.watches.leave(stream.instrument, watch_of(stream.channel), now_);
    parts_.streams.unsubscribe(id);
}

void Publisher::reply(std::uint32_t client, std::string_view text) {
    const auto frame = parts_.outbox.write(text);
    if (!frame) {
        parts_.outbox.shut(client, try_again_later, no_memory);
        return;
    }
    ++parts_.counts.encoded;
    ++parts_.counts.frames;
    parts_.counts.frame_bytes += frame->bytes;
    parts_.outbox.send(client, *frame);
}

}  // namespace tickweir::gateway::hub
