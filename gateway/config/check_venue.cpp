#include "gateway/config/check_venue.hpp"

#include <algorithm>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tickweir::gateway {
namespace {

constexpr unsigned decimals_most = 18;

class Check {
public:
    Check(const Config& config, std::vector<CrossComplaint>& out) : config_{config}, out_{out} {
        for (const auto& [symbol, instrument] : config.venue_instruments) {
            assets_.insert(instrument.base.empty() ? symbol : instrument.base);
            assets_.insert(instrument.quote);
        }
    }

    void run() {
        const VenueConfig& venue = config_.venue;
        if (venue.maker_fee.millionths + venue.taker_fee.millionths < 0)
            complain("venue.maker_fee", "is a rebate above the fee that pays it");
        for (const auto& [symbol, instrument] : config_.venue_instruments)
            check("instruments." + symbol, symbol, instrument);
        for (const auto& [name, account] : config_.accounts)
            check("accounts." + name, name, account);
        for (const auto& [name, session] : config_.sessions)
            check("sessions." + name, name, session);
        check(config_.log.wal);
        check(config_.shield);
    }

private:
    void complain(std::string key, std::string reason) {
        out_.push_back({std::move(key), std::move(reason)});
    }

    /// A price or quantity that its instrument's decimals hold.
    void check_decimals(const std::string& key, const Decimal& value, std::uint64_t decimals) {
        if (!book::exact::rescaled(value, static_cast<unsigned>(decimals)).ok())
            complain(key, "has more than the " + std::to_string(decimals) +
                              " decimals there are: " + book::exact::to_text(value));
        else if (value > largest(decimals))
            complain(key, "is beyond " + book::exact::to_text(largest(decimals)) + ": " +
                              book::exact::to_text(value));
    }
    /// What fits 64 bits with so many decimals.
    static Decimal largest(std::uint64_t decimals) {
        return Decimal{std::int64_t{1} << 62, static_cast<unsigned>(decimals)};
    }

    void check(const std::string& key, const std::string& symbol,
               const VenueInstrumentConfig& instrument) {
        if ((instrument.base.empty() ? symbol : instrument.base) == instrument.quote)
            complain(key + ".quote", "is the base asset, too: \"" + instrument.quote + "\"");
        const std::uint64_t decimals = instrument.price_decimals + instrument.quantity_decimals;
        if (decimals > decimals_most) {
            complain(key + ".price_decimals",
                     "and quantity_decimals must be at most 18 together, got " +
                         std::to_string(decimals));
            return;
        }
        check_decimals(key + ".tick", instrument.tick, instrument.price_decimals);
        check_decimals(key + ".lot", instrument.lot, instrument.quantity_decimals);
        check_decimals(key + ".reference", instrument.reference, instrument.price_decimals);
        check_decimals(key + ".quantity_max", instrument.quantity_max,
                       instrument.quantity_decimals);
    }

    void check_assets(const std::string& key, const Amounts& amounts) {
        for (const auto& [asset, amount] : amounts)
            if (!assets_.contains(asset))
                complain(key, "names \"" + asset + "\", which is traded by no instrument");
    }

    void check(const std::string& key, const std::string& name, const VenueAccountConfig& account) {
        if (name == fee_account_name)
            complain(key, "is the name of the venue's own account, which gets the fees");
        if (account.key.size() > 1) complain(key + ".key", "must be one key");
        check_assets(key + ".balances", account.balances);
        check_assets(key + ".short_limit", account.short_limit);
        for (const auto& [symbol, quantity] : account.position_limit) {
            const auto found = config_.venue_instruments.find(symbol);
            if (found == config_.venue_instruments.end())
                complain(key + ".position_limit", "names no instrument: \"" + symbol + "\"");
            else if (found->second.quantity_decimals <= decimals_most)
                check_decimals(key + ".position_limit", quantity, found->second.quantity_decimals);
        }
    }

