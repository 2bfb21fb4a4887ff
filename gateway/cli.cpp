#include "gateway/cli.hpp"

#include <CLI/CLI.hpp>
#include <string_view>
#include <vector>

#include "gateway/cli_commands.hpp"
#include "gateway/cli_options.hpp"

namespace tickweir::gateway {

// ---------------------------------------------------------------------------- options of a command

Options::Options(CLI::App& app, const std::string& name, const std::string& purpose)
    : command_{*app.add_subcommand(name, purpose)->group("Commands")} {}

Options::Added& Options::Added::required() {
    option_.required();
    return *this;
}

Options::Added& Options::Added::values(int count) {
    option_.type_size(count)->expected(1)->allow_extra_args(false);
    return *this;
}

void Options::flag(const std::string& name, bool& target, const std::string& help) {
    const auto set = [&target] { target = true; };
    command_.add_flag_callback(name, set, help)->disable_flag_override();
}

Options::Added Options::one(const std::string& name, const std::string& what,
                            const std::string& help, const TakeOne& take) {
    const auto checked = [take, name](const std::string& text) {
        if (auto why = take(text)) throw CLI::ValidationError(name, *why);
    };
    return Added{
        *command_.add_option_function<std::string>(name, checked, help)->option_text(what)};
}

Options::Added Options::several(const std::string& name, const std::string& what,
                                const TakeSeveral& take, const std::string& help) {
    const auto checked = [take, name](const std::vector<std::string>& texts) {
        if (auto why = take(texts)) throw CLI::ValidationError(name, *why);
    };
    return Added{*command_.add_option_function<std::vector<std::string>>(name, checked, help)
                      ->option_text(what)};
}

// ---------------------------------------------------------------------------- the whole and errors

namespace {

/// "tickweir", or "tickweir inspect" behind that command.
std::string called(const CLI::App& app) {
    const auto commands = app.get_subcommands();
    return commands.empty() ? "tickweir" : "tickweir " + commands.front()->get_name();
}

std::string names_of_commands(CLI::App& app) {
    std::string names;
    for (const CLI::App* command : app.get_subcommands([](CLI::App*) { return true; }))
        names += (names.empty() ? "" : ", ") + command->get_name();
    return names;
}

/// The arguments nothing wanted, in order.
std::vector<std::string> unexpected(const CLI::App& app) {
    const auto commands = app.get_subcommands();
    return commands.empty() || !app.remaining().empty() ? app.remaining()
                                                        : commands.front()->remaining();
}

/// What the library says of a wrong number of values, in our words: its texts are `--x: 1 required
/// TEXT missing`, `--x: At Most 1 required but received 2` and `x was given a disallowed flag
/// override`.
std::string mismatch(const std::string& text) {
    if (text.ends_with("flag override"))
        return "--" + text.substr(0, text.find(' ')) + " takes no value";
    const std::string option = text.substr(0, text.find_first_of(": "));
    if (!text.ends_with("missing")) return option + " is given more than once";
    const std::string needed = text.substr(option.size() + 2, 1);
    return option + " needs " + (needed == "1" ? "a value" : needed + " values");
}

std::string reason(CLI::App& app, const CLI::ParseError& error) {
    const bool bare = app.get_subcommands().empty();
    if (const auto rest = unexpected(app); !rest.empty()) {
        const std::string& first = rest.front();
        if (first.size() > 1 && first[0] == '-') return "unknown option '" + first + "'";
        return bare ? "unknown command '" + first + "'; there are " + names_of_commands(app)
                    : "unexpected argument '" + first + "'";
    }
    const std::string text = error.what();
    if (error.get_name() == "RequiredError" && bare)
        return "a command is missing; there are " + names_of_commands(app);
    if (error.get_name() == "ArgumentMismatch") return mismatch(text);
    return text;
}

WrongUsage wrong_usage(const CLI::App& app, const std::string& why) {
    return {called(app) + ": " + why + "; see " + called(app) + " --help"};
}

void describe_program(CLI::App& app) {
    app.get_formatter()->column_width(24);
    app.get_formatter()->label("SUBCOMMAND", "COMMAND");
    app.get_formatter()->label("OPTIONS", "options");
    app.get_formatter()->label("REQUIRED", "");
    app.set_version_flag("--version", "tickweir " TICKWEIR_VERSION, "print the version and exit");
    app.set_help_flag("-h,--help", "print this help, or that of a command, and exit");
    app.require_subcommand(1);
    app.footer(
        "Exit status: 0 fine, 1 the work failed, 2 wrong usage or unreadable input,\n"
        "3 damaged or truncated input (what comes before the damage is reported).");
}

}  // namespace

CommandLine parse_command_line(std::span<const char* const> arguments) {
    CLI::App app{"Tickweir: a market gateway.", "tickweir"};
    describe_program(app);
    ReplayOptions replay;
    InspectOptions inspect;
    SimulateOptions simulate;
    SimulateExtras extras;
    ServeOptions serve;
    QueryOptions query;
    PublishOptions publish;
    PublishExtras publish_extras;
    VenueOptions venue;
    VerifyOptions verify;
    AdminOptions admin;
    HashPasswordOptions hash_password;
    add_replay(app, replay);
    add_inspect(app, inspect);
    add_simulate(app, simulate, extras);
    add_serve(app, serve);
    add_query(app, query);
    add_publish(app, publish, publish_extras);
    add_venue(app, venue);
    add_verify(app, verify);
    add_admin(app, admin);
    add_hash_password(app, hash_password);
    try {
        // The library takes them last first.
        app.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
    } catch (const CLI::CallForHelp&) {
        return ShowText{app.help()};
    } catch (const CLI::CallForVersion& version) {
        return ShowText{std::string{version.what()} + '\n'};
    } catch (const CLI::ParseError& error) {
        return wrong_usage(app, reason(app, error));
    }
    if (app.got_subcommand("replay")) return replay;
    if (app.got_subcommand("inspect")) return inspect;
    if (app.got_subcommand("verify")) return verify;
    if (app.got_subcommand("hash-password")) return hash_password;
    if (app.got_subcommand("serve")) {
        if (const auto why = settle(serve)) return wrong_usage(app, *why);
        return serve;
    }
    if (app.got_subcommand("query")) {
        if (const auto why = settle(query)) return wrong_usage(app, *why);
        return query;
    }
    if (app.got_subcommand("publish")) {
        if (const auto why = settle(publish, publish_extras)) return wrong_usage(app, *why);
        return publish;
    }
    if (app.got_subcommand("venue")) {
        if (const auto why = settle(venue)) return wrong_usage(app, *why);
        return venue;
    }
    if (app.got_subcommand("admin")) {
        if (const auto why = settle(admin)) return wrong_usage(app, *why);
        return admin;
    }
    if (const auto why = settle(simulate, extras)) return wrong_usage(app, *why);
    return simulate;
}

}  // namespace tickweir::gateway
