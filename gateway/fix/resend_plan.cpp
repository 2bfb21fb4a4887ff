#include "gateway/fix/resend_plan.hpp"

#include <algorithm>
#include <array>
#include <limits>

#include "codecs/fix/fields.hpp"

namespace tickweir::gateway::fix {
namespace {

namespace wire = codecs::fix;

constexpr std::array never_repeated{
    wire::msg_type::market_data_snapshot, wire::msg_type::market_data_incremental,
    wire::msg_type::security_status, wire::msg_type::trading_session_status,
    wire::msg_type::security_list};

}  // namespace

bool is_repeated(std::string_view msg_type) {
    // Rejects are the administrative messages that are sent again (FIX 4.4 volume 2).
    const bool is_left_out = is_admin(msg_type) && msg_type != wire::msg_type::reject;
    return !is_left_out && std::ranges::find(never_repeated, msg_type) == never_repeated.end();
}

bool ResendPlan::begin(NumberRange asked) {
    asked.begin = std::max<std::uint64_t>(asked.begin, 1);
    if (asked.begin > asked.end) return false;
    if (range_) {
        if (asked.begin >= gap_ && asked.end <= range_->end) return false;
        waiting_ = waiting_ ? NumberRange{std::min(waiting_->begin, asked.begin),
                                          std::max(waiting_->end, asked.end)}
                            : asked;
        return true;
    }
    gap_ = asked.begin;
    const std::uint64_t most = std::max<std::uint64_t>(limits_.messages, 1);
    if (asked.end - asked.begin >= most) asked.begin = asked.end - most + 1;
    live_ = std::numeric_limits<std::uint64_t>::max();
    asked_end_ = asked.end;
    range_ = asked;
    return true;
}

void ResendPlan::live(std::uint64_t number) {
    if (!range_ || number <= range_->end) return;
    live_ = std::min(live_, number);
    range_->end = number;
}

void ResendPlan::clear() {
    range_.reset();
    waiting_.reset();
}

void ResendPlan::finish() {
    range_.reset();
    if (const auto next = std::exchange(waiting_, std::nullopt)) (void)begin(*next);
}

ResendPlan::Fate ResendPlan::fate_of(std::uint64_t number, std::string_view text,
                                     wire::Message& message) const {
    if (number >= live_) return Fate::verbatim;
    const bool sound = message.index(text) == wire::MessageFault::none;
    // What cannot be repeated as it was is left out, and said to be.
    return sound && is_repeated(message.msg_type()) && message.has(wire::tag::sending_time)
               ? Fate::repeat
               : Fate::gap;
}

}  // namespace tickweir::gateway::fix
