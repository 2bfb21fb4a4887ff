#include "gateway/serve/hub/requests.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

#include "gateway/serve/json_numbers.hpp"

namespace tickweir::gateway::hub {
namespace {

using codecs::json::StreamOp;

constexpr std::uint16_t policy_violation = 1008;  // RFC 6455 §7.4.1

/// Modes from "shed" on refuse queries and subscriptions (DESIGN §8).
bool refuses_subscriptions(std::string_view mode) {
    return mode >= "L2" && mode <= "L5";
}

}  // namespace

Requests::Requests(const HubParts& parts, Publisher& publisher)
    : parts_{parts},
      publisher_{publisher},
      symbols_{parts.store.instruments()},
      parser_{{.symbols = parts.limits.symbols_per_request}} {}

void Requests::open(std::uint32_t client) {
    if (asking_.size() <= client) asking_.resize(client + 1);
    asking_[client] = {};
}

void Requests::on_message(std::uint32_t client, std::string_view text) {
    ++parts_.counts.requests;
    const Request* const request = parser_.parse(text);
    if (request == nullptr) {
        const auto& error = parser_.error();
        refuse(client, error.id, error.code, error.reason);
        count_malformed(client);
        return;
    }
    if (!asking_[client].rate.admit(publisher_.now(), parts_.limits.messages_per_second)) {
        std::array<char, 64> reason{};
        std::snprintf(reason.data(), reason.size(), "more than %zu requests a second",
                      parts_.limits.messages_per_second);
        refuse(client, request->id, 429, reason.data());
        return;
    }
    handle(client, *request);
}

void Requests::count_malformed(std::uint32_t client) {
    ++parts_.counts.malformed;
    if (++asking_[client].malformed_in_a_row < parts_.limits.malformed_in_a_row) return;
    std::array<char, 64> reason{};
    std::snprintf(reason.data(), reason.size(), "%zu malformed messages in a row",
                  parts_.limits.malformed_in_a_row);
    parts_.outbox.shut(client, policy_violation, reason.data());
}

void Requests::refuse(std::uint32_t client, Id id, unsigned code, std::string_view reason) {
    ++parts_.counts.refused;
    text_ = "{\"type\":\"error\"";
    if (id) {
        text_ += ",\"id\":";
        append_signed(text_, *id);
    }
    text_ += ",\"code\":";
    append_number(text_, code);
    text_ += ",\"reason\":";
    append_json_string(text_, reason);
    text_ += '}';
    publisher_.reply(client, text_);
}

void Requests::handle(std::uint32_t client, const Request& request) {
    if (request.op == StreamOp::ping) {
        asking_[client].malformed_in_a_row = 0;
        text_ = "{\"type\":\"pong\"";
        if (request.id) {
            text_ += ",\"id\":";
            append_signed(text_, *request.id);
        }
        text_ += '}';
        return publisher_.reply(client, text_);
    }
    if (request.op == StreamOp::list) {
        asking_[client].malformed_in_a_row = 0;
        return list(client, request);
    }
    const auto channel = channel_of_request(client, request);
    if (!channel) return;
    if (request.op == StreamOp::unsubscribe) return unsubscribe(client, request, *channel);
    if (refuses_subscriptions(parts_.mode))
        return refuse(client, request.id, 503, "shed: mode " + parts_.mode);
    if (request.op == StreamOp::snapshot) return snapshot(client, request, *channel);
    subscribe(client, request, *channel);
}

/// The channel of a request that has all it needs; else it has been refused.
std::optional<Channel> Requests::channel_of_request(std::uint32_t client, const Request& request) {
    const auto malformed = [&](std::string_view reason) {
        refuse(client, request.id, 400, reason);
        count_malformed(client);
        return std::nullopt;
    };
    if (!request.channel) return malformed("channel is missing");
    const auto channel = channel_of(*request.channel);
    if (channel && channel != Channel::heartbeat && request.symbols.empty())
        return malformed("symbols is missing or empty");
    asking_[client].malformed_in_a_row = 0;
    if (channel) return channel;
    const bool later = request.channel == "candles" || request.channel == "flow";
    const std::string name{request.channel->substr(0, 40)};
    refuse(client, request.id, 404,
           later ? "channel " + name + " is not in this build" : "unknown channel " + name);
    return std::nullopt;
}

// ------------------------------------------------------------------------------------------ names

void Requests::find_targets(const Request& request) {
    targets_.instruments.clear();
    targets_.rejected.clear();
    targets_.all = false;
    for (const std::string_view symbol : request.symbols) {
        if (symbol == "*")
            targets_.all = true;
        else
            find_target(symbol);
    }
}

void Requests::find_target(std::string_view symbol) {
    auto found = symbols_.find_all(symbol);
    // The names may be ahead of the hub's own table by what another thread has just added.
    std::erase_if(found, [this](book::InstrumentId id) {
        return static_cast<std::size_t>(id) >= parts_.instruments.size();
    });
    if (found.empty()) {
        targets_.rejected.push_back({symbol, 404, "unknown instrument"});
        return;
    }
    if (found.size() > 1) {
        std::string reason = "ambiguous:";
        for (const book::InstrumentId id : found)
            reason += ' ' + symbol_of(static_cast<std::uint32_t>(id));
        targets_.rejected.push_back({symbol, 409, std::move(reason)});
        return;
    }
    const auto instrument = static_cast<std::uint32_t>(found.front());
    if (parts_.instruments[instrument].market == InstrumentState::no_market)
        targets_.rejected.push_back({symbol, 503, "no market serves it"});
    else
        targets_.instruments.push_back(instrument);
}

std::string Requests::symbol_of(std::uint32_t instrument) const {
    const store::Instrument& spec = *parts_.instruments[instrument].spec;
    return spec.venue + ':' + spec.symbol;
}

std::vector<std::uint32_t> Requests::subscriptions_of(std::uint32_t client,
                                                      std::optional<Channel> channel) const {
    std::vector<std::uint32_t> found;
    for (std::uint32_t id = parts_.streams.subscriber(client).first; id != nobody;
         id = parts_.streams.subscription(id).next_of_client)
        if (!channel ||
            parts_.streams.stream_of(parts_.streams.subscription(id)).channel == *channel)
            found.push_back(id);
    std::ranges::reverse(found);  // in the order in which they came
    return found;
}

// ---------------------------------------------------------------------------------------- answers

void Requests::begin_ack(const Request& request) {
    text_ = "{\"type\":\"ack\"";
    if (request.id) {
        text_ += ",\"id\":";
        append_signed(text_, *request.id);
    }
    text_ += ",\"op\":\"";
    text_ += to_string(request.op);
    text_ += "\",\"accepted\":[";
}

void Requests::accept(const Wish& wish, std::uint32_t instrument) {
    text_ += text_.back() == '[' ? "{\"channel\":\"" : ",{\"channel\":\"";
    text_ += to_string(wish.channel);
    text_ += '"';
    if (wish.channel != Channel::heartbeat) {
        const bool all = instrument == nobody;
        if (!all) {
            text_ += ",\"venue\":";
            append_json_string(text_, parts_.instruments[instrument].spec->venue);
        }
        text_ += ",\"symbol\":";
        append_json_string(text_, all ? "*" : parts_.instruments[instrument].spec->symbol);
    }
    if (wish.channel == Channel::l2) {
        text_ += ",\"depth\":";
        append_number(text_, depth_classes[wish.depth_class]);
    }
    if (wish.conflate_ms != 0) {
        text_ += ",\"conflate_ms\":";
        append_number(text_, wish.conflate_ms);
    }
    text_ += '}';
}

void Requests::accept(std::uint32_t id) {
    const Subscription& subscription = parts_.streams.subscription(id);
    const Stream& stream = parts_.streams.stream_of(subscription);
    accept({stream.channel, stream.depth_class,
            parts_.streams.group(subscription.group).cadence.conflate_ms, false},
           stream.instrument);
}

void Requests::end_ack(std::uint32_t client, Id id) {
    text_ += "],\"rejected\":[";
    for (const Rejected& rejected : targets_.rejected) {
        text_ += text_.back() == '[' ? "{\"symbol\":" : ",{\"symbol\":";
        append_json_string(text_, rejected.symbol);
        text_ += ",\"code\":";
        append_number(text_, rejected.code);
        text_ += ",\"reason\":";
        append_json_string(text_, rejected.reason);
        text_ += '}';
    }
    text_ += "],\"subscriptions\":";
    append_number(text_, parts_.streams.subscriber(client).count());
    text_ += '}';
    if (text_.size() > parts_.limits.queue_bytes / 2) {
        std::array<char, 96> reason{};
        std::snprintf(reason.data(), reason.size(), "done; its answer of %zu bytes is too large",
                      text_.size());
        return refuse(client, id, 413, reason.data());
    }
    publisher_.reply(client, text_);
}

void Requests::list(std::uint32_t client, const Request& request) {
    targets_.rejected.clear();
    begin_ack(request);
    const Subscriber& subscriber = parts_.streams.subscriber(client);
    for (std::size_t i = 0; i < channel_count; ++i) {
        const Wildcard& wildcard = subscriber.wildcards[i];
        if (wildcard.on)
            accept({static_cast<Channel>(i), wildcard.depth_class, wildcard.conflate_ms, true},
                   nobody);
    }
    for (const std::uint32_t id : subscriptions_of(client, std::nullopt))
        if (!parts_.streams.subscription(id).by_wildcard) accept(id);
    end_ack(client, request.id);
}

}  // namespace tickweir::gateway::hub
