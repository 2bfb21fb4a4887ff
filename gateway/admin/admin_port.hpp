// The admin port with the thread that hosts it and the file that has its token, if it made one:
// what the gateway starts and stops as one.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "book/budget.hpp"
#include "gateway/admin/admin_role.hpp"
#include "gateway/admin/token_file.hpp"
#include "gateway/fix/sessions_control.hpp"
#include "gateway/metrics/metrics.hpp"
#include "gateway/runtime/host.hpp"

namespace tickweir::gateway {

struct AdminPortOptions {
    std::string address = "127.0.0.1";
    std::uint16_t port = 0;            ///< 0: any free one
    std::optional<std::string> token;  ///< none: one is made, and kept in a file of this user
};

class AdminPort {
public:
    /// Listens; made before the threads start that answer it. The
    /// asker is its own thread.
    /// Everything given by reference or pointer must outlive it. Throws std::runtime_error with a
    /// line that names what is wrong: an address that is not of the loopback, in use, no place for
    /// the token.
    AdminPort(AdminPortOptions options, fix::SessionsControl& control, AdminAsking asking,
              Metrics& metrics, book::MemoryBudget* budget);

    const std::string& address() const { return address_; }
    std::uint16_t port() const { return port_; }
    Host& host() { return host_; }

    /// Waits for the thread; rethrows what escaped from it.
    void stop(std::chrono::nanoseconds grace);

private:
    Host host_{{.name = "admin"}};
    std::unique_ptr<AdminRole> role_;
    std::string address_;
    std::uint16_t port_ = 0;
    std::unique_ptr<TokenFile> file_;
};

}  // namespace tickweir::gateway
