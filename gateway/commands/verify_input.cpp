#include "gateway/commands/verify_input.hpp"

#include <algorithm>
#include <utility>

#include "gateway/venue/lock_holder.hpp"

namespace tickweir::gateway {
namespace {

namespace log = txn::log;
namespace io = txn::io;

}  // namespace

std::filesystem::file_time_type last_write(const std::string& data) {
    using Time = std::filesystem::file_time_type;
    Time latest = Time::min();
    std::error_code error;
    std::filesystem::recursive_directory_iterator at{data, error};
    for (; !error && at != std::filesystem::recursive_directory_iterator{}; at.increment(error)) {
        std::error_code untold;
        const Time time = std::filesystem::last_write_time(*at, untold);
        if (!untold) latest = std::max(latest, time);
    }
    return latest;
}

std::string in_use(const std::string& data) {
    return data + " is in use by " + lock_holder(data) + ": stop it first";
}

std::string look_at(io::Files& files, const std::string& data, log::Identity& identity,
                    std::vector<std::string>& problems) {
    log::DataDirectory directory = log::open_data_directory(files, data);
    directory.lock.reset();
    switch (directory.state) {
        case log::DirectoryState::ours:
            identity = directory.identity;
            return {};
        case log::DirectoryState::empty:
            return data + " is empty or not there";
        case log::DirectoryState::in_use:
            return in_use(data);
        case log::DirectoryState::damaged:
            problems.push_back(directory.what);
            return {};
        case log::DirectoryState::foreign:
        case log::DirectoryState::newer_version:
        case log::DirectoryState::unreadable:
            return directory.what;
    }
    return {};
}

ChosenSettings choose_settings(io::Files& files, const std::string& data,
                               const log::Identity& identity, const Config* config) {
    ReadSettings stored = read_settings(files, data);
    ChosenSettings chosen{std::move(stored.settings), std::move(stored.fault)};
    if (config != nullptr) {
        auto plan = plan_settings(chosen.settings ? &*chosen.settings : nullptr, *config);
        chosen.settings = std::move(plan.settings);
        chosen.fault = plan.faults.empty() ? std::string{} : plan.faults.front();
        chosen.usage = true;
    }
    if (!chosen.settings || !chosen.fault.empty()) return {{}, chosen.fault, chosen.usage};
    chosen.settings->venue.log_number = identity.log_number;
    const std::string fault = txn::fault_of(chosen.settings->venue);
    if (!fault.empty()) return {{}, settings_path(data) + ": " + fault, chosen.usage};
    return chosen;
}

}  // namespace tickweir::gateway
