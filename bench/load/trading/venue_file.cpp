#include "bench/load/trading/venue_file.hpp"

#include <stdlib.h>

#include <cerrno>
#include <fstream>
#include <stdexcept>
#include <system_error>

namespace tickweir::bench {
namespace {

std::string ticks_text(std::int64_t ticks) {
    std::string digits = std::to_string(ticks);
    while (digits.size() < 3)
        digits.insert(0, 1, '0');
    return digits.insert(digits.size() - 2, 1, '.');
}

std::string symbol_name(std::size_t i) {
    return "S" + std::to_string(i);
}

}  // namespace

std::string session_name(std::size_t i) {
    return "LOAD" + std::to_string(i);
}
std::string account_name(std::size_t i) {
    return "A" + std::to_string(i);
}
std::string account_key(std::size_t i) {
    return "key-of-the-load-" + std::to_string(i);
}

std::vector<TradedInstrument> traded_instruments(std::size_t count) {
    std::vector<TradedInstrument> all;
    for (std::size_t i = 0; i < count; ++i)
        all.push_back({.symbol = symbol_name(i), .price_decimals = 2, .quantity_decimals = 0});
    return all;
}

std::string venue_toml(const VenueFile& file) {
    std::string out = file.further;
    out += "\n[venue]\ndata = \"" + (file.directory / "venue").string() +
           "\"\nclient_ids_max = " + std::to_string(file.client_ids_max) + "\n";
    for (std::size_t i = 0; i < file.instruments; ++i)
        out += "[instruments." + symbol_name(i) + "]\nquote = \"USD\"\nprice_decimals = 2\n" +
               "quantity_decimals = 0\nreference = \"" + ticks_text(file.reference_ticks) +
               "\"\ncollar = \"0.5\"\n";
    std::string balances = "{ USD = \"" + std::to_string(funds_quote) + "\"";
    for (std::size_t i = 0; i < file.instruments; ++i)
        balances += ", " + symbol_name(i) + " = \"" + std::to_string(funds_base) + "\"";
    balances += " }";
    for (std::size_t i = 0; i < file.sessions; ++i) {
        out += "[accounts." + account_name(i) + "]\nkey = \"" + account_key(i) +
               "\"\nbalances = " + balances + "\n";
        out += "[sessions." + session_name(i) + "]\naccounts = [\"" + account_name(i) +
               "\"]\norders_max = " + std::to_string(file.orders_max) + "\n";
    }
    return out;
}

Workplace::Workplace(const std::filesystem::path& parent) {
    std::filesystem::create_directories(parent);
    std::string name = (parent / "load-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr)
        throw std::system_error{errno, std::generic_category(), "mkdtemp " + name};
    path_ = name;
}

Workplace::~Workplace() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

std::filesystem::path Workplace::write(const std::string& name, const std::string& text) const {
    const std::filesystem::path path = path_ / name;
    std::ofstream file{path};
    file << text;
    file.close();
    if (!file) throw std::runtime_error{"cannot write " + path.string()};
    return path;
}

}  // namespace tickweir::bench
