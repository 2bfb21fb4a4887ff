#include "gateway/serve/hub/publisher.hpp"

#include <algorithm>
#include <utility>

namespace tickweir::gateway::hub {
namespace {

constexpr std::size_t ahead = 8;  // members whose queues are brought towards the cache
constexpr std::uint16_t try_again_later = 1013;
constexpr std::string_view no_memory = "no memory for messages";

book::DepthWindow window_of(const Stream& stream) {
    return {depth_classes[stream.depth_class]};
}

}  // namespace

// ------------------------------------------------------------------------------------ what changed

void Publisher::quote_changed(std::uint32_t instrument) {
    const std::uint32_t id = parts_.streams.find_stream(Channel::l1, 0, instrument);
    if (id != nobody) publish_state(id);
}

void Publisher::status_changed(std::uint32_t instrument) {
    const std::uint32_t id = parts_.streams.find_stream(Channel::status, 0, instrument);
    if (id != nobody) publish_state(id);
}

bool Publisher::change_levels(std::uint32_t instrument, std::span<const LevelItem> items) {
    book::LevelBook& book = *parts_.instruments[instrument].levels;
    for_each_stream(instrument, Channel::l2,
                    [&](auto id) { parts_.streams.stream(id).changes.begin_event(); });
    for (const LevelItem& item : items) {
        const auto change = book.set(item.side, item.price, item.open, item.order_count);
        if (change.status == book::LevelApplied::over_limit) return false;
        for_each_stream(instrument, Channel::l2, [&](auto id) {
            Stream& stream = parts_.streams.stream(id);
            stream.changes.note(window_of(stream), book, change);
        });
    }
    for_each_stream(instrument, Channel::l2, [&](auto id) { publish_levels(id); });
    return true;
}

void Publisher::publish_levels(std::uint32_t id) {
    Stream& stream = parts_.streams.stream(id);
    const std::span<const TouchedRow> touched = stream.changes.event();
    if (touched.empty()) return;
    const InstrumentState& state = state_of(stream);
    ++stream.seq;
    text_.clear();
    if (append_l2_update(text_, update_head(stream, stream.seq - 1), state.levels_scale,
                         *state.levels, window_of(stream).levels, touched))
        publish(id);
    else
        --stream.seq;
}

void Publisher::orders_changed(std::uint32_t instrument, std::span<const OrderItem> items) {
    const std::uint32_t id = parts_.streams.find_stream(Channel::l3, 0, instrument);
    if (id == nobody) return;
    Stream& stream = parts_.streams.stream(id);
    ++stream.seq;
    text_.clear();
    append_l3_update(text_, update_head(stream, stream.seq - 1), state_of(stream).orders_scale,
                     items);
    publish(id);
}

void Publisher::traded(std::uint32_t instrument, const store::Trade& trade) {
    const std::uint32_t id = parts_.streams.find_stream(Channel::trades, 0, instrument);
    if (id == nobody) return;
    Stream& stream = parts_.streams.stream(id);
    ++stream.seq;
    text_.clear();
    append_trade_message(text_, update_head(stream, stream.seq - 1), trade);
    publish(id);
}

void Publisher::sync_changed(std::uint32_t instrument) {
    for (const Channel channel : {Channel::l1, Channel::l2, Channel::l3}) {
        // Those who start are told by their snapshot.
        if (!has_begun(parts_.instruments[instrument], channel)) continue;
        for_each_stream(instrument, channel, [&](std::uint32_t id) {
            Stream& stream = parts_.streams.stream(id);
            stream.sync_seq = ++stream.seq;
            stream.changes.begin_event();
            const UpdateHead head = update_head(stream, stream.seq - 1);
            const InstrumentState& state = state_of(stream);
            text_.clear();
            if (channel == Channel::l1)
                append_l1_update(text_, head, state.quote);
            else if (channel == Channel::l2)
                append_l2_update(text_, head, state.levels_scale, *state.levels, 0, {});
            else
                append_l3_update(text_, head, state.orders_scale, {});
            publish(id);
            for (const std::uint32_t group : stream.groups)
                if (!parts_.streams.group(group).at_once()) flush(group);
        });
    }
}

void Publisher::begun(std::uint32_t instrument, Channel channel) {
    for_each_stream(instrument, channel, [&](std::uint32_t id) {
        subscriptions_.clear();
        for (const std::uint32_t group : parts_.streams.stream(id).groups) {
            const auto out = parts_.streams.group(group).out.subscriptions();
            subscriptions_.insert(subscriptions_.end(), out.begin(), out.end());
        }
        for (const std::uint32_t subscription : subscriptions_)
            if (parts_.streams.subscription(subscription).step == Step::starting)
                start(subscription);
    });
}

void Publisher::replaced(std::uint32_t instrument, Channel channel) {
    for_each_stream(instrument, channel, [&](std::uint32_t id) {
        Stream& stream = parts_.streams.stream(id);
        ++stream.seq;
        stream.changes.begin_event();
        stream.changes.restart(stream.seq);
        write_snapshot(stream, 0);
        publish(id);
    });
    begun(instrument, channel);
}

void Publisher::heartbeat(std::uint64_t counter) {
    const std::uint32_t id = parts_.streams.find_stream(Channel::heartbeat, 0, nobody);
    if (id == nobody) return;
    text_.clear();
    append_heartbeat(text_, counter, now_.time_since_epoch().count());
    publish(id);
}

// ---------------------------------------------------------------------------------------- fan-out

void Publisher::publish_state(std::uint32_t id) {
    Stream& stream = parts_.streams.stream(id);
    ++stream.seq;
    // Where all wait for ticks nobody gets this text.
    const bool wanted = std::ranges::any_of(stream.groups, [this](std::uint32_t group) {
        return parts_.streams.group(group).at_once();
    });
    if (wanted) write_state(stream, stream.seq - 1);
    publish(id);
}

void Publisher::publish(std::uint32_t id) {
    Stream& stream = parts_.streams.stream(id);
    for (const std::uint32_t group_id : stream.groups) {
        Group& group = parts_.streams.group(group_id);
        if (!group.at_once()) {
            mark_due(group_id);
            continue;
        }
        const std::uint64_t prev = std::exchange(group.last_seq, stream.seq);
        if (!group.in_step.empty()) fan_out(group_id, prev);
    }
    if (stream.channel != Channel::l2) return;
    if (stream.lagging != 0)
        stream.changes.record(stream.seq, window_of(stream), parts_.budget);
    else
        stream.changes.forget();
}

/// Sends text_ to the members in step, who were sent `prev` before.
void Publisher::fan_out(std::uint32_t id, std::uint64_t prev) {
    Group& group = parts_.streams.group(id);
    const Channel channel = parts_.streams.stream(group.stream).channel;
    const auto frame = encoded();
    if (!frame) [[unlikely]]
        return shut_all(group.in_step.clients());
    if (lossless(channel) || channel == Channel::heartbeat)
        fan_out_all(group, *frame);
    else
        fan_out_state(group, *frame, prev);
    const std::size_t sent = group.in_step.size();
    parts_.counts.frames += sent;
    parts_.counts.frame_bytes += sent * frame->bytes;
}

void Publisher::fan_out_state(Group& group, const Frame& frame, std::uint64_t prev) {
    Outbox& outbox = parts_.outbox;
    for (std::size_t i = 0; i < group.in_step.size();) {
        const auto clients = group.in_step.clients();
        if (i + ahead < clients.size()) outbox.prefetch(clients[i + ahead]);
        if (!outbox.slow(clients[i])) [[likely]]
            outbox.send(clients[i++], frame);
        else
            leave_behind(group, clients[i], prev);  // the next one takes its place
    }
}

void Publisher::fan_out_all(Group& group, const Frame& frame) {
    Outbox& outbox = parts_.outbox;
    const auto clients = group.in_step.clients();
    for (std::size_t i = 0; i < clients.size(); ++i) {
        if (i + ahead < clients.size()) outbox.prefetch(clients[i + ahead]);
        outbox.send(clients[i], frame);
    }
}

void Publisher::leave_behind(Group& group, std::uint32_t client, std::uint64_t prev) {
    const std::uint32_t id = group.in_step.subscription_of(client);
    parts_.streams.subscription(id).last_seq = prev;
    parts_.streams.set_step(id, Step::behind);
    parts_.streams.set_waiting(id, true);
}

void Publisher::shut_all(std::span<const std::uint32_t> clients) {
    for (const std::uint32_t client : clients)
        parts_.outbox.shut(client, try_again_later, no_memory);
}

}  // namespace tickweir::gateway::hub
