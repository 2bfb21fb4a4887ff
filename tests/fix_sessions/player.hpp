// Plays a script against a FIX acceptor over sockets, and says at which line it went otherwise.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "tests/fix_sessions/client_socket.hpp"
#include "tests/fix_sessions/script.hpp"
#include "tests/fix_sessions/wire.hpp"

namespace tickweir::tests::fix_sessions {

/// An acceptor that scripts are played against.
class Peer {
public:
    Peer() = default;
    Peer(const Peer&) = delete;
    Peer& operator=(const Peer&) = delete;
    virtual ~Peer() = default;

    /// Listens on a free port of loopback, which it answers; also after stop(), with what it kept.
    virtual std::uint16_t start() = 0;
    virtual void stop() = 0;
    /// `logout CLIENT1`, once it has been carried out; why it was not.
    virtual std::string admin(const std::string& what) { return "nobody can " + what; }
};

struct PlayerOptions {
    std::string sender = "CLIENT1";
    std::string target = "TICKWEIR";
    std::chrono::milliseconds patience{20'000};  ///< for one thing that is expected
    /// Told every message that the peer sends and the script expects or passes over.
    std::function<void(const Received&)> heard = {};
};

/// Empty: all went as the script says. Else `name:line: text`, and what was seen instead.
std::string play(const Script& script, Peer& peer, const PlayerOptions& options = {});

}  // namespace tickweir::tests::fix_sessions
