// The FIX part of a gateway in a test: the port on loopback, sessions, stores and applications on a
// thread of their own. It can be stopped and started again on the same directory.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "gateway/fix/fix_role.hpp"
#include "gateway/fix/open_stores.hpp"
#include "gateway/runtime/host.hpp"
#include "txn/io/posix_files.hpp"

namespace tickweir::tests {

/// A session that anybody on loopback may have.
inline gateway::fix::SessionSettings fix_session(std::string comp_id) {
    gateway::fix::SessionSettings session;
    session.name = comp_id;
    session.comp_id = std::move(comp_id);
    return session;
}

/// A port of any number with these clients. Without a directory nothing is kept.
inline gateway::fix::FixSettings fix_settings(const std::vector<std::string>& comp_ids,
                                              std::string directory = {}) {
    gateway::fix::FixSettings settings;
    settings.port = 0;
    settings.store_directory = std::move(directory);
    settings.accepts_per_second_max = 100'000;
    settings.connections_per_address_max = 10'000;
    settings.failures_max = 1'000;
    for (const std::string& comp_id : comp_ids)
        settings.sessions.push_back(fix_session(comp_id));
    return settings;
}

class FixGateway {
public:
    using Applications = std::vector<std::unique_ptr<gateway::fix::Application>>;

    explicit FixGateway(gateway::fix::FixSettings settings, Applications applications = {},
                        std::string dictionary = {}, const gateway::TlsContext* tls = nullptr,
                        gateway::fix::NumberReserve* reserve = nullptr,
                        gateway::InputDelay* input_delay = nullptr)
        : opened_{gateway::fix::open_stores(settings, files_, gateway::wall_clock_now())} {
        role_ = std::make_unique<gateway::fix::FixRole>(
            gateway::fix::FixParts{.settings = std::move(settings),
                                   .stores = std::move(opened_.stores),
                                   .applications = std::move(applications),
                                   .dictionary = std::move(dictionary),
                                   .reactor = host_.reactor(),
                                   .metrics = metrics_,
                                   .control = control_,
                                   .tls = tls,
                                   .budget = nullptr,
                                   .send_buffer_bytes = 16 * 1024,
                                   .reserve = reserve,
                                   .input_delay = input_delay});
        port_ = role_->listen();
        control_.set_wakers(&host_.reactor().waker(), nullptr);
        host_.add(*role_);
        host_.start();
    }
    FixGateway(const FixGateway&) = delete;
    FixGateway& operator=(const FixGateway&) = delete;
    ~FixGateway() { stop(); }

    std::uint16_t port() const { return port_; }
    gateway::fix::SessionsControl& control() { return control_; }
    const gateway::fix::FixCells& cells() const { return role_->cells(); }
    /// Whether its thread is still there.
    bool alive() const { return !host_.ended(); }

    /// As the program stops: sessions are logged out, stores closed. False where a disk refused.
    bool stop() {
        if (std::exchange(stopped_, true)) return true;
        host_.request_stop(std::chrono::seconds{3});
        host_.join();
        if (host_.failure()) std::rethrow_exception(host_.failure());
        bool closed = role_->close();
        if (opened_.directory) closed = opened_.directory->close().has_value() && closed;
        return closed;
    }

private:
    txn::io::PosixFiles files_;
    gateway::fix::OpenedStores opened_;
    gateway::Metrics metrics_;
    gateway::fix::SessionsControl control_;
    gateway::Host host_{{.name = "fix"}};
    std::unique_ptr<gateway::fix::FixRole> role_;
    std::uint16_t port_ = 0;
    bool stopped_ = false;
};

}  // namespace tickweir::tests
