#include "gateway/serve/serving_role.hpp"

#include <algorithm>
#include <utility>

#include "gateway/serve/mode_limits.hpp"

namespace tickweir::gateway {
namespace {

/// The venue's thread wakes us with an answer; should that fall between two of our looks, this is
/// how long it waits.
constexpr std::chrono::milliseconds answer_look{10};
/// How old a change of the load mode gets here where nothing else happens.
constexpr std::chrono::milliseconds mode_look{100};

}  // namespace

ServingCells::ServingCells(Metrics& metrics)
    : connections{metrics.gauge({"tickweir_connections", "HTTP and WebSocket connections"})},
      web_sockets{metrics.gauge({"tickweir_websocket_clients", "WebSocket clients"})},
      subscriptions{metrics.gauge({"tickweir_websocket_subscriptions", "Subscriptions of them"})},
      accepted{metrics.counter({"tickweir_connections_accepted_total", "Connections accepted"})},
      refused{metrics.counter(
          {"tickweir_connections_refused_total", "Connections refused for a limit"})},
      frames{metrics.counter({"tickweir_websocket_frames_total", "Frames queued to clients"})},
      frame_bytes{
          metrics.counter({"tickweir_websocket_frame_bytes_total", "Bytes of those frames"})},
      encoded{metrics.counter({"tickweir_websocket_encoded_total", "Distinct frames made"})},
      conflated{metrics.counter(
          {"tickweir_websocket_conflated_total", "Updates that a later one replaced"})},
      send_calls{metrics.counter(
          {"tickweir_websocket_send_calls_total", "System calls that sent frames"})},
      requests{metrics.counter({"tickweir_websocket_requests_total", "Messages of clients"})},
      malformed{metrics.counter(
          {"tickweir_websocket_malformed_total", "Messages of clients that made no sense"})},
      slow_closed{metrics.counter(
          {"tickweir_websocket_slow_closed_total", "Clients closed because they were slow"})},
      shed{metrics.counter(
          {"tickweir_queries_shed_total", "HTTP queries that were answered 503 for load"})},
      market_events{metrics.counter(
          {"tickweir_serving_market_events_total", "Records taken from market shards"})},
      publish{stage_latency(metrics, Stage::publish)},
      query{stage_latency(metrics, Stage::query)} {}

ServingRole::ServingRole(ServingParts parts)
    : cells_{parts.metrics},
      clock_{parts.clock},
      market_wakers_{std::move(parts.market_wakers)},
      board_{parts.board},
      hub_limits_{parts.hub_limits},
      hub_{parts.hub_limits, parts.store, std::move(parts.markets), parts.clients_budget},
      books_{hub_},
      accounts_{{}, parts.venue, &parts.reactor.waker(), std::move(parts.account_keys)},
      api_{parts.api_limits, parts.store,           books_,
           parts.status,     std::move(parts.keys), parts.resources},
      timed_api_{api_, parts.clock, cells_.query},
      server_{std::move(parts.server), parts.reactor, timed_api_, hub_} {
    api_.show_metrics(parts.metrics_shown);
    api_.show_accounts(accounts_);
}

bool ServingRole::turn(book::TimeNs now) {
    now_ = now;
    take_reloads();
    follow_mode(now);
    bool worked = hub_.turn(now);
    for (Hub::Answer& answer : hub_.take_answers()) {
        const std::uint16_t status = status_of_book(answer.body);
        server_.answer(answer.pending, {.status = status, .body = std::move(answer.body)}, now);
    }
    for (AccountDesk::Answer& answer : accounts_.take_answers(now)) {
        server_.answer(answer.pending, std::move(answer.response), now);
        worked = true;
    }
    worked |= server_.turn(now);
    if (!worked) return false;
    time_publishing();
    count();
    // What clients ask for, a market shard on another thread may have to hear of.
    for (Waker* waker : market_wakers_)
        waker->wake();
    return true;
}

void ServingRole::take_reloads() {
    while (auto reload = reloads_.try_pop()) {
        hub_limits_ = reload->hub;
        hub_.set_limits(limits_in(hub_limits_, mode_));
        server_.set_limits(reload->server);
        api_.set_keys(std::move(reload->keys));
        accounts_.set_keys(std::move(reload->account_keys));
        api_.show_metrics(reload->metrics_shown);
    }
}

void ServingRole::follow_mode(book::TimeNs now) {
    if (board_ == nullptr) return;
    const shield::LoadMode mode = board_->load_mode();
    if (mode == mode_) return;
    mode_ = mode;
    hub_.set_mode(to_string(mode), now);
    hub_.set_limits(limits_in(hub_limits_, mode));
    api_.set_mode(mode);
}

std::optional<book::TimeNs> ServingRole::next_due() const {
    std::optional<book::TimeNs> first = hub_.next_due();
    const auto take = [&](const std::optional<book::TimeNs>& due) {
        if (due) first = first ? std::min(*first, *due) : *due;
    };
    take(server_.next_due());
    if (accounts_.waiting() != 0) take(now_ + answer_look);
    if (board_ != nullptr) take(now_ + mode_look);
    return first;
}

std::optional<HttpResponse> ServingRole::TimedApi::handle(const HttpRequest& request,
                                                          PendingAnswer pending, book::TimeNs now) {
    const std::uint64_t begun = clock_.ticks();
    auto response = api_.handle(request, pending, now);
    latency_.record(clock_.elapsed_ns(begun, clock_.ticks()));
    return response;
}

/// By now the server has given the sockets what this turn's events gave rise to.
void ServingRole::time_publishing() {
    const std::span<const std::int64_t> received = hub_.received_this_turn();
    if (received.empty()) return;
    const std::int64_t now_ns = clock_.now_ns();
    for (const std::int64_t received_ns : received)
        cells_.publish.record(now_ns - received_ns);
}

void ServingRole::count() {
    const HubCounts& hub = hub_.counts();
    const ServerCounts& server = server_.counts();
    cells_.connections.set(static_cast<std::int64_t>(server.connections));
    cells_.web_sockets.set(static_cast<std::int64_t>(server.web_sockets));
    cells_.subscriptions.set(static_cast<std::int64_t>(hub.subscriptions));
    cells_.accepted.add(server.accepted - server_counted_.accepted);
    const auto refused = [](const ServerCounts& c) {
        return c.refused_full + c.refused_address + c.refused_memory;
    };
    cells_.refused.add(refused(server) - refused(server_counted_));
    cells_.send_calls.add(server.frame_calls - server_counted_.frame_calls);
    cells_.frames.add(hub.frames - hub_counted_.frames);
    cells_.frame_bytes.add(hub.frame_bytes - hub_counted_.frame_bytes);
    cells_.encoded.add(hub.encoded - hub_counted_.encoded);
    cells_.conflated.add(hub.conflated - hub_counted_.conflated);
    cells_.requests.add(hub.requests - hub_counted_.requests);
    cells_.malformed.add(hub.malformed - hub_counted_.malformed);
    cells_.slow_closed.add(hub.slow_closed - hub_counted_.slow_closed);
    cells_.market_events.add(hub.market_events - hub_counted_.market_events);
    const std::uint64_t shed = api_.shed() + accounts_.refused();
    cells_.shed.add(shed - shed_counted_);
    shed_counted_ = shed;
    hub_counted_ = hub;
    server_counted_ = server;
}

}  // namespace tickweir::gateway
