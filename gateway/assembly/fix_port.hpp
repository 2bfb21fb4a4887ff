// FIX as a part of the gateway: made from the configuration, with its stores and its application.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "book/budget.hpp"
#include "gateway/config/config.hpp"
#include "gateway/fix/fix_role.hpp"
#include "gateway/fix/open_stores.hpp"
#include "gateway/fix/orders/order_directory.hpp"
#include "gateway/fix/sessions_control.hpp"
#include "gateway/market/market_link.hpp"
#include "gateway/metrics/metrics.hpp"
#include "gateway/metrics/tsc_clock.hpp"
#include "gateway/runtime/host.hpp"
#include "gateway/serve/api/status.hpp"
#include "gateway/venue/venue_host.hpp"
#include "gateway/venue/venue_link.hpp"
#include "store/market_store.hpp"
#include "txn/io/posix_files.hpp"

namespace tickweir::gateway {

namespace fix {
class MarketDataApplication;
class OrderEntryApplication;
}  // namespace fix

/// The venue that sessions trade at; all of it outlives the port.
struct FixVenue {
    VenueHost& host;  ///< in whose log sessions' numbers are reserved
    VenueLink link;
};

/// What the port is connected with. Everything given by reference outlives it.
struct FixPortParts {
    Host& host;  ///< that hosts its role
    const store::MarketStore& store;
    FixMarketInput markets;
    std::vector<Waker*> market_wakers;  ///< of other threads that host market shards
    std::optional<FixVenue> venue;      ///< none: orders are refused
    book::MemoryBudget& clients;
    Metrics& metrics;
    const TscClock& clock;
};

class FixPort {
public:
    /// Reads secrets, opens the stores and listens. Throws std::runtime_error with one line that
    /// says what failed.
    FixPort(const Config& config, FixPortParts parts);

    Role& role() { return *role_; }
    fix::SessionsControl& control() { return control_; }
    const std::string& address() const { return role_->settings().address; }
    std::uint16_t port() const { return port_; }
    bool tls() const { return tls_ != nullptr; }

    /// Entitlements and limits of a reloaded configuration, from the FIX thread's next turn on. One
    /// thread; requires takes_reloads(). Throws std::runtime_error and std::invalid_argument for
    /// what cannot be; then nothing has changed.
    void reload(const Config& config);
    /// False: the FIX thread has not taken the last ones over yet. From the same thread.
    bool takes_reloads() const;

    /// Syncs the stores, once the hosting thread has ended. What a disk refuses is logged.
    void close();

    /// Any thread.
    FixStatus status() const;
    /// Breakers of sessions, for an operator; none: there is no venue. Any thread.
    fix::OrderEntryApplication* order_entry() { return order_entry_; }

private:
    std::unique_ptr<fix::Application> make_order_entry(const Config& config,
                                                       const FixPortParts& parts);

    txn::io::PosixFiles files_;
    std::unique_ptr<TlsContext> tls_;
    fix::SessionsControl control_;
    fix::OpenedStores opened_;
    std::unique_ptr<fix::orders::OrderDirectory> directory_;  // outlives the role
    std::unique_ptr<fix::FixRole> role_;
    fix::OrderEntryApplication* order_entry_ = nullptr;  // the role's, as the next
    fix::MarketDataApplication* market_data_ = nullptr;
    const txn::VenueSettings* traded_ = nullptr;  // none: there is no venue
    Waker* waker_ = nullptr;                      // of the FIX thread
    std::uint16_t port_ = 0;
};

}  // namespace tickweir::gateway
