#include "gateway/fix/logon_check.hpp"

#include <algorithm>
#include <chrono>

#include "codecs/fix/fields.hpp"

namespace tickweir::gateway::fix {
namespace {

namespace tag = codecs::fix::tag;

bool may_come_from(const SessionSettings& session, const IpAddress& from) {
    return session.addresses.empty() ||
           std::ranges::any_of(session.addresses,
                               [&](const IpRange& range) { return range.contains(from); });
}

}  // namespace

LogonIdentity identify(const codecs::fix::Message& logon, const FixSettings& settings,
                       const IpAddress& from) {
    if (logon.msg_type() != codecs::fix::msg_type::logon) return {.refusal = Refusal::no_logon};
    if (logon.begin_string() != session_version) return {.refusal = Refusal::version};
    if (logon.find(tag::target_comp_id) != settings.comp_id) return {.refusal = Refusal::comp_id};
    const auto sender = logon.find(tag::sender_comp_id);
    const auto found = std::ranges::find_if(settings.sessions, [&](const SessionSettings& session) {
        return sender == session.comp_id;
    });
    if (found == settings.sessions.end()) return {.refusal = Refusal::comp_id};
    const SessionId session{static_cast<std::uint32_t>(found - settings.sessions.begin())};
    return {.refusal = may_come_from(*found, from) ? Refusal::none : Refusal::address,
            .session = session};
}

LogonVerdict judge(const codecs::fix::Message& logon, const SessionSettings& session,
                   std::chrono::seconds sending_time_accuracy, bool enabled, book::TimeNs now) {
    if (!enabled) return {Refusal::disabled, "the session is disabled"};
    if (!session.schedule.is_open(now))
        return {Refusal::closed_hours, "the session is closed at this hour"};
    if (logon.get_uint(tag::encrypt_method).value_or(1) != 0)
        return {Refusal::encryption, "EncryptMethod (98) has to be 0"};
    const auto heartbeat = logon.get_uint(tag::heart_bt_int);
    const auto least = static_cast<std::uint64_t>(session.heartbeat_min.count());
    const auto most = static_cast<std::uint64_t>(session.heartbeat_max.count());
    if (!heartbeat || *heartbeat < least || *heartbeat > most)
        return {Refusal::heartbeat, "HeartBtInt (108) has to be " + std::to_string(least) + " to " +
                                        std::to_string(most) + " seconds"};
    const auto sent = logon.get_time(tag::sending_time);
    if (!sent ||
        std::chrono::abs(now - book::TimeNs{(*sent).time_since_epoch()}) > sending_time_accuracy)
        return {Refusal::sending_time, "SendingTime (52) is more than " +
                                           std::to_string(sending_time_accuracy.count()) +
                                           " s from this clock"};
    if (logon.get_bool(tag::reset_seq_num_flag).value_or(false) &&
        logon.get_uint(tag::msg_seq_num).value_or(0) != 1)
        return {Refusal::reset_number, "ResetSeqNumFlag (141) goes with MsgSeqNum 1"};
    return {};
}

}  // namespace tickweir::gateway::fix
