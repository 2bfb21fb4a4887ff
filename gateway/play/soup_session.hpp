// One SoupBinTCP client of a published feed: login, then every message from the one it asked for,
// out of the archive at its own speed, then the end of the session. Pure; owns no socket.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "book/types.hpp"
#include "codecs/soup/server.hpp"
#include "gateway/play/published_session.hpp"

namespace tickweir::gateway {

/// Who may log in; nothing set: everybody. Capital and small letters are the same.
struct SoupAccess {
    std::optional<std::string> user;
    std::optional<std::string> password;
};

/// How a client's connection came to its end.
enum class SoupEnd : std::uint8_t {
    none,      ///< it has not
    rejected,  ///< the login: wrong name, or a session or message that there is not
    complete,  ///< it got everything and the end of the session
    logout,
    behind,  ///< what it needed next fell out of the archive
    fault,   ///< it broke the protocol, or was silent
};

/// One owner thread. Allocates when it is made and never again.
class SoupSession {
public:
    /// `access` must outlive this.
    SoupSession(const SoupAccess& access, book::TimeNs now);

    /// Takes bytes of the client's and answers a login among them; says how many are done with. The
    /// rest is given again with what follows it.
    std::size_t on_bytes(codecs::Bytes input, const PublishedSession& session, book::TimeNs now);

    /// Puts messages that are published and were not sent, or the end of the session, behind the
    /// pending output, as far as there is room. Whether there was anything.
    bool fill(const PublishedSession& session, book::TimeNs now);

    /// Heartbeats and the client's silence.
    void on_tick(book::TimeNs now) { static_cast<void>(server_.on_tick(now)); }
    std::optional<book::TimeNs> next_due() const { return server_.next_due(); }

    codecs::Bytes pending_output() const { return server_.pending_output(); }
    void drained(std::size_t bytes) { server_.drained(bytes); }

    /// Whether the connection is to be closed.
    bool finished() const { return behind_ || server_.finished(); }
    /// Why it is, or was; none while it goes on.
    SoupEnd end() const;
    bool awaiting_login() const { return server_.state() == codecs::soup::ServerState::awaiting; }
    /// Whether the client is logged in and was not told of the end of the session.
    bool live() const { return server_.state() == codecs::soup::ServerState::live; }
    std::uint64_t messages_sent() const { return messages_; }

private:
    void decide(const codecs::Alpha<6>& user, const codecs::Alpha<10>& password,
                const codecs::Alpha<10>& wanted, std::uint64_t sequence,
                const PublishedSession& session, book::TimeNs now);

    const SoupAccess& access_;
    codecs::soup::Server server_;
    ArchivePlace place_;  // of the next message, once logged in
    std::uint64_t messages_ = 0;
    bool behind_ = false;
};

}  // namespace tickweir::gateway
