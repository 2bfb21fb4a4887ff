#include "gateway/venue/venue_settings.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "gateway/config/check_venue.hpp"
#include "gateway/config/key_values.hpp"

namespace tickweir::gateway {
namespace {

using txn::AccountId;
using txn::AssetId;
using txn::InstrumentId;
using txn::Int128;

constexpr unsigned amount_decimals = 18;

/// At so many decimals; the configuration was checked, so it fits.
Int128 scaled(const Decimal& value, unsigned decimals) {
    return book::exact::rescaled(value, decimals).value.coefficient();
}
std::int64_t small(const Decimal& value, std::uint64_t decimals) {
    return static_cast<std::int64_t>(scaled(value, static_cast<unsigned>(decimals)));
}

/// Names with their places in a list.
class Places {
public:
    std::uint32_t add(const std::string& name) {
        return places_.try_emplace(name, static_cast<std::uint32_t>(places_.size())).first->second;
    }
    bool has(const std::string& name) const { return places_.contains(name); }
    std::uint32_t at(const std::string& name) const { return places_.at(name); }
    std::size_t size() const { return places_.size(); }

private:
    std::map<std::string, std::uint32_t> places_;
};

std::string base_of(const std::string& symbol, const VenueInstrumentConfig& instrument) {
    return instrument.base.empty() ? symbol : instrument.base;
}

class Plan {
public:
    Plan(const StoredSettings* before, const Config& config)
        : before_{before != nullptr ? &before->venue : nullptr}, config_{config} {
        if (before != nullptr) plan_.settings = *before;
    }

    VenueSettingsPlan run() {
        txn::VenueSettings& venue = plan_.settings.venue;
        if (before_ == nullptr) {
            venue.log_number = static_cast<std::uint16_t>(config_.venue.log_number);
            venue.accounts.push_back({.name = std::string{fee_account_name}});
            venue.sessions.push_back({.name = std::string{operator_session_name}});
        } else {
            fix("venue.log_number", std::uint64_t{venue.log_number}, config_.venue.log_number);
        }
        set_fees();
        set_limits();
        set_assets();
        set_instruments();
        set_accounts();
        set_sessions();
        set_account_limits();
        return std::move(plan_);
    }

private:
    txn::VenueSettings& venue() { return plan_.settings.venue; }

    template <class T>
    void fix(const std::string& key, const T& was, const T& is) {
        if (was == is) return;
        plan_.faults.push_back(key + ": cannot change once the data directory is made; it is " +
                               print(was) + " there, got " + print(is));
    }
    void keep(const std::string& key) {
        plan_.notes.push_back(key + " is not configured any more, and stays as it was");
    }

    void set_fees() {
        txn::FeeSettings& fees = venue().fees;
        const VenueConfig& config = config_.venue;
        if (before_ != nullptr) {
            fix("venue.maker_fee", Share{fees.maker_millionths}, config.maker_fee);
            fix("venue.taker_fee", Share{fees.taker_millionths}, config.taker_fee);
        }
        fees.maker_millionths = config.maker_fee.millionths;
        fees.taker_millionths = config.taker_fee.millionths;
    }

    void grow(const char* key, std::size_t& limit, std::uint64_t to) {
        if (before_ != nullptr && to < limit)
            plan_.faults.push_back(std::string{"venue."} + key + ": may grow only; it is " +
                                   std::to_string(limit) + " in the data directory, got " +
                                   std::to_string(to));
        limit = to;
    }
    void set_limits() {
        txn::VenueLimits& limits = venue().limits;
        grow("orders_max", limits.orders, config_.venue.orders_max);
        grow("balances_max", limits.balances, config_.venue.balances_max);
        grow("positions_max", limits.positions, config_.venue.positions_max);
        grow("client_ids_max", limits.client_ids, config_.venue.client_ids_max);
        grow("trades_max", limits.trades, config_.venue.trades_max);
    }

    void set_assets() {
        for (const txn::AssetSettings& asset : venue().assets)
            assets_.add(asset.name);
        for (const auto& [symbol, instrument] : config_.venue_instruments)
            for (const std::string& name : {base_of(symbol, instrument), instrument.quote})
                if (!assets_.has(name)) {
                    assets_.add(name);
                    venue().assets.push_back({name, amount_decimals});
                }
    }

    void set_instruments() {
        for (txn::InstrumentSettings& instrument : venue().instruments) {
            instruments_.add(instrument.symbol);
            const auto found = config_.venue_instruments.find(instrument.symbol);
            if (found == config_.venue_instruments.end())
                keep("instruments." + instrument.symbol);
            else
                revise(instrument, found->second);
        }
        for (const auto& [symbol, config] : config_.venue_instruments) {
            if (instruments_.has(symbol)) continue;
            instruments_.add(symbol);
            venue().instruments.push_back(made(symbol, config));
        }
    }

    txn::InstrumentSettings made(const std::string& symbol, const VenueInstrumentConfig& config) {
        const std::uint64_t price = config.price_decimals;
        const std::uint64_t quantity = config.quantity_decimals;
        txn::InstrumentSettings instrument;
        instrument.symbol = symbol;
        instrument.base = AssetId{assets_.at(base_of(symbol, config))};
        instrument.quote = AssetId{assets_.at(config.quote)};
        instrument.price_decimals = static_cast<unsigned>(price);
        instrument.quantity_decimals = static_cast<unsigned>(quantity);
        instrument.tick.ticks = std::max<std::int64_t>(1, small(config.tick, price));
        instrument.lot.lots = std::max<std::int64_t>(1, small(config.lot, quantity));
        instrument.reference.ticks = small(config.reference, price);
        instrument.collar_millionths = static_cast<std::uint32_t>(config.collar.millionths);
        instrument.band_millionths = static_cast<std::uint32_t>(config.price_band.millionths);
        instrument.band_window = std::chrono::seconds{config.band_window_s};
        instrument.pause = std::chrono::seconds{config.pause_s};
        instrument.quantity_max.lots = small(config.quantity_max, quantity);
        instrument.notional_max = scaled(config.notional_max, amount_decimals);
        return instrument;
    }

