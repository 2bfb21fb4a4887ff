// The command that steers a running gateway: admin.
#include <array>
#include <chrono>
#include <utility>

#include "gateway/cli_commands.hpp"
#include "gateway/cli_options.hpp"

namespace tickweir::gateway {

void add_admin(CLI::App& app, AdminOptions& options) {
    using Action = AdminOptions::Action;
    constexpr std::array actions{std::pair{std::string_view{"sessions"}, Action::sessions},
                                 std::pair{std::string_view{"logout"}, Action::logout},
                                 std::pair{std::string_view{"enable"}, Action::enable},
                                 std::pair{std::string_view{"disable"}, Action::disable},
                                 std::pair{std::string_view{"reset"}, Action::reset}};
    const auto number = as_count<std::uint64_t>(1, AdminOptions::sequence_number_max);
    Options add{app, "admin",
                "Steers the FIX sessions of a running gateway: lists them, logs one out,\n"
                "disables it (which logs it out) and enables it again, resets its sequence\n"
                "numbers (of a session that is not connected)."};
    add.value("ACTION", "", options.action, as_word(actions),
              "sessions, logout, enable, disable or reset")
        .required();
    add.all("SESSION", "...", options.sessions, "their names in the configuration");
    add.text("--url", "URL", options.url, "of the admin port (default http://127.0.0.1:9879)");
    add.text("--token-file", "FILE", options.token_file,
             "that has the token (default: $TICKWEIR_ADMIN_TOKEN, else the\n"
             "file that the gateway made for this user)");
    add.text("--by", "NAME", options.by, "who asks, for the log (default: the user)");
    add.text("--text", "TEXT", options.text, "of logout and disable: told to the client");
    add.value("--next-inbound", "N", options.next_inbound, number,
              "of reset: the number expected of the client (default 1)");
    add.value("--next-outbound", "N", options.next_outbound, number,
              "of reset: the number sent next (default 1)");
    add.value("--timeout", "DURATION", options.timeout, parse_timeout,
              "for a whole answer, such as 500ms (default 10s)");
    add.flag("--json", options.json, "print the answers as they come, one a line");
}

std::optional<std::string> settle(const AdminOptions& options) {
    if (options.action != AdminOptions::Action::sessions && options.sessions.empty())
        return "which SESSION?";
    return std::nullopt;
}

}  // namespace tickweir::gateway
