#include "txn/venue/settings_state.hpp"

#include <array>
#include <string>
#include <utility>

namespace tickweir::txn {
namespace {

constexpr std::size_t entries_max = std::size_t{1} << 32;

/// Everything that differs, as one text.
class Differences {
public:
    explicit Differences(StateReader& reader) : reader_{reader} {}

    void compare(const std::string& what, const std::string& saved, const std::string& here) {
        if (saved != here && reader_.ok()) add(what, saved, here);
    }
    template <class T>
    void compare(const std::string& what, T saved, T here) {
        compare(what, std::to_string(saved), std::to_string(here));
    }
    /// The number of a list's entries, at most as many as there are here.
    std::size_t count(const char* what, std::size_t here) {
        const std::size_t saved = reader_.count(entries_max, what);
        if (saved <= here) return saved;
        add(std::string{"the number of "} + what, std::to_string(saved), std::to_string(here));
        finish();
        return 0;
    }
    void add(const std::string& what, const std::string& saved, const std::string& here) {
        if (++found_ > shown_max) return;
        if (found_ > 1) text_ += "; ";
        text_ += what + " is " + saved + " in the saved state and " + here + " here";
    }
    void finish() {
        if (found_ > shown_max) text_ += "; and " + std::to_string(found_ - shown_max) + " more";
        if (found_ > 0) reader_.fail("the settings are others: " + text_);
        found_ = 0;
    }

private:
    static constexpr std::size_t shown_max = 8;

    StateReader& reader_;
    std::string text_;
    std::size_t found_ = 0;
};

std::string quoted(const std::string& name) {
    return "'" + name.substr(0, state_text_bytes_max) + "'";
}

std::string place(const char* what, std::size_t i) {
    return std::string{what} + " " + std::to_string(i);
}

std::array<std::pair<const char*, std::size_t>, 5> limits_of(const VenueLimits& limits) {
    return {{{"the limit of orders", limits.orders},
             {"the limit of balances", limits.balances},
             {"the limit of positions", limits.positions},
             {"the limit of client ids", limits.client_ids},
             {"the limit of trades", limits.trades}}};
}

template <class Named>
void save_names(const std::vector<Named>& entries, StateWriter& writer) {
    writer.put(std::uint64_t{entries.size()});
    for (const Named& entry : entries)
        writer.text(entry.name);
}

template <class Named>
void check_names(const std::vector<Named>& here, const char* one, const char* many,
                 StateReader& reader, Differences& differences) {
    const std::size_t saved = differences.count(many, here.size());
    for (std::size_t i = 0; i < saved && reader.ok(); ++i)
        differences.compare(place(one, i), quoted(reader.text()), quoted(here[i].name));
}

void check_instrument(const InstrumentSettings& here, const std::string& where, StateReader& reader,
                      Differences& differences) {
    differences.compare(where, quoted(reader.text()), quoted(here.symbol));
    const std::string of = " of " + where;
    differences.compare("the base asset" + of, reader.get<std::uint32_t>(),
                        static_cast<std::uint32_t>(here.base));
    differences.compare("the quote asset" + of, reader.get<std::uint32_t>(),
                        static_cast<std::uint32_t>(here.quote));
    differences.compare("price decimals" + of, reader.get<std::uint32_t>(),
                        std::uint32_t{here.price_decimals});
    differences.compare("quantity decimals" + of, reader.get<std::uint32_t>(),
                        std::uint32_t{here.quantity_decimals});
    differences.compare("the tick" + of, reader.get<std::int64_t>(), here.tick.ticks);
    differences.compare("the lot" + of, reader.get<std::int64_t>(), here.lot.lots);
}

void check_fees(const FeeSettings& here, StateReader& reader, Differences& differences) {
    differences.compare("the maker's fee in millionths", reader.get<std::int32_t>(),
                        here.maker_millionths);
    differences.compare("the taker's fee in millionths", reader.get<std::int32_t>(),
                        here.taker_millionths);
    differences.compare("the fee account", reader.get<std::uint32_t>(),
                        static_cast<std::uint32_t>(here.account));
    differences.compare("the rounding of fees", reader.get<std::uint32_t>(),
                        static_cast<std::uint32_t>(here.rounding));
}

void check_parties(const VenueSettings& settings, StateReader& reader, Differences& differences) {
    const std::size_t assets = differences.count("assets", settings.assets.size());
    for (std::size_t i = 0; i < assets && reader.ok(); ++i) {
        const AssetSettings& here = settings.assets[i];
        differences.compare(place("asset", i), quoted(reader.text()), quoted(here.name));
        differences.compare("decimals of " + place("asset", i), reader.get<std::uint32_t>(),
                            std::uint32_t{here.decimals});
    }
    check_names(settings.accounts, "account", "accounts", reader, differences);
}

}  // namespace

void save_parties(const VenueSettings& settings, StateWriter& writer) {
    writer.put(std::uint64_t{settings.assets.size()});
    for (const AssetSettings& asset : settings.assets) {
        writer.text(asset.name);
        writer.put(std::uint32_t{asset.decimals});
    }
    save_names(settings.accounts, writer);
}

void check_parties(const VenueSettings& settings, StateReader& reader) {
    Differences differences{reader};
    check_parties(settings, reader, differences);
    differences.finish();
}

void save_settings(const VenueSettings& settings, StateWriter& writer) {
    writer.put(settings.log_number);
    writer.put(settings.shard);
    writer.put(settings.limits.seed);
    save_parties(settings, writer);
    writer.put(std::uint64_t{settings.instruments.size()});
    for (const InstrumentSettings& instrument : settings.instruments) {
        writer.text(instrument.symbol);
        writer.put(static_cast<std::uint32_t>(instrument.base));
        writer.put(static_cast<std::uint32_t>(instrument.quote));
        writer.put(std::uint32_t{instrument.price_decimals});
        writer.put(std::uint32_t{instrument.quantity_decimals});
        writer.put(instrument.tick);
        writer.put(instrument.lot);
        writer.put(instrument.collar_millionths);
    }
    save_names(settings.sessions, writer);
    writer.put(settings.fees.maker_millionths);
    writer.put(settings.fees.taker_millionths);
    writer.put(static_cast<std::uint32_t>(settings.fees.account));
    writer.put(static_cast<std::uint32_t>(settings.fees.rounding));
    for (const auto& [what, limit] : limits_of(settings.limits))
        writer.put(std::uint64_t{limit});
}

SavedSettings check_settings(const VenueSettings& settings, StateReader& reader) {
    Differences differences{reader};
    differences.compare("the log number", reader.get<std::uint16_t>(), settings.log_number);
    differences.compare("the shard", reader.get<std::uint8_t>(), settings.shard);
    differences.compare("the seed of hashes", reader.get<std::uint64_t>(), settings.limits.seed);
    check_parties(settings, reader, differences);
    SavedSettings saved;
    saved.instruments = differences.count("instruments", settings.instruments.size());
    for (std::size_t i = 0; i < saved.instruments && reader.ok(); ++i) {
        const InstrumentSettings& here = settings.instruments[i];
        check_instrument(here, place("instrument", i), reader, differences);
        saved.collar_changed.push_back(reader.get<std::uint32_t>() != here.collar_millionths);
    }
    check_names(settings.sessions, "session", "sessions", reader, differences);
    check_fees(settings.fees, reader, differences);
    for (const auto& [what, here] : limits_of(settings.limits))
        if (const std::uint64_t limit = reader.get<std::uint64_t>(); limit > here)
            differences.add(what, std::to_string(limit), std::to_string(here));
    differences.finish();
    return saved;
}

}  // namespace tickweir::txn
