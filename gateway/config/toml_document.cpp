#include "gateway/config/toml_document.hpp"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <optional>
#include <ranges>

#include "gateway/config/toml_scan.hpp"

namespace tickweir::gateway {
namespace {

/// The library met a text that it had taken for impossible.
struct LibraryGaveUp {};

[[noreturn]] void give_up() {
    throw LibraryGaveUp{};
}

}  // namespace
}  // namespace tickweir::gateway

// The library asserts what a text like `[#` breaks, and where NDEBUG is defined lets the compiler
// assume it. This is its own way to have an exception instead, which needs a macro.
#undef NDEBUG
#define TOML_ASSERT(expression) ((expression) ? void() : tickweir::gateway::give_up())
#include <toml++/toml.h>

namespace tickweir::gateway {
namespace {

constexpr std::size_t errors_max = 16;

/// Lines of a text, so that one can be blanked without moving the others.
class Lines {
public:
    explicit Lines(std::string_view text) : text_(text) {
        starts_.push_back(0);
        for (std::size_t i = 0; i < text_.size(); ++i) {
            if (text_[i] == '\n') starts_.push_back(i + 1);
        }
    }

    const std::string& text() const { return text_; }
    std::size_t count() const { return starts_.size(); }
    std::string_view line(std::size_t number) const {
        const std::size_t from = starts_[number - 1];
        const std::size_t to = number < starts_.size() ? starts_[number] - 1 : text_.size();
        return std::string_view{text_}.substr(from, to - from);
    }
    /// The text up to and with a line.
    std::string_view up_to(std::size_t number) const {
        const std::size_t end = number < starts_.size() ? starts_[number] : text_.size();
        return std::string_view{text_}.substr(0, end);
    }
    void blank(std::size_t number) {
        std::fill_n(text_.begin() + static_cast<std::ptrdiff_t>(starts_[number - 1]),
                    line(number).size(), ' ');
    }
    void blank_from(std::size_t number) {
        for (; number <= count(); ++number)
            blank(number);
    }

private:
    std::string text_;
    std::vector<std::size_t> starts_;
};

TomlValue value_of(const toml::node& node);

TomlTable table_of(const toml::table& table) {
    TomlTable members;
    for (const auto& [key, node] : table)
        members.push_back({std::string{key.str()}, key.source().begin.line, value_of(node)});
    std::ranges::stable_sort(members, {}, &TomlMember::line);  // The library keeps them by name.
    return members;
}

TomlValue value_of(const toml::node& node) {
    TomlValue out;
    out.line = node.source().begin.line;
    if (const auto* table = node.as_table()) {
        out.value = table_of(*table);
    } else if (const auto* array = node.as_array()) {
        std::vector<TomlValue> values;
        for (const toml::node& one : *array)
            values.push_back(value_of(one));
        out.value = std::move(values);
    } else if (const auto* text = node.as_string()) {
        out.value = text->get();
    } else if (const auto* integer = node.as_integer()) {
        out.value = integer->get();
    } else if (const auto* real = node.as_floating_point()) {
        out.value = real->get();
    } else if (const auto* truth = node.as_boolean()) {
        out.value = truth->get();
    } else {
        out.value = TomlOther{node.is_date()   ? "a date"
                              : node.is_time() ? "a time"
                                               : "a date and time"};
    }
    return out;
}

std::string without_controls(std::string_view text) {
    std::string out{text};
    std::ranges::replace_if(
        out, [](char c) { return static_cast<unsigned char>(c) < ' '; }, ' ');
    return out;
}

/// The table, or where reading it ended.
struct Attempt {
    std::optional<TomlTable> table;
    bool gave_up = false;
    TomlError error;  // without a place if the library gave up
};

Attempt attempt(std::string_view text) {
    if (auto unsafe = find_unsafe(text)) return {std::nullopt, false, std::move(*unsafe)};
    try {
        return {table_of(toml::parse(text)), false, {}};
    } catch (const toml::parse_error& error) {
        return {std::nullopt,
                false,
                {error.source().begin.line, without_controls(error.description()) + " (column " +
                                                std::to_string(error.source().begin.column) + ")"}};
    } catch (const LibraryGaveUp&) {
        return {std::nullopt, true, {0, "Unexpected character"}};
    }
}

/// The same with a place: the library reads from the front, so of all beginnings of the text it
/// gives up on those that hold the line.
Attempt attempt_with_place(const Lines& lines) {
    Attempt made = attempt(lines.text());
    if (made.gave_up) {
        const auto numbers = std::views::iota(std::size_t{1}, lines.count());
        const auto first = std::ranges::partition_point(
            numbers, [&](std::size_t number) { return !attempt(lines.up_to(number)).gave_up; });
        made.error.line = static_cast<unsigned>(first == numbers.end() ? lines.count() : *first);
    }
    made.error.line =
        std::clamp<unsigned>(made.error.line, 1, static_cast<unsigned>(lines.count()));
    return made;
}

/// Notes the error and takes its line out; false when that helps nobody, for the line is blank
/// already: something above it has no end.
bool step_over(Lines& lines, const TomlError& error, TomlDocument& document) {
    const std::string_view line = lines.line(error.line);
    const std::size_t first = line.find_first_not_of(" \t\r");
    const bool is_blank = first == line.npos;
    const bool is_header = !is_blank && line[first] == '[';
    if (!is_blank || document.errors.empty()) document.errors.push_back(error);
    if (is_header)
        lines.blank_from(error.line);
    else
        lines.blank(error.line);
    return !is_blank && document.errors.size() < errors_max;
}

/// What stands before the first error, or as many lines further up as it takes. What went wrong
/// meanwhile would be about what has been taken out.
TomlTable read_before(Lines& lines, unsigned number) {
    for (std::size_t tries = 0; tries < errors_max && number > 0; ++tries, --number) {
        lines.blank_from(number);
        if (auto made = attempt(lines.text()); made.table) return std::move(*made.table);
    }
    return {};
}

}  // namespace

TomlDocument read_toml(std::string_view text) {
    TomlDocument document;
    Lines lines{text};
    for (;;) {
        Attempt made = attempt_with_place(lines);
        if (made.table) {
            document.root = std::move(*made.table);
            break;
        }
        if (step_over(lines, made.error, document)) continue;
        const auto first = std::ranges::min_element(document.errors, {}, &TomlError::line);
        document.root = read_before(lines, first->line);
        break;
    }
    std::ranges::stable_sort(document.errors, {}, &TomlError::line);
    return document;
}

std::string described(const TomlValue& value) {
    constexpr std::size_t shown_max = 60;
    if (const auto* text = value.as<std::string>())
        return text->size() <= shown_max ? toml_string(*text)
                                         : toml_string(text->substr(0, shown_max)) + "...";
    if (const auto* integer = value.as<std::int64_t>()) return std::to_string(*integer);
    if (const auto* truth = value.as<bool>()) return *truth ? "true" : "false";
    if (const auto* real = value.as<double>()) {
        char digits[32];
        const auto end = std::to_chars(digits, digits + sizeof digits, *real);
        return {digits, end.ptr};
    }
    return std::string{kind_of(value)};
}

std::string_view kind_of(const TomlValue& value) {
    if (const auto* other = value.as<TomlOther>()) return other->kind;
    constexpr std::string_view kinds[]{"",         "a truth value", "an integer", "a number",
                                       "a string", "an array",      "a table"};
    return kinds[value.value.index()];
}

std::string toml_string(std::string_view text) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string out = "\"";
    for (const char c : text) {
        const auto code = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            (out += '\\') += c;
        } else if (code < ' ' || code == 0x7F) {
            out += "\\u00";
            (out += digits[code >> 4]) += digits[code & 15];
        } else {
            out += c;
        }
    }
    return out + '"';
}

std::string toml_key(std::string_view name) {
    const bool bare = !name.empty() && std::ranges::all_of(name, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_' || c == '-';
    });
    return bare ? std::string{name} : toml_string(name);
}

}  // namespace tickweir::gateway
