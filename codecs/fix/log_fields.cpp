#include "codecs/fix/log_fields.hpp"

#include <algorithm>
#include <charconv>
#include <system_error>

#include "codecs/fix/field_kinds.hpp"
#include "codecs/fix/framing.hpp"
#include "codecs/fix/head.hpp"
#include "codecs/fix/values.hpp"

namespace tickweir::codecs::fix::detail {
namespace {

constexpr std::string_view begin_mark = "8=FIX";
constexpr std::string_view trailer_mark = "10=";

/// The tag of `tag=`; 0 where there is none.
Tag tag_of(std::string_view field) {
    Tag tag = 0;
    const char* const end = field.data() + field.size();
    const auto [behind, error] = std::from_chars(field.data(), end, tag);
    return error == std::errc{} && behind != end && *behind == '=' ? tag : 0;
}

}  // namespace

std::size_t find_log_begin(std::string_view log, std::size_t at) {
    at = log.find(begin_mark, at);
    while (at != log.npos && at != 0 && is_digit(log[at - 1]))
        at = log.find(begin_mark, at + begin_mark.size());
    return at;
}

std::string_view LogFields::separator_at(std::string_view log, std::size_t at) {
    for (const std::string_view separator : {"\x01", "|", "^A"})
        if (log.substr(std::min(at, log.size())).starts_with(separator)) return separator;
    return {};
}

LogFieldStatus LogFields::next(bool last) {
    const std::string_view rest = log_.substr(at_);
    if (rest.starts_with(trailer_mark)) return trailer(last);
    if (rest.starts_with(begin_mark)) return LogFieldStatus::next;
    const Tag tag = tag_of(rest.substr(0, 11));
    if (tag != 0 && tag == announced_ && take_data(at_ + rest.find('=') + 1))
        return LogFieldStatus::field;
    announced_ = 0;
    const std::size_t end = log_.find(separator_, at_);
    const std::string_view field = log_.substr(at_, end - at_);
    // A line that breaks off, and another message behind it.
    if (const std::size_t line = field.find('\n'); line != field.npos) {
        const std::size_t begin = find_log_begin(log_.substr(0, at_ + field.size()), at_ + line);
        if (begin != log_.npos) {
            at_ = begin;
            return LogFieldStatus::next;
        }
    }
    if (end == log_.npos) return LogFieldStatus::open;
    append(field);
    out_.push_back(soh);
    at_ = end + separator_.size();
    if (tag != 0 && field_kind(tag) == FieldKind::data_length) {
        const auto bytes = read_uint(field.substr(field.find('=') + 1));
        if (bytes && *bytes <= message_bytes_most) {
            announced_ = data_tag_of(tag);
            announced_bytes_ = static_cast<std::size_t>(*bytes);
        }
    }
    return LogFieldStatus::field;
}

/// Whatever follows the digits ends it, since logs put messages between quotes and brackets.
LogFieldStatus LogFields::trailer(bool last) {
    std::size_t end = at_ + trailer_mark.size();
    while (end < log_.size() && is_digit(log_[end]))
        ++end;
    const bool may_go_on = log_.size() - end < separator_.size();
    if (may_go_on && !last) return LogFieldStatus::open;
    append(log_.substr(at_, end - at_));
    out_.push_back(soh);
    at_ = end;
    if (log_.substr(at_).starts_with(separator_)) at_ += separator_.size();
    return LogFieldStatus::trailer;
}

/// Takes a data field by its length, if a separator stands behind it. Of `^A` each stands for the
/// one byte that it was.
bool LogFields::take_data(std::size_t value_at) {
    announced_ = 0;
    std::size_t end = value_at;
    const bool two_characters = separator_.size() == 2;
    for (std::size_t i = 0; i < announced_bytes_ && end < log_.size(); ++i)
        end += two_characters && log_.substr(end).starts_with(separator_) ? 2U : 1U;
    if (end >= log_.size() || !log_.substr(end).starts_with(separator_)) return false;
    append(log_.substr(at_, value_at - at_));
    for (std::size_t at = value_at; at < end;) {
        const bool is_pair = two_characters && log_.substr(at).starts_with(separator_);
        out_.push_back(is_pair ? soh : log_[at]);
        at += is_pair ? 2U : 1U;
    }
    out_.push_back(soh);
    at_ = end + separator_.size();
    return true;
}

}  // namespace tickweir::codecs::fix::detail
