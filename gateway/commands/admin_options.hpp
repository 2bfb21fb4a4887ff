// What `tickweir admin` was asked for.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tickweir::gateway {

struct AdminOptions {
    enum class Action { sessions, logout, enable, disable, reset };
    static constexpr std::uint64_t sequence_number_max = 2'147'483'647;

    Action action = Action::sessions;
    /// Names of their sections in the configuration; none with `sessions` are all.
    std::vector<std::string> sessions;
    std::string url = "http://127.0.0.1:9879";
    /// Where the token stands; none: $TICKWEIR_ADMIN_TOKEN has it, or the file of a gateway of this
    /// user.
    std::optional<std::string> token_file;
    std::optional<std::string> by;               ///< who asks, for the log; none: the user's name
    std::optional<std::string> text;             ///< of logout and disable: for the client to read
    std::optional<std::uint64_t> next_inbound;   ///< of reset; none: 1
    std::optional<std::uint64_t> next_outbound;  ///< likewise
    bool json = false;                           ///< print the answers as they come, one a line
    std::chrono::milliseconds timeout{10'000};   ///< for a whole answer
};

}  // namespace tickweir::gateway
