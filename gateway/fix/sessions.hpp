// All FIX sessions of a gateway without their sockets: frames of a connection in, messages for it
// out. Owns the stores and the engine, gives applications their messages, answers resend requests,
// keeps hours and resets. One thread; the time comes in, though QuickFIX also reads its own clock.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "book/types.hpp"
#include "codecs/fix/message.hpp"
#include "gateway/fix/application.hpp"
#include "gateway/fix/client_session.hpp"
#include "gateway/fix/frame_vet.hpp"
#include "gateway/fix/plain_order.hpp"
#include "gateway/fix/refusal.hpp"
#include "gateway/fix/session_engine.hpp"
#include "gateway/fix/sessions_control.hpp"

namespace tickweir::gateway::fix {

/// What is made with the sessions.
struct SessionsParts {
    const FixSettings* settings = nullptr;              ///< outlives them
    std::vector<std::unique_ptr<MessageStore>> stores;  ///< by SessionId
    std::vector<Application*> applications;             ///< outlive them
    std::string dictionary = {};                        ///< XML; empty: none
    /// Where outbound numbers are reserved before they are used; outlives them. None: nowhere.
    NumberReserve* reserve = nullptr;
};

class Sessions final : public SessionOutput, private SessionEngineHost {
public:
    /// Throws std::runtime_error.
    explicit Sessions(SessionsParts parts);

    std::size_t size() const { return rows_.size(); }
    const ClientSession& session(SessionId session) const { return row(session); }

    /// Why an application takes nobody in now; nothing: logons are taken.
    std::optional<std::string_view> refuses_logons() const;

    // ------------------------------------------------------------------ connections

    bool connected(SessionId session) const { return row(session).line != nullptr; }
    bool enabled(SessionId session) const { return row(session).enabled; }

    /// A logon that was let through begins the session on this line, which must not have one.
    void begin(SessionId session, SessionLine& line, std::string address,
               const codecs::fix::Message& logon, book::TimeNs now);
    /// A logon of a known client is refused with a Logout; the line then hangs up.
    void refuse(SessionId session, SessionLine& line, std::string_view text, book::TimeNs now);
    void count_refused(SessionId session) { ++row(session).counts.refused; }

    /// A framed message on the session's line; whether its fields are right is looked at here.
    void on_frame(SessionId session, const codecs::fix::Message& message, book::TimeNs now);
    /// What stood there in its place was none.
    void on_garbled(SessionId session, book::TimeNs now);
    /// The line is gone.
    void end(SessionId session, book::TimeNs now);

    // ------------------------------------------------------------------ numbers in a log

    /// Takes over what sessions go on with, once the log tells; true when that was done. Before
    /// that nobody logs on, and numbers do not begin anew.
    bool resume_if_open();
    /// Whether logons are taken.
    bool ready() const { return reserve_ == nullptr || (resumed_ && reserve_->ready()); }
    /// Whether all numbers that a session has used are reserved durably: only then may its line
    /// send.
    bool may_send(SessionId session);

    // ------------------------------------------------------------------ time

    /// About once a second, connected or not: heartbeats, hours, resets.
    void tick(SessionId session, book::TimeNs now);
    /// Resends, a bounded piece a session; false when there is none, or nobody takes any.
    bool turn(book::TimeNs now);

    /// Reserves numbers, and hands what changed to the disks. Before the lines send.
    void flush();

    // ------------------------------------------------------------------ administration

    CommandAnswer carry_out(const SessionCommand& command, book::TimeNs now);
    /// Logs the session out; its line hangs up when the client has answered or time is over.
    void log_out(SessionId session, std::string_view text, book::TimeNs now);
    SessionRow status(SessionId session, book::TimeNs now) const;
    /// Syncs all stores; after everything else. False where a disk refused.
    bool close();

