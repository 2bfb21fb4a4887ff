#include "gateway/assembly/gateway.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "gateway/assembly/make_feed.hpp"
#include "gateway/book_limits.hpp"
#include "gateway/log.hpp"
#include "gateway/page/page.hpp"

namespace tickweir::gateway {
namespace {

constexpr std::size_t watch_requests = 1 << 16;
constexpr std::size_t resync_wishes = 1 << 12;  // of a feed; the shard keeps what is beyond

store::Limits store_limits(const Config& config) {
    return {.instruments = config.instruments.max,
            .active_instruments = config.buffers.active_instruments,
            .trades_per_instrument = config.buffers.trades_per_instrument,
            .quotes_per_instrument = config.buffers.quotes_per_instrument};
}

HubLimits hub_limits(const WebsocketConfig& config) {
    HubLimits limits;
    limits.connections = config.connections_max;
    limits.subscriptions_per_client = config.subscriptions_per_client_max;
    limits.queue_bytes = config.queue_bytes_max;
    limits.queue_messages = config.queue_messages_max;
    limits.conflate_after_bytes = config.conflate_after_bytes;
    limits.malformed_in_a_row = config.malformed_max;
    limits.messages_per_second = config.messages_per_second_max;
    return limits;
}

ServerLimits server_limits(const Config& config) {
    using Ms = ServerLimits::Duration;
    const WebsocketConfig& websocket = config.websocket;
    ServerLimits limits;
    limits.connections = websocket.connections_max;
    limits.connections_per_address = websocket.connections_per_address_max;
    limits.header_bytes = config.http.header_bytes_max;
    limits.body_bytes = config.http.body_bytes_max;
    limits.requests_per_second = static_cast<unsigned>(config.http.requests_per_second_max);
    limits.message_bytes = websocket.message_bytes_max;
    limits.send_buffer_bytes = static_cast<int>(websocket.send_buffer_bytes);
    limits.handshake_timeout = Ms{websocket.handshake_timeout_ms};
    limits.http_idle_timeout = Ms{config.http.idle_timeout_ms};
    limits.idle_timeout = Ms{websocket.idle_timeout_ms};
    limits.ping_interval = Ms{websocket.ping_interval_ms};
    return limits;
}

AccessKeys access_keys(const HttpConfig& config) {
    std::vector<AccessKey> keys;
    for (const Secret& secret : config.api_keys) {
        const ResolvedSecret resolved = resolve(secret, system_secrets());
        if (!resolved.value) throw std::runtime_error{"http.api_keys: " + resolved.reason};
        keys.push_back({*resolved.value});
    }
    return AccessKeys{std::move(keys)};
}

std::unique_ptr<TlsContext> tls_context(const HttpConfig& config) {
    if (config.tls_certificate.empty()) return nullptr;
    return std::make_unique<TlsContext>(
        TlsContext::server({.certificate_chain = read_pem(config.tls_certificate),
                            .private_key = read_pem(config.tls_key),
                            .protocols = {"http/1.1"}}));
}

book::Charge charged(book::MemoryBudget& budget, std::size_t bytes, const char* what) {
    auto charge = budget.charge(bytes);
    if (!charge)
        throw std::runtime_error{std::string{"memory."} + budget.name() + ": no room for " + what +
                                 " of " + std::to_string(bytes) + " bytes"};
    return std::move(*charge);
}

}  // namespace

/// The rings of one market shard, and which instruments it owns.
struct ShardRings {
    std::vector<std::unique_ptr<book::ByteRing>> feeds;  // by feed
    std::unique_ptr<book::ByteRing> events;
    std::unique_ptr<book::SpscRing<WatchRequest>> requests;
    // The same for the FIX thread, where there is one.
    std::unique_ptr<book::ByteRing> fix_events;
    std::unique_ptr<book::SpscRing<WatchRequest>> fix_requests;
    const store::MarketStore* store = nullptr;
    std::uint32_t shard = 0;

