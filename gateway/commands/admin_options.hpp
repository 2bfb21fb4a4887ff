// What `tickweir admin` was asked for.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tickweir::gateway {

struct AdminOptions {
    enum class Action {
        sessions,
        logout,
        enable,
        disable,
        reset,
        breaker,
        account,
        deposit,
        withdraw,
        halt,
        resume,
        bust,
        correct,
        kill,
        mode,
        reload,
    };
    static constexpr std::uint64_t sequence_number_max = 2'147'483'647;

    Action action = Action::sessions;
    /// What it is done to: sessions by the names of their sections, accounts, symbols or numbers of
    /// trades. None with `sessions` are all; `kill`, `mode` and `reload` have
    /// none.
    std::vector<std::string> names;
    std::string url = "http://127.0.0.1:9879";
    /// Where the token stands; none: $TICKWEIR_ADMIN_TOKEN has it, or the file of a gateway of this
    /// user.
    std::optional<std::string> token_file;
    std::optional<std::string> by;               ///< who asks, for the log; none: the user's name
    std::optional<std::string> text;             ///< of logout and disable: for the client to read
    std::optional<std::uint64_t> next_inbound;   ///< of reset; none: 1
    std::optional<std::uint64_t> next_outbound;  ///< likewise
    std::optional<std::string> force;            ///< of breaker: open, closed, disabled or none
    std::optional<std::string> asset;            ///< of deposit and withdraw
    std::optional<std::string> amount;           ///< likewise
    std::optional<std::string> price;            ///< of correct
    std::optional<std::string> quantity;         ///< likewise
    std::optional<std::string> session;          ///< of kill: orders that match all that is given
    std::optional<std::string> account;          ///< likewise
    std::optional<std::string> instrument;       ///< likewise
    bool all = false;                            ///< of kill: every order
    std::optional<std::string> floor;            ///< of mode: L0 to L5; none: as the load says
    std::optional<std::string> ceiling;          ///< likewise
    bool json = false;                           ///< print the answers as they come, one a line
    std::chrono::milliseconds timeout{10'000};   ///< for a whole answer
};

}  // namespace tickweir::gateway
