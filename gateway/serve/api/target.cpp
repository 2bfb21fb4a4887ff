#include "gateway/serve/api/target.hpp"

#include <algorithm>
#include <cstdio>
#include <utility>

namespace tickweir::gateway {
namespace {

constexpr bool is_alphanumeric(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/// RFC 3986 §3.3: what may stand for itself in a path segment.
constexpr bool is_path_character(char c) {
    constexpr std::string_view marks = "-._~!$&'()*+,;=:@";
    return is_alphanumeric(c) || marks.find(c) != marks.npos;
}

constexpr bool is_query_character(char c) {
    return is_path_character(c) || c == '/' || c == '?';
}

constexpr int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

/// A piece of what was sent, fit for a message.
std::string shown(std::string_view text) {
    constexpr std::size_t most = 32;
    std::string out = "'";
    for (const char c : text.substr(0, most)) {
        if (c > ' ' && c <= '~') {
            out += c;
            continue;
        }
        char code[8];
        std::snprintf(code, sizeof code, "\\x%02x", static_cast<unsigned char>(c));
        out += code;
    }
    return out + (text.size() > most ? "...'" : "'");
}

/// `http://host/a?b` without `http://host`; how many bytes that is. RFC 9112 §3.2.2.
std::size_t authority_length(std::string_view target) {
    constexpr std::string_view schemes[] = {"http://", "https://"};
    for (const std::string_view scheme : schemes) {
        const bool is_it =
            target.size() >= scheme.size() &&
            std::ranges::equal(target.substr(0, scheme.size()), scheme, {},
                               [](char c) { return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c; });
        if (is_it) return std::min(target.find_first_of("/?", scheme.size()), target.size());
    }
    return 0;
}

}  // namespace

/// One pass over a target; stops at the first thing that is wrong.
class TargetParser {
public:
    TargetParser(std::string_view sent, const TargetLimits& limits) : sent_{sent}, limits_{limits} {
        target_.text_.reserve(2 * sent.size());
    }

    std::variant<Target, TargetError> run() {
        if (!path() || !query()) return std::move(error_);
        return std::move(target_);
    }

private:
    bool path() {
        at_ = authority_length(sent_);
        const bool is_absolute = at_ != 0;
        const std::size_t begin = at_;
        const std::size_t end = std::min(sent_.find('?', begin), sent_.size());
        const std::string_view encoded = sent_.substr(begin, end - begin);
        if (encoded.empty() && is_absolute) {  // RFC 9112 §3.2.1: an empty path is `/`
            target_.path_ = keep("/");
            return true;
        }
        if (!encoded.starts_with('/'))
            return refuse(at_, "a target begins with '/', got " + shown(sent_));
        target_.path_ = keep(encoded);
        if (encoded.size() == 1) {
            ++at_;
            return true;
        }
        while (at_ < end)
            if (!segment()) return false;
        return true;
    }

    /// From a slash to before the next one.
    bool segment() {
        ++at_;
        if (target_.segments_.size() == limits_.segments)
            return refuse(
                at_, "the path has more than " + std::to_string(limits_.segments) + " segments");
        Target::Piece piece;
        if (!decode(piece, "/?", is_path_character, false)) return false;
        target_.segments_.push_back(piece);
        return true;
    }

    bool query() {
        if (at_ == sent_.size()) return true;
        ++at_;  // the '?'
        while (at_ < sent_.size())
            if (!parameter()) return false;
        return true;
    }

    bool parameter() {
        const std::size_t begin = at_;
        if (target_.parameters_.size() == limits_.parameters)
            return refuse(
                at_, "there are more than " + std::to_string(limits_.parameters) + " parameters");
        Target::Parameter parameter;
        if (!decode(parameter.name, "=&", is_query_character, true)) return false;
        if (parameter.name.length == 0) return refuse(begin, "a parameter has no name");
        if (at_ < sent_.size() && sent_[at_] == '=') {
            ++at_;
            if (!decode(parameter.value, "&", is_query_character, true)) return false;
        }
        const std::string_view name = target_.text(parameter.name);
        if (target_.parameter(name))
            return refuse(begin, "parameter " + shown(name) + " is given more than once");
        target_.parameters_.push_back(parameter);
        if (at_ == sent_.size()) return true;
        ++at_;  // the '&', which separates: something has to follow
        return at_ < sent_.size() || refuse(at_ - 1, "a parameter is missing after '&'");
    }

    /// Decodes up to one of `stops` or the end.
    bool decode(Target::Piece& piece, std::string_view stops, bool (*allowed)(char),
                bool plus_is_space) {
        piece.begin = static_cast<std::uint32_t>(target_.text_.size());
        for (; at_ < sent_.size() && stops.find(sent_[at_]) == stops.npos; ++at_) {
            const char c = sent_[at_];
            if (c == '%') {
                if (!escape()) return false;
            } else if (!allowed(c)) {
                return refuse(at_, "character " + shown({&c, 1}) + " must be percent-encoded");
            } else {
                target_.text_ += c == '+' && plus_is_space ? ' ' : c;
            }
        }
        piece.length = static_cast<std::uint32_t>(target_.text_.size()) - piece.begin;
        return true;
    }

    /// Leaves at_ on the last byte of the escape.
    bool escape() {
        const std::string_view code = sent_.substr(at_, 3);
        const int high = code.size() == 3 ? hex_value(code[1]) : -1;
        const int low = code.size() == 3 ? hex_value(code[2]) : -1;
        if (high < 0 || low < 0)
            return refuse(at_, shown(code) + " is no escape of two hexadecimal digits");
        if (high == 0 && low == 0) return refuse(at_, "'%00' is not allowed");
        target_.text_ += static_cast<char>(high * 16 + low);
        at_ += 2;
        return true;
    }

    Target::Piece keep(std::string_view text) {
        const auto begin = static_cast<std::uint32_t>(target_.text_.size());
        target_.text_ += text;
        return {begin, static_cast<std::uint32_t>(text.size())};
    }

    bool refuse(std::size_t offset, std::string reason) {
        error_.offset = offset;
        error_.reason = "target, byte " + std::to_string(offset) + ": " + std::move(reason);
        return false;
    }

    std::string_view sent_;
    const TargetLimits& limits_;
    std::size_t at_ = 0;
    Target target_;
    TargetError error_;
};

std::variant<Target, TargetError> Target::parse(std::string_view target,
                                                const TargetLimits& limits) {
    if (target.size() > limits.bytes)
        return TargetError{414, limits.bytes,
                           "the target is longer than " + std::to_string(limits.bytes) +
                               " bytes, got " + std::to_string(target.size())};
    return TargetParser{target, limits}.run();
}

std::optional<std::string_view> Target::parameter(std::string_view name) const {
    for (const Parameter& parameter : parameters_)
        if (text(parameter.name) == name) return text(parameter.value);
    return std::nullopt;
}

}  // namespace tickweir::gateway
