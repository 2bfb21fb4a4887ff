#include "bench/load/trading/logon_storm.hpp"

#include <sys/socket.h>

#include <exception>
#include <utility>

#include "bench/load/trading/venue_file.hpp"

namespace tickweir::bench {
namespace {

constexpr std::size_t open_most = 128;
constexpr std::size_t logon_bytes = 4'096;

}  // namespace

/// The whole of 127.0.0.0/8 but its first network is ours to come from.
std::string LogonStorm::stranger_address() {
    const std::uint64_t bits = random_();
    return "127." + std::to_string(1 + bits % 254) + "." + std::to_string(bits / 256 % 256) + "." +
           std::to_string(1 + bits / 65'536 % 254);
}

void LogonStorm::log_on(const std::string& name, const std::string& from, TimeNs now) {
    ++tried_;
    ClientSession session{{.comp_id = name, .output_bytes = logon_bytes}};
    session.log_on(now);
    try {
        gateway::Descriptor socket = connect_socket(setup_.address, from);
        (void)::send(socket.get(), session.output().data(), session.output().size(), MSG_NOSIGNAL);
        open_.push_back(std::move(socket));
    } catch (const std::exception&) {
        ++failed_;
    }
    if (open_.size() > open_most) open_.pop_front();
}

void LogonStorm::blow(std::size_t count, TimeNs now) {
    for (std::size_t i = 0; i < count; ++i) {
        if (i % 2 == 0 || setup_.sessions == 0)
            log_on("NOBODY" + std::to_string(random_()), stranger_address(), now);
        else
            log_on(session_name(setup_.first_session + random_() % setup_.sessions), {}, now);
    }
}

}  // namespace tickweir::bench