    static bool owns(const void* context, book::InstrumentId instrument) {
        const auto& self = *static_cast<const ShardRings*>(context);
        return self.store->instruments()[instrument].writer == self.shard;
    }
};

/// What a feed of JSON shares with its market shard.
struct JsonFeedLink {
    std::string name;
    codecs::json::VenueId venue{};
    std::uint32_t shard = 0;
};

struct Gateway::Rings {
    std::vector<std::unique_ptr<ShardRings>> shards;
    std::vector<std::unique_ptr<ResyncRing>> wishes;  // by feed; of those that take some
    std::vector<std::optional<JsonFeedLink>> json;    // by feed
    std::vector<book::Charge> feed_buffers;
    book::Charge venue_buffers;  // the engine's ring and outbox
    std::unique_ptr<TlsContext> tls;
};

Gateway::Gateway(const Config& config)
    : config_{config},
      memory_{config.memory},
      store_{store_limits(config), &memory_.store, &memory_.store},
      rings_{std::make_unique<Rings>()} {
    for (const auto& [name, thread] : config_.threads.hosts)
        hosts_.push_back(std::make_unique<Host>(HostOptions{
            name, thread.cpu ? std::optional<int>{static_cast<int>(*thread.cpu)} : std::nullopt,
            static_cast<std::uint32_t>(thread.spin_us)}));
    if (wants_fix()) fix_thread_ = &own_host(RoleKind::fix, "fix");
    status_ = std::make_unique<GatewayStatusSource>(memory_, metrics_, store_, clock_.now());
    status_->set_name(config_.gateway.name);
    make_rings();
    if (!config_.record.directory.empty())
        recording_ =
            std::make_unique<RecordingThread>(config_, memory_.rings, metrics_, wall_clock_now());
    make_feeds();
    make_markets();
    make_venue();
    make_serving();
    if (wants_fix()) {
        make_fix();
        make_admin();
    }
    last_states_.resize(feeds_.size(), ~std::uint64_t{0});
    host_roles();
}

Gateway::~Gateway() = default;

/// The thread that hosts a role; market shards that nobody names go with `market`.
Host& Gateway::host_of(RoleKind kind, std::uint32_t shard) {
    std::size_t i = 0;
    for (const auto& [name, thread] : config_.threads.hosts) {
        const bool hosted =
            kind == RoleKind::market
                ? std::ranges::count(market_shards_of(config_.threads, thread), shard) != 0
                : std::ranges::count(thread.roles, kind, &HostedRole::kind) != 0;
        if (hosted) return *hosts_[i];
        ++i;
    }
    // The configuration was checked: every role has a thread.
    throw std::runtime_error{"threads: nobody hosts " + std::string{to_string(kind)}};
}

void Gateway::make_rings() {
    for (std::uint32_t shard = 0; shard < config_.threads.shards; ++shard) {
        auto rings = std::make_unique<ShardRings>();
        rings->store = &store_;
        rings->shard = shard;
        for (std::size_t feed = 0; feed < config_.feeds.size(); ++feed)
            rings->feeds.push_back(std::make_unique<book::ByteRing>(
                config_.buffers.feed_ring_bytes,
                charged(memory_.rings, config_.buffers.feed_ring_bytes, "a feed's ring")));
        rings->events = std::make_unique<book::ByteRing>(
            config_.buffers.serving_ring_bytes,
            charged(memory_.rings, config_.buffers.serving_ring_bytes, "a serving ring"));
        using Requests = book::SpscRing<WatchRequest>;
        rings->requests = std::make_unique<Requests>(
            watch_requests,
            charged(memory_.rings, Requests::bytes_for(watch_requests), "a request ring"));
        if (wants_fix()) {
            rings->fix_events = std::make_unique<book::ByteRing>(
                config_.buffers.serving_ring_bytes,
                charged(memory_.rings, config_.buffers.serving_ring_bytes, "a ring to FIX"));
            rings->fix_requests = std::make_unique<Requests>(
                watch_requests, charged(memory_.rings, Requests::bytes_for(watch_requests),
                                        "a request ring of FIX"));
        }
        rings_->shards.push_back(std::move(rings));
    }
}

void Gateway::make_feeds() {
    Host& host = host_of(RoleKind::feed, 0);
    for (const auto& [name, feed] : config_.feeds) {
        const std::size_t index = feeds_.size();
        FeedParts parts{.shards = feed_inputs(index),
                        .json_shard = index % rings_->shards.size(),
                        .wishes = make_wishes(feed),
                        .reactor = host.reactor(),
                        .metrics = metrics_,
                        .now = wall_clock_now(),
                        .budget = &memory_.rings};
        if (recording_) parts.taps = recording_->taps_of(name);
        rings_->feed_buffers.push_back(
            charged(memory_.rings, feed_buffer_bytes(feed), "a feed's reorder buffer"));
        const auto shard = static_cast<std::uint32_t>(parts.json_shard);
        MadeFeed made = make_feed(name, feed, std::move(parts));
        rings_->json.push_back(made.json ? std::optional{JsonFeedLink{name, *made.json, shard}}
                                         : std::nullopt);
        feeds_.push_back(std::move(made.feed));
        report_feed(name, feed);
    }
}

/// The feed as every shard's thread gets it.
std::vector<MarketInput> Gateway::feed_inputs(std::size_t feed) {
    Host& host = host_of(RoleKind::feed, 0);
    std::vector<MarketInput> inputs;
    for (const auto& shard : rings_->shards) {
        Host& market = host_of(RoleKind::market, shard->shard);
        inputs.push_back(
            {shard->feeds[feed].get(), &market == &host ? nullptr : &market.reactor().waker()});
    }
    return inputs;
}

ResyncRing* Gateway::make_wishes(const FeedConfig& feed) {
    rings_->wishes.push_back(
        !takes_wishes(feed)
            ? nullptr
            : std::make_unique<ResyncRing>(
                  resync_wishes, charged(memory_.rings, ResyncRing::bytes_for(resync_wishes),
                                         "a feed's ring of wishes")));
    return rings_->wishes.back().get();
}

/// What status shows of the newest feed. Rings that it does not use are given back.
void Gateway::report_feed(const std::string& name, const FeedConfig& feed) {
    const std::size_t index = feeds_.size() - 1;
    const std::optional<JsonFeedLink>& json = rings_->json[index];
    ReportedFeed reported;
    reported.name = name;
    reported.kind = feed.kind;
    reported.venue = json ? std::string{codecs::json::to_string(json->venue)} : feed.venue;
    reported.lines = feed_lines(feed);
    for (const auto& shard : rings_->shards) {
        std::unique_ptr<book::ByteRing>& ring = shard->feeds[index];
        if (json && shard->shard != json->shard)
            ring.reset();
        else
            reported.rings.push_back(ring.get());
    }
    reported.report = &feeds_.back()->status();
    status_->add_feed(std::move(reported));
}

/// The feeds of one shard: all of ITCH, and the venues of JSON that are its own.
std::vector<MarketFeed> Gateway::market_feeds(const ShardRings& rings) {
    Host& feed_host = host_of(RoleKind::feed, 0);
    const bool one_thread = &feed_host == &host_of(RoleKind::market, rings.shard);
    std::vector<MarketFeed> feeds;
    std::size_t index = 0;
    for (const auto& [name, feed] : config_.feeds) {
        const std::size_t at = index++;
        book::ByteRing* const ring = rings.feeds[at].get();
        const std::optional<JsonFeedLink>& json = rings_->json[at];
        if (!json) {
            feeds.push_back({ItchMarketOptions{.venue = feed.venue,
                                               .shard = {rings.shard, static_cast<std::uint32_t>(
                                                                          config_.threads.shards)},
                                               .books = unpredictable_book_limits()},
                             ring});
        } else if (json->shard == rings.shard) {
            JsonMarketOptions options{
                .feed = json->name, .venue = json->venue, .shard = rings.shard};
            options.limits.instruments = static_cast<std::uint32_t>(config_.instruments.max);
            options.snapshot_wait = std::chrono::milliseconds{feed.json.snapshot_timeout_ms};
            options.resync = {rings_->wishes[at].get(),
                              one_thread ? nullptr : &feed_host.reactor().waker()};
            feeds.push_back({std::move(options), ring});
        }
    }
    return feeds;
}

void Gateway::make_markets() {
    Host& serving = host_of(RoleKind::serving, 0);
    for (const auto& rings : rings_->shards) {
        Host& own = host_of(RoleKind::market, rings->shard);
        const auto waker_of = [&own](Host& other) {
            return &own == &other ? nullptr : &other.reactor().waker();
        };
        std::vector<ServingLink> links{
            {rings->events.get(), rings->requests.get(), waker_of(serving)}};
        if (rings->fix_events)
            links.push_back(
                {rings->fix_events.get(), rings->fix_requests.get(), waker_of(*fix_thread_)});
        markets_.push_back(std::make_unique<MarketShard>("market." + std::to_string(rings->shard),
                                                         market_feeds(*rings), std::move(links),
                                                         store_, &memory_.books, metrics_, clock_));
    }
}

/// The thread that names a role; where none does, it has one of its own.
Host& Gateway::own_host(RoleKind kind, const char* name) {
    std::size_t i = 0;
    for (const auto& [thread_name, thread] : config_.threads.hosts) {
        if (std::ranges::count(thread.roles, kind, &HostedRole::kind) != 0) return *hosts_[i];
        ++i;
    }
    return *hosts_.emplace_back(std::make_unique<Host>(HostOptions{.name = name}));
}

void Gateway::make_venue() {
    if (config_.venue.data.empty()) return;
    venue_thread_ = &own_host(RoleKind::venue, "venue.0");
    const txn::EngineOptions options = engine_options(config_, {});
    rings_->venue_buffers = charged(
        memory_.rings,
        txn::log::LogRing::bytes_for(options.log.ring) + txn::Outbox::bytes_for(options.outbox),
        "the venue's rings");
    venue_ = std::make_unique<VenueHost>(config_, venue_files_, metrics_,
                                         venue_thread_->reactor().waker());
    status_->set_venue(*venue_);
}

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
    fix_ = std::make_unique<FixPort>(config_, FixPortParts{.host = *fix_thread_,
                                                           .store = store_,
                                                           .markets = std::move(markets),
                                                           .market_wakers = std::move(wakers),
                                                           .clients = memory_.clients,
                                                           .metrics = metrics_});
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
    admin_ = std::make_unique<AdminPort>(std::move(options), fix_->control(), metrics_,
                                         &memory_.clients);
    fix_->control().set_wakers(&fix_thread_->reactor().waker(), &admin_->host().reactor().waker());
}

