// The command that steers a running gateway: admin.
#include <array>
#include <chrono>
#include <utility>

#include "gateway/cli_commands.hpp"
#include "gateway/cli_options.hpp"
#include "gateway/commands/admin_actions.hpp"

namespace tickweir::gateway {

namespace {

void add_venue_options(Options& add, AdminOptions& options) {
    add.text("--force", "STATE", options.force,
             "of breaker: open, closed, disabled, or none to let it go");
    add.text("--asset", "NAME", options.asset, "of deposit and withdraw");
    add.text("--amount", "NUMBER", options.amount, "of deposit and withdraw: in whole units");
    add.text("--price", "NUMBER", options.price, "of correct: what the trade is to be");
    add.text("--quantity", "NUMBER", options.quantity, "of correct: likewise");
    add.text("--session", "NAME", options.session, "of kill: orders that match all that is given");
    add.text("--account", "NAME", options.account, "of kill: likewise");
    add.text("--instrument", "SYMBOL", options.instrument, "of kill: likewise");
    add.flag("--all", options.all, "of kill: every order");
    add.text("--floor", "MODE", options.floor, "of mode: L0 to L5 (default: as the load says)");
    add.text("--ceiling", "MODE", options.ceiling, "of mode: likewise");
}

}  // namespace

void add_admin(CLI::App& app, AdminOptions& options) {
    using Action = AdminOptions::Action;
    constexpr std::array actions{std::pair{std::string_view{"sessions"}, Action::sessions},
                                 std::pair{std::string_view{"logout"}, Action::logout},
                                 std::pair{std::string_view{"enable"}, Action::enable},
                                 std::pair{std::string_view{"disable"}, Action::disable},
                                 std::pair{std::string_view{"reset"}, Action::reset},
                                 std::pair{std::string_view{"breaker"}, Action::breaker},
                                 std::pair{std::string_view{"account"}, Action::account},
                                 std::pair{std::string_view{"deposit"}, Action::deposit},
                                 std::pair{std::string_view{"withdraw"}, Action::withdraw},
                                 std::pair{std::string_view{"halt"}, Action::halt},
                                 std::pair{std::string_view{"resume"}, Action::resume},
                                 std::pair{std::string_view{"bust"}, Action::bust},
                                 std::pair{std::string_view{"correct"}, Action::correct},
                                 std::pair{std::string_view{"kill"}, Action::kill},
                                 std::pair{std::string_view{"mode"}, Action::mode},
                                 std::pair{std::string_view{"reload"}, Action::reload}};
    const auto number = as_count<std::uint64_t>(1, AdminOptions::sequence_number_max);
    Options add{app, "admin",
                "Steers a running gateway. Its FIX sessions: lists them, logs one out, disables\n"
                "it (which logs it out) and enables it again, resets its sequence numbers (of a\n"
                "session that is not connected), forces its circuit breaker. Its venue: shows an\n"
                "account, deposits and withdraws, halts and resumes instruments, busts and\n"
                "corrects trades, cancels orders (kill), sets bounds of the load mode,\n"
                "has the configuration read again (reload)."};
    add.value("ACTION", "", options.action, as_word(actions),
              "sessions, logout, enable, disable, reset or breaker; account, deposit,\n"
              "withdraw, halt, resume, bust, correct, kill, mode or reload")
        .required();
    add.all("NAME", "...", options.names,
            "sessions or accounts by their names in the configuration, symbols of\n"
            "instruments, or numbers of trades");
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
    add_venue_options(add, options);
    add.value("--timeout", "DURATION", options.timeout, parse_timeout,
              "for a whole answer, such as 500ms (default 10s)");
    add.flag("--json", options.json, "print the answers as they come, one a line");
}

std::optional<std::string> settle(const AdminOptions& options) {
    std::string why = contradiction(options);
    return why.empty() ? std::nullopt : std::optional{std::move(why)};
}

}  // namespace tickweir::gateway
