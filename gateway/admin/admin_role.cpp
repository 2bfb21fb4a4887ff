#include "gateway/admin/admin_role.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "gateway/log.hpp"

namespace tickweir::gateway {
namespace {

using namespace std::chrono_literals;

/// Whoever carries something out wakes us with an answer; should that fall between two of our
/// looks, this is how long it waits.
constexpr auto answer_look = 10ms;

void write_to_log(const AdminEvent& event) {
    const log::Logger logger = log::module("admin");
    const log::Quoted what{event.what};
    const log::Quoted who{event.who.empty() ? std::string_view{"somebody"} : event.who};
    switch (event.kind) {
        case AdminEvent::Kind::asked:
            return logger.info("{} asked by {}", what, who);
        case AdminEvent::Kind::done:
            return logger.info("{} asked by {}: done", what, who);
        case AdminEvent::Kind::refused:
            return logger.warning("{} asked by {}: refused: {}", what, who,
                                  log::Quoted{event.detail});
        case AdminEvent::Kind::late:
            return logger.warning("{} asked by {}: {}", what, who, event.detail);
        case AdminEvent::Kind::no_access:
            return logger.warning("a request with {} was refused", event.detail);
    }
}

}  // namespace

ServerLimits admin_server_limits() {
    ServerLimits limits;
    limits.connections = 64;
    limits.connections_per_address = 64;
    limits.backlog = 64;
    limits.requests_per_second = 200;
    limits.body_bytes = 4 * 1024;
    limits.answer_bytes = 4 * 1024 * 1024;
    limits.http_idle_timeout = 10s;
    return limits;
}

AdminRole::AdminRole(AdminParts parts)
    : api_{parts.limits, parts.control, std::move(parts.token), &write_to_log, parts.asking},
      server_{{.limits = parts.server, .tls = nullptr, .budget = parts.budget, .origins = {}},
              parts.reactor,
              api_,
              streams_},
      requests_{parts.metrics.counter(
          {"tickweir_admin_requests_total", "Requests to the admin port that had its token"})},
      no_access_{parts.metrics.counter(
          {"tickweir_admin_refused_total", "Requests to the admin port without its token"})},
      actions_{parts.metrics.counter(
          {"tickweir_admin_actions_total", "Actions that administrators asked for"})} {}

bool AdminRole::turn(book::TimeNs now) {
    now_ = now;
    bool worked = false;
    for (AdminApi::Answer& answer : api_.take_answers(now)) {
        server_.answer(answer.pending, std::move(answer.response), now);
        worked = true;
    }
    worked |= server_.turn(now);
    if (worked) count();
    return worked;
}

std::optional<book::TimeNs> AdminRole::next_due() const {
    const std::optional<book::TimeNs> server = server_.next_due();
    if (api_.waiting() == 0) return server;
    const book::TimeNs look = now_ + answer_look;
    return server ? std::min(*server, look) : look;
}

void AdminRole::count() {
    const AdminCounts& counts = api_.counts();
    requests_.add(counts.requests - counted_.requests);
    no_access_.add(counts.no_access - counted_.no_access);
    actions_.add(counts.actions - counted_.actions);
    counted_ = counts;
}

}  // namespace tickweir::gateway
