// The serving thread's role: a hub, the API, and the server that carries both over sockets. Adds
// nothing of its own but the order of their turns and what is counted.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "book/budget.hpp"
#include "book/ring.hpp"
#include "gateway/metrics/metrics.hpp"
#include "gateway/metrics/tsc_clock.hpp"
#include "gateway/runtime/reactor.hpp"
#include "gateway/runtime/role.hpp"
#include "gateway/serve/api/hub_books.hpp"
#include "gateway/serve/api/market_api.hpp"
#include "gateway/serve/hub.hpp"
#include "gateway/serve/net/server.hpp"
#include "gateway/shield/vocabulary.hpp"
#include "gateway/venue/venue_link.hpp"
#include "store/market_store.hpp"

namespace tickweir::gateway {

/// What a serving role is made of. Everything given by reference must outlive it.
struct ServingParts {
    HubLimits hub_limits;
    ApiLimits api_limits;
    ServerOptions server;
    AccessKeys keys{{}};
    AccountKeys account_keys;
    VenueControl* venue = nullptr;      ///< that answers for accounts; none: there is no venue
    const VenueBoard* board = nullptr;  ///< whose mode is followed; likewise
    bool metrics_shown = true;
    const store::MarketStore& store;
    std::vector<MarketLink> markets;
    std::vector<Waker*> market_wakers;  ///< of other threads that host market shards
    StatusSource& status;
    std::span<const Resource> resources;
    book::MemoryBudget* clients_budget = nullptr;
    Reactor& reactor;
    Metrics& metrics;
    const TscClock& clock;
};

/// What can change while the role runs.
struct ServingReload {
    HubLimits hub;
    ServerLimits server;
    AccessKeys keys{{}};
    AccountKeys account_keys{};
    bool metrics_shown = true;
};

/// What the role counts, in cells of its own.
struct ServingCells {
    explicit ServingCells(Metrics& metrics);

    Gauge& connections;
    Gauge& web_sockets;
    Gauge& subscriptions;
    Counter& accepted;
    Counter& refused;
    Counter& frames;
    Counter& frame_bytes;
    Counter& encoded;
    Counter& conflated;
    Counter& send_calls;
    Counter& requests;
    Counter& malformed;
    Counter& slow_closed;
    Counter& shed;
    Counter& market_events;
    LatencyHistogram& publish;  ///< from receipt by a feed until the sockets have it
    LatencyHistogram& query;    ///< to answer an HTTP request, the socket left out
};

class ServingRole final : public Role {
public:
    explicit ServingRole(ServingParts parts);

    /// See Server::listen.
    std::uint16_t listen(const std::string& address, std::uint16_t port) {
        return server_.listen(address, port);
    }

    /// Hands new limits to the role, which takes them over at its next turn; false when it has not
    /// yet taken the ones before. From one other thread.
    bool reload(ServingReload reload) { return reloads_.try_push(std::move(reload)); }
    /// Whether it would; from that thread, too.
    bool takes_reloads() const { return reloads_.size_approx() < reloads_.capacity(); }

    std::string_view name() const override { return "serving"; }
    bool turn(book::TimeNs now) override;
    bool has_work() const override {
        return hub_.has_work() || server_.has_work() || reloads_.size_approx() != 0;
    }
    std::optional<book::TimeNs> next_due() const override;
    void stop(book::TimeNs now) override { server_.stop(now); }
    bool stopped() const override { return server_.stopped(); }

    const ServingCells& cells() const { return cells_; }
    const HubCounts& hub_counts() const { return hub_.counts(); }

private:
    /// Times what the API takes.
    class TimedApi final : public Api {
    public:
        TimedApi(Api& api, const TscClock& clock, LatencyHistogram& latency)
            : api_{api}, clock_{clock}, latency_{latency} {}
        std::optional<HttpResponse> handle(const HttpRequest& request, PendingAnswer pending,
                                           book::TimeNs now) override;
        std::optional<HttpResponse> authorize(const HttpRequest& request) override {
            return api_.authorize(request);
        }

    private:
        Api& api_;
        const TscClock& clock_;
        LatencyHistogram& latency_;
    };

    void take_reloads();
    void follow_mode(book::TimeNs now);
    void count();
    void time_publishing();

    ServingCells cells_;
    const TscClock& clock_;
    std::vector<Waker*> market_wakers_;
    book::SpscRing<ServingReload> reloads_{4};
    const VenueBoard* board_;
    shield::LoadMode mode_ = shield::LoadMode::normal;  // as the hub and the API have it
    HubLimits hub_limits_;                              // as configured
    Hub hub_;
    HubBooks books_;
    AccountDesk accounts_;
    MarketApi api_;
    TimedApi timed_api_;
    Server server_;
    HubCounts hub_counted_;        // as the cells have it
    ServerCounts server_counted_;  // likewise
    std::uint64_t shed_counted_ = 0;
    book::TimeNs now_{};  // of the last turn
};

}  // namespace tickweir::gateway
