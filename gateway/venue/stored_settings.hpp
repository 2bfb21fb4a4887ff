// The settings that a data directory's log was written with, as text beside the log: what a record
// does depends on them, so whoever executes it again needs the same ones, and ids are places in
// these lists. A configuration knows no order; this does.
//
//   tickweir-settings 1
//   shards 1
//   asset USD 18
//   account fees 100000 0
//   ...
//   end 1c291ca3                  CRC-32C of everything before this line
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "txn/io/files.hpp"
#include "txn/venue/settings.hpp"

namespace tickweir::gateway {

struct StoredSettings {
    txn::VenueSettings venue;
    std::uint16_t shards = 1;
};

inline constexpr std::string_view settings_word = "tickweir-settings";
inline constexpr unsigned settings_version = 1;
/// Longer texts are not read.
inline constexpr std::size_t stored_settings_bytes_max = std::size_t{64} << 20;

std::string settings_text(const StoredSettings& settings);
/// The last line, with the checksum of the text before it.
std::string settings_end(std::string_view before);

/// Reads what settings_text writes; any bytes. Nothing and `fault` ("line 7: ...") if it is
/// anything else. Whether the settings make sense is not looked at: txn::fault_of does.
std::optional<StoredSettings> parse_settings(std::string_view text, std::string& fault);

/// "DATA/venue.settings": behind "log" in every listing, by which a lost identity is told.
std::string settings_path(const std::string& data);

/// What lies in a data directory.
struct ReadSettings {
    std::optional<StoredSettings> settings;  ///< nothing, without a fault: there are none
    std::string fault;                       ///< what is wrong with them, with the path
};
ReadSettings read_settings(txn::io::Files& files, const std::string& data);

/// Replaces them, durably; what went wrong, or an empty text.
[[nodiscard]] std::string write_settings(txn::io::Files& files, const std::string& data,
                                         const StoredSettings& settings);

}  // namespace tickweir::gateway
