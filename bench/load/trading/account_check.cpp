#include <string>

#include "bench/load/trading/http_reads.hpp"
#include "bench/load/trading/open_loop.hpp"
#include "bench/load/trading/spike_run.hpp"
#include "bench/load/trading/venue_file.hpp"
#include "codecs/fix/values.hpp"

namespace tickweir::bench {
namespace {

constexpr std::uint32_t cash_decimals = 2;  // of price and quantity together
constexpr std::chrono::seconds patience{10};

/// The total of an asset in the JSON of an account, blanks taken out, in units of 10^-decimals.
std::optional<std::int64_t> total_of(std::string_view json, const std::string& asset,
                                     std::uint32_t decimals) {
    const std::string name = "\"asset\":\"" + asset + "\",\"total\":\"";
    const std::size_t at = json.find(name);
    if (at == json.npos) return std::nullopt;
    const std::string_view rest = json.substr(at + name.size());
    const auto value = wire::read_decimal(rest.substr(0, rest.find('"')));
    if (!value || (*value).decimals > decimals) return std::nullopt;
    std::int64_t units = (*value).coefficient;
    for (std::uint32_t i = (*value).decimals; i < decimals; ++i)
        units *= 10;
    return units;
}

std::string difference(std::string_view json, const OwnOrders& orders,
                       const std::vector<TradedInstrument>& instruments) {
    std::int64_t paid = 0;
    for (std::size_t i = 0; i < instruments.size(); ++i) {
        const Bought& bought = orders.bought()[i];
        paid += bought.paid;
        const auto total = total_of(json, instruments[i].symbol, 0);
        if (total != funds_base + bought.quantity)
            return instruments[i].symbol + " is " + std::to_string(total.value_or(-1)) +
                   " and should be " + std::to_string(funds_base + bought.quantity);
    }
    const auto cash = total_of(json, "USD", cash_decimals);
    if (cash != funds_quote * 100 - paid)
        return "USD is " + std::to_string(cash.value_or(-1)) + " cents and should be " +
               std::to_string(funds_quote * 100 - paid);
    return {};
}

std::string without_blanks(std::string_view json) {
    std::string out{json};
    std::erase(out, ' ');
    return out;
}

}  // namespace

std::string account_difference(gateway::Reactor& reactor, const FixAddress& http,
                               const Crowd& crowd,
                               const std::vector<TradedInstrument>& instruments) {
    unsigned status = 0;  // before the reads: their last answers come when they go
    std::string seen;
    HttpReads reads{reactor, http, 1};
    const TimeNs deadline = wall_now() + patience;
    for (std::size_t i = 0; i < crowd.size();) {
        status = 0;
        reads.ask("/v1/accounts/" + account_name(i), account_key(i),
                  [&](unsigned answered, std::string_view body) {
                      status = answered;
                      seen = answered == 200
                                 ? difference(without_blanks(body), crowd[i].orders, instruments)
                                 : std::to_string(answered) + " " + std::string{body};
                  });
        (void)read_until(reactor, patience, [&] { return reads.waiting() == 0; });
        // Refused for load: the mode is about to be left.
        if (status == 503 && wall_now() < deadline) continue;
        if (status != 200 || !seen.empty()) return account_name(i) + ": " + seen;
        ++i;
    }
    return {};
}

}  // namespace tickweir::bench
