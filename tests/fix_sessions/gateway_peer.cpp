#include "tests/fix_sessions/gateway_peer.hpp"

#include <stdlib.h>

#include <chrono>
#include <stdexcept>
#include <thread>
#include <utility>
#include <vector>

#include "gateway/fix/fix_role.hpp"
#include "gateway/fix/store_directory.hpp"
#include "gateway/runtime/host.hpp"
#include "txn/io/posix_files.hpp"

namespace tickweir::tests::fix_sessions {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using namespace gateway;

/// From a start to a stop.
struct GatewayPeer::Running {
    fix::SessionsControl control;
    Metrics metrics;
    txn::io::PosixFiles files;
    std::unique_ptr<fix::StoreDirectory> directory;
    Host host{{.name = "fix"}};
    std::unique_ptr<fix::FixRole> role;
};

namespace {

fix::FixSettings settings_of(const std::map<std::string, std::string>& config) {
    fix::FixSettings settings;
    settings.port = 0;
    for (const char* const name : {"CLIENT1", "CLIENT2"}) {
        fix::SessionSettings session;
        session.name = name;
        session.comp_id = name;
        settings.sessions.push_back(std::move(session));
    }
    if (const auto found = config.find("password"); found != config.end())
        settings.sessions[0].password =
            fix::PasswordHash::make(found->second, fix::process_cost).value();
    // Of scripts that fail to log on again and again.
    settings.failures_max = 1'000;
    return settings;
}

}  // namespace

GatewayPeer::GatewayPeer(const std::map<std::string, std::string>& config) : config_{config} {
    for (const auto& [key, value] : config)
        if (key != "password" && key != "dictionary")
            throw std::invalid_argument{"config '" + key + "' is unknown"};
    std::string name = (fs::temp_directory_path() / "tickweir-fix-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error{"no temporary directory"};
    directory_ = name;
}

GatewayPeer::~GatewayPeer() {
    stop();
    fs::remove_all(directory_);
}

std::uint16_t GatewayPeer::start() {
    running_ = std::make_unique<Running>();
    Running& own = *running_;
    auto directory = fix::StoreDirectory::open(own.files, (directory_ / "sessions").string());
    if (!directory) throw std::runtime_error{"the store directory cannot be opened"};
    own.directory = std::move(*directory);
    fix::FixParts parts{.settings = settings_of(config_),
                        .stores = {},
                        .applications = {},
                        .reactor = own.host.reactor(),
                        .metrics = own.metrics,
                        .control = own.control};
    if (const auto wanted = config_.find("dictionary");
        wanted == config_.end() || wanted->second != "no")
        parts.dictionary = std::string{fix::dictionary()};
    for (const fix::SessionSettings& session : parts.settings.sessions) {
        auto store =
            fix::MessageStore::open(*own.directory, session.name, session.store, wall_clock_now());
        if (!store) throw std::runtime_error{"a store cannot be opened"};
        parts.stores.push_back(std::move(*store));
    }
    own.role = std::make_unique<fix::FixRole>(std::move(parts));
    const std::uint16_t port = own.role->listen();
    own.control.set_wakers(&own.host.reactor().waker(), nullptr);
    own.host.add(*own.role);
    own.host.start();
    return port;
}

void GatewayPeer::stop() {
    if (!running_) return;
    running_->host.request_stop(5s);
    running_->host.join();
    if (running_->role->close()) static_cast<void>(running_->directory->close());
    running_->role.reset();
    running_.reset();
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
        running_->control.request({.action = action->second, .session = what.substr(blank + 1)});
    if (!ticket) return "too much is asked for";
    const auto deadline = std::chrono::steady_clock::now() + 5s;
    while (std::chrono::steady_clock::now() < deadline) {
        if (const auto answer = running_->control.take_answer(*ticket))
            return answer->status == fix::CommandStatus::done ? "" : answer->text;
        std::this_thread::yield();
    }
    return "the FIX thread did not answer";
}

}  // namespace tickweir::tests::fix_sessions
