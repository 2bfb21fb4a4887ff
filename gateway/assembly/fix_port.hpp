// FIX as a part of the gateway: made from the configuration, with its stores and its application.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "book/budget.hpp"
#include "gateway/config/config.hpp"
#include "gateway/fix/fix_role.hpp"
#include "gateway/fix/open_stores.hpp"
#include "gateway/fix/sessions_control.hpp"
#include "gateway/market/market_link.hpp"
#include "gateway/metrics/metrics.hpp"
#include "gateway/runtime/host.hpp"
#include "gateway/serve/api/status.hpp"
#include "store/market_store.hpp"
#include "txn/io/posix_files.hpp"

namespace tickweir::gateway {

namespace fix {
class MarketDataApplication;
}

/// What the port is connected with. Everything given by reference outlives it.
struct FixPortParts {
    Host& host;  ///< that hosts its role
    const store::MarketStore& store;
    FixMarketInput markets;
    std::vector<Waker*> market_wakers;  ///< of other threads that host market shards
    book::MemoryBudget& clients;
    Metrics& metrics;
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

    /// Syncs the stores, once the hosting thread has ended. What a disk refuses is logged.
    void close();

    /// Any thread.
    FixStatus status() const;
    /// The mode of DESIGN §8, 0 to 5; sessions hear of it. Any thread.
    void set_mode(unsigned mode);

private:
    txn::io::PosixFiles files_;
    std::unique_ptr<TlsContext> tls_;
    fix::SessionsControl control_;
    fix::OpenedStores opened_;
    std::unique_ptr<fix::FixRole> role_;
    fix::MarketDataApplication* market_data_ = nullptr;  // the role's
    std::uint16_t port_ = 0;
};

}  // namespace tickweir::gateway
