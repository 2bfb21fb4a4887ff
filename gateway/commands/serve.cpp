#include "gateway/commands/serve.hpp"

#include <pthread.h>

#include <chrono>
#include <csignal>
#include <ctime>
#include <exception>
#include <memory>
#include <ostream>

#include "gateway/assembly/gateway.hpp"
#include "gateway/config/config_file.hpp"
#include "gateway/config/print_config.hpp"
#include "gateway/exit_status.hpp"
#include "gateway/log.hpp"

namespace tickweir::gateway {
namespace {

/// Longer than the server gives its clients. What is left of two seconds is for a last turn of a
/// busy thread, giving memory back, and the log.
constexpr std::chrono::milliseconds stop_grace{1'200};
constexpr std::chrono::milliseconds log_grace{200};

/// Blocks the signals that the program takes in one place, for this thread and all that it starts.
class TakenSignals {
public:
    TakenSignals() {
        sigemptyset(&set_);
        for (const int signal : {SIGTERM, SIGINT, SIGHUP})
            sigaddset(&set_, signal);
        pthread_sigmask(SIG_BLOCK, &set_, &before_);
        // A client that closes must not end the process; sends ask for no signal, libraries may
        // not.
        struct sigaction ignore {};
        ignore.sa_handler = SIG_IGN;
        sigaction(SIGPIPE, &ignore, &pipe_before_);
    }
    TakenSignals(const TakenSignals&) = delete;
    TakenSignals& operator=(const TakenSignals&) = delete;
    ~TakenSignals() {
        // Signals sent again and again while we stopped have had their effect.
        while (wait(std::chrono::seconds{0}) != 0) {
        }
        sigaction(SIGPIPE, &pipe_before_, nullptr);
        pthread_sigmask(SIG_SETMASK, &before_, nullptr);
    }

    /// A signal, or 0 when none came within `timeout`.
    int wait(std::chrono::seconds timeout) {
        const timespec time{timeout.count(), 0};
        const int signal = sigtimedwait(&set_, nullptr, &time);
        return signal > 0 ? signal : 0;
    }

private:
    sigset_t set_{};
    sigset_t before_{};
    struct sigaction pipe_before_ {};
};

/// The capture of the command line as overrides of a feed called `replay`.
std::vector<std::string> overrides_of(const ServeOptions& options) {
    std::vector<std::string> overrides = options.set;
    if (options.replay) {
        std::string path;
        for (const char c : options.replay->string()) {
            if (c == '"' || c == '\\') path += '\\';
            path += c;
        }
        overrides.push_back("feeds.replay.kind=\"capture\"");
        overrides.push_back("feeds.replay.path=\"" + path + "\"");
        overrides.push_back("feeds.replay.speed=" +
                            (options.speed == "max" ? "\"max\"" : options.speed));
        overrides.push_back(std::string{"feeds.replay.loop="} + (options.loop ? "true" : "false"));
    }
    return overrides;
}

std::string fix_line(const Gateway& gateway) {
    const FixPort* const fix = gateway.fix();
    if (fix == nullptr) return {};
    return "fix" + std::string{fix->tls() ? "s" : ""} + "://" + fix->address() + ':' +
           std::to_string(fix->port()) + "   FIX.4.4\n";
}

std::string admin_line(const Gateway& gateway) {
    const AdminPort* const admin = gateway.admin();
    if (admin == nullptr) return {};
    const bool is_v6 = admin->address().find(':') != std::string::npos;
    return "http://" + (is_v6 ? '[' + admin->address() + ']' : admin->address()) + ':' +
           std::to_string(admin->port()) + "/v1/sessions   administration\n";
}

void say_where(const Gateway& gateway, std::ostream& out) {
    std::string host = gateway.http_address();
    if (host == "0.0.0.0") host = "127.0.0.1";
    if (host == "::") host = "::1";
    if (host.find(':') != host.npos) host = '[' + host + ']';
    const std::string at = host + ':' + std::to_string(gateway.http_port());
    const std::string s = gateway.tls() ? "s" : "";
    out << "http" << s << "://" << at << "/            the page\n"
        << "ws" << s << "://" << at << "/v1/stream     WebSocket\n"
        << "http" << s << "://" << at << "/v1/status   status; also /v1/instruments, /metrics\n"
        << fix_line(gateway) << admin_line(gateway) << "Ctrl-C stops it.\n"
        << std::flush;
}

ReloadOutcome reload(const ServeOptions& options, Config& running, Gateway& gateway) {
    const log::Logger logger = log::module("gateway");
    const Reload reload = plan_reload(running, load_config(options.config, overrides_of(options)));
    for (const ConfigError& error : reload.errors)
        logger.error("reload: {}", to_string(error));
    if (!reload.ok()) {
        logger.error("reload: nothing was changed");
        return {.text = to_string(reload.errors.front())};
    }
    try {
        gateway.reload(*reload.config);
    } catch (const std::exception& error) {
        logger.error("reload: {}; nothing was changed", error.what());
        return {.text = error.what()};
    }
    running = *reload.config;
    log::reconfigure(running.log);
    for (const std::string& key : reload.changed)
        logger.info("reload: {} changed", key);
    logger.info("reload: done, {} keys changed", reload.changed.size());
    return {.done = true, .changed = reload.changed.size(), .text = {}};
}

/// Of administrators.
void answer_reloads(const ServeOptions& options, Config& running, Gateway& gateway) {
    while (const auto asked = gateway.reloads().take_command())
        gateway.reloads().answer(asked->ticket, asked->asker, reload(options, running, gateway));
}

int serve(const ServeOptions& options, Config config, TakenSignals& signals, std::ostream& out,
          std::ostream& err) {
    std::unique_ptr<Gateway> gateway;
    try {
        log::start(config.log);
        gateway = std::make_unique<Gateway>(config);
    } catch (const std::exception& error) {
        log::shutdown(log_grace);
        err << "tickweir serve: " << error.what() << '\n';
        return static_cast<int>(ExitStatus::usage);
    }
    const log::Logger logger = log::module("gateway");
    gateway->start();
    say_where(*gateway, out);
    logger.info("{} is serving at {} port {}", config.gateway.name, gateway->http_address(),
                gateway->http_port());
    logger.info("an instrument takes {} bytes before its first update",
                store::MarketStore::idle_instrument_bytes());

    int signal = 0;
    while (signal != SIGTERM && signal != SIGINT && !gateway->failed()) {
        signal = signals.wait(std::chrono::seconds{1});
        if (signal == SIGHUP) (void)reload(options, config, *gateway);
        if (gateway->reloads().has_commands()) answer_reloads(options, config, *gateway);
        gateway->housekeep();
    }
    logger.info("stopping");
    // Whoever supervises this has to learn that somebody must look at the venue's disk.
    auto status = gateway->venue_failed() ? ExitStatus::failed : ExitStatus::ok;
    try {
        gateway->stop(stop_grace);
    } catch (const std::exception& error) {
        logger.error("a thread failed: {}", error.what());
        status = ExitStatus::failed;
    }
    gateway.reset();
    logger.info("stopped");
    log::shutdown(log_grace);
    return static_cast<int>(status);
}

}  // namespace

int run_serve(const ServeOptions& options, std::ostream& out, std::ostream& err) {
    TakenSignals signals;
    const ParsedConfig parsed = load_config(options.config, overrides_of(options));
    if (!parsed.ok()) {
        for (const ConfigError& error : parsed.errors)
            err << to_string(error) << '\n';
        return static_cast<int>(ExitStatus::usage);
    }
    if (options.print_config) {
        out << print_config(*parsed.config);
        return static_cast<int>(ExitStatus::ok);
    }
    return serve(options, *parsed.config, signals, out, err);
}

}  // namespace tickweir::gateway
