#include "gateway/assembly/fix_port.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "book/ensure.hpp"
#include "gateway/assembly/order_entry.hpp"
#include "gateway/fix/dictionary/dictionary.hpp"
#include "gateway/fix/fix_settings.hpp"
#include "gateway/fix/market_data_application.hpp"
#include "gateway/fix/order_entry_application.hpp"
#include "gateway/fix/stored_session.hpp"
#include "gateway/log.hpp"

namespace tickweir::gateway {
namespace {

constexpr int send_buffer_bytes = 256 * 1024;  // of a client's socket
// So much of what a client sends waits for us where no cancel of its overtakes it; more waits on
// its own side, which then sees that it is too fast.
constexpr int receive_buffer_bytes = 32 * 1024;

std::unique_ptr<TlsContext> tls_context(const fix::FixSettings& settings) {
    if (settings.tls_certificate.empty()) return nullptr;
    return std::make_unique<TlsContext>(
        TlsContext::server({.certificate_chain = read_pem(settings.tls_certificate),
                            .private_key = read_pem(settings.tls_key)}));
}

std::vector<NamedCount> counts_of(const fix::FixCells& cells) {
    return {{"accepted", cells.accepted.value()},
            {"logons", cells.logons.value()},
            {"received", cells.received.value()},
            {"sent", cells.sent.value()},
            {"resent", cells.resent.value()},
            {"resend_requests", cells.resend_requests.value()},
            {"rejected", cells.rejected.value()},
            {"garbled", cells.garbled.value()},
            {"ahead_dropped", cells.ahead_dropped.value()},
            {"slow_closed", cells.cut.value()},
            {"lockouts", cells.lockouts.value()}};
}

shield::Rate query_rate(const LimitsConfig& limits) {
    return {static_cast<std::uint32_t>(limits.queries_per_second),
            static_cast<std::uint32_t>(limits.queries_burst)};
}

fix::MarketDataLimits limits_of(const FixConfig& config, const LimitsConfig& common) {
    fix::MarketDataLimits limits;
    limits.rate = query_rate(common);
    limits.requests_per_session = config.market_data_requests_max;
    limits.instruments_per_session = config.market_data_instruments_max;
    limits.instruments_per_request = config.market_data_symbols_max;
    limits.statuses_per_session = config.market_data_statuses_max;
    limits.conflate_after_bytes = config.market_data_conflate_bytes;
    limits.refresh_interval = std::chrono::milliseconds{config.market_data_refresh_ms};
    return limits;
}

/// What the venue has to know of sessions before it opens.
std::vector<fix::StoredSession> stored_sessions(const Config& config,
                                                const fix::FixSettings& settings,
                                                const fix::OpenedStores& opened,
                                                std::optional<std::uint16_t> log_number) {
    const bool crashed = opened.directory && !opened.directory->was_closed();
    std::vector<fix::StoredSession> stored;
    for (std::size_t i = 0; i < settings.sessions.size(); ++i) {
        const std::string& name = settings.sessions[i].name;
        stored.push_back(fix::stored_session(name, *opened.stores[i], crashed, log_number));
        stored.back().copies_of = config.sessions.at(name).orders.drop_copy;
    }
    return stored;
}

fix::FixSettings settings_of(const Config& config) {
    fix::MadeSettings made = fix::make_fix_settings(config, system_secrets());
    if (made.settings) return std::move(*made.settings);
    std::string reasons;
    for (const std::string& error : made.errors)
        reasons += (reasons.empty() ? "" : "; ") + error;
    throw std::runtime_error{reasons};
}

}  // namespace

FixPort::FixPort(const Config& config, FixPortParts parts) {
    fix::FixSettings settings = settings_of(config);
    tls_ = tls_context(settings);
    opened_ = fix::open_stores(settings, files_, wall_clock_now());
    if (parts.venue) {
        VenueHost& venue = parts.venue->host;
        venue.set_sessions(stored_sessions(config, settings, opened_, venue.log_number()));
    }
    std::vector<std::unique_ptr<fix::Application>> applications;
    if (parts.venue) applications.push_back(make_order_entry(config, parts));
    auto market_data = std::make_unique<fix::MarketDataApplication>(
        limits_of(config.fix, config.limits), config.venue.id, parts.store,
        std::move(parts.markets), &parts.clients, parts.metrics);
    if (parts.venue) market_data->follow(*parts.venue->link.board);
    market_data_ = market_data.get();
    applications.push_back(std::move(market_data));
    Reactor& reactor = parts.host.reactor();
    role_ = std::make_unique<fix::FixRole>(
        fix::FixParts{.settings = std::move(settings),
                      .stores = std::move(opened_.stores),
                      .applications = std::move(applications),
                      .dictionary = std::string{fix::dictionary_xml()},
                      .reactor = reactor,
                      .metrics = parts.metrics,
                      .control = control_,
                      .tls = tls_.get(),
                      .budget = &parts.clients,
                      .send_buffer_bytes = send_buffer_bytes,
                      .receive_buffer_bytes = receive_buffer_bytes,
                      .market_wakers = std::move(parts.market_wakers),
                      .reserve = parts.venue ? &parts.venue->host.numbers() : nullptr,
                      .input_delay = parts.venue ? parts.venue->link.input_delay : nullptr});
    waker_ = &reactor.waker();
    port_ = role_->listen();
    control_.set_wakers(&reactor.waker(), nullptr);
}

std::unique_ptr<fix::Application> FixPort::make_order_entry(const Config& config,
                                                            const FixPortParts& parts) {
    const FixVenue& venue = *parts.venue;
    directory_ = std::make_unique<fix::orders::OrderDirectory>(venue.host.settings(),
                                                               directory_settings(config));
    auto application = std::make_unique<fix::OrderEntryApplication>(
        fix::orders::OrderDeskParts{.directory = directory_.get(),
                                    .link = venue.link,
                                    .sessions = desk_sessions(config),
                                    .venue_sessions = venue.host.settings().sessions.size(),
                                    .limits = desk_limits(config),
                                    .budget = &parts.clients},
        parts.metrics, &parts.clock);
    order_entry_ = application.get();
    traded_ = &venue.host.settings();
    return application;
}

bool FixPort::takes_reloads() const {
    return order_entry_ == nullptr || order_entry_->takes_reloads();
}

void FixPort::reload(const Config& config) {
    if (order_entry_ != nullptr) {
        fix::OrderEntryApplication::Reload reload;
        reload.entitlements = std::make_unique<const fix::orders::OrderDirectory>(
            *traded_, directory_settings(config));
        for (const fix::orders::DeskSessionSettings& session : desk_sessions(config))
            reload.shields.push_back(session.shield);
        book::ensure(order_entry_->reload(std::move(reload)));
    }
    market_data_->set_rate(query_rate(config.limits));
    waker_->wake();
}

void FixPort::close() {
    bool closed = role_->close();
    // What could not be synced is left to the next start, which looks at it unless all was closed.
    if (closed && opened_.directory) closed = opened_.directory->close().has_value();
    if (!closed)
        log::module("fix").error("sequence numbers or messages of sessions may not be on disk");
}

FixStatus FixPort::status() const {
    const fix::FixCells& cells = role_->cells();
    const auto number = [](const Gauge& gauge) {
        return static_cast<std::uint64_t>(std::max<std::int64_t>(gauge.value(), 0));
    };
    FixStatus status;
    status.address = address();
    status.port = port_;
    status.tls = tls();
    status.connections = number(cells.connections);
    status.sessions = number(cells.sessions);
    status.logged_on = number(cells.logged_on);
    status.queued_bytes = number(cells.queued_bytes);
    status.counts = counts_of(cells);
    for (std::size_t i = 1; i < fix::refusal_kinds; ++i)
        status.refused.push_back({fix::refusal_names[i], cells.refused[i]->value()});
    return status;
}

}  // namespace tickweir::gateway
