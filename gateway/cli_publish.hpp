// The options of `tickweir publish`: their spelling, their help, and how they go together. Knows no
// library that parses arguments; what adds an option is given.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "gateway/commands/option_values.hpp"
#include "gateway/commands/publish_options.hpp"

namespace tickweir::gateway {

/// What the options cannot take before they are all known.
struct PublishExtras {
    std::optional<replay::SpeedMillionths> speed;
    std::optional<std::uint32_t> rerequest_rate;
};

/// A whole number of seconds or milliseconds and so on, up to a day.
template <class Duration>
replay::Result<Duration> parse_span(const std::string& text) {
    const auto count =
        parse_count(text, 0, static_cast<std::uint64_t>(Duration{std::chrono::hours{24}}.count()));
    if (!count) return count.error();
    return Duration{static_cast<typename Duration::rep>(*count)};
}

/// A number within what `Number` and `least` allow.
template <class Number>
auto publish_count(std::uint64_t least) {
    return [least](const std::string& text) -> replay::Result<Number> {
        const auto count = parse_count(text, least, std::numeric_limits<Number>::max());
        if (!count) return count.error();
        return static_cast<Number>(*count);
    };
}

/// "max", or a number of times above 0 with at most six decimals.
replay::Result<replay::SpeedMillionths> parse_speed(const std::string& text);
/// Seconds with at most three decimals, up to a day.
replay::Result<std::chrono::milliseconds> parse_linger(const std::string& text);
/// Microseconds up to ten seconds.
replay::Result<std::chrono::microseconds> parse_lag(const std::string& text);
/// 1 to 10 letters and digits.
replay::Result<std::string> parse_session_name(const std::string& text);
/// At most `most` printable characters.
replay::Result<std::string> parse_login_text(const std::string& text, std::size_t most);

/// What single options cannot know: how they go together. The reason against it, if there is one.
std::optional<std::string> settle(PublishOptions& options, const PublishExtras& extras);

template <class Options>
void add_publish_source(Options& add, PublishOptions& options, PublishExtras& extras) {
    add.text("CAPTURE", " ", options.capture,
             "ITCH file or pcap/pcapng with MoldUDP64, plain, gzip or zstd")
        ->required();
    add.value("--speed", "N|max", extras.speed, parse_speed,
              "so many times as fast as recorded (default 1)");
    add.value("--rate", "N", options.rate, publish_count<std::uint32_t>(1),
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
    add.value("--archive-bytes", "N", options.archive_bytes, publish_count<std::uint64_t>(1 << 20),
              "messages kept for requests and SoupBinTCP clients; the oldest\n"
              "give way (default 4294967296)");
}

template <class Options>
void add_publish_lines(Options& add, PublishOptions& options) {
    add.value("--mold", "udp://ADDR:PORT", options.mold, parse_udp_address,
              "MoldUDP64 goes there: a multicast group or one receiver");
    add.value("--mold-b", "udp://ADDR:PORT", options.mold_b, parse_udp_address,
              "and there again: line B of a redundant feed");
    add.value("--interface", "ADDR", options.interface, parse_ipv4,
              "that multicast leaves by (default 127.0.0.1)");
    add.value("--ttl", "N", options.ttl, publish_count<std::uint8_t>(0),
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
    add.value("--seed", "N", options.seed, publish_count<std::uint64_t>(0),
              "of everything that is drawn (default 1)");
}

template <class Options>
void add_publish_ports(Options& add, PublishOptions& options, PublishExtras& extras) {
    add.value("--bind", "ADDR", options.bind, parse_ipv4, "of the ports below (default 127.0.0.1)");
    add.value("--rerequest", "PORT", options.rerequest, publish_count<std::uint16_t>(0),
              "UDP port that answers requests for lost messages; 0: any free\n"
              "one");
    add.value("--rerequest-rate", "N", extras.rerequest_rate, publish_count<std::uint32_t>(1),
              "packets a second to one client (default 50000)");
    add.value("--rerequest-loss", "P", options.rerequest_loss, parse_probability,
              "probability that a packet of an answer is lost (default 0)");
    add.flag("--rerequest-mute", options.rerequest_mute, "take requests, answer none");
    add.value("--soup", "PORT", options.soup, publish_count<std::uint16_t>(0),
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

/// `Options` adds options to a command: `text`, `value` and `flag` as in cli.cpp.
template <class Options>
void add_publish_options(Options& add, PublishOptions& options, PublishExtras& extras) {
    add_publish_source(add, options, extras);
    add_publish_lines(add, options);
    add_publish_ports(add, options, extras);
}

}  // namespace tickweir::gateway
