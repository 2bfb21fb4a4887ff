#include "gateway/serve/serving_role.hpp"

#include <algorithm>
#include <utility>

namespace tickweir::gateway {

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
      market_events{metrics.counter(
          {"tickweir_serving_market_events_total", "Records taken from market shards"})},
      publish{stage_latency(metrics, Stage::publish)},
      query{stage_latency(metrics, Stage::query)} {}

ServingRole::ServingRole(ServingParts parts)
    : cells_{parts.metrics},
      clock_{parts.clock},
      market_wakers_{std::move(parts.market_wakers)},
      hub_{parts.hub_limits, parts.store, std::move(parts.markets), parts.clients_budget},
      books_{hub_},
      api_{parts.api_limits, parts.store,           books_,
           parts.status,     std::move(parts.keys), parts.resources},
      timed_api_{api_, parts.clock, cells_.query},
      server_{std::move(parts.server), parts.reactor, timed_api_, hub_} {
    api_.show_metrics(parts.metrics_shown);
}

bool ServingRole::turn(book::TimeNs now) {
    take_reloads();
    bool worked = hub_.turn(now);
    for (Hub::Answer& answer : hub_.take_answers()) {
        const std::uint16_t status = status_of_book(answer.body);
        server_.answer(answer.pending, {.status = status, .body = std::move(answer.body)}, now);
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
        hub_.set_limits(reload->hub);
        server_.set_limits(reload->server);
        api_.set_keys(std::move(reload->keys));
        api_.show_metrics(reload->metrics_shown);
    }
}

std::optional<book::TimeNs> ServingRole::next_due() const {
    const auto hub = hub_.next_due();
    const auto server = server_.next_due();
    if (!hub || !server) return hub ? hub : server;
    return std::min(*hub, *server);
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
    hub_counted_ = hub;
    server_counted_ = server;
}

}  // namespace tickweir::gateway
