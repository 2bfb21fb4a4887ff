#include "gateway/admin/admin_port.hpp"

#include <exception>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "gateway/log.hpp"

namespace tickweir::gateway {
namespace {

/// Of numeric addresses, which is all that a server listens at.
bool is_loopback(std::string_view address) {
    return address == "::1" || address.starts_with("127.");
}

}  // namespace

AdminPort::AdminPort(AdminPortOptions options, fix::SessionsControl& control, AdminAsking asking,
                     Metrics& metrics, book::MemoryBudget* budget)
    : address_{std::move(options.address)} {
    if (!is_loopback(address_))
        throw std::runtime_error{"admin.address: '" + address_ +
                                 "' is not of the loopback (127.0.0.1 or ::1)"};
    const bool make_one = !options.token;
    asking.asker = &host_.reactor().waker();
    std::string token = make_one ? make_token() : std::move(*options.token);
    role_ = std::make_unique<AdminRole>(AdminParts{.limits = {},
                                                   .control = control,
                                                   .asking = asking,
                                                   .token = token,
                                                   .budget = budget,
                                                   .reactor = host_.reactor(),
                                                   .metrics = metrics});
    port_ = role_->listen(address_, options.port);
    if (make_one) file_ = std::make_unique<TokenFile>(token_paths(port_), token);
    host_.add(*role_);
    const std::string where = file_ ? file_->path().string() : "the configuration";
    log::module("admin").info("the admin port is {} port {}; its token is in {}", address_, port_,
                              where);
}

void AdminPort::stop(std::chrono::nanoseconds grace) {
    host_.request_stop(grace);
    host_.join();
    if (host_.failure()) std::rethrow_exception(host_.failure());
}

}  // namespace tickweir::gateway