    // SessionOutput
    SendStatus send(SessionId session, std::string_view msg_type, std::string_view body) override;
    SendStatus deliver(SessionId session, std::string_view msg_type,
                       std::string_view body) override;
    SendStatus business_reject(SessionId session, const codecs::fix::Message& message,
                               unsigned reason, std::string_view ref_id,
                               std::string_view text) override;
    SendStatus reject(SessionId session, const codecs::fix::Message& message, unsigned reason,
                      std::uint32_t tag, std::string_view text) override;
    ReportPlace told(SessionId session) const override { return row(session).told_reports; }
    void end_session(SessionId session, std::string_view why) override;
    bool logged_on(SessionId session) const override;
    std::optional<bool> cancel_on_disconnect(SessionId session) const override;
    std::size_t queued_bytes(SessionId session) const override;
    std::size_t queue_bytes_max(SessionId session) const override;
    std::string_view comp_id(SessionId session) const override;

private:
    ClientSession& row(SessionId session) { return rows_[static_cast<std::size_t>(session)]; }
    const ClientSession& row(SessionId session) const {
        return rows_[static_cast<std::size_t>(session)];
    }
    WireParties parties(const ClientSession& session) const;

    /// Of a session that changes: what is due when the turn ends is done for these.
    ClientSession& touch(SessionId session);
    /// The same, where its numbers change otherwise than by messages in their order.
    ClientSession& touch_all(SessionId session);
    bool takes_plainly(const ClientSession& session) const;
    bool is_next(const ClientSession& session, const PlainOrder& order) const;
    void take_plainly(SessionId session, const codecs::fix::Message& message, std::uint64_t number);
    void answer_bad_frame(SessionId session, const codecs::fix::Message& message,
                          const VetResult& vetted, book::TimeNs now);
    bool within_rate(ClientSession& session);
    bool may_log_on_again(ClientSession& session, const codecs::fix::Message& message,
                          std::uint64_t number);
    bool may_pass(ClientSession& session, const codecs::fix::Message& message,
                  std::uint64_t number);
    void give(SessionId session, const codecs::fix::Message& message);
    void tell_malformed(SessionId session, book::TimeNs now);
    void settle(SessionId session, FrameOutcome outcome, book::TimeNs now);
    void fail(ClientSession& session, std::string_view why);
    void settle_ends(book::TimeNs now);
    bool resend(SessionId session, book::TimeNs now);
    std::size_t resend_bytes(const ClientSession& session) const;
    void keep_hours(SessionId session, book::TimeNs now);
    void begin_numbers(ClientSession& session, book::TimeNs now);
    void resume(ClientSession& session, const ResumedSession& resumed);
    bool reserve_numbers(SessionId session);
    /// Whether what is sent now reaches the client.
    bool takes_messages(SessionId session) const;
    bool compose_next(ClientSession& session, std::string_view msg_type, std::string_view body);
    bool put(ClientSession& session, std::uint64_t number, std::string_view wire, bool kept);
    void cut(ClientSession& session);
    void log_event(const ClientSession& session, std::string_view text) const;

    // SessionEngineHost
    std::uint64_t next_inbound(SessionId session) const override;
    std::uint64_t next_outbound(SessionId session) const override;
    bool set_next_inbound(SessionId session, std::uint64_t number) override;
    bool set_next_outbound(SessionId session, std::uint64_t number) override;
    bool keep(SessionId session, std::uint64_t number, std::string_view wire) override;
    bool reset(SessionId session) override;
    bool transmit(SessionId session, std::string_view wire) override;
    void hang_up(SessionId session) override;
    void on_logon(SessionId session) override;
    void on_logout(SessionId session) override;
    void on_message(SessionId session, std::uint64_t number) override;
    void on_admin(SessionId session, std::uint64_t number) override;
    void on_resend_request(SessionId session, std::uint64_t begin, std::uint64_t end) override;
    void on_event(SessionId session, std::string_view text) override;

    const FixSettings& settings_;
    NumberReserve* reserve_;
    bool resumed_ = false;
    std::vector<Application*> applications_;
    std::deque<ClientSession> rows_;  // by SessionId
    std::unique_ptr<SessionEngine> engine_;
    std::vector<SessionId> touched_;

    book::TimeNs now_{};                             // of the call under way
    const codecs::fix::Message* current_ = nullptr;  // the frame that the engine has
    std::uint64_t current_number_ = 0;
    codecs::fix::Message waited_;  // one that came ahead, when its turn comes
    bool last_kept_ = false;       // whether the store took the last message
    std::uint64_t last_number_ = 0;
    bool ends_due_ = false;      // an application ended a session between messages
    std::size_t resending_ = 0;  // sessions with a plan under way
    std::size_t resend_cursor_ = 0;
    ResendScratch scratch_;
    std::string wire_;  // of one message, for its memory
    std::string body_;
};

}  // namespace tickweir::gateway::fix
