// Who may connect at all: how many connections there are, of whom, how fast they come, and who has
// failed to log on too often. Pure; times come in.
#pragma once

#include <chrono>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "book/types.hpp"
#include "gateway/fix/refusal.hpp"
#include "gateway/serve/hub/request_rate.hpp"
#include "gateway/serve/net/peer_addresses.hpp"

namespace tickweir::gateway::fix {

struct LockoutLimits {
    std::size_t failures = 5;  ///< within the window; so many lock out
    std::chrono::nanoseconds window = std::chrono::seconds{60};
    std::chrono::nanoseconds lockout = std::chrono::seconds{60};
    std::size_t kept = 4'096;  ///< clients and addresses remembered; the oldest is forgotten
};

/// Failed logons of a client from an address. The pair, so that nobody can lock a client out from
/// elsewhere; what names no client counts against the address alone.
class Lockouts {
public:
    explicit Lockouts(LockoutLimits limits) : limits_{limits} {}

    bool locked(std::string_view client, PeerAddress address, book::TimeNs now) const;
    /// True where this failure is the one that locks out.
    bool failed(std::string_view client, PeerAddress address, book::TimeNs now);
    void succeeded(std::string_view client, PeerAddress address);

private:
    struct Key {
        PeerAddress address{};
        std::string client;
        friend auto operator<=>(const Key&, const Key&) = default;
    };
    struct Failures {
        std::size_t count = 0;
        book::TimeNs first{};
        book::TimeNs locked_until{};
    };
    void make_room(book::TimeNs now);

    LockoutLimits limits_;
    std::map<Key, Failures> failures_;
};

struct AcceptLimits {
    std::size_t connections = 1'024;
    std::size_t per_address = 64;
    std::size_t per_second = 200;
};

class AcceptGate {
public:
    explicit AcceptGate(AcceptLimits limits) : limits_{limits} {}

    /// None: counted until leave().
    [[nodiscard]] Refusal admit(PeerAddress address, book::TimeNs now);
    void leave(PeerAddress address);
    std::size_t connections() const { return connections_; }

private:
    AcceptLimits limits_;
    std::size_t connections_ = 0;
    PeerAddresses addresses_;
    hub::RequestRate rate_;
};

}  // namespace tickweir::gateway::fix
