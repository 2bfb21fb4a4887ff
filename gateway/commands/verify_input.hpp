// What a check of a data directory begins with: whether there is one that nobody has, and with
// which settings its log is to be executed again.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "gateway/venue/venue_settings.hpp"
#include "txn/log/data_directory.hpp"

namespace tickweir::gateway {

/// When anything in a data directory was written last, as far as the system tells.
std::filesystem::file_time_type last_write(const std::string& data);

/// "DATA is in use by process 1234 (tickweir): stop it first".
std::string in_use(const std::string& data);

/// Why a directory cannot be checked; empty: it can, and is whose `identity` says. Its lock is only
/// looked at: whoever starts meanwhile is not to be kept out. A damaged identity is a problem.
std::string look_at(txn::io::Files& files, const std::string& data, txn::log::Identity& identity,
                    std::vector<std::string>& problems);

/// The settings to execute with; without any, `fault` where something is wrong with them, and
/// `usage` if it is the configuration.
struct ChosenSettings {
    std::optional<StoredSettings> settings;
    std::string fault;
    bool usage = false;
};

/// The stored ones, or, with a configuration, what a start with it would run with.
ChosenSettings choose_settings(txn::io::Files& files, const std::string& data,
                               const txn::log::Identity& identity, const Config* config);

}  // namespace tickweir::gateway
