// The gateway's FIX role on a thread of its own, as scripts need it: sessions that each script has
// for itself, stores in a directory of its own, no market data. What it keeps outlives a restart.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tests/fix/fix_gateway.hpp"
#include "tests/fix/temporary_directory.hpp"
#include "tests/fix_sessions/player.hpp"

namespace tickweir::tests::fix_sessions {

struct GatewayPeerOptions {
    std::vector<std::string> sessions{"CLIENT1", "CLIENT2"};
    std::string password = {};  ///< of the first session; empty: none
    bool dictionary = true;
};

/// Runs from the first start() to a stop(), or to its end.
class GatewayPeer final : public Peer {
public:
    explicit GatewayPeer(GatewayPeerOptions options) : options_{std::move(options)} {}

    std::uint16_t start() override;
    void stop() override { gateway_.reset(); }
    std::string admin(const std::string& what) override;

private:
    GatewayPeerOptions options_;
    TemporaryDirectory directory_;
    std::optional<FixGateway> gateway_;
};

/// A peer that runs already, for scripts that leave it as it is: nothing stops it.
class SharedPeer final : public Peer {
public:
    explicit SharedPeer(GatewayPeer& peer) : peer_{peer} {}

    std::uint16_t start() override { return peer_.start(); }
    void stop() override {}
    std::string admin(const std::string& what) override { return peer_.admin(what); }

private:
    GatewayPeer& peer_;
};

}  // namespace tickweir::tests::fix_sessions
