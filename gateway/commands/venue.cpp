#include "gateway/commands/venue.hpp"

#include <algorithm>
#include <exception>
#include <fstream>
#include <memory>
#include <optional>
#include <string>

#include "gateway/certificate.hpp"
#include "gateway/exit_status.hpp"
#include "gateway/play/stop_signals.hpp"
#include "gateway/play/venue/venue_server.hpp"
#include "gateway/runtime/host.hpp"
#include "gateway/runtime/reactor.hpp"

namespace tickweir::gateway {
namespace {

using venue::VenueServer;

std::optional<TlsServerOptions> tls_options(const VenueOptions& options) {
    if (!options.tls) return std::nullopt;
    TlsServerOptions made;
    if (options.certificate && options.key) {
        made.certificate_chain = read_pem(*options.certificate);
        made.private_key = read_pem(*options.key);
    } else {
        // An authority for itself, so that clients may be given it as the one to trust.
        const Certificate own = make_certificate({.addresses = {"127.0.0.1", "::1"},
                                                  .valid_until = std::chrono::hours{7 * 24},
                                                  .is_authority = true});
        made.certificate_chain = {"self-signed certificate", own.certificate_pem};
        made.private_key = {"its key", own.key_pem};
    }
    // WebSocket begins with a request of HTTP/1.1.
    made.protocols = {"http/1.1"};
    if (options.write_certificate) {
        std::ofstream file{*options.write_certificate, std::ios::trunc};
        file << made.certificate_chain.text;
        if (!file.flush())
            throw std::runtime_error{options.write_certificate->string() + ": cannot be written"};
    }
    return made;
}

venue::VenueServerOptions server_options(const VenueOptions& options) {
    venue::VenueServerOptions made;
    made.capture = options.capture;
    made.venue = options.venue;
    made.speed = options.speed;
    made.loop = options.loop;
    made.address = options.address;
    made.port = options.port;
    made.tls = tls_options(options);
    made.faults = options.faults;
    made.kill_every = options.kill_every;
    return made;
}

void say_where(const VenueOptions& options, const VenueServer& server, std::ostream& out) {
    const bool is_ipv6 = options.address.find(':') != std::string::npos;
    out << (options.tls ? "wss://" : "ws://") << (is_ipv6 ? "[" : "") << options.address
        << (is_ipv6 ? "]:" : ":") << server.port() << std::endl;
}

void say_what(const VenueServer& server, std::ostream& out) {
    const venue::ExchangeCounts& counts = server.counts();
    out << "venue=" << to_string(server.venue()) << " lines=" << server.lines()
        << " connections=" << server.server_counts().accepted << " clients=" << counts.clients
        << " frames=" << counts.frames << " said=" << counts.said
        << " snapshots=" << counts.snapshots << " answers=" << counts.answers
        << " left_out=" << counts.left_out << " kills=" << server.kills()
        << " refused=" << counts.refused_clients << " too_slow=" << counts.too_slow << std::endl;
}

/// Gives the server its turns until it was stopped.
void serve(VenueServer& server, Reactor& reactor, StopSignals& signals, std::ostream& err) {
    bool told = false;
    while (!server.stopped()) {
        const book::TimeNs now = wall_clock_now();
        if (signals.take()) server.stop(now);
        bool worked = reactor.poll();
        worked |= server.turn(now);
        if (server.over() && !told) {
            told = true;
            err << "tickweir venue: the capture is over; its last state is served until SIGTERM"
                << std::endl;
        }
        if (worked || server.stopped() || server.has_work()) continue;
        std::optional<std::int64_t> timeout_ns;
        if (const auto due = server.next_due())
            timeout_ns = std::max<std::int64_t>((*due - wall_clock_now()).count(), 0);
        reactor.wait(timeout_ns, [&] { return server.has_work(); });
    }
}

int complain(std::ostream& err, const std::string& what, ExitStatus status) {
    err << "tickweir venue: " << what << '\n';
    return static_cast<int>(status);
}

}  // namespace

int run_venue(const VenueOptions& options, std::ostream& out, std::ostream& err) {
    Reactor reactor;
    StopSignals signals{reactor};
    std::unique_ptr<VenueServer> server;
    try {
        server = std::make_unique<VenueServer>(server_options(options), reactor);
    } catch (const std::exception& error) {
        return complain(err, error.what(), ExitStatus::usage);
    }
    say_where(options, *server, out);
    serve(*server, reactor, signals, err);
    say_what(*server, out);
    if (!server->trouble().empty()) return complain(err, server->trouble(), ExitStatus::damaged);
    return static_cast<int>(ExitStatus::ok);
}

}  // namespace tickweir::gateway
