#include "gateway/serve/net/server.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "gateway/serve/net/listener.hpp"
#include "gateway/serve/net/session.hpp"

namespace tickweir::gateway {
namespace {

constexpr int accepts_per_turn = 256;
// A session's settling may run handlers of Beast that give it, or others, something to settle.
constexpr int settle_rounds = 8;
constexpr unsigned slot_bits = 24;

constexpr std::string_view refusal_text =
    "HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nContent-Type: application/json\r\n"
    "Content-Length: 43\r\nRetry-After: 1\r\n\r\n"
    "{\"code\": 503, \"reason\": \"too many clients\"}";
static_assert(refusal_text.size() - refusal_text.find('{') == 43, "its Content-Length");

void set_option(int fd, int level, int name, int value) {
    // Without effect on an unusual socket: only its speed is at stake.
    static_cast<void>(::setsockopt(fd, level, name, &value, sizeof value));
}

/// Tells a client that cannot be served why, as far as that goes without waiting.
void turn_away(const Descriptor& socket) {
    static_cast<void>(::send(socket.get(), refusal_text.data(), refusal_text.size(),
                             MSG_DONTWAIT | MSG_NOSIGNAL));
    static_cast<void>(::shutdown(socket.get(), SHUT_WR));
}

}  // namespace

struct Server::Impl final : SessionHost {
    using SessionHost::SessionHost;
    ~Impl() override;

    void add_client(ClientId client, Session& session) override { clients[client] = &session; }
    void remove_client(ClientId client) override { clients.erase(client); }
    PendingAnswer next_pending(Session& session) override;
    void touch(Session& session) override;
    void touch_later(Session& session) override { later.push_back(session.slot()); }
    void bury(Session& session) override { gone.push_back(session.slot()); }

    bool accept();
    void admit(Listener::Accepted accepted);
    bool work();
    bool take_due();
    void settle();
    void bury_gone();
    void stop_all();

    template <class Each>
    void for_each_session(Each&& each) {
        for (const auto& session : sessions) {
            if (session) each(*session);
        }
    }

