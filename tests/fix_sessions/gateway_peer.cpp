#include "tests/fix_sessions/gateway_peer.hpp"

#include <chrono>
#include <thread>
#include <utility>

#include "gateway/fix/dictionary/dictionary.hpp"

namespace tickweir::tests::fix_sessions {

using namespace std::chrono_literals;
using namespace gateway;

std::uint16_t GatewayPeer::start() {
    if (gateway_) return gateway_->port();
    fix::FixSettings settings = fix_settings(options_.sessions, directory_.path() + "/sessions");
    if (!options_.password.empty())
        settings.sessions[0].password =
            fix::PasswordHash::make(options_.password, fix::process_cost).value();
    gateway_.emplace(std::move(settings), FixGateway::Applications{},
                     std::string{options_.dictionary ? fix::dictionary_xml() : ""});
    return gateway_->port();
}

std::string GatewayPeer::admin(const std::string& what) {
    using Action = fix::SessionAction;
    const std::map<std::string, Action> actions{{"logout", Action::logout},
                                                {"enable", Action::enable},
                                                {"disable", Action::disable},
                                                {"reset", Action::reset}};
    const auto blank = what.find(' ');
    const auto action = actions.find(what.substr(0, blank));
    if (action == actions.end() || blank == what.npos) return "nobody can " + what;
    const auto ticket =
        gateway_->control().request({.action = action->second, .session = what.substr(blank + 1)});
    if (!ticket) return "too much is asked for";
    const auto deadline = std::chrono::steady_clock::now() + 20s;
    while (std::chrono::steady_clock::now() < deadline) {
        if (const auto answer = gateway_->control().take_answer(*ticket))
            return answer->status == fix::CommandStatus::done ? "" : answer->text;
        std::this_thread::yield();
    }
    return "the FIX thread did not answer";
}

}  // namespace tickweir::tests::fix_sessions
