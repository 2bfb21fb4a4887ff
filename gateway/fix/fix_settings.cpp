#include "gateway/fix/fix_settings.hpp"

#include <utility>

namespace tickweir::gateway::fix {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

std::string store_directory(const Config& config) {
    if (!config.fix.store.empty()) return config.fix.store;
    return config.venue.data.empty() ? "" : config.venue.data + "/fix";
}

class Maker {
public:
    Maker(const Config& config, const SecretSources& sources)
        : config_{config}, sources_{sources} {}

    MadeSettings make() {
        FixSettings settings = of_port();
        for (const auto& [name, session] : config_.sessions)
            settings.sessions.push_back(of_session(name, session.fix));
        if (errors_.empty()) return {std::move(settings), {}};
        return {std::nullopt, std::move(errors_)};
    }

private:
    FixSettings of_port() const {
        const FixConfig& fix = config_.fix;
        FixSettings out;
        out.address = fix.address;
        out.port = static_cast<std::uint16_t>(fix.port);
        out.comp_id = fix.comp_id;
        out.tls_certificate = fix.tls_certificate;
        out.tls_key = fix.tls_key;
        out.store_directory = store_directory(config_);
        out.connections_max = fix.connections_max;
        out.connections_per_address_max = fix.connections_per_address_max;
        out.accepts_per_second_max = fix.accepts_per_second_max;
        out.logon_bytes_max = fix.logon_bytes_max;
        out.logon_timeout = milliseconds{fix.logon_timeout_ms};
        out.message_bytes_max = fix.message_bytes_max;
        out.sending_time_accuracy = seconds{fix.sending_time_accuracy_s};
        out.resend_messages_max = fix.resend_messages_max;
        out.resend_bytes_per_turn = fix.resend_bytes_per_turn;
        out.resend_requests_per_minute_max = fix.resend_requests_per_minute_max;
        out.queued_gaps_max = fix.queued_gaps_max;
        out.failures_max = fix.failures_max;
        out.failures_window = seconds{fix.failures_window_s};
        out.lockout = seconds{fix.lockout_s};
        out.lockout_max = seconds{fix.lockout_max_s};
        return out;
    }

    SessionSettings of_session(const std::string& name, const SessionFixConfig& session) {
        const std::string key = "sessions." + name;
        SessionSettings out;
        out.name = name;
        out.comp_id = session.comp_id.empty() ? name : session.comp_id;
        out.enabled = session.enabled;
        out.password = password_of(key, session);
        for (const std::string& text : session.addresses) {
            if (const auto range = IpRange::parse(text)) out.addresses.push_back(*range);
        }
        out.heartbeat_min = seconds{config_.fix.heartbeat_min_s};
        out.heartbeat_max = seconds{config_.fix.heartbeat_max_s};
        out.schedule = schedule_of(key, session);
        out.cancel_on_disconnect = session.cancel_on_disconnect;
        out.grace = milliseconds{session.grace_ms};
        out.queue_bytes_max = config_.fix.queue_bytes_max;
        out.store = {config_.fix.store_bytes, config_.fix.message_bytes_max};
        return out;
    }

    std::optional<PasswordHash> password_of(const std::string& key,
                                            const SessionFixConfig& session) {
        if (!session.password.empty()) {
            const auto password = value_of(key + ".password", session.password.front());
            if (!password) return std::nullopt;
            auto hash = PasswordHash::make(*password, process_cost);
            if (!hash) errors_.push_back(key + ".password: is too long or has a NUL");
            return hash;
        }
        if (session.password_hash.empty()) return std::nullopt;
        const auto text = value_of(key + ".password_hash", session.password_hash.front());
        if (!text) return std::nullopt;
        auto hash = PasswordHash::parse(*text);
        if (!hash)
            errors_.push_back(key +
                              ".password_hash: is nothing that `tickweir hash-password` prints");
        return hash;
    }

    std::optional<std::string> value_of(const std::string& key, const Secret& secret) {
        ResolvedSecret resolved = resolve(secret, sources_);
        if (!resolved.value) errors_.push_back(key + ": " + resolved.reason);
        return std::move(resolved.value);
    }

    Schedule schedule_of(const std::string& key, const SessionFixConfig& session) {
        const std::string& place =
            session.timezone.empty() ? config_.venue.timezone : session.timezone;
        auto zone = replay::TimeZone::load(place);
        if (!zone) {
            errors_.push_back(key + ".timezone: " + zone.error());
            return {};
        }
        ScheduleRule rule;
        rule.reset = session.reset;
        rule.reset_day = std::chrono::weekday{static_cast<unsigned>(session.reset_day)};
        rule.reset_time = seconds{session.reset_time.seconds};
        rule.opens = seconds{session.opens.seconds};
        rule.closes = seconds{session.closes.seconds};
        return {rule, *std::move(zone)};
    }

    const Config& config_;
    const SecretSources& sources_;
    std::vector<std::string> errors_;
};

}  // namespace

MadeSettings make_fix_settings(const Config& config, const SecretSources& sources) {
    return Maker{config, sources}.make();
}

}  // namespace tickweir::gateway::fix
