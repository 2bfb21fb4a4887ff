// One connection from accept to close: HTTP requests one after the other, perhaps a WebSocket at
// last. Owns its socket; works in the server's turns, to which on_ready() only leaves notes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "gateway/runtime/reactor.hpp"
#include "gateway/serve/client_output.hpp"
#include "gateway/serve/http_message.hpp"
#include "gateway/serve/hub/request_rate.hpp"
#include "gateway/serve/net/connection.hpp"
#include "gateway/serve/net/frame_cursor.hpp"
#include "gateway/serve/net/http_reader.hpp"
#include "gateway/serve/net/peer_addresses.hpp"
#include "gateway/serve/net/session_host.hpp"
#include "gateway/serve/net/web_socket.hpp"

namespace tickweir::gateway {

///                      upgrade              101 queued
///     ──► http ──────────────────► upgrading ─────────► streaming
///          │ last answer                                    │ close asked for: what is queued
///          first ▼                                                ▼
///       draining ◄───────────────────────────────────── closing     (a close frame is queued)
///          │ end of input, or a moment later
///          ▼
///         over          every state goes there at once when the connection breaks
enum class SessionPhase : std::uint8_t { http, upgrading, streaming, closing, draining, over };

class Session final : public ReadyHandler, public WebSocketEvents {
public:
    /// What a session is charged for from its beginning.
    static constexpr std::size_t charged_bytes = 8 * 1024;

    Session(SessionHost& host, std::size_t slot, Descriptor socket, PeerAddress peer,
            book::Charge charge);
    ~Session();

    /// False when the reactor refuses the descriptor.
    [[nodiscard]] bool begin();

    std::size_t slot() const { return slot_; }
    PeerAddress peer() const { return peer_; }
    bool over() const { return phase_ == SessionPhase::over; }

    void on_ready(bool readable, bool writable) override;

    /// Reads what there is, up to a bound.
    void work();
    /// The streams have something for its client.
    void on_client_due();
    void on_deadline();
    /// The answer that was pending under this name.
    void answer(PendingAnswer pending, const HttpResponse& response);
    void stop();
    /// Sends, moves on where something has been waited for, and says what to wait for next. Called
    /// after everything else in a turn.
    void settle();

    /// Ends it without another word.
    void cut_off(ConnectionEnd end) { finish(end); }
    /// Gives up what Beast has under way; a run of the loop and the end follow.
    void abandon();

    bool touched = false;  ///< the host's: settle() is to be called

    // For the WebSocket.
    void on_web_socket_open() override;
    void on_web_socket_text(std::string_view text) override;
    void on_web_socket_binary() override;
    void on_web_socket_end(WebSocketEnd end) override;

private:
    // http
    void settle_http();
    void read_http();
    void handle_requests();
    bool charge_input();
    void handle_request();
    void answer_now(const HttpResponse& response, bool keep_alive);
    void refuse(std::uint16_t status, std::string_view reason);
    std::optional<HttpResponse> upgrade_refusal(bool streams_here);
    void begin_upgrade();
    bool http_takes_input() const;
    std::optional<book::TimeNs> http_deadline() const;
    void on_http_deadline();

    // streaming
    void send_stream();
    bool send_frames();
    std::size_t frames_limit() const;
    void begin_close(std::uint16_t code, std::string_view reason, ConnectionEnd end);
    void continue_close();
    std::optional<book::TimeNs> stream_deadline() const;
    void on_stream_deadline();
    void leave_stream();

    // both
    void drain_input();
    void begin_draining(ConnectionEnd end);
    void finish(ConnectionEnd end);
    void watch();
    bool wants_input() const;
    std::optional<book::TimeNs> deadline() const;

    SessionHost& host_;
    std::size_t slot_;
    PeerAddress peer_;
    book::Charge charge_;
    Connection connection_;
    SessionPhase phase_ = SessionPhase::http;
    ConnectionEnd end_ = ConnectionEnd::done;  // of the phases that lead to `over`
    bool readable_ = false;
    Reactor::Interest interest_;
    book::TimeNs received_;  // last time bytes came
    book::TimeNs progress_;  // last time bytes came or went
    book::TimeNs end_by_{};  // in closing and draining

    // http
    HttpReader reader_;
    std::string input_;  // not yet taken by the reader
    book::Charge input_charge_;
    hub::RequestRate rate_;
    std::optional<PendingAnswer> pending_;
    book::TimeNs waiting_since_;  // of a request under way, or of a pending answer
    bool request_begun_ = true;   // the first one is waited for from the beginning
    bool keep_alive_ = true;      // of the request that is answered
    bool head_only_ = false;
    bool http_1_1_ = true;
    bool last_answer_ = false;  // what is queued is the last
    bool input_ended_ = false;
    std::size_t drained_bytes_ = 0;

    // streaming
    std::unique_ptr<WebSocket> web_socket_;
    std::optional<ClientId> client_;
    FrameCursor cursor_;
    bool frames_due_ = false;
    bool closing_asked_ = false;
    std::size_t frames_left_ = 0;  // bytes to send before the close frame
    ClientClose close_;
    book::TimeNs pinged_;
};

}  // namespace tickweir::gateway
