#include "gateway/config/toml_scan.hpp"

#include <algorithm>
#include <cstddef>
#include <string>

namespace tickweir::gateway {
namespace {

constexpr std::size_t name_parts_max = 16;

constexpr bool is_ascii(char c) {
    return static_cast<unsigned char>(c) < 0x80;
}

constexpr bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/// What names are made of, quotes apart.
constexpr bool is_of_name(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '.' || c == ' ' || c == '\t';
}

/// Follows a text through names, strings and comments. It need not be valid: the library stops at
/// the first thing that is not, and up to there both see the same.
class Scan {
public:
    explicit Scan(std::string_view text) : text_(text) {
        if (text_.starts_with("\xEF\xBB\xBF")) at_ = 3;  // a byte order mark
    }

    std::optional<TomlError> run() {
        while (at_ < text_.size() && !error_) {
            const char c = text_[at_];
            if (c == '#') {
                at_ = std::min(text_.find('\n', at_), text_.size());
            } else if (c == '"' || c == '\'') {
                skip_string(c);
            } else {
                take(c);
            }
        }
        return error_;
    }

private:
    /// A character outside of strings and comments.
    void take(char c) {
        if (!is_ascii(c)) return refuse("a character beyond ASCII outside of quotes");
        parts_ = !is_of_name(c) ? 1 : parts_ + (c == '.' ? 1 : 0);
        if (parts_ > name_parts_max)
            refuse("a name of more than " + std::to_string(name_parts_max) + " parts");
        step();
    }

    void step() {
        if (text_[at_] == '\n') ++line_;
        ++at_;
    }

    void skip_string(char quote) {
        const std::string_view three = quote == '"' ? "\"\"\"" : "'''";
        if (text_.substr(at_).starts_with(three)) {
            at_ += three.size();
            skip_lines(quote, three);
            return;
        }
        for (++at_; at_ < text_.size() && text_[at_] != '\n'; ++at_) {
            if (text_[at_] == quote) {
                ++at_;
                return;
            }
            if (quote == '"' && text_[at_] == '\\' && !text_.substr(at_).starts_with("\\\n")) ++at_;
        }
    }

    /// A string of several lines, up to the quotes that end it; two more may stand before them.
    void skip_lines(char quote, std::string_view three) {
        while (at_ < text_.size() && !error_) {
            if (text_.substr(at_).starts_with(three)) {
                at_ += three.size();
                for (int i = 0; i < 2 && at_ < text_.size() && text_[at_] == quote; ++i)
                    ++at_;
                return;
            }
            const bool is_escape = quote == '"' && text_[at_] == '\\';
            step();
            if (is_escape) skip_escaped();
        }
    }

    /// What a backslash takes away: a character, or blanks with a line end among them, behind
    /// which the library looks for more.
    void skip_escaped() {
        const std::size_t from = at_;
        const unsigned line = line_;
        while (at_ < text_.size() && is_blank(text_[at_]))
            step();
        if (at_ == text_.size()) return;
        if (line_ != line && !is_ascii(text_[at_])) {
            refuse("a character beyond ASCII behind a line that a backslash ends");
        } else if (at_ == from) {
            step();
        }
    }

    void refuse(const std::string& what) { error_ = TomlError{line_, "Has " + what}; }

    std::string_view text_;
    std::size_t at_ = 0;
    unsigned line_ = 1;
    std::size_t parts_ = 1;  // of the name that may be here
    std::optional<TomlError> error_;
};

}  // namespace

std::optional<TomlError> find_unsafe(std::string_view text) {
    return Scan{text}.run();
}

}  // namespace tickweir::gateway
