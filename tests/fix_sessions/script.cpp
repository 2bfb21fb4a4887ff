#include "tests/fix_sessions/script.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

namespace tickweir::tests::fix_sessions {
namespace {

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(" \t");
    if (first == text.npos) return {};
    return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

/// Words between blanks; blanks within double quotes do not count.
std::vector<std::string> words_of(std::string_view text) {
    std::vector<std::string> words(1);
    bool quoted = false;
    for (const char c : text) {
        if (c == '"') {
            quoted = !quoted;
        } else if (c == ' ' && !quoted) {
            if (!words.back().empty()) words.emplace_back();
        } else {
            words.back() += c;
        }
    }
    if (words.back().empty()) words.pop_back();
    return words;
}

std::optional<std::uint32_t> tag_of(std::string_view text) {
    std::uint32_t tag = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), tag);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return tag;
}

std::optional<FieldClaim> claim_of(std::string_view word) {
    using Kind = FieldClaim::Kind;
    if (word.starts_with('!')) {
        const auto tag = tag_of(word.substr(1));
        if (!tag) return std::nullopt;
        return FieldClaim{*tag, Kind::absent, {}};
    }
    const auto mark = word.find_first_of("=~");
    if (mark == word.npos) return std::nullopt;
    const auto tag = tag_of(word.substr(0, mark));
    if (!tag) return std::nullopt;
    const std::string_view value = word.substr(mark + 1);
    if (word[mark] == '~') return FieldClaim{*tag, Kind::contains, std::string{value}};
    return FieldClaim{*tag, value == "*" ? Kind::present : Kind::equals, std::string{value}};
}

class Parser {
public:
    explicit Parser(std::string_view name) { script_.name = name; }

    std::variant<Script, std::string> run(std::string_view text) {
        while (!text.empty()) {
            ++line_;
            const auto end = std::min(text.find('\n'), text.size());
            const std::string_view line = trimmed(text.substr(0, end));
            text.remove_prefix(std::min(end + 1, text.size()));
            if (line.empty()) continue;
            if (const std::string wrong = take(line); !wrong.empty()) return place() + wrong;
        }
        if (script_.rule.empty()) return place() + "it does not say which rule it is about";
        if (script_.steps.empty()) return place() + "there is nothing to play";
        if (script_.steps.back().held) return place() + "what is held is never sent";
        return std::move(script_);
    }

private:
    std::string place() const { return script_.name + ':' + std::to_string(line_) + ": "; }

    /// What is wrong; empty: nothing.
    std::string take(std::string_view line) {
        if (line.starts_with('#')) {
            const bool begins = script_.steps.empty() && script_.config.empty();
            if (begins)
                script_.rule +=
                    (script_.rule.empty() ? "" : " ") + std::string{trimmed(line.substr(1))};
            return {};
        }
        if (line.starts_with("config ")) return take_config(line.substr(7));
        Step step;
        step.line = line_;
        step.text = line;
        step.connection = "a";
        if (line.size() > 2 && line[0] >= 'a' && line[0] <= 'z' && line[1] == ':') {
            step.connection = line[0];
            line = trimmed(line.substr(2));
        }
        if (line.starts_with("hold ")) {
            step.held = true;
            line = trimmed(line.substr(5));
        }
        std::string wrong = take_step(step, line);
        const bool sends = step.kind == Step::Kind::send || step.kind == Step::Kind::raw;
        if (wrong.empty() && step.held && !sends) wrong = "only what is sent can be held";
        if (wrong.empty()) script_.steps.push_back(std::move(step));
        return wrong;
    }

    std::string take_config(std::string_view text) {
        for (const std::string& word : words_of(text)) {
            const auto mark = word.find('=');
            if (mark == word.npos) return "'" + word + "' is no KEY=VALUE";
            script_.config[word.substr(0, mark)] = word.substr(mark + 1);
        }
        return {};
    }

    static std::string take_step(Step& step, std::string_view line) {
        using Kind = Step::Kind;
        const auto verb_end = std::min(line.find(' '), line.size());
        const std::string_view verb = line.substr(0, verb_end);
        const std::string_view rest = trimmed(line.substr(verb_end));
        if (verb == "=" && rest == "closed") return of_kind(step, Kind::closed);
        if (verb == "drop" && rest.empty()) return of_kind(step, Kind::drop);
        if (verb == "restart" && rest.empty()) return of_kind(step, Kind::restart);
        if ((verb == "raw" || verb == "admin") && !rest.empty()) {
            step.raw = rest;
            return of_kind(step, verb == "raw" ? Kind::raw : Kind::admin);
        }
        constexpr std::pair<std::string_view, Kind> verbs[] = {
            {">", Kind::send}, {"<", Kind::expect}, {"drip", Kind::drip}, {"ignore", Kind::ignore}};
        const auto known =
            std::ranges::find(verbs, verb, &std::pair<std::string_view, Kind>::first);
        if (known == std::end(verbs))
            return "'" + std::string{line} + "' is nothing that can be played";
        step.kind = known->second;
        for (const std::string& word : words_of(rest)) {
            const auto claim = claim_of(word);
            if (!claim) return "'" + word + "' is no field";
            step.fields.push_back(*claim);
        }
        if (step.fields.empty() || step.fields[0].tag != 35) return "35 has to come first";
        return {};
    }

    static std::string of_kind(Step& step, Step::Kind kind) {
        step.kind = kind;
        return {};
    }

    Script script_;
    int line_ = 0;
};

}  // namespace

std::variant<Script, std::string> parse_script(std::string_view name, std::string_view text) {
    return Parser{name}.run(text);
}

std::string camel_case(std::string_view name) {
    std::string out;
    bool up = true;
    for (const char c : name) {
        if (c == '_') {
            up = true;
        } else {
            out += up && c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
            up = false;
        }
    }
    return out;
}

}  // namespace tickweir::tests::fix_sessions
