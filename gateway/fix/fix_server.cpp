#include "gateway/fix/fix_server.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "codecs/fix/fields.hpp"
#include "gateway/fix/fix_connection.hpp"
#include "gateway/log.hpp"

namespace tickweir::gateway::fix {
namespace {

namespace wire = codecs::fix;

constexpr int accepts_per_turn = 64;
constexpr int backlog = 512;
constexpr std::ptrdiff_t checks_per_address = 4;  // passwords, at a time
/// After so much time it is looked whether the numbers of a held line are durable.
constexpr std::chrono::milliseconds held_for{1};
// A frame costs the session layer microseconds. Who has little to say goes first, and of those who
// have more a few have a turn each time, in a circle: so a hundred busy sessions together delay a
// quiet one by about a millisecond (the sparse flows of FQ-CoDel, RFC 8290). They get more at a
// time, for what a turn of one costs in system calls.
constexpr int frames_of_new = 4;
constexpr int frames_of_backlogged = 16;
constexpr int backlogged_per_turn = 4;
// Sessions that settle may queue something for others.
constexpr int send_rounds = 4;

void set_option(int fd, int level, int name, int value) {
    // Without effect on an unusual socket: only its speed is at stake.
    static_cast<void>(::setsockopt(fd, level, name, &value, sizeof value));
}

/// The address at the other end, IPv4 in its mapped form; all zeros where it is gone already.
IpAddress peer_ip(int fd) {
    IpAddress address;
    sockaddr_storage storage{};
    socklen_t length = sizeof storage;
    if (::getpeername(fd, reinterpret_cast<sockaddr*>(&storage), &length) != 0) return address;
    if (storage.ss_family == AF_INET6) {
        sockaddr_in6 v6{};
        std::memcpy(&v6, &storage, sizeof v6);
        std::memcpy(address.bytes.data(), v6.sin6_addr.s6_addr, address.bytes.size());
        return address;
    }
    sockaddr_in v4{};
    std::memcpy(&v4, &storage, sizeof v4);
    address.bytes[10] = address.bytes[11] = 0xff;
    std::memcpy(address.bytes.data() + 12, &v4.sin_addr, 4);
    return address;
}

}  // namespace

FixServer::FixServer(const FixServerParts& parts)
    : ConnectionHost{*parts.settings, *parts.reactor},
      sessions_{*parts.sessions},
      gate_{{.connections = parts.settings->connections_max,
             .per_address = parts.settings->connections_per_address_max,
             .per_second = parts.settings->accepts_per_second_max}},
      lockout_{{.failures_max = static_cast<std::uint32_t>(parts.settings->failures_max),
                .window = parts.settings->failures_window,
                .lock = parts.settings->lockout,
                .lock_max = parts.settings->lockout_max}},
      input_delay_{parts.input_delay} {
    tls = parts.tls;
    budget = parts.budget;
    send_buffer_bytes = parts.send_buffer_bytes;
    receive_buffer_bytes = parts.receive_buffer_bytes;
    const bool asked = std::ranges::any_of(settings.sessions, [](const SessionSettings& session) {
        return session.password.has_value();
    });
    if (asked) passwords_.emplace(reactor.waker());
}

FixServer::~FixServer() {
    cut_off_all();
}

std::uint16_t FixServer::listen() {
    listener_ = std::make_unique<Listener>(reactor, settings.address, settings.port, backlog);
    return listener_->port();
}

// ---------------------------------------------------------------- accepting

bool FixServer::accept() {
    if (!listener_) return false;
    if (const auto resume_at = listener_->resume_at(); resume_at && *resume_at <= now)
        listener_->resume();
    bool worked = false;
    for (int i = 0; i < accepts_per_turn && listener_->ready(); ++i) {
        std::optional<Listener::Accepted> accepted = listener_->accept(now);
        if (!accepted) break;
        worked = true;
        admit(std::move(*accepted));
    }
    return worked;
}

void FixServer::admit(Listener::Accepted accepted) {
    const auto refuse = [&](Refusal why) { ++counts_.refused[static_cast<std::size_t>(why)]; };
    const IpAddress ip = peer_ip(accepted.socket.get());
    if (lockout_.refuses(ip, now)) return refuse(Refusal::locked_out);
    std::optional<book::Charge> charge = book::Charge{};
    if (budget != nullptr) charge = budget->charge(FixConnection::charged_bytes);
    if (!charge) return refuse(Refusal::memory);
    if (const Refusal why = gate_.admit(accepted.peer, now); why != Refusal::none)
        return refuse(why);
    const int fd = accepted.socket.get();
    set_option(fd, IPPROTO_TCP, TCP_NODELAY, 1);
    if (send_buffer_bytes > 0) set_option(fd, SOL_SOCKET, SO_SNDBUF, send_buffer_bytes);
    if (receive_buffer_bytes > 0) set_option(fd, SOL_SOCKET, SO_RCVBUF, receive_buffer_bytes);
    if (free_slots_.empty()) {
        free_slots_.push_back(connections_.size());
        connections_.emplace_back();
    }
    const std::size_t slot = free_slots_.back();
    auto connection =
        std::make_unique<FixConnection>(*this, slot, std::move(accepted.socket),
                                        FixConnection::Peer{accepted.peer, ip}, std::move(*charge));
    if (!connection->begin()) return gate_.leave(accepted.peer);
    free_slots_.pop_back();
    connections_[slot] = std::move(connection);
    ++counts_.accepted;
}

// ---------------------------------------------------------------- logons

void FixServer::on_refused(FixConnection& connection, Refusal why) {
    ++counts_.refused[static_cast<std::size_t>(why)];
    log::module("fix").debug("a connection from {} is closed: {}", connection.peer().ip.text(),
                             to_string(why));
}

/// A logon that is refused counts against who sent it: against the client only where the address is
/// one of his, else any stranger could lock him out.
void FixServer::refuse_logon(FixConnection& connection, std::optional<SessionId> session,
                             Refusal why) {
    const SessionSettings* const known = session ? &sessions_.session(*session).settings : nullptr;
    if (session) sessions_.count_refused(*session);
    const IpAddress& ip = connection.peer().ip;
    log::module("fix").warning("a logon {}{}from {} is refused: {}", known ? "of " : "",
                               known ? known->name + " " : std::string{}, ip.text(),
                               to_string(why));
    if (why == Refusal::password)
        count_failure(ip, *known);
    else if (why == Refusal::comp_id || why == Refusal::address)
        count_failure({}, ip);
    connection.refuse(why);
}

/// A wrong password: the client's own only where nobody else could have sent it.
void FixServer::count_failure(const IpAddress& ip, const SessionSettings& session) {
    count_failure(session.addresses.empty() ? std::string_view{} : session.comp_id, ip);
}

void FixServer::count_failure(std::string_view client, const IpAddress& ip) {
    if (!lockout_.failed(client, ip, now)) return;
    ++counts_.lockouts;
    log::module("fix").warning("{} is locked out after failed logons", ip.text());
}

void FixServer::on_first(FixConnection& connection, const wire::Message& message) {
    const LogonIdentity identity = identify(message, settings, connection.peer().ip);
    if (identity.refusal != Refusal::none)
        return refuse_logon(connection, identity.session, identity.refusal);
    const SessionId session = *identity.session;
    const ClientSession& known = sessions_.session(session);
    if (lockout_.refuses(known.settings.comp_id, connection.peer().ip, now))
        return refuse_logon(connection, session, Refusal::locked_out);
    if (sessions_.connected(session))
        return refuse_logon(connection, session, Refusal::already_connected);
    if (!known.settings.password) return begin(connection, session, message);
    const std::string_view username =
        message.find(wire::tag::username).value_or(known.settings.comp_id);
    if (username != known.settings.comp_id)
        return refuse_logon(connection, session, Refusal::password);
    const std::string_view password = message.find(wire::tag::password).value_or("");
    const std::uint64_t ticket = ++last_ticket_;
    // One address may not have all of the desk, whether it waits for the answers or not.
    const IpAddress& ip = connection.peer().ip;
    if (std::ranges::count(waiting_, ip, &Waiting::ip) >= checks_per_address ||
        !passwords_->ask(ticket, *known.settings.password, password))
        return refuse_logon(connection, session, Refusal::busy);
    waiting_.push_back({ticket, connection.slot(), ip, session});
    connection.wait_for_password();
}

bool FixServer::take_passwords() {
    if (!passwords_) return false;
    bool worked = false;
    while (const auto answer = passwords_->take()) {
        worked = true;
        const auto found = std::ranges::find(waiting_, answer->ticket, &Waiting::ticket);
        if (found == waiting_.end()) continue;
        const Waiting asked = *found;
        waiting_.erase(found);
        if (asked.slot)
            connections_[*asked.slot]->answer_password(answer->matches);
        else if (!answer->matches)
            count_failure(asked.ip, sessions_.session(asked.session).settings);
    }
    return worked;
}

void FixServer::on_password(FixConnection& connection, const wire::Message& message, bool matches) {
    const LogonIdentity identity = identify(message, settings, connection.peer().ip);
    const SessionId session = *identity.session;  // as it was when the question was asked
    if (!matches) return refuse_logon(connection, session, Refusal::password);
    lockout_.succeeded(sessions_.session(session).settings.comp_id, connection.peer().ip);
    if (sessions_.connected(session))
        return refuse_logon(connection, session, Refusal::already_connected);
    begin(connection, session, message);
}

LogonVerdict FixServer::verdict_of(SessionId session, const wire::Message& logon) const {
    if (stopping) return {Refusal::stopping, "the gateway is stopping"};
    LogonVerdict verdict = judge(logon, sessions_.session(session).settings,
                                 settings.sending_time_accuracy, sessions_.enabled(session), now);
    if (verdict.refusal == Refusal::none && !sessions_.ready())
        return {Refusal::opening, "the venue is not open yet: try again"};
    if (const auto why = sessions_.refuses_logons(); why && verdict.refusal == Refusal::none)
        return {Refusal::load, std::string{*why}};
    return verdict;
}

void FixServer::begin(FixConnection& connection, SessionId session, const wire::Message& logon) {
    const LogonVerdict verdict = verdict_of(session, logon);
    if (verdict.refusal != Refusal::none) {
        ++counts_.refused[static_cast<std::size_t>(verdict.refusal)];
        log::module("fix").warning("a logon of {} from {} is refused: {}",
                                   sessions_.session(session).settings.name,
                                   connection.peer().ip.text(), to_string(verdict.refusal));
        return sessions_.refuse(session, connection, verdict.text, now);
    }
    connection.begin_session(session);
    sessions_.begin(session, connection, connection.peer().ip.text(), logon, now);
}

void FixServer::on_frame(FixConnection& connection, const wire::Message& text) {
    sessions_.on_frame(*connection.session(), text, now);
}

void FixServer::on_garbled(FixConnection& connection) {
    sessions_.on_garbled(*connection.session(), now);
}

// ---------------------------------------------------------------- turns

void FixServer::touch(FixConnection& connection) {
    if (connection.touched) return;
    connection.touched = true;
    touched_.push_back(&connection);
}

void FixServer::touch_later(FixConnection& connection) {
    if (std::exchange(connection.backlogged, true)) return;
    later_.push_back({connection.slot(), now});
}

/// The next of those who have more.
void FixServer::work_backlog() {
    const std::size_t turns = std::min<std::size_t>(later_.size(), backlogged_per_turn);
    for (std::size_t i = 0; i < turns; ++i) {
        const Later next = later_.front();
        FixConnection* const connection = connections_[next.slot].get();
        later_.pop_front();
        if (input_delay_ != nullptr) input_delay_->note(now - next.since);
        connection->backlogged = false;
        touch(*connection);
        connection->work(frames_of_backlogged);
    }
}

bool FixServer::may_send(FixConnection& connection) {
    if (!connection.session() || sessions_.may_send(*connection.session())) return true;
    if (std::ranges::find(held_, connection.slot()) == held_.end())
        held_.push_back(connection.slot());
    return false;
}

bool FixServer::receive(book::TimeNs time) {
    now = time;
    bool worked = accept();
    for (const std::size_t slot : std::exchange(held_, {}))
        if (connections_[slot]) touch(*connections_[slot]);
    worked |= take_passwords();
    worked |= deadlines.run(now, [&](std::size_t slot) {
        if (connections_[slot]) connections_[slot]->on_deadline();
    });
    worked |= !touched_.empty() || !later_.empty();
    for (std::size_t i = 0; i < touched_.size(); ++i)
        if (!touched_[i]->backlogged) touched_[i]->work(frames_of_new);
    work_backlog();
    return worked;
}

void FixServer::send() {
    for (int round = 0; round < send_rounds && !touched_.empty(); ++round) {
        batch_.swap(touched_);
        for (FixConnection* const connection : batch_) {
            connection->touched = false;
            connection->settle();
        }
        batch_.clear();
    }
    bury_gone();
    tell_delay();
}

void FixServer::tell_delay() {
    if (input_delay_ == nullptr) return;
    input_delay_->show_first(later_.empty() ? std::nullopt : std::optional{later_.front().since});
}

void FixServer::bury(FixConnection& connection) {
    gone_.push_back(connection.slot());
}

void FixServer::bury_gone() {
    for (const std::size_t slot : std::exchange(gone_, {})) {
        gate_.leave(connections_[slot]->peer().key);
        std::erase(touched_, connections_[slot].get());
        for (Waiting& waiting : waiting_)
            if (waiting.slot == slot) waiting.slot.reset();
        std::erase_if(later_, [slot](const Later& later) { return later.slot == slot; });
        std::erase(held_, slot);
        deadlines.set(slot, std::nullopt);
        connections_[slot].reset();
        free_slots_.push_back(slot);
    }
}

bool FixServer::has_work() const {
    return !touched_.empty() || !later_.empty() || (listener_ && listener_->ready());
}

std::optional<book::TimeNs> FixServer::next_due() const {
    std::optional<book::TimeNs> due = deadlines.next();
    const auto resume_at = listener_ ? listener_->resume_at() : std::nullopt;
    if (resume_at && (!due || *resume_at < *due)) due = resume_at;
    if (!held_.empty() && (!due || now + held_for < *due)) due = now + held_for;
    return due;
}

void FixServer::stop(book::TimeNs time) {
    now = time;
    stopping = true;
    listener_.reset();
    for (const auto& connection : connections_)
        if (connection) connection->stop();
}

void FixServer::cut_off_all() {
    for (const auto& connection : connections_)
        if (connection) connection->finish();
    send();
}

const FixServerCounts& FixServer::counts() const {
    counts_.connections = gate_.connections();
    if (listener_) counts_.accept_pauses = listener_->pauses();
    return counts_;
}

}  // namespace tickweir::gateway::fix
