// Logons without end: strangers from ever new addresses of the loopback network, and clients that
// log on and are gone at once. Nobody reads what is answered.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <random>
#include <string>

#include "bench/load/trading/client_session.hpp"
#include "bench/load/trading/session_socket.hpp"

namespace tickweir::bench {

class LogonStorm {
public:
    struct Setup {
        FixAddress address;
        std::size_t first_session = 0;  ///< sessions of the venue that nobody else uses, by number
        std::size_t sessions = 0;
        std::uint64_t seed = 1;
    };
    explicit LogonStorm(const Setup& setup) : setup_{setup}, random_{setup.seed} {}

    /// So many of them; every other one a stranger. Closes those that have been there longest.
    void blow(std::size_t count, TimeNs now);
    void end() { open_.clear(); }
    std::uint64_t tried() const { return tried_; }
    /// Connections that there was no room for.
    std::uint64_t failed() const { return failed_; }

private:
    void log_on(const std::string& name, const std::string& from, TimeNs now);
    std::string stranger_address();

    Setup setup_;
    std::mt19937_64 random_;
    std::deque<gateway::Descriptor> open_;
    std::uint64_t tried_ = 0;
    std::uint64_t failed_ = 0;
};

}  // namespace tickweir::bench