    void check(const std::string& key, const std::string& name, const VenueSessionConfig& session) {
        if (name == operator_session_name) complain(key, "is the name of the venue's own session");
        if (session.accounts.empty()) complain(key + ".accounts", "is missing or empty");
        std::set<std::string> named;
        for (const std::string& account : session.accounts) {
            if (!config_.accounts.contains(account))
                complain(key + ".accounts", "names no account: \"" + account + "\"");
            if (!named.insert(account).second)
                complain(key + ".accounts", "names \"" + account + "\" twice");
        }
        check(key, name, session.orders);
    }

    void check_words(const std::string& key, const std::vector<std::string>& words,
                     std::span<const std::string_view> allowed) {
        for (const std::string& word : words)
            if (std::ranges::count(allowed, word) == 0)
                complain(key, "has no meaning for \"" + word + "\"");
    }
    void check(const std::string& key, const std::string& name, const SessionOrderConfig& orders) {
        for (const std::string& symbol : orders.instruments)
            if (!config_.venue_instruments.contains(symbol))
                complain(key + ".instruments", "names no instrument: \"" + symbol + "\"");
        check_words(key + ".sides", orders.sides, side_words);
        check_words(key + ".order_types", orders.order_types, order_type_words);
        for (const std::string& other : orders.drop_copy) {
            if (!config_.sessions.contains(other))
                complain(key + ".drop_copy", "names no session: \"" + other + "\"");
            if (other == name) complain(key + ".drop_copy", "names the session itself");
        }
    }

    void check(const WalConfig& wal) {
        if (2 * wal.batch_bytes > wal.segment_bytes)
            complain("log.wal_batch_bytes", "must be at most half of log.wal_segment_bytes, got " +
                                                std::to_string(wal.batch_bytes));
        if (wal.ring_reserve_bytes > wal.ring_bytes / 2)
            complain("log.wal_ring_reserve_bytes",
                     "must be at most half of log.wal_ring_bytes, got " +
                         std::to_string(wal.ring_reserve_bytes));
        // What the ring holds has to fit the files made ahead, twice for headers and padding, with
        // one left.
        const std::uint64_t usable =
            wal.segment_bytes - std::min(wal.segment_bytes, wal.batch_bytes);
        if (wal.spare_segments * usable < 2 * wal.ring_bytes + wal.segment_bytes)
            complain("log.wal_spare_segments",
                     "or log.wal_segment_bytes must be larger: one file and what " +
                         std::to_string(wal.ring_bytes) +
                         " bytes of log.wal_ring_bytes become have to fit");
        if (wal.stop_below_percent >= wal.trim_below_percent)
            complain("log.wal_stop_below_percent",
                     "must be below log.wal_trim_below_percent, got " +
                         std::to_string(wal.stop_below_percent));
    }

    void check(const ShieldConfig& shield) {
        const auto ascending = [&](const char* key, std::uint64_t value, const char* before,
                                   std::uint64_t least) {
            if (value <= least)
                complain(std::string{"shield."} + key,
                         std::string{"must be above shield."} + before + ", which is " +
                             std::to_string(least) + ", got " + std::to_string(value));
        };
        ascending("shed_memory_percent", shield.shed_memory_percent, "trim_memory_percent",
                  shield.trim_memory_percent);
        ascending("protect_memory_percent", shield.protect_memory_percent, "shed_memory_percent",
                  shield.shed_memory_percent);
        ascending("cancel_only_memory_percent", shield.cancel_only_memory_percent,
                  "protect_memory_percent", shield.protect_memory_percent);
        ascending("shed_log_lag_us", shield.shed_log_lag_us, "trim_log_lag_us",
                  shield.trim_log_lag_us);
        ascending("protect_disk_percent", shield.protect_disk_percent, "cancel_only_disk_percent",
                  shield.cancel_only_disk_percent);
    }

    const Config& config_;
    std::vector<CrossComplaint>& out_;
    std::set<std::string> assets_;
};

}  // namespace

void check_venue(const Config& config, std::vector<CrossComplaint>& out) {
    Check{config, out}.run();
}

}  // namespace tickweir::gateway
