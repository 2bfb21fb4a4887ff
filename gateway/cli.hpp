// From the arguments of the program to what is to be done: the one place that knows the spelling of
// commands and options. Parsing only; nothing is opened or run here.
#pragma once

#include <span>
#include <string>
#include <variant>

#include "gateway/commands/admin_options.hpp"
#include "gateway/commands/hash_password_options.hpp"
#include "gateway/commands/inspect_options.hpp"
#include "gateway/commands/publish_options.hpp"
#include "gateway/commands/query_options.hpp"
#include "gateway/commands/replay_options.hpp"
#include "gateway/commands/serve_options.hpp"
#include "gateway/commands/simulate_options.hpp"
#include "gateway/commands/venue_options.hpp"
#include "gateway/commands/verify_options.hpp"

namespace tickweir::gateway {

/// Text to print on stdout, and nothing else to do (--help, --version).
struct ShowText {
    std::string text;
};

/// Arguments that make no sense; one line that says which and why.
struct WrongUsage {
    std::string line;
};

using CommandLine = std::variant<ShowText, WrongUsage, ReplayOptions, InspectOptions,
                                 SimulateOptions, ServeOptions, QueryOptions, PublishOptions,
                                 VenueOptions, VerifyOptions, AdminOptions, HashPasswordOptions>;

/// Understands the arguments behind the program's name. Every option has the default its help
/// states.
CommandLine parse_command_line(std::span<const char* const> arguments);

}  // namespace tickweir::gateway
