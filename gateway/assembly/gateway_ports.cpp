// What clients and administrators connect to: serving, FIX and the admin port.
#include <optional>
#include <stdexcept>
#include <utility>

#include "gateway/assembly/gateway.hpp"
#include "gateway/assembly/gateway_rings.hpp"
#include "gateway/assembly/port_limits.hpp"
#include "gateway/page/page.hpp"

namespace tickweir::gateway {
namespace {

std::unique_ptr<TlsContext> tls_context(const HttpConfig& config) {
    if (config.tls_certificate.empty()) return nullptr;
    return std::make_unique<TlsContext>(
        TlsContext::server({.certificate_chain = read_pem(config.tls_certificate),
                            .private_key = read_pem(config.tls_key),
                            .protocols = {"http/1.1"}}));
}

}  // namespace

void Gateway::make_serving() {
    Host& host = host_of(RoleKind::serving, 0);
    rings_->tls = tls_context(config_.http);
    std::vector<MarketLink> links;
    std::vector<Waker*> wakers;
    for (const auto& rings : rings_->shards) {
        links.push_back(
            {rings->events.get(), rings->requests.get(), &ShardRings::owns, rings.get()});
        Host& market = host_of(RoleKind::market, rings->shard);
        if (&market != &host) wakers.push_back(&market.reactor().waker());
    }
    ServerOptions server;
    server.limits = server_limits(config_);
    server.tls = rings_->tls.get();
    server.budget = &memory_.clients;
    ApiLimits api;
    api.trades_kept = config_.buffers.trades_per_instrument;
    serving_ =
        std::make_unique<ServingRole>(ServingParts{.hub_limits = hub_limits(config_.websocket),
                                                   .api_limits = api,
                                                   .server = std::move(server),
                                                   .keys = access_keys(config_.http),
                                                   .account_keys = account_keys(config_),
                                                   .venue = venue_ ? &venue_->control() : nullptr,
                                                   .board = venue_ ? &venue_->board() : nullptr,
                                                   .metrics_shown = config_.metrics.enabled,
                                                   .store = store_,
                                                   .markets = std::move(links),
                                                   .market_wakers = std::move(wakers),
                                                   .status = *status_,
                                                   .resources = page_resources(),
                                                   .clients_budget = &memory_.clients,
                                                   .reactor = host.reactor(),
                                                   .metrics = metrics_,
                                                   .clock = clock_});
    status_->set_clients(serving_->cells().connections, serving_->cells().subscriptions);
    http_port_ =
        serving_->listen(config_.http.address, static_cast<std::uint16_t>(config_.http.port));
    status_->set_http(config_.http.address, http_port_);
}

void Gateway::make_fix() {
    FixMarketInput markets;
    std::vector<Waker*> wakers;
    for (const auto& rings : rings_->shards) {
        markets.markets.push_back(
            {rings->fix_events.get(), rings->fix_requests.get(), &ShardRings::owns, rings.get()});
        Host& market = host_of(RoleKind::market, rings->shard);
        if (&market != fix_thread_) wakers.push_back(&market.reactor().waker());
    }
    std::optional<FixVenue> venue;
    if (venue_)
        venue.emplace(FixVenue{
            .host = *venue_,
            .link = rings_->venue->link(venue_->board(), venue_thread_ == fix_thread_
                                                             ? nullptr
                                                             : &venue_thread_->reactor().waker())});
    fix_ = std::make_unique<FixPort>(config_, FixPortParts{.host = *fix_thread_,
                                                           .store = store_,
                                                           .markets = std::move(markets),
                                                           .market_wakers = std::move(wakers),
                                                           .venue = venue,
                                                           .clients = memory_.clients,
                                                           .metrics = metrics_,
                                                           .clock = clock_});
    status_->set_fix(*fix_);
}

/// Behind the FIX port, whose thread does what is asked of it.
void Gateway::make_admin() {
    AdminPortOptions options{.address = config_.admin.address,
                             .port = static_cast<std::uint16_t>(config_.admin.port),
                             .token = {}};
    if (!config_.admin.token.empty()) {
        const ResolvedSecret resolved = resolve(config_.admin.token.front(), system_secrets());
        if (!resolved.value) throw std::runtime_error{"admin.token: " + resolved.reason};
        options.token = *resolved.value;
    }
    admin_ = std::make_unique<AdminPort>(
        std::move(options), fix_->control(),
        AdminAsking{.venue = venue_ ? &venue_->control() : nullptr, .reloads = &reloads_}, metrics_,
        &memory_.clients);
    fix_->control().set_wakers(&fix_thread_->reactor().waker(), &admin_->host().reactor().waker());
}

}  // namespace tickweir::gateway