/// Feeds before markets before serving, so that a message goes all the way in one round.
void Gateway::host_roles() {
    for (const auto& feed : feeds_)
        host_of(RoleKind::feed, 0).add(*feed);
    for (std::uint32_t shard = 0; shard < markets_.size(); ++shard)
        host_of(RoleKind::market, shard).add(*markets_[shard]);
    if (venue_) venue_thread_->add(venue_->role());
    host_of(RoleKind::serving, 0).add(*serving_);
    if (fix_) fix_thread_->add(fix_->role());
    std::size_t i = 0;
    for (const auto& [name, thread] : config_.threads.hosts) {
        ThreadStatus status{.name = name, .roles = hosts_[i]->role_names(), .cpu = thread.cpu};
        status_->add_thread({std::move(status), hosts_[i].get()});
        ++i;
    }
    for (; i < hosts_.size(); ++i)
        status_->add_thread(
            {{.name = hosts_[i]->name(), .roles = hosts_[i]->role_names(), .cpu = {}},
             hosts_[i].get()});
    if (admin_)
        status_->add_thread(
            {{.name = admin_->host().name(), .roles = admin_->host().role_names(), .cpu = {}},
             &admin_->host()});
    if (recording_)
        status_->add_thread({{.name = recording_->host().name(),
                              .roles = recording_->host().role_names(),
                              .cpu = {}},
                             &recording_->host()});
}

