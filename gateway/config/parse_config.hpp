// From the text of a configuration file and `--set` options to a Config, or to everything that is
// wrong with them at once. Pure: the thin functions that read files are in config_file.hpp.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/config/config.hpp"

namespace tickweir::gateway {

/// Where a value was given: a file and its line, or the option that set it.
struct ConfigPlace {
    std::string source;            ///< the file's name, or `--set section.key`
    std::optional<unsigned> line;  ///< from 1; of files only
};

/// One thing that is wrong.
struct ConfigError {
    ConfigPlace place;
    std::string key;     ///< `websocket.connections_max`; empty where no key is at fault
    std::string reason;  ///< what is allowed and what was seen; never a secret's value
};

/// `tickweir.toml:12: websocket.connections_max: must be 1 to 1000000, got 0`.
std::string to_string(const ConfigError& error);

/// Either a configuration and no errors, or errors and no configuration.
struct ParsedConfig {
    std::optional<Config> config;
    std::vector<ConfigError> errors;           ///< in the order of the file, options behind it
    std::map<std::string, ConfigPlace> given;  ///< the keys that were given, and where last

    bool ok() const { return config.has_value(); }
};

/// A file beyond this is refused unread.
inline constexpr std::size_t config_bytes_max = 1 << 20;

/// Errors beyond these are counted and not described.
inline constexpr std::size_t config_errors_max = 100;

/// Reads TOML `text` (empty: all defaults) and then `overrides`, each `section.key=value` as
/// `--set` takes it: a TOML value, or bare text where the key takes text. A syntax error hides
/// nothing but its line. Time grows with the text; deep nesting and long files are refused.
ParsedConfig parse_config(std::string_view text, const std::string& file_name,
                          std::span<const std::string> overrides = {});

/// What a reload comes to.
struct Reload {
    std::optional<Config> config;      ///< to be used from now on; nothing: keep the old one
    std::vector<std::string> changed;  ///< keys whose values differ, in the table's order
    std::vector<ConfigError> errors;   ///< why the old one stays: all of them

    bool ok() const { return config.has_value(); }
};

/// Compares what was parsed with what runs. Errors of the file, and changes of keys that are fixed
/// at the start, make the whole reload fail.
Reload plan_reload(const Config& running, const ParsedConfig& fresh);

}  // namespace tickweir::gateway
