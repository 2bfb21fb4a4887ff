#include "gateway/cli_publish.hpp"

#include <algorithm>

#include "book/decimal.hpp"
#include "gateway/cli_commands.hpp"
#include "gateway/cli_options.hpp"

namespace tickweir::gateway {
namespace {

using replay::Result;

std::string quoted(const std::string& text) {
    return "'" + text + "'";
}

/// A decimal number with at most `decimals` decimals, in units of the last of them.
std::optional<std::int64_t> units(const std::string& text, unsigned decimals) {
    const book::ParsedDecimal parsed = book::parse_decimal(text, decimals);
    if (!parsed.ok()) return std::nullopt;
    return parsed.value;
}

/// Texts are errors too, so what a text is has to be said.
Result<std::string> good_text(const std::string& text) {
    return {boost::system::in_place_value, text};
}
Result<std::string> wrong_text(const std::string& why) {
    return {boost::system::in_place_error, why};
}

/// Options that mean nothing without another one.
std::optional<std::string> without(const PublishOptions& options, const PublishExtras& extras) {
    const PublishOptions defaults;
    const bool of_lines = options.faults != defaults.faults || options.mold_b ||
                          options.stall_every.count() != 0 || options.rerequest;
    if (of_lines && !options.mold)
        return "--mold-b, --loss, --duplicate, --reorder, --stall-every and --rerequest need "
               "--mold";
    if (options.delay_b.count() != 0 && !options.mold_b) return "--delay-b needs --mold-b";
    if ((options.stall_every.count() == 0) != (options.stall.count() == 0))
        return "--stall-every and --stall-ms go together";
    const bool of_requests = extras.rerequest_rate || options.rerequest_mute ||
                             options.rerequest_loss != defaults.rerequest_loss;
    if (of_requests && !options.rerequest)
        return "--rerequest-rate, --rerequest-loss and --rerequest-mute need --rerequest";
    if ((options.soup_user || options.soup_password) && !options.soup)
        return "--soup-user and --soup-password need --soup";
    return std::nullopt;
}

}  // namespace

Result<replay::SpeedMillionths> parse_speed(const std::string& text) {
    constexpr std::int64_t most = 1'000'000'000'000;
    if (text == "max") return replay::SpeedMillionths{};
    const auto millionths = units(text, 6);
    if (!millionths) return quoted(text) + " is not a number with at most six decimals, or max";
    if (*millionths < 1 || *millionths > most)
        return text + " is not between 0.000001 and 1000000, or max";
    return replay::SpeedMillionths{static_cast<std::uint64_t>(*millionths)};
}

Result<std::chrono::milliseconds> parse_linger(const std::string& text) {
    constexpr std::int64_t day_ms = 86'400'000;
    const auto ms = units(text, 3);
    if (!ms) return quoted(text) + " is not a number of seconds with at most three decimals";
    if (*ms < 0 || *ms > day_ms) return text + " is not between 0 and 86400";
    return std::chrono::milliseconds{*ms};
}

Result<std::chrono::microseconds> parse_lag(const std::string& text) {
    const auto count = parse_count(text, 0, 10'000'000);
    if (!count) return count.error();
    return std::chrono::microseconds{static_cast<std::int64_t>(*count)};
}

Result<std::string> parse_session_name(const std::string& text) {
    constexpr std::size_t most = 10;
    const auto good = [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    };
    if (text.empty() || text.size() > most || !std::ranges::all_of(text, good))
        return wrong_text(quoted(text) + " is not 1 to 10 letters and digits");
    return good_text(text);
}

Result<std::string> parse_login_text(const std::string& text, std::size_t most) {
    const auto good = [](char c) { return c > ' ' && c <= '~'; };
    if (text.empty() || text.size() > most || !std::ranges::all_of(text, good))
        return wrong_text(quoted(text) + " is not 1 to " + std::to_string(most) +
                          " characters without blanks");
    return good_text(text);
}

std::optional<std::string> settle(PublishOptions& options, const PublishExtras& extras) {
    if (!options.mold && !options.soup) return "where to? --mold or --soup is missing";
    if (extras.speed && options.rate) return "--speed and --rate exclude each other";
    options.speed = extras.speed.value_or(options.speed);
    options.rerequest_rate = extras.rerequest_rate.value_or(options.rerequest_rate);
    if (options.mold && options.mold == options.mold_b)
        return "--mold and --mold-b are both " + udp_url(*options.mold);
    if (options.stall_every.count() != 0 && options.stall >= options.stall_every)
        return "--stall-ms is not shorter than --stall-every";
    if (options.loop && options.session &&
        options.session->size() > PublishOptions::numbered_session_max)
        return "--session: '" + *options.session + "' has more than 6 characters, with --loop";
    return without(options, extras);
}

// ------------------------------------------------------------------------------------ the command

namespace {

/// A whole number of seconds or milliseconds and so on, up to a day.
template <class Duration>
replay::Result<Duration> parse_span(const std::string& text) {
    const auto count =
        parse_count(text, 0, static_cast<std::uint64_t>(Duration{std::chrono::hours{24}}.count()));
    if (!count) return count.error();
    return Duration{static_cast<typename Duration::rep>(*count)};
}

void add_publish_source(Options& add, PublishOptions& options, PublishExtras& extras) {
    add.text("CAPTURE", " ", options.capture,
             "ITCH file or pcap/pcapng with MoldUDP64, plain, gzip or zstd")
        .required();
    add.value("--speed", "N|max", extras.speed, parse_speed,
              "so many times as fast as recorded (default 1)");
    add.value("--rate", "N", options.rate, as_count<std::uint32_t>(1),
              "messages a second, evenly, instead of --speed");
    add.flag("--loop", options.loop, "again and again, each round a session of its own");
    add.value("--session", "NAME", options.session, parse_session_name,
              "of the feed, up to 10 letters and digits (6 with --loop, which\n"
              "numbers them; default: the seconds since 1970)");
    add.value("--start-delay", "MS", options.start_delay, parse_span<std::chrono::milliseconds>,
              "before the first message, for receivers to get ready (default 0)");
    add.value("--linger", "S", options.linger, parse_linger,
              "seconds for which the end of the session is told and requests\n"
              "are answered when all is published (default 3)");
    add.value("--archive-bytes", "N", options.archive_bytes, as_count<std::uint64_t>(1 << 20),
              "messages kept for requests and SoupBinTCP clients; the oldest\n"
              "give way (default 4294967296)");
}

void add_publish_lines(Options& add, PublishOptions& options) {
    add.value("--mold", "udp://ADDR:PORT", options.mold, parse_udp_address,
              "MoldUDP64 goes there: a multicast group or one receiver");
    add.value("--mold-b", "udp://ADDR:PORT", options.mold_b, parse_udp_address,
              "and there again: line B of a redundant feed");
    add.value("--interface", "ADDR", options.interface, parse_ipv4,
              "that multicast leaves by (default 127.0.0.1)");
    add.value("--ttl", "N", options.ttl, as_count<std::uint8_t>(0),
              "networks that multicast crosses, up to 255 (default 1)");
    add.value("--loss", "P", options.faults.loss, parse_probability,
              "probability from 0 to below 1 that a packet is lost on a line,\n"
              "each line by itself (default 0)");
    add.value("--duplicate", "P", options.faults.duplicate, parse_probability,
              "that a packet comes twice (default 0)");
    add.value("--reorder", "P", options.faults.reorder, parse_probability,
              "that a packet comes after the next one of its line (default 0)");
    add.value("--delay-b", "US", options.delay_b, parse_lag,
              "microseconds that line B lags, up to ten seconds (default 0)");
    add.value(
        "--stall-every", "S", options.stall_every,
        [](const std::string& text) -> replay::Result<std::chrono::milliseconds> {
            const auto seconds = parse_span<std::chrono::seconds>(text);
            if (!seconds) return seconds.error();
            return std::chrono::milliseconds{*seconds};
        },
        "seconds between pauses of the sender, which then sends all that\n"
        "has come together (default 0: none)");
    add.value("--stall-ms", "MS", options.stall, parse_span<std::chrono::milliseconds>,
              "milliseconds of such a pause");
    add.value("--seed", "N", options.seed, as_count<std::uint64_t>(0),
              "of everything that is drawn (default 1)");
}

void add_publish_ports(Options& add, PublishOptions& options, PublishExtras& extras) {
    add.value("--bind", "ADDR", options.bind, parse_ipv4, "of the ports below (default 127.0.0.1)");
    add.value("--rerequest", "PORT", options.rerequest, as_count<std::uint16_t>(0),
              "UDP port that answers requests for lost messages; 0: any free\n"
              "one");
    add.value("--rerequest-rate", "N", extras.rerequest_rate, as_count<std::uint32_t>(1),
              "packets a second to one client (default 50000)");
    add.value("--rerequest-loss", "P", options.rerequest_loss, parse_probability,
              "probability that a packet of an answer is lost (default 0)");
    add.flag("--rerequest-mute", options.rerequest_mute, "take requests, answer none");
    add.value("--soup", "PORT", options.soup, as_count<std::uint16_t>(0),
              "TCP port for SoupBinTCP clients; 0: any free one");
    add.value(
        "--soup-user", "NAME", options.soup_user,
        [](const std::string& text) { return parse_login_text(text, 6); },
        "that clients have to log in with, up to 6 characters (default:\n"
        "any)");
    add.value(
        "--soup-password", "TEXT", options.soup_password,
        [](const std::string& text) { return parse_login_text(text, 10); },
        "likewise, up to 10 characters (default: any)");
}

}  // namespace

void add_publish(CLI::App& app, PublishOptions& options, PublishExtras& extras) {
    Options add{app, "publish",
                "Publishes a capture as a live ITCH feed: MoldUDP64 with a re-request\n"
                "server, and SoupBinTCP. Ctrl-C or SIGTERM ends the session."};
    add_publish_source(add, options, extras);
    add_publish_lines(add, options);
    add_publish_ports(add, options, extras);
    add_capture_format(add, options.format);
}

}  // namespace tickweir::gateway
