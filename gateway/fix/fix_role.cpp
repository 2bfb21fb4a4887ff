#include "gateway/fix/fix_role.hpp"

#include <algorithm>
#include <utility>

#include "gateway/log.hpp"

namespace tickweir::gateway::fix {
namespace {

constexpr std::chrono::seconds publish_every{1};

std::vector<Application*> pointers(const std::vector<std::unique_ptr<Application>>& owned) {
    std::vector<Application*> all;
    for (const auto& application : owned)
        all.push_back(application.get());
    return all;
}

}  // namespace

FixRole::FixRole(FixParts parts)
    : settings_{std::move(parts.settings)},
      applications_{std::move(parts.applications)},
      control_{parts.control},
      market_wakers_{std::move(parts.market_wakers)},
      cells_{parts.metrics},
      sessions_{SessionsParts{.settings = &settings_,
                              .stores = std::move(parts.stores),
                              .applications = pointers(applications_),
                              .dictionary = std::move(parts.dictionary),
                              .reserve = parts.reserve}},
      server_{FixServerParts{.settings = &settings_,
                             .sessions = &sessions_,
                             .reactor = &parts.reactor,
                             .tls = parts.tls,
                             .budget = parts.budget,
                             .send_buffer_bytes = parts.send_buffer_bytes,
                             .receive_buffer_bytes = parts.receive_buffer_bytes,
                             .input_delay = parts.input_delay}},
      wheel_{sessions_.size()},
      sessions_counted_(sessions_.size()) {
    cells_.sessions.set(static_cast<std::int64_t>(sessions_.size()));
}

FixRole::~FixRole() = default;

std::uint16_t FixRole::listen() {
    return server_.listen();
}

bool FixRole::turn(book::TimeNs now) {
    bool worked = server_.receive(now);
    worked |= tick(now);
    worked |= carry_out_commands(now);
    worked |= sessions_.resume_if_open();
    worked |= sessions_.turn(now);
    worked |= run_applications(now);
    if (stop_by_ && now >= *stop_by_ && !server_.stopped()) {
        server_.cut_off_all();
        worked = true;
    }
    if (now < published_ || now - published_ >= publish_every) publish(now);
    if (!worked && !server_.has_work()) return false;
    // Numbers reach the system before the messages that carry them reach the client.
    sessions_.flush();
    server_.send();
    for (Waker* const waker : market_wakers_)
        waker->wake();
    return worked;
}

bool FixRole::tick(book::TimeNs now) {
    return wheel_.run(
        now, [&](std::size_t i) { sessions_.tick(SessionId{static_cast<std::uint32_t>(i)}, now); });
}

bool FixRole::carry_out_commands(book::TimeNs now) {
    if (!control_.has_commands()) return false;
    while (auto taken = control_.take_command()) {
        const CommandAnswer answer = sessions_.carry_out(taken->command, now);
        log::module("fix").info("administration: {} of session {}: {}",
                                to_string(taken->command.action),
                                log::Quoted{taken->command.session},
                                answer.status == CommandStatus::done ? "done" : answer.text);
        // Who asks next sees what has become of it.
        publish(now);
        control_.answer(taken->ticket, answer);
    }
    return true;
}

bool FixRole::run_applications(book::TimeNs now) {
    bool worked = false;
    for (const auto& application : applications_)
        worked |= application->turn(now, sessions_);
    return worked;
}

void FixRole::publish(book::TimeNs now) {
    published_ = now;
    rows_.clear();
    std::int64_t logged_on = 0;
    std::int64_t queued = 0;
    for (std::uint32_t i = 0; i < sessions_.size(); ++i) {
        rows_.push_back(sessions_.status(SessionId{i}, now));
        logged_on += rows_.back().state != SessionState::disconnected;
        queued += static_cast<std::int64_t>(rows_.back().queued_bytes);
        cells_.count(sessions_.session(SessionId{i}).counts, sessions_counted_[i]);
    }
    cells_.logged_on.set(logged_on);
    cells_.queued_bytes.set(queued);
    cells_.count(server_.counts(), server_counted_);
    control_.publish(rows_);
}

bool FixRole::has_work() const {
    return server_.has_work() || control_.has_commands() ||
           std::ranges::any_of(applications_,
                               [](const auto& application) { return application->has_work(); });
}

std::optional<book::TimeNs> FixRole::next_due() const {
    std::optional<book::TimeNs> due = server_.next_due();
    const auto earlier = [&](std::optional<book::TimeNs> when) {
        if (when && (!due || *when < *due)) due = when;
    };
    earlier(wheel_.next_due(server_.counts().connections != 0));
    earlier(published_ + publish_every);
    earlier(stop_by_);
    for (const auto& application : applications_)
        earlier(application->next_due());
    return due;
}

void FixRole::stop(book::TimeNs now) {
    stop_by_ = now + stop_time;
    server_.stop(now);
    for (std::uint32_t i = 0; i < sessions_.size(); ++i)
        sessions_.log_out(SessionId{i}, "the gateway is stopping", now);
    sessions_.flush();
    server_.send();
}

bool FixRole::close() {
    return sessions_.close();
}

}  // namespace tickweir::gateway::fix
