// Requests that change or repeat subscriptions.
#include <algorithm>
#include <array>
#include <cstdio>

#include "gateway/serve/hub/requests.hpp"
#include "gateway/serve/json_numbers.hpp"

namespace tickweir::gateway::hub {
namespace {

constexpr std::string_view no_memory = "no memory for further subscriptions";
constexpr std::string_view no_orders = "its feed has levels, no single orders: use l2";

bool has_channel(const InstrumentState& instrument, Channel channel) {
    return channel != Channel::l3 || instrument.spec->has_orders;
}

Wish wish_of(const codecs::json::StreamRequest& request, Channel channel) {
    Wish wish{.channel = channel};
    if (channel == Channel::l2)
        wish.depth_class = depth_class_of(request.depth.value_or(default_depth));
    if (!lossless(channel) && channel != Channel::heartbeat) wish.conflate_ms = request.conflate_ms;
    return wish;
}

}  // namespace

// -------------------------------------------------------------------------------------- subscribe

void Requests::subscribe(std::uint32_t client, const Request& request, Channel channel) {
    find_targets(request);
    if (channel == Channel::heartbeat) targets_ = {.instruments = {nobody}, .rejected = {}};
    if (!within_limit(client, request, channel)) return;
    const Wish wish = wish_of(request, channel);
    to_begin_.clear();
    begin_ack(request);
    if (targets_.all) subscribe_to_all(client, wish);
    for (const std::uint32_t instrument : targets_.instruments)
        subscribe_to(client, instrument, wish);
    end_ack(client, request.id);
    begin_all();
}

/// All or nothing: beyond the limit nothing of the request is done.
bool Requests::within_limit(std::uint32_t client, const Request& request, Channel channel) {
    const Subscriber& subscriber = parts_.streams.subscriber(client);
    std::size_t wanted = subscriber.count();
    if (targets_.all && !subscriber.wildcards[static_cast<std::size_t>(channel)].on) ++wanted;
    std::vector<std::uint32_t> distinct = targets_.instruments;
    std::ranges::sort(distinct);
    const auto twice = std::ranges::unique(distinct);
    distinct.erase(twice.begin(), twice.end());
    for (const std::uint32_t instrument : distinct) {
        const std::uint32_t id = parts_.streams.find(client, channel, instrument);
        if (id == nobody || parts_.streams.subscription(id).by_wildcard) ++wanted;
    }
    if (wanted <= parts_.limits.subscriptions_per_client) return true;
    std::array<char, 96> reason{};
    std::snprintf(reason.data(), reason.size(), "subscriptions would be %zu, at most %zu", wanted,
                  parts_.limits.subscriptions_per_client);
    refuse(client, request.id, 429, reason.data());
    return false;
}

bool Requests::fits(std::uint32_t id, const Wish& wish) const {
    const Subscription& subscription = parts_.streams.subscription(id);
    return parts_.streams.stream_of(subscription).depth_class == wish.depth_class &&
           parts_.streams.group(subscription.group).cadence.conflate_ms == wish.conflate_ms;
}

bool Requests::insert(std::uint32_t client, std::uint32_t instrument, const Wish& wish) {
    const auto id = parts_.streams.subscribe(client, instrument, wish,
                                             [&] {
                                                 return instrument == nobody ? std::string{"\"channel\":\"heartbeat\","}
                                    : stream_name(wish.channel, *parts_.instruments[instrument].spec);
                                             });
    if (!id) return false;
    if (instrument != nobody) parts_.watches.enter(instrument, watch_of(wish.channel));
    to_begin_.emplace_back(*id, Begin::start);
    return true;
}

void Requests::subscribe_to(std::uint32_t client, std::uint32_t instrument, const Wish& wish) {
    if (instrument != nobody && !has_channel(parts_.instruments[instrument], wish.channel)) {
        targets_.rejected.push_back(
            {parts_.instruments[instrument].spec->symbol, 404, std::string{no_orders}});
        return;
    }
    const std::uint32_t known = parts_.streams.find(client, wish.channel, instrument);
    if (known != nobody && fits(known, wish)) {
        parts_.streams.make_named(known);
        to_begin_.emplace_back(known, Begin::restart);
        accept(wish, instrument);
        return;
    }
    if (known != nobody) publisher_.unsubscribe(known);
    if (insert(client, instrument, wish))
        accept(wish, instrument);
    else
        targets_.rejected.push_back(
            {instrument == nobody ? "" : parts_.instruments[instrument].spec->symbol, 503,
             std::string{no_memory}});
}

void Requests::subscribe_to_all(std::uint32_t client, const Wish& wish) {
    Subscriber& subscriber = parts_.streams.subscriber(client);
    Wildcard& wildcard = subscriber.wildcards[static_cast<std::size_t>(wish.channel)];
    wildcard = {true, wish.depth_class, wish.conflate_ms};
    if (std::ranges::find(with_wildcards_, client) == with_wildcards_.end())
        with_wildcards_.push_back(client);
    Wish each = wish;
    each.by_wildcard = true;
    for (std::uint32_t instrument = 0; instrument < parts_.instruments.size(); ++instrument) {
        if (parts_.instruments[instrument].market == InstrumentState::no_market ||
            !has_channel(parts_.instruments[instrument], wish.channel))
            continue;
        const std::uint32_t known = parts_.streams.find(client, wish.channel, instrument);
        if (known != nobody && !parts_.streams.subscription(known).by_wildcard) continue;
        if (known != nobody && fits(known, wish)) {
            to_begin_.emplace_back(known, Begin::restart);
            continue;
        }
        if (known != nobody) publisher_.unsubscribe(known);
        if (insert(client, instrument, each)) continue;
        unsubscribe_all_by_wildcard(client, wish.channel);
        targets_.rejected.push_back({"*", 503, std::string{no_memory}});
        return;
    }
    accept(wish, nobody);
}

void Requests::begin_all() {
    for (const auto& [id, begin] : to_begin_) {
        // Its stream may have ended meanwhile for lack of memory.
        if (parts_.streams.subscription(id).client == nobody) continue;
        if (begin == Begin::restart)
            static_cast<void>(publisher_.restart(id));
        else
            publisher_.start(id);
    }
    to_begin_.clear();
}

void Requests::add_instruments() {
    symbols_.refresh();
    to_begin_.clear();
    for (; instruments_ < parts_.instruments.size(); ++instruments_)
        for (const std::uint32_t client : with_wildcards_)
            add_instrument(client, static_cast<std::uint32_t>(instruments_));
    begin_all();
}

void Requests::add_instrument(std::uint32_t client, std::uint32_t instrument) {
    if (parts_.instruments[instrument].market == InstrumentState::no_market) return;
    Subscriber& subscriber = parts_.streams.subscriber(client);
    for (std::size_t i = 0; i < channel_count; ++i) {
        Wildcard& wildcard = subscriber.wildcards[i];
        const auto channel = static_cast<Channel>(i);
        if (!wildcard.on || !has_channel(parts_.instruments[instrument], channel) ||
            insert(client, instrument, {channel, wildcard.depth_class, wildcard.conflate_ms, true}))
            continue;
        // What there is stays; further instruments do not come by themselves any more.
        wildcard.on = false;
        text_ = "{\"type\":\"error\",\"channel\":\"";
        text_ += to_string(channel);
        text_ += "\",\"symbol\":\"*\",\"code\":503,\"reason\":";
        append_json_string(text_, no_memory);
        text_ += '}';
        publisher_.reply(client, text_);
    }
}

// ------------------------------------------------------------------------------------ unsubscribe

void Requests::unsubscribe(std::uint32_t client, const Request& request, Channel channel) {
    find_targets(request);
    if (channel == Channel::heartbeat) targets_ = {.instruments = {nobody}, .rejected = {}};
    begin_ack(request);
    if (targets_.all) {
        parts_.streams.subscriber(client).wildcards[static_cast<std::size_t>(channel)] = {};
        for (const std::uint32_t id : subscriptions_of(client, channel))
            publisher_.unsubscribe(id);
        accept({.channel = channel}, nobody);
    }
    for (const std::uint32_t instrument : targets_.instruments) {
        const std::uint32_t id = parts_.streams.find(client, channel, instrument);
        if (id == nobody) {
            reject_not_subscribed(instrument);
            continue;
        }
        accept(id);
        publisher_.unsubscribe(id);
    }
    end_ack(client, request.id);
}

void Requests::unsubscribe_all_by_wildcard(std::uint32_t client, Channel channel) {
    parts_.streams.subscriber(client).wildcards[static_cast<std::size_t>(channel)] = {};
    for (const std::uint32_t id : subscriptions_of(client, channel)) {
        if (!parts_.streams.subscription(id).by_wildcard) continue;
        std::erase_if(to_begin_, [id](const auto& begin) { return begin.first == id; });
        publisher_.unsubscribe(id);
    }
}

void Requests::reject_not_subscribed(std::uint32_t instrument) {
    const std::string_view symbol =
        instrument == nobody ? "" : std::string_view{parts_.instruments[instrument].spec->symbol};
    targets_.rejected.push_back({symbol, 404, "not subscribed"});
}

void Requests::drop_subscriptions(std::uint32_t client) {
    Subscriber& subscriber = parts_.streams.subscriber(client);
    while (subscriber.first != nobody)
        publisher_.unsubscribe(subscriber.first);
    subscriber.wildcards = {};
    std::erase(with_wildcards_, client);
}

// --------------------------------------------------------------------------------------- snapshot

void Requests::snapshot(std::uint32_t client, const Request& request, Channel channel) {
    if (channel == Channel::heartbeat)
        return refuse(client, request.id, 404, "heartbeat has no snapshot");
    find_targets(request);
    to_begin_.clear();
    begin_ack(request);
    std::vector<std::uint32_t> wanted;
    if (targets_.all) wanted = subscriptions_of(client, channel);
    for (const std::uint32_t instrument : targets_.instruments) {
        const std::uint32_t id = parts_.streams.find(client, channel, instrument);
        if (id == nobody)
            reject_not_subscribed(instrument);
        else
            wanted.push_back(id);
    }
    // Nothing may be left out of trades, so their snapshot cannot wait until there is room.
    const bool refused = channel == Channel::trades && parts_.outbox.slow(client);
    for (const std::uint32_t id : wanted) {
        const Stream& stream = parts_.streams.stream_of(parts_.streams.subscription(id));
        if (refused) {
            targets_.rejected.push_back(
                {parts_.instruments[stream.instrument].spec->symbol, 429, "too slow for it now"});
            continue;
        }
        accept(id);
        to_begin_.emplace_back(id, Begin::restart);
    }
    end_ack(client, request.id);
    begin_all();
}

}  // namespace tickweir::gateway::hub
