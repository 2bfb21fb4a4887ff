// The gateway's FIX role on a thread of its own, as scripts need it: two sessions, stores in a
// directory of its own, no market data. What it keeps outlives a restart.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>

#include "gateway/fix/sessions_control.hpp"
#include "tests/fix_sessions/player.hpp"

namespace tickweir::tests::fix_sessions {

class GatewayPeer final : public Peer {
public:
    /// Keys of a script's `config`: `password` (of CLIENT1), `dictionary` (`no`: none). Throws
    /// std::invalid_argument for another one.
    explicit GatewayPeer(const std::map<std::string, std::string>& config);
    ~GatewayPeer() override;

    std::uint16_t start() override;
    void stop() override;
    std::string admin(const std::string& what) override;

private:
    struct Running;

    std::map<std::string, std::string> config_;
    std::filesystem::path directory_;
    std::unique_ptr<Running> running_;
};

}  // namespace tickweir::tests::fix_sessions
