#include "gateway/assembly/gateway.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "book/ensure.hpp"
#include "gateway/assembly/gateway_rings.hpp"
#include "gateway/assembly/port_limits.hpp"
#include "gateway/log.hpp"

namespace tickweir::gateway {
namespace {

store::Limits store_limits(const Config& config) {
    return {.instruments = config.instruments.max,
            .active_instruments = config.buffers.active_instruments,
            .trades_per_instrument = config.buffers.trades_per_instrument,
            .quotes_per_instrument = config.buffers.quotes_per_instrument};
}

}  // namespace

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
    make_venue();
    make_markets();
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

/// The thread that names a role; where none does, it has one of its own.
Host& Gateway::own_host(RoleKind kind, const char* name) {
    std::size_t i = 0;
    for (const auto& [thread_name, thread] : config_.threads.hosts) {
        if (std::ranges::count(thread.roles, kind, &HostedRole::kind) != 0) return *hosts_[i];
        ++i;
    }
    return *hosts_.emplace_back(std::make_unique<Host>(HostOptions{.name = name}));
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
    if (fix_ && !fix_->takes_reloads())
        throw std::runtime_error{"the FIX thread has not taken the last reload yet"};
    if (!serving_->takes_reloads())
        throw std::runtime_error{"the serving thread has not taken the last reload yet"};
    // All that can fail is done before anything is handed over.
    ServingReload reload{hub_limits(config.websocket), server_limits(config),
                         access_keys(config.http), account_keys(config), config.metrics.enabled};
    if (fix_) fix_->reload(config);
    book::ensure(serving_->reload(std::move(reload)));
    config_ = config;
    host_of(RoleKind::serving, 0).reactor().waker().wake();
}

void Gateway::housekeep() {
    clock_.refit();
    log::on_tick(clock_.now());
    if (venue_) venue_->housekeep(wall_clock_now());
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

bool Gateway::venue_failed() const {
    return venue_ && venue_->status(wall_clock_now()).stage == VenueStage::failed;
}

}  // namespace tickweir::gateway
