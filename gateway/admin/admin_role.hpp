// The admin port's role: the API of administration behind the server that all HTTP goes through,
// and the log of who asked for what. Adds nothing of its own but the order of their turns.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "gateway/admin/admin_api.hpp"
#include "gateway/metrics/metrics.hpp"
#include "gateway/runtime/reactor.hpp"
#include "gateway/runtime/role.hpp"
#include "gateway/serve/net/server.hpp"

namespace tickweir::gateway {

/// What few administrators need of a server: far less than its clients.
ServerLimits admin_server_limits();

/// What an admin role is made of. Everything given by reference must outlive it.
struct AdminParts {
    AdminLimits limits;
    ServerLimits server = admin_server_limits();
    fix::SessionsControl& control;
    AdminAsking asking = {};
    std::string token;
    book::MemoryBudget* budget = nullptr;  ///< what connections hold is charged here
    Reactor& reactor;
    Metrics& metrics;
};

class AdminRole final : public Role {
public:
    /// Throws std::invalid_argument where the token could not be sent in a header.
    explicit AdminRole(AdminParts parts);

    /// See Server::listen.
    std::uint16_t listen(const std::string& address, std::uint16_t port) {
        return server_.listen(address, port);
    }

    std::string_view name() const override { return "admin"; }
    bool turn(book::TimeNs now) override;
    bool has_work() const override { return server_.has_work(); }
    std::optional<book::TimeNs> next_due() const override;
    void stop(book::TimeNs now) override { server_.stop(now); }
    bool stopped() const override { return server_.stopped(); }

private:
    /// Nobody gets a WebSocket here.
    class NoStreams final : public StreamClients {
    public:
        bool streams_at(std::string_view) const override { return false; }
        std::optional<ClientId> open(std::string_view, book::TimeNs) override {
            return std::nullopt;
        }
        void close(ClientId) override {}
        void on_message(ClientId, std::string_view, book::TimeNs) override {}
        std::span<const ClientId> due() override { return {}; }
        std::size_t gather(ClientId, std::span<iovec>) const override { return 0; }
        void sent(ClientId, std::size_t, book::TimeNs) override {}
        std::optional<ClientClose> closing(ClientId) const override { return std::nullopt; }
        std::size_t unsent_bytes(ClientId) const override { return 0; }
    };

    void count();

    AdminApi api_;
    NoStreams streams_;
    Server server_;
    Counter& requests_;
    Counter& no_access_;
    Counter& actions_;
    AdminCounts counted_;  // as the counters have it
    book::TimeNs now_{};   // of the last turn
};

}  // namespace tickweir::gateway
