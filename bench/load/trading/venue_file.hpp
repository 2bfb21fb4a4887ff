// The configuration of a gateway whose venue a load trades on: sessions with an account each,
// instruments at one price, funds that last.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "bench/load/trading/own_orders.hpp"

namespace tickweir::bench {

struct VenueFile {
    std::size_t sessions = 100;
    std::size_t instruments = 3;
    std::filesystem::path directory;  ///< of the venue's log and the FIX store
    std::int64_t reference_ticks = 10'000;
    std::size_t client_ids_max = std::size_t{1} << 21;  ///< ClOrdIDs of a day
    std::size_t orders_max = 100'000;                   ///< open, of each session
    std::string further;  ///< TOML put in front: sections that are not among those made here
};

/// Session `i` is called so, and owns the account and the key below.
std::string session_name(std::size_t i);
std::string account_name(std::size_t i);
std::string account_key(std::size_t i);
/// What every account is given.
inline constexpr std::int64_t funds_quote = 1'000'000'000'000;
inline constexpr std::int64_t funds_base = 1'000'000'000;

/// Two decimals of price, whole quantities.
std::vector<TradedInstrument> traded_instruments(std::size_t count);
std::string venue_toml(const VenueFile& file);

/// A directory of its own that goes with it.
class Workplace {
public:
    /// Below `parent`; throws std::system_error.
    explicit Workplace(const std::filesystem::path& parent);
    Workplace(const Workplace&) = delete;
    Workplace& operator=(const Workplace&) = delete;
    ~Workplace();

    const std::filesystem::path& path() const { return path_; }
    /// Writes a file into it; its path.
    std::filesystem::path write(const std::string& name, const std::string& text) const;

private:
    std::filesystem::path path_;
};

}  // namespace tickweir::bench
