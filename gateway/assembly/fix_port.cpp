#include "gateway/assembly/fix_port.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "gateway/fix/dictionary/dictionary.hpp"
#include "gateway/fix/fix_settings.hpp"
#include "gateway/fix/market_data_application.hpp"
#include "gateway/log.hpp"

namespace tickweir::gateway {
namespace {

constexpr int send_buffer_bytes = 256 * 1024;  // of a client's socket

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

fix::MarketDataLimits limits_of(const FixConfig& config) {
    fix::MarketDataLimits limits;
    limits.requests_per_session = config.market_data_requests_max;
    limits.instruments_per_session = config.market_data_instruments_max;
    limits.instruments_per_request = config.market_data_symbols_max;
    limits.statuses_per_session = config.market_data_statuses_max;
    limits.conflate_after_bytes = config.market_data_conflate_bytes;
    limits.refresh_interval = std::chrono::milliseconds{config.market_data_refresh_ms};
    return limits;
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
    std::vector<std::unique_ptr<fix::Application>> applications;
    auto market_data = std::make_unique<fix::MarketDataApplication>(
        limits_of(config.fix), config.venue.id, parts.store, std::move(parts.markets),
        &parts.clients, parts.metrics);
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
                      .market_wakers = std::move(parts.market_wakers)});
    port_ = role_->listen();
    control_.set_wakers(&reactor.waker(), nullptr);
}

void FixPort::set_mode(unsigned mode) {
    market_data_->set_mode(mode);
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
