#include "gateway/cli.hpp"

#include <CLI/CLI.hpp>
#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway/commands/option_values.hpp"
#include "gateway/commands/session_time.hpp"

namespace tickweir::gateway {
namespace {

// ------------------------------------------------------------------------------ kinds of values

using replay::Result;

/// A whole number from `least` to `most`.
template <class Number = std::uint64_t>
auto as_count(Number least, Number most = std::numeric_limits<Number>::max()) {
    return [=](const std::string& text) -> Result<Number> {
        const auto count = parse_count(text, least, most);
        if (!count) return count.error();
        return static_cast<Number>(*count);
    };
}

/// One of a few words.
template <class Value, std::size_t N>
auto as_word(const std::array<std::pair<std::string_view, Value>, N>& words) {
    return [words](const std::string& text) -> Result<Value> {
        std::string known;
        for (const auto& [word, value] : words) {
            if (word == text) return value;
            known += (known.empty() ? "" : ", ") + std::string{word};
        }
        return "'" + text + "' is not one of " + known;
    };
}

/// The words of --format.
constexpr std::array capture_formats{
    std::pair{std::string_view{"itch"}, replay::CaptureFormat::itch},
    std::pair{std::string_view{"pcap"}, replay::CaptureFormat::pcap}};

// -------------------------------------------------------------------------- options of a command

/// Adds options to one command. Targets must outlive the parsing.
class Options {
public:
    explicit Options(CLI::App& command) : command_{command} {}

    void flag(const std::string& name, bool& target, const std::string& help) {
        const auto set = [&target] { target = true; };
        command_.add_flag_callback(name, set, help)->disable_flag_override();
    }

    /// An option with one value, `what` of which `parse` makes the target's, or a reason against
    /// it.
    template <class Target, class Parse>
    CLI::Option* value(const std::string& name, const std::string& what, Target& target,
                       Parse parse, const std::string& help) {
        const auto take = [&target, parse, name](const std::string& text) {
            auto parsed = parse(text);
            if (!parsed) throw CLI::ValidationError(name, parsed.error());
            target = std::move(*parsed);
        };
        return command_.add_option_function<std::string>(name, take, help)->option_text(what);
    }

    /// An option whose value is taken as it is, if there is one.
    template <class Target>
    CLI::Option* text(const std::string& name, const std::string& what, Target& target,
                      const std::string& help) {
        const auto take = [&target, name](const std::string& given) {
            if (given.empty()) throw CLI::ValidationError(name, "the text is empty");
            target = given;
        };
        return command_.add_option_function<std::string>(name, take, help)->option_text(what);
    }

