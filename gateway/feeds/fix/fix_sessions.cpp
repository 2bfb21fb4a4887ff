#include "gateway/feeds/fix/fix_sessions.hpp"

#include <algorithm>

namespace tickweir::gateway {

namespace fix = codecs::fix;

/// What is read of every message, in one pass over its first fields.
struct FixSessions::Head {
    std::string_view sender;
    std::string_view sender_sub;
    std::string_view target;
    std::string_view target_sub;
    std::string_view application;
    std::optional<std::uint64_t> number;
    std::optional<std::uint64_t> application_number;
    std::optional<std::int64_t> sent_ns;
    bool possible_duplicate = false;

    bool has_application_numbers() const { return !number && !application.empty(); }
    std::optional<std::uint64_t> any_number() const { return number ? number : application_number; }
};

namespace {

std::optional<std::uint64_t> number_in(std::string_view text) {
    const auto read = fix::read_uint(text);
    return read ? std::optional{read.value} : std::nullopt;
}

std::string joined(std::string_view id, std::string_view sub) {
    std::string text{id.substr(0, FixSessions::id_bytes_max)};
    if (!sub.empty()) (text += '/') += sub.substr(0, FixSessions::id_bytes_max);
    return text;
}

}  // namespace

FixSessions::Head FixSessions::head_of(const fix::Message& message) {
    // A header has about ten fields, and few messages more than twenty that could be of it.
    constexpr std::size_t head_fields = 24;
    Head head;
    const auto fields = message.fields();
    for (const fix::Field& field : fields.first(std::min(fields.size(), head_fields))) {
        const std::string_view value = message.value(field);
        switch (field.tag) {
            case fix::tag::sender_comp_id:
                head.sender = value;
                break;
            case fix::tag::sender_sub_id:
                head.sender_sub = value;
                break;
            case fix::tag::target_comp_id:
                head.target = value;
                break;
            case fix::tag::target_sub_id:
                head.target_sub = value;
                break;
            case fix::tag::msg_seq_num:
                head.number = number_in(value);
                break;
            case fix::tag::poss_dup_flag:
                head.possible_duplicate = value == "Y";
                break;
            case fix::tag::appl_id:
                head.application = value;
                break;
            case fix::tag::appl_seq_num:
                head.application_number = number_in(value);
                break;
            case fix::tag::sending_time:
                if (const auto time = fix::read_time(value))
                    head.sent_ns = time.value.time_since_epoch().count();
                break;
            default:
                break;
        }
    }
    return head;
}

std::uint32_t FixSessions::session_of(const Head& head, std::uint32_t stream) {
    const std::string_view application =
        head.has_application_numbers() ? head.application : std::string_view{};
    key_.clear();
    key_ += std::to_string(stream);
    for (const std::string_view part :
         {head.sender, head.sender_sub, head.target, head.target_sub, application})
        (key_ += '\x01') += part.substr(0, id_bytes_max);
    const auto known = by_key_.find(std::string_view{key_});
    if (known != by_key_.end()) return known->second;
    if (sessions_.size() >= sessions_max) {
        ++over_limit_;
        return sessions_max - 1;
    }
    const auto index = static_cast<std::uint32_t>(sessions_.size());
    FixSession& session = sessions_.emplace_back();
    session.stream = stream;
    session.sender = joined(head.sender, head.sender_sub);
    session.target = joined(head.target, head.target_sub);
    session.application = application.substr(0, id_bytes_max);
    expected_.emplace_back();
    by_key_.emplace(key_, index);
    return index;
}

FixSessionStep FixSessions::on_message(const fix::Message& message, std::uint32_t stream) {
    const Head head = head_of(message);
    FixSessionStep step;
    step.session = session_of(head, stream);
    step.sender = head.sender;
    step.sent_ns = head.sent_ns;
    FixSession& session = sessions_[step.session];
    ++session.messages;
    if (head.sent_ns) {
        if (!session.first_time_ns) session.first_time_ns = head.sent_ns;
        session.last_time_ns = head.sent_ns;
    }
    step.sequence = judge(session, expected_[step.session], head, message, step.missing);
    step.number = head.any_number().value_or(0);
    return step;
}

FixSequence FixSessions::judge(FixSession& session, std::optional<std::uint64_t>& expected,
                               const Head& head, const fix::Message& message,
                               std::uint64_t& missing) {
    const auto number = head.any_number();
    if (!number) return FixSequence::unnumbered;
    if (head.possible_duplicate) {
        ++session.possible_duplicates;
        return FixSequence::repeated;
    }
    if (!session.first_number) session.first_number = number;
    const std::string_view type = message.msg_type();
    const bool is_reset = type == fix::msg_type::sequence_reset;
    const bool fills_gap = is_reset && message.find(fix::tag::gap_fill_flag) == "Y";
    FixSequence sequence = FixSequence::next;
    const bool begins = type == fix::msg_type::logon &&
                        (*number == 1 || message.find(fix::tag::reset_seq_num_flag) == "Y");
    if (expected && ((is_reset && !fills_gap) || (begins && *number < *expected))) {
        ++session.resets;
        sequence = FixSequence::reset;
    } else if (expected && *number < *expected) {
        ++session.repeated;
        return FixSequence::repeated;
    } else if (expected && *number > *expected) {
        ++session.gaps;
        missing = *number - *expected;
        session.missing += missing;
        sequence = FixSequence::gap;
    }
    session.last_number = number;
    expected = *number + 1;
    if (!is_reset) return sequence;
    if (const auto next = message.get_uint(fix::tag::new_seq_no); next && next.value != 0)
        expected = next.value;
    return sequence;
}

}  // namespace tickweir::gateway
