#include "gateway/fix/sessions.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "book/ensure.hpp"
#include "codecs/fix/fields.hpp"
#include "gateway/fix/logon_check.hpp"
#include "gateway/fix/message_types.hpp"
#include "gateway/log.hpp"

namespace tickweir::gateway::fix {
namespace {

namespace wire = codecs::fix;
namespace tag = codecs::fix::tag;

/// Of one session's resends in one turn.
constexpr std::size_t resend_piece = 64 * 1024;

/// How long a client has to answer a Logout of ours.
constexpr std::chrono::seconds logout_time{2};

std::vector<EngineSession> engine_sessions(const FixSettings& settings) {
    std::vector<EngineSession> sessions;
    for (const SessionSettings& session : settings.sessions)
        sessions.push_back(
            {session.comp_id, static_cast<std::uint32_t>(settings.sending_time_accuracy.count())});
    return sessions;
}

}  // namespace

Sessions::Sessions(SessionsParts parts)
    : settings_{*parts.settings},
      reserve_{parts.reserve},
      applications_{std::move(parts.applications)} {
    book::ensure(parts.stores.size() == settings_.sessions.size());
    for (std::size_t i = 0; i < parts.stores.size(); ++i)
        rows_.emplace_back(settings_.sessions[i], std::move(parts.stores[i]), settings_);
    touched_.reserve(rows_.size());
    engine_ = std::make_unique<SessionEngine>(
        EngineOptions{.comp_id = settings_.comp_id,
                      .begin_string = std::string{session_version},
                      .dictionary = std::move(parts.dictionary)},
        engine_sessions(settings_), static_cast<SessionEngineHost&>(*this));
}

std::optional<std::string_view> Sessions::refuses_logons() const {
    for (const Application* const application : applications_)
        if (const auto why = application->refuses_logons()) return why;
    return std::nullopt;
}

WireParties Sessions::parties(const ClientSession& session) const {
    return {session_version, settings_.comp_id, session.settings.comp_id};
}

// ---------------------------------------------------------------- connections

void Sessions::begin(SessionId id, SessionLine& line, std::string address,
                     const wire::Message& logon, book::TimeNs now) {
    ClientSession& session = touch_all(id);
    book::ensure(session.line == nullptr);
    now_ = now;
    keep_hours(id, now);
    session.line = &line;
    session.address = std::move(address);
    session.cancel_asked.reset();
    if (const auto asked = logon.get_bool(tag::cancel_on_disconnect)) session.cancel_asked = *asked;
    engine_->allow(id);
    engine_->connect(id);
    on_frame(id, logon, now);
    // What the session layer refused by itself it has told the client.
    if (session.line != nullptr && !engine_->logged_on(id)) line.hang_up();
}

void Sessions::refuse(SessionId id, SessionLine& line, std::string_view text, book::TimeNs now) {
    ClientSession& session = touch_all(id);
    book::ensure(session.line == nullptr);
    ++session.counts.refused;
    const std::uint64_t number = session.store->next_outbound();
    body_.assign("58=").append(text).append(1, wire::soh);
    compose(wire_, parties(session), wire::msg_type::logout, number, now, body_);
    (void)session.store->append(number, wire_);
    session.store->set_next_outbound(number + 1);
    (void)line.append(wire_);
    line.hang_up();
}

void Sessions::end(SessionId id, book::TimeNs now) {
    ClientSession& session = touch_all(id);
    if (session.line == nullptr) return;
    now_ = now;
    session.line = nullptr;
    engine_->disconnect(id);
    engine_->allow(id);
    if (session.plan.active()) --resending_;
    session.plan.clear();
    session.ahead.clear();
    session.dropped = 0;
    session.refused = 0;
    session.logon_due = session.logout_due = session.ending = session.failed = false;
    session.since.reset();
    session.logout_by.reset();
    session.address.clear();
    if (std::exchange(session.told, false)) {
        for (Application* const application : applications_)
            application->on_logout(id, now);
    }
    keep_hours(id, now);
}

// ---------------------------------------------------------------- what is due

/// What is to be done once the engine has returned, and with it all locks.
void Sessions::settle(SessionId id, FrameOutcome outcome, book::TimeNs now) {
    ClientSession& session = row(id);
    if (outcome == FrameOutcome::invalid) on_garbled(id, now);
    for (; session.refused != 0; --session.refused)
        tell_malformed(id, now);
    if (outcome == FrameOutcome::failed) fail(session, "an error of ours");
    // The engine tells of a Logon while logged on, too.
    if (std::exchange(session.logon_due, false) && !std::exchange(session.told, true)) {
        session.since = now;
        ++session.counts.logons;
        touch_all(id).store->set_cancel_on_disconnect(session.cancel_asked);
        log::module("fix").info("session {} is logged on from {}", session.settings.name,
                                session.address);
        for (Application* const application : applications_)
            application->on_logon(id, now, *this);
    }
    if (std::exchange(session.logout_due, false) && std::exchange(session.told, false)) {
        log::module("fix").info("session {} is logged out", session.settings.name);
        for (Application* const application : applications_)
            application->on_logout(id, now);
    }
    if (std::exchange(session.ending, false)) {
        const std::string text = std::exchange(session.end_text, {});
        if (engine_->logged_on(id)) return settle(id, engine_->logout(id, text, now), now);
    }
    if (session.failed && session.line != nullptr) session.line->hang_up();
    // The engine's own time for an answer begins anew with whatever is sent.
    if (session.line != nullptr && !session.logout_by && engine_->logging_out(id))
        session.logout_by = now + logout_time;
}

/// Ends the session; where it is logged on with a Logout that says why.
void Sessions::fail(ClientSession& session, std::string_view why) {
    if (session.failed) return;
    log::module("fix").warning("session {} ends: {}", session.settings.name, why);
    session.failed = true;
    session.ending = true;
    session.end_text = why;
}

// ---------------------------------------------------------------- time

void Sessions::tick(SessionId id, book::TimeNs now) {
    now_ = now;
    keep_hours(id, now);
    ClientSession& session = touch_all(id);
    if (session.line != nullptr) settle(id, engine_->on_tick(id, now), now);
    if (session.line != nullptr && session.logout_by && now >= *session.logout_by)
        session.line->hang_up();
}

/// Hours and resets: who is logged on is logged out first, and the numbers begin anew behind that.
void Sessions::keep_hours(SessionId id, book::TimeNs now) {
    ClientSession& session = row(id);
    const bool reset_due = session.settings.schedule.reset_due(session.store->created(), now);
    const bool closed = !session.settings.schedule.is_open(now);
    if (session.line != nullptr) {
        if ((reset_due || closed) && engine_->logged_on(id) && !engine_->logging_out(id))
            log_out(id, reset_due ? "the session's period has ended" : "the session closes", now);
        return;
    }
    if (!reset_due || (reserve_ != nullptr && !resumed_)) return;
    log::module("fix").info("session {}: sequence numbers begin anew", session.settings.name);
    begin_numbers(session, now);
}

void Sessions::log_out(SessionId id, std::string_view text, book::TimeNs now) {
    ClientSession& session = touch_all(id);
    if (session.line == nullptr || !engine_->logged_on(id) || engine_->logging_out(id)) return;
    now_ = now;
    session.ending = true;
    session.end_text = text;
    settle(id, FrameOutcome::taken, now);
}

/// Of those that an application ended; a message under way has settled its session's already.
void Sessions::settle_ends(book::TimeNs now) {
    for (std::uint32_t i = 0; i < rows_.size(); ++i)
        if (rows_[i].ending) settle(SessionId{i}, FrameOutcome::taken, now);
}

bool Sessions::turn(book::TimeNs now) {
    now_ = now;
    if (std::exchange(ends_due_, false)) settle_ends(now);
    if (resending_ == 0) return false;
    bool worked = false;
    std::size_t budget = settings_.resend_bytes_per_turn;
    for (std::size_t i = 0; i < rows_.size() && budget > 0; ++i) {
        resend_cursor_ = (resend_cursor_ + 1) % rows_.size();
        if (!rows_[resend_cursor_].plan.active()) continue;
        if (!resend(SessionId{static_cast<std::uint32_t>(resend_cursor_)}, now)) continue;
        budget -= std::min(budget, resend_piece);
        worked = true;
    }
    return worked;
}

ClientSession& Sessions::touch_all(SessionId id) {
    ClientSession& session = touch(id);
    session.numbers_due = true;
    return session;
}

ClientSession& Sessions::touch(SessionId id) {
    ClientSession& session = row(id);
    if (!std::exchange(session.touched, true)) touched_.push_back(id);
    return session;
}

void Sessions::flush() {
    std::erase_if(touched_, [&](SessionId id) {
        ClientSession& session = row(id);
        session.touched = !reserve_numbers(id);
        if (std::exchange(session.numbers_due, false))
            session.store->flush();
        else
            session.store->flush_sent();
        return !session.touched;
    });
}

bool Sessions::close() {
    bool closed = true;
    for (ClientSession& session : rows_)
        closed = session.store->close() && closed;
    return closed;
}

// ---------------------------------------------------------------- resending

/// Not so much that the queue would be full of it: who reads slowly is sent slowly.
std::size_t Sessions::resend_bytes(const ClientSession& session) const {
    const std::size_t room = session.settings.queue_bytes_max / 4;
    const std::size_t queued = session.line->queued();
    return queued >= room ? 0 : std::min(room - queued, resend_piece);
}

bool Sessions::resend(SessionId id, book::TimeNs now) {
    ClientSession& session = row(id);
    if (session.line == nullptr || session.failed) return false;
    const std::size_t bytes = resend_bytes(session);
    if (bytes == 0) return false;
    session.counts.resent += session.plan.step(
        *session.store, parties(session), bytes, now, scratch_, [&](std::string_view text) {
            if (!session.failed && !session.line->append(text)) cut(session);
        });
    if (!session.plan.active()) --resending_;
    return true;
}

// ---------------------------------------------------------------- administration

SessionRow Sessions::status(SessionId id, book::TimeNs now) const {
    const ClientSession& session = row(id);
    SessionRow status;
    status.name = session.settings.name;
    status.comp_id = session.settings.comp_id;
    if (session.line != nullptr && engine_->logged_on(id))
        status.state =
            engine_->logging_out(id) ? SessionState::logging_out : SessionState::logged_on;
    status.enabled = session.enabled;
    status.in_schedule = session.settings.schedule.is_open(now);
    status.address = session.address;
    status.since = session.since;
    status.next_inbound = session.store->next_inbound();
    status.next_outbound = session.store->next_outbound();
    status.queued_bytes = queued_bytes(id);
    status.received = session.counts.received;
    status.sent = session.counts.sent;
    status.resent = session.counts.resent;
    status.rejected = session.counts.rejected;
    status.garbled = session.counts.garbled;
    status.logons = session.counts.logons;
    status.refused = session.counts.refused;
    status.cut = session.counts.cut;
    return status;
}

CommandAnswer Sessions::carry_out(const SessionCommand& command, book::TimeNs now) {
    const auto found = std::ranges::find(
        rows_, command.session, [](const ClientSession& session) { return session.settings.name; });
    if (found == rows_.end())
        return {CommandStatus::unknown_session, "no session is called " + command.session};
    const SessionId id{static_cast<std::uint32_t>(found - rows_.begin())};
    (void)touch_all(id);
    switch (command.action) {
        case SessionAction::logout:
            if (found->line == nullptr) return {CommandStatus::refused, "it is not connected"};
            log_out(id, command.text, now);
            return {};
        case SessionAction::enable:
            found->enabled = true;
            return {};
        case SessionAction::disable:
            found->enabled = false;
            log_out(id, command.text.empty() ? "the session is disabled" : command.text, now);
            return {};
        case SessionAction::reset:
            if (found->line != nullptr) return {CommandStatus::refused, "it is connected"};
            if (reserve_ != nullptr && !resumed_)
                return {CommandStatus::refused, "the venue is not open yet"};
            if (command.next_inbound < 1 || command.next_inbound > number_max ||
                command.next_outbound < 1 || command.next_outbound > number_max)
                return {CommandStatus::refused, "numbers are 1 to 999999999"};
            begin_numbers(*found, now);
            found->store->set_next_inbound(command.next_inbound);
            found->store->set_next_outbound(command.next_outbound);
            return {};
        case SessionAction::breaker:
            if (std::ranges::any_of(applications_, [&](Application* application) {
                    return application->force_breaker(id, command.force, now);
                }))
                return {};
            return {CommandStatus::refused, "it has no circuit breaker: there is no order entry"};
    }
    return {CommandStatus::refused, "no such action"};
}

}  // namespace tickweir::gateway::fix
