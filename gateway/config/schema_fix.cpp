// The keys of [fix] and [admin].
#include "gateway/config/schema_ranges.hpp"

namespace tickweir::gateway {
namespace {

constexpr Allowed seconds_of_day = between(1, 86'400);

constexpr Key fix_section[]{
    {"enabled", "Whether there is a FIX port.", field<&FixConfig::enabled>()},
    {"address", "The address to listen at, IPv4 or IPv6.", field<&FixConfig::address>(),
     text(1, 255)},
    {"port", "The TCP port of FIX; 0: any free one, printed at the start.",
     field<&FixConfig::port>(), between(0, 65'535)},
    {"comp_id", "What this gateway is called: its SenderCompID (49).", field<&FixConfig::comp_id>(),
     text(1, 64)},
    {"tls_certificate", "PEM file of the certificate and its chain; empty: no TLS.",
     field<&FixConfig::tls_certificate>(), path_text},
    {"tls_key", "PEM file of the certificate's private key.", field<&FixConfig::tls_key>(),
     path_text},
    {"store",
     "The directory of sequence numbers and sent messages, for one process at a time; empty: the\n"
     "directory fix in venue.data, and without that nothing is kept beyond the process.",
     field<&FixConfig::store>(), path_text},
    {"store_bytes", "Bytes on disk for a session's sent messages; the oldest beyond it are gone.",
     field<&FixConfig::store_bytes>(), between(256 * kib, 64 * gib)},
    {"connections_max", "Connections at one time.", field<&FixConfig::connections_max>(),
     between(1, 65'536)},
    {"connections_per_address_max", "Connections at one time from one address.",
     field<&FixConfig::connections_per_address_max>(), between(1, 65'536)},
    {"accepts_per_second_max", "New connections a second; more are closed at once.",
     field<&FixConfig::accepts_per_second_max>(), between(1, 1'000'000)},
    {"logon_bytes_max", "Bytes that a client may send before it is logged on.",
     field<&FixConfig::logon_bytes_max>(), between(256, 65'536)},
    {"logon_timeout_ms", "Milliseconds from connecting to the Logon, TLS included.",
     field<&FixConfig::logon_timeout_ms>(), timeout_ms},
    {"message_bytes_max", "Bytes of a message, either way.", field<&FixConfig::message_bytes_max>(),
     between(20 * kib, 64 * kib)},
    {"queue_bytes_max",
     "Bytes that wait for one session's client; a client that does not read is cut beyond it.",
     field<&FixConfig::queue_bytes_max>(), between(512 * kib, gib)},
    {"heartbeat_min_s", "Seconds: the least HeartBtInt (108) of a Logon.",
     field<&FixConfig::heartbeat_min_s>(), between(1, 3'600)},
    {"heartbeat_max_s", "Seconds: the largest.", field<&FixConfig::heartbeat_max_s>(),
     between(1, 3'600)},
    {"sending_time_accuracy_s", "Seconds that SendingTime (52) may be off, either way.",
     field<&FixConfig::sending_time_accuracy_s>(), seconds_of_day},
    {"resend_messages_max",
     "Messages that are sent again for one ResendRequest; a gap fill stands for those before.",
     field<&FixConfig::resend_messages_max>(), between(1, 100'000'000)},
    {"resend_bytes_per_turn", "Bytes read for a resend before other sessions have their turn.",
     field<&FixConfig::resend_bytes_per_turn>(), between(64 * kib, 64 * mib)},
    {"resend_requests_per_minute_max",
     "ResendRequests a minute of one session; one with more is logged out.",
     field<&FixConfig::resend_requests_per_minute_max>(), between(1, 1'000'000)},
    {"queued_gaps_max", "Messages of one session kept for coming ahead of a missing one.",
     field<&FixConfig::queued_gaps_max>(), between(1, 2'000)},
    {"failures_max",
     "Failed logons of one client, and from one address, within failures_window_s; one more locks\n"
     "it out.",
     field<&FixConfig::failures_max>(), between(1, 1'000'000)},
    {"failures_window_s", "Seconds.", field<&FixConfig::failures_window_s>(), seconds_of_day},
    {"lockout_s", "Seconds of the first lock-out; each one that follows lasts twice as long.",
     field<&FixConfig::lockout_s>(), seconds_of_day},
    {"lockout_max_s", "Seconds of the longest lock-out.", field<&FixConfig::lockout_max_s>(),
     seconds_of_day},
    {"market_data_requests_max", "Open MarketDataRequests of one session; more are refused.",
     field<&FixConfig::market_data_requests_max>(), between(1, 100'000)},
    {"market_data_instruments_max", "Instruments in all of a session's requests, one by one.",
     field<&FixConfig::market_data_instruments_max>(), between(1, 1'000'000)},
    {"market_data_symbols_max", "Symbols in one request.",
     field<&FixConfig::market_data_symbols_max>(), between(1, 1'000)},
    {"market_data_statuses_max", "Open SecurityStatusRequests of one session.",
     field<&FixConfig::market_data_statuses_max>(), between(1, 1'000'000)},
    {"market_data_conflate_bytes",
     "Unsent bytes of a session from which on its books are conflated; half of queue_bytes_max at\n"
     "most.",
     field<&FixConfig::market_data_conflate_bytes>(), between(4 * kib, gib)},
    {"market_data_refresh_ms", "Milliseconds between two full refreshes (265=0) of an instrument.",
     field<&FixConfig::market_data_refresh_ms>(), between(1, 60'000)},
};

constexpr Key admin_section[]{
    {"address", "The address to listen at, one of loopback.", field<&AdminConfig::address>(),
     text(1, 255)},
    {"port", "The TCP port of `tickweir admin`; 0: any free one, printed at the start.",
     field<&AdminConfig::port>(), between(0, 65'535)},
    {"token",
     "What `tickweir admin` has to know: \"env:NAME\", \"file:PATH\" or the token itself, which "
     "is\n"
     "never printed. None: one is made at the start, in a file that the owner alone can read.",
     field<&AdminConfig::token>(), text(1, 4'096)},
};

}  // namespace

std::span<const Key> fix_keys() {
    return fix_section;
}
std::span<const Key> admin_keys() {
    return admin_section;
}

}  // namespace tickweir::gateway
