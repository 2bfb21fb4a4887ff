// What the gateway knows of its FIX sessions and of the port they come to, as plain values: made
// from the configuration, where every key's meaning and range stand.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "gateway/fix/ip_range.hpp"
#include "gateway/fix/message_store.hpp"
#include "gateway/fix/password.hpp"
#include "gateway/fix/schedule.hpp"

namespace tickweir::gateway::fix {

/// One client that may log on.
struct SessionSettings {
    std::string name;     ///< of its section [sessions.NAME]; what the venue calls the session
    std::string comp_id;  ///< its SenderCompID (49), which is our TargetCompID (56)
    bool enabled = true;

    /// Of 554; 553, where it is given, is the CompID then. Nothing: neither is looked at.
    std::optional<PasswordHash> password;
    std::vector<IpRange> addresses;  ///< where it may come from; empty: from anywhere

    std::chrono::seconds heartbeat_min{1};  ///< of 108; outside of both: the logon is refused
    std::chrono::seconds heartbeat_max{60};
    Schedule schedule;

    bool cancel_on_disconnect = false;   ///< without an 8013 at logon
    std::chrono::milliseconds grace{0};  ///< from a lost connection to the cancels

    std::size_t queue_bytes_max = 4 << 20;  ///< output that waits; beyond it the session is cut
    StoreLimits store;
};

/// The port, and what holds for every connection and session.
struct FixSettings {
    std::string address = "127.0.0.1";
    std::uint16_t port = 9878;         ///< 0: any free one
    std::string comp_id = "TICKWEIR";  ///< our SenderCompID (49)
    std::string tls_certificate;       ///< a PEM file; empty: no TLS
    std::string tls_key;
    /// Empty: numbers are kept in memory, messages not at all. It may lie in the venue's directory,
    /// which has to be made before it.
    std::string store_directory;

    std::size_t connections_max = 1'024;
    std::size_t connections_per_address_max = 64;
    std::size_t accepts_per_second_max = 200;
    std::size_t logon_bytes_max = 4'096;  ///< received before the logon
    std::chrono::milliseconds logon_timeout{5'000};
    std::size_t message_bytes_max = 65'536;
    std::chrono::seconds sending_time_accuracy{120};  ///< of 52, either way

    std::size_t resend_messages_max = 100'000;        ///< of one ResendRequest; the rest: gap fill
    std::size_t resend_bytes_per_turn = 256 << 10;    ///< read from the store before others' turn
    std::size_t resend_requests_per_minute_max = 60;  ///< more: the session is logged out
    std::size_t queued_gaps_max = 1'000;  ///< messages kept that came ahead of a missing one

    std::size_t failures_max = 5;  ///< failed logons, per client and per address, before it is
                                   ///< locked out
    std::chrono::seconds failures_window{60};
    std::chrono::seconds lockout{60};  ///< the first; twice as long each time
    std::chrono::seconds lockout_max{3'600};

    std::vector<SessionSettings> sessions;  ///< a place in it is a SessionId
};

}  // namespace tickweir::gateway::fix