    /// An option, or positional arguments, of several values.
    CLI::Option* several(const std::string& name, const std::string& what,
                         const std::function<void(const std::vector<std::string>&)>& take,
                         const std::string& help) {
        return command_.add_option_function<std::vector<std::string>>(name, take, help)
            ->option_text(what);
    }

private:
    CLI::App& command_;
};

CLI::App& add_command(CLI::App& app, const std::string& name, const std::string& purpose) {
    return *app.add_subcommand(name, purpose)->group("Commands");
}

/// How a capture is read: the same for every command that reads one.
template <class CaptureOptions>
void add_reading(Options& add, CaptureOptions& options) {
    add.value("--format", "itch|pcap", options.format, as_word(capture_formats),
              "kind of capture (default: told by its content)");
    add.value("--date", "YYYY-MM-DD", options.date, parse_date,
              "day of the session (default: the date in the file's name, else\n"
              "of the packets, else 1970-01-01)");
    add.text("--timezone", "ZONE", options.timezone,
             "time zone of the exchange (default America/New_York)");
    add.flag("--json", options.json, "print one JSON document instead of tables");
}

// --------------------------------------------------------------------------------------- replay

void add_replay_extent(Options& add, ReplayOptions& options) {
    add.value("--max-messages", "N", options.max_messages, as_count<std::uint64_t>(0),
              "stop after N messages (default: read all)");
    add.value("--until", "TIME", options.until, parse_session_time,
              "read no message later than TIME: nanoseconds since the epoch, or\n"
              "HH:MM:SS[.n] of the session's day");
    add.value("--at", "TIME", options.at, parse_session_time,
              "show the books as they stood at TIME, messages of TIME included");
    add.flag("--strict", options.strict,
             "stop at the first damaged or refused message, with status 3");
}

void add_replay_output(Options& add, ReplayOptions& options) {
    add.value("--symbols", "A,B", options.symbols, parse_list,
              "show these instruments only (every book is built all the same)");
    add.value("--depth", "N", options.depth, as_count<std::size_t>(1, ReplayOptions::depth_max),
              "levels a side that are shown, 1 to " + std::to_string(ReplayOptions::depth_max) +
                  " (default 10)");
    add.flag("--digest", options.digest,
             "also the digest of every change of the touch (bbo_changes,\nbbo_crc32)");
    add.text("--events", "FILE", options.events, "write every book change to FILE, as JSON lines");
    add.several(
           "--top-every", "DURATION FILE",
           [&options](const std::vector<std::string>& values) {
               const auto every = parse_duration(values.at(0));
               if (!every) throw CLI::ValidationError("--top-every", every.error());
               options.top_every = ReplayOptions::TopEvery{*every, values.at(1)};
           },
           "write the best --depth levels of every instrument to FILE at each\n"
           "multiple of DURATION since midnight (100ms, 1s, 5m; at most 24h),\n"
           "as CSV: time, symbol, prices and quantities")
        ->type_size(2)
        ->expected(1)
        ->allow_extra_args(false);
}

void add_replay(CLI::App& app, ReplayOptions& options) {
    Options add{add_command(app, "replay",
                            "Decodes captures as fast as possible, builds all books and prints a\n"
                            "summary with the books as they stand at the end.")};
    add.several(
           "CAPTURE", "...",
           [&options](const std::vector<std::string>& names) {
               options.captures.assign(names.begin(), names.end());
           },
           "ITCH file or pcap/pcapng with MoldUDP64, plain, gzip or zstd;\n"
           "several are played one after another")
        ->required();
    add_reading(add, options);
    add.text("--venue", "ID", options.venue, "venue the instruments belong to (default nasdaq)");
    add_replay_extent(add, options);
    add_replay_output(add, options);
    add.value("--threads", "N", options.threads, as_count<unsigned>(1, ReplayOptions::threads_max),
              "threads that build books, 1 to " + std::to_string(ReplayOptions::threads_max) +
                  " (default: one a usable\ncore, at most " +
                  std::to_string(ReplayOptions::automatic_threads_max) +
                  "; one where the captures are small, and for\n"
                  "--strict, --events and --top-every); changes no result");
    add.flag("--include-io", options.include_io,
             "count reading and decompression into the time that is reported");
}

// -------------------------------------------------------------------------------------- inspect

void add_inspect(CLI::App& app, InspectOptions& options) {
    Options add{
        add_command(app, "inspect",
                    "Tells what is in a capture: sessions, messages by type, first and last\n"
                    "time, gaps, instruments, damage with its offset. Builds no books.")};
    add.text("CAPTURE", " ", options.capture,
             "ITCH file or pcap/pcapng with MoldUDP64, plain, gzip or zstd")
        ->required();
    add.value("--messages", "N", options.messages, as_count<std::uint64_t>(0),
              "also print the first N messages field by field (default 0)");
    add_reading(add, options);
}

// ---------------------------------------------------------------------------------------- serve

void add_serve(CLI::App& app, ServeOptions& options) {
    Options add{
        add_command(app, "serve",
                    "Runs the gateway: feeds in, books and trades out over WebSocket and\n"
                    "HTTP, with a page to look at. SIGTERM or Ctrl-C stops it, SIGHUP reads\n"
                    "the configuration again.")};
    add.text("--config", "FILE", options.config, "TOML file (default: every key has its default)");
    add.several(
        "--set", "KEY=VALUE",
        [&options](const std::vector<std::string>& given) { options.set = given; },
        "set one key of the configuration, such as http.port=0; may be\n"
        "given again");
    add.flag("--print-config", options.print_config,
             "print the effective configuration, with what each key means, and\nexit");
    add.text("--replay", "CAPTURE", options.replay, "play a capture as a feed called 'replay'");
    add.text("--speed", "N|max", options.speed,
             "of --replay: so many times as fast as recorded (default 1)");
    add.flag("--loop", options.loop,
             "of --replay: again and again, each round a session of its own with\n"
             "times moved to now");
}

/// What single options cannot know: how they go together.
std::optional<std::string> settle(const ServeOptions& options) {
    if (options.replay || (!options.loop && options.speed == ServeOptions{}.speed))
        return std::nullopt;
    return "--speed and --loop go with --replay";
}

// ---------------------------------------------------------------------------------------- query

Result<std::chrono::milliseconds> parse_timeout(const std::string& text) {
    const auto duration = parse_duration(text);
    if (!duration) return duration.error();
    const auto timeout = std::chrono::duration_cast<std::chrono::milliseconds>(*duration);
    if (timeout.count() < 1) return "'" + text + "' is less than 1ms";
    return timeout;
}

void add_query(CLI::App& app, QueryOptions& options) {
    using Subject = QueryOptions::Subject;
    constexpr std::array subjects{std::pair{std::string_view{"quote"}, Subject::quote},
                                  std::pair{std::string_view{"book"}, Subject::book},
                                  std::pair{std::string_view{"trades"}, Subject::trades},
                                  std::pair{std::string_view{"instruments"}, Subject::instruments},
                                  std::pair{std::string_view{"status"}, Subject::status}};
    Options add{add_command(app, "query",
                            "Asks a running gateway: quote, book or trades of instruments, the\n"
                            "instruments there are, or its status.")};
    add.value("SUBJECT", "", options.subject, as_word(subjects),
              "quote, book, trades, instruments or status")
        ->required();
    add.several(
        "INSTRUMENT", "...",
        [&options](const std::vector<std::string>& given) { options.instruments = given; },
        "symbols, or venue:symbol");
    add.text("--url", "URL", options.url, "of the gateway (default http://127.0.0.1:8080)");
    add.value("--depth", "N", options.depth, as_count<unsigned>(1, QueryOptions::depth_max),
              "levels a side of a book, 1 to 1000 (default 10)");
    add.value("--limit", "N", options.limit, as_count<unsigned>(1, QueryOptions::limit_max),
              "trades, 1 to 1000 (default 100)");
    add.text("--key", "KEY", options.key, "of the gateway, where it wants one");
    add.value("--timeout", "DURATION", options.timeout, parse_timeout,
              "for a whole answer, such as 500ms (default 10s)");
    add.flag("--json", options.json, "print the answers as they come, one a line");
}

/// What single options cannot know: how they go together.
std::optional<std::string> settle(const QueryOptions& options) {
    using Subject = QueryOptions::Subject;
    const bool of_instruments =
        options.subject != Subject::status && options.subject != Subject::instruments;
    if (of_instruments && options.instruments.empty()) return "which INSTRUMENT?";
    if (!of_instruments && !options.instruments.empty())
        return "'" + options.instruments.front() + "' is unexpected: this is about no INSTRUMENT";
    return std::nullopt;
}

// ------------------------------------------------------------------------------------- simulate

/// What the options cannot take before they are all known.
struct SimulateExtras {
    std::optional<SimulateOptions::Format> format;
    std::optional<std::chrono::year_month_day> date;
    std::vector<std::string> lines;
};

void add_market(Options& add, replay::SimulatorOptions& market) {
    using replay::Profile;
    constexpr std::array profiles{std::pair{std::string_view{"calm"}, Profile::calm},
                                  std::pair{std::string_view{"open"}, Profile::open},
                                  std::pair{std::string_view{"volatile"}, Profile::volatile_},
                                  std::pair{std::string_view{"crash"}, Profile::crash}};
    add.value("--seed", "N", market.seed, as_count<std::uint64_t>(0),
              "seed of everything that is drawn (default 1)");
    add.value("--instruments", "N", market.instruments, as_count<std::uint32_t>(1, 65'535),
              "instruments, 1 to 65535 (default 100)");
    add.value("--messages", "N", market.messages, as_count<std::uint64_t>(1),
              "messages, exactly; at least 5 an instrument and 7 (default\n"
              "1000000)");
    add.value("--profile", "NAME", market.profile, as_word(profiles),
              "calm: an ordinary forenoon; open: the minutes after the opening;\n"
              "volatile: wide swings, sweeps, halts; crash: a fall of about a\n"
              "fifth and a rebound (default calm)");
    add.value("--live-orders", "N", market.live_orders,
              as_count<std::uint64_t>(0, replay::SimulatorOptions::live_orders_max),
              "orders that stay open for long, in all books together, up to\n" +
                  std::to_string(replay::SimulatorOptions::live_orders_max) +
                  " (default 110 an instrument)");
}

void add_faults(Options& add, LineFaults& faults, SimulateExtras& extras) {
    add.value("--loss", "P", faults.loss, parse_probability,
              "pcap: probability from 0 to below 1, at most nine decimals, that\n"
              "a packet is lost on a line (default 0)");
    add.value("--duplicate", "P", faults.duplicate, parse_probability,
              "pcap: probability that a packet comes twice (default 0)");
    add.value("--reorder", "P", faults.reorder, parse_probability,
              "pcap: probability that a packet comes after the next one of its\n"
              "line (default 0)");
    add.value("--lines", "A[,B]", extras.lines, parse_list,
              "pcap: the line, or both lines of a redundant feed with their own\n"
              "addresses and faults (default A)");
}

void add_simulate(CLI::App& app, SimulateOptions& options, SimulateExtras& extras) {
    using Format = SimulateOptions::Format;
    constexpr std::array formats{std::pair{std::string_view{"itch"}, Format::itch},
                                 std::pair{std::string_view{"pcap"}, Format::pcap}};
    Options add{
        add_command(app, "simulate",
                    "Writes a seeded market of ITCH messages to a file. The same arguments\n"
                    "give the same bytes on every machine.")};
    add.text("--out", "FILE", options.out,
             "file to write, replaced when it is whole; packed if its name ends\n"
             "in .gz or .zst (required)")
        ->required();
    add.value("--format", "itch|pcap", extras.format, as_word(formats),
              "itch: messages with their lengths; pcap: MoldUDP64 over UDP\n"
              "(default: by the file's name, else itch)");
    add_market(add, options.market);
    add.value("--date", "YYYY-MM-DD", extras.date, parse_date,
              "pcap: day of the packets' times (default 2024-01-02)");
    add_faults(add, options.faults, extras);
}

/// What single options cannot know: how they go together.
std::optional<std::string> settle(SimulateOptions& options, const SimulateExtras& extras) {
    using Format = SimulateOptions::Format;
    std::filesystem::path name = options.out;
    if (name.extension() == ".gz" || name.extension() == ".zst") name.replace_extension();
    options.format =
        extras.format.value_or(name.extension() == ".pcap" ? Format::pcap : Format::itch);
    for (const std::string& line : extras.lines) {
        if (line != "A" && line != "B") return "--lines: '" + line + "' is neither A nor B";
    }
    options.second_line = extras.lines.size() == 2;
    if (extras.lines.size() == 1 && extras.lines[0] != "A") return "--lines: B goes with A only";
    options.date = extras.date.value_or(options.date);
    const bool of_pcap = options.faults != LineFaults{} || !extras.lines.empty() || extras.date;
    if (of_pcap && options.format != Format::pcap)
        return "--loss, --duplicate, --reorder, --lines and --date need --format pcap";
    return std::nullopt;
}

// --------------------------------------------------------------------------- the whole and errors

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
    add_replay(app, replay);
    add_inspect(app, inspect);
    add_simulate(app, simulate, extras);
    add_serve(app, serve);
    add_query(app, query);
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
    if (app.got_subcommand("serve")) {
        if (const auto why = settle(serve)) return wrong_usage(app, *why);
        return serve;
    }
    if (app.got_subcommand("query")) {
        if (const auto why = settle(query)) return wrong_usage(app, *why);
        return query;
    }
    if (const auto why = settle(simulate, extras)) return wrong_usage(app, *why);
    return simulate;
}

}  // namespace tickweir::gateway
