// The parts of the configuration that FIX and administration are about, as plain values: the ports,
// and of a session how its client comes in. A part of config.hpp.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/config/secret.hpp"
#include "gateway/config/time_of_day.hpp"

namespace tickweir::gateway {

enum class SessionReset : std::uint8_t { never, daily, weekly };
inline constexpr std::array<std::string_view, 3> session_reset_names{"never", "daily", "weekly"};
constexpr const auto& names_of(SessionReset) {
    return session_reset_names;
}

enum class Weekday : std::uint8_t {
    sunday,
    monday,
    tuesday,
    wednesday,
    thursday,
    friday,
    saturday
};
inline constexpr std::array<std::string_view, 7> weekday_names{
    "sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"};
constexpr const auto& names_of(Weekday) {
    return weekday_names;
}

/// How a session's client comes in; keys of [sessions.NAME].
struct SessionFixConfig {
    std::string comp_id;  ///< empty: the session's name
    bool enabled = true;
    std::vector<Secret> password;        ///< none or one
    std::vector<Secret> password_hash;   ///< none or one
    std::vector<std::string> addresses;  ///< empty: any
    SessionReset reset = SessionReset::never;
    TimeOfDay reset_time;
    Weekday reset_day = Weekday::sunday;
    TimeOfDay opens;
    TimeOfDay closes;
    std::string timezone;  ///< empty: the venue's
    bool cancel_on_disconnect = false;
    std::uint64_t grace_ms = 0;
    friend bool operator==(const SessionFixConfig&, const SessionFixConfig&) = default;
};

/// The port that FIX sessions come to.
struct FixConfig {
    bool enabled = true;
    std::string address = "127.0.0.1";
    std::uint64_t port = 9878;  ///< 0: any free one
    std::string comp_id = "TICKWEIR";
    std::string tls_certificate;  ///< a PEM file; empty: no TLS
    std::string tls_key;          ///< a PEM file
    std::string store;            ///< empty: fix in venue.data, else in memory
    std::uint64_t store_bytes = 16 << 20;
    std::uint64_t connections_max = 1'024;
    std::uint64_t connections_per_address_max = 64;
    std::uint64_t accepts_per_second_max = 200;
    std::uint64_t logon_bytes_max = 4'096;
    std::uint64_t logon_timeout_ms = 5'000;
    std::uint64_t message_bytes_max = 65'536;
    std::uint64_t queue_bytes_max = 4 << 20;
    std::uint64_t heartbeat_min_s = 1;
    std::uint64_t heartbeat_max_s = 60;
    std::uint64_t sending_time_accuracy_s = 120;
    std::uint64_t resend_messages_max = 100'000;
    std::uint64_t resend_bytes_per_turn = 256 << 10;
    std::uint64_t resend_requests_per_minute_max = 60;
    std::uint64_t queued_gaps_max = 1'000;
    std::uint64_t failures_max = 5;
    std::uint64_t failures_window_s = 60;
    std::uint64_t lockout_s = 60;
    std::uint64_t lockout_max_s = 3'600;
    std::uint64_t market_data_requests_max = 200;
    std::uint64_t market_data_instruments_max = 2'000;
    std::uint64_t market_data_symbols_max = 500;
    std::uint64_t market_data_statuses_max = 2'000;
    std::uint64_t market_data_conflate_bytes = 128 << 10;
    std::uint64_t market_data_refresh_ms = 100;
    friend bool operator==(const FixConfig&, const FixConfig&) = default;
};

/// The port of administration.
struct AdminConfig {
    std::string address = "127.0.0.1";
    std::uint64_t port = 9879;  ///< 0: any free one
    std::vector<Secret> token;  ///< none: one is made at the start
    friend bool operator==(const AdminConfig&, const AdminConfig&) = default;
};

}  // namespace tickweir::gateway
