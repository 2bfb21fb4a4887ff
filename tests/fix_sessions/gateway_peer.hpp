// The gateway's FIX role on a thread of its own, as scripts need it: two sessions, stores in a
// directory of its own, no market data. What it keeps outlives a restart.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "tests/fix/fix_gateway.hpp"
#include "tests/fix/temporary_directory.hpp"
#include "tests/fix_sessions/player.hpp"

namespace tickweir::tests::fix_sessions {

class GatewayPeer final : public Peer {
public:
    /// Keys of a script's `config`: `password` (of CLIENT1), `dictionary` (`no`: none). Throws
    /// std::invalid_argument for another one.
    explicit GatewayPeer(const std::map<std::string, std::string>& config);

    std::uint16_t start() override;
    void stop() override;
    std::string admin(const std::string& what) override;

private:
    std::map<std::string, std::string> config_;
    TemporaryDirectory directory_;
    std::optional<FixGateway> gateway_;
};

}  // namespace tickweir::tests::fix_sessions