    std::vector<std::unique_ptr<Listener>> listeners;
    std::vector<std::unique_ptr<Session>> sessions;  // by slot
    std::vector<std::size_t> free_slots;
    std::unordered_map<ClientId, Session*> clients;
    PeerAddresses addresses;
    std::vector<Session*> touched;
    std::vector<Session*> batch;     // of touched, while they are settled
    std::vector<std::size_t> later;  // slots to touch in the next turn
    std::vector<std::size_t> gone;   // slots of sessions that are over
    std::vector<ClientId> due;
    std::uint64_t pending_serial = 0;
    std::uint64_t past_pauses = 0;      // of listeners that were closed
    std::uint64_t refused_watches = 0;  // the system would not watch one more descriptor
    std::optional<book::TimeNs> stop_by;
};

Server::Impl::~Impl() {
    for_each_session([](Session& session) { session.cut_off(ConnectionEnd::stopped); });
    bury_gone();
}

PendingAnswer Server::Impl::next_pending(Session& session) {
    return PendingAnswer{++pending_serial << slot_bits | session.slot()};
}

void Server::Impl::touch(Session& session) {
    if (session.touched) return;
    session.touched = true;
    touched.push_back(&session);
}

bool Server::Impl::accept() {
    bool worked = false;
    for (const auto& listener : listeners) {
        if (const auto resume_at = listener->resume_at(); resume_at && *resume_at <= now) {
            listener->resume();
        }
        for (int i = 0; i < accepts_per_turn && listener->ready(); ++i) {
            std::optional<Listener::Accepted> accepted = listener->accept(now);
            if (!accepted) break;
            worked = true;
            admit(std::move(*accepted));
        }
    }
    return worked;
}

void Server::Impl::admit(Listener::Accepted accepted) {
    const ServerLimits& limits = options.limits;
    const auto refuse = [&](std::uint64_t& count) {
        ++count;
        // With TLS there is no one yet to tell it to.
        if (options.tls == nullptr) turn_away(accepted.socket);
    };
    if (counts.connections >= limits.connections) return refuse(counts.refused_full);
    std::optional<book::Charge> charge = book::Charge{};
    if (options.budget != nullptr) charge = options.budget->charge(Session::charged_bytes);
    if (!charge) return refuse(counts.refused_memory);
    if (!addresses.add(accepted.peer, limits.connections_per_address)) {
        return refuse(counts.refused_address);
    }
    const int fd = accepted.socket.get();
    set_option(fd, IPPROTO_TCP, TCP_NODELAY, 1);
    if (limits.send_buffer_bytes > 0) {
        set_option(fd, SOL_SOCKET, SO_SNDBUF, limits.send_buffer_bytes);
    }
    if (free_slots.empty()) {
        free_slots.push_back(sessions.size());
        sessions.emplace_back();
    }
    const std::size_t slot = free_slots.back();
    auto session = std::make_unique<Session>(*this, slot, std::move(accepted.socket), accepted.peer,
                                             std::move(*charge));
    if (!session->begin()) {
        ++refused_watches;
        return addresses.remove(accepted.peer);
    }
    free_slots.pop_back();
    sessions[slot] = std::move(session);
    ++counts.accepted;
    ++counts.connections;
}

bool Server::Impl::work() {
    for (const std::size_t slot : std::exchange(later, {})) {
        if (sessions[slot]) touch(*sessions[slot]);
    }
    const bool any = !touched.empty();
    // Working touches again what is in the list already, and nothing else.
    for (std::size_t i = 0; i < touched.size(); ++i)
        touched[i]->work();
    return any;
}

bool Server::Impl::take_due() {
    const std::span<const ClientId> clients_due = streams.due();
    if (clients_due.empty()) return false;
    due.assign(clients_due.begin(), clients_due.end());
    for (const ClientId client : due) {
        const auto found = clients.find(client);
        if (found != clients.end()) found->second->on_client_due();
    }
    return true;
}

void Server::Impl::settle() {
    for (int round = 0; round < settle_rounds && !touched.empty(); ++round) {
        batch.swap(touched);
        for (Session* const session : batch) {
            session->touched = false;
            session->settle();
        }
        batch.clear();
        loop.run();
    }
}

void Server::Impl::bury_gone() {
    if (gone.empty()) return;
    for (const std::size_t slot : gone)
        sessions[slot]->abandon();
    loop.run();
    std::erase_if(touched, [](const Session* session) { return session->over(); });
    for (const std::size_t slot : std::exchange(gone, {})) {
        addresses.remove(sessions[slot]->peer());
        sessions[slot].reset();
        free_slots.push_back(slot);
        --counts.connections;
    }
    for (const auto& listener : listeners) {
        if (listener->resume_at()) listener->resume();
    }
}

void Server::Impl::stop_all() {
    stopping = true;
    for (const auto& listener : listeners)
        past_pauses += listener->pauses();
    listeners.clear();
    for_each_session([](Session& session) { session.stop(); });
}

Server::Server(ServerOptions options, Reactor& reactor, Api& api, StreamClients& streams)
    : impl_{std::make_unique<Impl>(std::move(options), reactor, api, streams)} {}

Server::~Server() = default;

std::uint16_t Server::listen(const std::string& address, std::uint16_t port) {
    impl_->listeners.push_back(
        std::make_unique<Listener>(impl_->reactor, address, port, impl_->options.limits.backlog));
    return impl_->listeners.back()->port();
}

bool Server::turn(book::TimeNs now) {
    Impl& impl = *impl_;
    impl.now = now;
    bool worked = impl.accept();
    worked |= impl.work();
    worked |= impl.loop.run();
    worked |= impl.deadlines.run(now, [&](std::size_t slot) {
        if (impl.sessions[slot]) impl.sessions[slot]->on_deadline();
    });
    worked |= impl.take_due();
    impl.settle();
    if (impl.stop_by && now >= *impl.stop_by) {
        impl.for_each_session([](Session& session) { session.cut_off(ConnectionEnd::stopped); });
    }
    impl.bury_gone();
    return worked;
}

bool Server::has_work() const {
    return !impl_->touched.empty() || !impl_->later.empty() ||
           std::ranges::any_of(impl_->listeners, [](const auto& l) { return l->ready(); });
}

std::optional<book::TimeNs> Server::next_due() const {
    if (stopped()) return std::nullopt;
    std::optional<book::TimeNs> next = impl_->deadlines.next();
    const auto consider = [&](std::optional<book::TimeNs> when) {
        if (when && (!next || *when < *next)) next = when;
    };
    for (const auto& listener : impl_->listeners)
        consider(listener->resume_at());
    consider(impl_->stop_by);
    return next;
}

void Server::answer(PendingAnswer pending, HttpResponse response, book::TimeNs now) {
    impl_->now = now;
    const std::uint64_t slot = static_cast<std::uint64_t>(pending) & ((1U << slot_bits) - 1);
    if (slot >= impl_->sessions.size() || !impl_->sessions[slot]) return;
    impl_->sessions[slot]->answer(pending, response);
}

void Server::stop(book::TimeNs now) {
    if (impl_->stopping) return;
    impl_->now = now;
    impl_->stop_by = now + impl_->options.limits.stop_timeout;
    impl_->stop_all();
}

bool Server::stopped() const {
    return impl_->stopping && impl_->counts.connections == 0;
}

void Server::cut_off_all() {
    impl_->for_each_session([](Session& session) { session.cut_off(ConnectionEnd::policy); });
    impl_->bury_gone();
}

void Server::set_limits(const ServerLimits& limits) {
    impl_->options.limits = limits;
}

const ServerCounts& Server::counts() const {
    ServerCounts& counts = impl_->counts;
    counts.failures = impl_->failures + impl_->loop.failures();
    counts.accept_pauses = impl_->past_pauses + impl_->refused_watches;
    for (const auto& listener : impl_->listeners)
        counts.accept_pauses += listener->pauses();
    return counts;
}

}  // namespace tickweir::gateway
