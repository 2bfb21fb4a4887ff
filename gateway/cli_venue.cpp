// The options of `tickweir venue`.
#include <array>
#include <utility>

#include "gateway/cli_commands.hpp"
#include "gateway/cli_options.hpp"

namespace tickweir::gateway {

replay::Result<codecs::json::VenueId> parse_venue(const std::string& text) {
    if (const auto venue = codecs::json::venue_named(text)) return *venue;
    std::string known;
    for (const std::string_view name : codecs::json::venue_names)
        known += (known.empty() ? "" : ", ") + std::string{name};
    return "'" + text + "' is not one of " + known;
}

namespace {

replay::Result<std::chrono::milliseconds> parse_delay(const std::string& text) {
    constexpr std::uint64_t minute_ms = 60'000;
    const auto count = parse_count(text, 0, minute_ms);
    if (!count) return count.error();
    return std::chrono::milliseconds{static_cast<std::int64_t>(*count)};
}

void add_venue_source(Options& add, VenueOptions& options) {
    add.text("CAPTURE", " ", options.capture, "JSON capture, plain, gzip or zstd").required();
    add.value("--venue", "ID", options.venue, parse_venue,
              "venue of the capture, where its first line does not say it");
    add.value("--speed", "N|max", options.speed, parse_speed,
              "so many times as fast as recorded (default 1); at `max` playing\n"
              "waits for the clients");
    add.flag("--loop", options.loop,
             "again and again; each time all connections are cut, and the market\n"
             "begins anew");
}

void add_venue_port(Options& add, VenueOptions& options) {
    add.value("--port", "P", options.port, as_count<std::uint16_t>(0),
              "for WebSocket and REST; 0: any free one (default 0)");
    add.text("--address", "A", options.address, "to listen on (default 127.0.0.1)");
    add.flag("--tls", options.tls, "wss:// and https:// instead of ws:// and http://");
    add.text("--certificate", "FILE", options.certificate,
             "certificate chain in PEM form (default: one for localhost, made\n"
             "at the start)");
    add.text("--key", "FILE", options.key, "its private key");
    add.text("--write-certificate", "FILE", options.write_certificate,
             "write the certificate there, for clients to verify it with");
}

void add_venue_faults(Options& add, VenueOptions& options) {
    add.value("--drop-after", "N", options.faults.drop_after, as_count<std::uint64_t>(1),
              "frames of a connection, behind which it stays open and silent");
    add.value("--delay", "MS", options.faults.delay, parse_delay,
              "that answers and snapshots are late, up to a minute");
    add.value("--kill-every", "S", options.kill_every, parse_linger,
              "seconds (at most three decimals) after which all connections are\n"
              "cut, again and again until the capture is over");
    add.value("--gap-every", "N", options.faults.gap_every, as_count<std::uint64_t>(1),
              "every Nth book frame of a connection is left out");
}

}  // namespace

void add_venue(CLI::App& app, VenueOptions& options) {
    Options add{app, "venue",
                "A local exchange: plays a JSON capture to clients who connect and\n"
                "subscribe as they would to the venue. Ctrl-C or SIGTERM ends it."};
    add_venue_source(add, options);
    add_venue_port(add, options);
    add_venue_faults(add, options);
}

std::optional<std::string> settle(const VenueOptions& options) {
    if (options.certificate.has_value() != options.key.has_value())
        return "--certificate and --key go together";
    if (!options.tls && (options.certificate || options.write_certificate))
        return "--certificate, --key and --write-certificate need --tls";
    return std::nullopt;
}

}  // namespace tickweir::gateway
