// The commands that read and write captures: replay, inspect, simulate.
#include <array>
#include <filesystem>
#include <utility>

#include "gateway/cli_commands.hpp"
#include "gateway/cli_options.hpp"
#include "gateway/commands/session_time.hpp"

namespace tickweir::gateway {
void add_capture_format(Options& add, std::optional<replay::CaptureFormat>& format) {
    constexpr std::array formats{std::pair{std::string_view{"itch"}, replay::CaptureFormat::itch},
                                 std::pair{std::string_view{"pcap"}, replay::CaptureFormat::pcap}};
    add.value("--format", "itch|pcap", format, as_word(formats),
              "kind of capture (default: told by its content)");
}

namespace {

/// How a capture is read: the same for every command that reads one.
template <class CaptureOptions>
void add_reading(Options& add, CaptureOptions& options) {
    constexpr std::array formats{std::pair{std::string_view{"itch"}, replay::CaptureFormat::itch},
                                 std::pair{std::string_view{"pcap"}, replay::CaptureFormat::pcap},
                                 std::pair{std::string_view{"json"}, replay::CaptureFormat::json},
                                 std::pair{std::string_view{"fix"}, replay::CaptureFormat::fix}};
    add.value("--format", "itch|pcap|json|fix", options.format, as_word(formats),
              "kind of capture (default: told by its content; a pipe with JSON\n"
              "or FIX has to be named)");
    add.value("--date", "YYYY-MM-DD", options.date, parse_date,
              "day of the session (default: the date in the file's name, else\n"
              "of the packets, else 1970-01-01); JSON captures have their own");
    add.text("--timezone", "ZONE", options.timezone,
             "time zone of the exchange (default America/New_York)");
    add.flag("--json", options.json, "print one JSON document instead of tables");
}

}  // namespace

// ------------------------------------------------------------------------------------------ replay

namespace {

void add_replay_extent(Options& add, ReplayOptions& options) {
    add.value("--max-messages", "N", options.max_messages, as_count<std::uint64_t>(0),
              "stop after N messages, of JSON frames (default: read all)");
    add.value("--until", "TIME", options.until, parse_session_time,
              "read no message later than TIME: nanoseconds since the epoch, or\n"
              "HH:MM:SS[.n] of the session's day (JSON: of the first line's, UTC)");
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
             "also the digest of every change of the touch (bbo_changes,\n"
             "bbo_crc32); always there of JSON captures");
    add.text("--events", "FILE", options.events, "write every book change to FILE, as JSON lines");
    add.several(
           "--top-every", "DURATION FILE",
           [&options](const std::vector<std::string>& values) -> Options::Refusal {
               const auto every = parse_duration(values.at(0));
               if (!every) return every.error();
               options.top_every = ReplayOptions::TopEvery{*every, values.at(1)};
               return std::nullopt;
           },
           "write the best --depth levels of every instrument to FILE at each\n"
           "multiple of DURATION since midnight (100ms, 1s, 5m; at most 24h),\n"
           "as CSV: time, symbol, prices and quantities")
        .values(2);
}

}  // namespace

void add_replay(CLI::App& app, ReplayOptions& options) {
    Options add{app, "replay",
                "Decodes captures as fast as possible, builds all books and prints a\n"
                "summary with the books as they stand at the end."};
    add.all("CAPTURE", "...", options.captures,
            "ITCH file, pcap/pcapng with MoldUDP64, or JSON capture, plain,\n"
            "gzip or zstd; several are played one after another")
        .required();
    add_reading(add, options);
    add.text("--venue", "ID", options.venue,
             "venue the instruments belong to (default nasdaq, or what the JSON\n"
             "capture says)");
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

// ----------------------------------------------------------------------------------------- inspect

void add_inspect(CLI::App& app, InspectOptions& options) {
    Options add{app, "inspect",
                "Tells what is in a capture: sessions, messages by type, first and last\n"
                "time, gaps, instruments, damage with its offset; of a JSON capture also\n"
                "whether its books can be trusted. Prints no books."};
    add.text("CAPTURE", " ", options.capture,
             "ITCH file, pcap/pcapng with MoldUDP64, or JSON capture, plain,\n"
             "gzip or zstd")
        .required();
    add.value("--messages", "N", options.messages, as_count<std::uint64_t>(0),
              "also print the first N messages field by field (default 0)");
    add_reading(add, options);
}

// ---------------------------------------------------------------------------------------- simulate

namespace {

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
              "pcap, json: probability from 0 to below 1, at most nine decimals,\n"
              "that a packet or frame is lost on a line (default 0)");
    add.value("--duplicate", "P", faults.duplicate, parse_probability,
              "pcap, json: probability that one comes twice (default 0)");
    add.value("--reorder", "P", faults.reorder, parse_probability,
              "pcap, json: probability that one comes after the next one of its\n"
              "line (default 0)");
    add.value("--lines", "A[,B]", extras.lines, parse_list,
              "pcap: the line, or both lines of a redundant feed with their own\n"
              "addresses and faults (default A)");
}

}  // namespace

void add_simulate(CLI::App& app, SimulateOptions& options, SimulateExtras& extras) {
    using Format = SimulateOptions::Format;
    constexpr std::array formats{std::pair{std::string_view{"itch"}, Format::itch},
                                 std::pair{std::string_view{"pcap"}, Format::pcap},
                                 std::pair{std::string_view{"json"}, Format::json}};
    Options add{app, "simulate",
                "Writes a seeded market to a file, as ITCH or as a JSON venue sends it. The same "
                "arguments\n"
                "give the same bytes on every machine."};
    add.text("--out", "FILE", options.out,
             "file to write, replaced when it is whole; packed if its name ends\n"
             "in .gz or .zst (required)")
        .required();
    add.value("--format", "itch|pcap|json", extras.format, as_word(formats),
              "itch: messages with their lengths; pcap: MoldUDP64 over UDP;\n"
              "json: a JSON capture (default: by the file's name, .pcap or\n"
              ".jsonl, else itch)");
    add.value("--venue", "ID", extras.venue, parse_venue,
              "json: whose frames they are (default binance-spot)");
    add_market(add, options.market);
    add.value("--date", "YYYY-MM-DD", extras.date, parse_date,
              "pcap, json: day of the times (default 2024-01-02)");
    add_faults(add, options.faults, extras);
}

std::optional<std::string> settle(SimulateOptions& options, const SimulateExtras& extras) {
    using Format = SimulateOptions::Format;
    std::filesystem::path name = options.out;
    if (name.extension() == ".gz" || name.extension() == ".zst") name.replace_extension();
    const Format by_name = name.extension() == ".pcap"    ? Format::pcap
                           : name.extension() == ".jsonl" ? Format::json
                                                          : Format::itch;
    options.format = extras.format.value_or(by_name);
    options.venue = extras.venue.value_or(options.venue);
    if (extras.venue && options.format != Format::json) return "--venue needs --format json";
    for (const std::string& line : extras.lines) {
        if (line != "A" && line != "B") return "--lines: '" + line + "' is neither A nor B";
    }
    options.second_line = extras.lines.size() == 2;
    if (extras.lines.size() == 1 && extras.lines[0] != "A") return "--lines: B goes with A only";
    options.date = extras.date.value_or(options.date);
    const bool of_lines = options.faults != LineFaults{} || extras.date;
    if (of_lines && options.format == Format::itch)
        return "--loss, --duplicate, --reorder and --date need --format pcap or json";
    if (!extras.lines.empty() && options.format != Format::pcap)
        return "--lines needs --format pcap";
    return std::nullopt;
}

}  // namespace tickweir::gateway
