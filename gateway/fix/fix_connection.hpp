// One TCP connection of a FIX client from accept to close: frames in, queued messages out, with or
// without TLS. Works in its server's turns, to which on_ready() only leaves notes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "book/budget.hpp"
#include "book/types.hpp"
#include "codecs/fix/message.hpp"
#include "gateway/fix/ip_range.hpp"
#include "gateway/fix/refusal.hpp"
#include "gateway/fix/session_id.hpp"
#include "gateway/fix/session_line.hpp"
#include "gateway/runtime/reactor.hpp"
#include "gateway/serve/net/connection.hpp"
#include "gateway/serve/net/peer_addresses.hpp"

namespace tickweir::gateway::fix {

struct ConnectionHost;

///            a Logon            the password
///   ──► waiting ───────► checking ──────────► session
///          │ refused        │ refused            │ the session's end
///          ▼                ▼                    ▼
///        over ◄──────── draining ◄───────── closing   (what is queued still leaves)
///                 every state goes to over when the connection breaks
enum class ConnectionPhase : std::uint8_t { waiting, checking, session, closing, draining, over };

class FixConnection final : public ReadyHandler, public SessionLine {
public:
    /// What a connection is charged for from its beginning: itself and a logon.
    static constexpr std::size_t charged_bytes = 8 * 1024;

    struct Peer {
        PeerAddress key{};
        IpAddress ip;
    };

    FixConnection(ConnectionHost& host, std::size_t slot, Descriptor socket, Peer peer,
                  book::Charge charge);

    /// False when the reactor refuses the descriptor.
    [[nodiscard]] bool begin();

    std::size_t slot() const { return slot_; }
    const Peer& peer() const { return peer_; }
    ConnectionPhase phase() const { return phase_; }
    bool over() const { return phase_ == ConnectionPhase::over; }
    std::optional<SessionId> session() const { return session_; }

    void on_ready(bool readable, bool writable) override;

    // ------------------------------------------------------------------ the server's turns

    /// Reads what there is and takes at most so many frames out of it.
    void work(int frames);
    /// Sends, and says what to wait for next. After everything else in a turn.
    void settle();
    void on_deadline();
    /// The gateway stops: who has no session is gone at once.
    void stop();
    /// Ends it without another word.
    void finish();

    // ------------------------------------------------------------------ what becomes of a logon

    /// Turned away in silence.
    void refuse(Refusal why);
    /// The password is looked at elsewhere; nothing is read meanwhile.
    void wait_for_password() { phase_ = ConnectionPhase::checking; }
    /// What became of that; the logon is given to the host again.
    void answer_password(bool matches);
    /// Its frames are a session's from here on.
    void begin_session(SessionId session) {
        session_ = session;
        phase_ = ConnectionPhase::session;
    }

    // SessionLine
    [[nodiscard]] bool append(std::string_view wire) override;
    std::size_t queued() const override { return connection_.queued(); }
    void hang_up() override;
    void cut() override;

    bool touched = false;     ///< the server's: settle() is to be called
    bool backlogged = false;  ///< likewise: it waits for a turn among those who have more

private:
    void receive();
    std::size_t room() const;
    bool charge_input();
    void take_first();
    void take_frames(int most);
    void drain_input();
    void begin_draining();
    void drop(std::size_t bytes);
    void end_session();
    std::string_view input() const { return std::string_view{input_}.substr(head_); }
    bool wants_input() const;
    void watch();
    std::optional<book::TimeNs> deadline() const;

    ConnectionHost& host_;
    std::size_t slot_;
    Peer peer_;
    book::Charge charge_;
    Connection connection_;
    ConnectionPhase phase_ = ConnectionPhase::waiting;
    std::optional<SessionId> session_;
    bool readable_ = false;
    bool input_ended_ = false;
    bool cut_ = false;
    bool held_back_ = false;    // there was no room for what TLS may still hold
    bool frames_left_ = false;  // more than one turn's share is there
    Reactor::Interest interest_;
    std::string input_;
    std::size_t head_ = 0;  // of input_, taken already
    book::Charge input_charge_;
    book::TimeNs began_;
    book::TimeNs progress_;  // bytes went out, or there were none
    book::TimeNs end_by_{};  // in closing and draining
    std::size_t drained_bytes_ = 0;
};

}  // namespace tickweir::gateway::fix
