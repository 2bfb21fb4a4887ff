// The venue's part of the configuration as plain values: what is traded, who may, and what becomes
// of it on disk. A part of config.hpp.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "book/exact/decimal.hpp"
#include "gateway/config/fix_config.hpp"
#include "gateway/config/order_config.hpp"
#include "gateway/config/time_of_day.hpp"

namespace tickweir::gateway {

/// A part of a whole, such as a fee, in millionths: "0.0005" is 500.
struct Share {
    std::int32_t millionths = 0;
    friend bool operator==(const Share&, const Share&) = default;
};

using book::exact::Decimal;
/// Exact numbers by the name of an asset or instrument.
using Amounts = std::map<std::string, Decimal>;

enum class CommitChoice : std::uint8_t { durable, applied };
inline constexpr std::array<std::string_view, 2> commit_choice_names{"durable", "applied"};
constexpr const auto& names_of(CommitChoice) {
    return commit_choice_names;
}

struct VenueConfig {
    std::string data;  ///< the directory of log and snapshots; empty: there is no venue
    std::string id = "tickweir";
    std::string timezone = "UTC";
    TimeOfDay day_end;
    Share maker_fee;
    Share taker_fee;
    CommitChoice commit = CommitChoice::durable;
    std::uint64_t log_number = 1;
    std::uint64_t tick_ms = 100;
    std::uint64_t orders_ready = 1 << 17;
    std::uint64_t orders_max = 1'000'000;
    std::uint64_t balances_max = 1 << 16;
    std::uint64_t positions_max = 1 << 16;
    std::uint64_t client_ids_max = 1 << 21;
    std::uint64_t trades_max = 1 << 18;
    friend bool operator==(const VenueConfig&, const VenueConfig&) = default;
};

struct VenueAccountConfig {
    Amounts balances;
    Amounts short_limit;
    Amounts position_limit;
    std::uint64_t orders_max = 100'000;
    Decimal notional_max;     ///< 0: any
    std::vector<Secret> key;  ///< of its owner over HTTP; none or one
    friend bool operator==(const VenueAccountConfig&, const VenueAccountConfig&) = default;
};

struct VenueSessionConfig {
    std::vector<std::string> accounts;  ///< never empty; the first one is the default
    std::uint64_t orders_max = 100'000;
    SessionFixConfig fix;
    SessionOrderConfig orders;
    friend bool operator==(const VenueSessionConfig&, const VenueSessionConfig&) = default;
};

struct VenueInstrumentConfig {
    std::string base;  ///< empty: the symbol
    std::string quote = "USD";
    std::uint64_t price_decimals = 2;
    std::uint64_t quantity_decimals = 0;
    Decimal tick;       ///< 0: one unit of the last decimal
    Decimal lot;        ///< likewise
    Decimal reference;  ///< 0: none before the first trade
    Share collar;       ///< 0: any price
    Share price_band;   ///< 0: none
    std::uint64_t band_window_s = 300;
    std::uint64_t pause_s = 300;
    Decimal quantity_max;  ///< 0: any
    Decimal notional_max;  ///< 0: any
    friend bool operator==(const VenueInstrumentConfig&, const VenueInstrumentConfig&) = default;
};

/// How the write-ahead log is kept; keys of [log].
struct WalConfig {
    enum class Sync : std::uint8_t { direct, fdatasync };

    std::uint64_t segment_bytes = 64 << 20;
    std::uint64_t batch_bytes = 256 << 10;
    std::uint64_t ring_bytes = 8 << 20;
    std::uint64_t ring_reserve_bytes = 1 << 20;
    std::uint64_t spare_segments = 3;
    Sync sync = Sync::direct;
    std::uint64_t closing_ms = 10;
    std::uint64_t trim_below_percent = 20;
    std::uint64_t stop_below_percent = 3;
    std::uint64_t snapshot_s = 300;
    std::uint64_t snapshot_bytes = 256 << 20;
    bool snapshot_at_stop = true;
    std::uint64_t statistics_s = 10;
    friend bool operator==(const WalConfig&, const WalConfig&) = default;
};
inline constexpr std::array<std::string_view, 2> wal_sync_names{"direct", "fdatasync"};
constexpr const auto& names_of(WalConfig::Sync) {
    return wal_sync_names;
}

/// Members of [instruments], [accounts] and [sessions] where a file names none of any.
std::map<std::string, VenueInstrumentConfig> default_instruments();
std::map<std::string, VenueAccountConfig> default_accounts();
std::map<std::string, VenueSessionConfig> default_sessions();

}  // namespace tickweir::gateway
