#include "gateway/config/check_fix.hpp"

#include <algorithm>
#include <map>
#include <string>

#include "gateway/fix/ip_range.hpp"

namespace tickweir::gateway {
namespace {

using fix::IpAddress;
using fix::IpRange;

/// What a message is more than its bytes where it is stored.
constexpr std::uint64_t record_bytes = 64;

/// Fit for a CompID: it stands in every message, and in lines of the log.
bool is_printable(const std::string& text) {
    return std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
}

bool is_loopback(const std::string& address) {
    const auto parsed = IpAddress::parse(address);
    return parsed && parsed->is_loopback();
}

class Check {
public:
    Check(const Config& config, std::vector<CrossComplaint>& out) : config_{config}, out_{out} {}

    void run() {
        check(config_.fix);
        check(config_.admin);
        for (const auto& [name, session] : config_.sessions)
            check("sessions." + name, name, session.fix);
    }

private:
    void complain(std::string key, std::string reason) {
        out_.push_back({std::move(key), std::move(reason)});
    }
    void at_most(const std::string& key, std::uint64_t value, const std::string& other,
                 std::uint64_t most) {
        if (value > most)
            complain(key, "must be at most " + other + ", which is " + std::to_string(most) +
                              ", got " + std::to_string(value));
    }

    void check(const FixConfig& fix) {
        if (fix.tls_certificate.empty() != fix.tls_key.empty())
            complain(fix.tls_key.empty() ? "fix.tls_key" : "fix.tls_certificate",
                     "is missing: certificate and key go together");
        if (!is_printable(fix.comp_id)) complain("fix.comp_id", "must be printable ASCII");
        at_most("fix.heartbeat_min_s", fix.heartbeat_min_s, "fix.heartbeat_max_s",
                fix.heartbeat_max_s);
        at_most("fix.logon_bytes_max", fix.logon_bytes_max, "fix.message_bytes_max",
                fix.message_bytes_max);
        at_most("fix.lockout_s", fix.lockout_s, "fix.lockout_max_s", fix.lockout_max_s);
        at_most("fix.message_bytes_max", fix.message_bytes_max,
                "an eighth of fix.store_bytes, less " + std::to_string(record_bytes),
                fix.store_bytes / 8 - record_bytes);
    }

    void check(const AdminConfig& admin) {
        if (!is_loopback(admin.address))
            complain("admin.address",
                     "must be an address of loopback, got \"" + admin.address + "\"");
        if (admin.token.size() > 1) complain("admin.token", "must be one token");
    }

    void check(const std::string& key, const std::string& name, const SessionFixConfig& session) {
        const std::string& comp_id = session.comp_id.empty() ? name : session.comp_id;
        const std::string comp_id_key = session.comp_id.empty() ? key : key + ".comp_id";
        if (!is_printable(comp_id)) complain(comp_id_key, "must be printable ASCII");
        if (comp_id == config_.fix.comp_id)
            complain(comp_id_key, "\"" + comp_id + "\" is fix.comp_id, too");
        const auto [first, is_new] = comp_ids_.emplace(comp_id, name);
        if (!is_new)
            complain(comp_id_key,
                     "\"" + comp_id + "\" is that of the session \"" + first->second + "\", too");
        if (session.password.size() > 1) complain(key + ".password", "must be one password");
        if (session.password_hash.size() > 1) complain(key + ".password_hash", "must be one hash");
        if (!session.password.empty() && !session.password_hash.empty())
            complain(key + ".password_hash", "and a password exclude each other");
        for (const std::string& address : session.addresses) {
            if (!IpRange::parse(address))
                complain(key + ".addresses",
                         "names no address and no range of them: \"" + address + "\"");
        }
        const bool is_open =
            session.password.empty() && session.password_hash.empty() && session.addresses.empty();
        if (config_.fix.enabled && is_open && !is_loopback(config_.fix.address))
            complain(key, "needs a password, a password_hash or addresses, for fix.address is \"" +
                              config_.fix.address + "\": anybody could log on");
    }

    const Config& config_;
    std::vector<CrossComplaint>& out_;
    std::map<std::string, std::string> comp_ids_;  // and whose they are
};

}  // namespace

void check_fix(const Config& config, std::vector<CrossComplaint>& out) {
    Check{config, out}.run();
}

}  // namespace tickweir::gateway