void Gateway::start() {
    if (recording_) recording_->host().start();
    for (const auto& host : hosts_)
        if (!host->start())
            log::module("gateway").warning("thread {} could not be pinned to its processor",
                                           host->name());
    if (admin_) admin_->host().start();
    if (venue_) venue_->start();
}

void Gateway::reload(const Config& config) {
    const bool taken = serving_->reload({hub_limits(config.websocket), server_limits(config),
                                         access_keys(config.http), config.metrics.enabled});
    if (!taken) throw std::runtime_error{"the serving thread has not taken the last reload yet"};
    config_ = config;
    host_of(RoleKind::serving, 0).reactor().waker().wake();
}

void Gateway::housekeep() {
    clock_.refit();
    log::on_tick(clock_.now());
    if (venue_) venue_->housekeep(wall_clock_now());
    if (venue_ && fix_)
        fix_->set_mode(venue_->status(wall_clock_now()).stage == VenueStage::failed ? 5 : 0);
    for (std::size_t i = 0; i < feeds_.size(); ++i) {
        const FeedReport report = feeds_[i]->status().load();
        const std::uint64_t state = std::uint64_t{report.state} << 32 | report.reason;
        if (state == last_states_[i]) continue;
        last_states_[i] = state;
        const std::string_view reason = to_string(static_cast<FeedReason>(report.reason));
        log::module("feed").info("{} is {}{}{}", feeds_[i]->name(),
                                 to_string(static_cast<FeedState>(report.state)),
                                 reason.empty() ? "" : ": ", reason);
    }
}

void Gateway::stop(std::chrono::nanoseconds grace) {
    if (venue_) venue_->request_stop();
    if (admin_) admin_->host().request_stop(grace);
    for (const auto& host : hosts_)
        host->request_stop(grace);
    for (const auto& host : hosts_)
        host->join();
    if (admin_) admin_->stop(grace);
    if (recording_) recording_->stop(grace);
    if (fix_) fix_->close();
    if (venue_) venue_->close();
    for (const auto& host : hosts_)
        if (host->failure()) std::rethrow_exception(host->failure());
    if (const auto why = venue_ ? venue_->failure() : std::nullopt)
        throw std::runtime_error{"the venue cannot be opened: " + *why};
}

bool Gateway::failed() const {
    if (recording_ && recording_->host().ended()) return true;
    if (venue_ && venue_->failure()) return true;
    if (admin_ && admin_->host().ended()) return true;
    return std::ranges::any_of(hosts_, [](const auto& host) { return host->ended(); });
}

}  // namespace tickweir::gateway
