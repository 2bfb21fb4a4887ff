// Why a connection or a logon is turned away: the reasons that are counted.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace tickweir::gateway::fix {

enum class Refusal : std::uint8_t {
    none,
    // at accept
    connections,  ///< over the limit of all
    per_address,  ///< over the limit of its address
    accept_rate,
    locked_out,  ///< too many failed logons; also at logon, of a client
    memory,
    // before the logon; closed without a word
    timeout,
    too_much,      ///< more bytes than a logon may have
    broken_frame,  ///< no FIX, garbled, or not fit to be looked at
    bad_tls,
    no_logon,  ///< the first message is another one
    version,   ///< BeginString is not FIX.4.4
    comp_id,   ///< a CompID that nobody has
    address,   ///< not one that the session may come from
    password,
    busy,  ///< too many passwords wait to be checked
    already_connected,
    // who it is is known: answered with a Logout that says why
    encryption,
    heartbeat,
    sending_time,
    reset_number,  ///< 141=Y with a MsgSeqNum that is not 1
    disabled,
    closed_hours,
    stopping,
    opening,  ///< the venue is not ready
    load,     ///< an application takes nobody in now
};
inline constexpr std::size_t refusal_kinds = 26;

inline constexpr std::array<std::string_view, refusal_kinds> refusal_names{
    "none",      "connections",  "per_address",  "accept_rate", "locked_out",        "memory",
    "timeout",   "too_much",     "broken_frame", "bad_tls",     "no_logon",          "version",
    "comp_id",   "address",      "password",     "busy",        "already_connected", "encryption",
    "heartbeat", "sending_time", "reset_number", "disabled",    "closed_hours",      "stopping",
    "opening",   "load"};

constexpr std::string_view to_string(Refusal why) {
    return refusal_names[static_cast<std::size_t>(why)];
}

}  // namespace tickweir::gateway::fix
