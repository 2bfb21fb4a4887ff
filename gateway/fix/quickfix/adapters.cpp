#include "gateway/fix/quickfix/adapters.hpp"

#include <limits>

namespace tickweir::gateway::fix::quickfix {
namespace {

constexpr int ahead_s = 3'600;
constexpr std::uint64_t number_max = std::numeric_limits<int>::max() - 1;

int as_int(std::uint64_t number) {
    if (number > number_max) throw FIX::IOException("sequence numbers are used up");
    return static_cast<int>(number);
}

std::uint64_t as_number(int number) {
    return number < 0 ? 0 : static_cast<std::uint64_t>(number);
}

/// Calls what may fail in any way, and lets out what the library's declarations name.
template <class Change>
void change(const char* what, Change&& attempt) {
    bool done = false;
    try {
        done = attempt();
    } catch (...) {
        throw FIX::IOException(what);
    }
    if (!done) throw FIX::IOException(what);
}

/// The library puts the text of a broken message into what it tells.
std::string_view without_message(std::string_view text) {
    const std::size_t message = std::min(text.find("8=FIX"), text.find('\x01'));
    return text.substr(0, message);
}

}  // namespace

bool StoreAdapter::set(int number, const std::string& wire) {
    change("a message could not be stored",
           [&] { return host_.keep(session_, as_number(number), wire); });
    return true;
}

void StoreAdapter::get(int begin, int end, std::vector<std::string>& /*messages*/) const {
    asked_ = true;
    change("a resend request could not be taken", [&] {
        host_.on_resend_request(session_, as_number(begin), as_number(end));
        return true;
    });
}

int StoreAdapter::getNextSenderMsgSeqNum() const {
    return as_int(host_.next_outbound(session_));
}

int StoreAdapter::getNextTargetMsgSeqNum() const {
    return as_int(host_.next_inbound(session_));
}

void StoreAdapter::setNextSenderMsgSeqNum(int number) {
    change("a sequence number could not be stored",
           [&] { return host_.set_next_outbound(session_, as_number(number)); });
}

void StoreAdapter::setNextTargetMsgSeqNum(int number) {
    change("a sequence number could not be stored",
           [&] { return host_.set_next_inbound(session_, as_number(number)); });
}

void StoreAdapter::incrNextSenderMsgSeqNum() {
    setNextSenderMsgSeqNum(getNextSenderMsgSeqNum() + 1);
}

void StoreAdapter::incrNextTargetMsgSeqNum() {
    setNextTargetMsgSeqNum(getNextTargetMsgSeqNum() + 1);
}

FIX::UtcTimeStamp StoreAdapter::getCreationTime() const {
    FIX::UtcTimeStamp time;
    time += ahead_s;
    return time;
}

void StoreAdapter::reset() {
    change("sequence numbers could not be reset", [&] { return host_.reset(session_); });
}

bool ResponderAdapter::send(const std::string& wire) {
    // The gap fill over the whole range that the library makes of an answer without messages.
    if (store_.asked() && wire.find("\x01"
                                    "35=4\x01") != std::string::npos)
        return true;
    try {
        return host_.transmit(session_, wire);
    } catch (...) {
        return false;
    }
}

void ResponderAdapter::disconnect() {
    host_.hang_up(session_);
}

void LogAdapter::onEvent(const std::string& text) {
    try {
        host_.on_event(session_, without_message(text));
    } catch (...) {
        return;  // a line of the log less
    }
}

}  // namespace tickweir::gateway::fix::quickfix