    /// What orders and balances are counted in stays.
    void revise(txn::InstrumentSettings& was, const VenueInstrumentConfig& config) {
        const std::string key = "instruments." + was.symbol;
        const auto name = [this](AssetId id) {
            return venue().assets[static_cast<std::size_t>(id)].name;
        };
        const txn::InstrumentSettings is = made(was.symbol, config);
        fix(key + ".base", name(was.base), name(is.base));
        fix(key + ".quote", name(was.quote), name(is.quote));
        fix(key + ".price_decimals", std::uint64_t{was.price_decimals}, config.price_decimals);
        fix(key + ".quantity_decimals", std::uint64_t{was.quantity_decimals},
            config.quantity_decimals);
        fix(key + ".tick", Decimal{was.tick.ticks, was.price_decimals},
            Decimal{is.tick.ticks, is.price_decimals});
        fix(key + ".lot", Decimal{was.lot.lots, was.quantity_decimals},
            Decimal{is.lot.lots, is.quantity_decimals});
        was = is;
    }

    void set_accounts() {
        for (txn::AccountSettings& account : venue().accounts) {
            accounts_.add(account.name);
            const auto found = config_.accounts.find(account.name);
            if (found != config_.accounts.end())
                account = made(account.name, found->second);
            else if (account.name != fee_account_name)
                keep("accounts." + account.name);
        }
        for (const auto& [name, config] : config_.accounts) {
            if (accounts_.has(name)) continue;
            accounts_.add(name);
            venue().accounts.push_back(made(name, config));
        }
    }
    static txn::AccountSettings made(const std::string& name, const VenueAccountConfig& config) {
        return {name, static_cast<std::uint32_t>(config.orders_max),
                scaled(config.notional_max, amount_decimals)};
    }

    void set_sessions() {
        std::set<std::string> known;
        for (txn::SessionSettings& session : venue().sessions) {
            known.insert(session.name);
            const auto found = config_.sessions.find(session.name);
            if (found != config_.sessions.end())
                session.orders_max = static_cast<std::uint32_t>(found->second.orders_max);
            else if (session.name != operator_session_name)
                keep("sessions." + session.name);
        }
        for (const auto& [name, config] : config_.sessions)
            if (!known.contains(name))
                venue().sessions.push_back({name, static_cast<std::uint32_t>(config.orders_max)});
    }

    bool is_configured(AccountId id) {
        return config_.accounts.contains(venue().accounts[static_cast<std::size_t>(id)].name);
    }
    /// Those of accounts that are configured are as it says; those of others stay.
    void set_account_limits() {
        std::erase_if(venue().short_limits, [this](const txn::ShortLimit& limit) {
            return is_configured(limit.account);
        });
        std::erase_if(venue().position_limits, [this](const txn::PositionLimit& limit) {
            return is_configured(limit.account);
        });
        for (const auto& [name, account] : config_.accounts) {
            const AccountId id{accounts_.at(name)};
            for (const auto& [asset, amount] : account.short_limit)
                venue().short_limits.push_back(
                    {id, AssetId{assets_.at(asset)}, scaled(amount, amount_decimals)});
            for (const auto& [symbol, quantity] : account.position_limit) {
                const InstrumentId instrument{instruments_.at(symbol)};
                const auto& settings = venue().instruments[static_cast<std::size_t>(instrument)];
                venue().position_limits.push_back(
                    {id, instrument, {small(quantity, settings.quantity_decimals)}});
            }
        }
    }

    const txn::VenueSettings* before_;
    const Config& config_;
    VenueSettingsPlan plan_;
    Places assets_;
    Places instruments_;
    Places accounts_;
};

}  // namespace

VenueSettingsPlan plan_settings(const StoredSettings* before, const Config& config) {
    return Plan{before, config}.run();
}

std::vector<OpeningBalance> missing_balances(const Config& config, const txn::Ledger& ledger,
                                             const txn::VenueSettings& settings) {
    std::set<std::pair<AccountId, AssetId>> known;
    ledger.for_each([&known](AccountId account, AssetId asset, const txn::Balance&) {
        known.emplace(account, asset);
    });
    std::map<std::string, AssetId> assets;
    for (std::size_t i = 0; i < settings.assets.size(); ++i)
        assets[settings.assets[i].name] = AssetId{static_cast<std::uint32_t>(i)};
    std::vector<OpeningBalance> missing;
    for (std::size_t i = 0; i < settings.accounts.size(); ++i) {
        const AccountId account{static_cast<std::uint32_t>(i)};
        const auto found = config.accounts.find(settings.accounts[i].name);
        if (found == config.accounts.end()) continue;
        for (const auto& [name, amount] : found->second.balances) {
            const AssetId asset = assets.at(name);
            if (amount.is_zero() || known.contains({account, asset})) continue;
            missing.push_back({account, asset, scaled(amount, amount_decimals)});
        }
    }
    return missing;
}

}  // namespace tickweir::gateway
