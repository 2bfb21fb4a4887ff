// QuickFIX's interfaces, each a thin layer over our own. What they call is part of the library's
// critical sections: they must not throw anything but what the library's declarations name, since
// it was compiled with them (std::unexpected ends the process).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/fix/quickfix/headers.hpp"
#include "gateway/fix/session_engine.hpp"

namespace tickweir::gateway::fix::quickfix {

/// A session's numbers and messages, which the host keeps.
class StoreAdapter final : public FIX::MessageStore {
public:
    StoreAdapter(SessionEngineHost& host, SessionId session) : host_{host}, session_{session} {}

    bool set(int number, const std::string& wire) override;
    /// Gives no message back, and tells the host the range: the library would load all of it.
    void get(int begin, int end, std::vector<std::string>& messages) const override;

    int getNextSenderMsgSeqNum() const override;
    int getNextTargetMsgSeqNum() const override;
    void setNextSenderMsgSeqNum(int number) override;
    void setNextTargetMsgSeqNum(int number) override;
    void incrNextSenderMsgSeqNum() override;
    void incrNextTargetMsgSeqNum() override;

    /// Always an hour ahead: see session_hours() for why the library then never resets by itself.
    FIX::UtcTimeStamp getCreationTime() const override;

    void reset() override;
    void refresh() override {}

    /// Since the last call: whether get() was asked.
    bool take_asked() { return std::exchange(asked_, false); }
    bool asked() const { return asked_; }

private:
    SessionEngineHost& host_;
    SessionId session_;
    mutable bool asked_ = false;  // get() is const
};

/// What a session would write to its socket.
class ResponderAdapter final : public FIX::Responder {
public:
    ResponderAdapter(SessionEngineHost& host, SessionId session, StoreAdapter& store)
        : host_{host}, session_{session}, store_{store} {}

    bool send(const std::string& wire) override;
    void disconnect() override;

private:
    SessionEngineHost& host_;
    SessionId session_;
    StoreAdapter& store_;
};

/// Events of the library to the host; messages, which carry passwords, to nobody.
class LogAdapter final : public FIX::Log {
public:
    LogAdapter(SessionEngineHost& host, SessionId session) : host_{host}, session_{session} {}

    void clear() override {}
    void backup() override {}
    void onIncoming(const std::string& /*wire*/) override {}
    void onOutgoing(const std::string& /*wire*/) override {}
    void onEvent(const std::string& text) override;

private:
    SessionEngineHost& host_;
    SessionId session_;
};

/// The hours of a session without an end: 1 ns past noon until noon of the next day, which leaves
/// no instant out. The library takes a range that ends before it begins by lengths of time and not
/// by dates: a store that was made after "now" and less than a day later is of the same session.
/// Schedules and resets are ours.
inline constexpr const char* session_start = "12:00:00.000000001";
inline constexpr const char* session_end = "12:00:00.000000000";

}  // namespace tickweir::gateway::fix::quickfix
