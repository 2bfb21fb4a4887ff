#include "gateway/config/venue_config.hpp"

namespace tickweir::gateway {

std::map<std::string, VenueInstrumentConfig> default_instruments() {
    VenueInstrumentConfig share;
    share.collar = {100'000};
    VenueInstrumentConfig coin;
    coin.base = "BTC";
    coin.quantity_decimals = 8;
    coin.collar = {100'000};
    return {{"ACME", share}, {"GLOBEX", share}, {"BTC-USD", coin}};
}

std::map<std::string, VenueAccountConfig> default_accounts() {
    VenueAccountConfig account;
    account.balances = {{"USD", Decimal{1'000'000, 0}},
                        {"ACME", Decimal{10'000, 0}},
                        {"GLOBEX", Decimal{10'000, 0}},
                        {"BTC", Decimal{100, 0}}};
    return {{"A1", account}, {"A2", account}};
}

std::map<std::string, VenueSessionConfig> default_sessions() {
    VenueSessionConfig first;
    first.accounts = {"A1"};
    VenueSessionConfig second;
    second.accounts = {"A2"};
    return {{"CLIENT1", first}, {"CLIENT2", second}};
}

}  // namespace tickweir::gateway
